/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passphrases and the recovery sheet: several slots, each kept twice, damaged, swapped, foreign and
 * lost. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault_fixture.h"

#define OTHER "another passphrase"

static VaultError
opens (Fixture *f, const char *passphrase)
{
  Vault *vault = NULL;
  VaultError error = vault_open (f->dir, passphrase, strlen (passphrase), &vault, NULL);

  vault_close (vault);
  return error;
}

static VaultError
opens_by_sheet (const char *dir, const char *sheet)
{
  Vault *vault = NULL;
  VaultError error = vault_open_sheet (dir, sheet, strlen (sheet), &vault, NULL);

  vault_close (vault);
  return error;
}

static guint
list (Vault *vault, VaultSlot slots[VAULT_SLOTS_MAX])
{
  size_t n = 0;

  g_assert_cmpint (vault_slot_list (vault, slots, &n, NULL), ==, VAULT_OK);
  return (guint) n;
}

static char *
slot_path (const char *dir, const char *folder, const guint8 id[VAULT_SLOT_ID_SIZE])
{
  GString *name = g_string_new (NULL);
  char *path;

  for (guint i = 0; i < VAULT_SLOT_ID_SIZE; i++)
    g_string_append_printf (name, "%02x", id[i]);
  g_string_append (name, ".slot");
  path = g_build_filename (dir, folder, name->str, NULL);
  g_string_free (name, TRUE);
  return path;
}

static void
assert_same (const char *a, const char *b)
{
  g_autofree char *left = NULL, *right = NULL;
  gsize n_left, n_right;

  g_assert_true (g_file_get_contents (a, &left, &n_left, NULL));
  g_assert_true (g_file_get_contents (b, &right, &n_right, NULL));
  g_assert_cmpmem (left, n_left, right, n_right);
}

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *bytes = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (from, &bytes, &n, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize) n, NULL));
}

