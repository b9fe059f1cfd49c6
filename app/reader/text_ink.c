/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ink of one level on a ground that is busier than the writing stands out: streaks, grain, bone. No
 * threshold parts the two, but within a small part of a picture the levels of such a ground are
 * spread wide and ink is all of one. */
#include <string.h>

#include "text_private.h"

/* A line of small letters fills about a third of a tile's rows; large letters fill several tiles.
 */
#define TILE_ROWS 32
#define TILE_COLUMNS READER_TEXT_TILE
/* Pixels in a tile: three letters of eight pixels have about that many. */
#define LEAST 24
/* Levels to both sides that must be rarer. So many, since a window that stretches few values over
 * 256 levels leaves gaps between them, and there each level stands alone. */
#define BESIDE 6
/* How many times as many pixels as any of those. Measured: at 3 there are no more false boxes than
 * without this search; at 1.5 about half as many again, many of them in pictures without writing.
 */
#define RATIO 3
/* Levels to both sides that are taken for ink as well: what is drawn with soft edges nearly reaches
 * its level. Without them a third more false boxes were measured. */
#define NEAR 2
/* A level of half a tile is its ground. */
#define GROUND (TILE_ROWS * TILE_COLUMNS / 2)
/* Levels in a tile on average. With more the picture has few levels all over and nothing is told
 * from its ground this way; it also bounds the time. */
#define SPOTS_A_TILE 8

static gboolean
is_ink (const guint *counts, gint level)
{
  guint beside = 0;

  if (counts[level] < LEAST || counts[level] > GROUND)
    return FALSE;
  for (gint other = MAX (level - BESIDE, 0); other <= MIN (level + BESIDE, 255); other++)
    if (other != level)
      beside = MAX (beside, counts[other]);
  return counts[level] >= RATIO * beside;
}

static void
count_levels (const ReaderTextPlane *plane, guint y0, guint x0, guint counts[256])
{
  const guint y1 = MIN (y0 + TILE_ROWS, plane->rows), x1 = MIN (x0 + TILE_COLUMNS, plane->columns);

  memset (counts, 0, 256 * sizeof *counts);
  for (guint y = y0; y < y1; y++)
    {
      const guint8 *row = plane->levels + (gsize) y * plane->columns;

      for (guint x = x0; x < x1; x++)
        counts[row[x]]++;
    }
}

typedef struct
{
  guint16 row, column; /* of tiles */
  guint8 level;
} Spot;

static gint
compare_spots (gconstpointer a, gconstpointer b)
{
  const Spot *one = a, *other = b;

  return one->level != other->level ? one->level - other->level
         : one->row != other->row   ? one->row - other->row
                                    : one->column - other->column;
}

GArray *
reader_text_ink (const ReaderTextPlane *plane)
{
  GArray *spots = g_array_new (FALSE, FALSE, sizeof (Spot));
  guint n_tiles = 0;

  for (guint y = 0; y < plane->rows; y += TILE_ROWS)
    for (guint x = 0; x < plane->columns; x += TILE_COLUMNS)
      {
        guint counts[256];

        n_tiles++;
        count_levels (plane, y, x, counts);
        for (gint level = 0; level < 256; level++)
          if (is_ink (counts, level))
            {
              const Spot spot = { (guint16) (y / TILE_ROWS), (guint16) (x / TILE_COLUMNS),
                                  (guint8) level };

              g_array_append_val (spots, spot);
            }
      }
  if (spots->len > SPOTS_A_TILE * n_tiles)
    g_array_set_size (spots, 0);
  g_array_sort (spots, compare_spots);
  return spots;
}

/* A line goes on into the tiles around. */
static void
copy_around (const ReaderTextPlane *plane, const Spot *spot, ReaderTextPlane *out)
{
  const guint y0 = (MAX (spot->row, 1) - 1u) * TILE_ROWS,
              x0 = (MAX (spot->column, 1) - 1u) * TILE_COLUMNS,
              y1 = MIN ((spot->row + 2u) * TILE_ROWS, plane->rows),
              x1 = MIN ((spot->column + 2u) * TILE_COLUMNS, plane->columns);

  for (guint y = y0; y < y1; y++)
    {
      const guint8 *restrict row = plane->levels + (gsize) y * plane->columns;
      guint8 *restrict to = out->levels + (gsize) y * plane->columns;

      for (guint x = x0; x < x1; x++)
        to[x] = ABS ((gint) row[x] - spot->level) <= NEAR ? READER_TEXT_INK : 0;
    }
}

gboolean
reader_text_ink_next (const ReaderTextPlane *plane, const GArray *spots, guint *at,
                      ReaderTextPlane *out)
{
  const Spot *all = (const Spot *) (gpointer) spots->data;
  guint i = *at;

  if (i >= spots->len)
    return FALSE;
  memset (out->levels, 0, (gsize) plane->rows * plane->columns);
  for (; i < spots->len && all[i].level == all[*at].level; i++)
    copy_around (plane, &all[i], out);
  *at = i;
  return TRUE;
}
