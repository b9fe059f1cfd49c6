/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking in files and folders: by content, never by name; every file is accounted for. */
#pragma once

#include "library.h"

typedef struct
{
  const char *commit_log; /* file to which the source paths of each durable commit are appended,
                             NUL-separated */
  guint batch;            /* commit every so many files; 0 = by size and time */
  gboolean no_read_back;  /* skip reading back what was written */
} ScanImportOptions;

typedef struct
{
  guint64 files;      /* found: stored + duplicates + documents + ignored + failed */
  guint64 stored;     /* new instances */
  guint64 duplicates; /* bytes that the vault had already, whole */
  guint64 documents;  /* new documents */
  guint64 healed;     /* of stored and documents: the vault's copy was lost or damaged */
  guint64 ignored;
  guint64 bytes_read, bytes_stored;
  GPtrArray *ignored_files; /* ScanFailure: path, and message = the reason */
  GPtrArray *failed;        /* ScanFailure */
  GPtrArray *studies;       /* ScanStudy * that got something new; borrowed */
} ScanImportResult;
void scan_import_result_clear (ScanImportResult *result);

/* Imports files and folders (recursively; links inside folders are not followed). What is not in
 * ret_result->failed is durable on return and was read back; of a duplicate, the copy that was
 * there. What lies in the trash and is imported again is taken out of it. Cancelling keeps what was
 * committed and drops the rest: it returns FALSE with G_IO_ERROR_CANCELLED and ret_result filled
 * with what is durable. ret_result is always filled. FALSE only if the import could not run or go
 * on (FULL, IO, cancelled, …); failures of single files are in the result. May run in a thread
 * beside the window; the catalog is changed at the end by scan_import_apply, to be called on the
 * owning thread, which frees the import. */
typedef struct ScanImport ScanImport;
ScanImport *scan_import_new (ScanLibrary *library, char **paths, const ScanImportOptions *options);
gboolean scan_import_run (ScanImport *import, ScanProgressFunc progress, gpointer user_data,
                          GCancellable *cancellable, GError **error);
/* Puts what became durable into the catalog and hands out the result. Also after a failed run. */
void scan_import_apply (ScanImport *import, ScanImportResult *ret_result);
