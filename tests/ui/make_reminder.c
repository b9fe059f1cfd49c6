/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vault in which the answer to a letter has been due for some days.
 * usage: make-reminder VAULT PASSPHRASE_FILE CLINIC DAYS */
#include <stdlib.h>
#include <string.h>

#include "reminder.h"

int
main (int argc, char **argv)
{
  g_autoptr (ScanLibrary) library = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *passphrase = NULL;
  ScanReminder reminder = { NULL, g_get_real_time () / G_USEC_PER_SEC, SCAN_REMIND_ACCESS, NULL };

  if (argc != 5 || !g_file_get_contents (argv[2], &passphrase, NULL, &error))
    g_error ("%s", error != NULL ? error->message : "four words are needed");
  reminder.due -= (gint64) atoi (argv[4]) * 24 * 60 * 60;
  reminder.to = argv[3];
  library = scan_library_open (argv[1], passphrase, strlen (passphrase), &error);
  if (library == NULL || !scan_library_set_reminder (library, &reminder, &error))
    g_error ("%s", error->message);
  return 0;
}
