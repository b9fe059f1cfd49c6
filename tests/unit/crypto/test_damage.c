/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vaults to which something happened: it is told, what is whole is there, and wrong bytes never
 * come out. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>

#include "vault_fixture.h"

/* Every seventh byte of every small file, and some of each bundle: either the check tells, or the
 * copy of the file served and the check tells of the damage, or the vault does not open. Wrong
 * bytes never come out. */
static void
test_tampering (Fixture *f, gconstpointer unused)
{
  g_autofree guint8 *data = make_data (70000);
  guint8 id[VAULT_ID_SIZE];
  g_autoptr (GPtrArray) files = NULL;
  guint sweeps = 0;

  store (f->vault, data, 70000, VAULT_CODEC_PIXELS16, "scan", id);
  vault_close (g_steal_pointer (&f->vault));
  files = files_below (f->dir, NULL);
  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      gboolean harmless = strstr (path, "README.txt") != NULL || strstr (path, "/v/tmp/") != NULL;
      /* The second copy is read when the first is gone. */
      gboolean copy = strstr (path, "/j2/") != NULL || strstr (path, "/j/") != NULL ||
                      strstr (path, "vault.id") != NULL;
      gsize step = strstr (path, "/o/") != NULL ? 1499 : 7;

      for (goffset at = 0; at < size_of (path) && !harmless; at += (goffset) step)
        {
          Vault *vault = NULL;
          VaultError error;

          flip (path, at);
          error = vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &vault, NULL);
          if (error == VAULT_OK)
            {
              VaultMember *member = NULL;
              Found found = check (vault, VAULT_CHECK_FULL);

              if (strstr (path, "/keys") == NULL && !copy)
                g_assert_cmpuint (found.damaged + found.missing, >, 0);
              if (vault_member_open (vault, id, &member, NULL) == VAULT_OK)
                {
                  g_autofree guint8 *back = g_malloc (70000);

                  if (vault_member_pread (member, 0, back, 70000, NULL) == VAULT_OK)
                    g_assert_cmpmem (back, 70000, data, 70000);
                  vault_member_close (member);
                }
              else
                g_assert_false (copy);
              vault_close (vault);
            }
          flip (path, at);
          sweeps++;
        }
    }
  g_assert_cmpuint (sweeps, >, 40);
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

/* Both copies of one record are damaged: it is told, and what other records say is there. */
static void
test_lost_record (Fixture *f, gconstpointer unused)
{
  guint8 first[VAULT_ID_SIZE], second[VAULT_ID_SIZE];
  g_autoptr (GPtrArray) files = NULL;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", first);
  store (f->vault, "two", 3, VAULT_CODEC_RAW, "two", second);
  files = files_below (f->dir, NULL);
  for (guint i = 0; i < files->len; i++)
    if (strstr (g_ptr_array_index (files, i), "/0000000001-") != NULL)
      flip (g_ptr_array_index (files, i), 200);
  reopen (f);
  g_assert_cmpuint (vault_damage_count (f->vault), >, 0);
  g_assert_null (vault_entry_find (f->vault, first));
  assert_member (f->vault, second, (const guint8 *) "two", 3, "two");
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).orphans, ==, 1);
}

static void
test_missing_bundle (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE], other[VAULT_ID_SIZE];
  g_autofree char *o = g_build_filename (f->dir, "o", NULL);
  g_autoptr (GPtrArray) files = NULL;
  VaultMember *member = NULL;
  VaultFault fault;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  files = files_below (o, NULL);
  g_assert_cmpuint (files->len, ==, 1);
  store (f->vault, "two", 3, VAULT_CODEC_RAW, "two", other);
  g_unlink (g_ptr_array_index (files, 0));
  reopen (f);
  g_assert_cmpint (vault_member_open (f->vault, id, &member, &fault), ==, VAULT_ERROR_MISSING);
  g_assert_true (fault.has_member);
  g_assert_cmpmem (fault.member, VAULT_ID_SIZE, id, VAULT_ID_SIZE);
  assert_member (f->vault, other, (const guint8 *) "two", 3, "two");
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).missing, ==, 1);
}

