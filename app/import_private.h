/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of an import:
 *
 *   import_walk      finds the files
 *   import_pipeline  hands them to workers, batch by batch, and finished batches to the committer
 *   import_file      one file: read, hash, ask the reader, compress, append to its study's bundle
 *   import_content   the bytes of a file, on the disk or in an archive
 *   import_kind      what is kept and what is left out
 *   import_archive   an archive: its members become files, or it is kept whole
 *   import_medium    what the list on a disc names and is not there
 *   import_claim     bytes that came twice, or that the vault has: whole, damaged, in the trash
 *   import_rows      rows from what the reader says
 *   import_batch     bundles and rows of one batch
 *   import_commit    the moment when a batch becomes durable
 *   import_thumbs    small pictures of the series that got something new
 *
 * While one batch is synced and committed the workers fill the next; a third one waits. Batches are
 * committed in the order of their numbers, and none after one that failed.
 */
#pragma once

#include "arrangement.h"
#include "catalog_private.h"
#include "import.h"
#include "library_private.h"

#include "unpack.h"

typedef struct ScanBatch ScanBatch;
typedef struct ScanArchive ScanArchive;
typedef struct ScanMemberStream ScanMemberStream;

/* Up to this size a file is held in memory; a larger one is read by range. */
#define SCAN_WHOLE_MAX ((guint64) 24 * 1024 * 1024)

typedef struct
{
  char *path; /* to open, raw bytes; of a member: the archive's, "!/", and the name in there */
  char *name; /* relative name to store, raw bytes */
  guint64 size;
  gint64 mtime;
  ScanBatch *batch;     /* the one it was handed out with */
  gboolean named;       /* by the person: not found in a folder */
  ScanArchive *archive; /* that it is a member of, or NULL */
  guint64 index;        /* in there */
  guint8 *data;         /* a member's bytes until its job is done, or NULL: too large for memory */
  guint64 reserved;     /* of memory, for data */
  char *keep;           /* an archive that is to be kept as it is: its type */
} ScanFound;

void scan_found_free (ScanFound *found);

/* An archive that is taken apart. */
struct ScanArchive
{
  ScanFound *found;
  guint depth;    /* 1 = a file, 2 = in another archive; deeper ones are kept whole */
  char *type;     /* as the reader names it */
  char *password; /* in secure memory, or NULL */
  gsize password_len;
  guint64 bytes_max; /* that may come out of it */
  guint64 spent;     /* of them, by itself and by the archives in it */
  guint64 position;  /* how far its file was read, for the progress */
  guint failed;      /* members; the import's lock */
  guint nested;      /* archives in it that are to be taken apart; the import's lock */
};

/* The bytes of what was found, open. */
typedef struct ScanContent ScanContent;
struct ScanContent
{
  guint64 size;
  gint64 mtime;
  gboolean regular;
  const guint8 *data; /* all of it; or NULL */
  int fd;             /* or -1 */
  ScanMemberStream *stream;
  GError *failed;                                       /* why the last read of a stream failed */
  void (*consumed) (ScanContent *content, guint64 end); /* told of each read, or NULL */
  gpointer user_data;                                   /* for consumed */
};
/* Errors: of the file system; IO. Reading what is in an archive starts with the first read. */
gboolean scan_content_open (ScanImport *import, ScanFound *found, ScanContent *ret_content,
                            GError **error);
void scan_content_close (ScanContent *content);
/* As ScanSource.read; user_data: the ScanContent. Fewer than n bytes only at the end. */
gint64 scan_content_read (gpointer user_data, guint64 offset, void *buf, gsize n);
/* Valid while content stays where it is. */
ScanSource scan_content_source (ScanContent *content);

/* A field that is to be set with the batch. */
typedef struct
{
  guint8 entity[VAULT_ID_SIZE];
  guint entity_len;
  guint16 field;
  GByteArray *value;
} ScanRow;

/* What is known of a new instance besides its row, to choose the thumbnail. */
typedef struct
{
  guint8 member[VAULT_ID_SIZE];
  guint8 series[SCAN_KEY_SIZE];
  double position;
  gint number;
  guint frames;
  guint16 rows, columns;
  gboolean renderable;
  const char *sop_class; /* interned */
  char *uid;
  guint8 arrangement[SCAN_ARRANGEMENT_MAX];
} ScanNewInstance;
void scan_new_instance_free (gpointer data);

/* What the reader says of where a picture belongs among those of its series. inspected may be NULL.
 */
void scan_import_arrangement (GVariantDict *inspected, guint8 ret_bytes[SCAN_ARRANGEMENT_MAX]);

/* A bundle and the files in it. One thread has it at a time. */
typedef struct
{
  VaultBundle *bundle;
  GPtrArray *files; /* ScanFound, borrowed */
  ScanBatch *batch;
} ScanPacked;

