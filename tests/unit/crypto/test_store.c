/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole vaults on a disk: what was committed is there, whoever opens it. */
#include <string.h>

#include "vault_fixture.h"

static void
test_round_trips (Fixture *f, gconstpointer unused)
{
  static const gsize sizes[] = { 0, 1, 2, 3, 65535, 65536, 65537, 262143, 262144, 262145, 1000001 };
  guint8 ids[G_N_ELEMENTS (sizes) * 3][VAULT_ID_SIZE];

  for (guint codec = 0; codec < 3; codec++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        g_autofree guint8 *data = make_data (sizes[i] + 1);

        data[0] = (guint8) (codec * 50 + i);
        store (f->vault, data, sizes[i], (VaultCodec) codec, "a/b c.dcm",
               ids[codec * G_N_ELEMENTS (sizes) + i]);
      }
  reopen (f);
  for (guint codec = 0; codec < 3; codec++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        g_autofree guint8 *data = make_data (sizes[i] + 1);

        data[0] = (guint8) (codec * 50 + i);
        assert_member (f->vault, ids[codec * G_N_ELEMENTS (sizes) + i], data, sizes[i],
                       "a/b c.dcm");
      }
}

static void
test_wrong_secrets (Fixture *f, gconstpointer unused)
{
  Vault *vault = NULL;
  char sheet[VAULT_SHEET_SIZE];

  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (vault_open (f->dir, "another", 7, &vault, NULL), ==, VAULT_ERROR_SECRET);
  memcpy (sheet, f->sheet, sizeof sheet);
  sheet[2] = sheet[2] == '7' ? '8' : '7';
  g_assert_cmpint (vault_open_sheet (f->dir, sheet, strlen (sheet), &vault, NULL), ==,
                   VAULT_ERROR_SECRET);
  g_assert_null (vault);
  g_assert_cmpint (vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &vault, NULL), ==,
                   VAULT_OK);
  vault_sheet (vault, sheet);
  g_assert_cmpstr (sheet, ==, f->sheet);
  vault_close (vault);
}

static void
test_sheet_is_forgiving (Fixture *f, gconstpointer unused)
{
  g_autofree char *lower = g_ascii_strdown (f->sheet, -1);
  g_autofree char *spaced = NULL;
  Vault *vault;

  vault_close (g_steal_pointer (&f->vault));
  for (char *at = lower; *at != '\0'; at++)
    *at = *at == '-' ? ' ' : *at == '0' ? 'o' : *at == '1' ? 'l' : *at;
  spaced = g_strconcat ("  ", lower, "\n", NULL);
  g_assert_cmpint (vault_open_sheet (f->dir, spaced, strlen (spaced), &vault, NULL), ==, VAULT_OK);
  vault_close (vault);
}

static void
test_busy (Fixture *f, gconstpointer unused)
{
  Vault *second = NULL;

  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &second, NULL), ==, VAULT_ERROR_BUSY);
  g_assert_null (second);
}

static void
test_places (Fixture *f, gconstpointer unused)
{
  Vault *vault = NULL;
  char sheet[VAULT_SHEET_SIZE];
  g_autofree char *nowhere = g_build_filename (f->folder, "no", "where", NULL);

  g_assert_cmpint (vault_create (f->dir, PASS, 4, &cheap, sheet, &vault, NULL), ==,
                   VAULT_ERROR_EXISTS);
  g_assert_cmpint (vault_create (nowhere, PASS, 4, &cheap, sheet, &vault, NULL), ==,
                   VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_open (nowhere, PASS, 4, &vault, NULL), ==, VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_open (f->folder, PASS, 4, &vault, NULL), ==, VAULT_ERROR_NOT_A_VAULT);
}

static void
test_last_writer_wins (Fixture *f, gconstpointer unused)
{
  VaultTxn *txn;
  const void *value;
  gsize n;

  for (guint i = 0; i < 5; i++)
    {
      char text[8];

      g_snprintf (text, sizeof text, "v%u", i);
      g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
      g_assert_cmpint (vault_txn_set (txn, "entity", 6, 3, text, 2), ==, VAULT_OK);
      g_assert_cmpint (vault_txn_set (txn, "entity", 6, 4, "", 0), ==, VAULT_OK);
      g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
    }
  for (guint round = 0; round < 2; round++)
    {
      g_assert_cmpint (vault_get (f->vault, "entity", 6, 3, &value, &n), ==, VAULT_OK);
      g_assert_cmpmem (value, n, "v4", 2);
      g_assert_cmpint (vault_get (f->vault, "entity", 6, 4, &value, &n), ==, VAULT_ERROR_NOT_FOUND);
      g_assert_cmpint (vault_get (f->vault, "entity", 6, 5, &value, &n), ==, VAULT_ERROR_NOT_FOUND);
      reopen (f);
    }
}

