/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which passphrases were removed. A slot's file that is gone may have been lost or removed, and a
 * sync tool may bring one back; the journal knows (FORMAT.md, Folding). */
#include "files.h"
#include "open.h"
#include "vault_private.h"

#define FIELD_SLOT_REMOVED VAULT_FIELDS_OWN

bool
vault_slot_removed (const Vault *vault, const uint8_t id[VAULT_SLOT_ID_SIZE])
{
  const void *value;
  size_t n;

  return vault_get (vault, id, VAULT_SLOT_ID_SIZE, FIELD_SLOT_REMOVED, &value, &n) == VAULT_OK;
}

VaultError
vault_slot_mark_removed (Vault *vault, const uint8_t id[VAULT_SLOT_ID_SIZE], VaultFault *fault)
{
  static const uint8_t removed = 1;
  VaultTxn *txn = NULL;
  VaultError error = vault_txn_begin (vault, &txn);

  if (error == VAULT_OK)
    error =
        vault_txn_set (txn, id, VAULT_SLOT_ID_SIZE, FIELD_SLOT_REMOVED, &removed, sizeof removed);
  if (error == VAULT_OK)
    return vault_txn_commit (txn, NULL, NULL, fault);
  vault_txn_abort (txn);
  return vault_fail (fault, "j", error);
}