static void
test_add_and_remove (Fixture *f, gconstpointer unused)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  guint8 first[VAULT_SLOT_ID_SIZE], second[VAULT_SLOT_ID_SIZE], third[VAULT_SLOT_ID_SIZE];
  const VaultKdf more = { 2, 16384 };

  g_assert_cmpuint (list (f->vault, slots), ==, 1);
  g_assert_true (slots[0].opened);
  g_assert_cmpint (slots[0].state, ==, VAULT_SLOT_WHOLE);
  g_assert_cmpuint (slots[0].kdf.mem_kib, ==, cheap.mem_kib);
  memcpy (first, slots[0].id, sizeof first);
  g_assert_cmpint (vault_slot_remove (f->vault, first, NULL), ==, VAULT_ERROR_ARGUMENT);

  g_assert_cmpint (vault_slot_add (f->vault, OTHER, strlen (OTHER), &more, second, NULL), ==,
                   VAULT_OK);
  g_assert_cmpuint (list (f->vault, slots), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      gboolean is_second = memcmp (slots[i].id, second, sizeof second) == 0;

      g_assert_cmpuint (slots[i].kdf.ops, ==, is_second ? 2 : 1);
      g_assert_cmpint (slots[i].opened, ==, !is_second);
    }
  g_assert_cmpint (vault_slot_add (f->vault, "", 0, &cheap, third, NULL), ==, VAULT_ERROR_ARGUMENT);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
  g_assert_cmpint (opens (f, "neither"), ==, VAULT_ERROR_SECRET);

  g_assert_cmpint (vault_open (f->dir, OTHER, strlen (OTHER), &f->vault, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_slot_remove (f->vault, first, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_slot_remove (f->vault, first, NULL), ==, VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_slot_remove (f->vault, second, NULL), ==, VAULT_ERROR_ARGUMENT);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (opens (f, PASS), ==, VAULT_ERROR_SECRET);
  g_assert_cmpint (opens (f, OTHER), ==, VAULT_OK);
  g_assert_cmpint (opens_by_sheet (f->dir, f->sheet), ==, VAULT_OK);
}

/* Names and times of all bundles: a change of passphrase touches none. */
static GString *
bundles_of (Fixture *f)
{
  g_autofree char *o = g_build_filename (f->dir, "o", NULL);
  g_autoptr (GPtrArray) files = files_below (o, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < files->len; i++)
    {
      GStatBuf info;

      g_assert_cmpint (g_stat (g_ptr_array_index (files, i), &info), ==, 0);
      g_string_append_printf (text, "%s %ld %ld %ld\n", (char *) g_ptr_array_index (files, i),
                              (long) info.st_ino, (long) info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    }
  return text;
}

static void
test_change (Fixture *f, gconstpointer unused)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  guint8 id[VAULT_SLOT_ID_SIZE], member[VAULT_ID_SIZE];
  g_autoptr (GPtrArray) left = NULL;
  g_autofree char *keys2 = g_build_filename (f->dir, "keys2", NULL);
  GString *before, *after;

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", member);
  before = bundles_of (f);
  g_assert_cmpint (vault_passphrase_change (f->vault, OTHER, strlen (OTHER), &cheap, id, NULL), ==,
                   VAULT_OK);
  g_assert_cmpuint (list (f->vault, slots), ==, 1);
  g_assert_cmpmem (slots[0].id, sizeof slots[0].id, id, sizeof id);
  g_assert_true (slots[0].opened);
  left = files_below (keys2, NULL);
  g_assert_cmpuint (left->len, ==, 1);
  after = bundles_of (f);
  g_assert_cmpstr (before->str, ==, after->str);
  g_string_free (before, TRUE);
  g_string_free (after, TRUE);
  /* Once more in the same session: now the new one is the old one. */
  g_assert_cmpint (vault_passphrase_change (f->vault, "third", 5, &cheap, id, NULL), ==, VAULT_OK);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (opens (f, PASS), ==, VAULT_ERROR_SECRET);
  g_assert_cmpint (opens (f, OTHER), ==, VAULT_ERROR_SECRET);
  g_assert_cmpint (opens (f, "third"), ==, VAULT_OK);

  /* By the sheet nothing is replaced. */
  g_assert_cmpint (vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &f->vault, NULL), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_passphrase_change (f->vault, PASS, strlen (PASS), &cheap, id, NULL), ==,
                   VAULT_OK);
  g_assert_cmpuint (list (f->vault, slots), ==, 2);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (opens (f, "third"), ==, VAULT_OK);
  g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
}

/* The vault opens and tells of exactly this file that it was healed. */
static void
assert_told (Fixture *f, const char *file)
{
  Vault *vault = NULL;
  guint healed = 0;

  g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &vault, NULL), ==, VAULT_OK);
  for (size_t i = 0; i < vault_notice_count (vault); i++)
    if (vault_notice_at (vault, i)->kind == VAULT_NOTICE_HEALED)
      {
        healed++;
        g_assert_true (g_str_has_suffix (file, vault_notice_at (vault, i)->file));
      }
  g_assert_cmpuint (healed, ==, 1);
  vault_close (vault);
}

static void
test_notices (Fixture *f, gconstpointer unused)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  static const char *const names[] = { "vault.id", "vault.id.2" }, *const folders[] = { "keys",
                                                                                        "keys2" };

  list (f->vault, slots);
  vault_close (g_steal_pointer (&f->vault));
  for (guint copy = 0; copy < 2; copy++)
    {
      g_autofree char *slot = slot_path (f->dir, folders[copy], slots[0].id);
      g_autofree char *id = g_build_filename (f->dir, names[copy], NULL);

      flip (slot, 50);
      assert_told (f, slot);
      g_assert_cmpint (g_unlink (id), ==, 0);
      assert_told (f, id);
    }
}

/* A crash while the passphrase was changed leaves both slots, or a copy of one: all that is there
 * opens. */
