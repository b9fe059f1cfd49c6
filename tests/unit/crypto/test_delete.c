/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deleting for good: what goes, what stays, and what several computers must agree on first. */
#include <glib/gstdio.h>
#include <string.h>

#include "computers.h"

static void
delete_member (Vault *vault, const guint8 id[VAULT_ID_SIZE])
{
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, id), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, id, VAULT_ID_SIZE, 7, "", 0), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

static void
keep_member (Vault *vault, const guint8 id[VAULT_ID_SIZE])
{
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_keep (txn, id), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

static VaultCollected
collect (Vault *vault, bool only_here)
{
  VaultCollected collected;

  g_assert_cmpint (vault_collect (vault, only_here, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  return collected;
}

static guint
bundles_on_disk (const char *dir)
{
  g_autofree char *folder = g_build_filename (dir, "o", NULL);
  g_autoptr (GPtrArray) files = files_below (folder, NULL);

  return files->len;
}

static void
assert_gone (Vault *vault, const guint8 id[VAULT_ID_SIZE])
{
  VaultMember *member;

  g_assert_null (vault_entry_find (vault, id));
  g_assert_cmpint (vault_member_open (vault, id, &member, NULL), ==, VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_member_verify (vault, id, NULL), ==, VAULT_ERROR_NOT_FOUND);
}

static void
test_alone (Fixture *f, gconstpointer unused)
{
  guint8 one[VAULT_ID_SIZE], two[VAULT_ID_SIZE];
  VaultCollected collected;
  guint64 stored;
  VaultTxn *txn;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", one);
  store (f->vault, "two", 3, VAULT_CODEC_RAW, "two", two);
  stored = vault_stored_bytes (f->vault);
  g_assert_cmpint (vault_member_verify (f->vault, one, NULL), ==, VAULT_OK);
  delete_member (f->vault, one);
  assert_gone (f->vault, one);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, one), ==, VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_txn_keep (txn, one), ==, VAULT_ERROR_NOT_FOUND);
  vault_txn_abort (txn);
  reopen (f);
  assert_gone (f->vault, one);
  g_assert_cmpuint (bundles_on_disk (f->dir), ==, 2);
  collected = collect (f->vault, false);
  g_assert_cmpuint (collected.bundles, ==, 1);
  g_assert_cmpuint (collected.waiting, ==, 0);
  g_assert_cmpuint (collected.bytes, >, 0);
  g_assert_cmpuint (vault_stored_bytes (f->vault) + collected.bytes, ==, stored);
  g_assert_cmpuint (bundles_on_disk (f->dir), ==, 1);
  reopen (f);
  g_assert_cmpuint (vault_damage_count (f->vault), ==, 0);
  assert_gone (f->vault, one);
  assert_member (f->vault, two, (const guint8 *) "two", 3, "two");
  /* The same bytes again are new. */
  store (f->vault, "one", 3, VAULT_CODEC_RAW, "again", one);
  reopen (f);
  assert_member (f->vault, one, (const guint8 *) "one", 3, "again");
}

/* Members that share a bundle: the others are written anew, bit for bit, under their names. */
static void
test_shared_bundle (Fixture *f, gconstpointer unused)
{
  guint8 ids[3][VAULT_ID_SIZE];
  g_autofree guint8 *large = make_data (700000);
  VaultBundle *bundle;
  VaultTxn *txn;
  VaultCollected collected;

  g_assert_cmpint (vault_bundle_begin (f->vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (append (bundle, f->vault, "aaa", 3, VAULT_CODEC_RAW, "a", ids[0]), ==, VAULT_OK);
  g_assert_cmpint (append (bundle, f->vault, large, 700000, VAULT_CODEC_PIXELS16, "b", ids[1]), ==,
                   VAULT_OK);
  g_assert_cmpint (append (bundle, f->vault, large, 600001, VAULT_CODEC_ZSTD, "c", ids[2]), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  delete_member (f->vault, ids[0]);
  delete_member (f->vault, ids[2]);
  collected = collect (f->vault, false);
  g_assert_cmpuint (collected.bundles, ==, 1);
  g_assert_cmpuint (bundles_on_disk (f->dir), ==, 1);
  for (guint round = 0; round < 2; round++)
    {
      assert_gone (f->vault, ids[0]);
      assert_gone (f->vault, ids[2]);
      assert_member (f->vault, ids[1], large, 700000, "b");
      g_assert_cmpint (vault_member_verify (f->vault, ids[1], NULL), ==, VAULT_OK);
      g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
      g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).missing, ==, 0);
      g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).orphans, ==, 0);
      collected = collect (f->vault, false);
      g_assert_cmpuint (collected.bundles, ==, 0);
      reopen (f);
    }
}

