/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of a vault: complete, verified, brought up to date, and never half. */
#include <glib/gstdio.h>
#include <string.h>

#include "vault_fixture.h"

static VaultCopyResult
copy_vault (Fixture *f, const char *target, bool verify)
{
  VaultCopyResult result;

  g_assert_cmpint (vault_copy_to (f->vault, target, verify, NULL, NULL, &result, NULL), ==,
                   VAULT_OK);
  return result;
}

/* Opens the copy as another computer would. */
static Vault *
open_copy (Fixture *f, const char *target)
{
  g_autofree char *state = g_build_filename (f->folder, "other-state", NULL);
  g_autofree char *before = g_strdup (g_getenv ("XDG_STATE_HOME"));
  Vault *vault = NULL;

  g_mkdir (state, 0700);
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", state, TRUE);
  g_assert_cmpint (vault_open (target, PASS, strlen (PASS), &vault, NULL), ==, VAULT_OK);
  g_setenv ("XDG_STATE_HOME", before, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", before, TRUE);
  return vault;
}

static void
assert_copy (Fixture *f, const char *target, const guint8 id[VAULT_ID_SIZE], const char *content)
{
  Vault *vault = open_copy (f, target);

  assert_member (vault, id, (const guint8 *) content, strlen (content), content);
  g_assert_cmpuint (check (vault, VAULT_CHECK_FULL).damaged, ==, 0);
  g_assert_cmpuint (check (vault, VAULT_CHECK_FULL).missing, ==, 0);
  vault_close (vault);
}

static void
delete_member (Vault *vault, const guint8 id[VAULT_ID_SIZE])
{
  VaultTxn *txn;
  VaultCollected collected;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, id), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_collect (vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_compact (vault, true, NULL), ==, VAULT_OK);
}

static void
test_incremental (Fixture *f, gconstpointer unused)
{
  g_autofree char *target = g_build_filename (f->folder, "copy", NULL);
  guint8 one[VAULT_ID_SIZE], two[VAULT_ID_SIZE];
  VaultCopyResult first, second;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", one);
  first = copy_vault (f, target, false);
  g_assert_cmpuint (first.files, >, 5);
  g_assert_cmpuint (first.damaged, ==, 0);
  assert_copy (f, target, one, "one");
  second = copy_vault (f, target, false);
  g_assert_cmpuint (second.files, ==, 0);
  store (f->vault, "two", 3, VAULT_CODEC_RAW, "two", two);
  second = copy_vault (f, target, true);
  /* A bundle and both copies of its record. */
  g_assert_cmpuint (second.files, ==, 3);
  g_assert_cmpuint (second.verified, >=, first.files);
  assert_copy (f, target, one, "one");
  assert_copy (f, target, two, "two");
  /* What was deleted for good leaves the copy too. */
  delete_member (f->vault, one);
  second = copy_vault (f, target, false);
  g_assert_cmpuint (second.removed, >=, 3);
  assert_copy (f, target, two, "two");
  {
    g_autofree char *bundles = g_build_filename (target, "o", NULL);
    g_autoptr (GPtrArray) files = files_below (bundles, NULL);

    g_assert_cmpuint (files->len, ==, 1);
  }
}

static bool
stop_after (const char *file, bool damaged, uint64_t done, uint64_t total, void *data)
{
  guint *left = data;

  return (*left)-- > 1;
}

/* Stopped behind any file, it opens as it was before, and the next call finishes it. */
static void
test_stopped (Fixture *f, gconstpointer unused)
{
  guint8 one[VAULT_ID_SIZE], two[VAULT_ID_SIZE];
  guint stops = 0;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", one);
  store (f->vault, "two", 3, VAULT_CODEC_RAW, "two", two);
  for (gboolean done = FALSE; !done; stops++)
    {
      g_autofree char *name = g_strdup_printf ("copy%u", stops);
      g_autofree char *target = g_build_filename (f->folder, name, NULL);
      guint left = stops + 1;
      VaultCopyResult result;
      VaultError error = vault_copy_to (f->vault, target, false, stop_after, &left, &result, NULL);

      done = error == VAULT_OK;
      if (!done)
        g_assert_cmpint (error, ==, VAULT_ERROR_CANCELLED);
      copy_vault (f, target, false);
      assert_copy (f, target, one, "one");
      assert_copy (f, target, two, "two");
    }
  g_assert_cmpuint (stops, >, 8);
}

