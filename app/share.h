/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handing out copies: a plan, the copies, the independent check, the ledger. Fails closed: what
 * could not be fully checked leaves no file. */
#pragma once

#include "library.h"

typedef enum
{
  SCAN_PROFILE_NAMED,          /* as it is, with the name */
  SCAN_PROFILE_SECOND_OPINION, /* without the name */
  SCAN_PROFILE_PUBLIC          /* strictest */
} ScanProfile;

/* "named", "second-opinion", "public"; FALSE if the name is none of them. */
gboolean scan_profile_from_name (const char *name, ScanProfile *ret_profile);
const char *scan_profile_name (ScanProfile profile);

typedef struct
{
  char *item; /* ID of a study, series or instance, or the path given to deidentify */
  gint frame; /* from 0, or -1 = all */
  guint x, y, width, height;
  gboolean keep;
} ScanBox;

typedef struct
{
  ScanProfile profile;
  const char *to; /* label of the recipient, may be NULL */
  gboolean keep_dates;
  gboolean confirm_reviewed; /* a person has looked at what needs a look */
  gboolean leave_out_refused;
  GPtrArray *boxes; /* ScanBox, may be NULL */
} ScanSharePlan;

typedef struct
{
  char *item;
  char *code;
  char *message;
  char **findings; /* of the check, naming tags, never values; NULL-terminated or NULL */
} ScanRefusal;

typedef struct
{
  char *name;
  gboolean passed;
  guint64 examined;
} ScanCheck;

typedef struct
{
  char *share_id; /* 32 hexadecimal digits; NULL for scan_share_files */
  guint64 files;
  GPtrArray *refused; /* ScanRefusal */
  guint64 removed_attributes, removed_private, removed_overlays, text_boxes;
  GPtrArray *checks; /* ScanCheck, summed over all files */
  char *report;      /* the text of REPORT.TXT */
} ScanShareResult;
void scan_share_result_free (ScanShareResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanShareResult, scan_share_result_free)

/* Writes a checked copy of the items into out_dir, which must be absent or empty, and records it in
 * the ledger. [not the main thread; reads the catalog: the owner must not import meanwhile] On
 * failure nothing is left in out_dir; ret_result is set when it tells more (refusals), else NULL.
 * Errors: REFUSED, EXISTS, FULL, … */
gboolean scan_share (ScanLibrary *library, const ScanItem *items, guint n_items,
                     const char *out_dir, const ScanSharePlan *plan, ScanProgressFunc progress,
                     gpointer user_data, GCancellable *cancellable, ScanShareResult **ret_result,
                     GError **error);

/* The engine without a vault, on files of the user: a fresh key each call, nothing is recorded. */
gboolean scan_share_files (ScanReaderPool *readers, char **paths, const char *out_dir,
                           const ScanSharePlan *plan, ScanProgressFunc progress, gpointer user_data,
                           GCancellable *cancellable, ScanShareResult **ret_result, GError **error);

/* One line of the ledger. */
typedef struct
{
  char *share_id;
  gint64 date; /* seconds since 1970 */
  char *to;
  ScanProfile profile;
  char **items; /* IDs, NULL-terminated */
  guint64 files;
} ScanShareRecord;
void scan_share_record_free (ScanShareRecord *record);

/* The ledger, newest first. Free with g_ptr_array_unref. */
GPtrArray *scan_library_shares (ScanLibrary *library);
