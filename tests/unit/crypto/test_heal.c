/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damage of every kind: what parity promises is healed bit for bit, what lies beyond is reported
 * and left as it is. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parity_fixture.h"

#define BUNDLES 5
#define BUNDLE_BYTES 900000 /* 14 chunks: 70 in all, 2 rows */

typedef struct
{
  guint8 id[BUNDLES][VAULT_ID_SIZE];
  GHashTable *files;
  ParityGroups groups;
  const ParityGroup *group;
} Protected;

static void
protect_noise (Fixture *f, Protected *state)
{
  for (guint i = 0; i < BUNDLES; i++)
    store_noise (f->vault, BUNDLE_BYTES, "noise", state->id[i]);
  protect (f->vault);
  state->files = remember (f->dir);
  g_assert_cmpint (vault_parity_list (f->vault, &state->groups), ==, VAULT_OK);
  state->group = only_group (&state->groups);
  g_assert_cmpuint (vault_parity_rows (state->group), ==, 2);
}

static void
protected_clear (Protected *state)
{
  g_hash_table_unref (state->files);
  vault_parity_list_clear (&state->groups);
}

/* Part i of the group. */
static char *
bundle_path (Fixture *f, const Protected *state, guint i)
{
  char path[VAULT_PATH_MAX];

  vault_bundle_path (state->group->parts[i].bundle, path);
  return g_build_filename (f->dir, path, NULL);
}

static char *
parity_path (Fixture *f, const Protected *state)
{
  char path[VAULT_PATH_MAX];

  vault_parity_path (state->group->name, path);
  return g_build_filename (f->dir, path, NULL);
}

static void
assert_healed (Fixture *f, const Protected *state, guint files)
{
  VaultRepaired repaired;

  g_assert_cmpuint (check (f->vault, VAULT_CHECK_HASH).damaged +
                        check (f->vault, VAULT_CHECK_HASH).missing,
                    >, 0);
  repaired = repair (f->vault);
  g_assert_cmpuint (repaired.healed, ==, files);
  g_assert_cmpuint (repaired.failed, ==, 0);
  g_assert_true (is_as_remembered (state->files));
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

static void
test_kinds (Fixture *f, gconstpointer unused)
{
  Protected state;
  g_autofree char *first = NULL, *second = NULL, *parity = NULL;

  protect_noise (f, &state);
  first = bundle_path (f, &state, 0);
  second = bundle_path (f, &state, 1);
  parity = parity_path (f, &state);
  /* Header, truncation, a tail that does not belong there, an empty file. */
  spoil (first, 0, 96);
  assert_healed (f, &state, 1);
  g_assert_cmpint (truncate (first, size_of (first) - 3 * 65552), ==, 0);
  assert_healed (f, &state, 1);
  g_assert_cmpint (truncate (first, size_of (first) + 17), ==, 0);
  assert_healed (f, &state, 1);
  g_assert_cmpint (truncate (second, size_of (second) - 5 * 65552), ==, 0);
  spoil (second, 20, 1);
  assert_healed (f, &state, 1);
  /* 6 chunks in a run, across two bundles. */
  spoil (first, 96 + 11 * 65552, size_of (first) - 96 - 11 * 65552);
  spoil (second, 96, 3 * 65552);
  assert_healed (f, &state, 2);
  /* In the parity file, and without it. */
  spoil (parity, 96, 6 * 65552);
  assert_healed (f, &state, 1);
  g_unlink (parity);
  assert_healed (f, &state, 1);
  spoil (parity, 96, 2 * 65552);
  spoil (parity, 0, 3);
  spoil (first, 300000, 1);
  assert_healed (f, &state, 2);
  protected_clear (&state);
}

static void
test_deleted (Fixture *f, gconstpointer unused)
{
  guint8 id[4][VAULT_ID_SIZE];
  g_autoptr (GHashTable) files = NULL;
  g_autofree char *o = g_build_filename (f->dir, "o", NULL);
  g_autoptr (GPtrArray) paths = NULL;

  for (guint i = 0; i < 4; i++)
    store_noise (f->vault, 150000, "noise", id[i]);
  protect (f->vault);
  files = remember (f->dir);
  paths = files_below (o, NULL);
  for (guint i = 0; i < paths->len; i++)
    {
      g_unlink (g_ptr_array_index (paths, i));
      g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).missing, ==, 1);
      g_assert_cmpuint (repair (f->vault).healed, ==, 1);
      g_assert_true (is_as_remembered (files));
    }
}

