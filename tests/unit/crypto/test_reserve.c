/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a full disk still allows. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "files.h"
#include "vault_fixture.h"

#define MIB (1024 * 1024)

typedef struct
{
  char *folder, *disk, *dir;
  char sheet[VAULT_SHEET_SIZE];
  Vault *vault;
  guint fillers;
} Disk;

static gboolean
make_disk (Disk *d, const char *size)
{
  g_autofree char *options = g_strdup_printf ("size=%s", size);

  d->folder = g_dir_make_tmp ("scanvault-reserve-XXXXXX", NULL);
  d->disk = g_build_filename (d->folder, "disk", NULL);
  d->dir = g_build_filename (d->disk, "v", NULL);
  g_setenv ("XDG_STATE_HOME", d->folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", d->folder, TRUE);
  g_mkdir (d->disk, 0700);
  if (mount ("tmpfs", d->disk, "tmpfs", 0, options) != 0)
    {
      g_test_skip ("only root may mount");
      return FALSE;
    }
  g_assert_cmpint (vault_init (), ==, VAULT_OK);
  g_assert_cmpint (vault_create (d->dir, PASS, strlen (PASS), &cheap, d->sheet, &d->vault, NULL),
                   ==, VAULT_OK);
  return TRUE;
}

static void
clear_disk (Disk *d)
{
  vault_close (d->vault);
  umount (d->disk);
  g_free (d->dir);
  g_free (d->disk);
  g_free (d->folder);
}

static void
open_again (Disk *d)
{
  vault_close (g_steal_pointer (&d->vault));
  g_assert_cmpint (vault_open_sheet (d->dir, d->sheet, strlen (d->sheet), &d->vault, NULL), ==,
                   VAULT_OK);
  g_assert_cmpuint (vault_damage_count (d->vault), ==, 0);
}

/* Others take every byte that is free. */
static void
fill (Disk *d)
{
  g_autofree char *path = g_strdup_printf ("%s/filler%u", d->disk, d->fillers++);
  static const guint8 zeros[4096];
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, zeros, sizeof zeros) > 0)
    ;
  close (fd);
}

static guint64
reserved (const Disk *d)
{
  g_autofree char *folder = g_build_filename (d->dir, "tmp", NULL);
  g_autoptr (GPtrArray) files = files_below (folder, NULL);
  guint64 bytes = 0;

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *name = g_path_get_basename (g_ptr_array_index (files, i));

      g_assert_true (g_str_has_prefix (name, "reserve"));
      bytes += (guint64) size_of (g_ptr_array_index (files, i));
    }
  return bytes;
}

/* A field of n bytes. */
static VaultError
set_field (Vault *vault, gsize n)
{
  g_autofree char *text = g_strnfill (n, 'x');
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, "entity", 6, 1, text, n), ==, VAULT_OK);
  return vault_txn_commit (txn, NULL, NULL, NULL);
}

static VaultError
purge (Vault *vault, const guint8 id[VAULT_ID_SIZE])
{
  VaultTxn *txn;
  VaultCollected collected;
  VaultError error;

  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, id), ==, VAULT_OK);
  error = vault_txn_commit (txn, NULL, NULL, NULL);
  if (error != VAULT_OK)
    return error;
  g_assert_cmpint (vault_collect (vault, false, NULL, NULL, &collected, NULL), ==, VAULT_OK);
  g_assert_cmpuint (collected.bundles, ==, 1);
  return VAULT_OK;
}

/* Whatever room comes free is taken at once: many small records still go in, what was written
 * stays, and after all of them a purge. */
