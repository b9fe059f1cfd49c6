/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines where slices meet: the points are worked out by hand. */
#include "crossing.h"

#include <math.h>
#include <string.h>

static const double axial[] = { 1, 0, 0, 0, 1, 0 }, coronal[] = { 1, 0, 0, 0, 0, -1 },
                    sagittal[] = { 0, 1, 0, 0, 0, -1 };

/* 100 columns and 80 rows. */
static ScanFrame
frame_at (const double *orientation, double x, double y, double z)
{
  static char reference[] = "1.2.3";
  ScanFrame frame = { .rows = 80, .columns = 100, .row_spacing = 1, .column_spacing = 2 };

  frame.spacing = SCAN_SPACING_BODY;
  frame.oriented = frame.has_origin = TRUE;
  memcpy (frame.orientation, orientation, sizeof frame.orientation);
  frame.origin[0] = x;
  frame.origin[1] = y;
  frame.origin[2] = z;
  frame.frame_of_reference = reference;
  return frame;
}

static void
assert_line (const ScanFrame *shown, const ScanFrame *other, double x1, double y1, double x2,
             double y2)
{
  double p[4];

  g_assert_true (scan_frames_cross (shown, other, p));
  g_test_message ("%g %g - %g %g", p[0], p[1], p[2], p[3]);
  if (hypot (p[0] - x1, p[1] - y1) > 1e-6)
    {
      const double turned[] = { p[2], p[3], p[0], p[1] };

      memcpy (p, turned, sizeof p);
    }
  g_assert_cmpfloat_with_epsilon (p[0], x1, 1e-6);
  g_assert_cmpfloat_with_epsilon (p[1], y1, 1e-6);
  g_assert_cmpfloat_with_epsilon (p[2], x2, 1e-6);
  g_assert_cmpfloat_with_epsilon (p[3], y2, 1e-6);
}

static void
test_right_angles (void)
{
  const ScanFrame across = frame_at (axial, 0, 0, -30), front = frame_at (coronal, 0, 20, 0),
                  side = frame_at (sagittal, 50, 0, 0);

  /* The slice at -30 mm is the 30th row of both others, whose middle is 30.5 pixels from the top.
   */
  assert_line (&front, &across, 0, 30.5, 100, 30.5);
  /* From the side a column is 2 mm of the back-front axis: the slice has 80 mm of it. */
  assert_line (&side, &across, 0.25, 30.5, 40.25, 30.5);
  assert_line (&across, &front, 0, 20.5, 100, 20.5);
  assert_line (&across, &side, 25.5, 0, 25.5, 80);
}

static void
test_part (void)
{
  /* The other picture begins in the middle of this one. */
  const ScanFrame across = frame_at (axial, 0, 0, 0), front = frame_at (coronal, 101, 10, 40);

  assert_line (&across, &front, 50.5, 10.5, 100, 10.5);
}

static void
test_slant (void)
{
  const double h = sqrt (0.5), slant[] = { h, h, 0, 0, 0, -1 };
  ScanFrame across = frame_at (axial, 0, 0, 0), other = frame_at (slant, 0, 0, 40);
  double p[4];

  across.column_spacing = 1;
  other.column_spacing = 1;
  g_assert_true (scan_frames_cross (&across, &other, p));
  /* The diagonal of the slice, from the middle of its first pixel, with half a pixel before it. */
  g_assert_cmpfloat_with_epsilon (p[0], p[1], 1e-6);
  g_assert_cmpfloat_with_epsilon (p[2], p[3], 1e-6);
  g_assert_cmpfloat_with_epsilon (MIN (p[0], p[2]), 0.5 - 0.5 * h, 1e-6);
  g_assert_cmpfloat_with_epsilon (MAX (p[0], p[2]), 0.5 + 99.5 * h, 1e-6);
}

static void
test_none (void)
{
  static char elsewhere[] = "1.2.4";
  const double leant[] = { 1, 0, 0, 0, 0.99756, 0.06976 };
  const ScanFrame across = frame_at (axial, 0, 0, -30), front = frame_at (coronal, 0, 20, 0);
  const ScanFrame parallel = frame_at (axial, 0, 0, 10), nearly = frame_at (leant, 0, 0, 10),
                  behind = frame_at (coronal, 0, 200, 0), above = frame_at (coronal, 0, 20, 200);
  ScanFrame unknown[6];
  double p[4];

  g_assert_false (scan_frames_cross (&across, &parallel, p));
  g_assert_false (scan_frames_cross (&across, &nearly, p));
  g_assert_false (scan_frames_cross (&across, &behind, p));
  g_assert_false (scan_frames_cross (&across, &above, p));
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    unknown[i] = front;
  unknown[0].oriented = FALSE;
  unknown[1].has_origin = FALSE;
  unknown[2].frame_of_reference = NULL;
  unknown[3].frame_of_reference = elsewhere;
  unknown[4].spacing = SCAN_SPACING_DETECTOR;
  unknown[5].column_spacing = 0;
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_assert_false (scan_frames_cross (&across, &unknown[i], p));
      g_assert_false (scan_frames_cross (&unknown[i], &across, p));
    }
  g_assert_true (scan_frames_cross (&across, &front, p));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/crossing/right-angles", test_right_angles);
  g_test_add_func ("/app/crossing/part", test_part);
  g_test_add_func ("/app/crossing/slant", test_slant);
  g_test_add_func ("/app/crossing/none", test_none);
  return g_test_run ();
}
