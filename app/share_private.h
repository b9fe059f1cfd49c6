/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a share.
 *
 *   share          the order of things, and what happens when one fails
 *   share_collect  which pictures and documents it is about
 *   share_item     one item: bytes, de-identified copy                                    (workers)
 *   share_verify   the independent check of it                                            (workers)
 *   share_text     writing inside the pictures: what is covered                           (workers)
 *   share_output   where copies go, in their order: share_folder or share_zip
 *   share_package  what stands beside the copies: directory, texts
 *   share_result   the sums
 *   share_boxes    what a person marked and what was found, as it is kept
 *   share_proposals  what a person has to look at
 *   share_again    the same share once more
 *   share_keys     what is derived from its key
 *   risk           what could still identify the person
 *   ledger         who got what
 *   trace          whose copy is this
 *
 * A copy is written only after the check has passed over its bytes in memory, and read back
 * afterwards. Nothing gets a name before all is there; then the share is recorded, and then one
 * step puts it in place. */
#pragma once

#include "library_private.h"
#include "rows.h"
#include "share.h"
#include "share_keys.h"

#define SCAN_SHARE_HASH 32

/* ---- a folder that is being filled ---- */
typedef struct
{
  char *out;         /* what the person named */
  gboolean inside;   /* it was there before, empty */
  char *place;       /* where files without a name are made: out, or the folder around it */
  char *work;        /* a hidden folder in place, NULL before it is needed */
  int lock_fd;       /* of work, locked: it is in use */
  GPtrArray *staged; /* by slot */
  GMutex lock;
  gboolean published;
} ScanShareFolder;

/* How a file or folder is called that has no name of its own yet. */
#define SCAN_SHARE_PART_PREFIX ".scanvault-part-"
/* Removes what a program that was killed left behind in that folder before it had its name. A
 * living one holds the lock. */
void scan_share_remove_leftovers (const char *place);
/* Errors: EXISTS, PERMISSION … */
gboolean scan_share_folder_open (ScanShareFolder *folder, const char *out, GError **error);
/* Writes, syncs, reads back and compares a file that has no name yet. [any thread] */
gboolean scan_share_folder_stage (ScanShareFolder *folder, const guint8 *data, gsize n,
                                  guint *ret_slot, GError **error);
/* relative: "DICOM/P1/S1/R1/I1". */
void scan_share_folder_name (ScanShareFolder *folder, guint slot, const char *relative);
/* Gives the files their names, out of sight, and makes that durable. */
gboolean scan_share_folder_prepare (ScanShareFolder *folder, GError **error);
/* Moves everything into sight: one step if out was not there before. */
gboolean scan_share_folder_publish (ScanShareFolder *folder, GError **error);
/* Removes whatever was written and is not published. Always to be called. */
void scan_share_folder_close (ScanShareFolder *folder);

/* The path without slashes at its end. */
char *scan_share_bare_path (const char *path);
/* Gives an open file without a name one. */
gboolean scan_share_link (int fd, const char *path);

/* ---- a ZIP file that is being filled ---- */
typedef struct ScanShareZip ScanShareZip;

/* password: NULL = none; borrowed until it is closed. */
ScanShareZip *scan_share_zip_open (const char *out, const char *password, gsize password_len,
                                   const guint8 salt[32], GCancellable *cancellable,
                                   GError **error);
/* sum: SHA-256 of data. One thread at a time. */
gboolean scan_share_zip_add (ScanShareZip *zip, const char *name, const guint8 *data, gsize n,
                             const guint8 sum[SCAN_SHARE_HASH], GError **error);
/* Ends it, makes it durable, and has another reader compare it entry by entry. REFUSED if it
 * differs. */
gboolean scan_share_zip_finish (ScanShareZip *zip, GError **error);
const guint8 *scan_share_zip_hash (const ScanShareZip *zip);
gboolean scan_share_zip_publish (ScanShareZip *zip, GError **error);
void scan_share_zip_close (ScanShareZip *zip);

/* ---- either of them ---- */
typedef struct
{
  ScanShareFolder folder;
  ScanShareZip *zip; /* NULL: the folder */
  GPtrArray *names;  /* char *: everything that was put there, in order */
} ScanShareOutput;

typedef struct ScanShare ScanShare;
typedef struct ScanShareItem ScanShareItem;

gboolean scan_share_output_open (ScanShareOutput *output, ScanShare *share, const char *out,
                                 GError **error);
/* [workers] Brings the item's copy to the disk, where that can be done in any order. */
gboolean scan_share_output_stage (ScanShareOutput *output, ScanShareItem *item, GError **error);
/* In the order of the items, one at a time: the copy under item->path. */
gboolean scan_share_output_place (ScanShareOutput *output, ScanShareItem *item, GError **error);
gboolean scan_share_output_add (ScanShareOutput *output, const char *name, const guint8 *data,
                                gsize n, GError **error);
