/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of an import. One coordinator hands files to a few workers, batch by batch:
 *
 *   import_walk   finds the files
 *   import_file   one file: read, hash, ask the reader, compress, append to its study's bundle
 * (workers) import_batch  bundles and rows of one batch, and its commit (coordinator) import_rows
 * rows from what the reader says import_thumbs small pictures of the series that got something new
 *
 * Commits happen only while no worker runs, so workers may read the vault's tables without a lock.
 */
#pragma once

#include "catalog_private.h"
#include "import.h"
#include "library_private.h"

typedef struct
{
  char *path; /* to open, raw bytes */
  char *name; /* relative name to store, raw bytes */
  guint64 size;
  gint64 mtime;
} ScanFound;

void scan_found_free (ScanFound *found);

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
  gboolean renderable;
  char *uid;
} ScanNewInstance;

/* A bundle and the files in it. */
typedef struct
{
  VaultBundle *bundle;
  GPtrArray *files; /* ScanFound, borrowed */
} ScanPacked;

/* The open bundle of one study. */
typedef struct
{
  GMutex lock;
  ScanPacked *packed; /* NULL: none is open */
} ScanBuilder;

typedef struct
{
  GHashTable *builders; /* study key → ScanBuilder */
  GPtrArray *finished;  /* ScanPacked */
  GPtrArray *rows;      /* ScanRow */
  GPtrArray *covered;   /* ScanFound, borrowed: durable once this batch is */
  GPtrArray *instances; /* ScanNewInstance */
  guint64 stored, duplicates, documents, bytes_stored;
} ScanBatch;

struct ScanImport
{
  ScanLibrary *library;
  Vault *vault;
  char **paths;
  ScanImportOptions options;
  char *commit_log;

  ScanProgressFunc progress;
  gpointer progress_data;
  GCancellable *cancellable;
  gint64 progress_last;

  GPtrArray *found; /* ScanFound */

  GMutex lock; /* guards everything below */
  GCond idle;
  guint running; /* jobs handed to workers */
  GError *fatal; /* the import cannot go on */
  ScanBatch batch;
  GHashTable *seen;          /* member ids accepted in this import */
  GHashTable *known_uids;    /* SOPInstanceUID → itself */
  GHashTable *known_keys;    /* study and series keys whose rows are set */
  GHashTable *new_instances; /* series key → GPtrArray of ScanNewInstance, committed */
  GHashTable *touched;       /* series keys that this import came across */
  guint64 files_done, bytes_done, bytes_total;
  ScanImportResult result;
  GPtrArray *applied; /* ScanRow without values: what became durable */
};

/* Finds all files below the import's paths. FALSE only when cancelled. */
gboolean scan_import_walk (ScanImport *import, GError **error);

/* One file, in a worker. */
void scan_import_file (ScanImport *import, ScanFound *found);

/* Reports progress, at most ten times a second unless `always`. */
void scan_import_tell (ScanImport *import, ScanPhase phase, const char *what, gboolean always);

/* The first fatal error wins; takes error. */
void scan_import_stop (ScanImport *import, GError *error);
gboolean scan_import_stopped (ScanImport *import);

void scan_batch_init (ScanBatch *batch);
/* Throws away what was not committed. */
void scan_batch_clear (ScanBatch *batch);

/* Appends a compressed member to the open bundle of a study. Any worker. */
gboolean scan_import_pack (ScanImport *import, const guint8 study[SCAN_KEY_SIZE], ScanFound *found,
                           const VaultMemberInfo *info, const VaultEncoded *encoded,
                           GError **error);
/* Puts a finished bundle of its own into the batch. */
void scan_import_add_packed (ScanImport *import, VaultBundle *bundle, ScanFound *found);
/* Takes value. */
void scan_import_add_row (ScanImport *import, const guint8 *entity, guint entity_len,
                          ScanField field, GByteArray *value);

/* Makes the batch durable and starts an empty one; no worker may run. ret_first, ret_n: numbers of
 * its bundles; ret_packed: what was in them, to be freed. */
gboolean scan_import_commit (ScanImport *import, guint32 *ret_first, guint32 *ret_n,
                             GPtrArray **ret_packed, GError **error);

/* What the reader said of one file, as rows. Adds the rows for study, series and instance to the
 * batch; the lock is taken inside. ret_study: for the bundle. problem: the reader failed over this
 * file. */
typedef struct
{
  guint8 study[SCAN_KEY_SIZE];
  guint8 series[SCAN_KEY_SIZE];
} ScanPlace;
void scan_import_place (ScanImport *import, GVariant *inspected, const ScanFound *found,
                        ScanPlace *ret_place);
void scan_import_add_instance (ScanImport *import, GVariant *inspected, const ScanFound *found,
                               const guint8 member[VAULT_ID_SIZE], const ScanPlace *place);
void scan_import_add_document (ScanImport *import, GVariant *inspected, const ScanFound *found,
                               const guint8 member[VAULT_ID_SIZE]);

/* Makes and seals the thumbnails of touched series. Failures cost the thumbnail alone. */
void scan_import_thumbs (ScanImport *import);

/* Runs func (item, import) for each item on the workers and waits. */
void scan_import_parallel (ScanImport *import, GPtrArray *items, GFunc func);
guint scan_import_workers (void);
