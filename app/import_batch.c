/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bundles and rows of one batch, and the moment when they become durable. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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
builder_free (gpointer data)
{
  ScanBuilder *builder = data;

  g_clear_pointer (&builder->packed, packed_free);
  g_mutex_clear (&builder->lock);
  g_free (builder);
}

static void
row_free (gpointer data)
{
  ScanRow *row = data;

  g_clear_pointer (&row->value, g_byte_array_unref);
  g_free (row);
}

static void
new_instance_free (gpointer data)
{
  ScanNewInstance *instance = data;

  g_free (instance->uid);
  g_free (instance);
}

void
scan_batch_init (ScanBatch *batch)
{
  memset (batch, 0, sizeof *batch);
  batch->builders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, builder_free);
  batch->finished = g_ptr_array_new_with_free_func (packed_free);
  batch->rows = g_ptr_array_new_with_free_func (row_free);
  batch->covered = g_ptr_array_new ();
  batch->instances = g_ptr_array_new_with_free_func (new_instance_free);
}

void
scan_batch_clear (ScanBatch *batch)
{
  g_clear_pointer (&batch->builders, g_hash_table_unref);
  g_clear_pointer (&batch->finished, g_ptr_array_unref);
  g_clear_pointer (&batch->rows, g_ptr_array_unref);
  g_clear_pointer (&batch->covered, g_ptr_array_unref);
  g_clear_pointer (&batch->instances, g_ptr_array_unref);
}

void
scan_import_add_row (ScanImport *import, const guint8 *entity, guint entity_len, ScanField field,
                     GByteArray *value)
{
  ScanRow *row = g_new0 (ScanRow, 1);

  memcpy (row->entity, entity, entity_len);
  row->entity_len = entity_len;
  row->field = (guint16) field;
  row->value = value;
  g_ptr_array_add (import->batch.rows, row);
}

static ScanBuilder *
builder_of (ScanImport *import, const guint8 study[SCAN_KEY_SIZE])
{
  char id[SCAN_ID_LENGTH + 1];
  ScanBuilder *builder;

  scan_key_to_id (study, id);
  g_mutex_lock (&import->lock);
  builder = g_hash_table_lookup (import->batch.builders, id);
  if (builder == NULL)
    {
      builder = g_new0 (ScanBuilder, 1);
      g_mutex_init (&builder->lock);
      g_hash_table_insert (import->batch.builders, g_strdup (id), builder);
    }
  g_mutex_unlock (&import->lock);
  return builder;
}

static gboolean
finish_packed (ScanImport *import, ScanPacked *packed, GError **error)
{
  VaultFault fault = { 0 };
  VaultError result = vault_bundle_finish (packed->bundle, &fault);

  if (result != VAULT_OK)
    {
      packed_free (packed);
      return scan_error_set_vault (error, result, &fault);
    }
  g_mutex_lock (&import->lock);
  g_ptr_array_add (import->batch.finished, packed);
  g_mutex_unlock (&import->lock);
  return TRUE;
}

gboolean
scan_import_pack (ScanImport *import, const guint8 study[SCAN_KEY_SIZE], ScanFound *found,
                  const VaultMemberInfo *info, const VaultEncoded *encoded, GError **error)
{
  ScanBuilder *builder = builder_of (import, study);
  ScanPacked *full = NULL;
  VaultFault fault = { 0 };
  VaultError result = VAULT_OK;

  g_mutex_lock (&builder->lock);
  if (builder->packed == NULL)
    {
      VaultBundle *bundle;

      result = vault_bundle_begin (import->vault, &bundle, &fault);
      if (result == VAULT_OK)
        {
          builder->packed = g_new0 (ScanPacked, 1);
          builder->packed->bundle = bundle;
          builder->packed->files = g_ptr_array_new ();
        }
    }
  if (result == VAULT_OK)
    result = vault_bundle_append (builder->packed->bundle, info, encoded, &fault);
  if (result == VAULT_OK)
    {
      if (found != NULL)
        g_ptr_array_add (builder->packed->files, found);
      if (vault_bundle_size (builder->packed->bundle) >= VAULT_BUNDLE_TARGET)
        full = g_steal_pointer (&builder->packed);
    }
  g_mutex_unlock (&builder->lock);
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);
  return full == NULL || finish_packed (import, full, error);
}