static void
test_interrupted_change (Fixture *f, gconstpointer unused)
{
  static const char *const folders[] = { "keys2", "keys", "keys", "keys2" };
  VaultSlot slots[VAULT_SLOTS_MAX];
  guint8 old[VAULT_SLOT_ID_SIZE], id[VAULT_SLOT_ID_SIZE];
  char *saved[4];

  list (f->vault, slots);
  memcpy (old, slots[0].id, sizeof old);
  g_assert_cmpint (vault_slot_add (f->vault, OTHER, strlen (OTHER), &cheap, id, NULL), ==,
                   VAULT_OK);
  vault_close (g_steal_pointer (&f->vault));
  /* In the order of the writes: the new slot comes into keys2, keys; the old one leaves keys,
   * keys2.
   */
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *path = slot_path (f->dir, folders[i], i < 2 ? id : old);

      saved[i] = g_build_filename (f->folder, "0", NULL);
      saved[i][strlen (saved[i]) - 1] = (char) ('0' + i);
      copy_file (path, saved[i]);
    }
  for (guint done = 0; done <= 4; done++)
    {
      for (guint i = 0; i < 4; i++)
        {
          g_autofree char *path = slot_path (f->dir, folders[i], i < 2 ? id : old);

          g_unlink (path);
          if (i < 2 ? done > i : done <= i)
            copy_file (saved[i], path);
        }
      g_assert_cmpint (opens (f, OTHER), ==, done > 0 ? VAULT_OK : VAULT_ERROR_SECRET);
      g_assert_cmpint (opens (f, PASS), ==, done < 4 ? VAULT_OK : VAULT_ERROR_SECRET);
    }
  for (guint i = 0; i < 4; i++)
    g_free (saved[i]);
}

/* Any damage to one copy is healed bit for bit, however it came about. */
static void
test_copies (Fixture *f, gconstpointer unused)
{
  static const char *const folders[] = { "keys", "keys2" };
  VaultSlot slots[VAULT_SLOTS_MAX];
  guint8 id[VAULT_SLOT_ID_SIZE];
  g_autofree char *saved = g_build_filename (f->folder, "saved", NULL);

  g_assert_cmpint (vault_slot_add (f->vault, OTHER, strlen (OTHER), &cheap, id, NULL), ==,
                   VAULT_OK);
  g_assert_cmpuint (list (f->vault, slots), ==, 2);
  vault_close (g_steal_pointer (&f->vault));
  for (guint copy = 0; copy < 2; copy++)
    {
      g_autofree char *path = slot_path (f->dir, folders[copy], slots[0].id);
      g_autofree char *another = slot_path (f->dir, folders[copy], slots[1].id);
      g_autofree char *folder = g_path_get_dirname (path);

      copy_file (path, saved);
      for (goffset at = 0; at < 144; at++)
        {
          flip (path, at);
          if (at % 24 == 0)
            g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
          else
            g_assert_cmpint (opens_by_sheet (f->dir, f->sheet), ==, VAULT_OK);
          assert_same (path, saved);
        }
      g_assert_cmpint (truncate (path, 100), ==, 0);
      g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
      assert_same (path, saved);
      copy_file (another, path);
      g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
      assert_same (path, saved);
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
      assert_same (path, saved);
      /* The whole folder. */
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_cmpint (g_unlink (another), ==, 0);
      g_assert_cmpint (g_rmdir (folder), ==, 0);
      g_assert_cmpint (opens (f, OTHER), ==, VAULT_OK);
      assert_same (path, saved);
    }
}

