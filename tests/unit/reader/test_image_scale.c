/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures in other sizes, on screen, and as PNG files. */
#include "image.h"

#include <string.h>

static ScanPicture *
picture_of (guint rows, guint columns, guint channels, const guint8 *pixels)
{
  ScanPicture *picture = scan_picture_new (rows, columns, channels);

  memcpy (picture->pixels, pixels, (gsize) rows * columns * channels);
  return picture;
}

static void
test_box (void)
{
  const guint8 pixels[] = { 0, 100, 10, 20, 200, 100, 30, 40 };
  const guint8 halves[] = { 100, 25 };
  g_autoptr (ScanPicture) picture = picture_of (2, 4, 1, pixels);
  g_autoptr (ScanPicture) half = scan_picture_scale (picture, 2, 1);
  g_autoptr (ScanPicture) same = scan_picture_scale (picture, 4, 2);

  g_assert_cmpmem (half->pixels, 2, halves, 2);
  g_assert_cmpmem (same->pixels, 8, pixels, 8);
}

/* Whatever the ratio, no light is lost or won. */
static void
test_box_keeps_the_mean (void)
{
  guint8 pixels[37 * 53];
  double sum = 0, scaled_sum = 0;
  g_autoptr (ScanPicture) picture = NULL;
  g_autoptr (ScanPicture) scaled = NULL;

  for (guint i = 0; i < sizeof pixels; i++)
    {
      pixels[i] = (guint8) (i * 2654435761u >> 24);
      sum += pixels[i];
    }
  picture = picture_of (37, 53, 1, pixels);
  scaled = scan_picture_scale (picture, 20, 11);
  for (guint i = 0; i < 220; i++)
    scaled_sum += scaled->pixels[i];
  g_assert_cmpfloat_with_epsilon (sum / sizeof pixels, scaled_sum / 220, 0.6);
}

static void
test_enlarged (void)
{
  const guint8 pixels[] = { 0, 0, 0, 200, 100, 50 };
  g_autoptr (ScanPicture) picture = picture_of (1, 2, 3, pixels);
  g_autoptr (ScanPicture) large = scan_picture_scale (picture, 8, 4);

  g_assert_cmpuint (large->columns, ==, 8);
  g_assert_cmpint (large->pixels[0], ==, 0);
  for (guint x = 1; x < 8; x++)
    for (guint c = 0; c < 3; c++)
      g_assert_cmpint (large->pixels[3 * x + c], >=, large->pixels[3 * (x - 1) + c]);
  g_assert_cmpmem (large->pixels + 21, 3, pixels + 3, 3);
}

static void
test_display_size (void)
{
  ScanFrame frame = { .rows = 100, .columns = 200, .aspect_vertical = 1, .aspect_horizontal = 1 };
  guint columns, rows;

  scan_frame_display_size (&frame, 100, &columns, &rows);
  g_assert_cmpuint (columns, ==, 100);
  g_assert_cmpuint (rows, ==, 50);
  frame.row_spacing = 4;
  frame.column_spacing = 1;
  scan_frame_display_size (&frame, 100, &columns, &rows);
  g_assert_cmpuint (columns, ==, 50);
  g_assert_cmpuint (rows, ==, 100);
  frame.row_spacing = 1e-12;
  scan_frame_display_size (&frame, 100, &columns, &rows);
  g_assert_cmpuint (rows, ==, 1);
}

static guint32
pixel_at (const guint8 *bgra, guint width, guint x, guint y)
{
  return ((const guint32 *) bgra)[y * width + x];
}

