/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records folded into tables. All operations commute: any order of records gives the same state. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "vault_private.h"

enum
{
  OP_ADD_BUNDLE = 1,
  OP_MEMBERS = 2,
  OP_SET = 3,
  OP_BLOCKS_WRITERS = 0x80 /* an unknown operation with this bit: do not write */
};

#define HEAD_SIZE 62
#define MEMBER_SIZE 41

const VaultEntry *
vault_fold_entry (const Fold *fold, uint32_t i)
{
  return &fold->slabs[i / ENTRY_SLAB][i % ENTRY_SLAB];
}

static uint32_t
hash_id (const uint8_t id[32])
{
  return (uint32_t) get_le (id, 4);
}

/* Room for one more in an array that doubles, and in its table, which stays at most half full. */
static bool
grow_table (uint32_t **table, uint32_t *slots, uint32_t used)
{
  uint32_t wanted = *slots == 0 ? 64 : *slots;
  uint32_t *fresh;

  if ((used + 1) * 2 <= *slots)
    return true;
  while ((used + 1) * 2 > wanted)
    wanted *= 2;
  fresh = calloc (wanted, sizeof *fresh);
  if (fresh == NULL)
    return false;
  free (*table);
  *table = fresh;
  *slots = wanted;
  return true;
}

static void
insert_slot (uint32_t *table, uint32_t slots, uint32_t hash, uint32_t index)
{
  uint32_t at = hash & (slots - 1);

  while (table[at] != 0)
    at = (at + 1) & (slots - 1);
  table[at] = index + 1;
}

static int64_t
find_bundle (const Fold *fold, const uint8_t name[32])
{
  for (uint32_t at = hash_id (name); fold->bundle_slots != 0; at++)
    {
      uint32_t slot = fold->bundle_table[at & (fold->bundle_slots - 1)];

      if (slot == 0)
        break;
      if (memcmp (fold->bundles[slot - 1].name, name, 32) == 0)
        return slot - 1;
    }
  return -1;
}

static VaultError
add_bundle (Fold *fold, const uint8_t *body, size_t n)
{
  uint32_t slots = fold->bundle_slots;
  BundleRow *row;

  if (n != 76)
    return VAULT_ERROR_DAMAGED;
  if (find_bundle (fold, body) >= 0)
    return VAULT_OK;
  if ((fold->n_bundles & (fold->n_bundles - 1)) == 0)
    {
      BundleRow *grown = realloc (
          fold->bundles, sizeof *grown * (fold->n_bundles == 0 ? 1 : fold->n_bundles * 2u));

      if (grown == NULL)
        return VAULT_ERROR_NO_MEMORY;
      fold->bundles = grown;
    }
  if (!grow_table (&fold->bundle_table, &fold->bundle_slots, fold->n_bundles))
    return VAULT_ERROR_NO_MEMORY;
  if (slots != fold->bundle_slots)
    for (uint32_t i = 0; i < fold->n_bundles; i++)
      insert_slot (fold->bundle_table, fold->bundle_slots, hash_id (fold->bundles[i].name), i);
  row = &fold->bundles[fold->n_bundles];
  memcpy (row->name, body, 32);
  memcpy (row->salt, body + 32, 32);
  row->file_size = get_le (body + 64, 8);
  row->n_members = (uint32_t) get_le (body + 72, 4);
  insert_slot (fold->bundle_table, fold->bundle_slots, hash_id (row->name), fold->n_bundles++);
  fold->stored_bytes += row->file_size;
  return VAULT_OK;
}

static int64_t
find_entry (const Fold *fold, const uint8_t id[32])
{
  for (uint32_t at = hash_id (id); fold->entry_slots != 0; at++)
    {
      uint32_t slot = fold->entry_table[at & (fold->entry_slots - 1)];

      if (slot == 0)
        break;
      if (memcmp (vault_fold_entry (fold, slot - 1)->id, id, 32) == 0)
        return slot - 1;
    }
  return -1;
}