/* Both copies are damaged: that is told apart from a wrong passphrase, and the sheet opens. */
static void
test_damaged (Fixture *f, gconstpointer unused)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  g_autofree char *first = NULL, *second = NULL;
  guint8 id[VAULT_SLOT_ID_SIZE];

  list (f->vault, slots);
  vault_close (g_steal_pointer (&f->vault));
  first = slot_path (f->dir, "keys", slots[0].id);
  second = slot_path (f->dir, "keys2", slots[0].id);
  for (goffset at = 0; at < 144; at += 5)
    {
      flip (first, at);
      flip (second, 143 - at);
      g_assert_cmpint (opens (f, PASS), ==, VAULT_ERROR_SLOT);
      flip (first, at);
      flip (second, 143 - at);
    }
  g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);

  g_assert_cmpint (truncate (first, 0), ==, 0);
  g_assert_cmpint (g_unlink (second), ==, 0);
  g_assert_cmpint (opens (f, PASS), ==, VAULT_ERROR_SLOT);
  g_assert_cmpint (vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &f->vault, NULL), ==,
                   VAULT_OK);
  g_assert_cmpuint (list (f->vault, slots), ==, 1);
  g_assert_cmpint (slots[0].state, ==, VAULT_SLOT_DAMAGED);
  g_assert_false (slots[0].opened);
  g_assert_cmpint (vault_slot_add (f->vault, OTHER, strlen (OTHER), &cheap, id, NULL), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_slot_remove (f->vault, slots[0].id, NULL), ==, VAULT_OK);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (opens (f, OTHER), ==, VAULT_OK);
}

static guint
damaged_slots (Fixture *f, const char *passphrase, VaultError expected)
{
  Vault *vault = NULL;
  VaultFault fault = { .damaged_slots = 99 };

  g_assert_cmpint (vault_open (f->dir, passphrase, strlen (passphrase), &vault, &fault), ==,
                   expected);
  g_assert_null (vault);
  return fault.damaged_slots;
}

/* A passphrase that does not open may be the right one for a slot that is damaged: it is told how
 * many there are. */
static void
test_damaged_beside_whole (Fixture *f, gconstpointer unused)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  g_autofree char *first = NULL, *second = NULL, *foreign = NULL;
  guint8 id[VAULT_SLOT_ID_SIZE];

  list (f->vault, slots);
  g_assert_cmpint (vault_slot_add (f->vault, OTHER, strlen (OTHER), &cheap, id, NULL), ==,
                   VAULT_OK);
  vault_close (g_steal_pointer (&f->vault));
  first = slot_path (f->dir, "keys", slots[0].id);
  second = slot_path (f->dir, "keys2", slots[0].id);
  g_assert_cmpuint (damaged_slots (f, "neither", VAULT_ERROR_SECRET), ==, 0);
  /* One copy will do. */
  flip (first, 100);
  g_assert_cmpuint (damaged_slots (f, "neither", VAULT_ERROR_SECRET), ==, 0);
  flip (second, 100);
  g_assert_cmpuint (damaged_slots (f, PASS, VAULT_ERROR_SECRET), ==, 1);
  foreign = slot_path (f->dir, "keys", (const guint8 *) "foreign!");
  copy_file (first, foreign);
  g_assert_cmpuint (damaged_slots (f, PASS, VAULT_ERROR_SECRET), ==, 2);
  g_assert_cmpint (opens (f, OTHER), ==, VAULT_OK);
}

/* keys/ and keys2/ are gone, and vault.id with them. */
static void
test_all_keys_lost (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "vault.id", "vault.id.2" };
  VaultSlot slots[VAULT_SLOTS_MAX];
  guint8 id[VAULT_SLOT_ID_SIZE], member[VAULT_ID_SIZE];
  static const char *const folders[] = { "keys", "keys2" };

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", member);
  list (f->vault, slots);
  vault_close (g_steal_pointer (&f->vault));
  for (guint copy = 0; copy < 2; copy++)
    {
      g_autofree char *slot = slot_path (f->dir, folders[copy], slots[0].id);
      g_autofree char *folder = g_path_get_dirname (slot);
      g_autofree char *name = g_build_filename (f->dir, names[copy], NULL);

      g_assert_cmpint (g_unlink (slot), ==, 0);
      g_assert_cmpint (g_rmdir (folder), ==, 0);
      g_assert_cmpint (opens_by_sheet (f->dir, f->sheet), ==, VAULT_OK);
      g_unlink (slot);
      g_rmdir (folder);
      g_assert_cmpint (g_unlink (name), ==, 0);
    }
  for (guint copy = 0; copy < 2; copy++)
    {
      g_autofree char *slot = slot_path (f->dir, folders[copy], slots[0].id);

      g_unlink (slot);
    }
  g_assert_cmpint (opens (f, PASS), ==, VAULT_ERROR_SLOT);
  g_assert_cmpint (vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &f->vault, NULL), ==,
                   VAULT_OK);
  assert_member (f->vault, member, (const guint8 *) "one", 3, "one");
  g_assert_cmpint (vault_slot_add (f->vault, OTHER, strlen (OTHER), &cheap, id, NULL), ==,
                   VAULT_OK);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (opens (f, OTHER), ==, VAULT_OK);
}

