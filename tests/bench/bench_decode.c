/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small pictures and whole frames by a warm reader, from files in memory. Prints for each file the
 * best time of both in ms. bench-decode ROUNDS FILE… */
#include <stdio.h>
#include <stdlib.h>

#include "library.h"
#include "reader_client.h"

static double
best_ms (ScanReaderPool *pool, const char *verb, GVariant *arguments, const ScanSource *source,
         guint rounds)
{
  g_autoptr (GVariant) kept = g_variant_ref_sink (arguments);
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < rounds; i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (ScanReaderReply) reply = { 0 };
      gint64 begun = g_get_monotonic_time ();

      if (!scan_reader_call (pool, verb, kept, source, NULL, SCAN_CALL_DEFAULT, 0, NULL, &reply,
                             &error))
        {
          g_printerr ("%s: %s\n", verb, error->message);
          exit (1);
        }
      best = MIN (best, (double) (g_get_monotonic_time () - begun) / 1000);
    }
  return best;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ScanReaderPool) pool = scan_reader_pool_new (1, &error);
  guint rounds = argc > 2 ? (guint) atoi (argv[1]) : 0;

  if (pool == NULL || rounds == 0)
    return 2;
  printf ("[");
  for (int i = 2; i < argc; i++)
    {
      g_autofree char *data = NULL;
      ScanSource source = { 0 };
      gsize size;

      if (!g_file_get_contents (argv[i], &data, &size, &error))
        return 1;
      source.size = size;
      source.data = data;
      printf ("%s{\"small_ms\": %.3f, ", i > 2 ? ", " : "",
              best_ms (pool, "picture",
                       g_variant_new_parsed ("{'frame': <uint32 0>, 'size': <uint32 %u>}",
                                             (guint) SCAN_THUMB_SIDE),
                       &source, rounds));
      printf (
          "\"frame_ms\": %.3f}",
          best_ms (pool, "frame", g_variant_new_parsed ("{'frame': <uint32 0>}"), &source, rounds));
    }
  printf ("]\n");
  return 0;
}
