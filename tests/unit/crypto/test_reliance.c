/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computers that rely on one another's copies: nothing is removed, and nothing called kept, on the
 * word of a journal alone. */
#include <glib/gstdio.h>
#include <string.h>

#include "computers.h"

#define BYTES "the same picture, imported apart"
#define SIZE (sizeof BYTES - 1)

static void
set_text (Vault *vault, const char *value)
{
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, "entity", 6, 1, value, strlen (value)), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

static void
delete_or_keep (Vault *vault, const guint8 id[VAULT_ID_SIZE],
                VaultError (*op) (VaultTxn *txn, const guint8 id[VAULT_ID_SIZE]))
{
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (op (txn, id), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

static guint
collect (Vault *vault)
{
  VaultCollected collected;

  g_assert_cmpint (vault_collect (vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  return collected.bundles;
}

static void
store_same (Computers *c, guint i, guint8 ret_id[VAULT_ID_SIZE])
{
  store (c->vault[i], BYTES, SIZE, VAULT_CODEC_RAW, "picture", ret_id);
}

static void
carry_journal (Computers *c, guint from)
{
  computers_carry (c, from, "j");
  computers_carry (c, from, "j2");
}

/* Both wrote once and know each other; then both store the same bytes apart, and say so. */
static void
store_apart (Computers *c, guint8 ret_id[VAULT_ID_SIZE])
{
  computers_close (c, 0);
  for (guint i = 0; i < 2; i++)
    {
      computers_open (c, i);
      set_text (c->vault[i], "hello");
      computers_close (c, i);
      computers_sync (c);
    }
  computers_open (c, 0);
  store_same (c, 0, ret_id);
  computers_close (c, 0);
  computers_open (c, 1);
  store_same (c, 1, ret_id);
  computers_close (c, 1);
  carry_journal (c, 0);
  computers_open (c, 1);
  set_text (c->vault[1], "I have seen yours");
  computers_close (c, 1);
  carry_journal (c, 1);
}

/* The other's bundle counts as the better place, and has not arrived. */
static void
test_only_copy (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];

  store_apart (c, id);
  computers_open (c, 0);
  g_assert_cmpuint (collect (c->vault[0]), ==, 0);
  assert_member (c->vault[0], id, (const guint8 *) BYTES, SIZE, "picture");
  computers_close (c, 0);
  computers_carry (c, 1, "o");
  computers_open (c, 0);
  g_assert_cmpuint (collect (c->vault[0]), ==, 1);
  assert_member (c->vault[0], id, (const guint8 *) BYTES, SIZE, "picture");
  g_assert_cmpuint (check (c->vault[0], VAULT_CHECK_FULL).missing, ==, 0);
}

/* It has arrived, and its blocks are damaged: it is read from the old place, which stays. */
static void
test_damaged_copy (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *folder = g_build_filename (c->dir[1], "o", NULL);
  g_autoptr (GPtrArray) theirs = NULL;

  store_apart (c, id);
  theirs = files_below (folder, NULL);
  g_assert_cmpuint (theirs->len, ==, 1);
  flip (g_ptr_array_index (theirs, 0), 96);
  computers_carry (c, 1, "o");
  computers_open (c, 0);
  assert_member (c->vault[0], id, (const guint8 *) BYTES, SIZE, "picture");
  g_assert_cmpuint (collect (c->vault[0]), ==, 0);
  assert_member (c->vault[0], id, (const guint8 *) BYTES, SIZE, "picture");
}

/* A copy of the vault gives up its bundle only when it holds the other one itself. */
static void
test_backup (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  VaultCopyResult result;
  g_autofree char *copy = g_build_filename (c->folder, "copy", NULL);
  g_autofree char *folder = g_build_filename (copy, "o", NULL);
  g_autofree char *source = g_build_filename (c->dir[0], "o", NULL);
  g_autoptr (GPtrArray) files = NULL, sources = NULL;

  store_apart (c, id);
  computers_open (c, 0);
  g_assert_cmpint (vault_copy_to (c->vault[0], copy, false, NULL, NULL, &result, NULL), ==,
                   VAULT_OK);
  /* The vault's own bundle goes although the other never came: a failing disk, say. */
  sources = files_below (source, NULL);
  g_assert_cmpuint (sources->len, ==, 1);
  g_assert_cmpint (g_unlink (g_ptr_array_index (sources, 0)), ==, 0);
  g_assert_cmpint (vault_copy_to (c->vault[0], copy, false, NULL, NULL, &result, NULL), ==,
                   VAULT_OK);
  files = files_below (folder, NULL);
  g_assert_cmpuint (files->len, ==, 1);
}

/* Only who is known to write is waited for. */
static void
test_unknown_computer (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE], own[VAULT_ID_SIZE];

  store_same (c, 0, id);
  g_assert_true (vault_member_reliable (c->vault[0], id));
  computers_close (c, 0);
  computers_sync (c);
  computers_open (c, 1);
  g_assert_nonnull (vault_entry_find (c->vault[1], id));
  g_assert_false (vault_member_reliable (c->vault[1], id));
  store (c->vault[1], "mine", 4, VAULT_CODEC_RAW, "mine", own);
  g_assert_true (vault_member_reliable (c->vault[1], own));
  g_assert_false (vault_member_reliable (c->vault[1], id));
  computers_close (c, 1);
  computers_sync (c);
  computers_open (c, 0);
  set_text (c->vault[0], "I know you");
  computers_close (c, 0);
  computers_sync (c);
  computers_open (c, 1);
  g_assert_true (vault_member_reliable (c->vault[1], id));
}

/* Somebody relied on what was removed meanwhile: told, and put right by the same bytes. */
static void
test_relied_on_and_gone (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  VaultMember *member;

  store_same (c, 0, id);
  computers_close (c, 0);
  computers_sync (c);
  computers_open (c, 1);
  delete_or_keep (c->vault[1], id, vault_txn_keep);
  computers_close (c, 1);
  computers_open (c, 0);
  delete_or_keep (c->vault[0], id, vault_txn_tombstone);
  g_assert_false (vault_member_wanted (c->vault[0], id));
  g_assert_cmpuint (collect (c->vault[0]), ==, 1);
  /* Nothing says any more where it was. */
  g_assert_cmpint (vault_compact (c->vault[0], true, NULL), ==, VAULT_OK);
  computers_close (c, 0);
  computers_sync (c);
  for (guint i = 0; i < 2; i++)
    {
      computers_open (c, i);
      g_assert_null (vault_entry_find (c->vault[i], id));
      g_assert_true (vault_member_wanted (c->vault[i], id));
      g_assert_cmpint (vault_member_open (c->vault[i], id, &member, NULL), ==, VAULT_ERROR_MISSING);
      g_assert_cmpuint (check (c->vault[i], VAULT_CHECK_QUICK).missing, ==, 1);
      if (i == 1)
        store_same (c, 1, id);
      computers_close (c, i);
    }
  computers_sync (c);
  for (guint i = 0; i < 2; i++)
    {
      computers_open (c, i);
      assert_member (c->vault[i], id, (const guint8 *) BYTES, SIZE, "picture");
      g_assert_cmpuint (check (c->vault[i], VAULT_CHECK_FULL).missing, ==, 0);
      computers_close (c, i);
    }
}

static void
test_seen (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE], later[VAULT_ID_SIZE];
  guint8 *seen;
  gsize size;

  store_same (c, 0, id);
  seen = vault_seen (c->vault[0], &size);
  g_assert_cmpuint (size, ==, VAULT_SEEN_SIZE);
  store (c->vault[0], "later", 5, VAULT_CODEC_RAW, "later", later);
  g_assert_true (vault_member_seen (c->vault[0], id, seen, size));
  g_assert_false (vault_member_seen (c->vault[0], later, seen, size));
  g_assert_false (vault_member_seen (c->vault[0], id, seen, 0));
  /* What is kept again elsewhere was not seen. */
  computers_close (c, 0);
  computers_sync (c);
  computers_open (c, 1);
  delete_or_keep (c->vault[1], id, vault_txn_keep);
  g_assert_false (vault_member_seen (c->vault[1], id, seen, size));
  free (seen);
  seen = vault_seen (c->vault[1], &size);
  g_assert_cmpuint (size, ==, 2 * VAULT_SEEN_SIZE);
  g_assert_true (vault_member_seen (c->vault[1], id, seen, size));
  free (seen);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_COMPUTERS ("/reliance/only-copy", test_only_copy);
  ADD_COMPUTERS ("/reliance/damaged-copy", test_damaged_copy);
  ADD_COMPUTERS ("/reliance/backup", test_backup);
  ADD_COMPUTERS ("/reliance/unknown-computer", test_unknown_computer);
  ADD_COMPUTERS ("/reliance/relied-on-and-gone", test_relied_on_and_gone);
  ADD_COMPUTERS ("/reliance/seen", test_seen);
  return g_test_run ();
}