/* All is on the disk, durable, checked, out of sight. */
gboolean scan_share_output_prepare (ScanShareOutput *output, GError **error);
gboolean scan_share_output_publish (ScanShareOutput *output, GError **error);
void scan_share_output_close (ScanShareOutput *output);

/* One thing to be handed out. */
struct ScanShareItem
{
  guint index;          /* its place in the share */
  char *item;           /* ID, or path for scan_share_files */
  char *series, *study; /* IDs, for boxes; NULL for files */
  const guint8 *member; /* 32 bytes in the vault, or NULL: the file at path item */
  char *name;           /* documents of a named copy: their own name */
  gboolean document;

  ScanBurnedText *text; /* NULL: could not be searched, or was not */
  gint hits;            /* places in it that may be writing; -1: it was not searched */
  GArray *proposed;     /* ScanTextBox: those of them that a person does not keep; or NULL */

  /* Filled by a worker. */
  gboolean not_surveyed; /* its dates are not known: no shift can be right for them */
  GBytes *copy;
  GVariant *told;   /* what `deidentify` said */
  GVariant *listed; /* what `inspect` says of the copy */
  GVariant *verdict;
  char *refusal_code, *refusal;
  guint8 hash[SCAN_SHARE_HASH];
  GBytes *frames; /* SCAN_FRAME_SUM_SIZE bytes each, of what can be decoded; or NULL */
  guint slot;     /* in the folder */
  gboolean ready; /* the worker is done with it */
  char *path;     /* relative, in the package */
};

void scan_share_item_free (ScanShareItem *item);

struct ScanShare
{
  ScanLibrary *library; /* NULL: files of the user */
  ScanReaderPool *readers;
  ScanReaderPool *checkers; /* have seen no `deidentify` and decode no source */
  ScanReaderPool *decoders; /* serve `samples` alone; NULL until one is needed */
  const ScanSharePlan *plan;
  guint8 *key;          /* 32 bytes, secure memory */
  gint32 date_shift;    /* days */
  gint32 time_shift;    /* seconds, SCAN_NO_TIMES: times of day go */
  const char *software; /* what the copies say of the program */
  GPtrArray *items;     /* ScanShareItem */
  ScanShareOutput *output;
  char *words; /* the password of the package, if it is ours; secure memory */
  GCancellable *cancellable;
  ScanProgressFunc progress;
  gpointer progress_data;

  GMutex lock;
  GCond moved;       /* delivered, fatal */
  guint delivered;   /* items whose turn is over */
  guint done, steps; /* of the progress */
  GError *fatal;
  GHashTable *counters; /* names for studies, series and pictures: see share_item.c */
};

/* Fills share->items; keys of studies go to dates. */
void scan_share_collect (GPtrArray *share_items, const ScanItem *items, guint n_items);
/* One more of these originals; FALSE if it is not in the catalog. */
gboolean scan_share_collect_member (GPtrArray *share_items, ScanCatalog *catalog,
                                    const guint8 member[SCAN_MEMBER_SIZE]);
/* The same item asked for twice is handed out once; the items get their numbers. */
void scan_share_collect_end (GPtrArray *share_items);

/* One step more is done. */
void scan_share_tell (ScanShare *share);

/* Searches all items for writing inside pictures; what is not searched will be refused. */
void scan_share_find_text (ScanShare *share);
/* Takes what was found when the share was made from plan->boxes, which come from the ledger. */
void scan_share_recall_text (ScanShare *share);
/* What the plan marks (whole IDs) and what was found: all that scan_share_recall_text needs. */
GPtrArray *scan_share_boxes_used (const ScanShare *share);
/* Adds "boxes" and "text-hits" of `deidentify` and `verify`: what was found and is not kept, and
 * what the plan adds. */
void scan_share_add_boxes (const ScanShare *share, const ScanShareItem *item,
                           GVariantDict *arguments);
/* What was found in a picture, from a proposal; free with scan_burned_text_free. */
ScanBurnedText *scan_share_proposal_text (const ScanShareProposal *proposal);
/* ScanShareProposal of items that were searched. */
GPtrArray *scan_share_collect_proposals (const ScanShare *share);

/* Makes, checks and writes one copy; a refusal is noted in the item, a failure of the system in
 * share->fatal. */
void scan_share_item_run (ScanShare *share, ScanShareItem *item);
/* Leaves it out; the first reason stays. */
void scan_share_item_refuse (ScanShareItem *item, const char *code, const char *message);
/* Its original. */
GBytes *scan_share_item_read (ScanShare *share, const ScanShareItem *item, GError **error);
/* Of `deidentify` and `verify`; directory: what is to be verified is the list of the copies. */
GVariant *scan_share_item_arguments (ScanShare *share, const ScanShareItem *item,
                                     gboolean directory);
/* Whether its copy passes the check; else the reason is noted. */
gboolean scan_share_item_verify (ScanShare *share, ScanShareItem *item, GBytes *original);
/* An error of a call about it, which is taken: a reason to leave it out, or the end of the share.
 */
