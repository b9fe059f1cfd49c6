/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts as a vault's folder, and where a new one may be made. */
#include <glib/gstdio.h>

#include "place.h"

static char *
new_folder (void)
{
  char *folder = g_dir_make_tmp ("scanvault-place-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

static void
add (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  if (g_str_has_suffix (name, "/"))
    return;
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

static void
remove_all (char *folder)
{
  const char *const words[] = { "rm", "-r", folder, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  g_free (folder);
}

/* Each alone is what an owner may be left with. */
static void
test_remains (void)
{
  static const char *const names[] = {
    "vault.id",
    "vault.id.2",
    "j/6c857113f95c7e5c/",
    "keys/afcc1e9d62400aa7.slot",
    "j2/6c857113f95c7e5c/",
    "keys2/afcc1e9d62400aa7.slot",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      char *folder = new_folder ();

      g_assert_false (scan_folder_is_vault (folder));
      add (folder, names[i]);
      g_assert_true (scan_folder_is_vault (folder));
      remove_all (folder);
    }
}

/* Folders of other things, whose files must not be taken for a vault's and left out. */
static void
test_others (void)
{
  static const char *const names[] = {
    "j/IM000001", "keys/house.txt", "keys/", "j/", "o/6c857113f95c7e5c", "keys/6c857113f95c7e5c"
  };
  char *folder = new_folder ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    add (folder, names[i]);
  g_assert_false (scan_folder_is_vault (folder));
  remove_all (folder);
  g_assert_false (scan_folder_is_vault ("/nonexistent/vault"));
}

static void
expect_free (const char *folder, const char *name, guint from, const char *expected)
{
  g_autofree char *place = scan_free_place (folder, name, from);
  g_autofree char *base = g_path_get_basename (place);

  g_assert_cmpstr (base, ==, expected);
}

static void
test_free (void)
{
  char *folder = new_folder ();

  expect_free (folder, "MyScans.vault", 1, "MyScans.vault");
  expect_free (folder, "MyScans.vault", 2, "MyScans 2.vault");
  add (folder, "MyScans.vault/");
  add (folder, "MyScans 2.vault/");
  expect_free (folder, "MyScans.vault", 1, "MyScans 3.vault");
  add (folder, "plain");
  expect_free (folder, "plain", 1, "plain 2");
  remove_all (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/place/remains", test_remains);
  g_test_add_func ("/place/others", test_others);
  g_test_add_func ("/place/free", test_free);
  return g_test_run ();
}
