/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that are lost, both copies: told, never papered over, and given up only on request. */
#include <glib/gstdio.h>
#include <string.h>

#include "computers.h"

static void
set_text (Vault *vault, const char *entity, const char *value)
{
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, entity, strlen (entity), 1, value, strlen (value)), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

static VaultError delete (Vault *vault, const guint8 id[VAULT_ID_SIZE])
{
  VaultTxn *txn;
  VaultError error;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  error = vault_txn_tombstone (txn, id);
  if (error != VAULT_OK)
    vault_txn_abort (txn);
  else
    g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  return error;
}

/* Removes both copies of every record of a number. */
static guint
lose (const char *dir, const char *number)
{
  g_autoptr (GPtrArray) files = files_below (dir, NULL);
  g_autofree char *start = g_strconcat (number, "-", NULL);
  guint lost = 0;

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *name = g_path_get_basename (g_ptr_array_index (files, i));

      if (g_str_has_prefix (name, start))
        {
          g_assert_cmpint (g_unlink (g_ptr_array_index (files, i)), ==, 0);
          lost++;
        }
    }
  return lost;
}

typedef struct
{
  guint lost, adopted;
} Told;

static bool
on_repair (VaultRepairKind kind, const char *file, uint64_t done, uint64_t total, void *data)
{
  Told *told = data;

  told->lost += kind == VAULT_REPAIR_LOST;
  told->adopted += kind == VAULT_REPAIR_ADOPTED;
  return true;
}

static Told
repair (Vault *vault)
{
  Told told = { 0 };
  VaultRepaired repaired;

  g_assert_cmpint (vault_repair (vault, on_repair, &told, &repaired, NULL), ==, VAULT_OK);
  return told;
}

/* However much is written and compacted behind it, a lost record stays told until it is given up;
 * then what it named is part of the vault again. */
static void
test_own_gap (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  Told told;

  set_text (f->vault, "entity", "first");
  store (f->vault, "kept", 4, VAULT_CODEC_RAW, "kept", id);
  for (guint i = 0; i < 3; i++)
    set_text (f->vault, "entity", "later");
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpuint (lose (f->dir, "0000000002"), ==, 2);
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
  g_assert_cmpuint (vault_damage_count (f->vault), ==, 1);
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < 70; i++)
        set_text (f->vault, "entity", "much later");
      g_assert_cmpint (vault_compact (f->vault, round > 0, NULL), ==, VAULT_OK);
      reopen (f);
      g_assert_cmpuint (vault_damage_count (f->vault), ==, 1);
    }
  g_assert_null (vault_entry_find (f->vault, id));
  told = repair (f->vault);
  g_assert_cmpuint (told.lost, ==, 1);
  g_assert_cmpuint (told.adopted, ==, 1);
  g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
  for (guint round = 0; round < 2; round++)
    {
      reopen (f);
      g_assert_cmpuint (vault_damage_count (f->vault), ==, 0);
      assert_member (f->vault, id, (const guint8 *) "kept", 4, "kept");
      told = repair (f->vault);
      g_assert_cmpuint (told.lost + told.adopted, ==, 0);
      g_assert_cmpint (vault_compact (f->vault, true, NULL), ==, VAULT_OK);
    }
}

/* What cannot be seen to its end cannot be deleted; a deletion that does nothing is never told as
 * done. */
static void
test_delete_behind_gap (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  Told told;

  computers_open (c, 1);
  set_text (c->vault[1], "known", "here");
  set_text (c->vault[0], "entity", "first");
  computers_close (c, 0);
  computers_close (c, 1);
  computers_sync (c);
  computers_open (c, 0);
  set_text (c->vault[0], "entity", "second");
  store (c->vault[0], "one", 3, VAULT_CODEC_RAW, "one", id);
  computers_close (c, 0);
  computers_sync (c);
  g_assert_cmpuint (lose (c->dir[1], "0000000002"), ==, 2);
  /* Never seen there, and young: on its way. */
  computers_open (c, 1);
  g_assert_cmpuint (vault_damage_count (c->vault[1]), ==, 0);
  g_assert_cmpint (delete (c->vault[1], id), ==, VAULT_ERROR_ARRIVING);
  told = repair (c->vault[1]);
  g_assert_cmpuint (told.lost, ==, 0);
  computers_close (c, 1);
  /* And so it is at the next opening. */
  computers_open (c, 1);
  g_assert_cmpuint (vault_damage_count (c->vault[1]), ==, 0);
  computers_close (c, 1);
  /* Had once, and then lost. */
  computers_carry (c, 0, "j");
  computers_open (c, 1);
  g_assert_cmpuint (vault_notice_count (c->vault[1]), ==, 0);
  computers_close (c, 1);
  g_assert_cmpuint (lose (c->dir[1], "0000000002"), ==, 2);
  computers_open (c, 1);
  g_assert_cmpuint (vault_damage_count (c->vault[1]), ==, 1);
  g_assert_cmpint (delete (c->vault[1], id), ==, VAULT_ERROR_DAMAGED);
  g_assert_nonnull (vault_entry_find (c->vault[1], id));
  told = repair (c->vault[1]);
  g_assert_cmpuint (told.lost, ==, 1);
  g_assert_cmpint (delete (c->vault[1], id), ==, VAULT_OK);
  g_assert_null (vault_entry_find (c->vault[1], id));
  computers_close (c, 1);
  /* The record comes back from the other computer: it counts, and the deletion stays. */
  computers_carry (c, 0, "j");
  computers_open (c, 1);
  g_assert_cmpuint (vault_damage_count (c->vault[1]), ==, 0);
  g_assert_null (vault_entry_find (c->vault[1], id));
}

