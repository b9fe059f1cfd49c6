/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Healing what is damaged or missing. */
#include "heal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

bool
vault_repair_tell (Repair *repair, VaultRepairKind kind, const char *file)
{
  repair->repaired.healed += kind == VAULT_REPAIR_HEALED;
  repair->repaired.adopted += kind == VAULT_REPAIR_ADOPTED;
  repair->repaired.failed += kind == VAULT_REPAIR_FAILED;
  if (!repair->stopped && repair->func != NULL &&
      !repair->func (kind, file, repair->done, repair->total, repair->data))
    {
      repair->stopped = true;
      repair->error = vault_fail (&repair->fault, "", VAULT_ERROR_CANCELLED);
    }
  return !repair->stopped;
}

void
vault_repair_settle (Repair *repair, const char *file, VaultError error, const VaultFault *fault)
{
  /* A folder stands where a file should: it is left, as anything that is not ours. */
  if (error != VAULT_OK && fault->sys_errno == EISDIR)
    error = VAULT_ERROR_DAMAGED;
  switch (error)
    {
    case VAULT_OK:
      vault_repair_tell (repair, VAULT_REPAIR_HEALED, file);
      break;
    case VAULT_ERROR_DAMAGED:
    case VAULT_ERROR_MISSING:
    case VAULT_ERROR_FOREIGN:
    case VAULT_ERROR_NOT_FOUND:
      vault_repair_tell (repair, VAULT_REPAIR_FAILED, file);
      break;
    default:
      repair->stopped = true;
      repair->error = error;
      repair->fault = *fault;
      break;
    }
}

/* Bundles that are not as they should be, by name. */
typedef struct
{
  uint8_t name[32];
  uint64_t size;
  char temp[32]; /* a right copy of it, not published yet, or "" */
  bool healed;
} BadBundle;

typedef struct
{
  Repair *repair;
  BadBundle *rows;
  uint32_t n;
} BadBundles;

static int
compare_names (const void *a, const void *b)
{
  return memcmp (((const BadBundle *) a)->name, ((const BadBundle *) b)->name, 32);
}

static void
find_bad (BadBundles *bad, const BundleState *bundles, uint32_t n)
{
  Repair *repair = bad->repair;

  for (uint32_t i = 0; i < n && !repair->stopped; i++)
    {
      char path[VAULT_PATH_MAX];
      VaultError error;
      BadBundle *row;

      if (!bundles[i].alive)
        continue;
      vault_bundle_path (bundles[i].row.name, path);
      error = vault_file_proves (repair->vault->root, path, bundles[i].row.name);
      repair->done += bundles[i].row.file_size;
      repair->repaired.bytes += bundles[i].row.file_size;
      if (error == VAULT_OK || (error == VAULT_ERROR_MISSING && bundles[i].arriving))
        {
          vault_repair_tell (repair, VAULT_REPAIR_PROGRESS, path);
          continue;
        }
      if (!vault_array_grow (&bad->rows, bad->n, sizeof *bad->rows))
        return;
      row = &bad->rows[bad->n++];
      memset (row, 0, sizeof *row);
      memcpy (row->name, bundles[i].row.name, 32);
      row->size = bundles[i].row.file_size;
    }
  if (bad->n > 0)
    qsort (bad->rows, bad->n, sizeof *bad->rows, compare_names);
}

static bool
is_wanted_size (const BadBundles *bad, uint64_t size)
{
  for (uint32_t i = 0; i < bad->n; i++)
    if (bad->rows[i].size == size && bad->rows[i].temp[0] == '\0')
      return true;
  return false;
}

static BadBundle *
find_row (const BadBundles *bad, const uint8_t name[32])
{
  BadBundle key;

  memcpy (key.name, name, 32);
  return bsearch (&key, bad->rows, bad->n, sizeof key, compare_names);
}

/* A bundle that stands under its own name and was found whole. */
static bool
is_in_place (const BadBundles *bad, const char *path)
{
  Vault *vault = bad->repair->vault;
  uint8_t name[32];
  bool known;

  if (!vault_bundle_path_parse (path, name) || find_row (bad, name) != NULL)
    return false;
  pthread_rwlock_rdlock (&vault->tables);
  known = vault_fold_find_bundle (&vault->fold, name) >= 0;
  pthread_rwlock_unlock (&vault->tables);
  return known;
}

