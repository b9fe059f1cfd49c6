/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What opens a vault: its passphrases and its recovery key.
 *
 * Secrets are passed in secure memory of the caller. Passphrases are UTF-8 in any normal form, len
 * bytes, not empty. kdf: NULL to calibrate one, which takes a second more. All of this is slow (key
 * derivation): not for the main thread. Nothing else of the library may be writing meanwhile. */
#pragma once

#include "library.h"

#define SCAN_SLOT_ID_LENGTH (2 * VAULT_SLOT_ID_SIZE)

typedef struct
{
  char id[SCAN_SLOT_ID_LENGTH + 1];
  VaultSlotState state;
  guint memory_mib, passes; /* of the key derivation; 0 unless the slot is whole */
  gboolean opened;          /* the vault was opened with this one */
  gint64 date;              /* seconds since 1970; 0 if unknown */
  char *label;              /* "" if it has none */
} ScanSlot;
void scan_slot_free (ScanSlot *slot);

/* ScanSlot, oldest first; free with g_ptr_array_unref. */
GPtrArray *scan_keys_list (ScanLibrary *library, GError **error);

/* One passphrase more. ret_id (may be NULL): of the new slot. Errors: USAGE (empty, no UTF-8, KDF
 * out of range), MANY_SECRETS, NO_MEMORY, FULL, PERMISSION, IO. */
gboolean scan_keys_add (ScanLibrary *library, const char *passphrase, gsize len,
                        const VaultKdf *kdf, const char *label,
                        char ret_id[SCAN_SLOT_ID_LENGTH + 1], GError **error);

/* Takes a passphrase away. id: whole, or a prefix of 4 characters or more that fits one slot.
 * Copies of the vault that were made before still open with it. Errors: NO_ITEM, AMBIGUOUS,
 * LAST_SECRET, NEWER, FULL, PERMISSION, IO. */
gboolean scan_keys_remove (ScanLibrary *library, const char *id, GError **error);

gboolean scan_keys_set_label (ScanLibrary *library, const char *id, const char *label,
                              GError **error);

/* Puts a new passphrase in the place of the one that opened the library; it keeps the label. After
 * scan_library_open_sheet nothing is replaced. Errors: as scan_keys_add. */
gboolean scan_keys_change (ScanLibrary *library, const char *passphrase, gsize len,
                           const VaultKdf *kdf, GError **error);

/* Opens by recovery key and adds a passphrase; vault.id and all slots may be lost. Old slots stay:
 * see scan_keys_list. Errors: those of scan_library_open_sheet and scan_keys_add. */
ScanLibrary *scan_keys_recover (const char *folder, const char *sheet, gsize sheet_len,
                                const char *passphrase, gsize len, const VaultKdf *kdf,
                                GError **error);

/* The recovery key's text again. ret_sheet: in secure memory. */
void scan_keys_sheet (ScanLibrary *library, char ret_sheet[VAULT_SHEET_SIZE]);

/* Looks for the one wrong character in a recovery key that was typed. ret_sheet: in secure memory;
 * to be shown to the person who typed it and to nobody else. FALSE: nothing near it opens this
 * vault. Takes some milliseconds. */
gboolean scan_keys_sheet_suggest (const char *folder, const char *sheet, gsize len,
                                  char ret_sheet[VAULT_SHEET_SIZE]);

/* Looks, without a key, whether any record of a passphrase is left in a vault's folder. TRUE also
 * when that cannot be known. */
gboolean scan_keys_any_left (const char *folder);

/* What scan_library_rekey carried over, and what not. */
typedef struct
{
  guint64 members, bytes, fields;
  GPtrArray *left; /* ScanFailure: by ID, or by path in the vault; empty unless leave_behind */
} ScanRekeyResult;
void scan_rekey_result_clear (ScanRekeyResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ScanRekeyResult, scan_rekey_result_clear)

/* Makes a new vault with another seed in new_folder, which must not exist or be empty, and carries
 * everything over that is not deleted: members, catalog, trash, the list of shares (app/ROWS.md
 * says how). The new vault is then closed, opened by its passphrase, fully checked, and every
 * member and field is looked for in it; only then it gets its name: until there, the work stands in
 * "<new_folder>.unfinished", which is removed when something fails, or by the next attempt. The old
 * vault is left as it is. Nothing is begun while something of the old vault would stay behind:
 * DAMAGED and MISSING (checking and repairing helps), ARRIVING (waiting helps, or
 * scan_library_accept_older), NEWER. leave_behind: all but the last is passed over and put into
 * left; the old vault must be kept then. ret_sheet (in secure memory): the new recovery key. Other
 * errors: EXISTS, FULL, BUSY, G_IO_ERROR_CANCELLED, and those of scan_library_create. */
gboolean scan_library_rekey (ScanLibrary *library, const char *new_folder, const char *passphrase,
                             gsize len, const VaultKdf *kdf, gboolean leave_behind,
                             ScanProgressFunc progress, gpointer user_data,
                             GCancellable *cancellable, char ret_sheet[VAULT_SHEET_SIZE], ScanRekeyResult *ret_result,
                             GError **error);
