/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure.h"

#include <math.h>

gboolean
scan_measure_in_mm (const ScanFrame *frame)
{
  return frame->spacing != SCAN_SPACING_UNKNOWN && frame->row_spacing > 0 &&
         frame->column_spacing > 0;
}

/* The way from one point to another, in a plane of even scale. */
static void
way (const ScanFrame *frame, const double from[2], const double to[2], double *ret_x, double *ret_y)
{
  double x = 1, y = (double) frame->aspect_vertical / frame->aspect_horizontal;

  if (frame->row_spacing > 0 && frame->column_spacing > 0)
    {
      /* A distance of unknown kind still tells how a pixel is shaped. */
      x = scan_measure_in_mm (frame) ? frame->column_spacing : 1;
      y = x * (frame->row_spacing / frame->column_spacing);
    }
  *ret_x = (to[0] - from[0]) * x;
  *ret_y = (to[1] - from[1]) * y;
}

double
scan_measure_length (const ScanFrame *frame, const double from[2], const double to[2])
{
  double x, y;

  way (frame, from, to, &x, &y);
  return hypot (x, y);
}

double
scan_measure_angle (const ScanFrame *frame, const double points[6])
{
  double ax, ay, bx, by;

  way (frame, points + 2, points, &ax, &ay);
  way (frame, points + 2, points + 4, &bx, &by);
  if (hypot (ax, ay) <= 0 || hypot (bx, by) <= 0)
    return NAN;
  /* Unlike the arc cosine exact for small angles too. */
  return fabs (atan2 (ax * by - ay * bx, ax * bx + ay * by)) * 180 / G_PI;
}
