/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parity: the code itself, and which groups there are. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "computers.h"
#include "parity_fixture.h"

#define SMALL 64

typedef struct
{
  ParityCode code;
  guint8 bytes[PARITY_WIDTH][SMALL], right[PARITY_WIDTH][SMALL];
  guint8 *columns[PARITY_WIDTH];
} Row;

/* The formula by which the reference outside this program made its columns. */
static Row *
make_row (void)
{
  Row *row = g_new0 (Row, 1);

  vault_parity_init (&row->code);
  for (guint j = 0; j < PARITY_WIDTH; j++)
    {
      row->columns[j] = row->bytes[j];
      for (guint i = 0; j < PARITY_DATA && i < SMALL; i++)
        row->bytes[j][i] = (guint8) (j * j * 7 + i * 13 + j * i + 1);
    }
  vault_parity_encode (&row->code, row->columns, row->columns + PARITY_DATA, SMALL);
  memcpy (row->right, row->bytes, sizeof row->bytes);
  return row;
}

static void
test_golden (void)
{
  static const char golden[] = "1c0a0e97675514d30d1ebc5edc531f113285532d4c23235b78986b9896ea137e";
  g_autofree Row *row = make_row ();
  guint8 hash[32];
  char text[65];

  g_assert_cmpuint (row->code.factor[0][0], ==, 171);
  g_assert_cmpuint (row->code.factor[2][PARITY_DATA - 1], ==, 167);
  vault_b2 (hash, sizeof hash, row->bytes[PARITY_DATA], (gsize) PARITY_CODED * SMALL, NULL);
  for (guint i = 0; i < sizeof hash; i++)
    g_snprintf (text + 2 * i, 3, "%02x", hash[i]);
  g_assert_cmpstr (text, ==, golden);
}

/* Every set of up to three lost columns there is. */
static void
test_every_pattern (void)
{
  g_autofree Row *row = make_row ();
  guint patterns = 0;

  for (guint a = 0; a < PARITY_WIDTH; a++)
    for (guint b = a; b < PARITY_WIDTH; b++)
      for (guint c = b; c < PARITY_WIDTH; c++)
        {
          bool bad[PARITY_WIDTH] = { false };

          bad[a] = bad[b] = bad[c] = true;
          memset (row->bytes[a], 0xaa, SMALL);
          memset (row->bytes[b], 0xbb, SMALL);
          memset (row->bytes[c], 0xcc, SMALL);
          g_assert_true (vault_parity_solve (&row->code, row->columns, bad, SMALL));
          g_assert_cmpmem (row->bytes, sizeof row->bytes, row->right, sizeof row->right);
          patterns++;
        }
  g_assert_cmpuint (patterns, ==, 43680);
}

static void
test_too_many (void)
{
  g_autofree Row *row = make_row ();
  bool bad[PARITY_WIDTH] = { false };

  bad[1] = bad[17] = bad[59] = bad[61] = true;
  g_assert_false (vault_parity_solve (&row->code, row->columns, bad, SMALL));
  g_assert_cmpmem (row->bytes, sizeof row->bytes, row->right, sizeof row->right);
}

static void
test_file (Fixture *f, gconstpointer unused)
{
  g_autofree char *p = g_build_filename (f->dir, "p", NULL);
  guint8 id[VAULT_ID_SIZE];
  g_autoptr (GPtrArray) files = NULL;

  protect (f->vault);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 0);
  for (guint i = 0; i < 4; i++)
    store_noise (f->vault, 1500000, "noise", id);
  protect (f->vault);
  files = files_below (p, NULL);
  g_assert_cmpuint (files->len, ==, 1);
  /* 4 bundles of 23 chunks and a bit: 2 rows. */
  g_assert_cmpint (size_of (g_ptr_array_index (files, 0)), ==, 96 + 3 * 2 * 65552);
  protect (f->vault);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 1);
  reopen (f);
  protect (f->vault);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 1);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

/* Many imports end in few groups, and nothing of the old ones is left. */
static void
test_joined (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];

  for (guint i = 0; i < 16; i++)
    {
      store_noise (f->vault, 100000, "noise", id);
      protect (f->vault);
    }
  g_assert_cmpuint (count_files (f->dir, "p"), <=, 4);
  g_assert_cmpuint (count_files (f->dir, "o"), ==, 16);
  reopen (f);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).missing, ==, 0);
}

