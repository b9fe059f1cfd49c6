/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an instance in an open vault to a decoded frame, again and again: what a double-click waits
 * for with a warm reader. Prints JSON. bench-picture VAULT PASSPHRASE-FILE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"

#define ROUNDS 60

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

static gboolean
time_series (ScanLibrary *library, const ScanSeries *series, gboolean first)
{
  double times[ROUNDS];
  guint frame;
  const ScanInstance *middle = scan_series_middle (series, &frame);

  if (middle == NULL)
    return FALSE;
  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 begun = g_get_monotonic_time ();
      g_autoptr (ScanFrame) decoded = scan_library_frame (library, middle, frame, NULL, NULL);
      g_autoptr (ScanPicture) picture = NULL;
      ScanBrightness brightness;

      if (decoded == NULL)
        return FALSE;
      scan_frame_default_brightness (decoded, &brightness);
      picture = scan_frame_render (decoded, &brightness);
      times[i] = (double) (g_get_monotonic_time () - begun) / 1000;
    }
  qsort (times, ROUNDS, sizeof *times, compare);
  printf ("%s{\"modality\": \"%s\", \"rows\": %u, \"columns\": %u, \"syntax\": \"%s\", \"min_ms\": "
          "%.2f, \"median_ms\": %.2f, "
          "\"max_ms\": %.2f}",
          first ? "" : ", ", series->modality, middle->rows, middle->columns,
          middle->transfer_syntax, times[0], times[ROUNDS / 2], times[ROUNDS - 1]);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autofree char *passphrase = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ScanLibrary) library = NULL;
  gboolean first = TRUE;
  GPtrArray *studies;

  if (argc != 3 || !g_file_get_contents (argv[2], &passphrase, NULL, &error))
    return 2;
  g_strchomp (passphrase);
  library = scan_library_open (argv[1], passphrase, strlen (passphrase), &error);
  if (library == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  studies = scan_catalog_studies (scan_library_catalog (library));
  printf ("[");
  for (guint i = 0; i < studies->len; i++)
    {
      const ScanStudy *study = g_ptr_array_index (studies, i);

      for (guint k = 0; k < study->series->len; k++)
        if (time_series (library, g_ptr_array_index (study->series, k), first))
          first = FALSE;
    }
  printf ("]\n");
  return 0;
}
