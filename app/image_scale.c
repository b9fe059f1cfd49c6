/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of 8 bits in other sizes: one axis after the other, each output pixel a weighted sum. */
#include "image_scale.h"

#include <math.h>
#include <string.h>

#include "image_memory.h"

#define PICTURE_BYTES_MAX ((gsize) 3 * 65535 * 65535)

ScanPicture *
scan_picture_new (guint rows, guint columns, guint channels)
{
  ScanPicture *picture;
  guint8 *pixels;
  gsize size;

  if (rows == 0 || columns == 0 || (channels != 1 && channels != 3) ||
      !g_size_checked_mul (&size, rows, columns) || !g_size_checked_mul (&size, size, channels) ||
      size > PICTURE_BYTES_MAX)
    return NULL;
  pixels = scan_image_alloc (size);
  if (pixels == NULL)
    return NULL;
  picture = g_new (ScanPicture, 1);
  *picture = (ScanPicture){ rows, columns, channels, pixels };
  return picture;
}

void
scan_picture_free (ScanPicture *picture)
{
  if (picture == NULL)
    return;
  scan_image_free (picture->pixels);
  g_free (picture);
}

ScanTaps *
scan_taps_new (guint n, double first, double step, guint length, ScanFilter filter)
{
  ScanTaps *taps = g_new0 (ScanTaps, 1);
  guint reach = filter == SCAN_FILTER_BOX ? (guint) MIN (ceil (step) + 1, length) : 2;

  taps->n = n;
  taps->taps = g_new0 (ScanTap, n);
  taps->weights = g_new0 (float, (gsize) n *reach);
  for (guint i = 0; i < n; i++)
    {
      ScanTap *tap = &taps->taps[i];
      float *weights = taps->weights + (gsize) i * reach;
      const double at = first + step * i;

      tap->weights = weights;
      if (!(at >= 0) || at >= length)
        continue;
      if (filter == SCAN_FILTER_NEAREST)
        {
          tap->from = (guint) at;
          tap->n = 1;
          weights[0] = 1;
        }
      else if (filter == SCAN_FILTER_BILINEAR)
        {
          double left = MAX (at - 0.5, 0);
          double share;

          tap->from = (guint) left;
          share = left - tap->from;
          tap->n = tap->from + 1 < length ? 2 : 1;
          weights[0] = tap->n == 2 ? (float) (1 - share) : 1;
          weights[1] = (float) share;
        }
      else
        {
          double left = MAX (at - step / 2, 0), right = MIN (at + step / 2, length), sum = 0;

          tap->from = (guint) left;
          for (guint k = 0; k < reach && tap->from + k < length && tap->from + k < right; k++)
            {
              double covered = MIN (right, tap->from + k + 1) - MAX (left, tap->from + k);

              weights[k] = (float) covered;
              sum += covered;
              tap->n++;
            }
          for (guint k = 0; k < tap->n; k++)
            weights[k] = (float) (weights[k] / sum);
        }
      if (tap->n > 0)
        {
          taps->from = taps->to == 0 ? tap->from : MIN (taps->from, tap->from);
          taps->to = MAX (taps->to, tap->from + tap->n);
        }
    }
  return taps;
}

void
scan_taps_free (ScanTaps *taps)
{
  g_free (taps->taps);
  g_free (taps->weights);
  g_free (taps);
}

void
scan_taps_rows (const ScanTap *tap, const ScanPicture *picture, guint from, guint to, float *sums)
{
  const gsize width = (gsize) picture->columns * picture->channels;
  const gsize first = (gsize) from * picture->channels, n = (gsize) (to - from) * picture->channels;

  for (guint k = 0; k < tap->n; k++)
    {
      const guint8 *restrict row = picture->pixels + (tap->from + k) * width + first;
      float *restrict out = sums + first;
      const float weight = tap->weights[k];

      if (k == 0)
        for (gsize i = 0; i < n; i++)
          out[i] = weight * (float) row[i];
      else
        for (gsize i = 0; i < n; i++)
          out[i] += weight * (float) row[i];
    }
}

ScanPicture *
scan_picture_scale (const ScanPicture *picture, guint columns, guint rows)
{
  const guint channels = picture->channels;
  const double step_x = (double) picture->columns / columns, step_y = (double) picture->rows / rows;
  ScanPicture *scaled = scan_picture_new (rows, columns, channels);
  ScanTaps *across, *down;
  g_autofree float *sums = NULL;

  if (scaled == NULL)
    return NULL;
  if (columns == picture->columns && rows == picture->rows)
    {
      memcpy (scaled->pixels, picture->pixels, (gsize) rows * columns * channels);
      return scaled;
    }
  across = scan_taps_new (columns, step_x / 2, step_x, picture->columns,
                          step_x > 1 ? SCAN_FILTER_BOX : SCAN_FILTER_BILINEAR);
  down = scan_taps_new (rows, step_y / 2, step_y, picture->rows,
                        step_y > 1 ? SCAN_FILTER_BOX : SCAN_FILTER_BILINEAR);
  sums = g_new (float, (gsize) picture->columns *channels);
  for (guint y = 0; y < rows; y++)
    {
      guint8 *out = scaled->pixels + (gsize) y * columns * channels;

      scan_taps_rows (&down->taps[y], picture, 0, picture->columns, sums);
      for (guint x = 0; x < columns; x++)
        {
          const ScanTap *tap = &across->taps[x];

          for (guint c = 0; c < channels; c++)
            {
              const float *from = sums + (gsize) tap->from * channels + c;
              float sum = 0.5f;

              for (guint k = 0; k < tap->n; k++)
                sum += tap->weights[k] * from[k * channels];
              *out++ = (guint8) MIN (sum, 255.0f);
            }
        }
    }
  scan_taps_free (across);
  scan_taps_free (down);
  return scaled;
}
