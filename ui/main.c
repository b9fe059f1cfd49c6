/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>

#include "application.h"
#include "error.h"
#include "lockdown.h"
#include "words.h"

int
main (int argc, char **argv)
{
  g_autoptr (UiApplication) application = NULL;
  g_autoptr (GError) error = NULL;

  scan_lockdown_memory ();
  scan_lockdown_temp ();
  setlocale (LC_ALL, "");
  bindtextdomain ("scanvault", UI_LOCALEDIR);
  bind_textdomain_codeset ("scanvault", "UTF-8");
  textdomain ("scanvault");
  /* Before GTK starts its threads: the ban on the network holds for those that come later. */
  if (!scan_lockdown_network (&error) || vault_init () != VAULT_OK)
    {
      fprintf (stderr, "%s\n", ui_words_error (error, UI_TOPIC_PASSPHRASE));
      return scan_error_exit_code (error);
    }
  application = ui_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
