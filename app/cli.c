/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scanvault-cli: global options, verbs, answers and exit codes. */
#include "cli.h"

#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "error.h"
#include "json_text.h"
#include "lockdown.h"

typedef struct
{
  const char *name;
  CliVerb run;
  const char *does;
} Verb;

static const Verb verbs[] = {
  { "create", cli_create, "makes a new vault and shows its recovery key once" },
  { "import", cli_import, "takes files and folders into the vault" },
  { "list", cli_list, "lists what the vault holds, newest first" },
  { "show", cli_show, "shows one item in full: a report as text, a document with its pages" },
  { "annotate", cli_annotate, "writes a title, note, tags or a star on a scan or document" },
  { "render", cli_render, "writes one picture, or one page of a document, as PNG" },
  { "export", cli_export, "writes the originals back, bit for bit" },
  { "share", cli_share, "writes a checked copy for somebody else" },
  { "trace", cli_trace, "tells which share a found copy came from" },
  { "risk", cli_risk, "tells what could still identify the person" },
  { "shares", cli_shares, "lists who was given what" },
  { "delete", cli_delete, "puts items into the trash" },
  { "restore", cli_restore, "takes items out of the trash again" },
  { "purge", cli_purge, "takes what is in the trash out of the vault for good" },
  { "deidentify", cli_deidentify, "makes checked copies of files without a vault" },
  { "check", cli_check, "reads and authenticates everything in the vault" },
  { "passphrase", cli_change_passphrase, "changes the passphrase" },
  { "slots", cli_slots, "lists, adds and removes passphrases" },
  { "sheet", cli_sheet, "shows the recovery key again" },
  { "recover", cli_recover, "sets a new passphrase by the recovery key" },
  { "rekey", cli_rekey, "carries everything into a new vault with a new key" },
  { "parity", cli_parity, "tells or sets whether a little more is stored to repair damage" },
  { "copy", cli_copy, "copies the vault to another folder, or brings a copy up to date" },
  { "inspect", cli_inspect, "tells what files are, without a vault" },
};

static GCancellable *cancellable;

GCancellable *
cli_cancellable (void)
{
  return cancellable;
}

/* Signals are waited for in a thread, so that the verb is cancelled at a safe place; the second one
 * ends the program the ordinary way. */
static gpointer
wait_for_signal (gpointer data)
{
  sigset_t *set = data;
  int number;

  if (sigwait (set, &number) == 0)
    {
      g_cancellable_cancel (cancellable);
      signal (number, SIG_DFL);
      pthread_sigmask (SIG_UNBLOCK, set, NULL);
    }
  return NULL;
}

static void
watch_signals (void)
{
  static sigset_t set;

  cancellable = g_cancellable_new ();
  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  g_thread_unref (g_thread_new ("signals", wait_for_signal, &set));
}

static void
print_usage (FILE *stream)
{
  fprintf (stream,
           "Usage: scanvault-cli [--passphrase-file FILE] [--json] [--quiet] VERB [ARGUMENTS]\n\n");
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    fprintf (stream, "  %-11s %s\n", verbs[i].name, verbs[i].does);
  fprintf (stream,
           "\nscanvault-cli VERB --help tells more.\n"
           "In JSON \"shown_as\" says how an item is shown: pictures, strip, pages, text or "
           "none; show adds\n\"text\" (lines, two spaces in front for each level) or "
           "\"pages\", and \"problem\" where something is in the way.\n");
}

/* Global options stand before the verb, but are taken anywhere in front of "--". Returns the verb's
 * place. */
static int
parse_global (int argc, char **argv, CliGlobal *global, GPtrArray *rest, GError **error)
{
  gboolean options = TRUE;

  for (int i = 1; i < argc; i++)
    {
      if (options && g_str_equal (argv[i], "--"))
        options = FALSE;
      if (options && g_str_equal (argv[i], "--json"))
        global->json = TRUE;
      else if (options && g_str_equal (argv[i], "--quiet"))
        global->quiet = TRUE;
      else if (options && g_str_equal (argv[i], "--passphrase-file"))
        {
          if (++i == argc)
            {
              g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                                   "--passphrase-file needs a file name.");
              return -1;
            }
          global->passphrase_file = argv[i];
        }
      else if (options && g_str_has_prefix (argv[i], "--passphrase-file="))
        global->passphrase_file = argv[i] + strlen ("--passphrase-file=");
      else
        g_ptr_array_add (rest, argv[i]);
    }
  return (int) rest->len;
}