struct ScanBatch
{
  guint number;         /* from 1 */
  guint jobs;           /* files with the workers, bundles with the finishers */
  GHashTable *open;     /* study key → GPtrArray of ScanPacked that no worker has in hand */
  guint n_open;         /* with those in hand */
  GPtrArray *finished;  /* ScanPacked, synced */
  GPtrArray *rows;      /* ScanRow */
  GPtrArray *keeps;     /* ids of members that were there and are relied upon */
  GPtrArray *covered;   /* ScanFound, borrowed: durable once this batch is */
  GPtrArray *instances; /* ScanNewInstance */
  guint64 stored, duplicates, documents, healed;
};

struct ScanImport
{
  ScanLibrary *library;
  Vault *vault;
  char **paths;
  ScanImportOptions options;
  char *commit_log;
  guint n_workers;

  ScanProgressFunc progress;
  gpointer progress_data;
  GCancellable *cancellable;
  gint64 progress_last;

  GPtrArray *found;          /* ScanFound; grows by members of archives under the lock */
  GPtrArray *archives;       /* ScanArchive */
  GQueue waiting;            /* of them, those that are still to be taken apart; the lock */
  GPtrArray *media;          /* ScanMedium; the lock */
  ScanReaderPool *unpackers; /* made when the first archive is met; the lock */
  GMutex one_stream;         /* one member that is too large for memory at a time */
  char *password;            /* of an archive, that was right last */
  gsize password_len;
  gint64 fill_begun; /* of the batch that is being filled */
  guint64 fill_bytes;
  guint fill_files;

  GThreadPool *workers, *finishers;

  GMutex lock; /* guards everything below */
  GCond changed;
  guint running;          /* files with the workers */
  guint finishing;        /* bundles with the finishers */
  guint64 memory;         /* bytes that workers hold */
  GError *fatal;          /* the import cannot go on */
  ScanBatch *filling;     /* gets what is handed out */
  ScanBatch *handed;      /* with the committer */
  guint n_batches;        /* begun */
  gboolean ending;        /* the committer gets no more */
  GHashTable *claims;     /* member id → its claim */
  GHashTable *known_uids; /* SOPInstanceUID → itself */
  GHashTable *known_keys; /* study or series key → number of the first batch that sets its row */
  GHashTable *restored;   /* entities that are taken out of the trash */
  GHashTable *new_instances; /* series key → GPtrArray of ScanNewInstance, committed */
  GHashTable *touched;       /* series keys that this import came across */
  guint64 files_done, bytes_done, bytes_total;
  ScanImportResult result;
  GPtrArray *applied; /* ScanRow without values: what became durable */
};

/* Finds all files below the import's paths. FALSE only when cancelled. */
gboolean scan_import_walk (ScanImport *import, GError **error);

/* Starts and ends the threads that write. */
void scan_import_open_pipeline (ScanImport *import);
void scan_import_close_pipeline (ScanImport *import);
/* Runs all that was found through the pipeline and waits until it is durable, or the import has
 * stopped. */
void scan_import_feed (ScanImport *import);

/* One file, in a worker. */
void scan_import_file (ScanImport *import, ScanFound *found);

/* Hands a file to the workers, in the batch that is being filled; waits while they have enough to
 * do. The feeding thread alone, as the next two. */
void scan_import_hand_out (ScanImport *import, ScanFound *found);
/* Waits until the workers have nothing to do. */
void scan_import_wait_idle (ScanImport *import);
/* Says that found is durable once all that was handed out so far is. */
void scan_import_cover (ScanImport *import, ScanFound *found);
/* Waits until so much memory may be taken; given back with import->memory. */
void scan_import_reserve (ScanImport *import, guint64 bytes);

/* Takes an archive apart, to the last member, or keeps it whole. The feeding thread. */
void scan_import_unpack (ScanImport *import, ScanArchive *archive);
/* Puts an archive that a worker met on the list. FALSE: it is to be kept whole instead; ret_why. */
gboolean scan_import_queue_archive (ScanImport *import, ScanFound *found, const char *type,
                                    const char **ret_why);
void scan_archive_free (ScanArchive *archive);
ScanReaderPool *scan_import_unpackers (ScanImport *import, GError **error);

/* What becomes of a file of a kind that the reader named: NULL = it is kept, else why it is left
 * out, a constant. */
const char *scan_import_why_left_out (const ScanFound *found, const char *kind, const char *type);
/* Whether the reader's word for a type of archive. */
gboolean scan_import_is_archive_type (const char *type);

/* Books for a file that is not taken. The second takes no error. Programs are told apart from what
 * is left out for other reasons by their code. */
void scan_import_ignore (ScanImport *import, const ScanFound *found, const char *reason);
void scan_import_fail (ScanImport *import, const ScanFound *found, const GError *error);
/* An archive was not taken apart, or not wholly, but is kept as a document. */
void scan_import_note_kept (ScanImport *import, const ScanFound *found, const char *code,
                            const char *message);

/* The list of a disc (DICOMDIR): what it names is compared with what was found. */
void scan_import_read_medium (ScanImport *import, ScanFound *found, const ScanSource *source);
void scan_import_compare_media (ScanImport *import);
void scan_medium_free (gpointer medium);

