/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a share.
 *
 *   share         the order of things, and what happens when one fails
 *   share_item    one item: bytes, de-identified copy, independent check                 (workers)
 *   share_folder  the folder that is filled out of sight and published whole
 *   share_report  what a person reads
 *   ledger        who got what
 *
 * A copy is written only after the check has passed over its bytes in memory, and read back
 * afterwards. */
#pragma once

#include "library_private.h"
#include "rows.h"
#include "share.h"

#define SCAN_SHARE_HASH 32

/* A folder that is being filled. */
typedef struct
{
  char *out;     /* what the person named */
  char *work;    /* out/.part-XXXXXX */
  gboolean made; /* out was made by us */
} ScanShareFolder;

gboolean scan_share_folder_open (ScanShareFolder *folder, const char *out, GError **error);
/* relative: "DICOM/P1/S1/R1/I1"; makes the folders on the way, writes, syncs, reads back and
 * compares. */
gboolean scan_share_folder_write (ScanShareFolder *folder, const char *relative, const guint8 *data,
                                  gsize n, GError **error);
/* Moves everything into sight. */
gboolean scan_share_folder_publish (ScanShareFolder *folder, GError **error);
/* Removes whatever was written and is not published. Always to be called. */
void scan_share_folder_close (ScanShareFolder *folder);

/* One thing to be handed out. */
typedef struct
{
  char *item;           /* ID, or path for scan_share_files */
  char *series, *study; /* IDs, for boxes; NULL for files */
  const guint8 *member; /* 32 bytes in the vault, or NULL: the file at path item */
  char *name;           /* documents of a named copy: their own name */
  gboolean document;

  /* Filled by a worker. */
  GBytes *copy;
  GVariant *told;   /* what `deidentify` said */
  GVariant *listed; /* what `inspect` says of the copy */
  GVariant *verdict;
  char *refusal_code, *refusal;
  guint8 hash[SCAN_SHARE_HASH];
  char *path; /* relative, in the folder */
} ScanShareItem;

void scan_share_item_free (ScanShareItem *item);

typedef struct
{
  ScanLibrary *library; /* NULL: files of the user */
  ScanReaderPool *readers;
  ScanReaderPool *checkers; /* serve `verify` alone: they have seen no `deidentify` */
  const ScanSharePlan *plan;
  guint8 *key;       /* 32 bytes, secure memory */
  gint32 date_shift; /* days */
  gint32 time_shift; /* seconds, SCAN_NO_TIMES: times of day go */
  GPtrArray *items;  /* ScanShareItem */
  ScanShareFolder *folder;
  GCancellable *cancellable;
  ScanProgressFunc progress;
  gpointer progress_data;

  GMutex lock;
  guint done;
  GError *fatal;
  GHashTable *counters; /* names for studies, series and pictures: see share_item.c */
} ScanShare;

/* Makes, checks and writes one copy; a refusal is noted in the item, a failure of the system in
 * share->fatal. */
void scan_share_item_run (ScanShare *share, ScanShareItem *item);

/* A whole number of weeks between one and ten years back (PS3.15 E.3.6 asks for moved dates):
 * counter 0 is what the key says, and SCAN_DATE_SHIFTS counters give all there are. */
#define SCAN_DATE_SHIFTS 469
gint32 scan_share_date_shift (const guint8 key[32], guint counter);

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

char *scan_share_report (const ScanSharePlan *plan, const ScanShareResult *result,
                         gint32 date_shift);
char *scan_share_readme (const ScanSharePlan *plan);

gboolean scan_ledger_add (ScanLibrary *library, const guint8 share_id[16], const ScanShareRow *row,
                          GError **error);
/* A shift that was used before ties two shares together. */
gboolean scan_ledger_used_shift (ScanLibrary *library, gint32 date_shift);