static VaultError
hash_path (const Vault *vault, const char *path, uint8_t ret_hash[32])
{
  int fd = openat (vault->root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  VaultError error;

  if (fd < 0)
    return VAULT_ERROR_MISSING;
  error = vault_file_hash (fd, ret_hash);
  close (fd);
  return error;
}

/* Whether this file, whatever it is called, is one of those that are sought. */
static bool
try_file (const char *path, uint64_t size, void *data)
{
  BadBundles *bad = data;
  Repair *repair = bad->repair;
  BadBundle *row;
  VaultFault fault;
  VaultError error;
  uint8_t hash[32];

  if (!is_wanted_size (bad, size) || is_in_place (bad, path) ||
      hash_path (repair->vault, path, hash) != VAULT_OK)
    return true;
  repair->repaired.bytes += size;
  row = find_row (bad, hash);
  if (row == NULL || row->temp[0] != '\0')
    return true;
  error = vault_copy_proven (repair->vault, path, row->name, 32, row->temp, &fault);
  if (error != VAULT_OK && error != VAULT_ERROR_DAMAGED && error != VAULT_ERROR_MISSING)
    vault_repair_settle (repair, path, error, &fault);
  return !repair->stopped;
}

/* All copies are taken before any is published: two bundles may stand under each other's names. */
static void
heal_by_copies (BadBundles *bad)
{
  Repair *repair = bad->repair;

  vault_walk_objects (repair->vault->root, try_file, bad);
  for (uint32_t i = 0; i < bad->n; i++)
    {
      BadBundle *row = &bad->rows[i];
      char path[VAULT_PATH_MAX];
      VaultFault fault;
      VaultError error;

      if (row->temp[0] == '\0')
        continue;
      vault_bundle_path (row->name, path);
      error = repair->stopped
                  ? VAULT_ERROR_CANCELLED
                  : vault_publish_durably (repair->vault->root, row->temp, -1, path, &fault);
      row->healed = error == VAULT_OK;
      if (error != VAULT_OK)
        unlinkat (repair->vault->root, row->temp, 0);
      if (error != VAULT_ERROR_CANCELLED)
        vault_repair_settle (repair, path, error, &fault);
    }
}

/* What is healed may be what another one lacked, so it goes round until nothing more comes. */
static void
heal_by_parity (BadBundles *bad)
{
  Repair *repair = bad->repair;
  bool again = true;

  while (again && !repair->stopped)
    {
      again = false;
      for (uint32_t i = 0; i < bad->n && !repair->stopped; i++)
        {
          char path[VAULT_PATH_MAX];
          VaultFault fault;
          VaultError error;

          if (bad->rows[i].healed)
            continue;
          error = vault_rebuild_bundle (repair->vault, &repair->groups, bad->rows[i].name, &fault);
          if (error == VAULT_ERROR_DAMAGED)
            continue;
          vault_bundle_path (bad->rows[i].name, path);
          bad->rows[i].healed = again = error == VAULT_OK;
          vault_repair_settle (repair, path, error, &fault);
        }
    }
  for (uint32_t i = 0; i < bad->n && !repair->stopped; i++)
    if (!bad->rows[i].healed)
      {
        char path[VAULT_PATH_MAX];

        vault_bundle_path (bad->rows[i].name, path);
        vault_repair_tell (repair, VAULT_REPAIR_FAILED, path);
      }
}

static void
heal_parity_file (Repair *repair, const ParityGroup *group)
{
  char path[VAULT_PATH_MAX];
  VaultFault fault;
  VaultError error, rebuilt;

  vault_parity_path (group->name, path);
  error = vault_file_proves (repair->vault->root, path, group->name);
  repair->done += vault_parity_file_size (group);
  repair->repaired.bytes += vault_parity_file_size (group);
  if (error == VAULT_OK)
    {
      vault_repair_tell (repair, VAULT_REPAIR_PROGRESS, path);
      return;
    }
  rebuilt = vault_rebuild_parity (repair->vault, group, &fault);
  /* Another computer's, still on its way as its bundles are. */
  if (error == VAULT_ERROR_MISSING && rebuilt == VAULT_ERROR_MISSING &&
      !vault_writer_is_own (repair->vault, group->writer))
    vault_repair_tell (repair, VAULT_REPAIR_PROGRESS, path);
  else
    vault_repair_settle (repair, path, rebuilt, &fault);
}

static void
heal_objects (Repair *repair)
{
  BadBundles bad = { .repair = repair };
  BundleState *bundles;
  uint32_t n;
  VaultError error = vault_bundle_states (repair->vault, &bundles, &n);

  if (error != VAULT_OK)
    {
      vault_repair_settle (repair, "", error, &repair->fault);
      return;
    }
  for (uint32_t i = 0; i < n; i++)
    repair->total += bundles[i].alive ? bundles[i].row.file_size : 0;
  for (uint32_t i = 0; i < repair->groups.n; i++)
    repair->total +=
        repair->groups.rows[i].counts ? vault_parity_file_size (&repair->groups.rows[i]) : 0;
  find_bad (&bad, bundles, n);
  if (bad.n > 0 && !repair->stopped)
    heal_by_copies (&bad);
  if (bad.n > 0 && !repair->stopped)
    heal_by_parity (&bad);
  for (uint32_t i = 0; i < repair->groups.n && !repair->stopped; i++)
    if (repair->groups.rows[i].counts)
      heal_parity_file (repair, &repair->groups.rows[i]);
  free (bad.rows);
  free (bundles);
}

VaultError
vault_repair (Vault *vault, VaultRepairFunc func, void *data, VaultRepaired *ret_repaired,
              VaultFault *fault)
{
  Repair repair = { .vault = vault, .func = func, .data = data };

  if (vault->read_only)
    return vault_fail (fault, "", VAULT_ERROR_NEWER);
  repair.error = vault_parity_list (vault, &repair.groups);
  if (repair.error != VAULT_OK)
    return vault_fail (fault, "", repair.error);
  vault_repair_small (&repair);
  if (!repair.stopped)
    heal_objects (&repair);
  if (!repair.stopped)
    vault_repair_adopt (&repair);
  if (!repair.stopped)
    vault_repair_gaps (&repair);
  vault_parity_list_clear (&repair.groups);
  *ret_repaired = repair.repaired;
  if (repair.error != VAULT_OK && fault != NULL)
    *fault = repair.fault;
  return repair.error;
}
