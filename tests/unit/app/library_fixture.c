/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "library_fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define PASS "a passphrase"

static const VaultKdf cheap = { 1, 8192 };

static void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        remove_tree (inner);
      else
        g_unlink (inner);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_rmdir (path);
}

void
library_setup (Library *f, gconstpointer data)
{
  g_autofree char *state = NULL;
  GError *error = NULL;

  f->folder = g_dir_make_tmp ("scanvault-library-XXXXXX", NULL);
  state = g_build_filename (f->folder, "state", NULL);
  g_mkdir (state, 0700);
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", state, TRUE);
  f->dir = g_build_filename (f->folder, "v", NULL);
  f->library = scan_library_create (f->dir, PASS, strlen (PASS), &cheap, NULL, &error);
  g_assert_no_error (error);
}

void
library_teardown (Library *f, gconstpointer data)
{
  scan_library_close (f->library);
  remove_tree (f->folder);
  g_free (f->folder);
  g_free (f->dir);
}

void
library_reopen (Library *f)
{
  GError *error = NULL;

  scan_library_close (f->library);
  f->library = scan_library_open (f->dir, PASS, strlen (PASS), &error);
  g_assert_no_error (error);
}

static void
key_of (Library *f, const char *study, const char *series, guint8 ret_key[SCAN_KEY_SIZE])
{
  g_autofree char *text = g_strdup_printf ("%s/%s", study, series != NULL ? series : "");
  guint8 id[VAULT_ID_SIZE];

  vault_hash (scan_library_vault (f->library), text, strlen (text), id);
  memcpy (ret_key, id, SCAN_KEY_SIZE);
}

static void
append (Library *f, VaultBundle *bundle, VaultRole role, const char *name, const GByteArray *bytes,
        guint8 ret_id[VAULT_ID_SIZE])
{
  VaultMemberInfo info = { .role = role,
                           .codec = VAULT_CODEC_ZSTD,
                           .size = bytes->len,
                           .name = name,
                           .name_len = strlen (name) };
  VaultEncoded *encoded;

  vault_hash (scan_library_vault (f->library), bytes->data, bytes->len, info.id);
  g_assert_cmpint (vault_encode (bytes->data, bytes->len, &info, &encoded), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_append (bundle, &info, encoded, NULL), ==, VAULT_OK);
  vault_encoded_free (encoded);
  memcpy (ret_id, info.id, VAULT_ID_SIZE);
}

/* Bytes that name themselves, so that no two members are alike. */
static GByteArray *
bytes_of (const char *text, guint size)
{
  GByteArray *bytes = g_byte_array_new ();

  while (bytes->len < size)
    g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
  return bytes;
}

/* Takes value. */
static void
set (VaultTxn *txn, const guint8 *entity, gsize n, ScanField field, GByteArray *value)
{
  g_assert_cmpint (vault_txn_set (txn, entity, n, (guint16) field, value->data, value->len), ==,
                   VAULT_OK);
  g_byte_array_unref (value);
}

static void
begin (Library *f, VaultTxn **ret_txn, VaultBundle **ret_bundle)
{
  Vault *vault = scan_library_vault (f->library);

  g_assert_cmpint (vault_txn_begin (vault, ret_txn), ==, VAULT_OK);
  g_assert_cmpint (vault_bundle_begin (vault, ret_bundle, NULL), ==, VAULT_OK);
}

