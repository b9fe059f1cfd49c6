/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "credentials.h"

#include <string.h>

#include "error.h"
#include "library_private.h"
#include "passphrase.h"
#include "rows.h"

#define PREFIX_MIN 4

void
scan_slot_free (ScanSlot *slot)
{
  g_free (slot->label);
  g_free (slot);
}

static void
id_to_text (const guint8 id[VAULT_SLOT_ID_SIZE], char ret_text[SCAN_SLOT_ID_LENGTH + 1])
{
  for (guint i = 0; i < VAULT_SLOT_ID_SIZE; i++)
    g_snprintf (ret_text + 2 * i, 3, "%02x", id[i]);
}

static void
read_row (Vault *vault, const guint8 id[VAULT_SLOT_ID_SIZE], ScanSlot *slot)
{
  const void *value;
  size_t n;
  ScanSlotRow row = { 0, "" };

  if (vault_get (vault, id, VAULT_SLOT_ID_SIZE, SCAN_FIELD_SLOT, &value, &n) == VAULT_OK)
    scan_row_to_slot (value, n, &row);
  slot->date = row.date;
  slot->label = g_strdup (row.label);
}

static gint
oldest_first (gconstpointer a, gconstpointer b)
{
  const ScanSlot *left = *(ScanSlot *const *) a, *right = *(ScanSlot *const *) b;

  if (left->date != right->date)
    return left->date < right->date ? -1 : 1;
  return strcmp (left->id, right->id);
}

GPtrArray *
scan_keys_list (ScanLibrary *library, GError **error)
{
  Vault *vault = scan_library_vault (library);
  g_autofree VaultSlot *found = g_new0 (VaultSlot, VAULT_SLOTS_MAX);
  GPtrArray *slots;
  VaultFault fault = { 0 };
  size_t n = 0;
  VaultError result = vault_slot_list (vault, found, &n, &fault);

  if (result != VAULT_OK)
    {
      scan_error_set_vault (error, result, &fault);
      return NULL;
    }
  slots = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_slot_free);
  for (size_t i = 0; i < n; i++)
    {
      ScanSlot *slot = g_new0 (ScanSlot, 1);

      id_to_text (found[i].id, slot->id);
      slot->state = found[i].state;
      slot->memory_mib = found[i].kdf.mem_kib / 1024;
      slot->passes = found[i].kdf.ops;
      slot->opened = found[i].opened;
      read_row (vault, found[i].id, slot);
      g_ptr_array_add (slots, slot);
    }
  g_ptr_array_sort (slots, oldest_first);
  return slots;
}

/* The slot of which text is the ID or the beginning of it. */
static gboolean
find_slot (ScanLibrary *library, const char *text, guint8 ret_id[VAULT_SLOT_ID_SIZE],
           GError **error)
{
  g_autoptr (GPtrArray) slots = scan_keys_list (library, error);
  g_autofree char *prefix = g_ascii_strdown (text, -1);
  const ScanSlot *found = NULL;
  guint fits = 0;

  if (slots == NULL)
    return FALSE;
  for (guint i = 0; i < slots->len; i++)
    {
      const ScanSlot *slot = g_ptr_array_index (slots, i);

      if (strlen (prefix) >= PREFIX_MIN && g_str_has_prefix (slot->id, prefix))
        {
          found = slot;
          fits++;
        }
    }
  if (fits != 1)
    {
      g_set_error_literal (error, SCAN_ERROR, fits > 1 ? SCAN_ERROR_AMBIGUOUS : SCAN_ERROR_NO_ITEM,
                           fits > 1 ? "Several passphrases have an ID that begins like this."
                                    : "No passphrase of this vault has this ID.");
      return FALSE;
    }
  for (guint i = 0; i < VAULT_SLOT_ID_SIZE; i++)
    ret_id[i] = (guint8) (g_ascii_xdigit_value (found->id[2 * i]) << 4 |
                          g_ascii_xdigit_value (found->id[2 * i + 1]));
  return TRUE;
}