/* A second vault, and its only slot. */
static void
make_other (Fixture *f, char **ret_dir, char ret_sheet[VAULT_SHEET_SIZE], VaultSlot *ret_slot)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  guint8 member[VAULT_ID_SIZE];
  Vault *other;

  *ret_dir = g_build_filename (f->folder, "other", NULL);
  g_assert_cmpint (vault_create (*ret_dir, OTHER, strlen (OTHER), &cheap, ret_sheet, &other, NULL),
                   ==, VAULT_OK);
  store (other, "two", 3, VAULT_CODEC_RAW, "two", member);
  g_assert_cmpuint (list (other, slots), ==, 1);
  *ret_slot = slots[0];
  vault_close (other);
}

static void
test_foreign (Fixture *f, gconstpointer unused)
{
  g_autofree char *dir = NULL, *theirs = NULL;
  char sheet[VAULT_SHEET_SIZE];
  VaultSlot slots[VAULT_SLOTS_MAX], other;
  guint8 member[VAULT_ID_SIZE];

  make_other (f, &dir, sheet, &other);
  theirs = slot_path (dir, "keys", other.id);
  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", member);
  list (f->vault, slots);
  vault_close (g_steal_pointer (&f->vault));

  for (guint lost_id = 0; lost_id < 2; lost_id++)
    {
      g_autofree char *beside = slot_path (f->dir, "keys", other.id);
      g_autofree char *first = slot_path (f->dir, "keys", slots[0].id);
      g_autofree char *second = slot_path (f->dir, "keys2", slots[0].id);
      g_autofree char *away = g_build_filename (f->folder, "away", NULL);

      if (lost_id == 1)
        {
          g_autofree char *id = g_build_filename (f->dir, "vault.id", NULL);
          g_autofree char *id2 = g_build_filename (f->dir, "vault.id.2", NULL);

          g_assert_cmpint (g_unlink (id), ==, 0);
          g_assert_cmpint (g_unlink (id2), ==, 0);
        }
      g_assert_cmpint (opens_by_sheet (f->dir, sheet), ==, VAULT_ERROR_FOREIGN);

      /* Beside an own slot it is not even tried. */
      copy_file (theirs, beside);
      g_assert_cmpint (opens (f, OTHER), ==, VAULT_ERROR_SECRET);
      if (lost_id == 0)
        g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);

      /* Alone. */
      g_assert_cmpint (g_rename (first, away), ==, 0);
      g_assert_cmpint (g_unlink (second), ==, 0);
      g_assert_cmpint (opens (f, OTHER), ==, VAULT_ERROR_FOREIGN);
      g_assert_cmpint (opens (f, PASS), ==, VAULT_ERROR_FOREIGN);
      g_assert_cmpint (g_rename (away, first), ==, 0);

      g_assert_cmpint (vault_open (f->dir, PASS, strlen (PASS), &f->vault, NULL), ==, VAULT_OK);
      assert_member (f->vault, member, (const guint8 *) "one", 3, "one");
      {
        VaultSlot now[VAULT_SLOTS_MAX];
        guint n = list (f->vault, now), foreign = 0;

        for (guint i = 0; i < n; i++)
          foreign += now[i].state == VAULT_SLOT_FOREIGN;
        /* The second time it is known that its owner does not want it here. */
        g_assert_cmpuint (n, ==, 2 - lost_id);
        g_assert_cmpuint (foreign, ==, 1 - lost_id);
      }
      g_assert_cmpint (vault_slot_remove (f->vault, other.id, NULL), ==,
                       lost_id == 0 ? VAULT_OK : VAULT_ERROR_NOT_FOUND);
      g_assert_cmpint (vault_slot_remove (f->vault, slots[0].id, NULL), ==, VAULT_ERROR_ARGUMENT);
      vault_close (g_steal_pointer (&f->vault));

      /* The own slot damaged once and once another vault's: damage, and it is healed. */
      copy_file (theirs, second);
      g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
      assert_same (first, second);
    }
}

