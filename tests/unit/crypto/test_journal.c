/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots, what a computer remembers, and what sync tools do to a journal. */
#include <glib/gstdio.h>
#include <string.h>

#include "computers.h"

static guint
count_files (const char *dir, const char *below)
{
  g_autofree char *folder = g_build_filename (dir, below, NULL);
  g_autoptr (GPtrArray) files = files_below (folder, NULL);

  return files->len;
}

static void
set_text (Vault *vault, const char *entity, guint16 field, const char *value)
{
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, entity, strlen (entity), field, value, strlen (value)), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

static void
assert_text (Vault *vault, const char *entity, guint16 field, const char *expected)
{
  const void *value;
  gsize n;
  VaultError error = vault_get (vault, entity, strlen (entity), field, &value, &n);

  g_assert_cmpint (error, ==, expected != NULL ? VAULT_OK : VAULT_ERROR_NOT_FOUND);
  if (expected != NULL)
    g_assert_cmpmem (value, n, expected, strlen (expected));
}

static guint
notices (Vault *vault, VaultNoticeKind kind)
{
  guint n = 0;

  for (gsize i = 0; i < vault_notice_count (vault); i++)
    n += vault_notice_at (vault, i)->kind == kind;
  return n;
}

/* Hundreds of edits stay a handful of files, and say the same. */
static void
test_snapshots (Fixture *f, gconstpointer unused)
{
  guint8 ids[40][VAULT_ID_SIZE];

  for (guint i = 0; i < 400; i++)
    {
      char entity[8], value[16];

      g_snprintf (entity, sizeof entity, "e%u", i % 50);
      g_snprintf (value, sizeof value, "value %u", i);
      set_text (f->vault, entity, 1, value);
      if (i % 10 == 0)
        store (f->vault, value, strlen (value), VAULT_CODEC_RAW, value, ids[i / 10]);
      g_assert_cmpint (vault_compact (f->vault, false, NULL), ==, VAULT_OK);
      if (i % 70 == 69)
        reopen (f);
    }
  g_assert_cmpuint (count_files (f->dir, "j"), <, 80);
  g_assert_cmpuint (count_files (f->dir, "j"), ==, count_files (f->dir, "j2"));
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 350; i < 400; i++)
        {
          char entity[8], value[16];

          g_snprintf (entity, sizeof entity, "e%u", i % 50);
          g_snprintf (value, sizeof value, "value %u", i);
          assert_text (f->vault, entity, 1, value);
        }
      for (guint i = 0; i < 40; i++)
        {
          char value[16];

          g_snprintf (value, sizeof value, "value %u", i * 10);
          assert_member (f->vault, ids[i], (const guint8 *) value, strlen (value), value);
        }
      g_assert_cmpuint (vault_entry_count (f->vault), ==, 40);
      g_assert_cmpuint (vault_damage_count (f->vault), ==, 0);
      g_assert_cmpuint (vault_notice_count (f->vault), ==, 0);
      g_assert_cmpint (vault_compact (f->vault, true, NULL), ==, VAULT_OK);
      reopen (f);
    }
  g_assert_cmpuint (count_files (f->dir, "j"), ==, 1);
}

/* What was overwritten or taken away is in no file any more. */
static void
test_snapshot_forgets (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  guint64 before, after;
  g_autofree char *long_text = g_strnfill (200000, 'x');
  VaultTxn *txn;
  VaultCollected collected;

  set_text (f->vault, "entity", 1, long_text);
  store (f->vault, "gone", 4, VAULT_CODEC_RAW, "gone", id);
  before = 0;
  {
    g_autofree char *folder = g_build_filename (f->dir, "j", NULL);
    g_autoptr (GPtrArray) files = files_below (folder, NULL);

    for (guint i = 0; i < files->len; i++)
      before += size_of (g_ptr_array_index (files, i));
  }
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, "entity", 6, 1, "", 0), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, id), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_collect (f->vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_compact (f->vault, true, NULL), ==, VAULT_OK);
  after = 0;
  {
    g_autofree char *folder = g_build_filename (f->dir, "j", NULL);
    g_autoptr (GPtrArray) files = files_below (folder, NULL);

    g_assert_cmpuint (files->len, ==, 1);
    after = size_of (g_ptr_array_index (files, 0));
  }
  g_assert_cmpuint (before, >, 200000);
  g_assert_cmpuint (after, <, 2000);
  reopen (f);
  assert_text (f->vault, "entity", 1, NULL);
  g_assert_null (vault_entry_find (f->vault, id));
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