/* Bundles that shared parity with one that is gone get new parity. */
static void
test_gone (Fixture *f, gconstpointer unused)
{
  guint8 id[4][VAULT_ID_SIZE];
  VaultCollected collected;
  VaultTxn *txn;
  ParityGroups groups;

  for (guint i = 0; i < 4; i++)
    store_noise (f->vault, 150000, "noise", id[i]);
  protect (f->vault);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, id[1]), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_collect (f->vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  g_assert_cmpuint (collected.bundles, ==, 1);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 1);
  protect (f->vault);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 1);
  g_assert_cmpint (vault_parity_list (f->vault, &groups), ==, VAULT_OK);
  g_assert_cmpuint (groups.n, ==, 2);
  g_assert_cmpuint (only_group (&groups)->n_parts, ==, 3);
  vault_parity_list_clear (&groups);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

/* Damage is not sealed into new parity, and what goes takes nobody's parity along: the neighbours
 * are healed while the bundles that go are still there to help. */
static void
test_damage_before_regrouping (Fixture *f, gconstpointer unused)
{
  guint8 id[6][VAULT_ID_SIZE];
  VaultCollected collected;
  VaultTxn *txn;
  g_autofree char *path = NULL;
  ParityGroups groups;
  goffset at;
  gsize n;

  for (guint i = 0; i < 6; i++)
    store_noise (f->vault, 90000, "noise", id[i]);
  protect (f->vault);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (vault_txn_tombstone (txn, id[i]), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_parity_list (f->vault, &groups), ==, VAULT_OK);
  path = chunk_at (f->dir, &groups.rows[0], 11, 0, &at, &n);
  spoil (path, at + 100, 900);
  vault_parity_list_clear (&groups);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_HASH).damaged, ==, 1);
  g_assert_cmpint (vault_collect (f->vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  g_assert_cmpuint (collected.bundles, ==, 3);
  protect (f->vault);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 1);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

/* The power goes between the parity file and its record, and between the record and the removal of
 * what it replaces. */
static void
test_power_cut (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autoptr (GHashTable) before = NULL, journal = NULL;
  g_autofree char *j = g_build_filename (f->dir, "j", NULL),
                  *j2 = g_build_filename (f->dir, "j2", NULL);
  g_autoptr (GPtrArray) records = NULL, after = NULL;

  store_noise (f->vault, 90000, "noise", id);
  protect (f->vault);
  store_noise (f->vault, 90000, "noise", id);
  before = remember (f->dir);
  records = files_below (j2, files_below (j, NULL));
  journal = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < records->len; i++)
    g_hash_table_add (journal, g_ptr_array_index (records, i));
  protect (f->vault);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 1);

  restore (before);
  reopen (f);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
  protect (f->vault);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 1);

  vault_close (g_steal_pointer (&f->vault));
  after = files_below (j2, files_below (j, NULL));
  for (guint i = 0; i < after->len; i++)
    if (!g_hash_table_contains (journal, g_ptr_array_index (after, i)))
      g_unlink (g_ptr_array_index (after, i));
  restore (before);
  reopen (f);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).missing, ==, 0);
  protect (f->vault);
  /* The stray one stays for a day. */
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 2);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

static bool
stop (uint64_t done, uint64_t total, void *data)
{
  return false;
}

static void
test_stopped (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];

  store_noise (f->vault, 90000, "noise", id);
  g_assert_cmpint (vault_protect (f->vault, stop, NULL, NULL), ==, VAULT_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 0);
  protect (f->vault);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 1);
}

