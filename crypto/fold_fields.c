/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of entities: the last writer wins. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "vault_private.h"

/* Eight bytes a step, because this runs for every field of a vault while its owner waits. The odd
 * constant is 2^64 divided by the golden ratio. */
static uint32_t
hash_field (const uint8_t *entity, size_t n, uint16_t field)
{
  uint64_t hash = (uint64_t) field << 8 ^ n;

  for (size_t at = 0; at < n; at += 8)
    {
      uint64_t word = 0;

      memcpy (&word, entity + at, n - at < 8 ? n - at : 8);
      hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
      hash ^= hash >> 32;
    }
  return (uint32_t) hash;
}

static uint32_t
hash_row (const Fold *fold, uint32_t index)
{
  return fold->fields[index].hash;
}

static FieldRow *
find_field (const Fold *fold, uint32_t hash, const uint8_t *entity, size_t n, uint16_t field)
{
  uint32_t slot;

  for (uint32_t i = 0; (slot = vault_table_at (&fold->by_field, hash, i)) != 0; i++)
    {
      FieldRow *row = &fold->fields[slot - 1];

      if (row->hash == hash && row->field == field && row->entity_len == n &&
          memcmp (row->entity, entity, n) == 0)
        return row;
    }
  return NULL;
}

static bool
parse_set (const uint8_t *body, size_t n, FieldRow *ret_row)
{
  if (n < 3 || n - 3 < body[2] || body[2] == 0 || n - 3 - body[2] > UINT32_MAX)
    return false;
  ret_row->field = (uint16_t) get_le (body, 2);
  ret_row->entity_len = body[2];
  ret_row->entity = body + 3;
  ret_row->value = body + 3 + ret_row->entity_len;
  ret_row->value_len = (uint32_t) (n - 3 - ret_row->entity_len);
  ret_row->hash = hash_field (ret_row->entity, ret_row->entity_len, ret_row->field);
  return true;
}

VaultError
vault_fold_set (Fold *fold, const Record *stamp, const uint8_t *body, size_t n)
{
  FieldRow row, *old;

  if (!parse_set (body, n, &row))
    return VAULT_ERROR_DAMAGED;
  row.clock = stamp->clock;
  row.writer = stamp->writer;
  old = find_field (fold, row.hash, row.entity, row.entity_len, row.field);
  if (old != NULL)
    {
      if (row.clock > old->clock || (row.clock == old->clock && row.writer >= old->writer))
        *old = row;
      return VAULT_OK;
    }
  if (!vault_array_grow (&fold->fields, fold->n_fields, sizeof row) ||
      !vault_table_grow (&fold->by_field, fold->n_fields, 1, hash_row, fold))
    return VAULT_ERROR_NO_MEMORY;
  fold->fields[fold->n_fields] = row;
  vault_table_insert (&fold->by_field, row.hash, fold->n_fields++);
  return VAULT_OK;
}

bool
vault_fold_set_stands (const Fold *fold, const uint8_t *body, size_t n)
{
  FieldRow row, *winner;

  if (!parse_set (body, n, &row))
    return false;
  winner = find_field (fold, row.hash, row.entity, row.entity_len, row.field);
  return winner != NULL && winner->value == row.value;
}

void
vault_fold (const Vault *vault, VaultFoldFunc func, void *data)
{
  Vault *locked = (Vault *) vault;
  bool going = true;

  pthread_rwlock_rdlock (&locked->tables);
  for (uint32_t i = 0; i < vault->fold.n_fields && going; i++)
    {
      const FieldRow *row = &vault->fold.fields[i];

      if (row->value_len > 0)
        going = func (row->entity, row->entity_len, row->field, row->value, row->value_len,
                      row->clock >> 16, data);
    }
  pthread_rwlock_unlock (&locked->tables);
}

VaultError
vault_get (const Vault *vault, const void *entity, size_t entity_len, uint16_t field,
           const void **ret_value, size_t *ret_len)
{
  Vault *locked = (Vault *) vault;
  const FieldRow *row;

  pthread_rwlock_rdlock (&locked->tables);
  row =
      find_field (&vault->fold, hash_field (entity, entity_len, field), entity, entity_len, field);
  if (row != NULL && row->value_len == 0)
    row = NULL;
  if (row != NULL)
    {
      *ret_value = row->value;
      *ret_len = row->value_len;
    }
  pthread_rwlock_unlock (&locked->tables);
  return row != NULL ? VAULT_OK : VAULT_ERROR_NOT_FOUND;
}
