/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One computer that sees a vault in several folders: the vault, its copies, and what was restored.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "local.h"
#include "vault_fixture.h"

#define COPIES 18

static void
set_text (Vault *vault, const char *value)
{
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, "entity", 6, 1, value, strlen (value)), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

static void
delete_member (Vault *vault, const guint8 id[VAULT_ID_SIZE])
{
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, id), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

static VaultCollected
collect (Vault *vault)
{
  VaultCollected collected;

  g_assert_cmpint (vault_collect (vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  return collected;
}

static guint
notices (Vault *vault, VaultNoticeKind kind)
{
  guint n = 0;

  for (gsize i = 0; i < vault_notice_count (vault); i++)
    n += vault_notice_at (vault, i)->kind == kind;
  return n;
}

/* A copy of the open vault under another name. */
static char *
copy (Fixture *f, const char *name)
{
  char *target = g_build_filename (f->folder, name, NULL);
  VaultCopyResult result;

  g_assert_cmpint (vault_copy_to (f->vault, target, false, NULL, NULL, &result, NULL), ==,
                   VAULT_OK);
  return target;
}

/* Closes what is open and opens another folder. */
static void
go_to (Fixture *f, const char *folder)
{
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (vault_open_sheet (folder, f->sheet, strlen (f->sheet), &f->vault, NULL), ==,
                   VAULT_OK);
  g_assert_cmpuint (vault_damage_count (f->vault), ==, 0);
}

/* Brings every file of one folder that another lacks into it. */
static void
carry (const char *from, const char *to)
{
  g_autoptr (GPtrArray) files = files_below (from, NULL);

  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autofree char *target = g_build_filename (to, path + strlen (from), NULL);
      g_autofree char *folder = g_path_get_dirname (target);
      g_autofree char *content = NULL;
      gsize n;

      g_assert_true (g_file_get_contents (path, &content, &n, NULL));
      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      if (!g_file_test (target, G_FILE_TEST_EXISTS))
        g_assert_true (g_file_set_contents (target, content, (gssize) n, NULL));
    }
}

/* Adds "writer/seq" of every record below folder; two of one name must be one file. */
static void
note_records (GHashTable *records, const char *folder)
{
  g_autofree char *journal = g_build_filename (folder, "j", NULL);
  g_autoptr (GPtrArray) files = files_below (journal, NULL);

  for (guint i = 0; i < files->len; i++)
    {
      char *name = g_strdup ((const char *) g_ptr_array_index (files, i) + strlen (journal));
      char *dash = strrchr (name, '-');
      const char *known;

      *dash = '\0';
      known = g_hash_table_lookup (records, name);
      if (known != NULL)
        g_assert_cmpstr (known, ==, dash + 1);
      g_hash_table_insert (records, name, g_strdup (dash + 1));
    }
}

/* Whoever looks into a backup once is the same computer as before when it comes back. */
static void
test_a_look (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *backup = NULL;
  guint64 writer = vault_writer (f->vault);
  VaultCollected collected;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  backup = copy (f, "backup");
  for (guint round = 0; round < 3; round++)
    {
      go_to (f, backup);
      g_assert_cmpuint (vault_writer (f->vault), !=, writer);
      g_assert_cmpuint (vault_notice_count (f->vault), ==, 0);
      go_to (f, f->dir);
      g_assert_cmpuint (vault_writer (f->vault), ==, writer);
      g_assert_cmpuint (vault_notice_count (f->vault), ==, 0);
    }
  delete_member (f->vault, id);
  collected = collect (f->vault);
  g_assert_cmpuint (collected.waiting, ==, 0);
  g_assert_cmpuint (collected.bundles, ==, 1);
}

/* Written in both by turns and joined: no number twice, nothing lost, and nobody waits for the
 * computer itself. */
static void
test_both_written (Fixture *f, gconstpointer unused)
{
  guint8 ids[6][VAULT_ID_SIZE];
  g_autofree char *backup = NULL;
  g_autoptr (GHashTable) records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guint64 writers[2];

  store (f->vault, "0", 1, VAULT_CODEC_RAW, "0", ids[0]);
  backup = copy (f, "backup");
  for (guint i = 1; i < 6; i++)
    {
      char text[2] = { (char) ('0' + i), '\0' };

      go_to (f, i % 2 == 1 ? backup : f->dir);
      if (i > 2)
        g_assert_cmpuint (vault_writer (f->vault), ==, writers[i % 2]);
      writers[i % 2] = vault_writer (f->vault);
      store (f->vault, text, 1, VAULT_CODEC_RAW, text, ids[i]);
    }
  g_assert_cmpuint (writers[0], !=, writers[1]);
  note_records (records, f->dir);
  note_records (records, backup);
  carry (backup, f->dir);
  carry (f->dir, backup);
  for (guint round = 0; round < 2; round++)
    {
      VaultCollected collected;

      go_to (f, round == 0 ? f->dir : backup);
      g_assert_cmpuint (vault_writer (f->vault), ==, writers[round]);
      g_assert_cmpuint (vault_notice_count (f->vault), ==, 0);
      for (guint i = round; i < 6; i++)
        {
          const char text[2] = { (char) ('0' + i), '\0' };

          assert_member (f->vault, ids[i], (const guint8 *) text, 1, text);
        }
      if (round == 1)
        break;
      delete_member (f->vault, ids[0]);
      collected = collect (f->vault);
      g_assert_cmpuint (collected.bundles, ==, 1);
      g_assert_cmpuint (collected.waiting, ==, 0);
      carry (f->dir, backup);
    }
  collect (f->vault);
  g_assert_null (vault_entry_find (f->vault, ids[0]));
}

/* A copy of hard links has the very same vault.id. */
static void
test_hard_links (Fixture *f, gconstpointer unused)
{
  g_autofree char *linked = g_build_filename (f->folder, "linked", NULL);
  g_autoptr (GHashTable) records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) files = NULL;

  set_text (f->vault, "first");
  files = files_below (f->dir, NULL);
  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autofree char *target = g_build_filename (linked, path + strlen (f->dir), NULL);
      g_autofree char *folder = g_path_get_dirname (target);

      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      g_assert_cmpint (link (path, target), ==, 0);
    }
  for (guint i = 0; i < 6; i++)
    {
      go_to (f, i % 2 == 0 ? f->dir : linked);
      set_text (f->vault, i % 2 == 0 ? "here" : "there");
      note_records (records, f->dir);
      note_records (records, linked);
    }
  g_assert_cmpuint (g_hash_table_size (records), ==, 7);
}

