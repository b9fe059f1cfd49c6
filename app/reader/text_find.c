/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of the search: bands of a large picture, scales, light and dark strokes, thresholds. */
#include <string.h>

#include "text_private.h"

#define BAND_ROWS 512 /* what is looked at together, so that memory and caches last */
#define BAND_STEP 384 /* no line of writing is cut off in each of two bands */
#define FAINT 9       /* levels that writing stands out by where there is nothing else */

/* Strokes of one width, bright on dark, at one scale: what is above each threshold. */
static gboolean
find_at (const ReaderTextPlane *plane, guint side, guint numerator, guint denominator,
         GArray *boxes)
{
  static const guint thresholds[] = { 16, 24, 36, 54, 80, 120, 170 };
  g_auto (ReaderTextPlane) strokes = reader_text_plane (plane->rows, plane->columns),
                           spare = reader_text_plane (plane->rows, plane->columns);
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (ReaderTextMark));
  const gsize n = (gsize) plane->rows * plane->columns;

  if (strokes.levels == NULL || spare.levels == NULL)
    return FALSE;
  reader_text_top_hat (plane, side, &strokes, &spare);
  for (guint i = 0; i < G_N_ELEMENTS (thresholds); i++)
    {
      g_array_set_size (marks, 0);
      if (reader_text_marks (&strokes, thresholds[i], marks))
        reader_text_lines (&strokes, marks, thresholds[i], side, numerator, denominator, boxes);
    }
  /* Faint writing, in flat surroundings. */
  reader_text_surroundings (&strokes, &spare);
  for (gsize i = 0; i < n; i++)
    {
      const guint around = spare.levels[i], level = strokes.levels[i];

      spare.levels[i] = around < 6 && level > 4 * around ? (guint8) level : 0;
    }
  g_array_set_size (marks, 0);
  if (reader_text_marks (&spare, FAINT, marks))
    reader_text_lines (&strokes, marks, FAINT, side, numerator, denominator, boxes);
  return TRUE;
}

static void
invert (ReaderTextPlane *plane)
{
  const gsize n = (gsize) plane->rows * plane->columns;

  for (gsize i = 0; i < n; i++)
    plane->levels[i] = (guint8) (255 - plane->levels[i]);
}

/* Bright writing, then dark. */
static gboolean
find_both (ReaderTextPlane *plane, guint side, guint numerator, guint denominator, GArray *boxes)
{
  gboolean good = find_at (plane, side, numerator, denominator, boxes);

  invert (plane);
  good = good && find_at (plane, side, numerator, denominator, boxes);
  invert (plane);
  return good;
}

static gboolean
find_in_band (ReaderTextPlane *band, GArray *boxes)
{
  g_auto (ReaderTextPlane) twice = reader_text_twice (band), half = reader_text_half (band);

  return twice.levels != NULL && half.levels != NULL && find_both (band, 11, 1, 1, boxes) &&
         find_both (band, 23, 1, 1, boxes) && find_both (&twice, 11, 2, 1, boxes);
}

gboolean
reader_text_find (const guint8 *gray, guint rows, guint columns, GArray *boxes)
{
  for (guint top = 0;; top += BAND_STEP)
    {
      const guint height = MIN (rows - top, rows - top <= BAND_ROWS ? BAND_ROWS : BAND_ROWS);
      g_auto (ReaderTextPlane) band = reader_text_plane (height, columns);
      const guint before = boxes->len;

      if (band.levels == NULL)
        return FALSE;
      memcpy (band.levels, gray + (gsize) top * columns, (gsize) height * columns);
      if (!find_in_band (&band, boxes))
        return FALSE;
      for (guint i = before; i < boxes->len; i++)
        {
          ReaderTextBox *box = &g_array_index (boxes, ReaderTextBox, i);

          box->y0 += (gint) top;
          box->y1 += (gint) top;
        }
      if (top + height >= rows)
        break;
    }
  return TRUE;
}