/* An older copy of the vault is told, until its owner says that it is meant. */
static void
test_older_copy (Fixture *f, gconstpointer unused)
{
  g_autoptr (GPtrArray) newest = NULL;
  g_autoptr (GPtrArray) before = NULL;

  set_text (f->vault, "entity", 1, "first");
  before = files_below (f->dir, NULL);
  set_text (f->vault, "entity", 1, "second");
  newest = files_below (f->dir, NULL);
  vault_close (g_steal_pointer (&f->vault));
  for (guint i = 0; i < newest->len; i++)
    {
      gboolean old = FALSE;

      for (guint k = 0; k < before->len && !old; k++)
        old = g_str_equal (g_ptr_array_index (newest, i), g_ptr_array_index (before, k));
      if (!old)
        g_assert_cmpint (g_unlink (g_ptr_array_index (newest, i)), ==, 0);
    }
  for (guint round = 0; round < 2; round++)
    {
      g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
      g_assert_cmpuint (notices (f->vault, VAULT_NOTICE_OLDER), ==, 1);
      assert_text (f->vault, "entity", 1, "first");
      /* What is written now must not bear a number that was used before. */
      set_text (f->vault, "entity", 2, round == 0 ? "third" : "fourth");
      g_assert_cmpuint (count_files (f->dir, "j"), ==, 2 + round);
      vault_close (g_steal_pointer (&f->vault));
    }
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_accept_older (f->vault), ==, VAULT_OK);
  reopen (f);
  g_assert_cmpuint (notices (f->vault, VAULT_NOTICE_OLDER), ==, 0);
  assert_text (f->vault, "entity", 2, "fourth");
}

/* A copy that was made earlier is another thing than records that went away in place. */
static void
test_earlier_copy (Fixture *f, gconstpointer unused)
{
  g_autofree char *target = g_build_filename (f->folder, "copy", NULL);
  VaultCopyResult result;

  set_text (f->vault, "entity", 1, "first");
  g_assert_cmpint (vault_copy_to (f->vault, target, false, NULL, NULL, &result, NULL), ==,
                   VAULT_OK);
  set_text (f->vault, "entity", 1, "second");
  for (guint round = 0; round < 3; round++)
    {
      vault_close (g_steal_pointer (&f->vault));
      g_assert_cmpint (vault_open (target, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
      g_assert_cmpuint (notices (f->vault, VAULT_NOTICE_OLDER_COPY), ==, 1);
      g_assert_cmpuint (notices (f->vault, VAULT_NOTICE_OLDER), ==, 0);
      assert_text (f->vault, "entity", 1, "first");
    }
  reopen (f);
  g_assert_cmpuint (vault_notice_count (f->vault), ==, 0);
  assert_text (f->vault, "entity", 1, "second");
}

/* The journal arrives before the bundle: not damage, and readable when it is there. */
static void
test_arriving (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  VaultMember *member;

  computers_open (c, 1);
  set_text (c->vault[1], "known", 1, "here");
  computers_close (c, 1);
  store (c->vault[0], "one", 3, VAULT_CODEC_RAW, "one", id);
  set_text (c->vault[0], "entity", 1, "text");
  computers_carry (c, 0, "j");
  computers_open (c, 1);
  g_assert_cmpuint (vault_damage_count (c->vault[1]), ==, 0);
  g_assert_cmpuint (notices (c->vault[1], VAULT_NOTICE_ARRIVING), ==, 1);
  g_assert_cmpint (vault_member_open (c->vault[1], id, &member, NULL), ==, VAULT_ERROR_ARRIVING);
  computers_close (c, 1);
  computers_carry (c, 0, "o");
  computers_open (c, 1);
  g_assert_cmpuint (vault_notice_count (c->vault[1]), ==, 0);
  assert_member (c->vault[1], id, (const guint8 *) "one", 3, "one");
  computers_close (c, 1);
  /* It was here once: now it is missing. */
  {
    g_autofree char *folder = g_build_filename (c->dir[1], "o", NULL);
    g_autoptr (GPtrArray) files = files_below (folder, NULL);

    g_assert_cmpuint (files->len, ==, 1);
    g_assert_cmpint (g_unlink (g_ptr_array_index (files, 0)), ==, 0);
  }
  computers_open (c, 1);
  g_assert_cmpint (vault_member_open (c->vault[1], id, &member, NULL), ==, VAULT_ERROR_MISSING);
}

/* Records arrive in any order; a gap in another computer's is on its way. */
static void
test_gap_of_another (Computers *c, gconstpointer unused)
{
  g_autofree char *folder = g_build_filename (c->dir[0], "j", NULL);
  g_autofree char *first = NULL;

  computers_open (c, 1);
  set_text (c->vault[1], "known", 1, "here");
  computers_close (c, 1);
  set_text (c->vault[0], "entity", 1, "first");
  {
    g_autoptr (GPtrArray) files = files_below (folder, NULL);

    g_assert_cmpuint (files->len, ==, 1);
    first = g_strdup ((const char *) g_ptr_array_index (files, 0) + strlen (c->dir[0]) + 1);
  }
  set_text (c->vault[0], "entity", 2, "second");
  computers_carry (c, 0, "j");
  {
    g_autofree char *copy = g_build_filename (c->dir[1], first, NULL);
    g_autofree char *second = g_strdup_printf ("%s/j2%s", c->dir[1], first + 1);

    g_assert_cmpint (g_unlink (copy), ==, 0);
    g_assert_cmpint (g_unlink (second), ==, 0);
  }
  computers_open (c, 1);
  g_assert_cmpuint (vault_damage_count (c->vault[1]), ==, 0);
  g_assert_cmpuint (notices (c->vault[1], VAULT_NOTICE_ARRIVING), ==, 1);
  assert_text (c->vault[1], "entity", 2, "second");
  computers_close (c, 1);
  computers_carry (c, 0, "j");
  computers_open (c, 1);
  g_assert_cmpuint (vault_notice_count (c->vault[1]), ==, 0);
  assert_text (c->vault[1], "entity", 1, "first");
}

/* What a sync tool puts aside under another name counts when it is all there is, and is passed over
 * when it is not. */
static void
test_conflict_copies (Fixture *f, gconstpointer unused)
{
  static const char *const folders[] = { "j", "j2" };

  set_text (f->vault, "entity", 1, "text");
  vault_close (g_steal_pointer (&f->vault));
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < 2; i++)
        {
          g_autofree char *folder = g_build_filename (f->dir, folders[i], NULL);
          g_autoptr (GPtrArray) files = files_below (folder, NULL);

          for (guint k = 0; k < files->len; k++)
            {
              const char *path = g_ptr_array_index (files, k);
              g_autofree char *stray =
                  g_strconcat (path, " (conflicted copy 2026-03-01).record", NULL);
              g_autofree char *content = NULL;
              gsize n;

              if (strchr (path, '(') != NULL)
                continue;
              g_assert_true (g_file_get_contents (path, &content, &n, NULL));
              g_assert_true (g_file_set_contents (stray, content, (gssize) n, NULL));
              if (round == 1)
                g_assert_cmpint (g_unlink (path), ==, 0);
            }
        }
      g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
      g_assert_cmpuint (notices (f->vault, VAULT_NOTICE_CONFLICT), ==, 2);
      g_assert_cmpuint (vault_damage_count (f->vault), ==, 0);
      assert_text (f->vault, "entity", 1, "text");
      vault_close (g_steal_pointer (&f->vault));
    }
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
}