static void
test_full_disk (void)
{
  Disk d = { 0 };
  guint8 large[VAULT_ID_SIZE], small[VAULT_ID_SIZE];
  g_autofree guint8 *data = make_data (700000);
  guint written = 0;

  if (!make_disk (&d, "6m"))
    return;
  g_assert_cmpuint (reserved (&d), ==, MIB);
  store (d.vault, data, 700000, VAULT_CODEC_RAW, "large", large);
  store (d.vault, "small", 5, VAULT_CODEC_RAW, "small", small);
  fill (&d);
  while (set_field (d.vault, 40) == VAULT_OK)
    {
      written++;
      fill (&d);
      if (written % 16 == 0)
        open_again (&d);
      g_assert_cmpuint (written, <, 200);
    }
  g_assert_cmpuint (written, >=, 32);
  /* Half is for what frees space. */
  g_assert_cmpuint (reserved (&d), >=, MIB / 2);
  open_again (&d);
  g_assert_cmpint (purge (d.vault, large), ==, VAULT_OK);
  g_assert_cmpint (vault_compact (d.vault, true, NULL), ==, VAULT_OK);
  g_assert_cmpuint (reserved (&d), ==, MIB);
  fill (&d);
  g_assert_cmpint (purge (d.vault, small), ==, VAULT_OK);
  open_again (&d);
  g_assert_null (vault_entry_find (d.vault, large));
  g_assert_null (vault_entry_find (d.vault, small));
  g_assert_cmpuint (check (d.vault, VAULT_CHECK_FULL).damaged, ==, 0);
  clear_disk (&d);
}

/* A record that needs more than the first half is refused and costs nothing, unless it deletes. */
static void
test_large_records (void)
{
  Disk d = { 0 };
  guint8 id[VAULT_ID_SIZE];
  g_autofree char *text = g_strnfill (300000, 'x');
  VaultTxn *txn;

  if (!make_disk (&d, "6m"))
    return;
  store (d.vault, "one", 3, VAULT_CODEC_RAW, "one", id);
  fill (&d);
  g_assert_cmpint (set_field (d.vault, 300000), ==, VAULT_ERROR_FULL);
  fill (&d);
  g_assert_cmpuint (reserved (&d), ==, MIB);
  g_assert_cmpint (vault_txn_begin (d.vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, "entity", 6, 1, text, 300000), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_tombstone (txn, id), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  g_assert_cmpuint (reserved (&d), <, MIB);
  open_again (&d);
  g_assert_null (vault_entry_find (d.vault, id));
  clear_disk (&d);
}

/* A bundle never takes what was kept. */
static void
test_not_for_bundles (void)
{
  Disk d = { 0 };
  VaultBundle *bundle;
  VaultError error;
  guint8 id[VAULT_ID_SIZE];
  g_autofree guint8 *data = make_data (300000);

  if (!make_disk (&d, "6m"))
    return;
  fill (&d);
  error = vault_bundle_begin (d.vault, &bundle, NULL);
  if (error == VAULT_OK)
    {
      error = append (bundle, d.vault, data, 300000, VAULT_CODEC_RAW, "one", id);
      if (error == VAULT_OK)
        error = vault_bundle_finish (bundle, NULL);
      vault_bundle_discard (bundle);
    }
  g_assert_cmpint (error, ==, VAULT_ERROR_FULL);
  g_assert_cmpuint (reserved (&d), ==, MIB);
  clear_disk (&d);
}

/* What is missing is made again at the next opening; a former version kept it in one piece. */
static void
test_made_again (Fixture *f, gconstpointer unused)
{
  g_autofree char *folder = g_build_filename (f->dir, "tmp", NULL);
  g_autofree char *former = g_build_filename (folder, "reserve", NULL);
  g_autoptr (GPtrArray) files = files_below (folder, NULL);
  Disk d = { .dir = f->dir };

  g_assert_cmpuint (reserved (&d), ==, MIB);
  for (guint i = 0; i < files->len; i++)
    g_assert_cmpint (i % 2 == 0 ? g_unlink (g_ptr_array_index (files, i))
                                : truncate (g_ptr_array_index (files, i), (off_t) (1000 * i)),
                     ==, 0);
  g_assert_true (g_file_set_contents (former, "former", -1, NULL));
  reopen (f);
  g_assert_cmpuint (reserved (&d), ==, MIB);
  g_assert_false (g_file_test (former, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reserve/full-disk", test_full_disk);
  g_test_add_func ("/reserve/large-records", test_large_records);
  g_test_add_func ("/reserve/not-for-bundles", test_not_for_bundles);
  ADD ("/reserve/made-again", test_made_again);
  return g_test_run ();
}
