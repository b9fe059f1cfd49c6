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
  /* Asks for the password of an archive, in the thread of scan_import_run, which waits. name: of
   * the archive, for the person; wrong: the last one was not right. Returns it in secure memory
   * (taken), *ret_len bytes; NULL: it is not known, and the archive is kept as it is. */
  char *(*ask_password) (const char *name, gboolean wrong, gsize *ret_len, gpointer ask_data);
  gpointer ask_data;
} ScanImportOptions;

/* What a disc's own list (DICOMDIR) says. */
typedef struct
{
  char *path;     /* of the list */
  guint64 listed; /* files that it names */
  guint64 absent; /* of them, those that are not there */
} ScanMediumResult;
void scan_medium_result_free (ScanMediumResult *result);

typedef struct
{
  guint64 files;      /* found: stored + duplicates + documents + ignored + failed; an archive that
                         was taken apart counts as what is in it */
  guint64 stored;     /* new instances */
  guint64 duplicates; /* bytes that the vault had already, whole */
  guint64 documents;  /* new documents */
  guint64 healed;     /* of stored and documents: the vault's copy was lost or damaged */
  guint64 ignored;
  guint64 archives; /* that were taken apart, all of them */
  guint64 bytes_read, bytes_stored;
  GPtrArray
      *ignored_files;    /* ScanFailure: path, code "program" or "ignored", message = the reason */
  GPtrArray *failed;     /* ScanFailure */
  GPtrArray *kept_whole; /* ScanFailure: archives that are kept as documents, and why */
  GPtrArray *media;      /* ScanMediumResult */
  GPtrArray *studies;    /* ScanStudy * that got something new; borrowed */
} ScanImportResult;
void scan_import_result_clear (ScanImportResult *result);

/* Imports files and folders (recursively; links inside folders are not followed) and what is in
 * archives and disc images, one archive inside another included. A member is told by the archive's
 * path, "!/" and its name in there. What is not in
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
