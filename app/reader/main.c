/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main loop of both readers, scanvault-reader and (with SCANVAULT_PAGES) scanvault-pages: loads
 * what its verbs need, locks itself in, then answers one request after the other until the keeper
 * closes the line. Started by the keeper alone (app/reader_spawn.c), with the limit of its address
 * space in bytes as the argument. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "sandbox.h"
#include "transport.h"
#ifdef SCANVAULT_PAGES
#include "pages.h"
#endif
#ifdef SCANVAULT_PROBE
#include "probe.h"
#endif

static const struct
{
  const char *name;
  ReaderVerb run;
} verbs[] = {
#ifdef SCANVAULT_PAGES
  { "pages", reader_verb_pages },
  { "page", reader_verb_page },
#else
  { "inspect", reader_verb_inspect },
  { "frame", reader_verb_frame },
  { "hash", reader_verb_hash },
  { "samples", reader_verb_samples },
  { "picture", reader_verb_picture },
  { "attributes", reader_verb_attributes },
  { "deidentify", reader_verb_deidentify },
  { "verify", reader_verb_verify },
  { "survey", reader_verb_survey },
  { "burned-in", reader_verb_burned_in },
  { "unpack", reader_verb_unpack },
  { "pack", reader_verb_pack },
  { "medium", reader_verb_medium },
  { "enclosed", reader_verb_enclosed },
  { "text", reader_verb_text },
  { "presentation", reader_verb_presentation },
  { "places", reader_verb_places },
#endif
#ifdef SCANVAULT_PROBE
  { "probe", reader_verb_probe },
#endif
  { NULL, NULL },
};

static void
serve (ReaderTransport *transport)
{
  const char *verb;
  ReaderCall call;
  ReaderAnswer answer;

  while (reader_transport_next (transport, &verb, &call, &answer))
    {
      gsize i = 0;

      while (verbs[i].name != NULL && strcmp (verbs[i].name, verb) != 0)
        i++;
#ifdef SCANVAULT_PROBE
      probe_request_id = transport->request.id;
#endif
      if (answer.error == NULL)
        {
          if (verbs[i].name == NULL)
            reader_answer_fail (&answer, "bad-request", NULL);
          else if (!verbs[i].run (&call, &answer) && answer.error == NULL)
            reader_answer_fail (&answer, "unreadable", NULL);
        }
      if (!reader_transport_reply (transport, &answer))
        return;
    }
}

/* Where memory runs out for all, the kernel is to end the reader and not the keeper or the desktop.
 */
static void
volunteer (void)
{
  int file = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

  if (file < 0)
    return;
  if (write (file, "1000", 4) != 4)
    g_debug ("nobody is told which process to end first");
  close (file);
}

static gboolean
lock_in (int argc, char **argv, ReaderSandbox *sandbox)
{
#ifdef SCANVAULT_PROBE
  /* So that a test sees that what is forbidden works as long as nobody forbids it. */
  if (!probe_prepare (argc, argv, sandbox))
    return TRUE;
#endif
  return reader_sandbox_enter (sandbox) == NULL;
}

/* Loads what the verbs of this program need. Returns NULL, or a sentence that says what is missing.
 */
static const char *
preload (ReaderSandbox *sandbox)
{
#ifdef SCANVAULT_PAGES
  sandbox->fonts = TRUE;
  return reader_pages_preload ();
#else
  return reader_dicom_preload ();
#endif
}

int
main (int argc, char **argv)
{
  ReaderSandbox sandbox = { 0 };
  ReaderTransport transport;
  guint64 address_space;

  if (argc < 2 || !g_ascii_string_to_unsigned (argv[1], 10, 1, G_MAXSIZE, &address_space, NULL))
    return EXIT_FAILURE;
  sandbox.address_space = (gsize) address_space;

  /* A keeper that is killed cannot tell its readers, and a reader that loops would not notice. */
  prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  /* Also where a container knows no close_range. */
  closefrom (SCAN_ARENA_FD + 1);
  /* DCMTK and glibc take orders from the environment. */
  clearenv ();
  setenv ("TZ", "UTC", 1);
  tzset ();
  setlocale (LC_ALL, "C.UTF-8");

  volunteer ();

  if (preload (&sandbox) != NULL)
    return SCAN_READER_EXIT_NO_PRELOAD;
  if (!reader_transport_open (&transport))
    return EXIT_FAILURE;
  /* Half locked in, there is no way out through destructors either. */
  if (!lock_in (argc, argv, &sandbox))
    _exit (SCAN_READER_EXIT_NO_SANDBOX);
#ifdef SCANVAULT_PAGES
  reader_pages_set_fonts (sandbox.fonts_open);
#endif

  if (reader_transport_ready (&transport, sandbox.landlock))
    serve (&transport);
  /* Destructors of libraries are of no use, and want system calls that are gone. */
  _exit (EXIT_SUCCESS);
}
