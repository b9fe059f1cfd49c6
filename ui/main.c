/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>

#include "application.h"
#include "error.h"
#include "lockdown.h"
#include "plainname.h"
#include "words.h"

/* In a build tree the catalogs stand beside the program. */
static void
bind_catalogs (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *beside = folder != NULL ? g_build_filename (folder, "po", NULL) : NULL;

  bindtextdomain ("scanvault", beside != NULL && g_file_test (beside, G_FILE_TEST_IS_DIR)
                                   ? beside
                                   : UI_LOCALEDIR);
}

static const char *
in_language (const char *english)
{
  return *english != '\0' ? _ (english) : "";
}

int
main (int argc, char **argv)
{
  g_autoptr (UiApplication) application = NULL;
  g_autoptr (GError) error = NULL;

  scan_lockdown_memory ();
  scan_lockdown_temp ();
  setlocale (LC_ALL, "");
  bind_catalogs ();
  bind_textdomain_codeset ("scanvault", "UTF-8");
  textdomain ("scanvault");
  scan_plain_set_language (in_language);
  /* Before GTK starts its threads: the ban on the network holds for those that come later. */
  if (!scan_lockdown_network (&error) || vault_init () != VAULT_OK)
    {
      fprintf (stderr, "%s\n", ui_words_error (error, UI_TOPIC_PASSPHRASE));
      return scan_error_exit_code (error);
    }
  application = ui_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
