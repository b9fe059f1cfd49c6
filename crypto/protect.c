/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seeing to it that this computer's bundles have parity. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "protect.h"

#define STRAY_MAX_AGE (24 * 3600)

static VaultError
write_group (Protection *protection, ParityGroup *group, VaultFault *fault)
{
  Vault *vault = protection->vault;
  char temp[32], path[VAULT_PATH_MAX];
  ParityFiles *files;
  int fd;
  VaultError error = vault_parity_open (vault, group, &files);

  if (error != VAULT_OK)
    return vault_fail (fault, "p", error);
  error = vault_temp_create (vault->root, temp, &fd, fault);
  if (error == VAULT_OK)
    {
      error = vault_parity_build (vault, files, fd, NULL, group->name, group->salt, fault);
      vault_parity_path (group->name, path);
      if (error == VAULT_OK)
        error = vault_publish_durably (vault->root, temp, fd, path, fault);
      if (error != VAULT_OK)
        unlinkat (vault->root, temp, 0);
      close (fd);
    }
  vault_parity_close (files);
  return error;
}

/* Parts are taken in order until a group is full. */
static VaultError
write_groups (Protection *protection, VaultFault *fault)
{
  VaultError error = VAULT_OK;

  for (uint32_t at = 0; at < protection->n_parts && error == VAULT_OK;)
    {
      ParityGroup group = { .parts = protection->parts + at };

      if (protection->progress != NULL &&
          !protection->progress (protection->done * SEALED_STORED,
                                 protection->total * SEALED_STORED, protection->data))
        return vault_fail (fault, "", VAULT_ERROR_CANCELLED);
      while (at < protection->n_parts && group.n_parts < PARITY_PARTS_MAX &&
             group.chunks + protection->parts[at].chunks <= PARITY_CHUNKS_MAX)
        {
          group.chunks += protection->parts[at++].chunks;
          group.n_parts++;
        }
      if (!vault_array_grow (&protection->fresh, protection->n_fresh, sizeof group))
        return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
      error = write_group (protection, &group, fault);
      if (error == VAULT_OK)
        protection->fresh[protection->n_fresh++] = group;
      /* A bundle that was removed meanwhile, or is damaged, is no reason to leave the others. */
      else if (error == VAULT_ERROR_MISSING || error == VAULT_ERROR_DAMAGED)
        error = VAULT_OK;
      protection->done += group.chunks;
    }
  return error;
}

/* As the journal will name them, so that it shows what they replace. */
static VaultError
add_fresh (Protection *protection)
{
  ParityGroups *groups = &protection->groups;
  size_t n = (size_t) groups->n + protection->n_fresh;
  ParityGroup *grown = realloc (groups->rows, sizeof *grown * (n + 1));

  if (grown == NULL)
    return VAULT_ERROR_NO_MEMORY;
  groups->rows = grown;
  for (uint32_t i = 0; i < protection->n_fresh; i++)
    {
      ParityGroup group = protection->fresh[i];

      group.parts = malloc (sizeof *group.parts * group.n_parts);
      if (group.parts == NULL)
        return VAULT_ERROR_NO_MEMORY;
      memcpy (group.parts, protection->fresh[i].parts, sizeof *group.parts * group.n_parts);
      group.writer = protection->vault->writer;
      group.clock = UINT64_MAX;
      groups->rows[groups->n++] = group;
    }
  return vault_parity_judge (protection->vault, groups);
}

static bool
is_given_up (const Protection *protection, const ParityGroup *group)
{
  return group->spent && !group->gone && vault_writer_is_own (protection->vault, group->writer);
}

static bool
describe (const Protection *protection, VaultTxn *txn)
{
  uint32_t n_gone = 0;
  uint8_t *body;

  for (uint32_t i = 0; i < protection->n_fresh; i++)
    {
      const ParityGroup *group = &protection->fresh[i];

      body = vault_txn_op (txn, OP_PARITY, vault_parity_body_size (group));
      if (body == NULL)
        return false;
      vault_parity_body (group, body);
    }
  for (uint32_t i = 0; i < protection->groups.n; i++)
    n_gone += is_given_up (protection, &protection->groups.rows[i]);
  if (n_gone == 0)
    return true;
  body = vault_txn_op (txn, OP_PARITY_GONE, 32 * (size_t) n_gone);
  for (uint32_t i = 0; body != NULL && i < protection->groups.n; i++)
    if (is_given_up (protection, &protection->groups.rows[i]))
      {
        memcpy (body, protection->groups.rows[i].name, 32);
        body += 32;
      }
  return body != NULL;
}

/* New groups, and those that they replace or that no bundle wants any more. Nothing is written when
 * there are none. */
static VaultError
commit (Protection *protection, VaultFault *fault)
{
  VaultTxn *txn;
  VaultError error = add_fresh (protection);

  if (error == VAULT_OK)
    error = vault_txn_begin (protection->vault, &txn);
  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  if (describe (protection, txn))
    return vault_txn_commit (txn, NULL, NULL, fault);
  vault_txn_abort (txn);
  return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
}

/* The files of groups that were given up; also those that a crash left. */
static void
remove_spent (const Protection *protection)
{
  for (uint32_t i = 0; i < protection->groups.n; i++)
    {
      const ParityGroup *group = &protection->groups.rows[i];
      char path[VAULT_PATH_MAX];

      vault_parity_path (group->name, path);
      if (group->gone || is_given_up (protection, group))
        unlinkat (protection->vault->root, path, 0);
    }
}

static bool
is_named (Vault *vault, const uint8_t name[32])
{
  bool named = false;

  pthread_rwlock_rdlock (&vault->tables);
  for (uint32_t i = 0; i < vault->fold.n_parities && !named; i++)
    named = memcmp (vault->fold.parities[i].body, name, 32) == 0;
  pthread_rwlock_unlock (&vault->tables);
  return named;
}

/* Parity whose commit never came. Another computer's may be ahead of its record; a day is enough.
 */
static void
remove_strays (Vault *vault)
{
  int fd = openat (vault->root, "p", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  time_t now = time (NULL);

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      uint8_t name[32];
      struct stat info;

      if (strlen (entry->d_name) == 64 && vault_from_hex (entry->d_name, 32, name) &&
          !is_named (vault, name) &&
          fstatat (dirfd (dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
          S_ISREG (info.st_mode) && now - info.st_ctime > STRAY_MAX_AGE)
        unlinkat (dirfd (dir), entry->d_name, 0);
    }
  if (dir != NULL)
    closedir (dir);
  else if (fd >= 0)
    close (fd);
}

static VaultError
protect (Protection *protection, VaultFault *fault)
{
  VaultError error = vault_protect_plan (protection), committed;

  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  error = write_groups (protection, fault);
  committed = commit (protection, error == VAULT_OK ? fault : NULL);
  if (committed == VAULT_OK)
    {
      remove_spent (protection);
      remove_strays (protection->vault);
    }
  return error == VAULT_OK ? committed : error;
}

void
vault_set_parity (Vault *vault, bool on)
{
  vault->no_parity = !on;
}

VaultError
vault_protect (Vault *vault, VaultProgressFunc progress, void *data, VaultFault *fault)
{
  Protection protection = { .vault = vault, .progress = progress, .data = data };
  VaultError error;

  if (vault->read_only)
    return vault_fail (fault, "", VAULT_ERROR_NEWER);
  if (vault->no_parity)
    return VAULT_OK;
  error = protect (&protection, fault);
  free (protection.bundles);
  free (protection.parts);
  free (protection.fresh);
  vault_parity_list_clear (&protection.groups);
  return error;
}
