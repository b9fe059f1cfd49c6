/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The moment when a batch becomes durable, and what is written down after it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "import_private.h"

/* Bundles that are still open go to the finishers; then no job of the batch is left. */
static void
finish_open (ScanImport *import, ScanBatch *batch)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_mutex_lock (&import->lock);
  while (batch->jobs > 0)
    g_cond_wait (&import->changed, &import->lock);
  g_hash_table_iter_init (&iter, batch->open);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GPtrArray *idle = value;

      while (idle->len > 0)
        g_ptr_array_add (open, g_ptr_array_steal_index (idle, idle->len - 1));
    }
  g_mutex_unlock (&import->lock);
  for (guint i = 0; i < open->len; i++)
    scan_import_finish_later (import, g_ptr_array_index (open, i));
  g_mutex_lock (&import->lock);
  while (batch->jobs > 0)
    g_cond_wait (&import->changed, &import->lock);
  g_mutex_unlock (&import->lock);
}

/* Appends the source paths that are durable now, each ended by NUL. */
static gboolean
log_commit (ScanImport *import, const ScanBatch *batch, GError **error)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  gboolean done = TRUE;
  int fd;

  if (import->commit_log == NULL || batch->covered->len == 0)
    return TRUE;
  for (guint i = 0; i < batch->covered->len; i++)
    {
      const ScanFound *found = g_ptr_array_index (batch->covered, i);

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

/* Takes instance. */
static void
remember_instance (ScanImport *import, ScanNewInstance *instance)
{
  char id[SCAN_ID_LENGTH + 1];
  GPtrArray *list;

  scan_key_to_id (instance->series, id);
  list = g_hash_table_lookup (import->new_instances, id);
  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func (scan_new_instance_free);
      g_hash_table_insert (import->new_instances, g_strdup (id), list);
    }
  g_ptr_array_add (list, instance);
}

/* What the batch held is in the vault: the books follow. */
static void
settle_batch (ScanImport *import, ScanBatch *batch, guint64 grown)
{
  g_mutex_lock (&import->lock);
  import->result.bytes_stored += grown;
  import->result.stored += batch->stored;
  import->result.duplicates += batch->duplicates;
  import->result.documents += batch->documents;
  import->result.healed += batch->healed;
  for (guint i = 0; i < batch->rows->len; i++)
    {
      ScanRow *row = g_ptr_array_index (batch->rows, i);

      g_clear_pointer (&row->value, g_byte_array_unref);
      g_ptr_array_add (import->applied, row);
    }
  g_ptr_array_set_free_func (batch->rows, NULL);
  g_ptr_array_set_size (batch->rows, 0);
  g_ptr_array_set_free_func (batch->instances, NULL);
  for (guint i = 0; i < batch->instances->len; i++)
    remember_instance (import, g_ptr_array_index (batch->instances, i));
  g_ptr_array_set_size (batch->instances, 0);
  g_mutex_unlock (&import->lock);
}

static VaultError
fill_transaction (VaultTxn *txn, ScanBatch *batch, VaultFault *fault)
{
  VaultError result = VAULT_OK;

  for (guint i = 0; i < batch->finished->len && result == VAULT_OK; i++)
    {
      ScanPacked *packed = g_ptr_array_index (batch->finished, i);

      result = vault_txn_add_bundle (txn, g_steal_pointer (&packed->bundle), fault);
    }
  for (guint i = 0; i < batch->keeps->len && result == VAULT_OK; i++)
    result = vault_txn_keep (txn, g_ptr_array_index (batch->keeps, i));
  for (guint i = 0; i < batch->rows->len && result == VAULT_OK; i++)
    {
      const ScanRow *row = g_ptr_array_index (batch->rows, i);

      result = vault_txn_set (txn, row->entity, row->entity_len, row->field, row->value->data,
                              row->value->len);
    }
  return result;
}

gboolean
scan_import_commit (ScanImport *import, ScanBatch *batch, guint32 *ret_first, guint32 *ret_n,
                    GError **error)
{
  VaultFault fault = { 0 };
  VaultTxn *txn = NULL;
  guint64 before;
  VaultError result;

  finish_open (import, batch);
  *ret_first = *ret_n = 0;
  /* What stopped the import has its own error already. */
  if (scan_import_stopped (import))
    return TRUE;
  before = vault_stored_bytes (import->vault);
  result = vault_txn_begin (import->vault, &txn);
  if (result == VAULT_OK)
    {
      result = fill_transaction (txn, batch, &fault);
      if (result == VAULT_OK)
        result = vault_txn_commit (txn, ret_first, ret_n, &fault);
      else
        vault_txn_abort (txn);
    }
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);
  settle_batch (import, batch, vault_stored_bytes (import->vault) - before);
  return log_commit (import, batch, error);
}
