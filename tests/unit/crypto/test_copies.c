/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a vault keeps twice: the copy serves, and the check tells that the other one is damaged
 * before both are. */
#include <glib/gstdio.h>
#include <string.h>

#include "vault_fixture.h"

static void
assert_opens (Fixture *f, gboolean by_sheet)
{
  Vault *vault = NULL;
  VaultError error = by_sheet ? vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &vault, NULL)
                              : vault_open (f->dir, PASS, strlen (PASS), &vault, NULL);

  g_assert_cmpint (error, ==, VAULT_OK);
  g_assert_cmpuint (check (vault, VAULT_CHECK_QUICK).damaged, ==, 1);
  vault_close (vault);
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

      for (goffset at = 0; at < 64; at++)
        {
          flip (path, at);
          assert_opens (f, TRUE);
          if (at % 6 == 0)
            {
              assert_opens (f, FALSE);
              g_assert_cmpint (vault_open (f->dir, "another", 7, &vault, NULL), ==,
                               VAULT_ERROR_SECRET);
            }
          flip (path, at);
        }
    }
}

static void
test_both_ids (Fixture *f, gconstpointer unused)
{
  g_autofree char *first = g_build_filename (f->dir, "vault.id", NULL);
  g_autofree char *second = g_build_filename (f->dir, "vault.id.2", NULL);
  Vault *vault = NULL;

  vault_close (g_steal_pointer (&f->vault));
  flip (first, 40);
  flip (second, 41);
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &vault, NULL), ==, VAULT_ERROR_DAMAGED);
  flip (first, 1);
  flip (second, 1);
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &vault, NULL), ==, VAULT_ERROR_DAMAGED);
  g_assert_cmpint (g_unlink (first), ==, 0);
  g_assert_cmpint (g_unlink (second), ==, 0);
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &vault, NULL), ==,
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

/* One damaged file of keys/, j/ or j2/ is healed by the opening or named by the quick check, while
 * everything still opens. */
static void
test_check_names_each_file (Fixture *f, gconstpointer unused)
{
  static const char *const folders[] = { "keys", "j", "j2" };
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
  ADD ("/copies/check-names-each-file", test_check_names_each_file);
  return g_test_run ();
}
