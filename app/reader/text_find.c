/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of the search: bands of a large picture, scales, light and dark strokes, thresholds. */
#include <string.h>

#include "text_private.h"

#define BAND_ROWS 512 /* what is looked at together, so that memory and caches last */
#define BAND_STEP 384 /* no line of writing is cut off in each of two bands */
#define FAINT 9       /* levels that writing stands out by where there is nothing else */

/* Room that is used again and again. */
typedef struct
{
  ReaderTextPlane strokes, spare;
  GArray *marks; /* ReaderTextMark */
  GArray *boxes; /* ReaderTextBox, what is found */
} Work;

typedef struct
{
  guint side;                   /* what is narrower is a stroke */
  guint numerator, denominator; /* scale */
  guint step;                   /* every which strength is looked at: a large plane takes longer */
} Look;

/* FALSE: noise. */
static gboolean
find_above (Work *work, const ReaderTextPlane *plane, guint threshold, const Look *look)
{
  g_array_set_size (work->marks, 0);
  if (!reader_text_marks (plane, threshold, work->marks))
    return FALSE;
  reader_text_lines (&work->strokes, work->marks, threshold, look->side, look->numerator,
                     look->denominator, work->boxes);
  return TRUE;
}

/* Faint writing, in flat surroundings. */
static void
find_faint (Work *work, const Look *look)
{
  const gsize n = (gsize) work->strokes.rows * work->strokes.columns;
  const guint8 *strokes = work->strokes.levels;
  guint8 *around = work->spare.levels;

  reader_text_surroundings (&work->strokes, &work->spare);
  for (gsize i = 0; i < n; i++)
    around[i] = around[i] < 6 && strokes[i] > 4 * around[i] ? strokes[i] : 0;
  find_above (work, &work->spare, FAINT, look);
}

/* Strokes of one width, bright on dark, at one scale: what is above each threshold. */
static void
find_at (Work *work, const ReaderTextPlane *plane, const Look *look)
{
  static const guint thresholds[] = { 170, 120, 80, 54, 36, 24, 16 };

  work->strokes.rows = work->spare.rows = plane->rows;
  work->strokes.columns = work->spare.columns = plane->columns;
  reader_text_top_hat (plane, look->side, &work->strokes, &work->spare);
  /* Where there is noise above one there is more above the next. */
  for (guint i = 0; i < G_N_ELEMENTS (thresholds); i += look->step)
    if (!find_above (work, &work->strokes, thresholds[i], look))
      break;
  find_faint (work, look);
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
find_in_band (ReaderTextPlane *band, GArray *boxes)
{
  static const Look fine = { 11, 1, 1, 1 }, broad = { 23, 1, 1, 1 }, enlarged = { 11, 2, 1, 2 };
  g_auto (ReaderTextPlane) twice = reader_text_twice (band),
                           strokes = reader_text_plane (2 * band->rows, 2 * band->columns),
                           spare = reader_text_plane (2 * band->rows, 2 * band->columns);
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (ReaderTextMark));
  Work work = { strokes, spare, marks, boxes };

  if (twice.levels == NULL || strokes.levels == NULL || spare.levels == NULL)
    return FALSE;
  for (guint dark = 0; dark < 2; dark++)
    {
      find_at (&work, band, &fine);
      find_at (&work, band, &broad);
      find_at (&work, &twice, &enlarged);
      invert (band);
      invert (&twice);
    }
  return TRUE;
}

gboolean
reader_text_find (const guint8 *gray, guint rows, guint columns, GArray *boxes)
{
  for (guint top = 0; top < rows; top += BAND_STEP)
    {
      const guint height = MIN (rows - top, BAND_ROWS), before = boxes->len;
      g_auto (ReaderTextPlane) band = reader_text_plane (height, columns);

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
      if (top + height == rows)
        break;
    }
  return TRUE;
}
