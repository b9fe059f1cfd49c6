/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lengths and angles: pixels that are not square, turned pictures, and no mm that nobody recorded.
 */
#include "measure.h"

#include <math.h>

#include "image_turn.h"

/* Rows 0.5 mm apart, columns 0.25 mm: a pixel is twice as high as it is wide. */
static const ScanFrame tall = { .rows = 100,
                                .columns = 200,
                                .row_spacing = 0.5,
                                .column_spacing = 0.25,
                                .spacing = SCAN_SPACING_BODY,
                                .aspect_vertical = 1,
                                .aspect_horizontal = 1 };

static double
length (const ScanFrame *frame, double x, double y)
{
  return scan_measure_length (frame, (const double[]){ 10, 20 },
                              (const double[]){ 10 + x, 20 + y });
}

static void
test_length (void)
{
  g_assert_true (scan_measure_in_mm (&tall));
  g_assert_cmpfloat_with_epsilon (length (&tall, 40, 0), 10, 1e-9);
  g_assert_cmpfloat_with_epsilon (length (&tall, 0, 40), 20, 1e-9);
  /* 3 mm across and 4 mm down. */
  g_assert_cmpfloat_with_epsilon (length (&tall, 12, 8), 5, 1e-9);
  g_assert_cmpfloat_with_epsilon (length (&tall, -12, 8), 5, 1e-9);
  g_assert_cmpfloat (length (&tall, 0, 0), ==, 0);
}

static void
test_no_mm (void)
{
  ScanFrame frame = tall;

  /* A distance between what is not known says only how a pixel is shaped. */
  frame.spacing = SCAN_SPACING_UNKNOWN;
  g_assert_false (scan_measure_in_mm (&frame));
  g_assert_cmpfloat_with_epsilon (length (&frame, 12, 8), 20, 1e-9);
  frame.row_spacing = frame.column_spacing = 0;
  g_assert_cmpfloat_with_epsilon (length (&frame, 3, 4), 5, 1e-9);
  frame.aspect_vertical = 2;
  g_assert_cmpfloat_with_epsilon (length (&frame, 12, 8), 20, 1e-9);
  frame.spacing = SCAN_SPACING_DETECTOR;
  g_assert_false (scan_measure_in_mm (&frame));
}

static void
test_angle (void)
{
  /* In mm: from the corner 3 across, and 4 down; then 1 and 1. */
  const double right[] = { 22, 20, 10, 20, 10, 28 }, half[] = { 14, 20, 10, 20, 14, 22 };
  const double flat[] = { 0, 0, 10, 0, 30, 0 }, back[] = { 10, 7, 0, 0, 10, 7 };
  const double none[] = { 10, 10, 10, 10, 5, 5 };

  g_assert_cmpfloat_with_epsilon (scan_measure_angle (&tall, right), 90, 1e-9);
  g_assert_cmpfloat_with_epsilon (scan_measure_angle (&tall, half), 45, 1e-9);
  g_assert_cmpfloat_with_epsilon (scan_measure_angle (&tall, flat), 180, 1e-9);
  g_assert_cmpfloat_with_epsilon (scan_measure_angle (&tall, back), 0, 1e-9);
  g_assert_true (isnan (scan_measure_angle (&tall, none)));
}

/* A turned or mirrored picture has the same lengths: what is pointed at on it goes back to the
 * frame. */
static void
test_turned (void)
{
  for (guint i = 0; i < 8; i++)
    {
      const ScanTurn turn = { i % 4, i >= 4 };
      const gboolean lies = i % 2 != 0;
      double from[] = { 10, 20 }, to[] = { 22, 28 };

      scan_turn_point (turn, tall.columns, tall.rows, &from[0], &from[1]);
      scan_turn_point (turn, tall.columns, tall.rows, &to[0], &to[1]);
      for (guint end = 0; end < 2; end++)
        {
          double *point = end == 0 ? from : to;

          scan_turn_point (scan_turn_inverse (turn), lies ? tall.rows : tall.columns,
                           lies ? tall.columns : tall.rows, &point[0], &point[1]);
        }
      g_assert_cmpfloat_with_epsilon (from[0], 10, 1e-9);
      g_assert_cmpfloat_with_epsilon (scan_measure_length (&tall, from, to), 5, 1e-9);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/length", test_length);
  g_test_add_func ("/measure/no-mm", test_no_mm);
  g_test_add_func ("/measure/angle", test_angle);
  g_test_add_func ("/measure/turned", test_turned);
  return g_test_run ();
}