/* What is no file at all: a link is replaced, a folder is told of and left. */
static void
test_no_file (Fixture *f, gconstpointer unused)
{
  Protected state;
  g_autofree char *first = NULL, *second = NULL;
  VaultRepaired repaired;

  protect_noise (f, &state);
  first = bundle_path (f, &state, 0);
  second = parity_path (f, &state);
  g_unlink (second);
  g_assert_cmpint (symlink ("/dev/zero", second), ==, 0);
  assert_healed (f, &state, 1);
  g_unlink (first);
  g_mkdir (first, 0700);
  repaired = repair (f->vault);
  g_assert_cmpuint (repaired.healed, ==, 0);
  g_assert_cmpuint (repaired.failed, ==, 1);
  g_assert_true (g_file_test (first, G_FILE_TEST_IS_DIR));
  g_rmdir (first);
  restore (state.files);
  g_unlink (second);
  g_mkdir (second, 0700);
  repaired = repair (f->vault);
  g_assert_cmpuint (repaired.failed, ==, 1);
  g_assert_true (g_file_test (second, G_FILE_TEST_IS_DIR));
  protected_clear (&state);
}

/* Files under each other's names, and under names that a sync tool gave. */
static void
test_swapped (Fixture *f, gconstpointer unused)
{
  guint8 id[2][VAULT_ID_SIZE];
  g_autoptr (GHashTable) files = NULL;
  g_autofree char *o = g_build_filename (f->dir, "o", NULL), *aside = NULL, *away = NULL;
  g_autoptr (GPtrArray) paths = NULL;

  /* Without any parity. */
  store_noise (f->vault, 150000, "noise", id[0]);
  store_noise (f->vault, 150000, "noise", id[1]);
  files = remember (f->dir);
  paths = files_below (o, NULL);
  aside = g_build_filename (f->folder, "aside", NULL);
  g_assert_cmpint (g_rename (g_ptr_array_index (paths, 0), aside), ==, 0);
  g_assert_cmpint (g_rename (g_ptr_array_index (paths, 1), g_ptr_array_index (paths, 0)), ==, 0);
  g_assert_cmpint (g_rename (aside, g_ptr_array_index (paths, 1)), ==, 0);
  g_assert_cmpuint (repair (f->vault).healed, ==, 2);
  g_assert_true (is_as_remembered (files));
  away = g_strconcat (g_ptr_array_index (paths, 0), ".sync-conflict-20260101-101010", NULL);
  g_assert_cmpint (g_rename (g_ptr_array_index (paths, 0), away), ==, 0);
  g_assert_cmpuint (repair (f->vault).healed, ==, 1);
  g_assert_true (is_as_remembered (files));
  g_assert_true (g_file_test (away, G_FILE_TEST_EXISTS));
}

/* One chunk a row too many: told, and not a byte is changed. */
static void
test_beyond (Fixture *f, gconstpointer unused)
{
  Protected state;
  g_autoptr (GHashTable) hurt = NULL;
  VaultRepaired repaired;

  protect_noise (f, &state);
  for (guint column = 3; column < 35; column += 9)
    {
      goffset at;
      gsize n;
      g_autofree char *path = chunk_at (f->dir, state.group, column, 1, &at, &n);

      spoil (path, at + 7, 1);
    }
  hurt = remember (f->dir);
  repaired = repair (f->vault);
  g_assert_cmpuint (repaired.healed, ==, 0);
  g_assert_cmpuint (repaired.failed, >, 0);
  g_assert_true (is_as_remembered (hurt));
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_HASH).damaged, ==, repaired.failed);
  protected_clear (&state);
}

/* Up to three columns of every row, hit anywhere, again and again. */
static void
test_random_damage (Fixture *f, gconstpointer unused)
{
  Protected state;
  guint healed = 0;

  protect_noise (f, &state);
  for (guint round = 0; round < 60; round++)
    {
      guint hits = 0;

      for (guint row = 0; row < vault_parity_rows (state.group); row++)
        for (guint k = 0; k < PARITY_CODED; k++)
          {
            goffset at;
            gsize n, start;
            guint column = (guint) g_test_rand_int_range (0, PARITY_WIDTH);
            g_autofree char *path = chunk_at (f->dir, state.group, column, row, &at, &n);

            if (path == NULL)
              continue;
            start = (gsize) g_test_rand_int_range (0, (int) n);
            spoil (path, at + (goffset) start,
                   (gsize) g_test_rand_int_range (1, (int) (n - start) + 1));
            hits++;
          }
      if (hits == 0 || is_as_remembered (state.files))
        continue;
      g_assert_cmpuint (repair (f->vault).failed, ==, 0);
      g_assert_true (is_as_remembered (state.files));
      healed++;
    }
  g_assert_cmpuint (healed, >, 40);
  protected_clear (&state);
}

