/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "error.h"

#include <errno.h>

typedef struct
{
  guint damaged_slots;
} ScanErrorPrivate;

static void
scan_error_private_init (ScanErrorPrivate *private)
{
}

static void
scan_error_private_copy (const ScanErrorPrivate *from, ScanErrorPrivate *to)
{
  *to = *from;
}

static void
scan_error_private_clear (ScanErrorPrivate *private)
{
}

G_DEFINE_EXTENDED_ERROR (ScanError, scan_error)

typedef struct
{
  const char *name;
  int exit_code;
} ErrorFace;

/* Names for JSON and exit codes, by ScanErrorCode. */
static const ErrorFace error_faces[] = {
  [SCAN_ERROR_WRONG_SECRET] = { "wrong-secret", 3 },
  [SCAN_ERROR_FOREIGN_KEY] = { "foreign-key", 3 },
  [SCAN_ERROR_REMOVED_SECRET] = { "wrong-secret", 3 },
  [SCAN_ERROR_DAMAGED_SECRETS] = { "wrong-secret", 3 },
  [SCAN_ERROR_SLOTS] = { "slots-damaged", 4 },
  [SCAN_ERROR_FOREIGN] = { "foreign", 4 },
  [SCAN_ERROR_DAMAGED] = { "damaged", 4 },
  [SCAN_ERROR_MISSING] = { "missing", 4 },
  [SCAN_ERROR_ARRIVING] = { "arriving", 6 },
  [SCAN_ERROR_REFUSED] = { "refused", 5 },
  [SCAN_ERROR_LAST_SECRET] = { "last-passphrase", 6 },
  [SCAN_ERROR_MANY_SECRETS] = { "too-many-passphrases", 6 },
  [SCAN_ERROR_FULL] = { "disk-full", 6 },
  [SCAN_ERROR_PERMISSION] = { "permission", 6 },
  [SCAN_ERROR_NOT_FOUND] = { "not-found", 6 },
  [SCAN_ERROR_NO_ITEM] = { "no-item", 6 },
  [SCAN_ERROR_AMBIGUOUS] = { "ambiguous", 2 },
  [SCAN_ERROR_NOT_A_VAULT] = { "not-a-vault", 6 },
  [SCAN_ERROR_NEWER] = { "newer", 6 },
  [SCAN_ERROR_BUSY] = { "busy", 6 },
  [SCAN_ERROR_EXISTS] = { "exists", 6 },
  [SCAN_ERROR_NO_MEMORY] = { "no-memory", 6 },
  [SCAN_ERROR_IO] = { "io", 6 },
  [SCAN_ERROR_UNREADABLE] = { "unreadable", 6 },
  [SCAN_ERROR_UNSUPPORTED] = { "unsupported", 6 },
  [SCAN_ERROR_READER] = { "reader", 6 },
  [SCAN_ERROR_NO_SANDBOX] = { "no-sandbox", 6 },
  [SCAN_ERROR_PASSWORD] = { "archive-password", 6 },
  [SCAN_ERROR_LIMIT] = { "beyond-limits", 6 },
  [SCAN_ERROR_USAGE] = { "usage", 2 },
  [SCAN_ERROR_BUG] = { "bug", 70 },
};

typedef struct
{
  ScanErrorCode code;
  const char *sentence;
} VaultFace;

/* By VaultError. VAULT_OK and VAULT_ERROR_CANCELLED are handled apart. */
static const VaultFace vault_faces[] = {
  [VAULT_ERROR_SECRET] = { SCAN_ERROR_WRONG_SECRET,
                           "The passphrase or recovery key does not open this vault." },
  [VAULT_ERROR_SLOT] = { SCAN_ERROR_SLOTS, "The vault's records for passphrases are damaged or "
                                           "missing. Use the recovery key." },
  [VAULT_ERROR_DAMAGED] = { SCAN_ERROR_DAMAGED, "Part of the vault is damaged." },
  [VAULT_ERROR_MISSING] = { SCAN_ERROR_MISSING, "Part of the vault is missing." },
  [VAULT_ERROR_ARRIVING] = { SCAN_ERROR_ARRIVING,
                             "Part of this scan has not arrived on this computer yet." },
  [VAULT_ERROR_FOREIGN] = { SCAN_ERROR_DAMAGED,
                            "The vault holds a file that belongs to another vault." },
  [VAULT_ERROR_NOT_A_VAULT] = { SCAN_ERROR_NOT_A_VAULT, "There is no vault in this folder." },
  [VAULT_ERROR_NEWER] = { SCAN_ERROR_NEWER,
                          "The vault was written by a newer version of the program." },
  [VAULT_ERROR_NO_MEMORY] = { SCAN_ERROR_NO_MEMORY, "There is not enough free memory." },
  [VAULT_ERROR_BUSY] = { SCAN_ERROR_BUSY, "The vault is open elsewhere on this computer." },
  [VAULT_ERROR_EXISTS] = { SCAN_ERROR_EXISTS, "Something is already in that place." },
  [VAULT_ERROR_NOT_FOUND] = { SCAN_ERROR_NOT_FOUND, "There is no such file or folder." },
  [VAULT_ERROR_FULL] = { SCAN_ERROR_FULL, "The disk is full." },
  [VAULT_ERROR_PERMISSION] = { SCAN_ERROR_PERMISSION,
                               "The system does not permit this in the vault's folder." },
  [VAULT_ERROR_IO] = { SCAN_ERROR_IO, "The system could not read or write the vault." },
  [VAULT_ERROR_CHANGED] = { SCAN_ERROR_IO, "A file changed while it was being read." },
  [VAULT_ERROR_REMOVED] = { SCAN_ERROR_REMOVED_SECRET,
                            "This passphrase was removed from the vault and does not open it any "
                            "more. Use another one or the recovery key." },
  [VAULT_ERROR_ARGUMENT] = { SCAN_ERROR_BUG, "The program used its vault wrongly. This is a bug." },
};

