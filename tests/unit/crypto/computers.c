/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "computers.h"

#include <glib/gstdio.h>
#include <string.h>

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        remove_tree (inner);
      else
        g_unlink (inner);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_rmdir (path);
}

static void
become (Computers *c, guint i)
{
  g_setenv ("XDG_STATE_HOME", c->state[i], TRUE);
  g_setenv ("XDG_RUNTIME_DIR", c->state[i], TRUE);
}

void
computers_open (Computers *c, guint i)
{
  become (c, i);
  g_assert_null (c->vault[i]);
  g_assert_cmpint (vault_open_sheet (c->dir[i], c->sheet, strlen (c->sheet), &c->vault[i], NULL),
                   ==, VAULT_OK);
}

void
computers_close (Computers *c, guint i)
{
  vault_close (g_steal_pointer (&c->vault[i]));
}

/* Paths of regular files below dir, relative to it, but for tmp/. */
static GHashTable *
relative_files (const char *dir)
{
  g_autoptr (GPtrArray) files = files_below (dir, NULL);
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < files->len; i++)
    {
      const char *path = (const char *) g_ptr_array_index (files, i) + strlen (dir) + 1;

      if (!g_str_has_prefix (path, "tmp/"))
        g_hash_table_add (set, g_strdup (path));
    }
  return set;
}

static void
copy_file (Computers *c, guint from, const char *path)
{
  g_autofree char *source = g_build_filename (c->dir[from], path, NULL);
  g_autofree char *target = g_build_filename (c->dir[!from], path, NULL);
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *content = NULL;
  gsize size;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_get_contents (source, &content, &size, NULL));
  g_assert_true (g_file_set_contents (target, content, (gssize) size, NULL));
}

void
computers_carry (Computers *c, guint from, const char *below)
{
  g_autoptr (GHashTable) files = relative_files (c->dir[from]);
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      g_autofree char *target = g_build_filename (c->dir[!from], path, NULL);

      if (g_str_has_prefix (path, below) && !g_file_test (target, G_FILE_TEST_EXISTS))
        copy_file (c, from, path);
    }
}

void
computers_sync (Computers *c)
{
  for (guint from = 0; from < 2; from++)
    {
      g_autoptr (GHashTable) here = relative_files (c->dir[from]);
      g_autoptr (GHashTable) there = relative_files (c->dir[!from]);
      GHashTableIter iter;
      gpointer path;

      g_hash_table_iter_init (&iter, here);
      while (g_hash_table_iter_next (&iter, &path, NULL))
        if (!g_hash_table_contains (there, path))
          {
            g_autofree char *mine = g_build_filename (c->dir[from], path, NULL);

            if (c->last != NULL && g_hash_table_contains (c->last, path))
              g_assert_cmpint (g_unlink (mine), ==, 0);
            else
              copy_file (c, from, path);
          }
    }
  g_clear_pointer (&c->last, g_hash_table_unref);
  c->last = relative_files (c->dir[0]);
}

void
computers_setup (Computers *c, gconstpointer data)
{
  c->folder = g_dir_make_tmp ("scanvault-computers-XXXXXX", NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("computer%u", i);

      c->state[i] = g_build_filename (c->folder, name, "state", NULL);
      c->dir[i] = g_build_filename (c->folder, name, "v", NULL);
      g_assert_cmpint (g_mkdir_with_parents (c->state[i], 0700), ==, 0);
    }
  become (c, 0);
  g_assert_cmpint (vault_init (), ==, VAULT_OK);
  g_assert_cmpint (
      vault_create (c->dir[0], PASS, strlen (PASS), &cheap, c->sheet, &c->vault[0], NULL), ==,
      VAULT_OK);
  g_assert_cmpint (g_mkdir (c->dir[1], 0700), ==, 0);
  computers_sync (c);
}

void
computers_teardown (Computers *c, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      vault_close (c->vault[i]);
      g_free (c->dir[i]);
      g_free (c->state[i]);
    }
  g_clear_pointer (&c->last, g_hash_table_unref);
  remove_tree (c->folder);
  g_free (c->folder);
}
