/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One import into a vault that is open already, without reading back; then, if it is wanted, the
 * upkeep that follows (snapshots, parity, a little checking). Prints JSON.
 * bench-import VAULT PASSPHRASE-FILE SOURCE [upkeep] */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "import.h"

static double
seconds_since (gint64 begun)
{
  return (double) (g_get_monotonic_time () - begun) / G_USEC_PER_SEC;
}

int
main (int argc, char **argv)
{
  const ScanImportOptions options = { .no_read_back = TRUE };
  g_autofree char *passphrase = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ScanLibrary) library = NULL;
  char *paths[] = { argc > 3 ? argv[3] : NULL, NULL };
  double imported = 0, kept_up = 0;
  struct rusage usage;
  ScanImportResult result = { 0 };
  ScanImport *import;
  gboolean done;
  gint64 begun;

  if (argc < 4 || !g_file_get_contents (argv[2], &passphrase, NULL, &error))
    return 2;
  g_strchomp (passphrase);
  library = scan_library_open (argv[1], passphrase, strlen (passphrase), &error);
  if (library != NULL)
    {
      begun = g_get_monotonic_time ();
      import = scan_import_new (library, paths, &options);
      done = scan_import_run (import, NULL, NULL, NULL, &error);
      scan_import_apply (import, &result);
      imported = seconds_since (begun);
      begun = g_get_monotonic_time ();
      if (done && argc > 4)
        done = scan_library_maintain (library, NULL, &error);
      kept_up = seconds_since (begun);
    }
  if (error != NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  getrusage (RUSAGE_SELF, &usage);
  printf ("{\"import_s\": %.4f, \"upkeep_s\": %.4f, \"keeper_mb\": %.1f, \"stored\": "
          "%" G_GUINT64_FORMAT ", \"documents\": %" G_GUINT64_FORMAT "}\n",
          imported, kept_up, (double) usage.ru_maxrss / 1024, result.stored, result.documents);
  scan_import_result_clear (&result);
  return 0;
}
