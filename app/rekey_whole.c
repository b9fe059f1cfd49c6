/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the old vault is all there: what is not cannot be carried over, and must not be lost with
 * it. */
#include <stdlib.h>

#include "adopt.h"
#include "catalog_private.h"
#include "error.h"
#include "library_private.h"
#include "rekey_private.h"

static void
note (ScanRekey *rekey, const char *what, ScanErrorCode code, const char *message)
{
  GError *error = g_error_new_literal (SCAN_ERROR, (int) code, message);

  scan_failure_add (rekey->result.left, what, error);
  g_error_free (error);
}

static void
on_incomplete (VaultError why, const VaultFault *fault, void *data)
{
  if (why == VAULT_ERROR_NEWER)
    note (data, "vault", SCAN_ERROR_NEWER,
          "Something in the vault was written by a newer version of the program.");
  else if (why == VAULT_ERROR_ARRIVING)
    note (data, fault->file[0] != '\0' ? fault->file : "vault", SCAN_ERROR_ARRIVING,
          "Something that another computer added has not arrived, or has not been read.");
  else if (why == VAULT_ERROR_MISSING)
    note (data, "vault", SCAN_ERROR_ARRIVING,
          "This computer has seen newer parts of the vault than its folder holds.");
  else
    note (data, fault->file, SCAN_ERROR_DAMAGED,
          "A part of the vault's list is lost, and scans that it listed may be here.");
}

static bool
on_check (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes, uint64_t done,
          uint64_t total, void *data)
{
  ScanRekey *rekey = data;
  char id[SCAN_ID_LENGTH + 1];

  /* With leave_behind the copying itself meets what has a place and cannot be read from it. */
  if (fault->has_member &&
      (!rekey->leave_behind || vault_entry_find (rekey->from, fault->member) == NULL))
    {
      scan_key_to_id (fault->member, id);
      if (kind == VAULT_CHECK_ARRIVING)
        note (rekey, id, SCAN_ERROR_ARRIVING, "This scan has not arrived on this computer yet.");
      else if (kind == VAULT_CHECK_MISSING)
        note (rekey, id, SCAN_ERROR_MISSING, "The file of this scan is missing.");
      else if (kind == VAULT_CHECK_DAMAGED)
        note (rekey, id, SCAN_ERROR_DAMAGED, "The file of this scan is damaged.");
    }
  return !g_cancellable_is_cancelled (rekey->cancellable);
}

/* What an owner has to do first, the gravest first. */
static const struct
{
  ScanErrorCode code;
  const char *advice;
} advices[] = {
  { SCAN_ERROR_NEWER, "The vault was written by a newer version of the program. Carry it over with "
                      "that one." },
  { SCAN_ERROR_DAMAGED,
    "Part of the vault is damaged or not in its list, and would be left behind. "
    "Check and repair the vault first." },
  { SCAN_ERROR_MISSING, "Part of the vault is missing, and would be left behind. Check and repair "
                        "the vault first." },
  { SCAN_ERROR_ARRIVING,
    "Parts of the vault that belong to it have not arrived in its folder, or came just now, and "
    "would be left behind. Let the program that synchronises the vault finish its work, and try "
    "again. If this shall be an older copy for good, say so when checking it." },
};

static gboolean
holds (const GPtrArray *failures, ScanErrorCode code)
{
  for (guint i = 0; i < failures->len; i++)
    if (((const ScanFailure *) g_ptr_array_index (failures, i))->error_code == (gint) code)
      return TRUE;
  return FALSE;
}

static gboolean
judge (const ScanRekey *rekey, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (advices); i++)
    if (holds (rekey->result.left, advices[i].code) &&
        (!rekey->leave_behind || advices[i].code == SCAN_ERROR_NEWER))
      {
        g_set_error_literal (error, SCAN_ERROR, (int) advices[i].code, advices[i].advice);
        return FALSE;
      }
  return TRUE;
}

static GBytes *
seen_now (const Vault *vault)
{
  size_t n;
  uint8_t *seen = vault_seen (vault, &n);

  return seen != NULL ? g_bytes_new_with_free_func (seen, n, free, seen) : NULL;
}

gboolean
scan_rekey_examine (ScanRekey *rekey, ScanLibrary *library, GError **error)
{
  VaultFault fault = { 0 };
  VaultError result;
  guint unlisted = scan_library_unlisted (library);

  rekey->seen = seen_now (rekey->from);
  vault_incomplete (rekey->from, on_incomplete, rekey);
  result = vault_check (rekey->from, VAULT_CHECK_QUICK, on_check, rekey, &fault);
  if (result != VAULT_OK)
    return scan_error_set_vault (error, result, &fault);
  /* These are carried over all the same, but for what the list said of them. */
  if (unlisted > 0)
    note (rekey, "vault", SCAN_ERROR_DAMAGED, "Some scans have lost their entries in the list.");
  return judge (rekey, error);
}

gboolean
scan_rekey_examine_again (ScanRekey *rekey, GError **error)
{
  g_autoptr (GBytes) now = seen_now (rekey->from);

  if (!rekey->leave_behind)
    vault_incomplete (rekey->from, on_incomplete, rekey);
  /* A scan was put into the trash, say, while others were copied. */
  if (now == NULL || rekey->seen == NULL || !g_bytes_equal (now, rekey->seen))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_ARRIVING,
                           "The vault was changed while it was carried over. Try again.");
      return FALSE;
    }
  return judge (rekey, error);
}

void
scan_rekey_clear_examination (ScanRekey *rekey)
{
  g_clear_pointer (&rekey->seen, g_bytes_unref);
}