/* Deleted here while the other computer came to rely on it, neither knowing: it stays. */
static void
test_kept_elsewhere (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  VaultCollected collected;

  store (c->vault[0], "one", 3, VAULT_CODEC_RAW, "one", id);
  computers_sync (c);
  computers_open (c, 1);
  keep_member (c->vault[1], id);
  delete_member (c->vault[0], id);
  assert_gone (c->vault[0], id);
  /* The other computer wrote nothing that is known here, so it is not known to be there at all. */
  computers_close (c, 0);
  computers_close (c, 1);
  computers_sync (c);
  for (guint i = 0; i < 2; i++)
    {
      computers_open (c, i);
      assert_member (c->vault[i], id, (const guint8 *) "one", 3, "one");
      collected = collect (c->vault[i], false);
      g_assert_cmpuint (collected.bundles, ==, 0);
      assert_member (c->vault[i], id, (const guint8 *) "one", 3, "one");
    }
}

/* The space is given back when the other computer has said that it saw the deletion. */
static void
test_waits_for_the_other (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE], other[VAULT_ID_SIZE];
  char label[VAULT_LABEL_SIZE];
  VaultCollected collected;

  store (c->vault[0], "one", 3, VAULT_CODEC_RAW, "one", id);
  computers_sync (c);
  computers_open (c, 1);
  store (c->vault[1], "other", 5, VAULT_CODEC_RAW, "other", other);
  computers_close (c, 1);
  computers_close (c, 0);
  computers_sync (c);

  computers_open (c, 0);
  delete_member (c->vault[0], id);
  collected = collect (c->vault[0], false);
  g_assert_cmpuint (collected.bundles, ==, 0);
  g_assert_cmpuint (collected.waiting, ==, 1);
  g_assert_cmpuint (collected.n_waiting_for, ==, 1);
  g_assert_cmpuint (collected.waiting_for[0], !=, vault_writer (c->vault[0]));
  g_assert_cmpuint (vault_writer_label (c->vault[0], collected.waiting_for[0], label, sizeof label),
                    >, 0);
  computers_close (c, 0);
  computers_sync (c);

  computers_open (c, 1);
  assert_gone (c->vault[1], id);
  g_assert_cmpint (vault_compact (c->vault[1], false, NULL), ==, VAULT_OK);
  /* Having said it once is enough. */
  g_assert_cmpint (vault_compact (c->vault[1], false, NULL), ==, VAULT_OK);
  computers_close (c, 1);
  computers_sync (c);

  computers_open (c, 0);
  collected = collect (c->vault[0], false);
  g_assert_cmpuint (collected.bundles, ==, 1);
  g_assert_cmpuint (collected.waiting, ==, 0);
  computers_close (c, 0);
  computers_sync (c);
  for (guint i = 0; i < 2; i++)
    {
      computers_open (c, i);
      assert_gone (c->vault[i], id);
      assert_member (c->vault[i], other, (const guint8 *) "other", 5, "other");
      g_assert_cmpuint (check (c->vault[i], VAULT_CHECK_FULL).missing, ==, 0);
      g_assert_cmpuint (bundles_on_disk (c->dir[i]), ==, 1);
    }
}

static void
test_only_here (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE], other[VAULT_ID_SIZE];

  store (c->vault[0], "one", 3, VAULT_CODEC_RAW, "one", id);
  computers_sync (c);
  computers_open (c, 1);
  store (c->vault[1], "other", 5, VAULT_CODEC_RAW, "other", other);
  computers_close (c, 0);
  computers_sync (c);
  computers_open (c, 0);
  delete_member (c->vault[0], id);
  g_assert_cmpuint (collect (c->vault[0], true).bundles, ==, 1);
}