gboolean
scan_error_set_vault (GError **error, VaultError vault_error, const VaultFault *fault)
{
  const VaultFace *face;

  if (vault_error == VAULT_ERROR_CANCELLED)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped on request.");
      return FALSE;
    }

  if (vault_error <= VAULT_OK || (gsize) vault_error >= G_N_ELEMENTS (vault_faces))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_BUG,
                           "The vault failed without saying why. This is a bug.");
      return FALSE;
    }

  face = &vault_faces[vault_error];
  if (fault != NULL && fault->sys_errno != 0)
    g_set_error (error, SCAN_ERROR, face->code, "%s (%s)", face->sentence,
                 g_strerror (fault->sys_errno));
  else
    g_set_error_literal (error, SCAN_ERROR, face->code, face->sentence);
  return FALSE;
}

gboolean
scan_error_set_unlock (GError **error, VaultError vault_error, const VaultFault *fault,
                       gboolean by_sheet)
{
  guint damaged = fault != NULL && !by_sheet ? fault->damaged_slots : 0;

  if (vault_error == VAULT_ERROR_FOREIGN && by_sheet)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_FOREIGN_KEY,
                         "This recovery key belongs to another vault.");
  else if (vault_error == VAULT_ERROR_FOREIGN)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_FOREIGN,
                         "The records for passphrases in this folder belong to another vault. Use "
                         "the recovery key of this one.");
  else if (vault_error == VAULT_ERROR_SLOT && damaged == 0 && fault != NULL)
    g_set_error_literal (
        error, SCAN_ERROR, SCAN_ERROR_SLOTS,
        "No passphrase is left for this vault: each of them was removed, perhaps on "
        "another computer, or its record is lost. Use the recovery key.");
  else if (vault_error == VAULT_ERROR_SECRET && damaged > 0)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_DAMAGED_SECRETS,
                         "The passphrase does not open this vault, or the vault's record of it is "
                         "damaged: use the recovery sheet.");
  else
    scan_error_set_vault (error, vault_error, fault);
  if (error != NULL && *error != NULL && (*error)->domain == SCAN_ERROR)
    scan_error_get_private (*error)->damaged_slots = damaged;
  return FALSE;
}

guint
scan_error_damaged_slots (const GError *error)
{
  return error != NULL && error->domain == SCAN_ERROR
             ? scan_error_get_private (error)->damaged_slots
             : 0;
}

gboolean
scan_error_set_errno (GError **error, int saved_errno, const char *sentence)
{
  ScanErrorCode code;

  switch (saved_errno)
    {
    case ENOSPC:
    case EDQUOT:
      code = SCAN_ERROR_FULL;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = SCAN_ERROR_PERMISSION;
      break;
    case ENOENT:
    case ENOTDIR:
      code = SCAN_ERROR_NOT_FOUND;
      break;
    case EEXIST:
    case ENOTEMPTY:
      code = SCAN_ERROR_EXISTS;
      break;
    case ENOMEM:
      code = SCAN_ERROR_NO_MEMORY;
      break;
    default:
      code = SCAN_ERROR_IO;
      break;
    }

  g_set_error (error, SCAN_ERROR, code, "%s (%s)", sentence, g_strerror (saved_errno));
  return FALSE;
}

int
scan_error_exit_code (const GError *error)
{
  if (error == NULL)
    return 0;
  if (error->domain == G_IO_ERROR && error->code == G_IO_ERROR_CANCELLED)
    return 6;
  if (error->domain == SCAN_ERROR && error->code >= 0 &&
      (gsize) error->code < G_N_ELEMENTS (error_faces))
    return error_faces[error->code].exit_code;
  return 70;
}

const char *
scan_error_name (const GError *error)
{
  if (error != NULL && error->domain == G_IO_ERROR && error->code == G_IO_ERROR_CANCELLED)
    return "cancelled";
  if (error != NULL && error->domain == SCAN_ERROR && error->code >= 0 &&
      (gsize) error->code < G_N_ELEMENTS (error_faces))
    return error_faces[error->code].name;
  return "bug";
}
