/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole planes at a time. Every inner loop is one that a compiler can do many pixels of at once. */
#include <string.h>

#include "text_private.h"

#define REACH 31
#define AROUND 31 /* pixels to each side */
#define CUT 60
#define STEP 4
#define FLAT 6 /* where the mean around is below this */

ReaderTextPlane
reader_text_plane (guint rows, guint columns)
{
  return (ReaderTextPlane){ rows, columns, g_try_malloc ((gsize) rows * columns + 1) };
}

void
reader_text_plane_clear (ReaderTextPlane *plane)
{
  g_clear_pointer (&plane->levels, g_free);
}

/* out[i] becomes the smaller (up: the larger) of a[i] and b[i]. */
static inline void
fold (guint8 *restrict out, const guint8 *a, const guint8 *b, gsize n, gboolean up)
{
  if (up)
    for (gsize i = 0; i < n; i++)
      out[i] = a[i] > b[i] ? a[i] : b[i];
  else
    for (gsize i = 0; i < n; i++)
      out[i] = a[i] < b[i] ? a[i] : b[i];
}

/* Each pixel of a row becomes the lowest (up: highest) of the `side` around it: windows of 2, 4, 8…
 * are folded onto each other. Beyond the edge nothing counts. room: 2 * (n + 2 * REACH). */
static void
fold_row (guint8 *row, gsize n, guint side, gboolean up, guint8 *room)
{
  const gsize padded = n + side - 1;
  guint8 *line = room, *other = room + n + 2 * REACH;
  gsize left = padded;
  guint have = 1;

  memset (line, up ? 0 : 255, padded);
  memcpy (line + side / 2, row, n);
  for (; have * 2 <= side; have *= 2)
    {
      guint8 *swap = line;

      left -= have;
      fold (other, line, line + have, left, up);
      line = other;
      other = swap;
    }
  fold (row, line, line + (side - have), n, up);
}

/* Whole rows, cut at the edge. */
static void
copy_row (guint8 *restrict to, const ReaderTextPlane *plane, gint y, gboolean up)
{
  if (y < 0 || y >= (gint) plane->rows)
    memset (to, up ? 0 : 255, plane->columns);
  else
    memcpy (to, plane->levels + (gsize) y * plane->columns, plane->columns);
}

static void
fold_in_row (guint8 *to, const ReaderTextPlane *plane, gint y, gboolean up, const guint8 *with)
{
  if (y < 0 || y >= (gint) plane->rows)
    memcpy (to, with, plane->columns);
  else
    fold (to, plane->levels + (gsize) y * plane->columns, with, plane->columns, up);
}

/* The same for columns, many at once. A window of `side` rows is the end of one block of so many
 * and the beginning of the next: both grow by a row at a time, three folds a pixel whatever the
 * side. (M. van Herk, Pattern Recognition Letters 13, 1992.) */
static void
fold_columns (const ReaderTextPlane *in, guint side, gboolean up, ReaderTextPlane *out)
{
  const gsize n = in->columns;
  const gint rows = (gint) in->rows, length = (gint) side, half = length / 2;
  g_autofree guint8 *room = g_malloc (n * (side + 2));
  guint8 *ends = room, *begun = room + n * side, *more = begun + n;

  for (gint from = -half; from + half < rows; from += length)
    {
      copy_row (ends + n * (side - 1), in, from + length - 1, up);
      for (gint i = length - 2; i >= 0; i--)
        fold_in_row (ends + n * (gsize) i, in, from + i, up, ends + n * (gsize) (i + 1));
      memcpy (out->levels + n * (gsize) (from + half), ends, n);
      memset (begun, up ? 0 : 255, n);
      for (gint i = 1; i < length && from + half + i < rows; i++)
        {
          guint8 *swap = begun;

          fold_in_row (more, in, from + length + i - 1, up, begun);
          begun = more;
          more = swap;
          fold (out->levels + n * (gsize) (from + half + i), ends + n * (gsize) i, begun, n, up);
        }
    }
}

/* level becomes from - level. */
static void
subtract (guint8 *restrict levels, const guint8 *from, gsize n)
{
  for (gsize i = 0; i < n; i++)
    levels[i] = (guint8) (from[i] - levels[i]);
}

void
reader_text_top_hat (const ReaderTextPlane *in, guint side, ReaderTextPlane *out,
                     ReaderTextPlane *spare)
{
  g_autofree guint8 *room = g_malloc (2 * ((gsize) in->columns + 2 * REACH));

  fold_columns (in, side, FALSE, spare);
  for (gsize y = 0; y < in->rows; y++)
    {
      guint8 *row = spare->levels + y * in->columns;

      fold_row (row, in->columns, side, FALSE, room);
      fold_row (row, in->columns, side, TRUE, room);
    }
  fold_columns (spare, side, TRUE, out);
  subtract (out->levels, in->levels, (gsize) in->rows * in->columns);
}

