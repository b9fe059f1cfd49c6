/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether everything is as it was written. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "member.h"

void
vault_check_tell (Check *check, VaultCheckKind kind, const char *file, const uint8_t *member,
                  uint64_t chunk, uint64_t bytes)
{
  VaultFault fault;

  vault_fail (&fault, file, VAULT_OK);
  fault.chunk = chunk;
  if (member != NULL)
    {
      fault.has_member = true;
      memcpy (fault.member, member, VAULT_ID_SIZE);
    }
  if (!check->stopped && !check->func (kind, &fault, bytes, check->done, check->total, check->data))
    check->stopped = true;
}

static void
note_damaged (Check *check, uint32_t bundle, const uint8_t id[VAULT_ID_SIZE], uint64_t chunk)
{
  DamagedMember *row;

  if (!vault_array_grow (&check->damaged, check->n_damaged, sizeof *check->damaged))
    return;
  row = &check->damaged[check->n_damaged++];
  row->bundle = bundle;
  row->chunk = chunk;
  memcpy (row->id, id, VAULT_ID_SIZE);
}

static BundleHealth
examine_content (Check *check, uint32_t number)
{
  OpenBundle bundle;
  BundleHealth health = HEALTH_WHOLE;

  if (vault_open_bundle (check->vault, number, &bundle, NULL) != VAULT_OK)
    return HEALTH_DAMAGED;
  if (bundle.footer.n != check->bundles[number].row.n_members)
    health = HEALTH_DAMAGED;
  for (uint32_t i = 0; i < bundle.footer.n && health != HEALTH_DAMAGED; i++)
    {
      uint64_t chunk = UINT64_MAX;

      if (vault_verify_member (check->vault, &bundle, &bundle.footer.members[i], &chunk) ==
          VAULT_OK)
        continue;
      note_damaged (check, number, bundle.footer.members[i].id, chunk);
      health = HEALTH_PART;
    }
  vault_close_bundle (&bundle);
  return health;
}

