/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything into a new vault with another seed, proved before it gets its name. */
#include <string.h>

#include "error.h"
#include "library_private.h"
#include "passphrase.h"
#include "rekey_private.h"

#define BATCH_FIELDS 20000

static gboolean
fail (GError **error, VaultError result, const VaultFault *fault)
{
  return result == VAULT_OK || scan_error_set_vault (error, result, fault);
}

/* A share's row bears its key. */
static void
wipe (GByteArray *value)
{
  explicit_bzero (value->data, value->len);
  g_byte_array_unref (value);
}

static gboolean
copy_fields (ScanRekey *rekey, GError **error)
{
  VaultTxn *txn = NULL;
  VaultFault fault = { 0 };
  VaultError result = VAULT_OK;

  scan_rekey_map_keys (rekey->map);
  for (guint i = 0; i < rekey->map->fields->len && result == VAULT_OK; i++)
    {
      const ScanRekeyField *field = &g_array_index (rekey->map->fields, ScanRekeyField, i);
      GByteArray *value;
      guint8 entity[64];

      if (!scan_rekey_map_field (rekey->map, field, entity, &value))
        continue;
      if (txn == NULL)
        result = vault_txn_begin (rekey->to, &txn);
      if (result == VAULT_OK)
        result =
            vault_txn_set (txn, entity, field->entity_len, field->field, value->data, value->len);
      wipe (value);
      if (result == VAULT_OK && ++rekey->result.fields % BATCH_FIELDS == 0)
        result = vault_txn_commit (g_steal_pointer (&txn), NULL, NULL, &fault);
    }
  if (result == VAULT_OK && txn != NULL)
    result = vault_txn_commit (g_steal_pointer (&txn), NULL, NULL, &fault);
  vault_txn_abort (txn);
  return fail (error, result, &fault);
}

typedef struct
{
  ScanRekey *rekey;
  guint bad;
} Check;

static bool
on_check (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes, uint64_t done,
          uint64_t total, void *data)
{
  Check *check = data;

  check->bad += kind != VAULT_CHECK_OBJECT;
  check->rekey->state.done = done;
  check->rekey->state.total = total;
  scan_rekey_tell (check->rekey);
  return !g_cancellable_is_cancelled (check->rekey->cancellable);
}

typedef struct
{
  guint64 n;
} Count;

static bool
count_field (const void *entity, size_t entity_len, uint16_t field, const void *value,
             size_t value_len, uint64_t clock_ms, void *data)
{
  ((Count *) data)->n++;
  return true;
}

static gboolean
members_are_there (ScanRekey *rekey)
{
  size_t n = vault_entry_count (rekey->to), there = 0;
  guint missing = 0;

  for (size_t i = 0; i < n; i++)
    there += !vault_entry_at (rekey->to, i)->deleted;
  if (there != rekey->entries->len - rekey->skipped)
    return FALSE;
  for (guint i = 0; i < rekey->entries->len; i++)
    {
      const VaultEntry *old = g_ptr_array_index (rekey->entries, i);
      const guint8 *id = scan_rekey_map_member (rekey->map, old->id);
      const VaultEntry *copy = id != NULL ? vault_entry_find (rekey->to, id) : NULL;

      missing += id == NULL;
      if (id != NULL && (copy == NULL || copy->size != old->size || copy->role != old->role))
        return FALSE;
    }
  return missing == rekey->skipped;
}

static gboolean
fields_are_there (ScanRekey *rekey)
{
  Count count = { 0 };
  guint64 expected = 0;

  for (guint i = 0; i < rekey->map->fields->len; i++)
    {
      const ScanRekeyField *field = &g_array_index (rekey->map->fields, ScanRekeyField, i);
      GByteArray *value;
      guint8 entity[64];
      const void *found;
      size_t n;
      gboolean same;

      if (!scan_rekey_map_field (rekey->map, field, entity, &value))
        continue;
      expected++;
      same =
          vault_get (rekey->to, entity, field->entity_len, field->field, &found, &n) == VAULT_OK &&
          n == value->len && memcmp (found, value->data, n) == 0;
      wipe (value);
      if (!same)
        return FALSE;
    }
  vault_fold (rekey->to, count_field, &count);
  return count.n == expected;
}

