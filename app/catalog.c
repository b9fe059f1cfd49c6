/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_tree.h"

#include <string.h>

guint
scan_key_hash (gconstpointer key)
{
  guint value;

  memcpy (&value, key, sizeof value);
  return value;
}

gboolean
scan_key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, SCAN_KEY_SIZE) == 0;
}

static void
study_free (gpointer data)
{
  ScanStudy *study = data;

  g_free (study->title);
  g_ptr_array_unref (study->series);
  g_ptr_array_unref (study->documents);
  g_free (study);
}

static void
series_free (gpointer data)
{
  ScanSeries *series = data;

  g_ptr_array_unref (series->instances);
  g_free (series);
}

ScanCatalog *
scan_catalog_new (void)
{
  ScanCatalog *catalog = g_new0 (ScanCatalog, 1);

  catalog->studies_by_key = g_hash_table_new_full (scan_key_hash, scan_key_equal, NULL, study_free);
  catalog->series_by_key = g_hash_table_new_full (scan_key_hash, scan_key_equal, NULL, series_free);
  catalog->studies = g_ptr_array_new ();
  catalog->documents = g_ptr_array_new_with_free_func (g_free);
  catalog->loose_documents = g_ptr_array_new ();
  catalog->slabs = g_ptr_array_new_with_free_func (g_free);
  catalog->slab_used = SCAN_CATALOG_SLAB;
  catalog->kept = g_string_chunk_new (4096);
  catalog->waiting_series = g_ptr_array_new_with_free_func (g_free);
  catalog->waiting_instances = g_array_new (FALSE, FALSE, sizeof (ScanPending));
  catalog->waiting_documents = g_ptr_array_new_with_free_func (g_free);
  catalog->marks = g_hash_table_new_full (scan_key_hash, scan_key_equal, NULL, g_free);
  catalog->trash = g_ptr_array_new ();
  catalog->gone_studies = g_ptr_array_new_with_free_func (study_free);
  catalog->gone_series = g_ptr_array_new_with_free_func (series_free);
  scan_catalog_annotations_init (catalog);
  return catalog;
}

void
scan_catalog_free (ScanCatalog *catalog)
{
  if (catalog == NULL)
    return;
  g_hash_table_unref (catalog->studies_by_key);
  g_hash_table_unref (catalog->series_by_key);
  g_ptr_array_unref (catalog->studies);
  g_ptr_array_unref (catalog->documents);
  g_ptr_array_unref (catalog->loose_documents);
  g_ptr_array_unref (catalog->slabs);
  g_string_chunk_free (catalog->kept);
  g_ptr_array_unref (catalog->waiting_series);
  g_array_unref (catalog->waiting_instances);
  g_ptr_array_unref (catalog->waiting_documents);
  g_hash_table_unref (catalog->marks);
  g_ptr_array_unref (catalog->trash);
  g_ptr_array_unref (catalog->gone_studies);
  g_ptr_array_unref (catalog->gone_series);
  g_hash_table_unref (catalog->annotations);
  g_hash_table_unref (catalog->shared);
  g_free (catalog);
}

void
scan_key_to_id (const guint8 key[SCAN_KEY_SIZE], char ret_id[SCAN_ID_LENGTH + 1])
{
  static const char digits[] = "0123456789abcdef";

  for (guint i = 0; i < SCAN_KEY_SIZE; i++)
    {
      ret_id[2 * i] = digits[key[i] >> 4];
      ret_id[2 * i + 1] = digits[key[i] & 15];
    }
  ret_id[SCAN_ID_LENGTH] = '\0';
}

gboolean
scan_key_from_id (const char *id, guint8 ret_key[SCAN_KEY_SIZE])
{
  guint8 key[SCAN_KEY_SIZE];

  if (strlen (id) != SCAN_ID_LENGTH)
    return FALSE;
  for (guint i = 0; i < SCAN_KEY_SIZE; i++)
    {
      gint high = g_ascii_xdigit_value (id[2 * i]), low = g_ascii_xdigit_value (id[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      key[i] = (guint8) (high << 4 | low);
    }
  memcpy (ret_key, key, sizeof key);
  return TRUE;
}

static bool
load_field (const void *entity, size_t entity_len, uint16_t field, const void *value,
            size_t value_len, uint64_t clock_ms, void *data)
{
  ScanCatalog *catalog = data;

  catalog->clock_ms = clock_ms;
  scan_catalog_add_field (catalog, entity, entity_len, field, value, value_len);
  return true;
}

/* Whether some row may lead to no member, because it was deleted: then each is looked up. In a
 * vault where nothing was, the numbers are the same, and the looking up is saved. */
static gboolean
has_stray_rows (const ScanCatalog *catalog, const Vault *vault)
{
  gsize n = vault_entry_count (vault), originals = 0;

  for (gsize i = 0; i < n; i++)
    {
      const VaultEntry *entry = vault_entry_at (vault, i);

      if (entry->deleted)
        return TRUE;
      originals += entry->role == VAULT_ROLE_ORIGINAL;
    }
  return originals != (gsize) catalog->waiting_instances->len + catalog->waiting_documents->len;
}

void
scan_catalog_load (ScanCatalog *catalog, const Vault *vault)
{
  vault_fold (vault, load_field, catalog);
  catalog->clock_ms = 0;
  catalog->vault = vault;
  catalog->stray_rows = has_stray_rows (catalog, vault);
  scan_catalog_settle (catalog);
  scan_catalog_set_stored_bytes (catalog, vault_stored_bytes (vault));
}

const guint8 *
scan_catalog_keep (ScanCatalog *catalog, const guint8 *entity, gsize size)
{
  return (const guint8 *) g_string_chunk_insert_len (catalog->kept, (const char *) entity,
                                                     (gssize) size);
}

void
scan_catalog_set_stored_bytes (ScanCatalog *catalog, guint64 bytes)
{
  catalog->bytes_stored = bytes;
}

ScanStudy *
scan_catalog_study_by_key (ScanCatalog *catalog, const guint8 key[SCAN_KEY_SIZE])
{
  return g_hash_table_lookup (catalog->studies_by_key, key);
}

ScanSeries *
scan_catalog_series_by_key (ScanCatalog *catalog, const guint8 key[SCAN_KEY_SIZE])
{
  return g_hash_table_lookup (catalog->series_by_key, key);
}

GPtrArray *
scan_catalog_studies (ScanCatalog *catalog)
{
  return catalog->studies;
}

GPtrArray *
scan_catalog_documents (ScanCatalog *catalog)
{
  return catalog->loose_documents;
}

static void
count_leaf (const ScanItem *item, gpointer user_data)
{
  ScanTotals *totals = user_data;

  switch (item->kind)
    {
    case SCAN_ITEM_STUDY:
      totals->studies++;
      break;
    case SCAN_ITEM_SERIES:
      totals->series++;
      break;
    case SCAN_ITEM_INSTANCE:
      totals->instances++;
      totals->bytes_original += item->instance->bytes;
      break;
    case SCAN_ITEM_DOCUMENT:
      totals->documents++;
      totals->bytes_original += item->document->bytes;
      break;
    }
}

void
scan_catalog_totals (ScanCatalog *catalog, ScanTotals *ret_totals)
{
  ScanTotals totals = { .bytes_stored = catalog->bytes_stored };

  scan_catalog_visit (catalog, count_leaf, &totals);
  *ret_totals = totals;
}
