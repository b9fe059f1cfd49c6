/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is put into the trash is hidden and whole; what is purged is gone from catalog, journal and
 * disk; nothing else is touched. */
#include <string.h>

#include "adopt.h"
#include "library_fixture.h"

#define DAY ((gint64) 24 * 60 * 60)

static void
fill (Library *f)
{
  library_add_series (f, "one", "a", 3);
  library_add_series (f, "one", "b", 2);
  library_add_document (f, "one", "letter.pdf");
  library_add_series (f, "two", "a", 4);
  library_add_document (f, NULL, "loose.pdf");
}

static void
assert_totals (Library *f, guint studies, guint series, guint instances, guint documents)
{
  ScanTotals totals = library_totals (f);

  g_assert_cmpuint (totals.studies, ==, studies);
  g_assert_cmpuint (totals.series, ==, series);
  g_assert_cmpuint (totals.instances, ==, instances);
  g_assert_cmpuint (totals.documents, ==, documents);
}

static void
put (Library *f, ScanItem item)
{
  GError *error = NULL;

  g_assert_true (scan_library_trash (f->library, &item, 1, NULL, &error));
  g_assert_no_error (error);
}

static void
restore (Library *f, ScanItem item)
{
  GError *error = NULL;

  g_assert_true (scan_library_restore (f->library, &item, 1, NULL, &error));
  g_assert_no_error (error);
}

static void
purge (Library *f, ScanItem item, ScanTrashResult *ret_result)
{
  GError *error = NULL;

  g_assert_true (
      scan_library_purge (f->library, &item, 1, FALSE, NULL, NULL, NULL, ret_result, &error));
  g_assert_no_error (error);
  g_assert_no_error (ret_result->unfinished);
}

static void
test_study (Library *f, gconstpointer data)
{
  ScanItem item;
  ScanStudy *study;
  ScanTrashResult result = { 0 };
  GError *error = NULL;
  ScanItem found;

  fill (f);
  assert_totals (f, 2, 3, 9, 2);
  item = library_study (f, "one");
  study = item.study;
  g_assert_true (scan_library_trash (f->library, &item, 1, &result, &error));
  g_assert_cmpuint (result.items, ==, 1);
  g_assert_cmpuint (result.bytes, >=, 5 * 1000 + 700);
  assert_totals (f, 1, 1, 4, 1);
  g_assert_false (scan_catalog_find (scan_library_catalog (f->library), study->id, &found, &error));
  g_clear_error (&error);
  g_assert_true (scan_catalog_find_anywhere (
      scan_library_catalog (f->library), study->series->len > 0 ? study->id : "", &found, &error));
  g_assert_true (found.study == study);
  g_assert_cmpuint (study->series->len, ==, 2);
  g_assert_cmpuint (scan_catalog_trash (scan_library_catalog (f->library))->len, ==, 1);

  /* Once more does nothing. */
  g_assert_true (scan_library_trash (f->library, &item, 1, &result, &error));
  g_assert_cmpuint (result.items, ==, 0);

  restore (f, item);
  assert_totals (f, 2, 3, 9, 2);
  g_assert_true (library_study (f, "one").study == study);
  g_assert_cmpuint (scan_catalog_trash (scan_library_catalog (f->library))->len, ==, 0);
}

static void
test_reopened (Library *f, gconstpointer data)
{
  GPtrArray *trash;
  ScanItem item;
  gint64 before = g_get_real_time () / G_USEC_PER_SEC;

  fill (f);
  put (f, library_series (f, "one", "b"));
  item = library_series (f, "two", "a");
  put (f, (ScanItem){ .kind = SCAN_ITEM_INSTANCE,
                      .instance = g_ptr_array_index (item.series->instances, 1) });
  put (f, library_document (f, "letter.pdf"));
  put (f, library_document (f, "loose.pdf"));
  assert_totals (f, 2, 2, 6, 0);
  library_reopen (f);
  assert_totals (f, 2, 2, 6, 0);
  trash = scan_catalog_trash (scan_library_catalog (f->library));
  g_assert_cmpuint (trash->len, ==, 4);
  for (guint i = 0; i < trash->len; i++)
    {
      const ScanTrashed *trashed = g_ptr_array_index (trash, i);

      g_assert_cmpint (trashed->date, >=, before);
      g_assert_cmpint (trashed->date, <=, g_get_real_time () / G_USEC_PER_SEC);
    }
  while (trash->len > 0)
    restore (f, ((ScanTrashed *) g_ptr_array_index (trash, 0))->item);
  assert_totals (f, 2, 3, 9, 2);
  item = library_series (f, "two", "a");
  for (guint i = 0; i < item.series->instances->len; i++)
    g_assert_cmpint (((ScanInstance *) g_ptr_array_index (item.series->instances, i))->number, ==,
                     (gint) i);
  library_reopen (f);
  assert_totals (f, 2, 3, 9, 2);
}

