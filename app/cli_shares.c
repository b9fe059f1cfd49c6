/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs shares, trace and risk. */
#include <string.h>

#include "cli.h"
#include "error.h"
#include "risk.h"
#include "share.h"

void
cli_put_risks (Cli *cli, GPtrArray *risks)
{
  cli_begin_array (cli, "risks");
  for (guint i = 0; risks != NULL && i < risks->len; i++)
    {
      const ScanRisk *risk = g_ptr_array_index (risks, i);

      json_builder_begin_object (cli->out);
      cli_put_string (cli, "code", risk->code);
      cli_put_string (cli, "severity", scan_risk_level_name (risk->level));
      cli_begin_array (cli, "items");
      for (guint k = 0; k < risk->items->len; k++)
        {
          g_autofree char *item = g_utf8_make_valid (g_ptr_array_index (risk->items, k), -1);

          json_builder_add_string_value (cli->out, item);
        }
      json_builder_end_array (cli->out);
      cli_put_string (cli, "message", risk->message);
      cli_put_string (cli, "source", risk->source);
      cli_put_string (cli, "what_to_do", risk->advice);
      json_builder_end_object (cli->out);
    }
  json_builder_end_array (cli->out);
}

int
cli_risk (Cli *cli, GError **error)
{
  g_autofree char *name = NULL;
  const GOptionEntry entries[] = {
    { "profile", 0, 0, G_OPTION_ARG_STRING, &name, "named, second-opinion or public", "PROFILE" },
    { NULL },
  };
  ScanProfile profile = SCAN_PROFILE_SECOND_OPINION;
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (GArray) items = NULL;
  g_autoptr (GPtrArray) risks = NULL;

  if (!cli_options (cli, entries, "VAULT ITEM… [--profile PROFILE]", 2, -1, error))
    return -1;
  if (name != NULL && !scan_profile_from_name (name, &profile))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "The profile is named, second-opinion or public.");
      return -1;
    }
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  items = cli_items (cli, library, cli->argv + 1, cli->argc - 1, TRUE, error);
  if (items == NULL)
    return -1;
  risks = scan_library_risks (library, (const ScanItem *) (gpointer) items->data, items->len,
                              profile, FALSE, cli_cancellable (), error);
  if (risks == NULL)
    return -1;
  cli_put_risks (cli, risks);
  for (guint i = 0; i < risks->len; i++)
    {
      const ScanRisk *risk = g_ptr_array_index (risks, i);

      cli_say (cli, "[%s] %s: %s\n    Source: %s\n    %s", scan_risk_level_name (risk->level),
               risk->code, risk->message, risk->source, risk->advice);
    }
  return 0;
}

static void
put_evidence (Cli *cli, ScanEvidence evidence)
{
  static const char *const names[] = { "uid", "pseudonym", "file-hash", "frame-hash" };

  cli_begin_array (cli, "evidence");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (evidence & 1u << i)
      json_builder_add_string_value (cli->out, names[i]);
  json_builder_end_array (cli->out);
}

int
cli_trace (Cli *cli, GError **error)
{
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (GPtrArray) matches = NULL, failed = NULL;

  if (!cli_options (cli, NULL, "VAULT FILE…", 2, -1, error))
    return -1;
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL || !scan_trace (library, cli->argv + 1, cli_progress, cli, cli_cancellable (),
                                      &matches, &failed, error))
    return -1;
  cli_begin_array (cli, "matches");
  for (guint i = 0; i < matches->len; i++)
    {
      const ScanTraceMatch *match = g_ptr_array_index (matches, i);

      json_builder_begin_object (cli->out);
      cli_put_path (cli, "path", match->path);
      cli_put_string (cli, "share_id", match->share_id);
      cli_put_string (cli, "to", match->to);
      put_evidence (cli, match->evidence);
      json_builder_end_object (cli->out);
      cli_say (cli, "%s: share %s, %s", match->path, match->share_id,
               *match->to != '\0' ? match->to : "no name noted");
    }
  json_builder_end_array (cli->out);
  cli_put_failures (cli, "failed", failed, TRUE);
  if (matches->len == 0)
    cli_say (cli, "No share of this vault is known by these files.");
  return cli_partial (failed, (guint64) (g_strv_length (cli->argv + 1) - failed->len));
}

