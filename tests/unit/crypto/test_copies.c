/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a vault keeps twice: the copy serves, and the check tells that the other one is damaged
 * before both are. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "vault_fixture.h"

static char *
contents_of (const char *path, gsize *ret_n)
{
  char *bytes = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, ret_n, NULL));
  return bytes;
}

/* The vault opens by its passphrase or sheet, and then the file is again what it was. */
static void
assert_heals (Fixture *f, gboolean by_sheet, const char *path, const char *before, gsize n)
{
  Vault *vault = NULL;
  VaultError error = by_sheet ? vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &vault, NULL)
                              : vault_open (f->dir, PASS, strlen (PASS), &vault, NULL);
  g_autofree char *after = NULL;
  gsize n_after;

  g_assert_cmpint (error, ==, VAULT_OK);
  g_assert_cmpuint (check (vault, VAULT_CHECK_QUICK).damaged, ==, 0);
  vault_close (vault);
  after = contents_of (path, &n_after);
  g_assert_cmpmem (after, n_after, before, n);
}

/* Each byte of vault.id: magic, id, versions and MAC. */
static void
test_vault_id (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "vault.id", "vault.id.2" };
  Vault *vault = NULL;

  vault_close (g_steal_pointer (&f->vault));
  for (guint copy = 0; copy < 2; copy++)
    {
      g_autofree char *path = g_build_filename (f->dir, names[copy], NULL);
      gsize n;
      g_autofree char *before = contents_of (path, &n);

      for (goffset at = 0; at < 64; at++)
        {
          flip (path, at);
          if (at % 6 == 0)
            g_assert_cmpint (vault_open (f->dir, "another", 7, &vault, NULL), ==,
                             VAULT_ERROR_SECRET);
          assert_heals (f, at % 6 != 0, path, before, n);
        }
      g_assert_cmpint (g_unlink (path), ==, 0);
      assert_heals (f, copy == 0, path, before, n);
      g_assert_cmpint (truncate (path, 63), ==, 0);
      assert_heals (f, copy == 1, path, before, n);
    }
}

/* Both copies are lost: the passphrase, and the sheet where a sealed file proves it, open all the
 * same and write the very same file anew. */
static void
test_both_ids (Fixture *f, gconstpointer unused)
{
  g_autofree char *first = g_build_filename (f->dir, "vault.id", NULL);
  g_autofree char *second = g_build_filename (f->dir, "vault.id.2", NULL);
  Vault *vault = NULL;
  gsize n;
  g_autofree char *before = contents_of (first, &n);
  guint8 id[VAULT_ID_SIZE];

  for (guint stored = 0; stored < 2; stored++)
    {
      for (guint damage = 0; damage < 3; damage++)
        for (guint by_sheet = 0; by_sheet <= stored; by_sheet++)
          {
            vault_close (g_steal_pointer (&f->vault));
            if (damage == 0)
              {
                flip (first, 40);
                flip (second, 41);
              }
            else if (damage == 1)
              {
                flip (first, 12);
                flip (second, 12);
              }
            else
              {
                g_assert_cmpint (g_unlink (first), ==, 0);
                g_assert_cmpint (g_unlink (second), ==, 0);
              }
            g_assert_cmpint (vault_open (f->dir, "another", 7, &vault, NULL), ==,
                             stored == 0 && damage == 1 ? VAULT_ERROR_FOREIGN : VAULT_ERROR_SECRET);
            if (stored == 0 && damage == 1)
              {
                /* Nothing but two copies that say the same of another vault is there to go by. */
                flip (first, 12);
                flip (second, 12);
              }
            assert_heals (f, by_sheet != 0, first, before, n);
            assert_heals (f, by_sheet == 0, second, before, n);
            g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==,
                             VAULT_OK);
          }
      if (stored == 0)
        store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
    }
  assert_member (f->vault, id, (const guint8 *) "one", 3, "one");
}

/* No vault.id, no slot, no sealed file: nothing says that this is a vault. */
static void
test_not_a_vault (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "vault.id", "vault.id.2" };
  static const char *const folders[] = { "keys", "keys2" };
  Vault *vault = NULL;

  vault_close (g_steal_pointer (&f->vault));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_build_filename (f->dir, names[i], NULL);
      g_autofree char *folder = g_build_filename (f->dir, folders[i], NULL);
      g_autoptr (GPtrArray) files = files_below (folder, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_cmpuint (files->len, ==, 1);
      g_assert_cmpint (g_unlink (g_ptr_array_index (files, 0)), ==, 0);
    }
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &vault, NULL), ==,
                   VAULT_ERROR_NOT_A_VAULT);
  g_assert_cmpint (vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &vault, NULL), ==,
                   VAULT_ERROR_NOT_A_VAULT);
}

static bool
note_damaged (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes, uint64_t done,
              uint64_t total, void *data)
{
  if (kind == VAULT_CHECK_DAMAGED)
    g_ptr_array_add (data, g_strdup (fault->file));
  return true;
}

static gboolean
holds (const char *path, const char *expected, gsize size)
{
  g_autofree char *content = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (path, &content, &n, NULL));
  return n == size && memcmp (content, expected, n) == 0;
}

/* One damaged file of j/ or j2/ is healed by the opening or named by the quick check, while
 * everything still opens. */
static void
test_check_names_each_file (Fixture *f, gconstpointer unused)
{
  static const char *const folders[] = { "j", "j2" };
  guint8 id[VAULT_ID_SIZE];

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  store (f->vault, "two", 3, VAULT_CODEC_RAW, "two", id);
  vault_close (g_steal_pointer (&f->vault));
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (f->dir, folders[i], NULL);
      g_autoptr (GPtrArray) files = files_below (folder, NULL);

      g_assert_cmpuint (files->len, >, 0);
      for (guint k = 0; k < files->len; k++)
        for (goffset at = 0; at < size_of (g_ptr_array_index (files, k)); at += 13)
          {
            const char *path = g_ptr_array_index (files, k);
            g_autoptr (GPtrArray) damaged = g_ptr_array_new_with_free_func (g_free);
            g_autofree char *whole = NULL;
            gsize size;
            Vault *vault = NULL;
            gboolean healed;

            g_assert_true (g_file_get_contents (path, &whole, &size, NULL));
            flip (path, at);
            g_assert_cmpint (vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &vault, NULL),
                             ==, VAULT_OK);
            g_assert_cmpuint (vault_damage_count (vault), ==, 0);
            assert_member (vault, id, (const guint8 *) "two", 3, "two");
            healed = holds (path, whole, size);
            g_assert_cmpuint (vault_notice_count (vault), ==, healed ? 1 : 0);
            g_assert_cmpint (vault_check (vault, VAULT_CHECK_QUICK, note_damaged, damaged, NULL),
                             ==, VAULT_OK);
            g_assert_cmpuint (damaged->len, ==, healed ? 0 : 1);
            if (!healed)
              {
                g_assert_true (g_str_has_suffix (path, g_ptr_array_index (damaged, 0)));
                flip (path, at);
              }
            vault_close (vault);
          }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/copies/vault-id", test_vault_id);
  ADD ("/copies/both-ids", test_both_ids);
  ADD ("/copies/not-a-vault", test_not_a_vault);
  ADD ("/copies/check-names-each-file", test_check_names_each_file);
  return g_test_run ();
}