/* More (or, with a sign of -1, less) of a row in the sums of its columns; no more than 63 rows of
 * at most CUT are in a sum. */
static void
sum_row (guint16 *restrict sums, const guint8 *row, gsize n, gint sign)
{
  if (sign > 0)
    for (gsize x = 0; x < n; x++)
      sums[x] = (guint16) (sums[x] + (row[x] < CUT ? row[x] : CUT));
  else
    for (gsize x = 0; x < n; x++)
      sums[x] = (guint16) (sums[x] - (row[x] < CUT ? row[x] : CUT));
}

/* What of a row is above the limit of its place. */
static void
keep_above (guint8 *restrict to, const guint8 *row, const guint8 *limits, gsize n)
{
  for (gsize x = 0; x < n; x++)
    to[x] = row[x] > limits[x] ? row[x] : 0;
}

/* One mean for each square of STEP pixels: over 63 of them it does not change faster. */
void
reader_text_faint (const ReaderTextPlane *in, ReaderTextPlane *out)
{
  const gint columns = (gint) in->columns, rows = (gint) in->rows;
  const gsize n = in->columns;
  g_autofree guint16 *sums = g_new0 (guint16, n + 1); /* of the rows around */
  g_autofree guint8 *limits = g_malloc (n + STEP);
  gint from = 0, to = 0;

  for (gint y = 0; y < rows; y += STEP)
    {
      guint32 sum = 0;
      gint left = 0, right = 0;

      for (; to < MIN (y + AROUND + 1, rows); to++)
        sum_row (sums, in->levels + (gsize) to * n, n, 1);
      for (; from < y - AROUND; from++)
        sum_row (sums, in->levels + (gsize) from * n, n, -1);
      for (gint x = 0; x < columns; x += STEP)
        {
          guint32 mean;

          for (; right < MIN (x + AROUND + 1, columns); right++)
            sum += sums[right];
          for (; left < x - AROUND; left++)
            sum -= sums[left];
          mean = sum / (guint32) ((to - from) * (right - left));
          memset (limits + x, mean < FLAT ? (int) (4 * mean) : 255, STEP);
        }
      for (gint below = y; below < MIN (y + STEP, rows); below++)
        keep_above (out->levels + (gsize) below * n, in->levels + (gsize) below * n, limits, n);
    }
}

void
reader_text_peaks (const ReaderTextPlane *in, guint8 *peaks)
{
  const gsize n = in->columns;

  for (gsize y = 0; y < in->rows; y++)
    for (gsize x = 0; x < n; x += READER_TEXT_TILE)
      {
        const guint8 *at = in->levels + y * n + x;
        const gsize length = MIN (READER_TEXT_TILE, n - x);
        guint8 peak = 0;

        for (gsize i = 0; i < length; i++)
          peak = at[i] > peak ? at[i] : peak;
        *peaks++ = peak;
      }
}

/* The level between the middle two of four, by the cubic through them at half way. */
static void
between (guint8 *restrict out, const guint8 *a, const guint8 *b, const guint8 *c, const guint8 *d,
         gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      const gint16 level = (gint16) ((gint16) (9 * (b[i] + c[i]) - a[i] - d[i] + 8) >> 4);

      out[i] = (guint8) (level < 0 ? 0 : level > 255 ? 255 : level);
    }
}

static void
interleave (guint8 *restrict out, const guint8 *even, const guint8 *odd, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      out[2 * i] = even[i];
      out[2 * i + 1] = odd[i];
    }
}

void
reader_text_twice (const ReaderTextPlane *in, ReaderTextPlane *out)
{
  const gsize n = in->columns, wide = 2 * n, rows = in->rows;
  g_autofree guint8 *room = g_malloc (2 * n + 3);
  guint8 *row = room, *middles = room + n + 3; /* the row with its edge once before, twice behind */

  for (gsize y = 0; y < rows; y++)
    {
      memcpy (row + 1, in->levels + y * n, n);
      row[0] = row[1];
      row[n + 1] = row[n + 2] = row[n];
      between (middles, row, row + 1, row + 2, row + 3, n);
      interleave (out->levels + 2 * y * wide, row + 1, middles, n);
    }
  for (gsize y = 0; y < rows; y++)
    {
      const guint8 *even = out->levels;

      between (out->levels + (2 * y + 1) * wide, even + 2 * (y > 0 ? y - 1 : 0) * wide,
               even + 2 * y * wide, even + 2 * MIN (y + 1, rows - 1) * wide,
               even + 2 * MIN (y + 2, rows - 1) * wide, wide);
    }
}
