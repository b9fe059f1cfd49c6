/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which members suffer from damaged and missing bundles. */
#include <string.h>

#include "check.h"
#include "member.h"

#define PLACES_MAX 8

typedef struct
{
  uint8_t id[VAULT_ID_SIZE], role;
  AddStamp places[PLACES_MAX];
  size_t n_places;
} Located;

static bool
locate (const Check *check, uint32_t i, Located *located)
{
  const EntryRow *row;
  bool living;

  pthread_rwlock_rdlock (&check->vault->tables);
  row = vault_fold_entry (&check->vault->fold, i);
  living = !row->entry.deleted;
  if (living)
    {
      memcpy (located->id, row->entry.id, VAULT_ID_SIZE);
      located->role = row->entry.role;
      located->n_places = vault_fold_places (&check->vault->fold, row, located->places, PLACES_MAX);
    }
  pthread_rwlock_unlock (&check->vault->tables);
  return living && located->n_places > 0;
}

/* Those of one bundle stand behind one another, by bundle. */
static const DamagedMember *
find_damaged (const Check *check, uint32_t bundle, const uint8_t id[VAULT_ID_SIZE])
{
  uint32_t low = 0, high = check->n_damaged;

  while (low < high)
    {
      uint32_t middle = low + (high - low) / 2;

      if (check->damaged[middle].bundle < bundle)
        low = middle + 1;
      else
        high = middle;
    }
  for (; low < check->n_damaged && check->damaged[low].bundle == bundle; low++)
    if (memcmp (check->damaged[low].id, id, VAULT_ID_SIZE) == 0)
      return &check->damaged[low];
  return NULL;
}

static bool
stands_at (const Check *check, const Located *located, size_t place)
{
  uint32_t bundle = located->places[place].bundle;

  /* Came with a commit while the check ran. */
  if (bundle >= check->n_bundles || check->health[bundle] == HEALTH_WHOLE)
    return true;
  return check->health[bundle] == HEALTH_PART && find_damaged (check, bundle, located->id) == NULL;
}

static bool
is_readable (const Check *check, const Located *located)
{
  for (size_t i = 0; i < located->n_places; i++)
    if (stands_at (check, located, i))
      return true;
  /* A bundle that is due to be removed was not looked at and may still hold it. */
  return located->n_places > 1 && vault_member_verify (check->vault, located->id, NULL) == VAULT_OK;
}

static VaultCheckKind
kind_of (BundleHealth health)
{
  return health == HEALTH_MISSING    ? VAULT_CHECK_MISSING
         : health == HEALTH_ARRIVING ? VAULT_CHECK_ARRIVING
                                     : VAULT_CHECK_DAMAGED;
}

static void
name_member (Check *check, const Located *located)
{
  uint32_t bundle = located->places[0].bundle;
  const DamagedMember *damaged = find_damaged (check, bundle, located->id);
  char path[VAULT_PATH_MAX];

  vault_bundle_path (check->bundles[bundle].row.name, path);
  vault_check_tell (check, kind_of (check->health[bundle]), path, located->id,
                    damaged != NULL ? damaged->chunk : UINT64_MAX, 0);
  check->told[bundle] = true;
}

/* Somebody relies on it, and the bundle that held it was removed elsewhere, or nobody here knows it
 * yet. */
static void
check_placeless (Check *check)
{
  bool arriving = false;
  uint32_t n_entries;

  for (size_t i = 0; i < vault_notice_count (check->vault); i++)
    arriving = arriving || vault_notice_at (check->vault, i)->kind == VAULT_NOTICE_ARRIVING;
  pthread_rwlock_rdlock (&check->vault->tables);
  n_entries = check->vault->fold.n_entries;
  pthread_rwlock_unlock (&check->vault->tables);
  for (uint32_t i = 0; i < n_entries && !check->stopped; i++)
    {
      uint8_t id[VAULT_ID_SIZE];
      const EntryRow *row;
      bool placeless;

      pthread_rwlock_rdlock (&check->vault->tables);
      row = vault_fold_entry (&check->vault->fold, i);
      placeless = row->wanted && row->entry.deleted;
      memcpy (id, row->entry.id, sizeof id);
      pthread_rwlock_unlock (&check->vault->tables);
      if (placeless)
        vault_check_tell (check, arriving ? VAULT_CHECK_ARRIVING : VAULT_CHECK_MISSING, "", id,
                          UINT64_MAX, 0);
    }
}

void
vault_check_members (Check *check)
{
  uint32_t n_entries;
  bool whole = true;

  check_placeless (check);

  for (uint32_t i = 0; i < check->n_bundles && whole; i++)
    whole = check->health[i] == HEALTH_WHOLE || check->health[i] == HEALTH_DEAD;
  if (whole)
    return;
  pthread_rwlock_rdlock (&check->vault->tables);
  n_entries = check->vault->fold.n_entries;
  pthread_rwlock_unlock (&check->vault->tables);
  for (uint32_t i = 0; i < n_entries && !check->stopped; i++)
    {
      Located located;

      if (locate (check, i, &located) && located.role == VAULT_ROLE_ORIGINAL &&
          !is_readable (check, &located))
        name_member (check, &located);
    }
  for (uint32_t i = 0; i < check->n_bundles && !check->stopped; i++)
    {
      char path[VAULT_PATH_MAX];

      if (check->health[i] == HEALTH_WHOLE || check->health[i] == HEALTH_DEAD || check->told[i])
        continue;
      vault_bundle_path (check->bundles[i].row.name, path);
      vault_check_tell (check, kind_of (check->health[i]), path, NULL, UINT64_MAX, 0);
    }
}