/* Whatever came out of a file may hold terminal control sequences. */
static void
print_clean (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '\n' || (c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0)))
        fwrite (at, 1, (size_t) (g_utf8_next_char (at) - at), stdout);
    }
}

static void
print_json (JsonBuilder *builder)
{
  g_autofree char *text = scan_json_text (builder);

  puts (text);
}

static void
put_error (Cli *cli, const char *code, const char *message, const GError *error)
{
  json_builder_set_member_name (cli->out, "error");
  json_builder_begin_object (cli->out);
  cli_put_string (cli, "code", code);
  cli_put_string (cli, "message", message);
  if (cli->suggestion)
    cli_put_bool (cli, "suggestion", TRUE);
  if (scan_error_damaged_slots (error) > 0)
    cli_put_int (cli, "damaged_slots", scan_error_damaged_slots (error));
  if (g_error_matches (error, SCAN_ERROR, SCAN_ERROR_REMOVED_SECRET))
    cli_put_bool (cli, "removed", TRUE);
  json_builder_end_object (cli->out);
}

static int
run_verb (Cli *cli, CliVerb verb)
{
  g_autoptr (GError) error = NULL;
  int code;

  json_builder_begin_object (cli->out);
  code = verb (cli, &error);
  if (code < 0)
    code = scan_error_exit_code (error);
  if (code != 0 && cli->global->json)
    {
      if (error != NULL)
        put_error (cli, scan_error_name (error), error->message, error);
      else if (code == 1)
        put_error (cli, "partial", "Not all of it could be done.", NULL);
      else if (code == 4)
        put_error (cli, "damaged", "Damage was found in the vault.", NULL);
      else
        put_error (cli, "failed", "It could not be done.", NULL);
    }
  json_builder_end_object (cli->out);
  if (cli->global->json)
    print_json (cli->out);
  else
    {
      print_clean (cli->text->str);
      if (error != NULL)
        fprintf (stderr, "%s\n", error->message);
    }
  if (fflush (stdout) != 0 && code == 0)
    code = 6;
  return code;
}

int
main (int argc, char **argv)
{
  CliGlobal global = { 0 };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  Cli cli = { .global = &global };
  CliVerb verb = NULL;
  int code;

  scan_lockdown_memory ();
  setlocale (LC_ALL, "");
  code = parse_global (argc, argv, &global, rest, &error);
  cli.out = json_builder_new ();
  cli.text = g_string_new (NULL);
  if (code > 0)
    {
      cli.verb = g_ptr_array_index (rest, 0);
      if (g_str_equal (cli.verb, "--version"))
        {
          puts ("scanvault-cli " SCANVAULT_VERSION);
          return 0;
        }
      if (g_str_equal (cli.verb, "--help") || g_str_equal (cli.verb, "-h"))
        {
          print_usage (stdout);
          return 0;
        }
      for (gsize i = 0; i < G_N_ELEMENTS (verbs) && verb == NULL; i++)
        if (g_str_equal (verbs[i].name, cli.verb))
          verb = verbs[i].run;
    }
  if (verb == NULL)
    {
      if (global.json)
        puts ("{\"error\": {\"code\": \"usage\", \"message\": \"There is no such verb; see "
              "--help.\"}}");
      else
        print_usage (stderr);
      return 2;
    }
  if (!scan_lockdown_network (&error))
    {
      fprintf (stderr, "%s\n", error->message);
      return scan_error_exit_code (error);
    }
  watch_signals ();
  g_ptr_array_add (rest, NULL);
  cli.argc = (int) rest->len - 2;
  cli.argv = (char **) rest->pdata + 1;
  code = run_verb (&cli, verb);
  g_object_unref (cli.out);
  g_string_free (cli.text, TRUE);
  return code;
}