static void
drop_from_cache (int root, const char *path)
{
  int fd = openat (root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  if (fd < 0)
    return;
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  close (fd);
}

static BundleHealth
examine_bundle (Check *check, uint32_t number, const char *path)
{
  const BundleState *bundle = &check->bundles[number];
  struct stat info;
  BundleHealth health = HEALTH_WHOLE;
  VaultError proof;

  if (fstatat (check->vault->root, path, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return errno != ENOENT && errno != ENOTDIR ? HEALTH_DAMAGED
           : bundle->arriving                  ? HEALTH_ARRIVING
                                               : HEALTH_MISSING;
  if (!S_ISREG (info.st_mode) || (uint64_t) info.st_size != bundle->row.file_size)
    return HEALTH_DAMAGED;
  if (check->level == VAULT_CHECK_FULL)
    {
      drop_from_cache (check->vault->root, path);
      health = examine_content (check, number);
    }
  if (check->level == VAULT_CHECK_QUICK || health != HEALTH_WHOLE)
    return health;
  proof = vault_file_proves (check->vault->root, path, bundle->row.name);
  if (proof == VAULT_OK)
    return HEALTH_WHOLE;
  if (check->level == VAULT_CHECK_HASH)
    health = examine_content (check, number);
  /* Damage where no member is, in the padding for example, is still damage. */
  return health == HEALTH_WHOLE ? HEALTH_PART : health;
}

static void
check_bundles (Check *check)
{
  for (uint32_t i = 0; i < check->n_bundles && !check->stopped; i++)
    {
      char path[VAULT_PATH_MAX];

      check->health[i] = HEALTH_DEAD;
      if (!check->bundles[i].alive)
        continue;
      vault_bundle_path (check->bundles[i].row.name, path);
      check->health[i] = examine_bundle (check, i, path);
      check->done += check->bundles[i].row.file_size;
      if (check->health[i] == HEALTH_WHOLE)
        vault_check_tell (check, VAULT_CHECK_OBJECT, path, NULL, UINT64_MAX,
                          check->bundles[i].row.file_size);
    }
}

/* All bundles of the group were found whole. */
static bool
is_computable (const Check *check, const ParityGroup *group)
{
  bool whole = true;

  pthread_rwlock_rdlock (&check->vault->tables);
  for (uint32_t i = 0; i < group->n_parts && whole; i++)
    {
      int64_t bundle = vault_fold_find_bundle (&check->vault->fold, group->parts[i].bundle);

      whole = bundle >= 0 && bundle < check->n_bundles && check->health[bundle] == HEALTH_WHOLE;
    }
  pthread_rwlock_unlock (&check->vault->tables);
  return whole;
}

static bool
computes_to_name (const Check *check, const ParityGroup *group)
{
  uint8_t name[32], salt[32];
  ParityFiles *files;
  bool same;

  if (vault_parity_open (check->vault, group, &files) != VAULT_OK)
    return false;
  same = vault_parity_build (check->vault, files, -1, group->salt, name, salt, NULL) == VAULT_OK &&
         memcmp (name, group->name, 32) == 0;
  vault_parity_close (files);
  return same;
}

static void
check_parity (Check *check, const ParityGroup *group)
{
  char path[VAULT_PATH_MAX];
  struct stat info;
  uint64_t size = vault_parity_file_size (group);
  bool good;

  vault_parity_path (group->name, path);
  check->done += size;
  if (fstatat (check->vault->root, path, &info, AT_SYMLINK_NOFOLLOW) != 0)
    {
      bool own = vault_writer_is_own (check->vault, group->writer);

      vault_check_tell (check, own ? VAULT_CHECK_MISSING : VAULT_CHECK_ARRIVING, path, NULL,
                        UINT64_MAX, 0);
      return;
    }
  good = S_ISREG (info.st_mode) && (uint64_t) info.st_size == size;
  if (good && check->level != VAULT_CHECK_QUICK)
    good = vault_file_proves (check->vault->root, path, group->name) == VAULT_OK;
  if (good && check->level == VAULT_CHECK_FULL && is_computable (check, group))
    good = computes_to_name (check, group);
  vault_check_tell (check, good ? VAULT_CHECK_OBJECT : VAULT_CHECK_DAMAGED, path, NULL, UINT64_MAX,
                    good ? size : 0);
}

static bool
note_orphan (const char *path, uint64_t size, void *data)
{
  Check *check = data;
  uint8_t name[32];
  bool known;

  if (!vault_bundle_path_parse (path, name))
    return true;
  pthread_rwlock_rdlock (&check->vault->tables);
  known = vault_fold_find_bundle (&check->vault->fold, name) >= 0;
  pthread_rwlock_unlock (&check->vault->tables);
  if (!known)
    vault_check_tell (check, VAULT_CHECK_ORPHAN, path, NULL, UINT64_MAX, size);
  return !check->stopped;
}

static VaultError
prepare (Check *check)
{
  VaultError error = vault_bundle_states (check->vault, &check->bundles, &check->n_bundles);

  if (error == VAULT_OK)
    error = vault_parity_list (check->vault, &check->groups);
  if (error != VAULT_OK)
    return error;
  check->health = calloc ((size_t) check->n_bundles + 1, sizeof *check->health);
  check->told = calloc ((size_t) check->n_bundles + 1, sizeof *check->told);
  if (check->health == NULL || check->told == NULL)
    return VAULT_ERROR_NO_MEMORY;
  for (uint32_t i = 0; i < check->n_bundles; i++)
    check->total += check->bundles[i].alive ? check->bundles[i].row.file_size : 0;
  for (uint32_t i = 0; i < check->groups.n; i++)
    check->total +=
        check->groups.rows[i].counts ? vault_parity_file_size (&check->groups.rows[i]) : 0;
  return VAULT_OK;
}

VaultError
vault_check (Vault *vault, VaultCheckLevel level, VaultCheckFunc func, void *data,
             VaultFault *fault)
{
  Check check = { .vault = vault, .level = level, .func = func, .data = data };
  VaultError error = prepare (&check);

  if (error == VAULT_OK)
    {
      vault_check_small (&check);
      check_bundles (&check);
      for (uint32_t i = 0; i < check.groups.n && !check.stopped; i++)
        if (check.groups.rows[i].counts)
          check_parity (&check, &check.groups.rows[i]);
      if (!check.stopped)
        vault_check_members (&check);
      if (!check.stopped)
        vault_walk_objects (vault->root, note_orphan, &check);
      if (check.stopped)
        error = VAULT_ERROR_CANCELLED;
    }
  vault_parity_list_clear (&check.groups);
  free (check.bundles);
  free (check.health);
  free (check.told);
  free (check.damaged);
  return error == VAULT_OK ? VAULT_OK : vault_fail (fault, "", error);
}
