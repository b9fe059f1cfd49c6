/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removed passphrases stay removed: half carried by a sync tool, interrupted, brought back from an
 * older copy, on a full disk, and where two computers remove each other's. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "computers.h"
#include "vault_private.h"

#define OTHER "another passphrase"

static const char *const folders[] = { "keys", "keys2" };

static VaultError
open_with (const char *dir, const char *passphrase, Vault **ret_vault, VaultFault *fault)
{
  return vault_open (dir, passphrase, strlen (passphrase), ret_vault, fault);
}

static VaultError
opens (const char *dir, const char *passphrase)
{
  Vault *vault = NULL;
  VaultError error = open_with (dir, passphrase, &vault, NULL);

  vault_close (vault);
  return error;
}

static void
add (Vault *vault, guint8 ret_id[VAULT_SLOT_ID_SIZE])
{
  g_assert_cmpint (vault_slot_add (vault, OTHER, strlen (OTHER), &cheap, ret_id, NULL), ==,
                   VAULT_OK);
}

static char *
slot_path (const char *dir, guint copy, const guint8 id[VAULT_SLOT_ID_SIZE])
{
  GString *name = g_string_new (NULL);
  char *path;

  for (guint i = 0; i < VAULT_SLOT_ID_SIZE; i++)
    g_string_append_printf (name, "%02x", id[i]);
  g_string_append (name, ".slot");
  path = g_build_filename (dir, folders[copy], name->str, NULL);
  g_string_free (name, TRUE);
  return path;
}

static gboolean
slot_is_there (const char *dir, guint copy, const guint8 id[VAULT_SLOT_ID_SIZE])
{
  g_autofree char *path = slot_path (dir, copy, id);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
unlink_slot (const char *dir, guint copy, const guint8 id[VAULT_SLOT_ID_SIZE])
{
  g_autofree char *path = slot_path (dir, copy, id);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* The bytes of a slot while it is there. */
static char *
keep_slot (const char *dir, const guint8 id[VAULT_SLOT_ID_SIZE])
{
  g_autofree char *path = slot_path (dir, 0, id);
  char *bytes;
  gsize n;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_assert_cmpuint (n, ==, 144);
  return bytes;
}

static void
bring_back (const char *dir, guint copy, const guint8 id[VAULT_SLOT_ID_SIZE], const char *bytes)
{
  g_autofree char *path = slot_path (dir, copy, id);

  g_assert_true (g_file_set_contents (path, bytes, 144, NULL));
}

/* The id of the slot that opened the vault. */
static void
opened_slot (Vault *vault, guint8 ret_id[VAULT_SLOT_ID_SIZE])
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  size_t n = 0;
  guint found = 0;

  g_assert_cmpint (vault_slot_list (vault, slots, &n, NULL), ==, VAULT_OK);
  for (size_t i = 0; i < n; i++)
    if (slots[i].opened)
      {
        memcpy (ret_id, slots[i].id, VAULT_SLOT_ID_SIZE);
        found++;
      }
  g_assert_cmpuint (found, ==, 1);
}

static size_t
left (Vault *vault)
{
  size_t n = 99;

  g_assert_cmpint (vault_slots_tend (vault, &n, NULL), ==, VAULT_OK);
  return n;
}

/* A crash behind the record leaves both files, or one; a restored folder brings them back. None of
 * them opens, and the next opening takes them away, by whatever secret. */
static void
test_files_come_back (Fixture *f, gconstpointer unused)
{
  static const char *const secrets[] = { PASS, OTHER, NULL };
  guint8 id[VAULT_SLOT_ID_SIZE];
  g_autofree char *bytes = NULL;
  guint round = 0;

  add (f->vault, id);
  bytes = keep_slot (f->dir, id);
  g_assert_cmpint (vault_slot_remove (f->vault, id, NULL), ==, VAULT_OK);
  g_assert_false (slot_is_there (f->dir, 0, id));
  g_assert_false (slot_is_there (f->dir, 1, id));
  for (guint which = 1; which < 4; which++)
    for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
      {
        VaultError error;

        if (f->vault != NULL)
          vault_close (g_steal_pointer (&f->vault));
        for (guint copy = 0; copy < 2; copy++)
          if ((which >> copy & 1) != 0)
            bring_back (f->dir, copy, id, bytes);
        error = secrets[i] != NULL
                    ? open_with (f->dir, secrets[i], &f->vault, NULL)
                    : vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &f->vault, NULL);
        g_assert_cmpint (error, ==, i == 1 ? VAULT_ERROR_REMOVED : VAULT_OK);
        g_assert_false (slot_is_there (f->dir, 0, id));
        g_assert_false (slot_is_there (f->dir, 1, id));
        if (f->vault != NULL)
          {
            for (size_t k = 0; k < vault_notice_count (f->vault); k++)
              g_assert_cmpint (vault_notice_at (f->vault, k)->kind, !=, VAULT_NOTICE_HEALED);
            g_assert_cmpuint (left (f->vault), ==, 1);
            /* The record outlives being folded into a snapshot. */
            if (round++ == 2)
              g_assert_cmpint (vault_compact (f->vault, true, NULL), ==, VAULT_OK);
          }
      }
}