void
scan_import_add_packed (ScanImport *import, VaultBundle *bundle, ScanFound *found)
{
  ScanPacked *packed = g_new0 (ScanPacked, 1);

  packed->bundle = bundle;
  packed->files = g_ptr_array_new ();
  g_ptr_array_add (packed->files, found);
  g_mutex_lock (&import->lock);
  g_ptr_array_add (import->batch.finished, packed);
  g_mutex_unlock (&import->lock);
}

static gboolean
finish_all (ScanImport *import, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, import->batch.builders);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ScanBuilder *builder = value;
      ScanPacked *packed = g_steal_pointer (&builder->packed);

      if (packed != NULL && !finish_packed (import, packed, error))
        return FALSE;
    }
  return TRUE;
}

/* Appends the source paths that are durable now, each ended by NUL. */
static gboolean
log_commit (ScanImport *import, GError **error)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  gboolean done = TRUE;
  int fd;

  if (import->commit_log == NULL || import->batch.covered->len == 0)
    return TRUE;
  for (guint i = 0; i < import->batch.covered->len; i++)
    {
      const ScanFound *found = g_ptr_array_index (import->batch.covered, i);

      g_byte_array_append (text, (const guint8 *) found->path, (guint) strlen (found->path) + 1);
    }
  fd = open (import->commit_log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0)
    return scan_error_set_errno (error, errno, "The list of committed files could not be opened");
  for (gsize at = 0; at < text->len && done;)
    {
      gssize n = write (fd, text->data + at, text->len - at);

      if (n < 0 && errno != EINTR)
        done =
            scan_error_set_errno (error, errno, "The list of committed files could not be written");
      else if (n > 0)
        at += (gsize) n;
    }
  if (close (fd) != 0 && done)
    done = scan_error_set_errno (error, errno, "The list of committed files could not be written");
  return done;
}

static void
remember_instance (ScanImport *import, ScanNewInstance *instance)
{
  char id[SCAN_ID_LENGTH + 1];
  GPtrArray *list;

  scan_key_to_id (instance->series, id);
  list = g_hash_table_lookup (import->new_instances, id);
  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func (new_instance_free);
      g_hash_table_insert (import->new_instances, g_strdup (id), list);
    }
  g_ptr_array_add (list, instance);
}

/* What the batch held is in the vault: the books follow. */
static void
settle_batch (ScanImport *import)
{
  ScanBatch *batch = &import->batch;

  import->result.stored += batch->stored;
  import->result.duplicates += batch->duplicates;
  import->result.documents += batch->documents;
  for (guint i = 0; i < batch->rows->len; i++)
    {
      ScanRow *row = g_ptr_array_index (batch->rows, i);

      g_clear_pointer (&row->value, g_byte_array_unref);
      g_ptr_array_add (import->applied, row);
    }
  g_ptr_array_set_free_func (batch->rows, NULL);
  g_ptr_array_set_free_func (batch->instances, NULL);
  for (guint i = 0; i < batch->instances->len; i++)
    remember_instance (import, g_ptr_array_index (batch->instances, i));
}

gboolean
scan_import_commit (ScanImport *import, guint32 *ret_first, guint32 *ret_n, GPtrArray **ret_packed,
                    GError **error)
{
  ScanBatch *batch = &import->batch;
  VaultFault fault = { 0 };
  VaultError result = VAULT_OK;
  VaultTxn *txn = NULL;
  guint64 before = vault_stored_bytes (import->vault);
  gboolean logged;

  if (!finish_all (import, error))
    return FALSE;
  result = vault_txn_begin (import->vault, &txn);
  for (guint i = 0; i < batch->finished->len && result == VAULT_OK; i++)
    {
      ScanPacked *packed = g_ptr_array_index (batch->finished, i);

      result = vault_txn_add_bundle (txn, g_steal_pointer (&packed->bundle), &fault);
    }
  for (guint i = 0; i < batch->rows->len && result == VAULT_OK; i++)
    {
      const ScanRow *row = g_ptr_array_index (batch->rows, i);

      result = vault_txn_set (txn, row->entity, row->entity_len, row->field, row->value->data,
                              row->value->len);
    }
  if (result == VAULT_OK)
    result = vault_txn_commit (txn, ret_first, ret_n, &fault);
  else
    vault_txn_abort (txn);
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);

  import->result.bytes_stored += vault_stored_bytes (import->vault) - before;
  settle_batch (import);
  logged = log_commit (import, error);
  *ret_packed = g_steal_pointer (&batch->finished);
  scan_batch_clear (batch);
  scan_batch_init (batch);
  return logged;
}