/* An older copy is told from wherever it is looked at, until its owner says that it is meant; and
 * again when the vault went on. */
static void
test_older_elsewhere (Fixture *f, gconstpointer unused)
{
  g_autofree char *backup = NULL;

  set_text (f->vault, "first");
  backup = copy (f, "backup");
  set_text (f->vault, "second");
  for (guint round = 0; round < 2; round++)
    {
      for (guint look = 0; look < 2; look++)
        {
          go_to (f, backup);
          g_assert_cmpuint (notices (f->vault, VAULT_NOTICE_OLDER_COPY), ==, 1);
          g_assert_cmpuint (notices (f->vault, VAULT_NOTICE_OLDER), ==, 0);
          go_to (f, f->dir);
          g_assert_cmpuint (vault_notice_count (f->vault), ==, 0);
        }
      go_to (f, backup);
      g_assert_cmpint (vault_accept_older (f->vault), ==, VAULT_OK);
      go_to (f, f->dir);
      go_to (f, backup);
      g_assert_cmpuint (vault_notice_count (f->vault), ==, 0);
      go_to (f, f->dir);
      g_assert_cmpuint (vault_notice_count (f->vault), ==, 0);
      set_text (f->vault, "third");
    }
}

/* To go on with an older copy does not give numbers free that were used in another folder. */
static void
test_accepting_frees_no_number (Fixture *f, gconstpointer unused)
{
  g_autofree char *backup = NULL;
  g_autofree char *journal = g_build_filename (f->dir, "j", NULL);
  g_autofree char *second = g_build_filename (f->dir, "j2", NULL);
  g_autoptr (GHashTable) records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GPtrArray) now = NULL;

  set_text (f->vault, "first");
  kept = files_below (second, files_below (journal, NULL));
  backup = copy (f, "backup");
  set_text (f->vault, "second");
  note_records (records, f->dir);
  go_to (f, backup);
  g_assert_cmpint (vault_accept_older (f->vault), ==, VAULT_OK);
  vault_close (g_steal_pointer (&f->vault));
  /* The older state is put in the place of the vault, whose vault.id stays. */
  now = files_below (second, files_below (journal, NULL));
  for (guint i = 0; i < now->len; i++)
    {
      gboolean old = FALSE;

      for (guint k = 0; k < kept->len; k++)
        old = old || g_str_equal (g_ptr_array_index (now, i), g_ptr_array_index (kept, k));
      if (!old)
        g_assert_cmpint (g_unlink (g_ptr_array_index (now, i)), ==, 0);
    }
  go_to (f, f->dir);
  g_assert_cmpuint (notices (f->vault, VAULT_NOTICE_OLDER), ==, 1);
  set_text (f->vault, "another second");
  note_records (records, f->dir);
}

/* In a copy the computer waits for what it wrote in the vault itself since, unless its owner goes
 * on without that. */
