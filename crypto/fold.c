/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records folded into tables. All operations commute: any order of records gives the same state. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "vault_private.h"

/* The name of the parity file stands first; the same group again, from a snapshot, is one. */
static ParityRow *
parity_row (Fold *fold, const uint8_t *name)
{
  for (uint32_t i = 0; i < fold->n_parities; i++)
    if (memcmp (fold->parities[i].body, name, 32) == 0)
      return &fold->parities[i];
  if (!vault_array_grow (&fold->parities, fold->n_parities, sizeof *fold->parities))
    return NULL;
  fold->parities[fold->n_parities] = (ParityRow){ .body = name, .size = 32 };
  return &fold->parities[fold->n_parities++];
}

static VaultError
fold_parity (Fold *fold, const Record *stamp, const uint8_t *body, size_t n)
{
  ParityRow *row;

  if (n < 32)
    return VAULT_ERROR_DAMAGED;
  row = parity_row (fold, body);
  if (row == NULL)
    return VAULT_ERROR_NO_MEMORY;
  if (row->size == 32)
    *row = (ParityRow){ body, n, stamp->writer, stamp->seq, stamp->clock, row->gone };
  return VAULT_OK;
}

static VaultError
fold_parity_gone (Fold *fold, const uint8_t *body, size_t n)
{
  if (n % 32 != 0)
    return VAULT_ERROR_DAMAGED;
  for (size_t at = 0; at < n; at += 32)
    {
      ParityRow *row = parity_row (fold, body + at);

      if (row == NULL)
        return VAULT_ERROR_NO_MEMORY;
      row->gone = true;
    }
  return VAULT_OK;
}

static VaultError
fold_device (Fold *fold, const Record *stamp, const uint8_t *body, size_t n)
{
  if (n < 8)
    return VAULT_ERROR_DAMAGED;
  if (!vault_array_grow (&fold->devices, fold->n_devices, sizeof *fold->devices))
    return VAULT_ERROR_NO_MEMORY;
  fold->devices[fold->n_devices++] = (DeviceRow){ body, n, stamp->writer, stamp->clock };
  return VAULT_OK;
}

static VaultError
fold_lost (Fold *fold, const uint8_t *body, size_t n)
{
  if (n % 24 != 0)
    return VAULT_ERROR_DAMAGED;
  for (size_t at = 0; at < n; at += 24)
    {
      LossRow loss = { get_le (body + at, 8), get_le (body + at + 8, 8),
                       get_le (body + at + 16, 8) };

      if (loss.first == 0 || loss.last < loss.first)
        return VAULT_ERROR_DAMAGED;
      if (!vault_array_grow (&fold->losses, fold->n_losses, sizeof *fold->losses))
        return VAULT_ERROR_NO_MEMORY;
      fold->losses[fold->n_losses++] = loss;
    }
  return VAULT_OK;
}

/* The operations behind it count as those of the record that it names. */
static VaultError
take_stamp (Record *stamp, const uint8_t *body, size_t n)
{
  uint64_t heads = n >= 18 ? get_le (body + 16, 2) : 0;

  if (!stamp->is_snapshot || n != 18 + 16 * heads)
    return VAULT_ERROR_DAMAGED;
  stamp->clock = get_le (body, 8);
  stamp->seq = get_le (body + 8, 8);
  stamp->heads = body + 18;
  stamp->n_heads = (uint32_t) heads;
  return VAULT_OK;
}

static VaultError
fold_op (Fold *fold, Record *stamp, const Op *op, bool *ret_read_only)
{
  switch (op->type)
    {
    case OP_ADD_BUNDLE:
      return vault_fold_bundle (fold, stamp, op->body, op->size);
    case OP_MEMBERS:
      return vault_fold_members (fold, stamp, op->body, op->size);
    case OP_SET:
      return vault_fold_set (fold, stamp, op->body, op->size);
    case OP_STAMP:
      return take_stamp (stamp, op->body, op->size);
    case OP_KEEP:
      return vault_fold_keep (fold, stamp, op->body, op->size);
    case OP_TOMBSTONE:
      return vault_fold_tombstone (fold, stamp, op->body, op->size);
    case OP_PARITY:
      return fold_parity (fold, stamp, op->body, op->size);
    case OP_PARITY_GONE:
      return fold_parity_gone (fold, op->body, op->size);
    case OP_LOST:
      return fold_lost (fold, op->body, op->size);
    case OP_DEVICE:
      return fold_device (fold, stamp, op->body, op->size);
    default:
      if ((op->type & OP_BLOCKS_WRITERS) != 0)
        *ret_read_only = true;
      return VAULT_OK;
    }
}

VaultError
vault_fold_record (Fold *fold, const Record *record, bool *ret_read_only)
{
  Record stamp = *record;
  const uint8_t *at = record->ops;
  size_t left = record->ops_size;
  VaultError error = VAULT_OK;
  Op op;

  for (uint32_t i = 0; i < record->n_ops && error == VAULT_OK; i++)
    error = vault_op_next (&at, &left, &op) ? fold_op (fold, &stamp, &op, ret_read_only)
                                            : VAULT_ERROR_DAMAGED;
  if (record->clock > fold->clock)
    fold->clock = record->clock;
  return error == VAULT_OK && left != 0 ? VAULT_ERROR_DAMAGED : error;
}

void
vault_fold_clear (Fold *fold)
{
  for (uint32_t i = 0; i < fold->n_slabs; i++)
    free (fold->slabs[i]);
  free (fold->slabs);
  free (fold->bundles);
  free (fold->adds);
  free (fold->tombs);
  free (fold->fields);
  free (fold->parities);
  free (fold->devices);
  free (fold->losses);
  free (fold->by_name.table);
  free (fold->by_id.table);
  free (fold->tomb_by_id.table);
  free (fold->by_field.table);
  memset (fold, 0, sizeof *fold);
}

size_t
vault_entry_count (const Vault *vault)
{
  return vault->fold.n_entries;
}

const VaultEntry *
vault_entry_at (const Vault *vault, size_t i)
{
  return i < vault->fold.n_entries ? &vault_fold_entry (&vault->fold, (uint32_t) i)->entry : NULL;
}

const VaultEntry *
vault_entry_find (const Vault *vault, const uint8_t id[VAULT_ID_SIZE])
{
  Vault *locked = (Vault *) vault;
  const EntryRow *row;

  pthread_rwlock_rdlock (&locked->tables);
  row = vault_fold_find (&vault->fold, id);
  if (row != NULL && row->entry.deleted)
    row = NULL;
  pthread_rwlock_unlock (&locked->tables);
  return row != NULL ? &row->entry : NULL;
}

uint64_t
vault_stored_bytes (const Vault *vault)
{
  Vault *locked = (Vault *) vault;
  uint64_t bytes = 0;

  pthread_rwlock_rdlock (&locked->tables);
  for (uint32_t i = 0; i < vault->fold.n_bundles; i++)
    if (vault->fold.bundles[i].living > 0)
      bytes += vault->fold.bundles[i].file_size;
  pthread_rwlock_unlock (&locked->tables);
  return bytes;
}
