/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture_save.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"

static ScanPicture *
picture_of (guint columns)
{
  ScanPicture *picture = scan_picture_new (10, columns, 1);

  for (guint i = 0; i < 10 * columns; i++)
    picture->pixels[i] = (guint8) (i * 37);
  return picture;
}

static void
test_written (void)
{
  g_autofree char *folder = g_dir_make_tmp ("scanvault-save-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (ScanPicture) large = picture_of (300), small = picture_of (8);
  g_autofree char *data = NULL;
  g_autoptr (GBytes) png = scan_picture_to_png (small);
  g_autoptr (GError) error = NULL;
  struct stat info;
  gsize n;

  g_assert_true (scan_picture_save (large, path, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  /* Nothing is left of a larger file. */
  g_assert_true (scan_picture_save (small, path, &error));
  g_assert_true (g_file_get_contents (path, &data, &n, NULL));
  g_assert_cmpmem (data, n, g_bytes_get_data (png, NULL), g_bytes_get_size (png));
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("scanvault-save-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "none", "a.png", NULL);
  g_autoptr (ScanPicture) picture = picture_of (300);
  g_autoptr (GError) error = NULL;

  g_assert_false (scan_picture_save (picture, "/dev/full", &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_FULL);
  g_clear_error (&error);
  g_assert_false (scan_picture_save (picture, path, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (scan_picture_save (picture, folder, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_IO);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-save/written", test_written);
  g_test_add_func ("/picture-save/refused", test_refused);
  return g_test_run ();
}
