/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which values a frame has, and the brightness that follows from them. */
#include "image_private.h"

#include <math.h>

#define WORDS 65536
#define BINS 4096

/* How often each stored value of 8 or 16 bits occurs, padding left out; negative ones stand in the
 * upper half. */
static guint32 *
count_words (const ScanFrame *frame)
{
  const gsize n = (gsize) frame->rows * frame->columns;
  guint32 *counts = g_new0 (guint32, WORDS);
  const void *pixels = g_bytes_get_data (frame->pixels, NULL);

  if (frame->bits == 16)
    for (gsize i = 0; i < n; i++)
      counts[((const guint16 *) pixels)[i]]++;
  else
    for (gsize i = 0; i < n; i++)
      counts[frame->is_signed ? (guint16) ((const gint8 *) pixels)[i]
                              : ((const guint8 *) pixels)[i]]++;
  if (frame->has_padding)
    for (gint64 v = MAX (frame->padding_first, -32768); v <= MIN (frame->padding_last, 65535); v++)
      if (frame->is_signed ? v < 32768 : v >= 0)
        counts[(guint16) v] = 0;
  return counts;
}

static double
word_value (const ScanFrame *frame, guint word)
{
  return scan_frame_modality (frame, frame->is_signed ? (gint16) word : (double) word);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* Modality values at the two fractions of the sorted pixels, for frames of 8 and 16 bits. */
static gboolean
word_quantiles (const ScanFrame *frame, double low, double high, double *ret_low, double *ret_high)
{
  g_autofree guint32 *counts = count_words (frame);
  guint64 total = 0, seen = 0, skip_low, skip_high;
  gboolean has_low = FALSE;
  /* A modality LUT may go up and down, so values are sorted; a line needs its direction only. */
  g_autofree double *pairs = NULL;
  gsize n_pairs = 0;

  pairs = g_new (double, 2 * WORDS);
  for (guint i = 0; i < WORDS; i++)
    {
      guint word = frame->is_signed ? (i + 32768) & 0xffff : i;

      if (counts[word] == 0)
        continue;
      total += counts[word];
      pairs[2 * n_pairs] = word_value (frame, word);
      pairs[2 * n_pairs + 1] = counts[word];
      n_pairs++;
    }
  if (total == 0)
    return FALSE;
  if (frame->modality_lut.n > 0 || frame->slope < 0)
    qsort (pairs, n_pairs, 2 * sizeof (double), compare);
  skip_low = (guint64) (low * (double) (total - 1));
  skip_high = (guint64) (high * (double) (total - 1));
  for (gsize i = 0; i < n_pairs; i++)
    {
      seen += (guint64) pairs[2 * i + 1];
      if (!has_low && seen > skip_low)
        {
          *ret_low = pairs[2 * i];
          has_low = TRUE;
        }
      if (seen > skip_high)
        {
          *ret_high = pairs[2 * i];
          break;
        }
    }
  return TRUE;
}

/* The same for 32 and 64 bits and floats: exact ends, and quantiles to one part in BINS of the
 * range. */
static gboolean
wide_quantiles (const ScanFrame *frame, double low, double high, double *ret_low, double *ret_high)
{
  const gsize n = (gsize) frame->rows * frame->columns;
  double min = INFINITY, max = -INFINITY;
  guint32 bins[BINS] = { 0 };
  guint64 total = 0, seen = 0;
  gboolean has_low = FALSE;

  for (gsize i = 0; i < n; i++)
    {
      double stored = scan_frame_stored (frame, i), value;

      if (scan_frame_is_padding (frame, stored))
        continue;
      value = scan_frame_modality (frame, stored);
      min = MIN (min, value);
      max = MAX (max, value);
      total++;
    }
  if (total == 0 || !isfinite (min) || !isfinite (max) || !isfinite (max - min))
    return FALSE;
  *ret_low = min;
  *ret_high = max;
  if ((low <= 0 && high >= 1) || max <= min || !isfinite (max - min))
    return TRUE;

  for (gsize i = 0; i < n; i++)
    {
      double stored = scan_frame_stored (frame, i);

      if (!scan_frame_is_padding (frame, stored))
        bins[(guint) ((scan_frame_modality (frame, stored) - min) / (max - min) * (BINS - 1))]++;
    }
  for (guint i = 0; i < BINS; i++)
    {
      seen += bins[i];
      if (!has_low && (double) seen > low * (double) (total - 1))
        {
          *ret_low = min + (max - min) * i / BINS;
          has_low = TRUE;
        }
      if ((double) seen > high * (double) (total - 1))
        {
          *ret_high = min + (max - min) * (i + 1) / BINS;
          break;
        }
    }
  return TRUE;
}

static void
quantiles (const ScanFrame *frame, double low, double high, double *ret_low, double *ret_high)
{
  double from = 0, to = 0;
  gboolean found = frame->bits <= 16 && !frame->is_float
                       ? word_quantiles (frame, low, high, &from, &to)
                       : wide_quantiles (frame, low, high, &from, &to);

  if (!found)
    from = to = 0;
  if (!(to > from))
    to = from + MAX (1, fabs (from) * 1e-6);
  *ret_low = from;
  *ret_high = to;
}

void
scan_frame_range (const ScanFrame *frame, double *ret_low, double *ret_high)
{
  if (frame->samples == 3)
    {
      *ret_low = 0;
      *ret_high = ldexp (1, (int) frame->stored) - 1;
    }
  else
    quantiles (frame, 0, 1, ret_low, ret_high);
}

void
scan_frame_default_brightness (const ScanFrame *frame, ScanBrightness *ret_brightness)
{
  ScanBrightness brightness = { 0 };
  double low, high;

  if (frame->samples == 3)
    {
      brightness.width = ldexp (1, (int) frame->stored);
      brightness.center = brightness.width / 2;
    }
  else if (frame->windows->len > 0)
    {
      const ScanWindow *window = &g_array_index (frame->windows, ScanWindow, 0);

      brightness.center = window->center;
      brightness.width = window->width;
    }
  else
    {
      quantiles (frame, 0.01, 0.99, &low, &high);
      brightness.width = high - low;
      brightness.center = low + brightness.width / 2;
      if (frame->voi_function == SCAN_VOI_LINEAR)
        {
          /* That function ends half a step inside (PS3.3 C.11.2.1.2.1). */
          brightness.width += 1;
          brightness.center += 0.5;
        }
    }
  brightness.use_voi_lut = frame->samples == 1 && frame->voi_lut.n > 0;
  *ret_brightness = brightness;
}