static void
test_refusals (Fixture *f, gconstpointer unused)
{
  g_autofree char *inside = g_build_filename (f->dir, "o", "copy", NULL);
  g_autofree char *outside = g_build_filename (f->folder, NULL);
  g_autofree char *other = g_build_filename (f->folder, "other", NULL);
  g_autofree char *full = g_build_filename (f->folder, "full", NULL);
  g_autofree char *letter = g_build_filename (full, "letter.txt", NULL);
  g_autofree char *nowhere = g_build_filename (f->folder, "a", "b", NULL);
  char sheet[VAULT_SHEET_SIZE];
  Vault *vault = NULL;
  VaultCopyResult result;

  g_assert_cmpint (vault_copy_to (f->vault, f->dir, false, NULL, NULL, &result, NULL), ==,
                   VAULT_ERROR_EXISTS);
  g_assert_cmpint (vault_copy_to (f->vault, inside, false, NULL, NULL, &result, NULL), ==,
                   VAULT_ERROR_EXISTS);
  g_assert_false (g_file_test (inside, G_FILE_TEST_EXISTS));
  g_assert_cmpint (vault_copy_to (f->vault, outside, false, NULL, NULL, &result, NULL), ==,
                   VAULT_ERROR_EXISTS);
  g_assert_cmpint (vault_copy_to (f->vault, nowhere, false, NULL, NULL, &result, NULL), ==,
                   VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_create (other, PASS, strlen (PASS), &cheap, sheet, &vault, NULL), ==,
                   VAULT_OK);
  vault_close (vault);
  g_assert_cmpint (vault_copy_to (f->vault, other, false, NULL, NULL, &result, NULL), ==,
                   VAULT_ERROR_FOREIGN);
  g_mkdir (full, 0700);
  g_assert_true (g_file_set_contents (letter, "dear", 4, NULL));
  g_assert_cmpint (vault_copy_to (f->vault, full, false, NULL, NULL, &result, NULL), ==,
                   VAULT_ERROR_EXISTS);
}

/* Damage does not spread: a copy that is whole stays, and helps the vault. */
static void
test_damage_stays_home (Fixture *f, gconstpointer unused)
{
  g_autofree char *target = g_build_filename (f->folder, "copy", NULL);
  g_autofree char *fresh = g_build_filename (f->folder, "fresh", NULL);
  g_autofree char *bundles = g_build_filename (f->dir, "o", NULL);
  g_autoptr (GPtrArray) files = NULL;
  guint8 one[VAULT_ID_SIZE];
  VaultCopyResult result;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", one);
  copy_vault (f, target, false);
  files = files_below (bundles, NULL);
  flip (g_ptr_array_index (files, 0), 120);
  result = copy_vault (f, target, true);
  g_assert_cmpuint (result.damaged, ==, 1);
  assert_copy (f, target, one, "one");
  result = copy_vault (f, fresh, false);
  g_assert_cmpuint (result.damaged, ==, 1);
}

/* Bit rot in the copy is found by reading it, and mended. */
static void
test_rot_in_the_copy (Fixture *f, gconstpointer unused)
{
  g_autofree char *target = g_build_filename (f->folder, "copy", NULL);
  g_autoptr (GPtrArray) files = NULL;
  guint8 one[VAULT_ID_SIZE];

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", one);
  copy_vault (f, target, false);
  files = files_below (target, NULL);
  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);

      if (size_of (path) == 0)
        continue;
      flip (path, size_of (path) / 2);
      g_assert_cmpuint (copy_vault (f, target, true).files, ==, 1);
      assert_copy (f, target, one, "one");
    }
}

/* A passphrase that was removed does not live on in the copy. */
static void
test_removed_passphrase (Fixture *f, gconstpointer unused)
{
  g_autofree char *target = g_build_filename (f->folder, "copy", NULL);
  uint8_t slot[VAULT_SLOT_ID_SIZE];
  Vault *vault = NULL;

  copy_vault (f, target, false);
  g_assert_cmpint (vault_passphrase_change (f->vault, "another one", 11, &cheap, slot, NULL), ==,
                   VAULT_OK);
  copy_vault (f, target, false);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (vault_open (target, PASS, strlen (PASS), &vault, NULL), ==, VAULT_ERROR_SECRET);
}

static char *
slot_file (const char *dir, const char *folder, const uint8_t id[VAULT_SLOT_ID_SIZE])
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < VAULT_SLOT_ID_SIZE; i++)
    g_string_append_printf (name, "%02x", id[i]);
  g_string_append (name, ".slot");
  return g_build_filename (dir, folder, name->str, NULL);
}

/* Damage to what is kept of a passphrase, or its loss, stays at home, and so does damage to
 * vault.id. */
