/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb check. */
#include "check.h"
#include "cli.h"
#include "error.h"

static void
put_findings (Cli *cli, const char *name, const char *word, GPtrArray *findings)
{
  cli_begin_array (cli, name);
  for (guint i = 0; i < findings->len; i++)
    {
      const ScanFinding *finding = g_ptr_array_index (findings, i);

      json_builder_begin_object (cli->out);
      cli_put_string (cli, "item", finding->item);
      cli_put_string (cli, "message", finding->message);
      if (finding->members->len > 0)
        {
          cli_begin_array (cli, "originals");
          for (guint k = 0; k < finding->members->len; k++)
            json_builder_add_string_value (cli->out, g_ptr_array_index (finding->members, k));
          json_builder_end_array (cli->out);
        }
      json_builder_end_object (cli->out);
      cli_say (cli, "  %s: %s: %s", word, finding->item, finding->message);
    }
  json_builder_end_array (cli->out);
}

/* Returns whether this is an older copy. */
static gboolean
put_notices (Cli *cli, GPtrArray *notices)
{
  static const char *const kinds[] = {
    [SCAN_NOTICE_NO_PASSPHRASE] = "no-passphrase",
    [SCAN_NOTICE_DAMAGED] = "damaged",
    [SCAN_NOTICE_OLDER] = "older",
    [SCAN_NOTICE_COPY] = "copy",
    [SCAN_NOTICE_ARRIVING] = "arriving",
    [SCAN_NOTICE_FORK] = "fork",
    [SCAN_NOTICE_CONFLICT] = "conflict",
    [SCAN_NOTICE_HEALED] = "healed",
    [SCAN_NOTICE_UNLISTED] = "unlisted",
    [SCAN_NOTICE_NOT_DURABLE] = "not-durable",
    [SCAN_NOTICE_SHEET] = "sheet",
  };
  gboolean older = FALSE;

  cli_begin_array (cli, "notices");
  for (guint i = 0; i < notices->len; i++)
    {
      const ScanNotice *notice = g_ptr_array_index (notices, i);

      json_builder_begin_object (cli->out);
      cli_put_string (cli, "kind", kinds[notice->kind]);
      cli_put_int (cli, "count", notice->count);
      cli_put_string (cli, "message", notice->sentence);
      json_builder_end_object (cli->out);
      cli_say (cli, "%s", notice->sentence);
      older = older || notice->kind == SCAN_NOTICE_OLDER;
    }
  json_builder_end_array (cli->out);
  cli_put_bool (cli, "older", older);
  return older;
}

static void
put_report (Cli *cli, const ScanCheckReport *report)
{
  cli_put_int (cli, "objects", (gint64) report->objects);
  cli_put_int (cli, "bytes", (gint64) report->bytes);
  cli_say (cli, "%" G_GUINT64_FORMAT " objects, %" G_GUINT64_FORMAT " bytes examined.",
           report->objects, report->bytes);
  put_findings (cli, "damaged", "damaged", report->findings[SCAN_FINDING_DAMAGED]);
  put_findings (cli, "missing", "missing", report->findings[SCAN_FINDING_MISSING]);
  put_findings (cli, "arriving", "arriving", report->findings[SCAN_FINDING_ARRIVING]);
  put_findings (cli, "orphans", "left over", report->findings[SCAN_FINDING_ORPHAN]);
  put_findings (cli, "healed", "healed", report->findings[SCAN_FINDING_HEALED]);
  cli_put_int (cli, "listed", (gint64) report->listed);
  if (report->listed > 0)
    cli_say (cli, "%" G_GUINT64_FORMAT " originals are in the list again.", report->listed);
}

/* older: what this computer has seen is not there, and the owner did not say that it may be. */
static int
verdict (Cli *cli, const ScanCheckReport *report, gboolean older)
{
  if (older || report->findings[SCAN_FINDING_DAMAGED]->len > 0 ||
      report->findings[SCAN_FINDING_MISSING]->len > 0)
    return 4;
  if (report->findings[SCAN_FINDING_ARRIVING]->len > 0)
    return 1;
  cli_say (cli, "Everything is as it was written.");
  return 0;
}

int
cli_check (Cli *cli, GError **error)
{
  gboolean quick = FALSE, hash = FALSE, repair = FALSE, accept_older = FALSE, older, ran;
  const GOptionEntry entries[] = {
    { "quick", 0, 0, G_OPTION_ARG_NONE, &quick, "Only look whether everything is there", NULL },
    { "hash", 0, 0, G_OPTION_ARG_NONE, &hash, "Read everything, but decode nothing", NULL },
    { "repair", 0, 0, G_OPTION_ARG_NONE, &repair, "First make good what can be made good", NULL },
    { "accept-older", 0, 0, G_OPTION_ARG_NONE, &accept_older,
      "Go on with a copy that is older than what this computer has seen", NULL },
    { NULL },
  };
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (GPtrArray) notices = NULL;
  g_auto (ScanCheckReport) report = { 0 };

  if (!cli_options (cli, entries, "VAULT", 1, 1, error))
    return -1;
  if (quick && hash)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                           "check takes --quick or --hash, not both.");
      return -1;
    }
  library = cli_open (cli, cli->argv[0], error);
  if (library == NULL)
    return -1;
  notices = scan_library_notices (library);
  if (accept_older && !scan_library_accept_older (library, error))
    return -1;
  ran = scan_library_check (library,
                            quick  ? SCAN_CHECK_QUICK
                            : hash ? SCAN_CHECK_HASH
                                   : SCAN_CHECK_FULL,
                            repair, cli_progress, cli, cli_cancellable (), &report, error);
  older = put_notices (cli, notices) && !accept_older;
  put_report (cli, &report);
  if (!ran)
    return -1;
  /* What was taken up again has no parity yet. */
  if (repair)
    cli_maintain (library);
  return verdict (cli, &report, older);
}
