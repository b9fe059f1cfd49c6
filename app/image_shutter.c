/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image_shutter.h"

#include <math.h>

gsize
scan_plane_size (guint rows, guint columns)
{
  return ((gsize) rows * columns + 7) / 8;
}

static void
set (guint columns, guint row, guint column, guint8 *plane)
{
  const gsize at = (gsize) row * columns + column;

  plane[at / 8] |= (guint8) (1 << at % 8);
}

static void
cover_outside (guint columns, guint row, double from, double to, guint8 *plane)
{
  for (guint x = 0; x < columns; x++)
    if (x + 1.0 < from || x + 1.0 > to)
      set (columns, row, x, plane);
}

static void
cover_by_rectangle (const ScanShutter *shutter, guint rows, guint columns, guint8 *plane)
{
  for (guint y = 0; y < rows; y++)
    if (y + 1.0 < shutter->upper || y + 1.0 > shutter->lower)
      cover_outside (columns, y, 1, 0, plane);
    else
      cover_outside (columns, y, shutter->left, shutter->right, plane);
}

static void
cover_by_circle (const ScanShutter *shutter, guint rows, guint columns, guint8 *plane)
{
  for (guint y = 0; y < rows; y++)
    {
      const double away = y + 1.0 - shutter->row;
      const double half = shutter->radius * shutter->radius - away * away;

      if (half < 0)
        cover_outside (columns, y, 1, 0, plane);
      else
        cover_outside (columns, y, shutter->column - sqrt (half), shutter->column + sqrt (half),
                       plane);
    }
}

/* Inside is where a line from the left crosses an odd number of sides. */
static void
cover_by_polygon (const ScanShutter *shutter, guint rows, guint columns, guint8 *plane)
{
  const guint n = shutter->n_vertices;
  const double *v = shutter->vertices;
  g_autofree guint *turns = g_new (guint, (gsize) columns + 1);

  for (guint y = 0; y < rows; y++)
    {
      guint crossed = 0;

      for (guint x = 0; x <= columns; x++)
        turns[x] = 0;
      for (guint i = 0; i < n; i++)
        {
          const guint k = (i + 1) % n;
          const double row = y + 1.0, y0 = v[2 * i], y1 = v[2 * k];
          double x;

          if ((y0 <= row) == (y1 <= row))
            continue;
          x = v[2 * i + 1] + (row - y0) / (y1 - y0) * (v[2 * k + 1] - v[2 * i + 1]);
          turns[(gsize) CLAMP (ceil (x) - 1, 0, (double) columns)]++;
        }
      for (guint x = 0; x < columns; x++)
        {
          crossed += turns[x];
          if (crossed % 2 == 0)
            set (columns, y, x, plane);
        }
    }
}

void
scan_shutter_cover (const ScanShutter *shutter, guint rows, guint columns, guint8 *plane)
{
  if (shutter->rectangle)
    cover_by_rectangle (shutter, rows, columns, plane);
  if (shutter->radius > 0)
    cover_by_circle (shutter, rows, columns, plane);
  if (shutter->n_vertices >= 3 && shutter->n_vertices <= SCAN_SHUTTER_VERTICES_MAX)
    cover_by_polygon (shutter, rows, columns, plane);
}

gboolean
scan_plane_is_mixed (const guint8 *plane, guint rows, guint columns)
{
  const gsize n = (gsize) rows * columns, size = scan_plane_size (rows, columns);
  gsize covered = 0;

  for (gsize i = 0; i < size; i++)
    covered += (gsize) __builtin_popcount (plane[i]);
  return covered > 0 && covered < n;
}
