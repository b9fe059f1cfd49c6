/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs on what the vault holds: import, export. */
#include "catalog_private.h"
#include "cli.h"
#include "error.h"
#include "import.h"

static void
put_media (Cli *cli, GPtrArray *media)
{
  cli_begin_array (cli, "media");
  for (guint i = 0; i < media->len; i++)
    {
      const ScanMediumResult *medium = g_ptr_array_index (media, i);

      json_builder_begin_object (cli->out);
      cli_put_path (cli, "path", medium->path);
      cli_put_int (cli, "listed", (gint64) medium->listed);
      cli_put_int (cli, "absent", (gint64) medium->absent);
      json_builder_end_object (cli->out);
    }
  json_builder_end_array (cli->out);
}

static void
say_each (Cli *cli, const char *what, GPtrArray *files)
{
  for (guint i = 0; i < files->len; i++)
    {
      const ScanFailure *file = g_ptr_array_index (files, i);

      cli_say (cli, "  %s: %s: %s", what, file->path, file->message);
    }
}

static void
put_import (Cli *cli, const ScanImportResult *result)
{
  cli_put_int (cli, "files", (gint64) result->files);
  cli_put_int (cli, "stored", (gint64) result->stored);
  cli_put_int (cli, "duplicates", (gint64) result->duplicates);
  cli_put_int (cli, "documents", (gint64) result->documents);
  cli_put_int (cli, "healed", (gint64) result->healed);
  cli_put_int (cli, "ignored", (gint64) result->ignored);
  cli_put_failures (cli, "ignored_files", result->ignored_files, FALSE);
  cli_put_int (cli, "bytes_read", (gint64) result->bytes_read);
  cli_put_int (cli, "bytes_stored", (gint64) result->bytes_stored);
  cli_begin_array (cli, "studies");
  for (guint i = 0; i < result->studies->len; i++)
    json_builder_add_string_value (cli->out,
                                   ((ScanStudy *) g_ptr_array_index (result->studies, i))->id);
  json_builder_end_array (cli->out);
  cli_put_failures (cli, "failed", result->failed, TRUE);
  cli_put_int (cli, "archives", (gint64) result->archives);
  cli_put_failures (cli, "kept_whole", result->kept_whole, TRUE);
  put_media (cli, result->media);

  cli_say (cli,
           "%" G_GUINT64_FORMAT " files: %" G_GUINT64_FORMAT " added, %" G_GUINT64_FORMAT
           " already there, %" G_GUINT64_FORMAT " kept as documents, %" G_GUINT64_FORMAT
           " left out, %u failed.",
           result->files, result->stored, result->duplicates, result->documents, result->ignored,
           result->failed->len);
  say_each (cli, "left out", result->ignored_files);
  say_each (cli, "failed", result->failed);
  say_each (cli, "kept as it is", result->kept_whole);
  for (guint i = 0; i < result->media->len; i++)
    {
      const ScanMediumResult *medium = g_ptr_array_index (result->media, i);

      if (medium->absent > 0)
        cli_say (cli,
                 "  %s: the disc's list names %" G_GUINT64_FORMAT " pictures that are not there.",
                 medium->path, medium->absent);
    }
}

/* Passwords for archives: the file's first, then what the terminal says. */
typedef struct
{
  const char *file;
  gboolean file_tried;
} ArchivePasswords;

static char *
ask_password (const char *name, gboolean wrong, gsize *ret_len, gpointer ask_data)
{
  ArchivePasswords *passwords = ask_data;

  if (passwords->file != NULL && !passwords->file_tried)
    {
      char *password = cli_secret_file (passwords->file, ret_len, NULL);

      passwords->file_tried = TRUE;
      if (password != NULL && *ret_len > 0)
        return password;
      vault_secure_free (password);
    }
  return cli_archive_password (name, wrong, ret_len);
}

int
cli_import (Cli *cli, GError **error)
{
  g_autofree char *commit_log = NULL, *password_file = NULL;
  ArchivePasswords passwords = { 0 };
  int batch = 0, code;
  ScanImportOptions options = { 0 };
  ScanImportResult result = { 0 };
  const GOptionEntry entries[] = {
    { "commit-log", 0, 0, G_OPTION_ARG_FILENAME, &commit_log,
      "Source paths that are durable, NUL-separated", "FILE" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &batch, "Commit every N files", "N" },
    { "no-read-back", 0, 0, G_OPTION_ARG_NONE, &options.no_read_back,
      "Do not read back what was written", NULL },
    { "archive-password-file", 0, 0, G_OPTION_ARG_FILENAME, &password_file,
      "Password of archives that are locked", "FILE" },
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  ScanImport *import;
  gboolean ran;

  if (!cli_options (cli, entries,
                    "VAULT PATH…\n\nArchives and disc images are taken apart; what is in them is "
                    "told as ARCHIVE!/NAME.\nWhat cannot be taken apart is kept as it is "
                    "(kept_whole).",
                    2, -1, error))
    return -1;
  if (batch < 0)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE, "--batch takes a number of files.");
      return -1;
    }
  options.commit_log = commit_log;
  options.batch = (guint) batch;
  passwords.file = password_file;
  options.ask_password = ask_password;
  options.ask_data = &passwords;
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  import = scan_import_new (library, cli->argv + 1, &options);
  ran = scan_import_run (import, cli_progress, cli, cli_cancellable (), error);
  scan_import_apply (import, &result);
  put_import (cli, &result);
  code = ran ? cli_partial (result.failed,
                            result.stored + result.duplicates + result.documents + result.ignored)
             : -1;
  scan_import_result_clear (&result);
  if (ran)
    cli_maintain (library);
  return code;
}

int
cli_export (Cli *cli, GError **error)
{
  g_autofree char *out = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &out, "Where the copies go", "DIR" },
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (GArray) items = NULL;
  ScanExportResult result = { 0 };
  int code = -1;

  if (!cli_options (cli, entries, "VAULT ITEM… -o DIR", 2, -1, error))
    return -1;
  if (out == NULL)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE, "export needs -o DIR.");
      return -1;
    }
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  items = cli_items (cli, library, cli->argv + 1, cli->argc - 1, TRUE, error);
  if (items == NULL)
    return -1;
  if (scan_library_export (library, (const ScanItem *) (gpointer) items->data, items->len, out,
                           cli_progress, cli, cli_cancellable (), &result, error))
    code = cli_partial (result.failed, result.files);
  cli_put_int (cli, "files", (gint64) result.files);
  cli_put_int (cli, "bytes", (gint64) result.bytes);
  cli_put_failures (cli, "failed", result.failed, TRUE);
  cli_say (cli, "%" G_GUINT64_FORMAT " files written, %u failed.", result.files,
           result.failed->len);
  scan_export_result_clear (&result);
  return code;
}
