/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What presentation states draw over pictures (PS3.3 C.10.5), as lines in pixels. */
#include "presentation_private.h"

#include <math.h>
#include <string.h>

#define CURVE_STEPS 72    /* of a circle or an ellipse */
#define SPLINE_STEPS 8    /* between two points */
#define SPLINE_POINTS 500 /* more stand near enough to each other */
#define FARTHEST 1e6      /* pixels outside of a picture; what is farther is as good as there */

typedef struct
{
  guint rows, columns;
  ScanTurn turn;
  double left, top, width, height; /* what was displayed, in the turned picture */
} Space;

static void
mark_free (gpointer data)
{
  ScanMark *mark = data;

  g_free (mark->points);
  if (mark->text != NULL)
    explicit_bzero (mark->text, strlen (mark->text));
  g_free (mark->text);
  g_free (mark);
}

static ScanMark *
add_mark (GPtrArray *marks, ScanMarkKind kind, guint n)
{
  ScanMark *mark = g_new0 (ScanMark, 1);

  mark->kind = kind;
  mark->n = n;
  mark->points = g_new0 (double, 2 * (gsize) n);
  g_ptr_array_add (marks, mark);
  return mark;
}

static void
put (ScanMark *mark, guint i, double x, double y)
{
  mark->points[2 * i] = CLAMP (x, -FARTHEST, FARTHEST);
  mark->points[2 * i + 1] = CLAMP (y, -FARTHEST, FARTHEST);
}

/* The whole picture, or the part that the state displays. */
static void
find_space (const ScanPresentation *presentation, const char *uid, guint frame, Space *space)
{
  double corners[4] = { 1, 1, space->columns, space->rows };
  double x0, y0, x1, y1;

  space->turn = presentation->turn;
  for (guint i = 0; i < presentation->areas->len; i++)
    {
      const ScanStateArea *area = &g_array_index (presentation->areas, ScanStateArea, i);

      if (!scan_referents_have (presentation, &area->pictures, uid, frame))
        continue;
      memcpy (corners, area->corners, sizeof corners);
      break;
    }
  x0 = corners[0] - 0.5;
  y0 = corners[1] - 0.5;
  x1 = corners[2] - 0.5;
  y1 = corners[3] - 0.5;
  scan_turn_point (space->turn, space->columns, space->rows, &x0, &y0);
  scan_turn_point (space->turn, space->columns, space->rows, &x1, &y1);
  space->left = MIN (x0, x1) - 0.5;
  space->top = MIN (y0, y1) - 0.5;
  space->width = fabs (x1 - x0) + 1;
  space->height = fabs (y1 - y0) + 1;
}

/* Pixels of the picture as it is stored. */
static void
to_pixels (const Space *space, gboolean by_area, double *x, double *y)
{
  const gboolean swapped = space->turn.quarters % 2 != 0;

  if (!by_area)
    return;
  *x = space->left + *x * space->width;
  *y = space->top + *y * space->height;
  scan_turn_point (scan_turn_inverse (space->turn), swapped ? space->rows : space->columns,
                   swapped ? space->columns : space->rows, x, y);
}

static void
add_round (GPtrArray *marks, ScanMarkKind kind, const double center[2], const double along[2],
           const double across[2])
{
  ScanMark *mark = add_mark (marks, kind, CURVE_STEPS + 1);

  for (guint i = 0; i <= CURVE_STEPS; i++)
    {
      const double angle = 2 * G_PI * (i % CURVE_STEPS) / CURVE_STEPS;

      put (mark, i, center[0] + along[0] * cos (angle) + across[0] * sin (angle),
           center[1] + along[1] * cos (angle) + across[1] * sin (angle));
    }
}

/* A Catmull-Rom spline, which goes through the points. */
static double
spline (double before, double from, double to, double after, double t)
{
  return 0.5 * (2 * from + (to - before) * t + (2 * before - 5 * from + 4 * to - after) * t * t +
                (3 * from - before - 3 * to + after) * t * t * t);
}