static void
test_keys_in_the_copy (Fixture *f, gconstpointer unused)
{
  static const char *const folders[] = { "keys", "keys2" }, *const ids[] = { "vault.id",
                                                                             "vault.id.2" };
  g_autofree char *target = g_build_filename (f->folder, "copy", NULL),
                  *fresh = g_build_filename (f->folder, "fresh", NULL),
                  *readme = g_build_filename (f->dir, "README.txt", NULL),
                  *their_readme = g_build_filename (target, "README.txt", NULL);
  uint8_t slot[VAULT_SLOT_ID_SIZE];
  VaultCopyResult result;
  Vault *vault = NULL;

  g_assert_cmpint (vault_slot_add (f->vault, "another one", 11, &cheap, slot, NULL), ==, VAULT_OK);
  copy_vault (f, target, false);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *mine = slot_file (f->dir, folders[i], slot);
      g_autofree char *id = g_build_filename (f->dir, ids[i], NULL);

      flip (mine, 100);
      flip (id, 40);
    }
  result = copy_vault (f, target, true);
  g_assert_cmpuint (result.damaged, ==, 4);
  g_assert_cmpuint (result.files + result.removed, ==, 0);
  /* Nor is it copied where nothing stands yet. */
  result = copy_vault (f, fresh, false);
  g_assert_cmpuint (result.damaged, ==, 4);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *theirs = slot_file (fresh, folders[i], slot);
      g_autofree char *mine = slot_file (f->dir, folders[i], slot);

      g_assert_false (g_file_test (theirs, G_FILE_TEST_EXISTS));
      g_assert_cmpint (g_unlink (mine), ==, 0);
    }
  g_assert_cmpint (g_unlink (readme), ==, 0);
  result = copy_vault (f, target, false);
  g_assert_cmpuint (result.damaged, ==, 2);
  g_assert_cmpuint (result.files + result.removed, ==, 0);
  g_assert_true (g_file_test (their_readme, G_FILE_TEST_EXISTS));
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (vault_open (target, "another one", 11, &vault, NULL), ==, VAULT_OK);
  for (size_t i = 0; i < vault_notice_count (vault); i++)
    g_assert_cmpint (vault_notice_at (vault, i)->kind, !=, VAULT_NOTICE_HEALED);
  vault_close (vault);
}

/* Another vault's slot, or one under another's name, is no part of this vault. */
static void
test_strange_slots (Fixture *f, gconstpointer unused)
{
  g_autofree char *target = g_build_filename (f->folder, "copy", NULL), *mine = NULL, *bytes = NULL,
                  *strange = slot_file (f->dir, "keys", (const uint8_t *) "strange!");
  VaultSlot slots[VAULT_SLOTS_MAX];
  VaultCopyResult result;
  size_t n;
  gsize size;

  g_assert_cmpint (vault_slot_list (f->vault, slots, &n, NULL), ==, VAULT_OK);
  mine = slot_file (f->dir, "keys", slots[0].id);
  g_assert_true (g_file_get_contents (mine, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (strange, bytes, (gssize) size, NULL));
  result = copy_vault (f, target, false);
  g_assert_cmpuint (result.damaged, ==, 1);
}

/* What is removed leaves the copy, also where a file of it is left in the vault; but a copy is
 * never left without passphrases because the vault has none. */
static void
test_removed_slots (Fixture *f, gconstpointer unused)
{
  static const char *const folders[] = { "keys", "keys2" };
  g_autofree char *target = g_build_filename (f->folder, "copy", NULL), *mine = NULL, *bytes = NULL;
  uint8_t slot[VAULT_SLOT_ID_SIZE];
  VaultSlot slots[VAULT_SLOTS_MAX];
  size_t n;
  gsize size;

  g_assert_cmpint (vault_slot_add (f->vault, "another one", 11, &cheap, slot, NULL), ==, VAULT_OK);
  copy_vault (f, target, false);
  mine = slot_file (f->dir, "keys2", slot);
  g_assert_true (g_file_get_contents (mine, &bytes, &size, NULL));
  g_assert_cmpint (vault_slot_list (f->vault, slots, &n, NULL), ==, VAULT_OK);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (vault_slot_remove (f->vault, slot, NULL), ==, VAULT_OK);
  g_assert_true (g_file_set_contents (mine, bytes, (gssize) size, NULL));
  for (guint i = 0; i < 2; i++)
    {
      gboolean is_other = memcmp (slots[0].id, slot, sizeof slot) == 0;
      g_autofree char *last = slot_file (f->dir, folders[i], slots[is_other].id);

      flip (last, 100);
    }
  g_assert_cmpuint (copy_vault (f, target, false).removed, ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      gboolean is_other = memcmp (slots[0].id, slot, sizeof slot) == 0;
      g_autofree char *last = slot_file (f->dir, folders[i], slots[is_other].id);

      flip (last, 100);
    }
  g_assert_cmpuint (copy_vault (f, target, false).removed, ==, 2);
  g_assert_cmpuint (copy_vault (f, target, false).files, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/backup/incremental", test_incremental);
  ADD ("/backup/stopped", test_stopped);
  ADD ("/backup/refusals", test_refusals);
  ADD ("/backup/damage-stays-home", test_damage_stays_home);
  ADD ("/backup/rot-in-the-copy", test_rot_in_the_copy);
  ADD ("/backup/removed-passphrase", test_removed_passphrase);
  ADD ("/backup/keys-in-the-copy", test_keys_in_the_copy);
  ADD ("/backup/strange-slots", test_strange_slots);
  ADD ("/backup/removed-slots", test_removed_slots);
  return g_test_run ();
}