/* Opens the new vault as its owner will, reads every byte of it and looks for everything. */
static gboolean
prove (ScanRekey *rekey, const char *folder, const char *passphrase, gsize len, GError **error)
{
  Check check = { rekey, 0 };
  VaultFault fault = { 0 };
  VaultError result;

  vault_close (g_steal_pointer (&rekey->to));
  rekey->state.phase = SCAN_PHASE_CHECKING;
  result = vault_open (folder, passphrase, len, &rekey->to, &fault);
  if (result == VAULT_OK)
    {
      rekey->map->to = rekey->to;
      result = vault_check (rekey->to, VAULT_CHECK_FULL, on_check, &check, &fault);
    }
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);
  if (check.bad > 0 || vault_damage_count (rekey->to) > 0 || !members_are_there (rekey) ||
      !fields_are_there (rekey))
    {
      g_set_error_literal (
          error, SCAN_ERROR, SCAN_ERROR_DAMAGED,
          "The new vault does not hold what the old one holds. It was removed; the "
          "old one is untouched.");
      return FALSE;
    }
  return TRUE;
}

static gboolean
carry_over (ScanRekey *rekey, const char *work, const char *passphrase, gsize len,
            const VaultKdf *kdf, char *sheet, GError **error)
{
  VaultFault fault = { 0 };

  if (!fail (error, vault_create (work, passphrase, len, kdf, sheet, &rekey->to, &fault), &fault))
    return FALSE;
  rekey->map = scan_rekey_map_new (rekey->from, rekey->to);
  return scan_rekey_mark_work (work, error) && scan_rekey_copy (rekey, error) &&
         copy_fields (rekey, error) && prove (rekey, work, passphrase, len, error);
}

static void
clear (ScanRekey *rekey)
{
  scan_rekey_clear_copy (rekey);
  scan_rekey_clear_examination (rekey);
  g_clear_pointer (&rekey->map, scan_rekey_map_free);
  vault_close (rekey->to);
}

void
scan_rekey_result_clear (ScanRekeyResult *result)
{
  g_clear_pointer (&result->left, g_ptr_array_unref);
}

gboolean
scan_library_rekey (ScanLibrary *library, const char *new_folder, const char *passphrase, gsize len,
                    const VaultKdf *kdf, gboolean leave_behind, ScanProgressFunc progress,
                    gpointer user_data, GCancellable *cancellable, char ret_sheet[VAULT_SHEET_SIZE],
                    ScanRekeyResult *ret_result, GError **error)
{
  g_autofree char *final = g_canonicalize_filename (new_folder, NULL);
  g_autofree char *work = g_strconcat (final, ".unfinished", NULL);
  ScanRekey rekey = { .from = scan_library_vault (library),
                      .progress = progress,
                      .user_data = user_data,
                      .cancellable = cancellable,
                      .leave_behind = leave_behind };
  char *normal, *sheet;
  gboolean done;
  gsize n = 0;

  if (!scan_rekey_clear_work (work, error) ||
      !scan_rekey_check_place (&rekey, scan_library_folder (library), final, error))
    return FALSE;
  normal = scan_passphrase_normal (passphrase, len, &n, error);
  if (normal == NULL)
    return FALSE;
  sheet = vault_secure_alloc (VAULT_SHEET_SIZE);
  rekey.result.left = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_failure_free);
  scan_library_hold (library);
  done = sheet != NULL || scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
  done = done && scan_rekey_examine (&rekey, library, error);
  scan_rekey_collect (&rekey);
  if (done)
    {
      done = carry_over (&rekey, work, normal, n, kdf, sheet, error) &&
             scan_rekey_examine_again (&rekey, error);
      clear (&rekey);
      done = done && scan_rekey_give_name (work, final, error);
      if (!done)
        scan_rekey_remove_work (work);
    }
  else
    clear (&rekey);
  scan_library_release (library);
  if (done)
    {
      memcpy (ret_sheet, sheet, VAULT_SHEET_SIZE);
      *ret_result = rekey.result;
    }
  else
    scan_rekey_result_clear (&rekey.result);
  vault_secure_free (normal);
  vault_secure_free (sheet);
  return done;
}