/* Any run of the promised length. */
static void
test_random_runs (Fixture *f, gconstpointer unused)
{
  Protected state;

  protect_noise (f, &state);
  for (guint round = 0; round < 40; round++)
    {
      guint rows = vault_parity_rows (state.group), run = PARITY_CODED * rows;
      guint start = (guint) g_test_rand_int_range (0, (int) (state.group->chunks - run + 1));

      for (guint i = start; i < start + run; i++)
        {
          goffset at;
          gsize n;
          g_autofree char *path = chunk_at (f->dir, state.group, i / rows, i % rows, &at, &n);

          spoil (path, at, n);
        }
      g_assert_cmpuint (repair (f->vault).failed, ==, 0);
      g_assert_true (is_as_remembered (state.files));
    }
  protected_clear (&state);
}

static void
test_second_copies (Fixture *f, gconstpointer unused)
{
  static const char *const below[] = { "j", "j2", "keys", "keys2" };
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *id_file = g_build_filename (f->dir, "vault.id.2", NULL);

  store_noise (f->vault, 1000, "noise", id);
  for (guint i = 0; i < G_N_ELEMENTS (below); i++)
    {
      g_autofree char *path = g_build_filename (f->dir, below[i], NULL);
      g_autoptr (GPtrArray) files = files_below (path, NULL);
      const char *file = g_ptr_array_index (files, 0);
      g_autofree char *before = NULL, *after = NULL;
      gsize n, n_after;

      g_assert_true (g_file_get_contents (file, &before, &n, NULL));
      for (guint kind = 0; kind < 3; kind++)
        {
          if (kind == 0)
            flip (file, 70);
          else if (kind == 1)
            g_assert_cmpint (truncate (file, 80), ==, 0);
          else
            g_unlink (file);
          g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).damaged, ==, 1);
          g_assert_cmpuint (repair (f->vault).healed, ==, 1);
          g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).damaged, ==, 0);
          g_free (g_steal_pointer (&after));
          g_assert_true (g_file_get_contents (file, &after, &n_after, NULL));
          g_assert_cmpmem (before, n, after, n_after);
        }
    }
  flip (id_file, 20);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).damaged, ==, 1);
  g_assert_cmpuint (repair (f->vault).healed, ==, 1);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).damaged, ==, 0);
}

static void
assert_told_and_healed (Fixture *f, const char *path, const char *bytes, gsize n)
{
  g_autofree char *now = NULL;
  gsize n_now;
  Found found = check (f->vault, VAULT_CHECK_HASH);

  g_assert_cmpuint (found.damaged + found.missing, >, 0);
  g_assert_cmpuint (repair (f->vault).failed, ==, 0);
  g_assert_true (g_file_get_contents (path, &now, &n_now, NULL));
  g_assert_cmpmem (now, n_now, bytes, n);
}

/* Every file of a small vault: bytes all over it changed one at a time, cut at every edge, gone,
 * replaced by another. All of it is told, and healed bit for bit. */
static void
test_tamper (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autoptr (GPtrArray) files = NULL;
  guint changes = 0;

  store_noise (f->vault, 100000, "noise", id);
  store_noise (f->vault, 300, "noise", id);
  protect (f->vault);
  files = files_below (f->dir, NULL);
  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      const char *other = g_ptr_array_index (files, (i + 1) % files->len);
      g_autofree char *bytes = NULL, *others = NULL;
      gsize n, n_others;

      if (strstr (path, "README.txt") != NULL || strstr (path, "/v/tmp/") != NULL)
        continue;
      g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
      g_assert_true (g_file_get_contents (other, &others, &n_others, NULL));
      for (gsize at = 0; at < n; at += n / 23 + 1, changes++)
        {
          flip (path, (goffset) at);
          assert_told_and_healed (f, path, bytes, n);
        }
      for (gsize at = 0; at < n; at = at == 0 ? 96 : at + 65552, changes++)
        {
          g_assert_cmpint (truncate (path, (off_t) at), ==, 0);
          assert_told_and_healed (f, path, bytes, n);
        }
      if (n != n_others || memcmp (bytes, others, n) != 0)
        {
          g_assert_true (g_file_set_contents (path, others, (gssize) n_others, NULL));
          assert_told_and_healed (f, path, bytes, n);
        }
      g_unlink (path);
      assert_told_and_healed (f, path, bytes, n);
    }
  g_assert_cmpuint (changes, >, 200);
  reopen (f);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