static void
put_events (Cli *cli, const ScanShareRecord *record)
{
  cli_put_string (cli, "status",
                  scan_share_status_name (scan_share_record_status (record)->status));
  cli_begin_array (cli, "events");
  for (guint i = 0; i < record->events->len; i++)
    {
      const ScanShareEvent *event = &g_array_index (record->events, ScanShareEvent, i);
      g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (event->date);
      g_autofree char *date =
          when != NULL ? g_date_time_format (when, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("");

      json_builder_begin_object (cli->out);
      cli_put_string (cli, "date", date);
      cli_put_string (cli, "status", scan_share_status_name (event->status));
      json_builder_end_object (cli->out);
    }
  json_builder_end_array (cli->out);
}

/* share: its ID, or the beginning of it. */
static gboolean
note_status (ScanLibrary *library, const char *share, ScanShareStatus status, GError **error)
{
  g_autoptr (GPtrArray) shares = scan_library_shares (library);
  const ScanShareRecord *found = NULL;

  for (guint i = 0; i < shares->len; i++)
    {
      const ScanShareRecord *record = g_ptr_array_index (shares, i);

      if (strlen (share) < 6 || !g_str_has_prefix (record->share_id, share))
        continue;
      if (found != NULL)
        {
          g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                               "Several shares begin with that ID.");
          return FALSE;
        }
      found = record;
    }
  return scan_library_note_share (library, found != NULL ? found->share_id : share, status, error);
}

int
cli_shares (Cli *cli, GError **error)
{
  g_autofree char *share = NULL, *name = NULL;
  const GOptionEntry entries[] = {
    { "note", 0, 0, G_OPTION_ARG_STRING, &share, "add what became of this share", "SHARE_ID" },
    { "status", 0, 0, G_OPTION_ARG_STRING, &name,
      "sent, received, deletion-asked or deletion-confirmed", "STATUS" },
    { NULL },
  };
  ScanShareStatus status = SCAN_SHARE_SENT;
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (GPtrArray) shares = NULL;

  if (!cli_options (cli, entries, "VAULT [--note SHARE_ID --status STATUS]", 1, 1, error))
    return -1;
  if ((share == NULL) != (name == NULL) ||
      (name != NULL && !scan_share_status_from_name (name, &status)))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "--note wants a share's ID, and --status one of sent, received, "
                           "deletion-asked and deletion-confirmed.");
      return -1;
    }
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL || (share != NULL && !note_status (library, share, status, error)))
    return -1;
  shares = scan_library_shares (library);
  cli_begin_array (cli, "shares");
  for (guint i = 0; i < shares->len; i++)
    {
      const ScanShareRecord *record = g_ptr_array_index (shares, i);
      g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (record->date);
      g_autofree char *date = g_date_time_format (when, "%Y-%m-%dT%H:%M:%SZ");

      json_builder_begin_object (cli->out);
      cli_put_string (cli, "share_id", record->share_id);
      cli_put_string (cli, "date", date);
      cli_put_string (cli, "to", record->to);
      cli_put_string (cli, "profile", scan_profile_name (record->profile));
      cli_begin_array (cli, "items");
      for (char **item = record->items; *item != NULL; item++)
        json_builder_add_string_value (cli->out, *item);
      json_builder_end_array (cli->out);
      cli_put_int (cli, "files", (gint64) record->files);
      cli_put_string (cli, "purpose", record->purpose);
      if (record->delete_by != 0)
        {
          g_autoptr (GDateTime) day = g_date_time_new_from_unix_utc (record->delete_by);
          g_autofree char *delete_by = day != NULL ? g_date_time_format (day, "%Y-%m-%d") : NULL;

          cli_put_string (cli, "delete_by", delete_by != NULL ? delete_by : "");
        }
      cli_put_int (cli, "pictures", (gint64) record->pictures);
      cli_put_string (cli, "fingerprint", record->fingerprint);
      put_events (cli, record);
      json_builder_end_object (cli->out);
      cli_say (cli, "%s  %s  %s  %" G_GUINT64_FORMAT " files  %s  %s", record->share_id, date,
               scan_profile_name (record->profile), record->files,
               scan_share_status_name (scan_share_record_status (record)->status), record->to);
    }
  json_builder_end_array (cli->out);
  return 0;
}
