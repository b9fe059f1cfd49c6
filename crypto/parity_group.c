/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the journal says of groups, and which of them count. */
#include "parity_group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "files.h"

#define BODY_HEAD 68
#define BODY_PART 40

void
vault_parity_path (const uint8_t name[32], char ret_path[VAULT_PATH_MAX])
{
  char text[65];

  vault_to_hex (name, 32, text);
  snprintf (ret_path, VAULT_PATH_MAX, "p/%s", text);
}

uint64_t
vault_chunks_of (uint64_t file_size)
{
  return file_size <= SEALED_HEADER
             ? 0
             : (file_size - SEALED_HEADER + SEALED_STORED - 1) / SEALED_STORED;
}

uint32_t
vault_parity_rows (const ParityGroup *group)
{
  return (group->chunks + PARITY_DATA - 1) / PARITY_DATA;
}

uint64_t
vault_parity_file_size (const ParityGroup *group)
{
  return SEALED_HEADER + (uint64_t) PARITY_CODED * vault_parity_rows (group) * SEALED_STORED;
}

size_t
vault_parity_body_size (const ParityGroup *group)
{
  return BODY_HEAD + BODY_PART * (size_t) group->n_parts;
}

void
vault_parity_body (const ParityGroup *group, uint8_t *ret_body)
{
  memcpy (ret_body, group->name, 32);
  memcpy (ret_body + 32, group->salt, 32);
  ret_body[64] = PARITY_DATA;
  ret_body[65] = PARITY_CODED;
  put_le (ret_body + 66, group->n_parts, 2);
  for (uint32_t i = 0; i < group->n_parts; i++)
    {
      uint8_t *part = ret_body + BODY_HEAD + BODY_PART * (size_t) i;

      memcpy (part, group->parts[i].bundle, 32);
      put_le (part + 32, group->parts[i].first, 4);
      put_le (part + 36, group->parts[i].chunks, 4);
    }
}

/* A group of another shape was made by another program; its bundles then are without parity here.
 */
static VaultError
parse_body (const ParityRow *row, ParityGroup *ret_group)
{
  ParityGroup group = { .writer = row->writer, .clock = row->clock, .gone = row->gone };
  uint64_t chunks = 0;

  if (row->size < BODY_HEAD || row->body[64] != PARITY_DATA || row->body[65] != PARITY_CODED)
    return VAULT_ERROR_DAMAGED;
  memcpy (group.name, row->body, 32);
  memcpy (group.salt, row->body + 32, 32);
  group.n_parts = (uint32_t) get_le (row->body + 66, 2);
  if (group.n_parts == 0 || group.n_parts > PARITY_PARTS_MAX ||
      row->size != BODY_HEAD + BODY_PART * (size_t) group.n_parts)
    return VAULT_ERROR_DAMAGED;
  for (uint32_t i = 0; i < group.n_parts; i++)
    chunks += get_le (row->body + BODY_HEAD + BODY_PART * (size_t) i + 36, 4);
  if (chunks == 0 || chunks > PARITY_CHUNKS_MAX)
    return VAULT_ERROR_DAMAGED;
  group.chunks = (uint32_t) chunks;
  group.parts = malloc (sizeof *group.parts * group.n_parts);
  if (group.parts == NULL)
    return VAULT_ERROR_NO_MEMORY;
  for (uint32_t i = 0; i < group.n_parts; i++)
    {
      const uint8_t *part = row->body + BODY_HEAD + BODY_PART * (size_t) i;

      memcpy (group.parts[i].bundle, part, 32);
      group.parts[i].first = (uint32_t) get_le (part + 32, 4);
      group.parts[i].chunks = (uint32_t) get_le (part + 36, 4);
    }
  *ret_group = group;
  return VAULT_OK;
}

typedef struct
{
  int64_t bundle; /* number, or -1: unknown */
  uint32_t first;
  bool alive, held;
  uint32_t group;
  uint64_t clock;
  const uint8_t *name; /* of the parity file: decides where the clocks are equal */
} Claim;

