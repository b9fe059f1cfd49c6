/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bundles and rows of one batch. */
#include <string.h>

#include "error.h"
#include "import_private.h"

static void
packed_free (gpointer data)
{
  ScanPacked *packed = data;

  vault_bundle_discard (packed->bundle);
  g_ptr_array_unref (packed->files);
  g_free (packed);
}

static void
row_free (gpointer data)
{
  ScanRow *row = data;

  g_clear_pointer (&row->value, g_byte_array_unref);
  g_free (row);
}

void
scan_new_instance_free (gpointer data)
{
  ScanNewInstance *instance = data;

  g_free (instance->uid);
  g_free (instance);
}

ScanBatch *
scan_batch_new (ScanImport *import)
{
  ScanBatch *batch = g_new0 (ScanBatch, 1);

  batch->number = ++import->n_batches;
  batch->open =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  batch->finished = g_ptr_array_new_with_free_func (packed_free);
  batch->rows = g_ptr_array_new_with_free_func (row_free);
  batch->keeps = g_ptr_array_new_with_free_func (g_free);
  batch->covered = g_ptr_array_new ();
  batch->instances = g_ptr_array_new_with_free_func (scan_new_instance_free);
  return batch;
}

void
scan_batch_free (ScanBatch *batch)
{
  g_hash_table_unref (batch->open);
  g_ptr_array_unref (batch->finished);
  g_ptr_array_unref (batch->rows);
  g_ptr_array_unref (batch->keeps);
  g_ptr_array_unref (batch->covered);
  g_ptr_array_unref (batch->instances);
  g_free (batch);
}

void
scan_batch_add_row (ScanBatch *batch, const guint8 *entity, guint entity_len, ScanField field,
                    GByteArray *value)
{
  ScanRow *row = g_new0 (ScanRow, 1);

  memcpy (row->entity, entity, entity_len);
  row->entity_len = entity_len;
  row->field = (guint16) field;
  row->value = value;
  g_ptr_array_add (batch->rows, row);
}

void
scan_batch_keep (ScanBatch *batch, const guint8 member[VAULT_ID_SIZE])
{
  g_ptr_array_add (batch->keeps, g_memdup2 (member, VAULT_ID_SIZE));
}

static ScanPacked *
packed_new (ScanBatch *batch, VaultBundle *bundle)
{
  ScanPacked *packed = g_new0 (ScanPacked, 1);

  packed->bundle = bundle;
  packed->files = g_ptr_array_new ();
  packed->batch = batch;
  return packed;
}

/* The open bundle of a study that was used last; a new one if there is none, or all are in other
 * hands: sealing is costly enough that workers would queue for one. */
static ScanPacked *
take_open (ScanImport *import, ScanBatch *batch, const char *study, GError **error)
{
  ScanPacked *packed = NULL;
  VaultFault fault = { 0 };
  VaultBundle *bundle;
  VaultError result;
  GPtrArray *idle;

  g_mutex_lock (&import->lock);
  idle = g_hash_table_lookup (batch->open, study);
  if (idle != NULL && idle->len > 0)
    packed = g_ptr_array_steal_index (idle, idle->len - 1);
  else
    batch->n_open++;
  g_mutex_unlock (&import->lock);
  if (packed != NULL)
    return packed;

  result = vault_bundle_begin (import->vault, &bundle, &fault);
  if (result == VAULT_OK)
    return packed_new (batch, bundle);
  scan_error_set_vault (error, result, &fault);
  return NULL;
}

static void
give_back (ScanImport *import, ScanPacked *packed, const char *study)
{
  GPtrArray *idle;

  g_mutex_lock (&import->lock);
  idle = g_hash_table_lookup (packed->batch->open, study);
  if (idle == NULL)
    {
      idle = g_ptr_array_new_with_free_func (packed_free);
      g_hash_table_insert (packed->batch->open, g_strdup (study), idle);
    }
  g_ptr_array_add (idle, packed);
  g_mutex_unlock (&import->lock);
}

gboolean
scan_import_pack (ScanImport *import, ScanBatch *batch, const guint8 study[SCAN_KEY_SIZE],
                  ScanFound *found, const VaultMemberInfo *info, const VaultEncoded *encoded,
                  GError **error)
{
  VaultFault fault = { 0 };
  ScanPacked *packed;
  char id[SCAN_ID_LENGTH + 1];
  VaultError result;

  scan_key_to_id (study, id);
  packed = take_open (import, batch, id, error);
  if (packed == NULL)
    return FALSE;
  result = vault_bundle_append (packed->bundle, info, encoded, &fault);
  if (result != VAULT_OK)
    {
      packed_free (packed);
      return scan_error_set_vault (error, result, &fault);
    }
  if (found != NULL)
    g_ptr_array_add (packed->files, found);
  if (vault_bundle_size (packed->bundle) >= VAULT_BUNDLE_TARGET)
    scan_import_finish_later (import, packed);
  else
    give_back (import, packed, id);
  return TRUE;
}

void
scan_import_pack_alone (ScanImport *import, ScanBatch *batch, VaultBundle *bundle, ScanFound *found)
{
  ScanPacked *packed = packed_new (batch, bundle);

  g_ptr_array_add (packed->files, found);
  g_mutex_lock (&import->lock);
  batch->n_open++;
  g_mutex_unlock (&import->lock);
  scan_import_finish_later (import, packed);
}
