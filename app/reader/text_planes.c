/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole planes at a time. Every inner loop is one that a compiler can do many pixels of at once. */
#include <string.h>

#include "text_private.h"

#define REACH 31
#define AROUND 31 /* pixels to each side */
#define CUT 60
#define STEP 4

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

/* The same in place. */
static inline void
fold_into (guint8 *restrict a, const guint8 *restrict b, gsize n, gboolean up)
{
  if (up)
    for (gsize i = 0; i < n; i++)
      a[i] = a[i] > b[i] ? a[i] : b[i];
  else
    for (gsize i = 0; i < n; i++)
      a[i] = a[i] < b[i] ? a[i] : b[i];
}

/* Each pixel becomes the lowest (up: highest) of the row `side` around it: windows of 2, 4, 8… are
 * folded onto each other. Beyond the edge nothing counts. */
static void
fold_rows (ReaderTextPlane *plane, guint side, gboolean up)
{
  const gsize n = plane->columns, padded = n + 2 * REACH;
  g_autofree guint8 *room = g_malloc (2 * padded);

  for (guint y = 0; y < plane->rows; y++)
    {
      guint8 *row = plane->levels + y * n, *line = room, *other = room + padded;
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
}

static void
fold_columns (ReaderTextPlane *plane, guint side, gboolean up)
{
  const gsize n = plane->columns;
  const guint half = side / 2, padded = plane->rows + 2 * half;
  g_autofree guint8 *tall = g_malloc (n * padded);
  guint have = 1, left = padded;

  memset (tall, up ? 0 : 255, n * half);
  memcpy (tall + n * half, plane->levels, n * plane->rows);
  memset (tall + n * (half + plane->rows), up ? 0 : 255, n * half);
  for (; have * 2 <= side; have *= 2)
    {
      left -= have;
      for (gsize y = 0; y < left; y++)
        fold_into (tall + y * n, tall + (y + have) * n, n, up);
    }
  for (gsize y = 0; y < plane->rows; y++)
    fold (plane->levels + y * n, tall + y * n, tall + (y + side - have) * n, n, up);
}

void
reader_text_top_hat (const ReaderTextPlane *in, guint side, ReaderTextPlane *out,
                     ReaderTextPlane *spare)
{
  const gsize n = (gsize) in->rows * in->columns;

  memcpy (spare->levels, in->levels, n);
  fold_rows (spare, side, FALSE);
  fold_columns (spare, side, FALSE);
  fold_rows (spare, side, TRUE);
  fold_columns (spare, side, TRUE);
  for (gsize i = 0; i < n; i++)
    out->levels[i] = (guint8) (in->levels[i] - spare->levels[i]);
}

/* One value for each square of STEP pixels: a mean over 63 of them does not change faster. */
void
reader_text_surroundings (const ReaderTextPlane *in, ReaderTextPlane *out)
{
  const gint columns = (gint) in->columns, rows = (gint) in->rows;
  g_autofree guint32 *sums = g_new0 (guint32, (gsize) columns + 1); /* of the rows around */
  gint from = 0, to = 0;

  for (gint y = 0; y < rows; y += STEP)
    {
      guint8 *line = out->levels + (gsize) y * in->columns;
      guint32 sum = 0;
      gint left = 0, right = 0;

      for (; to < MIN (y + AROUND + 1, rows); to++)
        for (gint x = 0; x < columns; x++)
          sums[x] += MIN (in->levels[(gsize) to * in->columns + (gsize) x], CUT);
      for (; from < y - AROUND; from++)
        for (gint x = 0; x < columns; x++)
          sums[x] -= MIN (in->levels[(gsize) from * in->columns + (gsize) x], CUT);
      for (gint x = 0; x < columns; x += STEP)
        {
          for (; right < MIN (x + AROUND + 1, columns); right++)
            sum += sums[right];
          for (; left < x - AROUND; left++)
            sum -= sums[left];
          memset (line + x, (int) (sum / (guint32) ((to - from) * (right - left))),
                  (gsize) MIN (STEP, columns - x));
        }
      for (gint below = 1; below < MIN (STEP, rows - y); below++)
        memcpy (line + (gsize) below * in->columns, line, in->columns);
    }
}

/* The level between the middle two of four, by the cubic through them at half way. */
static inline guint8
between (gint a, gint b, gint c, gint d)
{
  const gint level = (9 * (b + c) - a - d + 8) >> 4;

  return (guint8) (level < 0 ? 0 : level > 255 ? 255 : level);
}

ReaderTextPlane
reader_text_twice (const ReaderTextPlane *in)
{
  const gint columns = (gint) in->columns, rows = (gint) in->rows;
  const gsize wide = 2 * (gsize) columns;
  ReaderTextPlane out = reader_text_plane (2 * in->rows, 2 * in->columns);

  if (out.levels == NULL)
    return out;
  for (gint y = 0; y < rows; y++)
    {
      const guint8 *row = in->levels + (gsize) y * (gsize) columns;
      guint8 *to = out.levels + 2 * (gsize) y * wide;

      for (gint x = 0; x < columns; x++)
        {
          to[2 * x] = row[x];
          to[2 * x + 1] = between (row[MAX (x - 1, 0)], row[x], row[MIN (x + 1, columns - 1)],
                                   row[MIN (x + 2, columns - 1)]);
        }
    }
  for (gint y = 0; y < rows; y++)
    {
      const guint8 *a = out.levels + 2 * (gsize) MAX (y - 1, 0) * wide,
                   *b = out.levels + 2 * (gsize) y * wide,
                   *c = out.levels + 2 * (gsize) MIN (y + 1, rows - 1) * wide,
                   *d = out.levels + 2 * (gsize) MIN (y + 2, rows - 1) * wide;
      guint8 *to = out.levels + (2 * (gsize) y + 1) * wide;

      for (gsize x = 0; x < wide; x++)
        to[x] = between (a[x], b[x], c[x], d[x]);
    }
  return out;
}
