/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a vault needs from time to time, and what it has to tell its owner. */
#include <string.h>

#include "adopt.h"
#include "catalog_private.h"
#include "error.h"
#include "library_private.h"
#include "rows.h"
#include "translate.h"

/* Bytes that are read back at each upkeep: a tenth of a second. */
#define SCRUB_BUDGET ((guint64) 64 * 1024 * 1024)

bool
scan_vault_progress (uint64_t done, uint64_t total, void *data)
{
  const ScanVaultWatch *watch = data;
  const ScanProgress now = { watch->phase, done, total, done, total, NULL };

  if (watch->progress != NULL)
    watch->progress (&now, watch->user_data);
  return !g_cancellable_is_cancelled (watch->cancellable);
}

static bool
on_scrub (VaultRepairKind kind, const char *file, uint64_t done, uint64_t total, void *data)
{
  return scan_vault_progress (done, total, data);
}

gboolean
scan_library_maintain (ScanLibrary *library, GCancellable *cancellable, GError **error)
{
  ScanVaultWatch watch = { NULL, NULL, cancellable, SCAN_PHASE_FINISHING };
  Vault *vault = scan_library_vault (library);
  VaultCollected collected;
  VaultRepaired repaired;
  VaultFault fault = { 0 };
  VaultError result;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  scan_library_hold (library);
  scan_library_tend_slots (library);
  result = vault_collect (vault, FALSE, scan_vault_progress, &watch, &collected, &fault);
  /* Where bundles went away for good, the names of what they held leave the journal too. */
  if (result == VAULT_OK)
    result = vault_compact (vault, collected.bundles > 0, &fault);
  if (result == VAULT_OK)
    result = vault_protect (vault, scan_vault_progress, &watch, &fault);
  if (result == VAULT_OK)
    {
      result = vault_scrub (vault, SCRUB_BUDGET, on_scrub, &watch, &repaired, &fault);
      if (result == VAULT_OK)
        scan_library_note_scrub (library, repaired.healed, repaired.failed);
    }
  scan_library_release (library);
  return result == VAULT_OK || scan_error_set_vault (error, result, &fault);
}

static const char vault_entity[] = "vault";

gboolean
scan_library_parity (ScanLibrary *library)
{
  const void *value;
  gsize n;
  ScanParityRow row;

  return vault_get (scan_library_vault (library), vault_entity, strlen (vault_entity),
                    SCAN_FIELD_PARITY, &value, &n) != VAULT_OK ||
         !scan_row_to_parity (value, n, &row) || row.on;
}

/* Takes value. */
static gboolean
set_row (ScanLibrary *library, ScanField field, GByteArray *value, GError **error)
{
  VaultFault fault = { 0 };
  VaultTxn *txn;
  VaultError result = vault_txn_begin (scan_library_vault (library), &txn);

  if (result == VAULT_OK)
    {
      result =
          vault_txn_set (txn, vault_entity, strlen (vault_entity), field, value->data, value->len);
      if (result == VAULT_OK)
        result = vault_txn_commit (txn, NULL, NULL, &fault);
      else
        vault_txn_abort (txn);
    }
  g_byte_array_unref (value);
  return result == VAULT_OK || scan_error_set_vault (error, result, &fault);
}

gboolean
scan_library_set_parity (ScanLibrary *library, gboolean on, GError **error)
{
  const ScanParityRow row = { on };

  if (!set_row (library, SCAN_FIELD_PARITY, scan_row_from_parity (&row), error))
    return FALSE;
  vault_set_parity (scan_library_vault (library), on);
  return TRUE;
}

char *
scan_library_letter_name (ScanLibrary *library)
{
  const void *value;
  gsize n;
  ScanTextRow row;

  return vault_get (scan_library_vault (library), vault_entity, strlen (vault_entity),
                    SCAN_FIELD_LETTER_NAME, &value, &n) == VAULT_OK &&
                 scan_row_to_text (value, n, &row)
             ? g_utf8_make_valid (row.text, -1)
             : g_strdup ("");
}

gboolean
scan_library_set_letter_name (ScanLibrary *library, const char *name, GError **error)
{
  const ScanTextRow row = { name };

  return set_row (library, SCAN_FIELD_LETTER_NAME, scan_row_from_text (&row), error);
}

gboolean
scan_library_sheet_proved (ScanLibrary *library)
{
  const void *value;
  gsize n;
  ScanSheetRow row;

  return vault_get (scan_library_vault (library), vault_entity, strlen (vault_entity),
                    SCAN_FIELD_SHEET, &value, &n) != VAULT_OK ||
         !scan_row_to_sheet (value, n, &row) || row.proved != 0;
}