void scan_share_item_note_error (ScanShare *share, ScanShareItem *item, GError *error);
/* Every check of a copy, or of a list of copies (directory), was made and passed, and nothing was
 * found. verdict: of `verify`. */
gboolean scan_share_verdict_is_clean (GVariant *verdict, gboolean directory);

/* Ends the share with the error, which is taken. */
void scan_share_stop (ScanShare *share, GError *error);

#define SCAN_NO_TIMES (-1)

/* Reads all items once: the dates of all (Julian days; free with g_hash_table_unref), and
 * share->time_shift is chosen. */
GHashTable *scan_share_survey (ScanShare *share);
/* Whether a date of them, moved, is another of them. */
gboolean scan_share_shift_clashes (GHashTable *dates, gint32 shift);
/* From the key; no time between first and last (seconds of the day) crosses midnight by it.
 * SCAN_NO_TIMES if there is no time or too little room. */
gint32 scan_share_time_shift (const guint8 key[32], gint first, gint last);
/* What `survey` says of an item, or NULL. */
GVariant *scan_share_item_survey (ScanShare *share, ScanShareItem *item);

ScanShareResult *scan_share_result_new (void);
void scan_share_result_add_item (ScanShareResult *result, const ScanShareItem *item);
void scan_share_result_add_check (ScanShareResult *result, const char *name, gboolean passed,
                                  guint64 examined);

/* The directory, checked against the sources, and the texts; result->report is set. */
gboolean scan_share_package (ScanShare *share, ScanShareResult *result, GError **error);
/* PATIENT.TXT, for the owner; REPORT.TXT, for a doctor; README.TXT; INDEX.HTM. */
char *scan_share_report_owner (const ScanSharePlan *plan, const ScanShareResult *result);
char *scan_share_report_doctor (const ScanSharePlan *plan, const ScanShareResult *result);
char *scan_share_readme (const ScanSharePlan *plan);
char *scan_share_index (const ScanSharePlan *plan);

/* ScanRisk of the items (risk.h); items that cannot be examined are passed over. */
GPtrArray *scan_share_risks (ScanShare *share);

/* The whole ID that a box means where it is about item: of the item, its series or its study; a box
 * has it, or its beginning. NULL: it is about another. */
const char *scan_share_box_target (const ScanBox *box, const ScanShareItem *item);
/* FALSE with NO_ITEM if a marked box is about none of the items: it would cover nothing, unnoticed.
 */
gboolean scan_share_boxes_fit (GPtrArray *boxes, GPtrArray *items, GError **error);
/* The same boxes with whole IDs; those that are about none of the items are not among them. */
GPtrArray *scan_share_boxes_resolve (GPtrArray *boxes, GPtrArray *items);
/* Boxes as they stand in the ledger, and back; what makes no sense there is replaced by empty
 * values. */
GBytes *scan_share_boxes_pack (GPtrArray *boxes);
GPtrArray *scan_share_boxes_unpack (const guint8 *data, gsize size);

/* What was left out and why, as it stands in the ledger: whether a picture could be searched, or
 * was looked at, cannot be told from its bytes. */
GBytes *scan_share_refusals_pack (const ScanShare *share);

/* All rows of a share in one record; agreed: NULL for none. */
gboolean scan_ledger_add (ScanLibrary *library, const guint8 share_id[16], const ScanShareRow *row,
                          const ScanShareMadeRow *made, const ScanShareAgreedRow *agreed,
                          GError **error);
/* What was recorded was not handed out after all. */
void scan_ledger_withdraw (ScanLibrary *library, const guint8 share_id[16]);
/* A shift that was used before ties two shares together. */
gboolean scan_ledger_used_shift (ScanLibrary *library, gint32 date_shift);

/* A share of the ledger, with what it points to. key is made anew each time it is asked for. */
typedef struct
{
  guint8 id[SCAN_KEY_SIZE];
  ScanShareRow row; /* pointers into the journal's memory */
  ScanShareMadeRow made;
  ScanShareAgreedRow agreed; /* zeros if nothing was */
  gboolean has_made, withdrawn;
} ScanLedgerEntry;
/* All that were handed out, ScanLedgerEntry, in no order; valid until the next commit. */
GArray *scan_ledger_entries (ScanLibrary *library);
/* The key of a share: 32 bytes. */
void scan_ledger_key (ScanLibrary *library, const ScanLedgerEntry *entry, guint8 ret_key[32]);

/* The whole of a share once items, key and shift are set; again: the entry that is made once more,
 * or NULL. share_id: NULL without a vault. (share.c) */
gboolean scan_share_carry_out (ScanShare *share, const char *out_dir, const guint8 *share_id,
                               const ScanItem *items, guint n_items, const ScanLedgerEntry *again,
                               ScanShareResult **ret_result, GError **error);
ScanShare *scan_share_new (ScanLibrary *library, ScanReaderPool *readers, const ScanSharePlan *plan,
                           ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                           GError **error);
void scan_share_free (ScanShare *share);