static void
test_abort_leaves_nothing (Fixture *f, gconstpointer unused)
{
  VaultBundle *bundle;
  VaultTxn *txn;
  guint8 id[VAULT_ID_SIZE];

  g_assert_cmpint (vault_bundle_begin (f->vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (append (bundle, f->vault, "data", 4, VAULT_CODEC_ZSTD, "n", id), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  vault_txn_abort (txn);
  g_assert_null (vault_entry_find (f->vault, id));
  reopen (f);
  g_assert_cmpuint (vault_entry_count (f->vault), ==, 0);
}

static int64_t
read_pattern (void *data, uint64_t offset, void *buf, size_t n)
{
  const guint64 *lie_at = data;

  for (size_t i = 0; i < n; i++)
    ((guint8 *) buf)[i] = (guint8) ((offset + i) / 5 + (offset + i) / 300000);
  if (*lie_at >= offset && *lie_at < offset + n)
    ((guint8 *) buf)[*lie_at - offset] ^= 1;
  return (int64_t) n;
}

#define BIG ((guint64) 40 * 1024 * 1024 + 12345)

static void
test_big_source (Fixture *f, gconstpointer unused)
{
  guint64 no_lie = G_MAXUINT64, lie = BIG / 2;
  VaultMemberInfo info = { .codec = VAULT_CODEC_ZSTD, .size = BIG, .name = "big", .name_len = 3 };
  VaultBundle *bundle;
  VaultTxn *txn;
  VaultMember *member;
  guint8 here[700], there[700];

  g_assert_cmpint (vault_hash_source (f->vault, read_pattern, &no_lie, BIG, info.id), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_begin (f->vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_append_source (bundle, &info, read_pattern, &lie, NULL), ==,
                   VAULT_ERROR_CHANGED);
  vault_bundle_discard (bundle);
  g_assert_cmpint (vault_bundle_begin (f->vault, &bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_append_source (bundle, &info, read_pattern, &no_lie, NULL), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_member_open (f->vault, info.id, &member, NULL), ==, VAULT_OK);
  for (guint64 at = 0; at + sizeof here < BIG; at += 262144 * 3 - 350)
    {
      g_assert_cmpint (vault_member_pread (member, at, here, sizeof here, NULL), ==, VAULT_OK);
      read_pattern (&no_lie, at, there, sizeof there);
      g_assert_cmpmem (here, sizeof here, there, sizeof there);
    }
  vault_member_close (member);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

typedef struct
{
  Vault *vault;
  guint seed;
  VaultBundle *bundle;
  guint8 ids[40][VAULT_ID_SIZE];
} Filler;

static gpointer
fill (gpointer data)
{
  Filler *filler = data;

  for (guint i = 0; i < G_N_ELEMENTS (filler->ids); i++)
    {
      g_autofree guint8 *bytes = make_data (100000);

      bytes[1] = (guint8) filler->seed;
      bytes[2] = (guint8) i;
      g_assert_cmpint (append (filler->bundle, filler->vault, bytes, 100000, VAULT_CODEC_PIXELS16,
                               "t", filler->ids[i]),
                       ==, VAULT_OK);
    }
  g_assert_cmpint (vault_bundle_finish (filler->bundle, NULL), ==, VAULT_OK);
  return NULL;
}

static void
test_threads (Fixture *f, gconstpointer unused)
{
  Filler fillers[3] = { { .seed = 10 }, { .seed = 20 }, { .seed = 30 } };
  GThread *threads[3];
  guint8 read_id[VAULT_ID_SIZE];
  g_autofree guint8 *read_data = make_data (300000);
  VaultTxn *txn;

  store (f->vault, read_data, 300000, VAULT_CODEC_ZSTD, "r", read_id);
  for (guint i = 0; i < 3; i++)
    {
      fillers[i].vault = f->vault;
      g_assert_cmpint (vault_bundle_begin (f->vault, &fillers[i].bundle, NULL), ==, VAULT_OK);
      threads[i] = g_thread_new ("fill", fill, &fillers[i]);
    }
  for (guint i = 0; i < 20; i++)
    assert_member (f->vault, read_id, read_data, 300000, "r");
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  for (guint i = 0; i < 3; i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpint (vault_txn_add_bundle (txn, fillers[i].bundle, NULL), ==, VAULT_OK);
    }
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpuint (vault_entry_count (f->vault), ==, 121);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
}

/* A vault that was copied must not go on as the same writer. */
static void
test_copied_vault (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE], other[VAULT_ID_SIZE];
  g_autofree char *copy = g_build_filename (f->folder, "copy", NULL);
  g_autofree char *command = g_strdup_printf ("cp -a '%s' '%s'", f->dir, copy);
  g_autofree char *journal = g_build_filename (copy, "j", NULL);
  Vault *vault;
  GDir *dir;
  guint writers = 0;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_assert_cmpint (vault_open (copy, PASS, strlen (PASS), &vault, NULL), ==, VAULT_OK);
  store (vault, "two", 3, VAULT_CODEC_RAW, "two", other);
  vault_close (vault);
  dir = g_dir_open (journal, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    writers++;
  g_dir_close (dir);
  g_assert_cmpuint (writers, ==, 2);
  g_assert_cmpint (vault_open (copy, PASS, strlen (PASS), &vault, NULL), ==, VAULT_OK);
  assert_member (vault, id, (const guint8 *) "one", 3, "one");
  assert_member (vault, other, (const guint8 *) "two", 3, "two");
  g_assert_cmpuint (vault_damage_count (vault), ==, 0);
  vault_close (vault);
}

static void
test_share_keys (Fixture *f, gconstpointer unused)
{
  const guint8 one[16] = { 1 }, two[16] = { 2 };
  guint8 a[VAULT_KEY_SIZE], b[VAULT_KEY_SIZE], again[VAULT_KEY_SIZE];

  vault_share_key (f->vault, one, a);
  vault_share_key (f->vault, two, b);
  reopen (f);
  vault_share_key (f->vault, one, again);
  g_assert_cmpmem (a, sizeof a, again, sizeof again);
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/store/round-trips", test_round_trips);
  ADD ("/store/wrong-secrets", test_wrong_secrets);
  ADD ("/store/sheet-is-forgiving", test_sheet_is_forgiving);
  ADD ("/store/busy", test_busy);
  ADD ("/store/places", test_places);
  ADD ("/store/last-writer-wins", test_last_writer_wins);
  ADD ("/store/abort-leaves-nothing", test_abort_leaves_nothing);
  ADD ("/store/big-source", test_big_source);
  ADD ("/store/threads", test_threads);
  ADD ("/store/copied-vault", test_copied_vault);
  ADD ("/store/share-keys", test_share_keys);
  return g_test_run ();
}