/* A series that lies in the trash inside a study that does: each comes back on its own, and the
 * series brings its study along. */
static void
test_nested (Library *f, gconstpointer data)
{
  fill (f);
  put (f, library_series (f, "one", "a"));
  put (f, library_study (f, "one"));
  assert_totals (f, 1, 1, 4, 1);
  library_reopen (f);
  assert_totals (f, 1, 1, 4, 1);
  restore (f, library_study (f, "one"));
  assert_totals (f, 2, 2, 6, 2);
  put (f, library_study (f, "one"));
  library_reopen (f);
  restore (f, library_series (f, "one", "a"));
  assert_totals (f, 2, 3, 9, 2);
  library_reopen (f);
  assert_totals (f, 2, 3, 9, 2);
}

static void
test_expired (Library *f, gconstpointer data)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GArray) early = NULL, late = NULL;

  fill (f);
  put (f, library_study (f, "two"));
  early = scan_library_trash_expired (f->library, now + 29 * DAY);
  g_assert_cmpuint (early->len, ==, 0);
  late = scan_library_trash_expired (f->library, now + 30 * DAY + 60);
  g_assert_cmpuint (late->len, ==, 1);
  g_assert_true (g_array_index (late, ScanItem, 0).study == library_study (f, "two").study);
}

typedef struct
{
  const char *text;
  guint hits;
} Needle;

static bool
look_for (const void *entity, size_t entity_len, uint16_t field, const void *value,
          size_t value_len, uint64_t clock_ms, void *data)
{
  Needle *needle = data;

  needle->hits += memmem (value, value_len, needle->text, strlen (needle->text)) != NULL;
  return true;
}

static guint
rows_with (Library *f, const char *text)
{
  Needle needle = { text, 0 };

  vault_fold (scan_library_vault (f->library), look_for, &needle);
  return needle.hits;
}

static void
test_purge_study (Library *f, gconstpointer data)
{
  g_auto (ScanTrashResult) result = { 0 };
  guint64 stored;
  ScanItem item;

  fill (f);
  put (f, library_series (f, "one", "b"));
  put (f, library_study (f, "one"));
  stored = vault_stored_bytes (scan_library_vault (f->library));
  item = library_study (f, "one");
  purge (f, item, &result);
  g_assert_cmpuint (result.items, ==, 1);
  g_assert_cmpuint (result.bytes, >=, 5 * 1000 + 700);
  g_assert_cmpuint (result.freed, >, 0);
  g_assert_nonnull (result.waiting_for);
  g_assert_null (result.waiting_for[0]);
  assert_totals (f, 1, 1, 4, 1);
  g_assert_cmpuint (scan_catalog_trash (scan_library_catalog (f->library))->len, ==, 0);
  g_assert_cmpuint (vault_stored_bytes (scan_library_vault (f->library)), <, stored);
  /* Pointers stay good until the library is closed. */
  g_assert_cmpstr (item.study->uid, ==, "one");
  library_reopen (f);
  assert_totals (f, 1, 1, 4, 1);
  g_assert_cmpuint (library_members (f, VAULT_ROLE_ORIGINAL), ==, 5);
  g_assert_cmpuint (library_members (f, VAULT_ROLE_THUMBNAIL), ==, 1);
  g_assert_cmpuint (rows_with (f, "one"), ==, 0);
  g_assert_cmpuint (rows_with (f, "letter.pdf"), ==, 0);
  g_assert_cmpuint (rows_with (f, "loose.pdf"), ==, 1);
  g_assert_cmpuint (scan_library_unlisted (f->library), ==, 0);
  g_assert_cmpuint (scan_library_damage (f->library), ==, 0);
}

/* One picture: the bundle is written anew without it, series and study stay; with the last picture
 * they go. */
static void
test_purge_instance (Library *f, gconstpointer data)
{
  g_auto (ScanTrashResult) result = { 0 };
  ScanItem series;
  guint left = 4;

  fill (f);
  while (left > 0)
    {
      ScanItem item = { .kind = SCAN_ITEM_INSTANCE };
      guint8 member[VAULT_ID_SIZE];

      series = library_series (f, "two", "a");
      item.instance = g_ptr_array_index (series.series->instances, left / 2);
      memcpy (member, item.instance->member, sizeof member);
      scan_trash_result_clear (&result);
      purge (f, item, &result);
      left--;
      assert_totals (f, left > 0 ? 2 : 1, left > 0 ? 3 : 2, 5 + left, 2);
      g_assert_null (vault_entry_find (scan_library_vault (f->library), member));
      g_assert_cmpuint (library_members (f, VAULT_ROLE_THUMBNAIL), ==, 2);
      library_reopen (f);
      assert_totals (f, left > 0 ? 2 : 1, left > 0 ? 3 : 2, 5 + left, 2);
    }
  g_assert_cmpuint (rows_with (f, "two"), ==, 0);
  g_assert_cmpuint (library_members (f, VAULT_ROLE_ORIGINAL), ==, 7);
}