/* While the vault is open: neither check nor repair takes a left-over for damage or brings it back,
 * upkeep takes it away, and removing it once more does so too. */
static void
test_left_over (Fixture *f, gconstpointer unused)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  VaultRepaired repaired;
  guint8 id[VAULT_SLOT_ID_SIZE];
  g_autofree char *bytes = NULL;
  size_t n = 0, removed = 0;

  add (f->vault, id);
  bytes = keep_slot (f->dir, id);
  g_assert_cmpint (vault_slot_remove (f->vault, id, NULL), ==, VAULT_OK);
  for (guint copy = 0; copy < 2; copy++)
    {
      bring_back (f->dir, copy, id, bytes);
      g_assert_cmpuint (check (f->vault, VAULT_CHECK_QUICK).damaged, ==, 0);
      g_assert_cmpint (vault_slot_list (f->vault, slots, &n, NULL), ==, VAULT_OK);
      g_assert_cmpuint (n, ==, 2);
      for (size_t i = 0; i < n; i++)
        removed += slots[i].state == VAULT_SLOT_REMOVED && memcmp (slots[i].id, id, 8) == 0;
      g_assert_cmpuint (removed, ==, copy + 1);
      g_assert_cmpint (vault_repair (f->vault, NULL, NULL, &repaired, NULL), ==, VAULT_OK);
      g_assert_cmpuint (repaired.healed + repaired.failed, ==, 0);
      g_assert_false (slot_is_there (f->dir, copy, id));
      g_assert_false (slot_is_there (f->dir, !copy, id));

      bring_back (f->dir, copy, id, bytes);
      g_assert_cmpuint (left (f->vault), ==, 1);
      g_assert_false (slot_is_there (f->dir, copy, id));

      bring_back (f->dir, copy, id, bytes);
      g_assert_cmpint (vault_slot_remove (f->vault, id, NULL), ==, VAULT_OK);
      g_assert_false (slot_is_there (f->dir, copy, id));
    }
}

/* The same passphrase may be set again: it opens by its new slot, whichever file is met first. */
static void
test_set_again (Fixture *f, gconstpointer unused)
{
  guint8 old[VAULT_SLOT_ID_SIZE], new[VAULT_SLOT_ID_SIZE], opened[VAULT_SLOT_ID_SIZE];
  g_autofree char *bytes = NULL;

  add (f->vault, old);
  bytes = keep_slot (f->dir, old);
  vault_close (g_steal_pointer (&f->vault));
  /* Now the old one is the one that is tried first. */
  g_assert_cmpint (opens (f->dir, OTHER), ==, VAULT_OK);
  g_assert_cmpint (vault_open_sheet (f->dir, f->sheet, strlen (f->sheet), &f->vault, NULL), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_slot_remove (f->vault, old, NULL), ==, VAULT_OK);
  add (f->vault, new);
  vault_close (g_steal_pointer (&f->vault));
  bring_back (f->dir, 0, old, bytes);
  g_assert_cmpint (open_with (f->dir, OTHER, &f->vault, NULL), ==, VAULT_OK);
  opened_slot (f->vault, opened);
  g_assert_cmpmem (opened, sizeof opened, new, sizeof new);
  g_assert_false (slot_is_there (f->dir, 0, old));
}

/* A change of passphrase is a removal too. */
static void
test_change (Fixture *f, gconstpointer unused)
{
  guint8 old[VAULT_SLOT_ID_SIZE], id[VAULT_SLOT_ID_SIZE];
  g_autofree char *bytes = NULL;

  opened_slot (f->vault, old);
  bytes = keep_slot (f->dir, old);
  g_assert_cmpint (vault_passphrase_change (f->vault, OTHER, strlen (OTHER), &cheap, id, NULL), ==,
                   VAULT_OK);
  vault_close (g_steal_pointer (&f->vault));
  bring_back (f->dir, 1, old, bytes);
  g_assert_cmpint (opens (f->dir, PASS), ==, VAULT_ERROR_REMOVED);
  g_assert_cmpint (opens (f->dir, PASS), ==, VAULT_ERROR_SECRET);
  g_assert_cmpint (opens (f->dir, OTHER), ==, VAULT_OK);
}

