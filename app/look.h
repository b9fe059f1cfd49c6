/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at files without keeping them: a library that has no vault. Its catalog is made from the
 * files as they lie there, its pictures are read from them whenever they are shown, and nothing is
 * written anywhere. Files are opened, never parsed, here: a reader says what they are.
 *
 * Of such a library, what reads works (catalog, frames, small pictures, documents, attributes, a
 * copy of an original); whatever needs a vault does not, and must not be asked for: notices, trash,
 * upkeep, credentials, ledger and shares. */
#pragma once

#include "library.h"

#define SCAN_LOOK_FILES_MAX \
  20000 /* what lies beyond is not looked at, and counted as passed over */

typedef struct
{
  guint files;       /* that were found */
  guint passed_over; /* neither a scan nor a document, or more than SCAN_LOOK_FILES_MAX */
  guint archives;    /* of files: packed ones, which are not opened here */
  guint failed;      /* could not be opened or examined */
} ScanLookResult;

/* [any thread] paths: files and folders, ended by NULL. A folder is searched to its bottom; links
 * inside are not followed. Of a file, the others in its folder that belong to the same scan come
 * along; the list of a disc (DICOMDIR) stands for its whole folder. progress may be NULL.
 * ret_result: filled also on failure. Close with scan_library_close. Errors: NO_ITEM (nothing in it
 * can be shown), NO_SANDBOX, cancelled; of a single file that cannot be opened, why. */
ScanLibrary *scan_look_open (char **paths, ScanProgressFunc progress, gpointer user_data,
                             GCancellable *cancellable, ScanLookResult *ret_result, GError **error);

/* SHA-256 as keys and ids of what is only looked at. For app/ alone. */
void scan_look_hash (const void *data, gsize size, guint8 ret_id[VAULT_ID_SIZE]);