static void
read_leaf (const ScanItem *item, gpointer user_data)
{
  Library *f = user_data;
  VaultMember *member;
  guint8 byte;

  if (item->kind != SCAN_ITEM_INSTANCE)
    return;
  g_assert_cmpint (
      vault_member_open (scan_library_vault (f->library), item->instance->member, &member, NULL),
      ==, VAULT_OK);
  g_assert_cmpint (vault_member_pread (member, vault_member_size (member) - 1, &byte, 1, NULL), ==,
                   VAULT_OK);
  vault_member_close (member);
}

/* Neighbours in one bundle are whole after it was written anew. */
static void
test_purge_keeps_the_rest (Library *f, gconstpointer data)
{
  g_auto (ScanTrashResult) result = { 0 };
  ScanItem series;

  fill (f);
  series = library_series (f, "one", "a");
  purge (f,
         (ScanItem){ .kind = SCAN_ITEM_INSTANCE,
                     .instance = g_ptr_array_index (series.series->instances, 0) },
         &result);
  scan_catalog_visit (scan_library_catalog (f->library), read_leaf, f);
  library_reopen (f);
  scan_catalog_visit (scan_library_catalog (f->library), read_leaf, f);
  assert_totals (f, 2, 3, 8, 2);
}

/* What was purged may come again. */
static void
test_purged_and_added (Library *f, gconstpointer data)
{
  g_auto (ScanTrashResult) result = { 0 };

  fill (f);
  put (f, library_study (f, "two"));
  purge (f, library_study (f, "two"), &result);
  library_add_series (f, "two", "a", 4);
  assert_totals (f, 2, 3, 9, 2);
  g_assert_cmpuint (scan_catalog_trash (scan_library_catalog (f->library))->len, ==, 0);
}

/* A row that another computer set after the deletion leads nowhere. */
static void
test_row_without_member (Library *f, gconstpointer data)
{
  g_auto (ScanTrashResult) result = { 0 };
  g_autofree guint8 *row = NULL;
  const void *value;
  gsize n;
  guint8 member[VAULT_ID_SIZE];
  ScanItem series;
  VaultTxn *txn;
  Vault *vault;

  fill (f);
  series = library_series (f, "one", "a");
  memcpy (member, ((ScanInstance *) g_ptr_array_index (series.series->instances, 0))->member,
          sizeof member);
  vault = scan_library_vault (f->library);
  g_assert_cmpint (vault_get (vault, member, sizeof member, SCAN_FIELD_INSTANCE, &value, &n), ==,
                   VAULT_OK);
  row = g_memdup2 (value, n);
  purge (f,
         (ScanItem){ .kind = SCAN_ITEM_INSTANCE,
                     .instance = g_ptr_array_index (series.series->instances, 0) },
         &result);
  g_assert_cmpint (vault_txn_begin (vault, &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, member, sizeof member, SCAN_FIELD_INSTANCE, row, n), ==,
                   VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  library_reopen (f);
  assert_totals (f, 2, 3, 8, 2);
}

static void
test_unlisted (Library *f, gconstpointer data)
{
  guint8 key[32];
  ScanItem item;
  gsize n;
  VaultTxn *txn;

  fill (f);
  g_assert_cmpuint (scan_library_unlisted (f->library), ==, 0);
  put (f, library_study (f, "two"));
  g_assert_cmpuint (scan_library_unlisted (f->library), ==, 0);
  item = library_series (f, "one", "a");
  n = scan_item_entity (&item, key);
  g_assert_cmpint (vault_txn_begin (scan_library_vault (f->library), &txn), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_set (txn, key, n, SCAN_FIELD_SERIES, NULL, 0), ==, VAULT_OK);
  g_assert_cmpint (vault_txn_commit (txn, NULL, NULL, NULL), ==, VAULT_OK);
  library_reopen (f);
  g_assert_cmpuint (scan_library_unlisted (f->library), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_LIBRARY ("/trash/study", test_study);
  ADD_LIBRARY ("/trash/reopened", test_reopened);
  ADD_LIBRARY ("/trash/nested", test_nested);
  ADD_LIBRARY ("/trash/expired", test_expired);
  ADD_LIBRARY ("/purge/study", test_purge_study);
  ADD_LIBRARY ("/purge/instance", test_purge_instance);
  ADD_LIBRARY ("/purge/keeps-the-rest", test_purge_keeps_the_rest);
  ADD_LIBRARY ("/purge/added-again", test_purged_and_added);
  ADD_LIBRARY ("/purge/row-without-member", test_row_without_member);
  ADD_LIBRARY ("/adopt/unlisted", test_unlisted);
  return g_test_run ();
}
