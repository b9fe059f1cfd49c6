/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing of recordings: any numbers, any names. */
#include "report_strip.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  enum
  {
    HEAD = 4 + 2 * sizeof (double) + 16
  };
  ReportTrace traces[4];
  ReportStrip strip = { .title = "", .traces = traces };
  g_autofree char *name = NULL;
  g_autofree float *values = NULL;
  g_autofree guint8 *rgb = NULL;
  double rate, millivolts;
  guint columns, rows;

  if (size < HEAD + 2 * sizeof (float))
    return 0;
  strip.n_traces = 1 + data[0] % 4;
  memcpy (&rate, data + 4, sizeof rate);
  memcpy (&millivolts, data + 4 + sizeof rate, sizeof millivolts);
  name = g_utf8_make_valid ((const char *) data + 4 + 2 * sizeof (double), 16);
  strip.rate = rate >= 1e-3 && rate <= 1e6 ? rate : 500;
  strip.n = MIN ((size - HEAD) / sizeof (float), (gsize) 4096);
  strip.width = MIN (10.0, (double) strip.n / strip.rate);
  values = g_memdup2 (data + HEAD, strip.n * sizeof (float));
  for (guint i = 0; i < strip.n_traces; i++)
    traces[i] = (ReportTrace){ name, name, values, i % 2 == 0 ? millivolts : 0 };
  report_strip_size (strip.n_traces, strip.width, &columns, &rows);
  rgb = g_malloc ((gsize) columns * rows * 3);
  report_strip_draw (&strip, rgb);
  return 0;
}