/* The row of a slot; label NULL: none any more. */
static gboolean
set_row (VaultTxn *txn, const guint8 id[VAULT_SLOT_ID_SIZE], gint64 date, const char *label,
         VaultError *ret_error)
{
  const ScanSlotRow row = { date, label };
  g_autoptr (GByteArray) value = label != NULL ? scan_row_from_slot (&row) : g_byte_array_new ();

  *ret_error =
      vault_txn_set (txn, id, VAULT_SLOT_ID_SIZE, SCAN_FIELD_SLOT, value->data, value->len);
  return *ret_error == VAULT_OK;
}

/* Sets the row of one slot and (gone may be NULL) empties that of another. */
static gboolean
write_rows (ScanLibrary *library, const guint8 *id, gint64 date, const char *label,
            const guint8 *gone, GError **error)
{
  VaultTxn *txn = NULL;
  VaultFault fault = { 0 };
  VaultError result = vault_txn_begin (scan_library_vault (library), &txn);

  if (result == VAULT_OK && id != NULL)
    set_row (txn, id, date, label, &result);
  if (result == VAULT_OK && gone != NULL)
    set_row (txn, gone, 0, NULL, &result);
  if (result == VAULT_OK)
    result = vault_txn_commit (txn, NULL, NULL, &fault);
  else
    vault_txn_abort (txn);
  return result == VAULT_OK || scan_error_set_vault (error, result, &fault);
}

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static gboolean
check_arguments (gsize len, const VaultKdf *kdf, GError **error)
{
  const char *message = NULL;

  if (len == 0)
    message = "The passphrase is empty.";
  else if (kdf != NULL &&
           (kdf->ops < 1 || kdf->ops > 16 || kdf->mem_kib < 8192 || kdf->mem_kib > 1024 * 1024))
    message = "The key derivation takes 8 to 1024 MiB and 1 to 16 passes.";
  if (message != NULL)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE, message);
  return message == NULL;
}

/* The arguments are checked already: there is no room for one more. */
static gboolean
fail_to_add (GError **error, VaultError result, const VaultFault *fault)
{
  if (result != VAULT_ERROR_ARGUMENT)
    return scan_error_set_vault (error, result, fault);
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_MANY_SECRETS,
                       "This vault has as many passphrases as it can have. Remove one first.");
  return FALSE;
}

gboolean
scan_keys_add (ScanLibrary *library, const char *passphrase, gsize len, const VaultKdf *kdf,
               const char *label, char ret_id[SCAN_SLOT_ID_LENGTH + 1], GError **error)
{
  g_autoptr (GError) unlabelled = NULL;
  Vault *vault = scan_library_vault (library);
  guint8 id[VAULT_SLOT_ID_SIZE];
  VaultFault fault = { 0 };
  VaultError result;
  char *normal;
  gsize n;

  if (!check_arguments (len, kdf, error))
    return FALSE;
  normal = scan_passphrase_normal (passphrase, len, &n, error);
  if (normal == NULL)
    return FALSE;
  result = vault_slot_add (vault, normal, n, kdf, id, &fault);
  vault_secure_free (normal);
  scan_library_tend_slots (library);
  if (result != VAULT_OK)
    return fail_to_add (error, result, &fault);
  /* Where no label can be written, a removal can often not be either: then the passphrase is there,
   * without a label. */
  if (!write_rows (library, id, now (), label != NULL ? label : "", NULL, &unlabelled) &&
      vault_slot_remove (vault, id, NULL) == VAULT_OK)
    {
      g_propagate_error (error, g_steal_pointer (&unlabelled));
      return FALSE;
    }
  if (ret_id != NULL)
    id_to_text (id, ret_id);
  return TRUE;
}

