/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which bundles need parity, and which small groups are joined with them. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "protect.h"

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

VaultError
vault_protect_plan (Protection *protection)
{
  VaultError error =
      vault_bundle_states (protection->vault, &protection->bundles, &protection->n_bundles);

  if (error == VAULT_OK)
    error = vault_parity_list (protection->vault, &protection->groups);
  if (error == VAULT_OK)
    error = find_unprotected (protection);
  if (error == VAULT_OK && protection->n_parts > 0)
    {
      drop_unsound (protection);
      error = join_small (protection);
    }
  return error;
}
