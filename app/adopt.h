/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Originals that are in the vault while no row leads to them: records of the journal were lost and
 * the bundles found again, or a picture outlived a deletion elsewhere. They are read as an import
 * reads files, and get their rows. */
#pragma once

#include "import.h"

/* How many there are. Cheap. */
guint scan_library_unlisted (ScanLibrary *library);

/* In three steps, as an import: new and apply on the owning thread, run on [any thread]. Originals
 * that cannot be read are in the result's failed, by their ID; what could be listed is durable on
 * return. Errors of run: FULL, IO, cancelled. */
ScanImport *scan_adopt_new (ScanLibrary *library);
gboolean scan_adopt_run (ScanImport *adoption, ScanProgressFunc progress, gpointer user_data,
                         GCancellable *cancellable, GError **error);
void scan_adopt_apply (ScanImport *adoption, ScanImportResult *ret_result);

/* The three steps at once, on the owning thread. ret_result is always filled. */
gboolean scan_library_adopt (ScanLibrary *library, ScanProgressFunc progress, gpointer user_data,
                             GCancellable *cancellable, ScanImportResult *ret_result,
                             GError **error);