gboolean
scan_library_set_sheet_proved (ScanLibrary *library, gboolean proved, GError **error)
{
  const ScanSheetRow row = { proved ? g_get_real_time () / G_USEC_PER_SEC : 0 };

  return set_row (library, SCAN_FIELD_SHEET, scan_row_from_sheet (&row), error);
}

void
scan_notice_free (ScanNotice *notice)
{
  g_free (notice->sentence);
  g_free (notice);
}

static const struct
{
  VaultNoticeKind vault_kind;
  ScanNoticeKind kind;
  const char *sentence;
} faces[] = {
  { VAULT_NOTICE_OLDER, SCAN_NOTICE_OLDER,
    N_ ("Newer parts of the vault are gone from its folder: this computer has seen them there. "
        "Scans "
        "that were added last may be missing.") },
  { VAULT_NOTICE_OLDER_COPY, SCAN_NOTICE_COPY,
    N_ ("This is an older copy of the vault than the one that this computer saw last. Scans that "
        "were "
        "added since may be missing.") },
  { VAULT_NOTICE_ARRIVING, SCAN_NOTICE_ARRIVING,
    N_ ("Some files from another computer have not arrived yet.") },
  { VAULT_NOTICE_FORK, SCAN_NOTICE_FORK,
    N_ ("Two copies of this vault were used side by side. The scans of both are here.") },
  { VAULT_NOTICE_CONFLICT, SCAN_NOTICE_CONFLICT,
    N_ ("A program that synchronises files left copies in the vault. Nothing is lost by that.") },
  { VAULT_NOTICE_HEALED, SCAN_NOTICE_HEALED,
    N_ ("Damaged files of the vault were repaired from their second copies. If this happens often, "
        "the "
        "disk may be failing.") },
  { VAULT_NOTICE_NOT_DURABLE, SCAN_NOTICE_NOT_DURABLE,
    N_ ("The disk of this vault cannot promise that what was just added survives a power cut.") },
};

static void
add_notice (GPtrArray *notices, ScanNoticeKind kind, guint count, const char *sentence)
{
  ScanNotice *notice = g_new0 (ScanNotice, 1);

  notice->kind = kind;
  notice->count = count;
  notice->sentence = g_strdup (sentence);
  g_ptr_array_add (notices, notice);
}

GPtrArray *
scan_library_notices (ScanLibrary *library)
{
  GPtrArray *notices = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_notice_free);
  const Vault *vault = scan_library_vault (library);
  guint unlisted = scan_library_unlisted (library), healed, failed;

  scan_library_scrubbed (library, &healed, &failed);
  failed += scan_library_damage (library);
  if (scan_library_locked_out (library))
    add_notice (
        notices, SCAN_NOTICE_NO_PASSPHRASE, 1,
        N_ ("No passphrase of this vault is left: each of them was removed, here or on another "
            "computer, or its record is damaged. Set a new one now, or keep the recovery sheet at "
            "hand: once the vault is locked, nothing else opens it."));
  if (failed > 0)
    add_notice (
        notices, SCAN_NOTICE_DAMAGED, failed,
        N_ ("Part of the vault is damaged. Checking and repairing it tells what can be made "
            "good."));
  for (guint i = 0; i < G_N_ELEMENTS (faces); i++)
    {
      gsize n = vault_notice_count (vault);
      guint count = faces[i].kind == SCAN_NOTICE_HEALED ? healed : 0;

      for (gsize k = 0; k < n; k++)
        count += vault_notice_at (vault, k)->kind == faces[i].vault_kind;
      if (count > 0)
        add_notice (notices, faces[i].kind, count, faces[i].sentence);
    }
  if (unlisted > 0)
    add_notice (notices, SCAN_NOTICE_UNLISTED, unlisted,
                N_ ("Some scans in the vault have lost their entries in the list. Checking and "
                    "repairing the vault brings them back."));
  if (!scan_library_sheet_proved (library))
    add_notice (
        notices, SCAN_NOTICE_SHEET, 1,
        N_ ("You have not shown yet that your recovery sheet is on paper. When the passphrase "
            "is forgotten, nothing else opens this vault."));
  return notices;
}

gboolean
scan_library_accept_older (ScanLibrary *library, GError **error)
{
  VaultError result = vault_accept_older (scan_library_vault (library));

  return result == VAULT_OK || scan_error_set_vault (error, result, NULL);
}
