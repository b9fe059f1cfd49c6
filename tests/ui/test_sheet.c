/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recovery sheet as it is printed, read again by another program's camera. */
#include <glib/gstdio.h>
#include <string.h>

#include "sheet_page.h"

#define KEY "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-A1B2"

/* What zbarimg finds on the page. */
static char *
scan_page (double width, double height, double scale)
{
  g_autofree char *folder = g_dir_make_tmp ("scanvault-sheet-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "page.png", NULL);
  const UiSheet sheet = { KEY, "MyScans.vault", "3 March 2026" };
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) (width * scale),
                                                         (int) (height * scale));
  cairo_t *cr = cairo_create (surface);
  const char *const words[] = { "zbarimg", "--raw", "-q", path, NULL };
  char *found = NULL;

  cairo_scale (cr, scale, scale);
  g_assert_true (ui_sheet_draw (cr, width, height, &sheet));
  g_assert_cmpint (cairo_surface_write_to_png (surface, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  g_assert_true (g_spawn_sync (NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &found,
                               NULL, NULL, NULL));
  if (g_getenv ("SHOTS") != NULL)
    {
      g_autofree char *kept = g_build_filename (g_getenv ("SHOTS"), "sheet.png", NULL);

      g_rename (path, kept);
    }
  g_unlink (path);
  g_rmdir (folder);
  return g_strchomp (found);
}

static void
test_code (void)
{
  /* The printable part of A4 and of Letter. */
  static const double sizes[][2] = { { 511, 758 }, { 528, 708 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (double scale = 1.5; scale < 4; scale += 1)
      {
        g_autofree char *found = scan_page (sizes[i][0], sizes[i][1], scale);

        g_assert_cmpstr (found, ==, KEY);
      }
}

/* Nothing runs off the page: its last row and column of points stay white. */
static void
test_fits (void)
{
  const int width = 511, height = 708;
  const UiSheet sheet = { KEY, "MyScans.vault", "3 March 2026" };
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);
  const guint8 *bytes;
  guint dark = 0;

  g_assert_true (ui_sheet_draw (cr, width, height, &sheet));
  cairo_surface_flush (surface);
  bytes = cairo_image_surface_get_data (surface);
  for (int y = height - 12; y < height; y++)
    for (int x = 0; x < width; x++)
      dark += bytes[y * cairo_image_surface_get_stride (surface) + 4 * x] < 200;
  g_assert_cmpuint (dark, ==, 0);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sheet/code", test_code);
  g_test_add_func ("/sheet/fits", test_fits);
  return g_test_run ();
}