/* Another vault's vault.id over both copies does not lock the owner out. */
static void
test_foreign_id (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "vault.id", "vault.id.2" };
  g_autofree char *dir = NULL;
  char sheet[VAULT_SHEET_SIZE];
  VaultSlot other;
  guint8 member[VAULT_ID_SIZE];

  make_other (f, &dir, sheet, &other);
  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", member);
  vault_close (g_steal_pointer (&f->vault));
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < 2; i++)
        {
          g_autofree char *theirs = g_build_filename (dir, names[i], NULL);
          g_autofree char *mine = g_build_filename (f->dir, names[i], NULL);

          copy_file (theirs, mine);
        }
      g_assert_cmpint (opens (f, "wrong"), ==, VAULT_ERROR_SECRET);
      if (round == 0)
        g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
      else
        g_assert_cmpint (opens_by_sheet (f->dir, f->sheet), ==, VAULT_OK);
    }
  reopen (f);
  assert_member (f->vault, member, (const guint8 *) "one", 3, "one");
}

/* A folder that cannot be written: what can be healed stays as it is, and the vault opens. */
static void
test_read_only (Fixture *f, gconstpointer unused)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  g_autofree char *path = NULL, *keys = g_build_filename (f->dir, "keys", NULL),
                  *tmp = g_build_filename (f->dir, "tmp", NULL);

  if (geteuid () == 0)
    {
      g_test_skip ("root writes everywhere");
      return;
    }
  list (f->vault, slots);
  vault_close (g_steal_pointer (&f->vault));
  path = slot_path (f->dir, "keys", slots[0].id);
  flip (path, 100);
  g_assert_cmpint (g_chmod (keys, 0500), ==, 0);
  g_assert_cmpint (g_chmod (tmp, 0500), ==, 0);
  g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
  g_assert_cmpint (g_chmod (keys, 0700), ==, 0);
  g_assert_cmpint (g_chmod (tmp, 0700), ==, 0);
  g_assert_cmpint (opens (f, PASS), ==, VAULT_OK);
}

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Every place, with two other characters of the alphabet and one that is none. */
static void
test_suggestion (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "vault.id", "vault.id.2" };
  char typed[VAULT_SHEET_SIZE], mended[VAULT_SHEET_SIZE];
  guint8 member[VAULT_ID_SIZE];
  gsize n = strlen (f->sheet);

  store (f->vault, "one", 3, VAULT_CODEC_RAW, "one", member);
  vault_close (g_steal_pointer (&f->vault));
  g_assert_cmpint (vault_sheet_suggest (f->dir, f->sheet, n, mended, NULL), ==,
                   VAULT_ERROR_NOT_FOUND);
  for (guint lost_id = 0; lost_id < 2; lost_id++)
    {
      for (gsize i = 0; i < n; i++)
        {
          const char *at = strchr (alphabet, f->sheet[i]);
          char others[3];

          if (f->sheet[i] == '-')
            continue;
          others[0] = alphabet[(at - alphabet + 1) % 32];
          others[1] = alphabet[(at - alphabet + 17) % 32];
          others[2] = '?';
          for (guint k = 0; k < 3; k++)
            {
              memcpy (typed, f->sheet, sizeof typed);
              typed[i] = others[k];
              memset (mended, 0, sizeof mended);
              g_assert_cmpint (opens_by_sheet (f->dir, typed), ==, VAULT_ERROR_SECRET);
              g_assert_cmpint (vault_sheet_suggest (f->dir, typed, n, mended, NULL), ==, VAULT_OK);
              g_assert_cmpstr (mended, ==, f->sheet);
            }
        }
      for (guint i = 0; i < 2 && lost_id == 0; i++)
        {
          g_autofree char *id = g_build_filename (f->dir, names[i], NULL);

          g_assert_cmpint (g_unlink (id), ==, 0);
        }
    }
  /* Two wrong characters, one too few, one too many. */
  memcpy (typed, f->sheet, sizeof typed);
  typed[0] = typed[0] == 'A' ? 'B' : 'A';
  typed[6] = typed[6] == 'A' ? 'B' : 'A';
  g_assert_cmpint (vault_sheet_suggest (f->dir, typed, n, mended, NULL), ==, VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_sheet_suggest (f->dir, f->sheet, n - 1, mended, NULL), ==,
                   VAULT_ERROR_NOT_FOUND);
  memcpy (typed, f->sheet, sizeof typed);
  typed[n] = 'A';
  g_assert_cmpint (vault_sheet_suggest (f->dir, typed, n + 1, mended, NULL), ==,
                   VAULT_ERROR_NOT_FOUND);
}

