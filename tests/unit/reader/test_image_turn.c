/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turned and mirrored pictures, places on them, and the letters at their edges. */
#include "image_turn.h"

#include <string.h>

static const guint8 pixels[] = { 1, 2, 3, 4, 5, 6 }; /* two rows of three */

static ScanPicture *
picture_of (guint channels)
{
  ScanPicture *picture = scan_picture_new (2, 3, channels);

  for (guint i = 0; i < 6; i++)
    memset (picture->pixels + i * channels, pixels[i], channels);
  return picture;
}

static void
assert_turned (guint quarters, gboolean mirrored, guint rows, const char *expected)
{
  for (guint channels = 1; channels <= 3; channels += 2)
    {
      const ScanTurn turn = { quarters, mirrored };
      g_autoptr (ScanPicture) picture = picture_of (channels);
      g_autoptr (ScanPicture) turned = scan_picture_turn (picture, turn);
      g_autoptr (ScanPicture) back = scan_picture_turn (turned, scan_turn_inverse (turn));
      char words[7] = "";

      g_assert_cmpuint (turned->rows, ==, rows);
      for (guint i = 0; i < 6; i++)
        words[i] = (char) ('0' + turned->pixels[i * channels + channels - 1]);
      g_assert_cmpstr (words, ==, expected);
      g_assert_cmpmem (back->pixels, 6 * channels, picture->pixels, 6 * channels);
    }
}

static void
test_pixels (void)
{
  assert_turned (0, FALSE, 2, "123456");
  assert_turned (1, FALSE, 3, "415263");
  assert_turned (2, FALSE, 2, "654321");
  assert_turned (3, FALSE, 3, "362514");
  assert_turned (0, TRUE, 2, "321654");
  assert_turned (1, TRUE, 3, "142536");
}

/* One turn and then another is the turn that both are. */
static void
test_together (void)
{
  for (guint i = 0; i < 8; i++)
    for (guint k = 0; k < 8; k++)
      {
        const ScanTurn first = { i % 4, i >= 4 }, second = { k % 4, k >= 4 };
        const ScanTurn both = scan_turn_then (first, second);
        const gboolean swapped = first.quarters % 2 != 0;
        double x = 0.5, y = 1.5, both_x = 0.5, both_y = 1.5;

        scan_turn_point (first, 3, 2, &x, &y);
        scan_turn_point (second, swapped ? 2 : 3, swapped ? 3 : 2, &x, &y);
        scan_turn_point (both, 3, 2, &both_x, &both_y);
        g_assert_cmpfloat (x, ==, both_x);
        g_assert_cmpfloat (y, ==, both_y);
      }
}

static void
assert_letters (const ScanFrame *frame, ScanTurn turn, const char *expected)
{
  char letters[SCAN_N_EDGES][SCAN_LETTERS_SIZE];
  g_autofree char *words = NULL;

  scan_frame_letters (frame, turn, letters);
  words = g_strdup_printf ("%s %s %s %s", letters[SCAN_EDGE_LEFT], letters[SCAN_EDGE_RIGHT],
                           letters[SCAN_EDGE_TOP], letters[SCAN_EDGE_BOTTOM]);
  g_assert_cmpstr (words, ==, expected);
}

static void
test_letters (void)
{
  const ScanTurn none = { 0, FALSE }, quarter = { 1, FALSE }, mirror = { 0, TRUE };
  ScanFrame axial = { .oriented = TRUE, .orientation = { 1, 0, 0, 0, 1, 0 } };
  ScanFrame sagittal = { .oriented = TRUE, .orientation = { 0, 1, 0, 0, 0, -1 } };
  ScanFrame oblique = { .oriented = TRUE, .orientation = { 0.8, 0.6, 0, 0, 0, -1 } };
  ScanFrame xray = { .row_letters = "L", .column_letters = "FP" };
  ScanFrame unknown = { 0 };

  assert_letters (&axial, none, "R L A P");
  assert_letters (&axial, quarter, "P A R L");
  assert_letters (&axial, mirror, "L R A P");
  assert_letters (&sagittal, none, "A P H F");
  assert_letters (&oblique, none, "RA LP H F");
  assert_letters (&xray, none, "R L HA FP");
  assert_letters (&xray, quarter, "FP HA R L");
  assert_letters (&unknown, none, "   ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turn/pixels", test_pixels);
  g_test_add_func ("/turn/together", test_together);
  g_test_add_func ("/turn/letters", test_letters);
  return g_test_run ();
}
