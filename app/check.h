/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Examining a vault and making good what can be made good, told in terms of scans. */
#pragma once

#include "library.h"

typedef enum
{
  SCAN_CHECK_QUICK, /* whether everything is there */
  SCAN_CHECK_HASH,  /* every byte is read */
  SCAN_CHECK_FULL   /* every byte is read, authenticated and decoded */
} ScanCheckLevel;

typedef enum
{
  SCAN_FINDING_DAMAGED,
  SCAN_FINDING_MISSING,
  SCAN_FINDING_ARRIVING, /* on its way from another computer */
  SCAN_FINDING_ORPHAN,   /* a file that belongs to no import that was finished */
  SCAN_FINDING_HEALED,   /* was damaged or missing and is whole again */
  SCAN_FINDING_KINDS
} ScanFindingKind;

/* One finding a study and kind, one a document, one a file with which nothing is lost. */
typedef struct
{
  char *item;         /* ID of the study, document or original; or the file's path in the vault */
  char *message;      /* a plain sentence that names the scan, never the patient */
  GPtrArray *members; /* char *: IDs of the originals that are meant; empty for a file */
} ScanFinding;

typedef struct
{
  guint64 objects, bytes;                  /* files that are fine */
  guint64 listed;                          /* originals that are in the list again */
  GPtrArray *findings[SCAN_FINDING_KINDS]; /* ScanFinding */
} ScanCheckReport;
void scan_check_report_clear (ScanCheckReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScanCheckReport, scan_check_report_clear)

/* In three steps: new and apply on the owning thread, run on [any thread], with no import beside
 * it. repair: first whatever has a second copy or parity is written anew, bundles that no record
 * names are taken up again, and originals without a row are listed again. apply frees the check and
 * fills ret_report, after a failed run with what was found until then. Errors of run: FULL, IO,
 * cancelled; what is found is no error. */
typedef struct ScanCheck ScanCheck;
ScanCheck *scan_check_new (ScanLibrary *library, ScanCheckLevel level, gboolean repair);
gboolean scan_check_run (ScanCheck *check, ScanProgressFunc progress, gpointer user_data,
                         GCancellable *cancellable, GError **error);
void scan_check_apply (ScanCheck *check, ScanCheckReport *ret_report);

/* The three steps at once, on the owning thread. */
gboolean scan_library_check (ScanLibrary *library, ScanCheckLevel level, gboolean repair,
                             ScanProgressFunc progress, gpointer user_data,
                             GCancellable *cancellable, ScanCheckReport *ret_report,
                             GError **error);