/* A vault that a newer program has closed to writers is not touched. */
static void
test_closed_to_writers (Fixture *f, gconstpointer unused)
{
  VaultTxn *txn;
  guint8 id[VAULT_SLOT_ID_SIZE], third[VAULT_SLOT_ID_SIZE];
  g_autofree char *bytes = NULL;

  add (f->vault, id);
  add (f->vault, third);
  bytes = keep_slot (f->dir, id);
  g_assert_cmpint (vault_slot_remove (f->vault, id, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_begin (f->vault, &txn), ==, VAULT_OK);
  *vault_txn_op (txn, OP_BLOCKS_WRITERS | 99, 1) = 0;
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  reopen (f);
  vault_close (g_steal_pointer (&f->vault));
  bring_back (f->dir, 1, id, bytes);
  unlink_slot (f->dir, 0, third);
  g_assert_cmpint (open_with (f->dir, PASS, &f->vault, NULL), ==, VAULT_OK);
  g_assert_cmpuint (left (f->vault), ==, 2);
  g_assert_true (slot_is_there (f->dir, 1, id));
  g_assert_false (slot_is_there (f->dir, 0, id));
  g_assert_false (slot_is_there (f->dir, 0, third));
  g_assert_cmpint (vault_slot_remove (f->vault, third, NULL), ==, VAULT_ERROR_NEWER);
  g_assert_true (slot_is_there (f->dir, 1, third));
  g_assert_cmpint (vault_passphrase_change (f->vault, "third", 5, &cheap, third, NULL), ==,
                   VAULT_ERROR_NEWER);
  /* What could not take the place of the old one is not left beside it. */
  g_assert_cmpuint (left (f->vault), ==, 2);
}

/* What a newer program can open is not taken away as the last of all either. */
static void
test_last_unknown (Fixture *f, gconstpointer unused)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  size_t found;
  guint8 id[VAULT_SLOT_ID_SIZE];

  g_assert_cmpint (vault_slot_list (f->vault, slots, &found, NULL), ==, VAULT_OK);
  for (guint copy = 0; copy < 2; copy++)
    {
      g_autofree char *path = slot_path (f->dir, copy, slots[0].id), *bytes = NULL;
      guint8 sum[32];
      gsize n;

      g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
      bytes[32] = 3;
      vault_b2 (sum, sizeof sum, bytes, 136, NULL);
      memcpy (bytes + 136, sum, 8);
      g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
    }
  g_assert_cmpint (vault_slot_list (f->vault, slots, &found, NULL), ==, VAULT_OK);
  g_assert_cmpint (slots[0].state, ==, VAULT_SLOT_UNKNOWN);
  g_assert_cmpint (vault_slot_remove (f->vault, slots[0].id, NULL), ==, VAULT_ERROR_ARGUMENT);
  add (f->vault, id);
  g_assert_cmpint (vault_slot_remove (f->vault, slots[0].id, NULL), ==, VAULT_OK);
}

static void
fill (const char *path)
{
  static const char zeros[512];
  FILE *file = g_fopen (path, "w");

  g_assert_nonnull (file);
  setvbuf (file, NULL, _IONBF, 0);
  while (fwrite (zeros, 1, sizeof zeros, file) == sizeof zeros)
    ;
  fclose (file);
}

/* On a disk without a free byte a passphrase can be removed, and on one that may only be read a
 * removed one does not open. */