/* A round of scrubs meets every file once and heals it. */
static void
test_scrub (Fixture *f, gconstpointer unused)
{
  Protected state;
  VaultRepaired repaired;
  guint64 bytes = 0;
  guint healed = 0, rounds = 0;
  g_autofree char *first = NULL, *parity = NULL;

  protect_noise (f, &state);
  first = bundle_path (f, &state, 2);
  parity = parity_path (f, &state);
  spoil (first, 400000, 10);
  spoil (parity, 400, 10);
  /* Files come in the order of their names, which are chance; one round of all of them is enough. */
  while (bytes < (guint64) (BUNDLES + 1) * BUNDLE_BYTES + 3000000 && rounds++ < 30)
    {
      g_assert_cmpint (vault_scrub (f->vault, 1000000, NULL, NULL, &repaired, NULL), ==, VAULT_OK);
      g_assert_cmpuint (repaired.bytes, <, 3000000);
      bytes += repaired.bytes;
      healed += repaired.healed;
      reopen (f);
    }
  g_assert_cmpuint (healed, ==, 2);
  g_assert_true (is_as_remembered (state.files));
  protected_clear (&state);
}

static void
remove_journal (Fixture *f)
{
  static const char *const below[] = { "j", "j2" };

  for (guint i = 0; i < G_N_ELEMENTS (below); i++)
    {
      g_autofree char *path = g_build_filename (f->dir, below[i], NULL);
      g_autoptr (GPtrArray) files = files_below (path, NULL);

      for (guint k = 0; k < files->len; k++)
        g_unlink (g_ptr_array_index (files, k));
    }
}

static void
test_lost_journal (Fixture *f, gconstpointer unused)
{
  g_autofree guint8 *data = make_data (300000);
  guint8 id[VAULT_ID_SIZE], other[VAULT_ID_SIZE], bad[VAULT_ID_SIZE];
  g_autofree char *o = g_build_filename (f->dir, "o", NULL);
  g_autoptr (GPtrArray) before = NULL, after = NULL;
  VaultRepaired repaired;

  store (f->vault, data, 300000, VAULT_CODEC_ZSTD, "scan", id);
  store_noise (f->vault, 5000, "other", other);
  before = files_below (o, NULL);
  store_noise (f->vault, 90000, "bad", bad);
  after = files_below (o, NULL);
  for (guint i = 0; i < after->len; i++)
    if (size_of (g_ptr_array_index (after, i)) > 90000 &&
        size_of (g_ptr_array_index (after, i)) < 100000)
      spoil (g_ptr_array_index (after, i), 1000, 1);
  remove_journal (f);
  reopen (f);
  g_assert_cmpuint (vault_entry_count (f->vault), ==, 0);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).orphans, ==, 3);
  repaired = repair (f->vault);
  g_assert_cmpuint (repaired.adopted, ==, 2);
  g_assert_cmpuint (repaired.failed, ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      assert_member (f->vault, id, data, 300000, "scan");
      g_assert_nonnull (vault_entry_find (f->vault, other));
      g_assert_null (vault_entry_find (f->vault, bad));
      g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
      reopen (f);
    }
  g_assert_cmpuint (repair (f->vault).adopted, ==, 0);
}

/* What was deleted does not come back with a bundle that is found again. */
static void
test_adopt_deleted (Fixture *f, gconstpointer unused)
{
  guint8 gone[VAULT_ID_SIZE], mixed[VAULT_ID_SIZE], stays[VAULT_ID_SIZE];
  g_autofree char *j = g_build_filename (f->dir, "j", NULL),
                  *j2 = g_build_filename (f->dir, "j2", NULL);
  g_autoptr (GPtrArray) records = NULL;
  VaultBundle *bundle;
  VaultTxn *txn;

  store_noise (f->vault, 5000, "gone", gone);
  g_assert_cmpint (vault_bundle_begin (f->vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (append (bundle, f->vault, "mixed", 5, VAULT_CODEC_RAW, "mixed", mixed), ==,
                   VAULT_OK);
  g_assert_cmpint (append (bundle, f->vault, "stays", 5, VAULT_CODEC_RAW, "stays", stays), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  records = files_below (j2, files_below (j, NULL));
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, gone), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, mixed), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  for (guint i = 0; i < records->len; i++)
    g_unlink (g_ptr_array_index (records, i));
  reopen (f);
  g_assert_cmpuint (repair (f->vault).adopted, ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_null (vault_entry_find (f->vault, gone));
      g_assert_null (vault_entry_find (f->vault, mixed));
      g_assert_nonnull (vault_entry_find (f->vault, stays));
      reopen (f);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/heal/kinds", test_kinds);
  ADD ("/heal/deleted", test_deleted);
  ADD ("/heal/no-file", test_no_file);
  ADD ("/heal/swapped", test_swapped);
  ADD ("/heal/beyond", test_beyond);
  ADD ("/heal/random-damage", test_random_damage);
  ADD ("/heal/random-runs", test_random_runs);
  ADD ("/heal/second-copies", test_second_copies);
  ADD ("/heal/tamper", test_tamper);
  ADD ("/heal/scrub", test_scrub);
  ADD ("/heal/lost-journal", test_lost_journal);
  ADD ("/heal/adopt-deleted", test_adopt_deleted);
  return g_test_run ();
}
