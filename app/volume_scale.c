/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "volume_scale.h"

#include <math.h>

#include "image_private.h"

#define SAME 1e-6 /* of a slope: less than a step over all 16 bits */
#define TOP 65535.0

void
scan_scale_of (const ScanFrame *frame, ScanScale *ret_scale)
{
  *ret_scale = (ScanScale){ frame->slope,       frame->intercept,     frame->is_signed,
                            frame->has_padding, frame->padding_first, frame->padding_last };
}

static gboolean
same_slope (const ScanScale *a, const ScanScale *b)
{
  return fabs (a->slope - b->slope) <= fabs (a->slope) * SAME;
}

gboolean
scan_scale_is_same (const ScanScale *a, const ScanScale *b)
{
  return same_slope (a, b) && a->is_signed == b->is_signed &&
         fabs (a->intercept - b->intercept) <= SAME * MAX (fabs (a->intercept), 1);
}

gboolean
scan_scale_is_wide (const ScanFrame *frame)
{
  return frame->bits > 16 || frame->is_float;
}

/* Room for values from low to high; first: the lowest word for them. */
static void
span (double low, double high, double first, ScanScale *scale)
{
  scale->is_signed = FALSE;
  scale->slope = high > low ? (high - low) / (TOP - first) : 1;
  scale->intercept = low - first * scale->slope;
}

static guint16
word_of (double steps)
{
  return (guint16) (CLAMP (steps, 0, TOP) + 0.5);
}

void
scan_scale_narrow (const ScanFrame *frame, guint16 *words, ScanScale *ret_scale)
{
  const gsize n = (gsize) frame->rows * frame->columns;
  const double first = frame->has_padding ? 1 : 0;
  ScanScale scale = { .has_padding = frame->has_padding };
  double low, high;

  scan_frame_range (frame, &low, &high);
  span (low, high, first, &scale);
  for (gsize i = 0; i < n; i++)
    {
      const double stored = scan_frame_stored (frame, i);

      words[i] = scan_frame_is_padding (frame, stored)
                     ? 0
                     : word_of ((scan_frame_modality (frame, stored) - low) / scale.slope + first);
    }
  *ret_scale = scale;
}

static gboolean
is_padding (const ScanScale *scale, int stored)
{
  return scale->has_padding && stored >= scale->padding_first && stored <= scale->padding_last;
}

static int
stored_of (const ScanScale *scale, guint16 word)
{
  return scale->is_signed ? (gint16) word : word;
}

/* Lowest and highest value of a slice, padding left out. */
static void
widen (const guint16 *words, gsize n, const ScanScale *scale, double *low, double *high)
{
  int least = G_MAXINT, most = G_MININT;

  for (gsize i = 0; i < n; i++)
    {
      const int stored = stored_of (scale, words[i]);

      if (is_padding (scale, stored))
        continue;
      least = MIN (least, stored);
      most = MAX (most, stored);
    }
  if (least > most)
    return;
  for (guint i = 0; i < 2; i++)
    {
      const double value = (i == 0 ? least : most) * scale->slope + scale->intercept;

      *low = MIN (*low, value);
      *high = MAX (*high, value);
    }
}

static ScanScale
common_scale (const guint16 *words, gsize n, guint slices, const ScanScale *scales)
{
  ScanScale common = { .slope = scales[0].slope };
  gboolean shared = common.slope > 0;
  double low = INFINITY, high = -INFINITY, first;

  for (guint i = 0; i < slices; i++)
    {
      widen (words + n * i, n, &scales[i], &low, &high);
      shared = shared && same_slope (&common, &scales[i]);
      common.has_padding = common.has_padding || scales[i].has_padding;
    }
  if (!(low <= high))
    low = high = 0;
  first = common.has_padding ? 1 : 0;
  if (shared && (high - low) / common.slope <= TOP - first)
    common.intercept = low - first * common.slope;
  else
    span (low, high, first, &common);
  return common;
}

void
scan_scale_level (guint16 *words, gsize n, guint slices, const ScanScale *scales,
                  ScanScale *ret_scale)
{
  const ScanScale common = common_scale (words, n, slices, scales);

  for (guint i = 0; i < slices; i++, words += n)
    {
      const ScanScale own = scales[i];
      const double a = own.slope / common.slope,
                   b = (own.intercept - common.intercept) / common.slope;

      for (gsize k = 0; k < n; k++)
        {
          const int stored = stored_of (&own, words[k]);

          words[k] = is_padding (&own, stored) ? 0 : word_of (stored * a + b);
        }
    }
  *ret_scale = common;
}
