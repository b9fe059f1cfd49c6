/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs copy and parity. */
#include "backup.h"
#include "cli.h"
#include "error.h"

int
cli_copy (Cli *cli, GError **error)
{
  gboolean verify = FALSE;
  const GOptionEntry entries[] = {
    { "verify", 0, 0, G_OPTION_ARG_NONE, &verify, "Also read and compare what is there already",
      NULL },
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  g_autofree char *when = NULL;
  ScanBackupResult result;
  gboolean done;
  int code;

  if (!cli_options (cli, entries, "VAULT FOLDER", 2, 2, error))
    return -1;
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  done = scan_backup_run (library, cli->argv[1], verify, cli_progress, cli, cli_cancellable (),
                          &result, error);
  cli_put_int (cli, "files", (gint64) result.files);
  cli_put_int (cli, "bytes", (gint64) result.bytes);
  cli_put_int (cli, "skipped", (gint64) result.skipped);
  cli_put_int (cli, "verified", (gint64) result.verified);
  cli_put_int (cli, "removed", (gint64) result.removed);
  cli_begin_array (cli, "damaged");
  for (guint i = 0; i < result.damaged->len; i++)
    json_builder_add_string_value (cli->out, g_ptr_array_index (result.damaged, i));
  json_builder_end_array (cli->out);
  code = !done ? -1 : result.damaged->len > 0 ? 4 : 0;
  if (done)
    {
      g_autoptr (GDateTime) last = g_date_time_new_from_unix_utc (scan_backup_last (library, NULL));

      when = g_date_time_format_iso8601 (last);
      cli_put_string (cli, "last_copied", when);
      cli_say (cli,
               "%" G_GUINT64_FORMAT " files copied and read back, %" G_GUINT64_FORMAT
               " were there already, %u are damaged in the vault and were left out.",
               result.files, result.skipped, result.damaged->len);
    }
  scan_backup_result_clear (&result);
  return code;
}

int
cli_parity (Cli *cli, GError **error)
{
  const GOptionEntry entries[] = { { NULL } };
  g_autoptr (ScanLibrary) library = NULL;
  const char *wanted;

  if (!cli_options (cli, entries, "VAULT [on|off]", 1, 2, error))
    return -1;
  wanted = cli->argc > 1 ? cli->argv[1] : NULL;
  if (wanted != NULL && !g_str_equal (wanted, "on") && !g_str_equal (wanted, "off"))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE, "parity is either on or off.");
      return -1;
    }
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL ||
      (wanted != NULL && !scan_library_set_parity (library, g_str_equal (wanted, "on"), error)))
    return -1;
  if (wanted != NULL)
    cli_maintain (library);
  cli_put_bool (cli, "parity", scan_library_parity (library));
  cli_say (cli, scan_library_parity (library) ? "Parity is made: damage can be repaired."
                                              : "No more parity is made.");
  return 0;
}
