/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who got what. Entries are added, never changed. */
#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "share_private.h"

gboolean
scan_ledger_add (ScanLibrary *library, const guint8 share_id[16], const ScanShareRow *row,
                 GError **error)
{
  g_autoptr (GByteArray) value = scan_row_from_share (row);
  VaultTxn *txn = NULL;
  VaultFault fault = { 0 };
  VaultError result = vault_txn_begin (scan_library_vault (library), &txn);

  if (result == VAULT_OK)
    result =
        vault_txn_set (txn, share_id, SCAN_KEY_SIZE, SCAN_FIELD_SHARE, value->data, value->len);
  if (result == VAULT_OK)
    result = vault_txn_commit (txn, NULL, NULL, &fault);
  else
    vault_txn_abort (txn);
  return result == VAULT_OK || scan_error_set_vault (error, result, &fault);
}

typedef struct
{
  gint32 shift;
  gboolean used;
} ShiftSearch;

static bool
look_for_shift (const void *entity, size_t entity_len, uint16_t field, const void *value,
                size_t value_len, uint64_t clock_ms, void *data)
{
  ShiftSearch *search = data;
  ScanShareRow row;

  if (field == SCAN_FIELD_SHARE && scan_row_to_share (value, value_len, &row) &&
      row.date_shift == search->shift)
    search->used = TRUE;
  return !search->used;
}

gboolean
scan_ledger_used_shift (ScanLibrary *library, gint32 date_shift)
{
  ShiftSearch search = { date_shift, FALSE };

  vault_fold (scan_library_vault (library), look_for_shift, &search);
  return search.used;
}

void
scan_share_record_free (ScanShareRecord *record)
{
  g_free (record->share_id);
  g_free (record->to);
  g_strfreev (record->items);
  g_free (record);
}

static bool
collect_share (const void *entity, size_t entity_len, uint16_t field, const void *value,
               size_t value_len, uint64_t clock_ms, void *data)
{
  ScanShareRow row;
  ScanShareRecord *record;
  char id[SCAN_ID_LENGTH + 1];

  if (field != SCAN_FIELD_SHARE || entity_len != SCAN_KEY_SIZE ||
      !scan_row_to_share (value, value_len, &row))
    return true;
  record = g_new0 (ScanShareRecord, 1);
  scan_key_to_id (entity, id);
  record->share_id = g_strdup (id);
  record->date = row.date;
  record->to = g_strdup (row.to);
  record->profile = (ScanProfile) row.profile;
  record->files = row.files;
  record->items = g_new0 (char *, row.n_items + 1);
  for (guint i = 0; i < row.n_items; i++)
    {
      scan_key_to_id (row.items + (gsize) i * SCAN_KEY_SIZE, id);
      record->items[i] = g_strdup (id);
    }
  g_ptr_array_add (data, record);
  return true;
}

static gint
newest_first (gconstpointer a, gconstpointer b)
{
  const ScanShareRecord *left = *(ScanShareRecord *const *) a,
                        *right = *(ScanShareRecord *const *) b;

  if (left->date != right->date)
    return left->date > right->date ? -1 : 1;
  return strcmp (left->share_id, right->share_id);
}

GPtrArray *
scan_library_shares (ScanLibrary *library)
{
  GPtrArray *shares = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_share_record_free);

  vault_fold (scan_library_vault (library), collect_share, shares);
  g_ptr_array_sort (shares, newest_first);
  return shares;
}