static void
add_curve (GPtrArray *marks, ScanMarkKind kind, const double *points, guint n)
{
  const gboolean closed = points[0] == points[2 * n - 2] && points[1] == points[2 * n - 1] && n > 3;
  ScanMark *mark = add_mark (marks, kind, (n - 1) * SPLINE_STEPS + 1);

  for (guint i = 0; i + 1 < n; i++)
    {
      const guint before = i > 0 ? i - 1 : closed ? n - 2 : 0;
      const guint after = i + 2 < n ? i + 2 : closed ? 1 : n - 1;

      for (guint k = 0; k < SPLINE_STEPS; k++)
        {
          const double t = (double) k / SPLINE_STEPS;

          put (mark, i * SPLINE_STEPS + k,
               spline (points[2 * before], points[2 * i], points[2 * i + 2], points[2 * after], t),
               spline (points[2 * before + 1], points[2 * i + 1], points[2 * i + 3],
                       points[2 * after + 1], t));
        }
    }
  put (mark, mark->n - 1, points[2 * n - 2], points[2 * n - 1]);
}

static void
add_drawn (GPtrArray *marks, const ScanStateDrawn *drawn, const Space *space)
{
  const ScanMarkKind kind = drawn->filled ? SCAN_MARK_AREA : SCAN_MARK_LINE;
  g_autofree double *p = g_memdup2 (drawn->points, drawn->n * 2 * sizeof (double));

  for (guint i = 0; i < drawn->n; i++)
    to_pixels (space, drawn->by_area, &p[2 * i], &p[2 * i + 1]);
  switch (drawn->kind)
    {
    case SCAN_DRAWN_POINT:
      put (add_mark (marks, SCAN_MARK_POINT, 1), 0, p[0], p[1]);
      return;
    case SCAN_DRAWN_CIRCLE:
      {
        const double radius = hypot (p[2] - p[0], p[3] - p[1]);

        add_round (marks, kind, p, (double[2]){ radius, 0 }, (double[2]){ 0, radius });
        return;
      }
    case SCAN_DRAWN_ELLIPSE:
      add_round (marks, kind, (double[2]){ (p[0] + p[2]) / 2, (p[1] + p[3]) / 2 },
                 (double[2]){ (p[2] - p[0]) / 2, (p[3] - p[1]) / 2 },
                 (double[2]){ (p[6] - p[4]) / 2, (p[7] - p[5]) / 2 });
      return;
    case SCAN_DRAWN_INTERPOLATED:
      if (drawn->n > 2 && drawn->n <= SPLINE_POINTS)
        {
          add_curve (marks, kind, p, drawn->n);
          return;
        }
      break;
    case SCAN_DRAWN_POLYLINE:
      break;
    }
  {
    ScanMark *mark = add_mark (marks, kind, drawn->n);

    for (guint i = 0; i < drawn->n; i++)
      put (mark, i, p[2 * i], p[2 * i + 1]);
  }
}

static void
add_text (GPtrArray *marks, const ScanStateText *text, const Space *space)
{
  const gboolean points = text->has_box && text->has_anchor && text->points;
  double x = text->has_box ? MIN (text->box[0], text->box[2]) : text->anchor[0];
  double y = text->has_box ? MIN (text->box[1], text->box[3]) : text->anchor[1];
  double anchor_x = text->anchor[0], anchor_y = text->anchor[1];
  ScanMark *mark = add_mark (marks, SCAN_MARK_TEXT, points ? 2 : 1);

  to_pixels (space, text->has_box ? text->box_by_area : text->anchor_by_area, &x, &y);
  to_pixels (space, text->anchor_by_area, &anchor_x, &anchor_y);
  put (mark, 0, x, y);
  if (points)
    put (mark, 1, anchor_x, anchor_y);
  mark->text = g_strdup (text->words);
}

GPtrArray *
scan_presentation_marks (const ScanPresentation *presentation, const char *uid, guint frame,
                         guint rows, guint columns)
{
  GPtrArray *marks = g_ptr_array_new_with_free_func (mark_free);
  Space space = { .rows = rows, .columns = columns };

  find_space (presentation, uid, frame, &space);
  for (guint i = 0; i < presentation->drawn->len; i++)
    {
      const ScanStateDrawn *drawn = &g_array_index (presentation->drawn, ScanStateDrawn, i);

      if (scan_referents_have (presentation, &drawn->pictures, uid, frame))
        add_drawn (marks, drawn, &space);
    }
  for (guint i = 0; i < presentation->texts->len; i++)
    {
      const ScanStateText *text = &g_array_index (presentation->texts, ScanStateText, i);

      if (scan_referents_have (presentation, &text->pictures, uid, frame))
        add_text (marks, text, &space);
    }
  return marks;
}
