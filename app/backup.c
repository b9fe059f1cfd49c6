/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "backup.h"

#include <string.h>

#include "error.h"
#include "library_private.h"
#include "rows.h"

static const char vault_entity[] = "vault";

void
scan_backup_result_clear (ScanBackupResult *result)
{
  g_clear_pointer (&result->damaged, g_ptr_array_unref);
}

typedef struct
{
  ScanBackupResult *result;
  ScanVaultWatch watch;
} Run;

static bool
on_file (const char *file, bool damaged, uint64_t done, uint64_t total, void *data)
{
  Run *run = data;

  if (damaged && !g_ptr_array_find_with_equal_func (run->result->damaged, file, g_str_equal, NULL))
    g_ptr_array_add (run->result->damaged, g_strdup (file));
  return scan_vault_progress (done, total, &run->watch);
}

/* What is remembered is sealed like everything else: a folder's name may tell something. */
static VaultError
remember (Vault *vault, const char *dest, const VaultCopyResult *copied, VaultFault *fault)
{
  g_autofree char *place = g_filename_display_name (dest);
  const ScanBackupRow row = { g_get_real_time () / G_USEC_PER_SEC, copied->files, copied->bytes,
                              place };
  g_autoptr (GByteArray) value = scan_row_from_backup (&row);
  VaultTxn *txn;
  VaultError result = vault_txn_begin (vault, &txn);

  if (result != VAULT_OK)
    return result;
  result = vault_txn_set (txn, vault_entity, strlen (vault_entity), SCAN_FIELD_BACKUP, value->data,
                          value->len);
  if (result != VAULT_OK)
    {
      vault_txn_abort (txn);
      return result;
    }
  return vault_txn_commit (txn, NULL, NULL, fault);
}

static gboolean
set_error (GError **error, VaultError result, const VaultFault *fault)
{
  if (result == VAULT_ERROR_FOREIGN)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_EXISTS,
                         "Another vault is in that folder. Choose an empty one.");
  else if (result == VAULT_ERROR_EXISTS)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_EXISTS,
                         "That folder holds something else, or lies inside the vault. Choose an "
                         "empty one, or one with an earlier copy.");
  else
    scan_error_set_vault (error, result, fault);
  return FALSE;
}

gboolean
scan_backup_run (ScanLibrary *library, const char *dest, gboolean verify_all,
                 ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                 ScanBackupResult *ret_result, GError **error)
{
  Run run = { ret_result, { progress, user_data, cancellable, SCAN_PHASE_WORKING } };
  VaultCopyResult copied = { 0 }, last;
  VaultFault fault = { 0 };
  VaultError result;

  memset (ret_result, 0, sizeof *ret_result);
  ret_result->damaged = g_ptr_array_new_with_free_func (g_free);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  scan_library_hold (library);
  result = vault_copy_to (scan_library_vault (library), dest, verify_all, on_file, &run, &copied,
                          &fault);
  if (result == VAULT_OK)
    result = remember (scan_library_vault (library), dest, &copied, &fault);
  /* With that, the copy would be one record behind. */
  if (result == VAULT_OK)
    result =
        vault_copy_to (scan_library_vault (library), dest, FALSE, on_file, &run, &last, &fault);
  scan_library_release (library);
  ret_result->files = copied.files;
  ret_result->bytes = copied.bytes;
  ret_result->skipped = copied.skipped;
  ret_result->verified = copied.verified;
  ret_result->removed = copied.removed;
  return result == VAULT_OK || set_error (error, result, &fault);
}

gint64
scan_backup_last (ScanLibrary *library, char **ret_place)
{
  const void *value;
  gsize n;
  ScanBackupRow row;

  if (vault_get (scan_library_vault (library), vault_entity, strlen (vault_entity),
                 SCAN_FIELD_BACKUP, &value, &n) != VAULT_OK ||
      !scan_row_to_backup (value, n, &row))
    return 0;
  if (ret_place != NULL)
    *ret_place = g_strdup (row.place);
  return row.date;
}