/* Operations that make no sense are passed over. */
static void
test_malformed (Fixture *f, gconstpointer unused)
{
  static const gsize sizes[] = { 32, 67, 68, 107, 108, 109, 148, 148, 148, 148 };
  guint8 id[VAULT_ID_SIZE];
  VaultTxn *txn;
  ParityGroups groups;

  store_noise (f->vault, 90000, "noise", id);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint8 *body = vault_txn_op (txn, OP_PARITY, sizes[i]);

      memset (body, 0, sizes[i]);
      body[0] = (guint8) (i + 1);
      if (sizes[i] < 108)
        continue;
      body[64] = i == 6 ? 61 : PARITY_DATA;
      body[65] = i == 7 ? 2 : PARITY_CODED;
      body[66] = i == 5 ? 1 : 2;
      /* Chunks: none, or more than a group may hold. */
      memset (body + 104, i == 8 ? 0 : 0xff, 4);
    }
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_parity_list (f->vault, &groups), ==, VAULT_OK);
  g_assert_cmpuint (groups.n, ==, 0);
  vault_parity_list_clear (&groups);
  protect (f->vault);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, 1);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

/* Every living bundle has parity, there are no other parity files, and all is as it was written. */
static void
assert_protected (Fixture *f, GPtrArray *living)
{
  ParityGroups groups;
  guint counting = 0, parts = 0;
  Found found = check (f->vault, VAULT_CHECK_FULL);

  g_assert_cmpuint (found.damaged, ==, 0);
  g_assert_cmpuint (found.missing, ==, 0);
  g_assert_cmpuint (found.orphans, ==, 0);
  g_assert_cmpint (vault_parity_list (f->vault, &groups), ==, VAULT_OK);
  for (guint i = 0; i < groups.n; i++)
    if (groups.rows[i].counts)
      {
        counting++;
        parts += groups.rows[i].n_parts;
      }
  vault_parity_list_clear (&groups);
  g_assert_cmpuint (parts, ==, living->len);
  g_assert_cmpuint (count_files (f->dir, "p"), ==, counting);
  g_assert_cmpuint (count_files (f->dir, "o"), ==, living->len);
}

static void
forget (Fixture *f, GPtrArray *living)
{
  VaultCollected collected;
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  for (guint n = (guint) g_test_rand_int_range (1, 3); n > 0 && living->len > 0; n--)
    {
      guint i = (guint) g_test_rand_int_range (0, (int) living->len);

      g_assert_cmpint (vault_txn_tombstone (txn, g_ptr_array_index (living, i)), ==, VAULT_OK);
      g_ptr_array_remove_index (living, i);
    }
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_collect (f->vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
}

static void
test_long_life (Fixture *f, gconstpointer unused)
{
  g_autoptr (GPtrArray) living = g_ptr_array_new_with_free_func (g_free);

  for (guint round = 0; round < 60; round++)
    {
      int what = g_test_rand_int_range (0, 8);

      if (what < 4)
        {
          guint8 *id = g_malloc (VAULT_ID_SIZE);

          store_noise (f->vault, (gsize) g_test_rand_int_range (1, 400000), "noise", id);
          g_ptr_array_add (living, id);
        }
      else if (what < 6)
        forget (f, living);
      else if (what == 6)
        g_assert_cmpint (vault_compact (f->vault, true, NULL), ==, VAULT_OK);
      else
        reopen (f);
      if (round % 3 != 0)
        continue;
      protect (f->vault);
      assert_protected (f, living);
    }
}

/* Leaves 64 KiB. */
static void
fill_disk (const char *disk)
{
  g_autofree char *path = g_build_filename (disk, "filler", NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  static const guint8 zeros[4096];
  goffset n = 0;

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, zeros, sizeof zeros) == (gssize) sizeof zeros)
    n += sizeof zeros;
  g_assert_cmpint (n, >, 65536);
  g_assert_cmpint (ftruncate (fd, n - 65536), ==, 0);
  close (fd);
}