static bool
room_for_entries (Fold *fold, uint32_t n)
{
  uint32_t slots = fold->entry_slots;
  uint32_t want = (fold->n_entries + n + ENTRY_SLAB - 1) / ENTRY_SLAB;

  if (want > fold->n_slabs)
    {
      VaultEntry **grown = realloc (fold->slabs, sizeof *grown * want);

      if (grown == NULL)
        return false;
      fold->slabs = grown;
      for (; fold->n_slabs < want; fold->n_slabs++)
        if ((grown[fold->n_slabs] = malloc (sizeof (VaultEntry) * ENTRY_SLAB)) == NULL)
          return false;
    }
  if (!grow_table (&fold->entry_table, &fold->entry_slots, fold->n_entries + n))
    return false;
  if (slots != fold->entry_slots)
    for (uint32_t i = 0; i < fold->n_entries; i++)
      insert_slot (fold->entry_table, fold->entry_slots, hash_id (vault_fold_entry (fold, i)->id),
                   i);
  return true;
}

static VaultError
add_members (Fold *fold, const uint8_t *body, size_t n)
{
  int64_t bundle;
  uint32_t members;

  if (n < 32 || (n - 32) % MEMBER_SIZE != 0)
    return VAULT_ERROR_DAMAGED;
  members = (uint32_t) ((n - 32) / MEMBER_SIZE);
  bundle = find_bundle (fold, body);
  if (bundle < 0)
    return VAULT_ERROR_DAMAGED;
  if (!room_for_entries (fold, members))
    return VAULT_ERROR_NO_MEMORY;
  for (uint32_t i = 0; i < members; i++)
    {
      const uint8_t *row = body + 32 + (size_t) i * MEMBER_SIZE;
      VaultEntry *entry;

      /* Two computers may have stored the same bytes: the first place will do. */
      if (find_entry (fold, row) >= 0)
        continue;
      entry = &fold->slabs[fold->n_entries / ENTRY_SLAB][fold->n_entries % ENTRY_SLAB];
      memset (entry, 0, sizeof *entry);
      memcpy (entry->id, row, 32);
      entry->size = get_le (row + 32, 8);
      entry->role = row[40];
      entry->bundle = (uint32_t) bundle;
      entry->index = i;
      insert_slot (fold->entry_table, fold->entry_slots, hash_id (row), fold->n_entries++);
    }
  return VAULT_OK;
}

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

static int64_t
find_field (const Fold *fold, uint32_t hash, const uint8_t *entity, size_t n, uint16_t field)
{
  for (uint32_t at = hash; fold->field_slots != 0; at++)
    {
      uint32_t slot = fold->field_table[at & (fold->field_slots - 1)];
      const FieldRow *row;

      if (slot == 0)
        break;
      row = &fold->fields[slot - 1];
      if (row->hash == hash && row->field == field && row->entity_len == n &&
          memcmp (row->entity, entity, n) == 0)
        return slot - 1;
    }
  return -1;
}

static VaultError
set_field (Fold *fold, const uint8_t *body, size_t n, uint64_t clock, uint64_t writer)
{
  uint32_t slots = fold->field_slots;
  FieldRow row;
  int64_t found;

  if (n < 3 || n - 3 < body[2] || body[2] == 0 || n - 3 - body[2] > UINT32_MAX)
    return VAULT_ERROR_DAMAGED;
  row.field = (uint16_t) get_le (body, 2);
  row.entity_len = body[2];
  row.entity = body + 3;
  row.value = body + 3 + row.entity_len;
  row.value_len = (uint32_t) (n - 3 - row.entity_len);
  row.clock = clock;
  row.writer = writer;
  row.hash = hash_field (row.entity, row.entity_len, row.field);
  found = find_field (fold, row.hash, row.entity, row.entity_len, row.field);
  if (found >= 0)
    {
      FieldRow *old = &fold->fields[found];

      if (clock > old->clock || (clock == old->clock && writer >= old->writer))
        *old = row;
      return VAULT_OK;
    }
  if ((fold->n_fields & (fold->n_fields - 1)) == 0)
    {
      FieldRow *grown =
          realloc (fold->fields, sizeof *grown * (fold->n_fields == 0 ? 1 : fold->n_fields * 2u));

      if (grown == NULL)
        return VAULT_ERROR_NO_MEMORY;
      fold->fields = grown;
    }
  if (!grow_table (&fold->field_table, &fold->field_slots, fold->n_fields))
    return VAULT_ERROR_NO_MEMORY;
  if (slots != fold->field_slots)
    for (uint32_t i = 0; i < fold->n_fields; i++)
      insert_slot (fold->field_table, fold->field_slots, fold->fields[i].hash, i);
  fold->fields[fold->n_fields] = row;
  insert_slot (fold->field_table, fold->field_slots, row.hash, fold->n_fields++);
  return VAULT_OK;
}