/* A computer of which nothing is left but that another one speaks of it. */
static void
test_writer_gone (Computers *c, gconstpointer unused)
{
  g_autofree char *journal = g_build_filename (c->dir[1], "j", NULL);
  g_autoptr (GPtrArray) before = NULL;

  computers_open (c, 1);
  set_text (c->vault[1], "known", "here");
  computers_close (c, 1);
  before = files_below (journal, NULL);
  g_assert_cmpuint (before->len, ==, 1);
  computers_close (c, 0);
  computers_sync (c);
  computers_open (c, 0);
  set_text (c->vault[0], "entity", "text");
  computers_close (c, 0);
  for (guint copy = 0; copy < 2; copy++)
    {
      const char *below = (const char *) g_ptr_array_index (before, 0) + strlen (journal);
      g_autofree char *path = g_strconcat (c->dir[0], copy == 0 ? "/j" : "/j2", below, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  /* A third computer, which remembers nothing. */
  g_free (c->state[0]);
  c->state[0] = g_build_filename (c->folder, "another-state", NULL);
  g_assert_cmpint (g_mkdir (c->state[0], 0700), ==, 0);
  computers_open (c, 0);
  g_assert_cmpuint (vault_damage_count (c->vault[0]), ==, 1);
  g_assert_cmpuint (repair (c->vault[0]).lost, ==, 1);
  computers_close (c, 0);
  computers_open (c, 0);
  g_assert_cmpuint (vault_damage_count (c->vault[0]), ==, 0);
}

static guint
spoil_records (const char *dir, const char *number)
{
  g_autoptr (GPtrArray) files = files_below (dir, NULL);
  g_autofree char *start = g_strconcat (number, "-", NULL);
  guint spoiled = 0;

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *name = g_path_get_basename (g_ptr_array_index (files, i));

      if (!g_str_has_prefix (name, start))
        continue;
      flip (g_ptr_array_index (files, i), 200);
      spoiled++;
    }
  return spoiled;
}

/* The last record of all, which nothing speaks of: its files are there and say nothing. */
static void
test_own_end (Fixture *f, gconstpointer unused)
{
  guint8 id[VAULT_ID_SIZE];
  Told told;

  set_text (f->vault, "entity", "first");
  store (f->vault, "kept", 4, VAULT_CODEC_RAW, "kept", id);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpuint (spoil_records (f->dir, "0000000002"), ==, 2);
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
  g_assert_cmpuint (vault_damage_count (f->vault), ==, 1);
  told = repair (f->vault);
  g_assert_cmpuint (told.lost, ==, 1);
  g_assert_cmpuint (told.adopted, ==, 1);
  for (guint round = 0; round < 2; round++)
    {
      reopen (f);
      g_assert_cmpuint (vault_damage_count (f->vault), ==, 0);
      g_assert_cmpuint (check (f->vault, VAULT_CHECK_FULL).damaged, ==, 0);
      assert_member (f->vault, id, (const guint8 *) "kept", 4, "kept");
      set_text (f->vault, "entity", "and on");
    }
}

/* A member that was deleted and came again: it is the lost record that brought it back. The same
 * loss before the deletion undoes nothing. */
static void
test_after_deletion (Fixture *f, gconstpointer wanted)
{
  const char *lost = wanted != NULL ? "0000000003" : "0000000001";
  g_autofree char *folder = g_build_filename (f->dir, "o", NULL);
  g_autoptr (GPtrArray) files = NULL;
  guint8 id[VAULT_ID_SIZE];

  store (f->vault, "bytes", 5, VAULT_CODEC_RAW, "name", id);
  g_assert_cmpint (delete (f->vault, id), ==, VAULT_OK);
  if (wanted != NULL)
    {
      VaultCollected collected;

      g_assert_cmpint (vault_collect (f->vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
      store (f->vault, "bytes", 5, VAULT_CODEC_RAW, "name", id);
    }
  set_text (f->vault, "entity", "later");
  vault_close (g_steal_pointer (&f->vault));
  files = files_below (folder, NULL);
  g_assert_cmpuint (files->len, ==, 1);
  g_assert_cmpuint (spoil_records (f->dir, lost), ==, 2);
  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
  g_assert_null (vault_entry_find (f->vault, id));
  g_assert_cmpuint (repair (f->vault).adopted, ==, wanted != NULL ? 1 : 0);
  reopen (f);
  if (wanted != NULL)
    assert_member (f->vault, id, (const guint8 *) "bytes", 5, "name");
  else
    g_assert_null (vault_entry_find (f->vault, id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/gaps/own", test_own_gap);
  ADD ("/gaps/own-end", test_own_end);
  g_test_add ("/gaps/added-after-deletion", Fixture, "wanted", setup, test_after_deletion,
              teardown);
  g_test_add ("/gaps/added-before-deletion", Fixture, NULL, setup, test_after_deletion, teardown);
  ADD_COMPUTERS ("/gaps/delete-behind", test_delete_behind_gap);
  ADD_COMPUTERS ("/gaps/writer-gone", test_writer_gone);
  return g_test_run ();
}