/* No room for parity: that is told, nothing is left over, and deleting still works. */
static void
test_full_disk (Fixture *f, gconstpointer unused)
{
  g_autofree char *disk = g_build_filename (f->folder, "disk", NULL);
  g_autofree char *dir = g_build_filename (disk, "v", NULL);
  guint8 first[VAULT_ID_SIZE], second[VAULT_ID_SIZE];
  char sheet[VAULT_SHEET_SIZE];
  VaultCollected collected;
  VaultTxn *txn;
  Vault *vault;

  g_mkdir (disk, 0700);
  if (mount ("tmpfs", disk, "tmpfs", 0, "size=5m") != 0)
    {
      g_test_skip ("only root may mount");
      return;
    }
  g_assert_cmpint (vault_create (dir, PASS, strlen (PASS), &cheap, sheet, &vault, NULL), ==,
                   VAULT_OK);
  store_noise (vault, 1800000, "noise", first);
  protect (vault);
  store_noise (vault, 300000, "noise", second);
  fill_disk (disk);
  g_assert_cmpint (vault_protect (vault, NULL, NULL, NULL), ==, VAULT_ERROR_FULL);
  g_assert_cmpuint (count_files (dir, "p"), ==, 1);
  g_assert_cmpuint (count_files (dir, "tmp"), ==, 16);
  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, first), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_collect (vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  g_assert_cmpuint (collected.bundles, ==, 1);
  protect (vault);
  g_assert_cmpuint (count_files (dir, "p"), ==, 1);
  g_assert_cmpuint (check (vault, VAULT_CHECK_FULL).damaged, ==, 0);
  vault_close (vault);
  g_assert_cmpint (umount (disk), ==, 0);
}

static guint
groups_that_count (Vault *vault)
{
  ParityGroups groups;
  guint n = 0;

  g_assert_cmpint (vault_parity_list (vault, &groups), ==, VAULT_OK);
  for (guint i = 0; i < groups.n; i++)
    n += groups.rows[i].counts;
  vault_parity_list_clear (&groups);
  return n;
}

static void
work_somewhat (Vault *vault)
{
  VaultCollected collected;
  VaultTxn *txn;
  guint8 id[VAULT_ID_SIZE];

  for (int n = g_test_rand_int_range (0, 3); n > 0; n--)
    store_noise (vault, (gsize) g_test_rand_int_range (1, 200000), "noise", id);
  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  for (gsize i = 0; i < vault_entry_count (vault); i++)
    if (!vault_entry_at (vault, i)->deleted && g_test_rand_int_range (0, 10) == 0)
      g_assert_cmpint (vault_txn_tombstone (txn, vault_entry_at (vault, i)->id), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  if (g_test_rand_int_range (0, 2) == 0)
    g_assert_cmpint (vault_collect (vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  if (g_test_rand_int_range (0, 3) == 0)
    g_assert_cmpint (vault_compact (vault, true, NULL), ==, VAULT_OK);
  protect (vault);
}

/* Two computers each see to their own, and agree. */
static void
test_two_computers (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];

  /* Before the first record there is nothing that a sync tool carries. */
  store_noise (c->vault[0], 1000, "noise", id);
  computers_close (c, 0);
  computers_sync (c);
  for (guint round = 0; round < 12; round++)
    {
      for (guint i = 0; i < 2; i++)
        {
          computers_open (c, i);
          work_somewhat (c->vault[i]);
          computers_close (c, i);
        }
      computers_sync (c);
      /* What the other deleted may have voided groups. */
      for (guint i = 0; i < 2; i++)
        {
          computers_open (c, i);
          protect (c->vault[i]);
          computers_close (c, i);
        }
      computers_sync (c);
      for (guint i = 0; i < 2; i++)
        {
          Found found;

          computers_open (c, i);
          found = check (c->vault[i], VAULT_CHECK_FULL);
          g_assert_cmpuint (found.damaged, ==, 0);
          g_assert_cmpuint (found.missing, ==, 0);
          g_assert_cmpuint (count_files (c->dir[i], "p"), ==, groups_that_count (c->vault[i]));
          computers_close (c, i);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parity/golden", test_golden);
  g_test_add_func ("/parity/every-pattern", test_every_pattern);
  g_test_add_func ("/parity/too-many", test_too_many);
  ADD ("/parity/file", test_file);
  ADD ("/parity/joined", test_joined);
  ADD ("/parity/gone", test_gone);
  ADD ("/parity/damage-before-regrouping", test_damage_before_regrouping);
  ADD ("/parity/power-cut", test_power_cut);
  ADD ("/parity/stopped", test_stopped);
  ADD ("/parity/malformed", test_malformed);
  ADD ("/parity/full-disk", test_full_disk);
  ADD ("/parity/long-life", test_long_life);
  ADD_COMPUTERS ("/parity/two-computers", test_two_computers);
  return g_test_run ();
}