static void
test_own_word_elsewhere (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *backup = NULL;
  VaultCollected collected;
  VaultTxn *txn;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  backup = copy (f, "backup");
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_keep (txn, id), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  go_to (f, backup);
  delete_member (f->vault, id);
  collected = collect (f->vault);
  g_assert_cmpuint (collected.waiting, ==, 1);
  g_assert_cmpuint (collected.bundles, ==, 0);
  g_assert_cmpint (vault_accept_older (f->vault), ==, VAULT_OK);
  collected = collect (f->vault);
  g_assert_cmpuint (collected.waiting, ==, 0);
  g_assert_cmpuint (collected.bundles, ==, 1);
}

/* However many copies were looked at, the folder in which it writes is remembered. */
static void
test_many_copies (Fixture *f, gconstpointer unused)
{
  guint64 writer = vault_writer (f->vault);

  set_text (f->vault, "text");
  for (guint i = 0; i < COPIES; i++)
    {
      g_autofree char *name = g_strdup_printf ("copy %u", i);
      g_autofree char *folder = copy (f, name);

      go_to (f, folder);
    }
  go_to (f, f->dir);
  g_assert_cmpuint (vault_writer (f->vault), ==, writer);
}

/* A restored vault that was moved to another disk: the new number stands for all former ones. */
static void
test_moved_twice (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *folder = NULL;
  VaultCollected collected;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("disk %u", i);

      g_free (folder);
      folder = copy (f, name);
      go_to (f, folder);
      set_text (f->vault, name);
    }
  delete_member (f->vault, id);
  collected = collect (f->vault);
  g_assert_cmpuint (collected.waiting, ==, 0);
  g_assert_cmpuint (collected.bundles, ==, 1);
}

/* What a former version remembered: one folder, one writer. */
static void
test_first_layout (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (f->dir, "vault.id", NULL);
  guint64 writer = vault_writer (f->vault);
  guint8 text[40 + 24] = { 0 };
  struct stat info;

  set_text (f->vault, "text");
  g_assert_cmpint (stat (path, &info), ==, 0);
  for (guint seq = 1; seq <= 2; seq++)
    {
      put_le (text, writer, 8);
      put_le (text + 8, info.st_dev, 8);
      put_le (text + 16, info.st_ino, 8);
      put_le (text + 36, 1, 4);
      put_le (text + 40, writer, 8);
      put_le (text + 48, seq, 8);
      put_le (text + 56, seq, 8);
      vault_local_write (f->vault, text, sizeof text);
      go_to (f, f->dir);
      g_assert_cmpuint (notices (f->vault, VAULT_NOTICE_OLDER), ==, seq - 1);
      g_assert_true ((vault_writer (f->vault) == writer) == (seq == 1));
    }
  /* Cut or lengthened it is no memory at all. */
  for (gsize n = 0; n < sizeof text; n++)
    {
      LocalState state = { 0 };

      g_assert_false (vault_local_parse (text, n, &state));
    }
}

/* Any text that is cut short is refused. */
static void
test_layout (Fixture *f, gconstpointer unused)
{
  g_autofree char *backup = NULL;
  LocalState state = { 0 }, again = { 0 };
  guint8 *text, *second;
  gsize n, m;

  set_text (f->vault, "text");
  backup = copy (f, "backup");
  go_to (f, backup);
  set_text (f->vault, "other");
  vault_local_scrub_set (f->vault, 12345);
  g_assert_true (vault_local_read (f->vault, &state));
  g_assert_cmpuint (state.n_places, ==, 2);
  g_assert_cmpuint (state.n_heads, ==, 2);
  g_assert_true (state.heads[0].own && state.heads[1].own);
  g_assert_cmpuint (state.places[0].scrub, ==, 12345);
  text = vault_local_text (&state, &n);
  for (gsize cut = 0; cut < n; cut++)
    g_assert_false (vault_local_parse (text, cut, &again));
  g_assert_true (vault_local_parse (text, n, &again));
  second = vault_local_text (&again, &m);
  g_assert_cmpmem (text, n, second, m);
  free (text);
  free (second);
  vault_local_clear (&state);
  vault_local_clear (&again);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/places/a-look", test_a_look);
  ADD ("/places/both-written", test_both_written);
  ADD ("/places/hard-links", test_hard_links);
  ADD ("/places/older-elsewhere", test_older_elsewhere);
  ADD ("/places/accepting-frees-no-number", test_accepting_frees_no_number);
  ADD ("/places/own-word-elsewhere", test_own_word_elsewhere);
  ADD ("/places/many-copies", test_many_copies);
  ADD ("/places/moved-twice", test_moved_twice);
  ADD ("/places/first-layout", test_first_layout);
  ADD ("/places/layout", test_layout);
  return g_test_run ();
}
