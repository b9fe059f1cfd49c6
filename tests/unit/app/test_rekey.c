/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a move to another vault must not lose without a word. */
#include <glib/gstdio.h>
#include <string.h>

#include "credentials.h"
#include "error.h"
#include "library_fixture.h"
#include "rows.h"

#define SECOND "another passphrase"

static const VaultKdf cheap = { 1, 8192 };

static gboolean
move (Library *f, gboolean leave_behind, guint *ret_left, GError **error)
{
  g_autofree char *folder = g_build_filename (f->folder, "new", NULL);
  g_auto (ScanRekeyResult) result = { 0 };
  char sheet[VAULT_SHEET_SIZE];
  gboolean done = scan_library_rekey (f->library, folder, SECOND, strlen (SECOND), &cheap,
                                      leave_behind, NULL, NULL, NULL, sheet, &result, error);

  *ret_left = done ? result.left->len : 0;
  g_assert_true (g_file_test (folder, G_FILE_TEST_EXISTS) == done);
  return done;
}

static Vault *
open_new (Library *f)
{
  g_autofree char *folder = g_build_filename (f->folder, "new", NULL);
  Vault *vault;

  g_assert_cmpint (vault_open (folder, SECOND, strlen (SECOND), &vault, NULL), ==, VAULT_OK);
  return vault;
}

static void
set_field (Library *f, const void *entity, gsize n, guint16 field, const void *value, gsize size)
{
  VaultTxn *txn;

  g_assert_cmpint (vault_txn_begin (scan_library_vault (f->library), &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, entity, n, field, value, size), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
}

/* An original that no row leads to has to be listed first. */
static void
test_unlisted (Library *f, gconstpointer unused)
{
  const Vault *vault;
  const VaultEntry *entry = NULL;
  g_autoptr (GError) error = NULL;
  guint left;

  library_add_series (f, "study", "series", 3);
  vault = scan_library_vault (f->library);
  for (gsize i = 0; i < vault_entry_count (vault); i++)
    if (vault_entry_at (vault, i)->role == VAULT_ROLE_ORIGINAL)
      entry = vault_entry_at (vault, i);
  set_field (f, entry->id, VAULT_ID_SIZE, SCAN_FIELD_INSTANCE, "", 0);
  library_reopen (f);
  g_assert_false (move (f, FALSE, &left, &error));
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_true (move (f, TRUE, &left, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (left, ==, 1);
}

/* Rows of a later version go along as they are, since nobody here can tell what they mean. */
static void
test_rows_of_another_version (Library *f, gconstpointer unused)
{
  static const guint16 fields[] = { SCAN_FIELD_STUDY, SCAN_FIELD_SERIES, SCAN_FIELD_SHARE, 900 };
  guint8 entity[20] = "an entity of its own", value[] = { 200, 1, 2, 3 };
  Vault *vault;
  GError *error = NULL;
  guint left;

  library_add_series (f, "study", "series", 3);
  set_field (f, entity, SCAN_KEY_SIZE, SCAN_FIELD_SHARE, value, sizeof value);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    set_field (f, entity, sizeof entity, fields[i], value, sizeof value);
  g_assert_true (move (f, FALSE, &left, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (left, ==, 0);
  vault = open_new (f);
  for (guint i = 0; i <= G_N_ELEMENTS (fields); i++)
    {
      const void *found;
      gsize n;

      if (i < G_N_ELEMENTS (fields))
        g_assert_cmpint (vault_get (vault, entity, sizeof entity, fields[i], &found, &n), ==,
                         VAULT_OK);
      else
        g_assert_cmpint (vault_get (vault, entity, SCAN_KEY_SIZE, SCAN_FIELD_SHARE, &found, &n), ==,
                         VAULT_OK);
      g_assert_cmpmem (found, n, value, sizeof value);
    }
  vault_close (vault);
}

static void
put_le64 (guint8 *at, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (at, &value, sizeof value);
}

/* What another computer threw away without having seen all of it is listed, also after the move. */
static void
test_trash_that_does_not_count (Library *f, gconstpointer unused)
{
  static const char *const studies[] = { "kept", "thrown" };
  g_autofree char *folder = g_build_filename (f->folder, "new", NULL);
  GError *error = NULL;
  guint left;

  for (guint i = 0; i < G_N_ELEMENTS (studies); i++)
    {
      guint8 seen[SCAN_SEEN_SIZE], entity[VAULT_ID_SIZE];
      ScanTrashRow row = { 1700000000, 1, seen };
      g_autoptr (GByteArray) value = NULL;
      ScanItem item;

      library_add_series (f, studies[i], "series", 3);
      put_le64 (seen, vault_writer (scan_library_vault (f->library)));
      put_le64 (seen + 8, i == 0 ? 0 : 1000);
      value = scan_row_from_trash (&row);
      item = library_study (f, studies[i]);
      g_assert_cmpuint (scan_item_entity (&item, entity), ==, SCAN_KEY_SIZE);
      set_field (f, entity, SCAN_KEY_SIZE, SCAN_FIELD_TRASH, value->data, value->len);
    }
  library_reopen (f);
  for (guint round = 0; round < 2; round++)
    {
      g_assert_cmpuint (library_totals (f).studies, ==, 1);
      g_assert_cmpuint (scan_catalog_trash (scan_library_catalog (f->library))->len, ==, 1);
      if (round == 1)
        break;
      g_assert_true (move (f, FALSE, &left, &error));
      g_assert_no_error (error);
      scan_library_close (f->library);
      f->library = scan_library_open (folder, SECOND, strlen (SECOND), &error);
      g_assert_no_error (error);
    }
}

typedef struct
{
  Library *f;
  gboolean done;
} Meanwhile;

static void
change_once (const ScanProgress *progress, gpointer user_data)
{
  Meanwhile *meanwhile = user_data;

  if (!meanwhile->done)
    set_field (meanwhile->f, "entity", 6, 900, "value", 5);
  meanwhile->done = TRUE;
}

static void
test_changed_meanwhile (Library *f, gconstpointer unused)
{
  g_autofree char *folder = g_build_filename (f->folder, "new", NULL);
  Meanwhile meanwhile = { f, FALSE };
  g_auto (ScanRekeyResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  char sheet[VAULT_SHEET_SIZE];

  library_add_series (f, "study", "series", 3);
  g_assert_false (scan_library_rekey (f->library, folder, SECOND, strlen (SECOND), &cheap, TRUE,
                                      change_once, &meanwhile, NULL, sheet, &result, &error));
  g_assert_true (meanwhile.done);
  g_assert_error (error, SCAN_ERROR, SCAN_ERROR_ARRIVING);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_LIBRARY ("/rekey/unlisted", test_unlisted);
  ADD_LIBRARY ("/rekey/rows-of-another-version", test_rows_of_another_version);
  ADD_LIBRARY ("/rekey/changed-meanwhile", test_changed_meanwhile);
  ADD_LIBRARY ("/rekey/trash-that-does-not-count", test_trash_that_does_not_count);
  return g_test_run ();
}
