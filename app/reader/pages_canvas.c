/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "pages.h"

struct ReaderCanvas
{
  guint columns, rows;         /* of the source */
  guint out_columns, out_rows; /* before it is turned */
  guint orientation;
  guint row, out_row;   /* the next ones */
  double filled;        /* how much of out_row is summed up, in source rows */
  float *across, *sums; /* one row of out_columns × 3 */
  guint8 *out;          /* the answer's bulk */
  gsize step_x, step_y; /* in pixels of out, from one column and row to the next; may wrap */
  gsize origin;
};

ReaderPageSize
reader_pages_turned (guint columns, guint rows, guint orientation)
{
  if (orientation >= 5)
    return (ReaderPageSize){ rows, columns };
  return (ReaderPageSize){ columns, rows };
}

gboolean
reader_pages_check_size (guint64 columns, guint64 rows, ReaderAnswer *answer)
{
  if (columns == 0 || rows == 0)
    return reader_answer_fail (answer, "unreadable", "The picture is empty.");
  if (columns > G_MAXINT32 || rows > G_MAXINT32 || columns * rows > READER_PIXELS_MAX)
    return reader_answer_fail (answer, "unsupported", "The picture is too large to be shown.");
  return TRUE;
}

static guint
scaled (guint n, guint longest, guint side)
{
  return MAX (1, (guint) (((guint64) n * side + longest / 2) / longest));
}

/* Where the stored picture's first pixel comes to lie, and where one goes from there by a column
 * and by a row. Orientation n says where row 0 and column 0 of the stored picture are: 1 top left,
 * 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left
 * bottom (TIFF 6.0, tag 274). */
static void
find_way (ReaderCanvas *canvas)
{
  const gsize w = canvas->out_columns, h = canvas->out_rows;
  const gboolean turned = canvas->orientation >= 5;
  const gsize across = turned ? h : 1, down = turned ? 1 : w;
  const gboolean from_right = canvas->orientation == 2 || canvas->orientation == 3 ||
                              canvas->orientation == 7 || canvas->orientation == 8;
  const gboolean from_bottom = canvas->orientation == 3 || canvas->orientation == 4 ||
                               canvas->orientation == 6 || canvas->orientation == 7;

  canvas->origin = (from_right ? across * (w - 1) : 0) + (from_bottom ? down * (h - 1) : 0);
  canvas->step_x = from_right ? -across : across;
  canvas->step_y = from_bottom ? -down : down;
}

ReaderCanvas *
reader_canvas_new (ReaderPageJob *job, guint columns, guint rows, guint orientation)
{
  guint side = job->side > 0 ? MIN (job->side, READER_PAGE_SIDE_MAX) : READER_PAGE_SIDE_MAX;
  guint longest = MAX (columns, rows);
  ReaderCanvas *canvas;
  ReaderPageSize size;
  gsize n;

  if (!reader_pages_check_size (columns, rows, job->answer))
    return NULL;
  canvas = g_new0 (ReaderCanvas, 1);
  canvas->columns = canvas->out_columns = columns;
  canvas->rows = canvas->out_rows = rows;
  canvas->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  if (longest > side)
    {
      canvas->out_columns = scaled (columns, longest, side);
      canvas->out_rows = scaled (rows, longest, side);
    }
  find_way (canvas);
  n = (gsize) canvas->out_columns * canvas->out_rows * 3;
  canvas->out = reader_answer_bulk (job->answer, n);
  canvas->across = g_try_new0 (float, (gsize) canvas->out_columns * 3);
  canvas->sums = g_try_new0 (float, (gsize) canvas->out_columns * 3);
  if (canvas->out == NULL || canvas->across == NULL || canvas->sums == NULL)
    {
      if (canvas->out != NULL)
        reader_answer_fail (job->answer, "no-memory", NULL);
      reader_canvas_free (canvas);
      return NULL;
    }
  memset (canvas->out, 255, n);
  size = reader_pages_turned (canvas->out_columns, canvas->out_rows, canvas->orientation);
  g_variant_dict_insert (&job->answer->result, "rows", "u", size.rows);
  g_variant_dict_insert (&job->answer->result, "columns", "u", size.columns);
  return canvas;
}

static guint8 *
place (ReaderCanvas *canvas, guint row, guint column)
{
  return canvas->out +
         3 * (canvas->origin + canvas->step_y * (gsize) row + canvas->step_x * (gsize) column);
}

/* The row averaged to out_columns, into across. */
static void
shrink_across (ReaderCanvas *canvas, const guint8 *rgb)
{
  const double step = (double) canvas->columns / canvas->out_columns;

  for (guint column = 0; column < canvas->out_columns; column++)
    {
      const double from = column * step, to = MIN ((column + 1) * step, canvas->columns);
      const guint first = (guint) from;
      float sum[3] = { 0, 0, 0 };

      for (guint x = first; x < to && x < canvas->columns; x++)
        {
          const float weight = (float) (MIN (to, x + 1.0) - MAX (from, (double) x));

          for (guint c = 0; c < 3; c++)
            sum[c] += weight * rgb[3 * (gsize) x + c];
        }
      for (guint c = 0; c < 3; c++)
        canvas->across[3 * (gsize) column + c] = sum[c] / (float) (to - from);
    }
}

static void
put_sums (ReaderCanvas *canvas)
{
  for (guint column = 0; column < canvas->out_columns; column++)
    {
      guint8 *to = place (canvas, canvas->out_row, column);

      for (guint c = 0; c < 3; c++)
        {
          const float value = canvas->sums[3 * (gsize) column + c] / (float) canvas->filled;

          to[c] = (guint8) CLAMP (value + 0.5f, 0, 255);
        }
    }
  memset (canvas->sums, 0, (gsize) canvas->out_columns * 3 * sizeof (float));
  canvas->filled = 0;
  canvas->out_row++;
}

static void
add_down (ReaderCanvas *canvas, double weight)
{
  for (gsize i = 0; i < (gsize) canvas->out_columns * 3; i++)
    canvas->sums[i] += canvas->across[i] * (float) weight;
  canvas->filled += weight;
}

void
reader_canvas_row (ReaderCanvas *canvas, const guint8 *rgb)
{
  const double step = (double) canvas->rows / canvas->out_rows;
  double at = canvas->row;

  if (canvas->row >= canvas->rows)
    return;
  canvas->row++;
  if (canvas->rows == canvas->out_rows && canvas->columns == canvas->out_columns)
    {
      for (guint column = 0; column < canvas->columns; column++)
        memcpy (place (canvas, canvas->out_row, column), rgb + 3 * (gsize) column, 3);
      canvas->out_row++;
      return;
    }
  shrink_across (canvas, rgb);
  while (at < canvas->row && canvas->out_row < canvas->out_rows)
    {
      const double end = (canvas->out_row + 1) * step, to = MIN (end, (double) canvas->row);

      add_down (canvas, MAX (to - at, 1e-9));
      if (end <= canvas->row)
        put_sums (canvas);
      at = to;
    }
}

void
reader_canvas_finish (ReaderCanvas *canvas)
{
  if (canvas->filled > 0 && canvas->out_row < canvas->out_rows)
    put_sums (canvas);
}

void
reader_canvas_free (ReaderCanvas *canvas)
{
  if (canvas == NULL)
    return;
  g_free (canvas->across);
  g_free (canvas->sums);
  g_free (canvas);
}