/* What is near another vault's sheet is not offered for this one. */
static void
test_foreign_suggestion (Fixture *f, gconstpointer unused)
{
  g_autofree char *dir = NULL;
  char sheet[VAULT_SHEET_SIZE], mended[VAULT_SHEET_SIZE];
  VaultSlot other;

  make_other (f, &dir, sheet, &other);
  sheet[0] = sheet[0] == '7' ? '8' : '7';
  g_assert_cmpint (vault_sheet_suggest (f->dir, sheet, strlen (sheet), mended, NULL), ==,
                   VAULT_ERROR_NOT_FOUND);
  g_assert_cmpint (vault_sheet_suggest (dir, sheet, strlen (sheet), mended, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_sheet_suggest ("/nonexistent", sheet, strlen (sheet), mended, NULL), ==,
                   VAULT_ERROR_NOT_FOUND);
}

static void
test_calibration (void)
{
  VaultKdf kdf = { 0 };

  g_assert_cmpint (vault_init (), ==, VAULT_OK);
  g_assert_cmpint (vault_kdf_calibrate (&kdf), ==, VAULT_OK);
  g_assert_cmpuint (kdf.ops, >=, 3);
  g_assert_cmpuint (kdf.ops, <=, 16);
  g_assert_cmpuint (kdf.mem_kib, >=, 64 * 1024);
  g_assert_cmpuint (kdf.mem_kib, <=, 256 * 1024);
  g_test_message ("calibrated: %u passes, %u KiB", kdf.ops, kdf.mem_kib);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/slots/add-and-remove", test_add_and_remove);
  ADD ("/slots/change", test_change);
  ADD ("/slots/notices", test_notices);
  ADD ("/slots/interrupted-change", test_interrupted_change);
  ADD ("/slots/copies", test_copies);
  ADD ("/slots/damaged", test_damaged);
  ADD ("/slots/damaged-beside-whole", test_damaged_beside_whole);
  ADD ("/slots/all-keys-lost", test_all_keys_lost);
  ADD ("/slots/foreign", test_foreign);
  ADD ("/slots/foreign-id", test_foreign_id);
  ADD ("/slots/read-only", test_read_only);
  ADD ("/sheet/suggestion", test_suggestion);
  ADD ("/sheet/foreign-suggestion", test_foreign_suggestion);
  g_test_add_func ("/kdf/calibration", test_calibration);
  return g_test_run ();
}