static int
compare_claims (const void *a, const void *b)
{
  const Claim *left = a, *right = b;

  if (left->bundle != right->bundle)
    return left->bundle < right->bundle ? -1 : 1;
  if (left->first != right->first)
    return left->first < right->first ? -1 : 1;
  if (left->held != right->held)
    return left->held ? -1 : 1;
  if (left->clock != right->clock)
    return left->clock > right->clock ? -1 : 1;
  return memcmp (left->name, right->name, 32);
}

/* Of the groups without a dead or unknown bundle, the latest holds a part. */
static VaultError
judge (const Vault *vault, ParityGroups *groups)
{
  size_t n = 0, at = 0;
  Claim *claims;

  for (uint32_t i = 0; i < groups->n; i++)
    n += groups->rows[i].n_parts;
  claims = malloc (sizeof *claims * (n + 1));
  if (claims == NULL)
    return VAULT_ERROR_NO_MEMORY;
  for (uint32_t i = 0; i < groups->n; i++)
    {
      ParityGroup *group = &groups->rows[i];
      size_t start = at;
      bool whole = !group->gone;

      group->counts = false;
      group->spent = true;
      for (uint32_t k = 0; k < group->n_parts; k++)
        {
          Claim *claim = &claims[at++];

          claim->bundle = vault_fold_find_bundle (&vault->fold, group->parts[k].bundle);
          claim->alive = claim->bundle >= 0 && vault_bundle_alive (vault, (uint32_t) claim->bundle);
          claim->first = group->parts[k].first;
          claim->group = i;
          claim->clock = group->clock;
          claim->name = group->name;
          whole = whole && claim->alive;
        }
      for (; start < at; start++)
        claims[start].held = whole;
    }
  qsort (claims, n, sizeof *claims, compare_claims);
  for (size_t i = 0, head = 0; i < n; i++)
    {
      ParityGroup *group = &groups->rows[claims[i].group];

      if (claims[i].bundle != claims[head].bundle || claims[i].first != claims[head].first)
        head = i;
      if (i == head && claims[i].held)
        group->counts = true;
      /* A bundle whose record is lost may come back. */
      if (!claims[head].held && (claims[i].alive || claims[i].bundle < 0))
        group->spent = false;
    }
  for (uint32_t i = 0; i < groups->n; i++)
    groups->rows[i].spent = groups->rows[i].spent && !groups->rows[i].counts;
  free (claims);
  return VAULT_OK;
}

VaultError
vault_parity_judge (Vault *vault, ParityGroups *groups)
{
  VaultError error;

  pthread_rwlock_rdlock (&vault->tables);
  error = judge (vault, groups);
  pthread_rwlock_unlock (&vault->tables);
  return error;
}

VaultError
vault_parity_list (Vault *vault, ParityGroups *ret_groups)
{
  ParityGroups groups = { 0 };
  VaultError error = VAULT_OK;

  pthread_rwlock_rdlock (&vault->tables);
  groups.rows = calloc ((size_t) vault->fold.n_parities + 1, sizeof *groups.rows);
  if (groups.rows == NULL)
    error = VAULT_ERROR_NO_MEMORY;
  for (uint32_t i = 0; i < vault->fold.n_parities && error == VAULT_OK; i++)
    {
      error = parse_body (&vault->fold.parities[i], &groups.rows[groups.n]);
      if (error == VAULT_OK)
        groups.n++;
      else if (error == VAULT_ERROR_DAMAGED)
        error = VAULT_OK;
    }
  if (error == VAULT_OK)
    error = judge (vault, &groups);
  pthread_rwlock_unlock (&vault->tables);
  if (error == VAULT_OK)
    *ret_groups = groups;
  else
    vault_parity_list_clear (&groups);
  return error;
}

void
vault_parity_list_clear (ParityGroups *groups)
{
  for (uint32_t i = 0; i < groups->n; i++)
    free (groups->rows[i].parts);
  free (groups->rows);
  memset (groups, 0, sizeof *groups);
}