static void
test_full_disk (Fixture *f, gconstpointer unused)
{
  g_autofree char *disk = g_build_filename (f->folder, "disk", NULL),
                  *dir = g_build_filename (disk, "v", NULL),
                  *filler = g_build_filename (disk, "filler", NULL);
  char sheet[VAULT_SHEET_SIZE];
  guint8 id[VAULT_SLOT_ID_SIZE];
  g_autofree char *bytes = NULL;
  Vault *vault = NULL;

  g_assert_cmpint (g_mkdir (disk, 0700), ==, 0);
  if (mount ("tmpfs", disk, "tmpfs", 0, "size=6m") != 0)
    {
      g_test_skip ("only root can mount a small disk");
      return;
    }
  g_assert_cmpint (vault_create (dir, PASS, strlen (PASS), &cheap, sheet, &vault, NULL), ==,
                   VAULT_OK);
  add (vault, id);
  bytes = keep_slot (dir, id);
  fill (filler);
  g_assert_cmpint (vault_slot_remove (vault, id, NULL), ==, VAULT_OK);
  g_assert_false (slot_is_there (dir, 0, id));
  g_assert_false (slot_is_there (dir, 1, id));
  g_assert_cmpint (g_unlink (filler), ==, 0);
  vault_close (vault);
  bring_back (dir, 1, id, bytes);
  g_assert_cmpint (mount (NULL, disk, NULL, MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  g_assert_cmpint (opens (dir, OTHER), ==, VAULT_ERROR_REMOVED);
  g_assert_cmpint (open_with (dir, PASS, &vault, NULL), ==, VAULT_OK);
  g_assert_cmpuint (left (vault), ==, 1);
  vault_close (vault);
  g_assert_true (slot_is_there (dir, 1, id));
  g_assert_cmpint (umount (disk), ==, 0);
  g_assert_cmpint (g_rmdir (disk), ==, 0);
}

/* One of two deletions has come, then the record, then the other; meanwhile the second computer
 * opened and healed. */
static void
test_half_carried (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_SLOT_ID_SIZE];

  for (guint copy = 0; copy < 2; copy++)
    {
      if (c->vault[0] == NULL)
        computers_open (c, 0);
      add (c->vault[0], id);
      computers_close (c, 0);
      computers_sync (c);
      computers_open (c, 0);
      g_assert_cmpint (vault_slot_remove (c->vault[0], id, NULL), ==, VAULT_OK);
      computers_close (c, 0);
      unlink_slot (c->dir[1], copy, id);
      /* It may be lost for all that this computer knows. */
      computers_open (c, 1);
      g_assert_true (slot_is_there (c->dir[1], copy, id));
      computers_close (c, 1);
      /* The file that was written anew goes to the first computer. */
      computers_carry (c, 1, folders[copy]);
      g_assert_true (slot_is_there (c->dir[0], copy, id));
      g_assert_cmpint (opens (c->dir[0], OTHER), ==, VAULT_ERROR_REMOVED);
      g_assert_false (slot_is_there (c->dir[0], copy, id));
      computers_sync (c);
      g_assert_cmpint (opens (c->dir[1], OTHER), ==, VAULT_ERROR_SECRET);
    }
}

/* The record comes before any deletion. */
static void
test_record_first (Computers *c, gconstpointer unused)
{
  guint8 id[VAULT_SLOT_ID_SIZE];

  add (c->vault[0], id);
  computers_sync (c);
  g_assert_cmpint (vault_slot_remove (c->vault[0], id, NULL), ==, VAULT_OK);
  computers_close (c, 0);
  computers_carry (c, 0, "j");
  g_assert_true (slot_is_there (c->dir[1], 0, id));
  g_assert_cmpint (opens (c->dir[1], OTHER), ==, VAULT_ERROR_REMOVED);
  g_assert_false (slot_is_there (c->dir[1], 0, id));
  g_assert_false (slot_is_there (c->dir[1], 1, id));
  g_assert_cmpint (opens (c->dir[1], PASS), ==, VAULT_OK);
}

/* Each computer removes what the other relies on: both come to the same, whoever has the vault open
 * learns it, and the sheet opens. */
static void
test_each_others (Computers *c, gconstpointer unused)
{
  guint8 first[VAULT_SLOT_ID_SIZE], second[VAULT_SLOT_ID_SIZE], third[VAULT_SLOT_ID_SIZE];
  size_t whole = 99;

  opened_slot (c->vault[0], first);
  add (c->vault[0], second);
  computers_sync (c);
  computers_open (c, 1);
  g_assert_cmpint (vault_slot_remove (c->vault[0], second, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_slot_remove (c->vault[1], first, NULL), ==, VAULT_OK);
  g_assert_cmpuint (left (c->vault[0]), ==, 1);
  g_assert_cmpuint (left (c->vault[1]), ==, 1);
  computers_sync (c);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (left (c->vault[i]), ==, 0);
      g_assert_cmpint (vault_slots_count (c->dir[i], &whole, NULL), ==, VAULT_OK);
      g_assert_cmpuint (whole, ==, 0);
      computers_close (c, i);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (opens (c->dir[i], PASS), ==, VAULT_ERROR_SLOT);
      g_assert_cmpint (opens (c->dir[i], OTHER), ==, VAULT_ERROR_SLOT);
      computers_open (c, i);
      g_assert_cmpuint (left (c->vault[i]), ==, 0);
      computers_close (c, i);
    }
  computers_open (c, 0);
  add (c->vault[0], third);
  g_assert_cmpuint (left (c->vault[0]), ==, 1);
  computers_close (c, 0);
  computers_sync (c);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (opens (c->dir[i], OTHER), ==, VAULT_OK);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/removal/files-come-back", test_files_come_back);
  ADD ("/removal/left-over", test_left_over);
  ADD ("/removal/set-again", test_set_again);
  ADD ("/removal/change", test_change);
  ADD ("/removal/closed-to-writers", test_closed_to_writers);
  ADD ("/removal/last-unknown", test_last_unknown);
  ADD ("/removal/full-disk", test_full_disk);
  ADD_COMPUTERS ("/removal/half-carried", test_half_carried);
  ADD_COMPUTERS ("/removal/record-first", test_record_first);
  ADD_COMPUTERS ("/removal/each-others", test_each_others);
  return g_test_run ();
}