/* Reports progress, at most ten times a second unless `always`. */
void scan_import_tell (ScanImport *import, ScanPhase phase, const char *what, gboolean always);

/* The first fatal error wins; takes error. */
void scan_import_stop (ScanImport *import, GError *error);
gboolean scan_import_stopped (ScanImport *import);

/* Equality of whole member ids; scan_key_hash serves them too. */
gboolean scan_member_equal (gconstpointer a, gconstpointer b);

ScanBatch *scan_batch_new (ScanImport *import);
/* Throws away what was not committed. */
void scan_batch_free (ScanBatch *batch);

/* Appends a compressed member to an open bundle of a study; found may be NULL. Any worker. */
gboolean scan_import_pack (ScanImport *import, ScanBatch *batch, const guint8 study[SCAN_KEY_SIZE],
                           ScanFound *found, const VaultMemberInfo *info,
                           const VaultEncoded *encoded, GError **error);
/* Gives a bundle of its own to the finishers; takes it. */
void scan_import_pack_alone (ScanImport *import, ScanBatch *batch, VaultBundle *bundle,
                             ScanFound *found);
/* Has a bundle finished and synced by another thread; waits while many are. Takes packed. */
void scan_import_finish_later (ScanImport *import, ScanPacked *packed);
/* Takes value. The lock is held. */
void scan_batch_add_row (ScanBatch *batch, const guint8 *entity, guint entity_len, ScanField field,
                         GByteArray *value);

/* Has all that is open in a batch finished, waits for its jobs and makes it durable; nothing more
 * may be added. ret_first, ret_n: numbers of its bundles; they were made from batch->finished, in
 * that order. Commits nothing, and says TRUE, when the import was stopped by something else. */
gboolean scan_import_commit (ScanImport *import, ScanBatch *batch, guint32 *ret_first,
                             guint32 *ret_n, GError **error);

/* Of several files with the same bytes one is stored. TRUE: it is this one, and the claim has to be
 * settled. FALSE: another one was stored, and found is counted as its duplicate. Waits while the
 * other one is under way, since it may fail. */
gboolean scan_import_claim (ScanImport *import, ScanFound *found,
                            const guint8 member[VAULT_ID_SIZE]);
void scan_import_settle (ScanImport *import, const guint8 member[VAULT_ID_SIZE], gboolean stored);

/* What the vault has of a member already. */
typedef struct
{
  gboolean known;  /* the journal names it */
  gboolean sound;  /* and it can be read back whole */
  gboolean rows;   /* and rows lead to it */
  gboolean theirs; /* sound, but another computer may be removing it */
} ScanStanding;
/* FALSE: the import stops. */
gboolean scan_import_look_up (ScanImport *import, const guint8 member[VAULT_ID_SIZE],
                              ScanStanding *ret_standing);
/* The batch relies on the vault's copy. The lock is held. */
void scan_batch_keep (ScanBatch *batch, const guint8 member[VAULT_ID_SIZE]);
/* Takes a member, and the series and study that its rows lead to, out of the trash. */
void scan_import_restore_member (ScanImport *import, ScanBatch *batch,
                                 const guint8 member[VAULT_ID_SIZE]);

/* What the reader said of one file, as rows. Adds the rows for study, series and instance to the
 * file's batch; the lock is taken inside. inspected: NULL if the reader failed over this file.
 * ret_place: the study is for the bundle. */
typedef struct
{
  guint8 study[SCAN_KEY_SIZE];
  guint8 series[SCAN_KEY_SIZE];
} ScanPlace;
/* import: NULL when the files are only looked at. */
void scan_import_place (const ScanImport *import, GVariantDict *inspected, const ScanFound *found,
                        ScanPlace *ret_place);
/* The rows themselves; of an instance, all but its series, its arrangement and its conflict, with
 * strings that live as long as inspected. */
GByteArray *scan_import_study_row (GVariantDict *inspected);
GByteArray *scan_import_series_row (GVariantDict *inspected, const guint8 study[SCAN_KEY_SIZE]);
void scan_import_instance_row (GVariantDict *inspected, guint64 bytes, ScanInstanceRow *ret_row);
void scan_import_add_instance (ScanImport *import, GVariantDict *inspected, const ScanFound *found,
                               const guint8 member[VAULT_ID_SIZE], const ScanPlace *place);
void scan_import_add_document (ScanImport *import, GVariantDict *inspected, const ScanFound *found,
                               const guint8 member[VAULT_ID_SIZE]);
/* Takes an entity out of the trash if it lies there. */
void scan_import_restore (ScanImport *import, ScanBatch *batch, const guint8 *entity,
                          guint entity_len);

/* Makes and seals the thumbnails of touched series. Failures cost the thumbnail alone. */
void scan_import_thumbs (ScanImport *import);

/* Runs func (item, user_data) for each item on n threads and waits. */
void scan_import_parallel (guint n, GPtrArray *items, GFunc func, gpointer user_data);
