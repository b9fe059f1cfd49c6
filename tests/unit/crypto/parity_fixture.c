/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parity_fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void
store_noise (Vault *vault, gsize n, const char *name, guint8 ret_id[VAULT_ID_SIZE])
{
  g_autofree guint8 *noise = g_malloc (n);

  vault_random (noise, n);
  store (vault, noise, n, VAULT_CODEC_RAW, name, ret_id);
}

void
protect (Vault *vault)
{
  g_assert_cmpint (vault_protect (vault, NULL, NULL, NULL), ==, VAULT_OK);
}

VaultRepaired
repair (Vault *vault)
{
  VaultRepaired repaired = { 0 };

  g_assert_cmpint (vault_repair (vault, NULL, NULL, &repaired, NULL), ==, VAULT_OK);
  return repaired;
}

guint
count_files (const char *dir, const char *below)
{
  g_autofree char *path = g_build_filename (dir, below, NULL);
  g_autoptr (GPtrArray) files = files_below (path, NULL);

  return files->len;
}

GHashTable *
remember (const char *dir)
{
  GHashTable *files =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  g_autofree char *o = g_build_filename (dir, "o", NULL), *p = g_build_filename (dir, "p", NULL);
  g_autoptr (GPtrArray) paths = files_below (p, files_below (o, NULL));

  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      char *bytes;
      gsize n;

      g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
      g_hash_table_insert (files, g_strdup (path), g_bytes_new_take (bytes, n));
    }
  return files;
}

gboolean
is_as_remembered (GHashTable *files)
{
  GHashTableIter iter;
  gpointer path, bytes;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &path, &bytes))
    {
      g_autofree char *now = NULL;
      gsize n;

      if (!g_file_get_contents (path, &now, &n, NULL) || n != g_bytes_get_size (bytes) ||
          memcmp (now, g_bytes_get_data (bytes, NULL), n) != 0)
        return FALSE;
    }
  return TRUE;
}

void
restore (GHashTable *files)
{
  GHashTableIter iter;
  gpointer path, bytes;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &path, &bytes))
    g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                        (gssize) g_bytes_get_size (bytes), NULL));
}

const ParityGroup *
only_group (const ParityGroups *groups)
{
  const ParityGroup *found = NULL;

  for (guint i = 0; i < groups->n; i++)
    if (groups->rows[i].counts)
      {
        g_assert_null (found);
        found = &groups->rows[i];
      }
  g_assert_nonnull (found);
  return found;
}

char *
chunk_at (const char *dir, const ParityGroup *group, guint column, guint row, goffset *ret_offset,
          gsize *ret_size)
{
  guint rows = vault_parity_rows (group), chunk = column * rows + row, part = 0;
  char path[VAULT_PATH_MAX];
  char *full;

  if (column >= PARITY_DATA)
    {
      chunk = (column - PARITY_DATA) * rows + row;
      vault_parity_path (group->name, path);
    }
  else if (chunk >= group->chunks)
    return NULL;
  else
    {
      for (; chunk >= group->parts[part].chunks; part++)
        chunk -= group->parts[part].chunks;
      chunk += group->parts[part].first;
      vault_bundle_path (group->parts[part].bundle, path);
    }
  full = g_build_filename (dir, path, NULL);
  *ret_offset = SEALED_HEADER + (goffset) chunk * SEALED_STORED;
  *ret_size = MIN ((gsize) SEALED_STORED, (gsize) (size_of (full) - *ret_offset));
  return full;
}

void
spoil (const char *path, goffset at, gsize n)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);
  g_autofree guint8 *bytes = g_malloc (n);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pread (fd, bytes, n, at), ==, n);
  for (gsize i = 0; i < n; i++)
    bytes[i] ^= (guint8) (i * 5 | 1);
  g_assert_cmpint (pwrite (fd, bytes, n, at), ==, n);
  close (fd);
}
