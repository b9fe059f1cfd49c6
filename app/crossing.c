/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crossing.h"

#include <math.h>
#include <string.h>

#define PARALLEL 0.9962 /* cosine of 5 degrees */

static double
dot (const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void
normal_of (const ScanFrame *frame, double ret_normal[3])
{
  const double *row = frame->orientation, *column = row + 3;

  for (guint k = 0; k < 3; k++)
    ret_normal[k] = row[(k + 1) % 3] * column[(k + 2) % 3] - row[(k + 2) % 3] * column[(k + 1) % 3];
}

static gboolean
is_placed (const ScanFrame *frame)
{
  return frame->oriented && frame->has_origin && frame->frame_of_reference != NULL &&
         frame->spacing == SCAN_SPACING_BODY && frame->row_spacing > 0 && frame->column_spacing > 0;
}

/* Keeps of from..to the part in which low <= at + t * slope <= high. */
static gboolean
clip (double at, double slope, double low, double high, double *from, double *to)
{
  double first, last;

  if (fabs (slope) < 1e-12)
    return at >= low && at <= high;
  first = (low - at) / slope;
  last = (high - at) / slope;
  *from = MAX (*from, MIN (first, last));
  *to = MIN (*to, MAX (first, last));
  return *from < *to;
}

gboolean
scan_frames_cross (const ScanFrame *shown, const ScanFrame *other, double ret_points[4])
{
  double n[3], m[3], between[3], point[3], along[3];
  double a, b, d, x, y, step_x, step_y, from = -G_MAXDOUBLE, to = G_MAXDOUBLE;

  if (!is_placed (shown) || !is_placed (other) ||
      strcmp (shown->frame_of_reference, other->frame_of_reference) != 0)
    return FALSE;
  normal_of (shown, m);
  normal_of (other, n);
  if (fabs (dot (m, n)) > PARALLEL)
    return FALSE;
  for (guint k = 0; k < 3; k++)
    between[k] = shown->origin[k] - other->origin[k];
  /* The distance of the pixel x, y from the other plane is a x + b y + d; it is 0 on a line. */
  a = shown->column_spacing * dot (shown->orientation, n);
  b = shown->row_spacing * dot (shown->orientation + 3, n);
  d = dot (between, n);
  x = -d * a / (a * a + b * b);
  y = -d * b / (a * a + b * b);
  step_x = -b / hypot (a, b);
  step_y = a / hypot (a, b);
  for (guint k = 0; k < 3; k++)
    {
      point[k] = between[k] + x * shown->column_spacing * shown->orientation[k] +
                 y * shown->row_spacing * shown->orientation[3 + k];
      along[k] = step_x * shown->column_spacing * shown->orientation[k] +
                 step_y * shown->row_spacing * shown->orientation[3 + k];
    }
  if (!clip (x, step_x, -0.5, shown->columns - 0.5, &from, &to) ||
      !clip (y, step_y, -0.5, shown->rows - 0.5, &from, &to) ||
      !clip (dot (point, other->orientation) / other->column_spacing,
             dot (along, other->orientation) / other->column_spacing, -0.5, other->columns - 0.5,
             &from, &to) ||
      !clip (dot (point, other->orientation + 3) / other->row_spacing,
             dot (along, other->orientation + 3) / other->row_spacing, -0.5, other->rows - 0.5,
             &from, &to))
    return FALSE;
  ret_points[0] = x + from * step_x + 0.5;
  ret_points[1] = y + from * step_y + 0.5;
  ret_points[2] = x + to * step_x + 0.5;
  ret_points[3] = y + to * step_y + 0.5;
  return TRUE;
}