VaultError
vault_record_parse (const uint8_t *payload, size_t size, Record *ret_record)
{
  Record record;
  uint64_t pad, heads;

  if (size < HEAD_SIZE + 4)
    return VAULT_ERROR_DAMAGED;
  record.writer = get_le (payload, 8);
  record.seq = get_le (payload + 8, 8);
  memcpy (record.prev, payload + 16, 32);
  record.clock = get_le (payload + 48, 8);
  heads = get_le (payload + 56, 2) * 16;
  record.n_ops = (uint32_t) get_le (payload + 58, 4);
  pad = get_le (payload + size - 4, 4);
  if (HEAD_SIZE + heads + pad + 4 > size)
    return VAULT_ERROR_DAMAGED;
  record.ops = payload + HEAD_SIZE + heads;
  record.ops_size = size - 4 - pad - HEAD_SIZE - heads;
  *ret_record = record;
  return VAULT_OK;
}

VaultError
vault_fold_record (Fold *fold, const Record *record, bool *ret_read_only)
{
  const uint8_t *at = record->ops;
  size_t left = record->ops_size;
  VaultError error = VAULT_OK;

  for (uint32_t i = 0; i < record->n_ops && error == VAULT_OK; i++)
    {
      uint64_t n = left >= 5 ? get_le (at + 1, 4) : UINT64_MAX;
      uint8_t type = left >= 5 ? at[0] : 0;

      if (left < 5 || n > left - 5)
        return VAULT_ERROR_DAMAGED;
      if (type == OP_ADD_BUNDLE)
        error = add_bundle (fold, at + 5, n);
      else if (type == OP_MEMBERS)
        error = add_members (fold, at + 5, n);
      else if (type == OP_SET)
        error = set_field (fold, at + 5, n, record->clock, record->writer);
      else if ((type & OP_BLOCKS_WRITERS) != 0)
        *ret_read_only = true;
      at += 5 + n;
      left -= 5 + n;
    }
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
  free (fold->fields);
  free (fold->bundle_table);
  free (fold->entry_table);
  free (fold->field_table);
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
  return i < vault->fold.n_entries ? vault_fold_entry (&vault->fold, (uint32_t) i) : NULL;
}

const VaultEntry *
vault_entry_find (const Vault *vault, const uint8_t id[VAULT_ID_SIZE])
{
  Vault *locked = (Vault *) vault;
  const VaultEntry *entry = NULL;
  int64_t found;

  pthread_rwlock_rdlock (&locked->tables);
  found = find_entry (&vault->fold, id);
  if (found >= 0)
    entry = vault_fold_entry (&vault->fold, (uint32_t) found);
  pthread_rwlock_unlock (&locked->tables);
  return entry;
}

uint64_t
vault_stored_bytes (const Vault *vault)
{
  return vault->fold.stored_bytes;
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
  int64_t found;

  pthread_rwlock_rdlock (&locked->tables);
  found =
      find_field (&vault->fold, hash_field (entity, entity_len, field), entity, entity_len, field);
  if (found >= 0)
    {
      *ret_value = vault->fold.fields[found].value;
      *ret_len = vault->fold.fields[found].value_len;
    }
  pthread_rwlock_unlock (&locked->tables);
  return found >= 0 ? VAULT_OK : VAULT_ERROR_NOT_FOUND;
}