static void
commit (Library *f, VaultTxn *txn, VaultBundle *bundle)
{
  g_assert_cmpint (vault_bundle_finish (bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_add_bundle (txn, bundle, NULL), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  library_reopen (f);
}

static void
set_study (Library *f, VaultTxn *txn, const char *study)
{
  const ScanStudyRow row = { .uid = study,
                             .patient_name = "Quillfeather^Ottoline",
                             .date = "20240303",
                             .institution = "St. Wilgefortis" };
  guint8 key[SCAN_KEY_SIZE];

  key_of (f, study, NULL, key);
  set (txn, key, sizeof key, SCAN_FIELD_STUDY, scan_row_from_study (&row));
}

void
library_add_series (Library *f, const char *study, const char *series, guint n)
{
  ScanSeriesRow row = { .number = 1, .uid = series, .modality = "CT" };
  g_autofree char *thumb_text = g_strdup_printf ("thumbnail of %s in %s", series, study);
  g_autoptr (GByteArray) thumb_bytes = bytes_of (thumb_text, 500);
  VaultTxn *txn;
  VaultBundle *bundle;
  guint8 key[SCAN_KEY_SIZE], id[VAULT_ID_SIZE];

  key_of (f, study, series, key);
  key_of (f, study, NULL, row.study);
  begin (f, &txn, &bundle);
  set_study (f, txn, study);
  set (txn, key, sizeof key, SCAN_FIELD_SERIES, scan_row_from_series (&row));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%s/%u", study, series, i);
      g_autoptr (GByteArray) bytes = bytes_of (name, 1000);
      ScanInstanceRow instance = { .rows = 8,
                                   .columns = 8,
                                   .frames = 1,
                                   .number = (gint32) i,
                                   .bytes = bytes->len,
                                   .position = i,
                                   .uid = name };

      memcpy (instance.series, key, sizeof key);
      append (f, bundle, VAULT_ROLE_ORIGINAL, name, bytes, id);
      set (txn, id, sizeof id, SCAN_FIELD_INSTANCE, scan_row_from_instance (&instance));
    }
  append (f, bundle, VAULT_ROLE_THUMBNAIL, "", thumb_bytes, id);
  set (txn, key, sizeof key, SCAN_FIELD_THUMBNAIL,
       g_byte_array_append (g_byte_array_new (), id, sizeof id));
  commit (f, txn, bundle);
}

void
library_add_document (Library *f, const char *study, const char *name)
{
  g_autoptr (GByteArray) bytes = bytes_of (name, 700);
  ScanDocumentRow row = { .bytes = bytes->len, .type = "pdf", .name = name };
  VaultTxn *txn;
  VaultBundle *bundle;
  guint8 id[VAULT_ID_SIZE];

  begin (f, &txn, &bundle);
  if (study != NULL)
    {
      key_of (f, study, NULL, row.study);
      set_study (f, txn, study);
    }
  append (f, bundle, VAULT_ROLE_ORIGINAL, name, bytes, id);
  set (txn, id, sizeof id, SCAN_FIELD_DOCUMENT, scan_row_from_document (&row));
  commit (f, txn, bundle);
}

static ScanItem
find_key (Library *f, const guint8 key[SCAN_KEY_SIZE])
{
  ScanItem item;
  char id[SCAN_ID_LENGTH + 1];
  GError *error = NULL;

  scan_key_to_id (key, id);
  scan_catalog_find_anywhere (scan_library_catalog (f->library), id, &item, &error);
  g_assert_no_error (error);
  return item;
}

ScanItem
library_study (Library *f, const char *study)
{
  return library_series (f, study, NULL);
}

ScanItem
library_series (Library *f, const char *study, const char *series)
{
  guint8 key[SCAN_KEY_SIZE];

  key_of (f, study, series, key);
  return find_key (f, key);
}

ScanItem
library_document (Library *f, const char *name)
{
  g_autoptr (GByteArray) bytes = bytes_of (name, 700);
  guint8 id[VAULT_ID_SIZE];

  vault_hash (scan_library_vault (f->library), bytes->data, bytes->len, id);
  return find_key (f, id);
}

guint
library_members (Library *f, VaultRole role)
{
  const Vault *vault = scan_library_vault (f->library);
  guint n = 0;

  for (gsize i = 0; i < vault_entry_count (vault); i++)
    n += vault_entry_at (vault, i)->role == role && !vault_entry_at (vault, i)->deleted;
  return n;
}

ScanTotals
library_totals (Library *f)
{
  ScanTotals totals;

  scan_catalog_totals (scan_library_catalog (f->library), &totals);
  return totals;
}
