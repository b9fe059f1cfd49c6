/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables and arrays that the fold grows. */
#include <stdlib.h>
#include <string.h>

#include "vault_private.h"

#define SLOTS_FIRST 64

void
vault_table_insert (IndexTable *table, uint32_t hash, uint32_t index)
{
  uint32_t at = hash & (table->slots - 1);

  while (table->table[at] != 0)
    at = (at + 1) & (table->slots - 1);
  table->table[at] = index + 1;
}

uint32_t
vault_table_at (const IndexTable *table, uint32_t hash, uint32_t i)
{
  return table->slots == 0 ? 0 : table->table[(hash + i) & (table->slots - 1)];
}

/* Stays at most half full, so that every probing ends. */
bool
vault_table_grow (IndexTable *table, uint32_t used, uint32_t more,
                  uint32_t (*hash_of) (const Fold *fold, uint32_t index), const Fold *fold)
{
  uint64_t wanted = table->slots == 0 ? SLOTS_FIRST : table->slots;
  uint32_t *fresh;

  while (((uint64_t) used + more) * 2 > wanted)
    wanted *= 2;
  if (wanted == table->slots)
    return true;
  if (wanted > UINT32_MAX / 2)
    return false;
  fresh = calloc (wanted, sizeof *fresh);
  if (fresh == NULL)
    return false;
  free (table->table);
  table->table = fresh;
  table->slots = (uint32_t) wanted;
  for (uint32_t i = 0; i < used; i++)
    vault_table_insert (table, hash_of (fold, i), i);
  return true;
}

bool
vault_array_grow (void *array, uint32_t n, size_t row_size)
{
  void *old, *grown;
  size_t room = n == 0 ? 1 : (size_t) n * 2;

  if ((n & (n - 1)) != 0)
    return true;
  memcpy (&old, array, sizeof old);
  grown = room > SIZE_MAX / row_size ? NULL : realloc (old, room * row_size);
  if (grown == NULL)
    return false;
  memcpy (array, &grown, sizeof grown);
  return true;
}
