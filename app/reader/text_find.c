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
  ReaderTextPlane band, twice;    /* what is searched, as it is and at twice the size */
  ReaderTextPlane strokes, spare; /* of the larger size */
  guint8 *peaks;
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
  if (!reader_text_marks (plane, work->peaks, threshold, work->marks))
    return FALSE;
  reader_text_lines (&work->strokes, work->marks, threshold, look->side, look->numerator,
                     look->denominator, work->boxes);
  return TRUE;
}

/* Strokes of one width, bright on dark, at one scale: what is above each threshold, and what is
 * faint in flat surroundings. */
static void
find_at (Work *work, const ReaderTextPlane *plane, const Look *look)
{
  static const guint thresholds[] = { 170, 120, 80, 54, 36, 24, 16 };

  work->strokes.rows = work->spare.rows = plane->rows;
  work->strokes.columns = work->spare.columns = plane->columns;
  reader_text_top_hat (plane, look->side, &work->strokes, &work->spare);
  reader_text_peaks (&work->strokes, work->peaks);
  /* Where there is noise above one there is more above the next. */
  for (guint i = 0; i < G_N_ELEMENTS (thresholds); i += look->step)
    if (!find_above (work, &work->strokes, thresholds[i], look))
      break;
  reader_text_faint (&work->strokes, &work->spare);
  reader_text_peaks (&work->spare, work->peaks);
  find_above (work, &work->spare, FAINT, look);
}

static void
invert (ReaderTextPlane *plane)
{
  const gsize n = (gsize) plane->rows * plane->columns;
  guint8 *levels = plane->levels;

  for (gsize i = 0; i < n; i++)
    levels[i] = (guint8) (255 - levels[i]);
}

/* Large letters of one level, whatever is around them. */
static void
find_flat (Work *work)
{
  work->spare.rows = work->band.rows;
  work->spare.columns = work->band.columns;
  g_array_set_size (work->marks, 0);
  if (reader_text_flat_marks (&work->band, &work->spare, work->marks))
    reader_text_lines (&work->spare, work->marks, 0, 11, 1, 1, work->boxes);
}

/* Letters of one level, also small ones, on a busy ground. */
static void
find_ink (Work *work)
{
  static const Look look = { 11, 1, 1, 1 };
  g_autoptr (GArray) spots = reader_text_ink (&work->band);
  guint at = 0;

  work->strokes.rows = work->band.rows;
  work->strokes.columns = work->band.columns;
  while (reader_text_ink_next (&work->band, spots, &at, &work->strokes))
    {
      reader_text_peaks (&work->strokes, work->peaks);
      find_above (work, &work->strokes, READER_TEXT_INK / 2, &look);
    }
}

/* Bright writing, then dark. */
static void
find_in_band (Work *work)
{
  static const Look fine = { 11, 1, 1, 1 }, broad = { 23, 1, 1, 1 }, enlarged = { 11, 2, 1, 2 };

  work->twice.rows = 2 * work->band.rows;
  find_flat (work);
  find_ink (work);
  reader_text_twice (&work->band, &work->twice);
  for (guint dark = 0; dark < 2; dark++)
    {
      find_at (work, &work->band, &fine);
      find_at (work, &work->band, &broad);
      find_at (work, &work->twice, &enlarged);
      invert (&work->band);
      invert (&work->twice);
    }
}

gboolean
reader_text_find (const guint8 *gray, guint rows, guint columns, GArray *boxes)
{
  const guint tallest = MIN (rows, BAND_ROWS);
  g_auto (ReaderTextPlane) band = reader_text_plane (tallest, columns),
                           twice = reader_text_plane (2 * tallest, 2 * columns),
                           strokes = reader_text_plane (2 * tallest, 2 * columns),
                           spare = reader_text_plane (2 * tallest, 2 * columns);
  g_autofree guint8 *peaks = g_try_malloc (reader_text_peaks_size (2 * tallest, 2 * columns) + 1);
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (ReaderTextMark));
  Work work = { band, twice, strokes, spare, peaks, marks, boxes };

  if (band.levels == NULL || twice.levels == NULL || strokes.levels == NULL ||
      spare.levels == NULL || peaks == NULL)
    return FALSE;
  for (guint top = 0; top < rows; top += BAND_STEP)
    {
      const guint height = MIN (rows - top, BAND_ROWS), before = boxes->len;

      work.band.rows = height;
      memcpy (band.levels, gray + (gsize) top * columns, (gsize) height * columns);
      find_in_band (&work);
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
