/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who got what. Entries are added, never changed. */
#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "share_private.h"

gboolean
scan_ledger_add (ScanLibrary *library, const guint8 share_id[16], const ScanShareRow *row,
                 const ScanShareMadeRow *made, const ScanShareAgreedRow *agreed, GError **error)
{
  g_autoptr (GByteArray) value = scan_row_from_share (row), how = scan_row_from_share_made (made);
  g_autoptr (GByteArray) said = agreed != NULL ? scan_row_from_share_agreed (agreed) : NULL;
  VaultTxn *txn = NULL;
  VaultFault fault = { 0 };
  VaultError result = vault_txn_begin (scan_library_vault (library), &txn);

  if (result == VAULT_OK)
    result =
        vault_txn_set (txn, share_id, SCAN_KEY_SIZE, SCAN_FIELD_SHARE, value->data, value->len);
  if (result == VAULT_OK)
    result =
        vault_txn_set (txn, share_id, SCAN_KEY_SIZE, SCAN_FIELD_SHARE_MADE, how->data, how->len);
  if (result == VAULT_OK && said != NULL)
    result = vault_txn_set (txn, share_id, SCAN_KEY_SIZE, SCAN_FIELD_SHARE_AGREED, said->data,
                            said->len);
  if (result == VAULT_OK)
    result = vault_txn_commit (txn, NULL, NULL, &fault);
  else
    vault_txn_abort (txn);
  return result == VAULT_OK || scan_error_set_vault (error, result, &fault);
}

/* Best effort: a line too many is better than a copy that nobody knows of. */
void
scan_ledger_withdraw (ScanLibrary *library, const guint8 share_id[16])
{
  const guint8 one = 1;
  VaultTxn *txn = NULL;

  if (vault_txn_begin (scan_library_vault (library), &txn) != VAULT_OK)
    return;
  if (vault_txn_set (txn, share_id, SCAN_KEY_SIZE, SCAN_FIELD_SHARE_VOID, &one, 1) == VAULT_OK)
    (void) vault_txn_commit (txn, NULL, NULL, NULL);
  else
    vault_txn_abort (txn);
}

typedef struct
{
  GHashTable *by_id; /* key of an entry → ScanLedgerEntry; both the entry's */
} LedgerFold;

static ScanLedgerEntry *
entry_of (LedgerFold *fold, const guint8 *id)
{
  ScanLedgerEntry *entry = g_hash_table_lookup (fold->by_id, id);

  if (entry == NULL)
    {
      entry = g_new0 (ScanLedgerEntry, 1);
      memcpy (entry->id, id, SCAN_KEY_SIZE);
      g_hash_table_insert (fold->by_id, entry->id, entry);
    }
  return entry;
}

static bool
take_field (const void *entity, size_t entity_len, uint16_t field, const void *value,
            size_t value_len, uint64_t clock_ms, void *data)
{
  LedgerFold *fold = data;
  ScanShareRow row;
  ScanShareMadeRow made;
  ScanShareAgreedRow agreed;

  if (entity_len != SCAN_KEY_SIZE)
    return true;
  if (field == SCAN_FIELD_SHARE && scan_row_to_share (value, value_len, &row))
    entry_of (fold, entity)->row = row;
  else if (field == SCAN_FIELD_SHARE_MADE && scan_row_to_share_made (value, value_len, &made))
    {
      entry_of (fold, entity)->made = made;
      entry_of (fold, entity)->has_made = TRUE;
    }
  else if (field == SCAN_FIELD_SHARE_AGREED && scan_row_to_share_agreed (value, value_len, &agreed))
    entry_of (fold, entity)->agreed = agreed;
  else if (field == SCAN_FIELD_SHARE_VOID && value_len > 0)
    entry_of (fold, entity)->withdrawn = TRUE;
  return true;
}

GArray *
scan_ledger_entries (ScanLibrary *library)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (ScanLedgerEntry));
  LedgerFold fold = { .by_id =
                          g_hash_table_new_full (scan_key_hash, scan_key_equal, NULL, g_free) };
  GHashTableIter iter;
  gpointer entry;

  vault_fold (scan_library_vault (library), take_field, &fold);
  g_hash_table_iter_init (&iter, fold.by_id);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    if (((ScanLedgerEntry *) entry)->row.to != NULL && !((ScanLedgerEntry *) entry)->withdrawn)
      g_array_append_vals (entries, entry, 1);
  g_hash_table_unref (fold.by_id);
  return entries;
}

void
scan_ledger_key (ScanLibrary *library, const ScanLedgerEntry *entry, guint8 ret_key[32])
{
  if (entry->row.key != NULL)
    memcpy (ret_key, entry->row.key, SCAN_SHARE_KEY_SIZE);
  else
    vault_share_key (scan_library_vault (library), entry->id, ret_key);
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