/* Both stored the same file, and one deletes what it knows of: the other's copy stays. */
static void
test_stored_twice (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];

  computers_open (c, 1);
  store (c->vault[0], "same", 4, VAULT_CODEC_RAW, "mine", id);
  store (c->vault[1], "same", 4, VAULT_CODEC_RAW, "yours", id);
  delete_member (c->vault[0], id);
  computers_close (c, 0);
  computers_close (c, 1);
  computers_sync (c);
  for (guint i = 0; i < 2; i++)
    {
      computers_open (c, i);
      assert_member (c->vault[i], id, (const guint8 *) "same", 4, "yours");
      g_assert_cmpint (vault_compact (c->vault[i], true, NULL), ==, VAULT_OK);
      computers_close (c, i);
    }
  computers_sync (c);
  computers_open (c, 0);
  g_assert_cmpuint (collect (c->vault[0], false).bundles, ==, 1);
  assert_member (c->vault[0], id, (const guint8 *) "same", 4, "yours");
  /* Now both places are known here. */
  delete_member (c->vault[0], id);
  assert_gone (c->vault[0], id);
}

/* A damaged place is no hindrance while another holds the same member. */
static void
test_second_place_serves (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *folder = g_build_filename (c->dir[0], "o", NULL);

  computers_open (c, 1);
  store (c->vault[0], "same", 4, VAULT_CODEC_RAW, "same", id);
  store (c->vault[1], "same", 4, VAULT_CODEC_RAW, "same", id);
  computers_close (c, 0);
  computers_close (c, 1);
  computers_sync (c);
  g_autoptr (GPtrArray) files = files_below (folder, NULL);
  g_assert_cmpuint (files->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      flip (g_ptr_array_index (files, i), 100);
      computers_open (c, 0);
      assert_member (c->vault[0], id, (const guint8 *) "same", 4, "same");
      g_assert_cmpint (vault_member_verify (c->vault[0], id, NULL), ==, VAULT_OK);
      computers_close (c, 0);
      flip (g_ptr_array_index (files, i), 100);
    }
  flip (g_ptr_array_index (files, 0), 100);
  flip (g_ptr_array_index (files, 1), 100);
  computers_open (c, 0);
  g_assert_cmpint (vault_member_verify (c->vault[0], id, NULL), ==, VAULT_ERROR_DAMAGED);
}

/* Both computers delete another member of one bundle, and each writes the rest anew before it hears of
 * the other: neither copy brings back what the other deleted, and what nobody deleted stays, also
 * when the records that named the first bundle are compacted. */
static void
test_moved_is_not_wanted (Computers *c, gconstpointer unused)
{
  static const char *const texts[] = { "aaa", "bbb", "ccc" };
  guint8 ids[3][VAULT_ID_SIZE];
  VaultBundle *bundle;
  VaultTxn *txn;

  g_assert_cmpint (vault_bundle_begin (c->vault[0], &bundle, NULL), ==, VAULT_OK);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (append (bundle, c->vault[0], texts[i], 3, VAULT_CODEC_RAW, texts[i], ids[i]),
                     ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (c->vault[0], &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  computers_close (c, 0);
  computers_sync (c);

  for (guint i = 0; i < 2; i++)
    {
      computers_open (c, i);
      delete_member (c->vault[i], ids[i]);
      collect (c->vault[i], false);
      g_assert_cmpint (vault_compact (c->vault[i], true, NULL), ==, VAULT_OK);
      assert_member (c->vault[i], ids[2], (const guint8 *) "ccc", 3, "ccc");
      computers_close (c, i);
    }
  for (guint round = 0; round < 4; round++)
    {
      guint i = round % 2;

      computers_sync (c);
      computers_open (c, i);
      assert_gone (c->vault[i], ids[0]);
      assert_gone (c->vault[i], ids[1]);
      assert_member (c->vault[i], ids[2], (const guint8 *) "ccc", 3, "ccc");
      collect (c->vault[i], false);
      g_assert_cmpint (vault_compact (c->vault[i], true, NULL), ==, VAULT_OK);
      computers_close (c, i);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/delete/alone", test_alone);
  ADD ("/delete/shared-bundle", test_shared_bundle);
  ADD_COMPUTERS ("/delete/kept-elsewhere", test_kept_elsewhere);
  ADD_COMPUTERS ("/delete/waits-for-the-other", test_waits_for_the_other);
  ADD_COMPUTERS ("/delete/only-here", test_only_here);
  ADD_COMPUTERS ("/delete/stored-twice", test_stored_twice);
  ADD_COMPUTERS ("/delete/second-place-serves", test_second_place_serves);
  ADD_COMPUTERS ("/delete/moved-is-not-wanted", test_moved_is_not_wanted);
  return g_test_run ();
}