/* Any order of edits on both sides folds to one state. */
static void
test_two_computers (Computers *c, gconstpointer unused)
{
  computers_open (c, 1);
  for (guint round = 0; round < 12; round++)
    {
      for (guint i = 0; i < 2; i++)
        for (guint k = 0; k < 9; k++)
          {
            char entity[8], value[32];

            g_snprintf (entity, sizeof entity, "e%u", (round * 7 + k) % 11);
            g_snprintf (value, sizeof value, "%u from %u at %u", k, i, round);
            set_text (c->vault[i], entity, (guint16) (k % 3), value);
          }
      for (guint i = 0; i < 2; i++)
        {
          g_assert_cmpint (vault_compact (c->vault[i], round % 3 == i, NULL), ==, VAULT_OK);
          computers_close (c, i);
        }
      computers_sync (c);
      for (guint i = 0; i < 2; i++)
        computers_open (c, i);
      for (guint e = 0; e < 11; e++)
        for (guint field = 0; field < 3; field++)
          {
            char entity[8];
            const void *left = "", *right = "";
            gsize left_n = 0, right_n = 0;

            g_snprintf (entity, sizeof entity, "e%u", e);
            g_assert_cmpint (
                vault_get (c->vault[0], entity, strlen (entity), (guint16) field, &left, &left_n),
                ==,
                vault_get (c->vault[1], entity, strlen (entity), (guint16) field, &right,
                           &right_n));
            g_assert_cmpmem (left, left_n, right, right_n);
          }
      g_assert_cmpuint (vault_notice_count (c->vault[0]), ==, 0);
      g_assert_cmpuint (vault_damage_count (c->vault[1]), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/journal/snapshots", test_snapshots);
  ADD ("/journal/snapshot-forgets", test_snapshot_forgets);
  ADD ("/journal/older-copy", test_older_copy);
  ADD ("/journal/earlier-copy", test_earlier_copy);
  ADD ("/journal/conflict-copies", test_conflict_copies);
  ADD_COMPUTERS ("/journal/arriving", test_arriving);
  ADD_COMPUTERS ("/journal/gap-of-another", test_gap_of_another);
  ADD_COMPUTERS ("/journal/two-computers", test_two_computers);
  return g_test_run ();
}
