/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of a picture into the pixels of a window. */
#include "image_scale.h"

#include <string.h>

static ScanTaps *
viewport_taps (double middle, double scale, guint size, guint length)
{
  const double step = 1 / scale;
  ScanFilter filter = scale < 0.5 ? SCAN_FILTER_BOX
                      : scale > 4 ? SCAN_FILTER_NEAREST
                                  : SCAN_FILTER_BILINEAR;

  return scan_taps_new (size, middle + (0.5 - size / 2.0) * step, step, length, filter);
}

static inline guint32
bgra (guint red, guint green, guint blue)
{
  /* Bytes B, G, R, A in this order on a little-endian machine. */
  return GUINT32_TO_LE (0xff000000u | red << 16 | green << 8 | blue);
}

static void
draw_gray (const ScanTaps *across, const float *sums, guint32 *out)
{
  for (guint x = 0; x < across->n; x++)
    {
      const ScanTap *tap = &across->taps[x];
      const float *from = sums + tap->from;
      float sum = 0.5f;
      guint level;

      if (tap->n == 2)
        sum += tap->weights[0] * from[0] + tap->weights[1] * from[1];
      else
        for (guint k = 0; k < tap->n; k++)
          sum += tap->weights[k] * from[k];
      level = MIN ((guint) sum, 255);
      out[x] = bgra (level, level, level);
    }
}

static void
draw_rgb (const ScanTaps *across, const float *sums, guint32 *out)
{
  for (guint x = 0; x < across->n; x++)
    {
      const ScanTap *tap = &across->taps[x];
      const float *from = sums + (gsize) tap->from * 3;
      float red = 0.5f, green = 0.5f, blue = 0.5f;

      for (guint k = 0; k < tap->n; k++, from += 3)
        {
          red += tap->weights[k] * from[0];
          green += tap->weights[k] * from[1];
          blue += tap->weights[k] * from[2];
        }
      out[x] = bgra (MIN ((guint) red, 255), MIN ((guint) green, 255), MIN ((guint) blue, 255));
    }
}

void
scan_picture_draw (const ScanPicture *picture, double x, double y, double sx, double sy,
                   guint8 *bgra8, guint width, guint height, gsize stride)
{
  const guint32 black = bgra (0, 0, 0);
  ScanTaps *across, *down;
  g_autofree float *sums = NULL;
  g_autofree guint32 *line = NULL;

  g_return_if_fail (sx > 0 && sy > 0 && stride >= (gsize) width * 4);
  across = viewport_taps (x, sx, width, picture->columns);
  down = viewport_taps (y, sy, height, picture->rows);
  sums = g_new0 (float, (gsize) picture->columns * picture->channels);
  line = g_new (guint32, width);
  for (guint row = 0; row < height; row++)
    {
      const ScanTap *tap = &down->taps[row];
      const ScanTap *previous = row > 0 ? &down->taps[row - 1] : NULL;
      /* Enlarged pixels repeat whole lines. */
      gboolean same = previous != NULL && tap->n == 1 && previous->n == 1 &&
                      tap->from == previous->from && tap->weights[0] == previous->weights[0];

      if (tap->n == 0 || across->to == 0)
        for (guint i = 0; i < width; i++)
          line[i] = black;
      else if (!same)
        {
          scan_taps_rows (tap, picture, across->from, across->to, sums);
          if (picture->channels == 3)
            draw_rgb (across, sums, line);
          else
            draw_gray (across, sums, line);
          for (guint i = 0; i < width; i++)
            if (across->taps[i].n == 0)
              line[i] = black;
        }
      memcpy (bgra8 + row * stride, line, (gsize) width * 4);
    }
  scan_taps_free (across);
  scan_taps_free (down);
}
