/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copying the vault to another place, a stick for example, and remembering when that was. */
#pragma once

#include "library.h"

typedef struct
{
  guint64 files, bytes; /* written */
  guint64 skipped;      /* were there already */
  guint64 verified;     /* of these, read and compared */
  guint64 removed;      /* dropped by the vault since the last copy */
  GPtrArray *damaged;   /* char *: files of the vault that are damaged and were left out */
} ScanBackupResult;
void scan_backup_result_clear (ScanBackupResult *result);

/* [any thread] Makes a complete copy of the vault in dest, or brings one up to date; every file
 * that is written is read back and compared. verify_all: those that are there are compared too.
 * What was stopped goes on at the next call, and the copy opens at any moment. ret_result is set in
 * any case; damaged files do not make it fail. Errors: SCAN_ERROR_EXISTS (the folder holds
 * something else, or or another vault, or lies inside this one), SCAN_ERROR_FULL,
 * SCAN_ERROR_PERMISSION, SCAN_ERROR_IO, G_IO_ERROR_CANCELLED. */
gboolean scan_backup_run (ScanLibrary *library, const char *dest, gboolean verify_all,
                          ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                          ScanBackupResult *ret_result, GError **error);

/* When the vault was last copied, seconds since 1970; 0: never. *ret_place (may be NULL): the
 * folder, to be freed. */
gint64 scan_backup_last (ScanLibrary *library, char **ret_place);
