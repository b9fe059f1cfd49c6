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

/* The printable part of A4, Letter, A4 on its side, and A5. */
static const double sizes[][2] = { { 511, 758 }, { 528, 708 }, { 758, 511 }, { 336, 511 } };

static void
test_code (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (double scale = 1.5; scale < 4; scale += 1)
      {
        g_autofree char *found = scan_page (sizes[i][0], sizes[i][1], scale);

        g_assert_cmpstr (found, ==, KEY);
      }
}

/* Nothing runs off any page: what is drawn on a larger surface stays inside. */
static void
test_fits (void)
{
  const int side = 1000;
  const UiSheet sheet = { KEY, "MyScans.vault", "3 March 2026" };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, side, side);
      cairo_t *cr = cairo_create (surface);
      const guint8 *bytes;
      guint inside = 0, outside = 0;

      cairo_set_source_rgb (cr, 1, 1, 1);
      cairo_paint (cr);
      g_assert_true (ui_sheet_draw (cr, sizes[i][0], sizes[i][1], &sheet));
      cairo_surface_flush (surface);
      bytes = cairo_image_surface_get_data (surface);
      for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
          if (bytes[y * cairo_image_surface_get_stride (surface) + 4 * x] < 200)
            *(x < sizes[i][0] && y < sizes[i][1] ? &inside : &outside) += 1;
      g_assert_cmpuint (inside, >, 5000);
      g_assert_cmpuint (outside, ==, 0);
      cairo_destroy (cr);
      cairo_surface_destroy (surface);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sheet/code", test_code);
  g_test_add_func ("/sheet/fits", test_fits);
  return g_test_run ();
}