static void
test_draw (void)
{
  const guint8 pixels[] = { 10, 20, 30, 40 };
  guint8 viewport[16 * 16 * 4];
  g_autoptr (ScanPicture) picture = picture_of (2, 2, 1, pixels);

  /* Eight times enlarged: exactly the viewport, each pixel a square. */
  scan_picture_draw (picture, 1, 1, 8, 8, viewport, 16, 16, 64);
  g_assert_cmphex (pixel_at (viewport, 16, 0, 0), ==, 0xff0a0a0a);
  g_assert_cmphex (pixel_at (viewport, 16, 7, 7), ==, 0xff0a0a0a);
  g_assert_cmphex (pixel_at (viewport, 16, 8, 7), ==, 0xff141414);
  g_assert_cmphex (pixel_at (viewport, 16, 15, 15), ==, 0xff282828);

  /* At its own size in the middle, black around. */
  scan_picture_draw (picture, 1, 1, 1, 1, viewport, 16, 16, 64);
  g_assert_cmphex (pixel_at (viewport, 16, 6, 7), ==, 0xff000000);
  g_assert_cmphex (pixel_at (viewport, 16, 7, 7), ==, 0xff0a0a0a);
  g_assert_cmphex (pixel_at (viewport, 16, 8, 8), ==, 0xff282828);
  g_assert_cmphex (pixel_at (viewport, 16, 9, 8), ==, 0xff000000);

  /* Far away: all black. */
  scan_picture_draw (picture, 1e9, -1e9, 1, 1, viewport, 16, 16, 64);
  g_assert_cmphex (pixel_at (viewport, 16, 8, 8), ==, 0xff000000);
}

static void
test_draw_colour (void)
{
  const guint8 pixels[] = { 1, 2, 3 };
  guint8 viewport[5 * 5 * 4];
  g_autoptr (ScanPicture) picture = picture_of (1, 1, 3, pixels);

  scan_picture_draw (picture, 0.5, 0.5, 5, 5, viewport, 5, 5, 20);
  for (guint i = 0; i < 25; i++)
    g_assert_cmphex (((const guint32 *) viewport)[i], ==, 0xff010203);
}

/* Shrunk to a tenth, the average of what a pixel covers. */
static void
test_draw_shrunk (void)
{
  g_autoptr (ScanPicture) picture = scan_picture_new (100, 100, 1);
  guint8 viewport[10 * 10 * 4];

  for (guint i = 0; i < 10000; i++)
    picture->pixels[i] = i % 2 ? 200 : 100;
  scan_picture_draw (picture, 50, 50, 0.1, 0.1, viewport, 10, 10, 40);
  for (guint i = 0; i < 100; i++)
    g_assert_cmphex (((const guint32 *) viewport)[i], ==, 0xff969696);
}

static void
test_png (void)
{
  g_autoptr (ScanPicture) picture = scan_picture_new (3, 5, 3);
  g_autoptr (GBytes) png = scan_picture_to_png (picture);
  g_autofree guint8 *bytes = NULL;
  gsize n;

  bytes = g_bytes_unref_to_data (g_steal_pointer (&png), &n);
  g_assert_cmpuint (n, >, 33);
  /* Signature, then IHDR with width, height, depth 8, colour type 2 (RGB). */
  g_assert_cmpint (memcmp (bytes, "\x89PNG\r\n\x1a\n", 8), ==, 0);
  g_assert_cmpint (memcmp (bytes + 12, "IHDR\0\0\0\5\0\0\0\3\10\2", 14), ==, 0);
  g_assert_cmpint (memcmp (bytes + n - 8, "IEND", 4), ==, 0);
}

static void
test_refused_sizes (void)
{
  g_assert_null (scan_picture_new (0, 1, 1));
  g_assert_null (scan_picture_new (1, 1, 2));
  g_assert_null (scan_picture_new (G_MAXUINT, G_MAXUINT, 3));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/scale/box", test_box);
  g_test_add_func ("/image/scale/box-keeps-the-mean", test_box_keeps_the_mean);
  g_test_add_func ("/image/scale/enlarged", test_enlarged);
  g_test_add_func ("/image/scale/display-size", test_display_size);
  g_test_add_func ("/image/scale/draw", test_draw);
  g_test_add_func ("/image/scale/draw-colour", test_draw_colour);
  g_test_add_func ("/image/scale/draw-shrunk", test_draw_shrunk);
  g_test_add_func ("/image/scale/png", test_png);
  g_test_add_func ("/image/scale/refused-sizes", test_refused_sizes);
  return g_test_run ();
}
