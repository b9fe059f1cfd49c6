/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept, what is left out, and the books of what is not taken. */
#include <string.h>

#include "import_private.h"

/* Names of texts that are parts of a program. Content decides first; but a script or a style sheet
 * is plain text like a report. */
static const char *const program_endings[] = {
  ".js",  ".mjs", ".css", ".json", ".ini",  ".inf",   ".bat",  ".cmd",   ".vbs", ".ps1",
  ".htc", ".xsl", ".map", ".jnlp", ".java", ".class", ".conf", ".props", ".sh",
};

static gboolean
is_program_text (const char *name)
{
  const char *dot = strrchr (name, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (program_endings); i++)
    if (g_ascii_strcasecmp (dot, program_endings[i]) == 0)
      return TRUE;
  return FALSE;
}

static const char program[] = "This is a program, not a scan.";

const char *
scan_import_why_left_out (const ScanFound *found, const char *kind, const char *type)
{
  if (g_str_equal (kind, "dicom") || g_str_equal (kind, "archive"))
    return NULL;
  if (g_str_equal (kind, "document"))
    return g_str_equal (type, "text") && is_program_text (found->name) ? program : NULL;
  return g_str_equal (kind, "program") ? program : "This is neither a scan nor a document.";
}

gboolean
scan_import_is_archive_type (const char *type)
{
  static const char *const types[] = { "zip",   "7z", "tar",  "iso", "udf", "gzip",
                                       "bzip2", "xz", "zstd", "lz4", "rar", NULL };

  return g_strv_contains (types, type);
}

static ScanFailure *
failure_new (const ScanFound *found, const char *code, const char *message)
{
  ScanFailure *failure = g_new0 (ScanFailure, 1);

  failure->path = g_strdup (found->path);
  failure->code = g_strdup (code);
  failure->message = g_strdup (message);
  return failure;
}

void
scan_import_ignore (ScanImport *import, const ScanFound *found, const char *reason)
{
  g_mutex_lock (&import->lock);
  g_ptr_array_add (import->result.ignored_files,
                   failure_new (found, reason == program ? "program" : "ignored", reason));
  import->result.ignored++;
  g_mutex_unlock (&import->lock);
}

void
scan_import_fail (ScanImport *import, const ScanFound *found, const GError *error)
{
  g_mutex_lock (&import->lock);
  scan_failure_add (import->result.failed, found->path, error);
  if (found->archive != NULL)
    found->archive->failed++;
  g_mutex_unlock (&import->lock);
}

void
scan_import_note_kept (ScanImport *import, const ScanFound *found, const char *code,
                       const char *message)
{
  g_mutex_lock (&import->lock);
  g_ptr_array_add (import->result.kept_whole, failure_new (found, code, message));
  g_mutex_unlock (&import->lock);
}