static void
test_foreign_bundle (Fixture *f, gconstpointer unused)
{
  g_autofree char *other_dir = g_build_filename (f->folder, "w", NULL);
  g_autofree char *mine = g_build_filename (f->dir, "o", NULL),
                  *theirs = g_build_filename (other_dir, "o", NULL);
  g_autoptr (GPtrArray) my_files = NULL, their_files = NULL;
  g_autofree char *bytes = NULL;
  char sheet[VAULT_SHEET_SIZE];
  guint8 id[VAULT_ID_SIZE], other_id[VAULT_ID_SIZE];
  Vault *other;
  VaultMember *member = NULL;
  gsize n;

  g_assert_cmpint (vault_create (other_dir, PASS, strlen (PASS), &cheap, sheet, &other, NULL), ==,
                   VAULT_OK);
  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  store (other, "one", 3, VAULT_CODEC_RAW, "one", other_id);
  vault_close (other);
  /* Equal bytes have other ids in another vault. */
  g_assert_cmpint (memcmp (id, other_id, sizeof id), !=, 0);
  my_files = files_below (mine, NULL);
  their_files = files_below (theirs, NULL);
  g_assert_true (g_file_get_contents (g_ptr_array_index (their_files, 0), &bytes, &n, NULL));
  g_assert_true (g_file_set_contents (g_ptr_array_index (my_files, 0), bytes, (gssize) n, NULL));
  g_assert_cmpint (vault_member_open (f->vault, id, &member, NULL), ==, VAULT_ERROR_FOREIGN);
}

static void
test_full_disk (Fixture *f, gconstpointer unused)
{
  g_autofree char *disk = g_build_filename (f->folder, "disk", NULL);
  g_autofree char *dir = g_build_filename (disk, "v", NULL);
  g_autofree guint8 *noise = g_malloc (6 * 1024 * 1024);
  guint8 id[VAULT_ID_SIZE], lost[VAULT_ID_SIZE];
  char sheet[VAULT_SHEET_SIZE];
  Vault *vault;
  VaultBundle *bundle;
  VaultError error;

  g_mkdir (disk, 0700);
  if (mount ("tmpfs", disk, "tmpfs", 0, "size=6m") != 0)
    {
      g_test_skip ("only root may mount");
      return;
    }
  g_assert_cmpint (vault_create (dir, PASS, strlen (PASS), &cheap, sheet, &vault, NULL), ==,
                   VAULT_OK);
  store (vault, "kept", 4, VAULT_CODEC_RAW, "kept", id);
  vault_random (noise, 6 * 1024 * 1024);
  g_assert_cmpint (vault_bundle_begin (vault, &bundle, NULL), ==, VAULT_OK);
  error = append (bundle, vault, noise, 6 * 1024 * 1024, VAULT_CODEC_ZSTD, "lost", lost);
  if (error == VAULT_OK)
    error = vault_bundle_finish (bundle, NULL);
  g_assert_cmpint (error, ==, VAULT_ERROR_FULL);
  vault_bundle_discard (bundle);
  vault_close (vault);
  g_assert_cmpint (vault_open (dir, PASS, strlen (PASS), &vault, NULL), ==, VAULT_OK);
  assert_member (vault, id, (const guint8 *) "kept", 4, "kept");
  g_assert_cmpuint (check (vault, VAULT_CHECK_FULL).damaged, ==, 0);
  vault_close (vault);
  g_assert_cmpint (umount (disk), ==, 0);
}

/* Without its journal a vault is damaged, not empty. */
static void
test_lost_journal (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *first = g_build_filename (f->dir, "j", NULL),
                  *second = g_build_filename (f->dir, "j2", NULL);
  g_autofree char *first_away = g_strconcat (first, ".away", NULL),
                  *first_again = g_strconcat (first, ".again", NULL),
                  *second_away = g_strconcat (second, ".away", NULL);

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  g_assert_cmpint (g_rename (first, first_away), ==, 0);
  reopen (f);
  assert_member (f->vault, id, (const guint8 *) "one", 3, "one");
  g_assert_cmpuint (vault_damage_count (f->vault), ==, 0);
  g_assert_cmpuint (vault_notice_count (f->vault), ==, 1);
  g_assert_cmpint (vault_notice_at (f->vault, 0)->kind, ==, VAULT_NOTICE_HEALED);
  g_assert_cmpint (g_rename (first, first_again), ==, 0);
  g_assert_cmpint (g_rename (second, second_away), ==, 0);
  reopen (f);
  g_assert_cmpuint (vault_damage_count (f->vault), ==, 2);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).damaged, >=, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/damage/tampering", test_tampering);
  ADD ("/damage/lost-record", test_lost_record);
  ADD ("/damage/missing-bundle", test_missing_bundle);
  ADD ("/damage/foreign-bundle", test_foreign_bundle);
  ADD ("/damage/full-disk", test_full_disk);
  ADD ("/damage/lost-journal", test_lost_journal);
  return g_test_run ();
}
