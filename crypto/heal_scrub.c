/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A little checking again and again, so that rot is met while parity can still heal it. */
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "heal.h"

typedef struct
{
  uint64_t place; /* the first bytes of the name: the order of the round */
  uint8_t name[32];
  uint64_t size;
  const ParityGroup *group; /* of a parity file */
} Item;

static int
compare_items (const void *a, const void *b)
{
  return memcmp (((const Item *) a)->name, ((const Item *) b)->name, 32);
}

static void
fill_item (Item *item, const uint8_t name[32], uint64_t size, const ParityGroup *group)
{
  item->place = 0;
  for (size_t i = 0; i < 8; i++)
    item->place = item->place << 8 | name[i];
  memcpy (item->name, name, 32);
  item->size = size;
  item->group = group;
}

static VaultError
list_items (const Repair *repair, Item **ret_items, uint32_t *ret_n)
{
  BundleState *bundles;
  uint32_t n_bundles, n = 0;
  Item *items;
  VaultError error = vault_bundle_states (repair->vault, &bundles, &n_bundles);

  if (error != VAULT_OK)
    return error;
  items = malloc (sizeof *items * ((size_t) n_bundles + repair->groups.n + 1));
  for (uint32_t i = 0; items != NULL && i < n_bundles; i++)
    if (bundles[i].alive && !bundles[i].arriving)
      fill_item (&items[n++], bundles[i].row.name, bundles[i].row.file_size, NULL);
  for (uint32_t i = 0; items != NULL && i < repair->groups.n; i++)
    {
      const ParityGroup *group = &repair->groups.rows[i];

      if (group->counts && vault_writer_is_own (repair->vault, group->writer))
        fill_item (&items[n++], group->name, vault_parity_file_size (group), group);
    }
  free (bundles);
  if (items == NULL)
    return VAULT_ERROR_NO_MEMORY;
  qsort (items, n, sizeof *items, compare_items);
  *ret_items = items;
  *ret_n = n;
  return VAULT_OK;
}

/* Parity is computed from whole bundles, so those that are not come first: it may heal them yet. */
static VaultError
rebuild_parity (Repair *repair, const ParityGroup *group, VaultFault *fault)
{
  VaultError error = vault_rebuild_parity (repair->vault, group, fault);

  if (error == VAULT_OK)
    return error;
  for (uint32_t i = 0; i < group->n_parts && !repair->stopped; i++)
    {
      char path[VAULT_PATH_MAX];
      VaultFault here;

      vault_bundle_path (group->parts[i].bundle, path);
      if (vault_file_proves (repair->vault->root, path, group->parts[i].bundle) != VAULT_OK)
        vault_repair_settle (
            repair, path,
            vault_rebuild_bundle (repair->vault, &repair->groups, group->parts[i].bundle, &here),
            &here);
    }
  return repair->stopped ? error : vault_rebuild_parity (repair->vault, group, fault);
}

static void
scrub_item (Repair *repair, const Item *item)
{
  char path[VAULT_PATH_MAX];
  VaultFault fault;
  VaultError error;

  if (item->group != NULL)
    vault_parity_path (item->name, path);
  else
    vault_bundle_path (item->name, path);
  repair->done += item->size;
  repair->repaired.bytes += item->size;
  if (vault_file_proves (repair->vault->root, path, item->name) == VAULT_OK)
    {
      vault_repair_tell (repair, VAULT_REPAIR_PROGRESS, path);
      return;
    }
  error = item->group != NULL
              ? rebuild_parity (repair, item->group, &fault)
              : vault_rebuild_bundle (repair->vault, &repair->groups, item->name, &fault);
  vault_repair_settle (repair, path, error, &fault);
}

static void
scrub (Repair *repair, const Item *items, uint32_t n)
{
  uint64_t place = vault_local_scrub_get (repair->vault);
  uint32_t start = 0, i = 0;

  while (start < n && items[start].place <= place)
    start++;
  for (; i < n && repair->done < repair->total && !repair->stopped; i++)
    {
      scrub_item (repair, &items[(start + i) % n]);
      place = items[(start + i) % n].place;
    }
  if (i == 0)
    return;
  /* A commit in another thread saves there too. */
  pthread_mutex_lock (&repair->vault->writing);
  vault_local_scrub_set (repair->vault, place);
  pthread_mutex_unlock (&repair->vault->writing);
}

VaultError
vault_scrub (Vault *vault, uint64_t budget, VaultRepairFunc func, void *data,
             VaultRepaired *ret_repaired, VaultFault *fault)
{
  Repair repair = { .vault = vault, .func = func, .data = data, .total = budget };
  Item *items = NULL;
  uint32_t n = 0;

  if (vault->read_only)
    return vault_fail (fault, "", VAULT_ERROR_NEWER);
  repair.error = vault_parity_list (vault, &repair.groups);
  if (repair.error == VAULT_OK)
    repair.error = list_items (&repair, &items, &n);
  if (repair.error == VAULT_OK)
    scrub (&repair, items, n);
  else
    vault_fail (&repair.fault, "", repair.error);
  free (items);
  vault_parity_list_clear (&repair.groups);
  *ret_repaired = repair.repaired;
  if (repair.error != VAULT_OK && fault != NULL)
    *fault = repair.fault;
  return repair.error;
}