gboolean
scan_keys_remove (ScanLibrary *library, const char *text, GError **error)
{
  guint8 id[VAULT_SLOT_ID_SIZE];
  VaultFault fault = { 0 };
  VaultError result;

  if (!find_slot (library, text, id, error))
    return FALSE;
  result = vault_slot_remove (scan_library_vault (library), id, &fault);
  if (result == VAULT_ERROR_ARGUMENT)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_LAST_SECRET,
                           "This is the last passphrase of the vault. Add another one first.");
      return FALSE;
    }
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);
  /* The passphrase is gone; a label that stays behind hurts nobody. */
  write_rows (library, NULL, 0, NULL, id, NULL);
  return TRUE;
}

gboolean
scan_keys_set_label (ScanLibrary *library, const char *text, const char *label, GError **error)
{
  guint8 id[VAULT_SLOT_ID_SIZE];
  ScanSlot known = { 0 };

  if (!find_slot (library, text, id, error))
    return FALSE;
  read_row (scan_library_vault (library), id, &known);
  g_free (known.label);
  return write_rows (library, id, known.date, label, NULL, error);
}

/* Of the slot that opened the vault; FALSE if none did. */
static gboolean
opened_slot (Vault *vault, guint8 ret_id[VAULT_SLOT_ID_SIZE])
{
  g_autofree VaultSlot *slots = g_new0 (VaultSlot, VAULT_SLOTS_MAX);
  size_t n = 0;

  if (vault_slot_list (vault, slots, &n, NULL) != VAULT_OK)
    return FALSE;
  for (size_t i = 0; i < n; i++)
    if (slots[i].opened)
      {
        memcpy (ret_id, slots[i].id, VAULT_SLOT_ID_SIZE);
        return TRUE;
      }
  return FALSE;
}

gboolean
scan_keys_change (ScanLibrary *library, const char *passphrase, gsize len, const VaultKdf *kdf,
                  GError **error)
{
  Vault *vault = scan_library_vault (library);
  guint8 old[VAULT_SLOT_ID_SIZE], id[VAULT_SLOT_ID_SIZE];
  ScanSlot known = { 0 };
  VaultFault fault = { 0 };
  VaultError result;
  gboolean replaces;
  char *normal;
  gsize n;

  if (!check_arguments (len, kdf, error))
    return FALSE;
  normal = scan_passphrase_normal (passphrase, len, &n, error);
  if (normal == NULL)
    return FALSE;
  replaces = opened_slot (vault, old);
  if (replaces)
    read_row (vault, old, &known);
  result = vault_passphrase_change (vault, normal, n, kdf, id, &fault);
  vault_secure_free (normal);
  scan_library_tend_slots (library);
  /* The passphrase is changed; what its row tells is not worth a failure. */
  if (result == VAULT_OK)
    write_rows (library, id, now (), known.label != NULL ? known.label : "", replaces ? old : NULL,
                NULL);
  g_free (known.label);
  return result == VAULT_OK || fail_to_add (error, result, &fault);
}

gboolean
scan_keys_any_left (const char *folder)
{
  size_t n = 0;

  return vault_init () != VAULT_OK || vault_slots_count (folder, &n, NULL) != VAULT_OK || n > 0;
}

ScanLibrary *
scan_keys_recover (const char *folder, const char *sheet, gsize sheet_len, const char *passphrase,
                   gsize len, const VaultKdf *kdf, GError **error)
{
  ScanLibrary *library;

  if (!check_arguments (len, kdf, error))
    return NULL;
  library = scan_library_open_sheet (folder, sheet, sheet_len, error);
  if (library != NULL && !scan_keys_change (library, passphrase, len, kdf, error))
    g_clear_pointer (&library, scan_library_close);
  return library;
}

void
scan_keys_sheet (ScanLibrary *library, char ret_sheet[VAULT_SHEET_SIZE])
{
  vault_sheet (scan_library_vault (library), ret_sheet);
}

gboolean
scan_keys_sheet_suggest (const char *folder, const char *sheet, gsize len,
                         char ret_sheet[VAULT_SHEET_SIZE])
{
  return vault_init () == VAULT_OK &&
         vault_sheet_suggest (folder, sheet, len, ret_sheet, NULL) == VAULT_OK;
}
