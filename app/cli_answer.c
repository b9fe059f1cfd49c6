/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing answers: JSON members, lines for people, progress. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

void
cli_put_string (Cli *cli, const char *name, const char *value)
{
  json_builder_set_member_name (cli->out, name);
  if (value == NULL)
    json_builder_add_null_value (cli->out);
  else
    json_builder_add_string_value (cli->out, value);
}

void
cli_put_int (Cli *cli, const char *name, gint64 value)
{
  json_builder_set_member_name (cli->out, name);
  json_builder_add_int_value (cli->out, value);
}

void
cli_put_bool (Cli *cli, const char *name, gboolean value)
{
  json_builder_set_member_name (cli->out, name);
  json_builder_add_boolean_value (cli->out, value);
}

void
cli_put_path (Cli *cli, const char *name, const char *raw)
{
  g_autofree char *valid = g_utf8_make_valid (raw, -1);

  cli_put_string (cli, name, valid);
  if (!g_str_equal (valid, raw))
    {
      g_autofree char *member = g_strdup_printf ("%s_hex", name);
      GString *hex = g_string_new (NULL);

      for (const char *at = raw; *at != '\0'; at++)
        g_string_append_printf (hex, "%02x", (guint8) *at);
      cli_put_string (cli, member, hex->str);
      g_string_free (hex, TRUE);
    }
}

void
cli_begin_array (Cli *cli, const char *name)
{
  json_builder_set_member_name (cli->out, name);
  json_builder_begin_array (cli->out);
}

void
cli_put_failures (Cli *cli, const char *name, GPtrArray *failures, gboolean with_code)
{
  cli_begin_array (cli, name);
  for (guint i = 0; i < failures->len; i++)
    {
      const ScanFailure *failure = g_ptr_array_index (failures, i);

      json_builder_begin_object (cli->out);
      cli_put_path (cli, "path", failure->path);
      if (with_code)
        {
          cli_put_string (cli, "code", failure->code);
          cli_put_string (cli, "message", failure->message);
        }
      else
        cli_put_string (cli, "reason", failure->message);
      json_builder_end_object (cli->out);
    }
  json_builder_end_array (cli->out);
}

void
cli_say (Cli *cli, const char *format, ...)
{
  g_autofree char *text = NULL, *valid = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  valid = g_utf8_make_valid (text, -1);
  /* A line break from a file would forge a line of ours. */
  g_strdelimit (valid, "\n\r", ' ');
  g_string_append (cli->text, valid);
  g_string_append_c (cli->text, '\n');
}

void
cli_progress (const ScanProgress *progress, gpointer user_data)
{
  const Cli *cli = user_data;

  if (cli->global->quiet || !isatty (STDERR_FILENO))
    return;
  if (progress->phase == SCAN_PHASE_LOOKING)
    fprintf (stderr, "\rLooking … %" G_GUINT64_FORMAT " files\033[K", progress->done);
  else if (progress->total > 0)
    fprintf (stderr, "\r%s %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT "\033[K",
             progress->phase == SCAN_PHASE_CHECKING ? "Checking" : "Working", progress->done,
             progress->total);
  if (progress->phase == SCAN_PHASE_FINISHING)
    fputs ("\r\033[K", stderr);
}
