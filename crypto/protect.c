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
#include "heal.h"

#define STRAY_MAX_AGE (24 * 3600)

typedef struct
{
  Vault *vault;
  VaultProgressFunc progress;
  void *data;
  BundleState *bundles;
  uint32_t n_bundles;
  ParityGroups groups;
  ParityPart *parts; /* that get a new group */
  uint32_t n_parts;
  ParityGroup *fresh; /* groups that were written */
  uint32_t n_fresh;
  uint64_t done, total; /* chunks */
} Protection;

static bool
add_part (Protection *protection, const ParityPart *part)
{
  if (!vault_array_grow (&protection->parts, protection->n_parts, sizeof *protection->parts))
    return false;
  protection->parts[protection->n_parts++] = *part;
  protection->total += part->chunks;
  return true;
}

static int
compare_parts (const void *a, const void *b)
{
  const ParityPart *left = a, *right = b;
  int order = memcmp (left->bundle, right->bundle, 32);

  return order != 0 ? order : left->first < right->first ? -1 : left->first > right->first;
}

/* The parts that stand in a group that counts, sorted. */
static ParityPart *
held_parts (const ParityGroups *groups, size_t *ret_n)
{
  size_t n = 0;
  ParityPart *parts;

  for (uint32_t i = 0; i < groups->n; i++)
    n += groups->rows[i].counts ? groups->rows[i].n_parts : 0;
  parts = malloc (sizeof *parts * (n + 1));
  *ret_n = 0;
  for (uint32_t i = 0; parts != NULL && i < groups->n; i++)
    for (uint32_t k = 0; groups->rows[i].counts && k < groups->rows[i].n_parts; k++)
      parts[(*ret_n)++] = groups->rows[i].parts[k];
  if (parts != NULL)
    qsort (parts, n, sizeof *parts, compare_parts);
  return parts;
}

static bool
is_there (const Vault *vault, const BundleRow *row)
{
  char path[VAULT_PATH_MAX];
  struct stat info;

  vault_bundle_path (row->name, path);
  return fstatat (vault->root, path, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         (uint64_t) info.st_size == row->file_size;
}

/* A bundle larger than a group is cut where a group ends, always at the same places. */
static VaultError
find_unprotected (Protection *protection)
{
  size_t n_held;
  ParityPart *held = held_parts (&protection->groups, &n_held);
  bool good = held != NULL;

  for (uint32_t i = 0; i < protection->n_bundles && good; i++)
    {
      const BundleState *bundle = &protection->bundles[i];
      uint64_t chunks = vault_chunks_of (bundle->row.file_size);

      if (!bundle->alive || chunks > UINT32_MAX ||
          !vault_writer_is_own (protection->vault, bundle->row.writer))
        continue;
      for (uint64_t first = 0; first < chunks && good; first += PARITY_CHUNKS_MAX)
        {
          ParityPart part = { .first = (uint32_t) first,
                              .chunks = (uint32_t) (chunks - first < PARITY_CHUNKS_MAX
                                                        ? chunks - first
                                                        : PARITY_CHUNKS_MAX) };

          memcpy (part.bundle, bundle->row.name, 32);
          if (bsearch (&part, held, n_held, sizeof part, compare_parts) == NULL &&
              is_there (protection->vault, &bundle->row))
            good = add_part (protection, &part);
        }
    }
  free (held);
  return good ? VAULT_OK : VAULT_ERROR_NO_MEMORY;
}

static bool
contains (const ParityGroup *group, const uint8_t bundle[32])
{
  for (uint32_t i = 0; i < group->n_parts; i++)
    if (memcmp (group->parts[i].bundle, bundle, 32) == 0)
      return true;
  return false;
}

/* Parity of damaged bytes would keep the damage for ever. What was just imported was read back;
 * what lay here for a while is hashed first, and healed while its old group still can. */
static bool
is_sound (Protection *protection, const ParityPart *part)
{
  char path[VAULT_PATH_MAX];
  bool old = false;

  for (uint32_t i = 0; i < protection->groups.n && !old; i++)
    old = contains (&protection->groups.rows[i], part->bundle);
  if (!old)
    return true;
  vault_bundle_path (part->bundle, path);
  return vault_file_proves (protection->vault->root, path, part->bundle) == VAULT_OK ||
         vault_rebuild_bundle (protection->vault, &protection->groups, part->bundle, NULL) ==
             VAULT_OK;
}

static void
drop_unsound (Protection *protection)
{
  uint32_t kept = 0;

  for (uint32_t i = 0; i < protection->n_parts; i++)
    if (is_sound (protection, &protection->parts[i]))
      protection->parts[kept++] = protection->parts[i];
    else
      protection->total -= protection->parts[i].chunks;
  protection->n_parts = kept;
}

static int
compare_size (const void *a, const void *b)
{
  const ParityGroup *left = *(ParityGroup *const *) a, *right = *(ParityGroup *const *) b;

  if (left->chunks != right->chunks)
    return left->chunks < right->chunks ? -1 : 1;
  return memcmp (left->name, right->name, 32);
}

static bool
all_sound (Protection *protection, const ParityGroup *group)
{
  for (uint32_t i = 0; i < group->n_parts; i++)
    if (!is_sound (protection, &group->parts[i]))
      return false;
  return true;
}

/* What does not fill a group takes in groups of no more than its own size, so that many small
 * imports end in few groups and each byte is read anew only a logarithmic number of times. */
static VaultError
join_small (Protection *protection)
{
  uint64_t chunks = protection->total % PARITY_CHUNKS_MAX;
  uint32_t parts = protection->n_parts % PARITY_PARTS_MAX;
  ParityGroup **own = malloc (sizeof *own * ((size_t) protection->groups.n + 1));
  size_t n = 0;
  bool good = own != NULL;

  for (uint32_t i = 0; good && i < protection->groups.n; i++)
    if (protection->groups.rows[i].counts &&
        vault_writer_is_own (protection->vault, protection->groups.rows[i].writer))
      own[n++] = &protection->groups.rows[i];
  if (good)
    qsort (own, n, sizeof *own, compare_size);
  for (size_t i = 0; good && i < n && own[i]->chunks <= chunks; i++)
    {
      if (chunks + own[i]->chunks > PARITY_CHUNKS_MAX || parts + own[i]->n_parts > PARITY_PARTS_MAX)
        break;
      if (!all_sound (protection, own[i]))
        continue;
      chunks += own[i]->chunks;
      parts += own[i]->n_parts;
      for (uint32_t k = 0; k < own[i]->n_parts && good; k++)
        good = add_part (protection, &own[i]->parts[k]);
    }
  free (own);
  return good ? VAULT_OK : VAULT_ERROR_NO_MEMORY;
}

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
  VaultError error = vault_bundle_states (protection->vault, &protection->bundles,
                                          &protection->n_bundles),
             committed;

  if (error == VAULT_OK)
    error = vault_parity_list (protection->vault, &protection->groups);
  if (error == VAULT_OK)
    error = find_unprotected (protection);
  if (error == VAULT_OK && protection->n_parts > 0)
    {
      drop_unsound (protection);
      error = join_small (protection);
    }
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

VaultError
vault_protect (Vault *vault, VaultProgressFunc progress, void *data, VaultFault *fault)
{
  Protection protection = { .vault = vault, .progress = progress, .data = data };
  VaultError error;

  if (vault->read_only)
    return vault_fail (fault, "", VAULT_ERROR_NEWER);
  error = protect (&protection, fault);
  free (protection.bundles);
  free (protection.parts);
  free (protection.fresh);
  vault_parity_list_clear (&protection.groups);
  return error;
}
