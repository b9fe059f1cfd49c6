/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading members. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle.h"
#include "files.h"
#include "member.h"
#include "vault_private.h"

struct VaultMember
{
  Vault *vault;
  OpenBundle bundle;
  FooterMember *row;
  uint32_t bundle_number;
  uint64_t *offsets; /* of each block in the payload */
};

void
vault_bundle_path (const uint8_t name[32], char ret_path[VAULT_PATH_MAX])
{
  char text[65];

  vault_to_hex (name, 32, text);
  snprintf (ret_path, VAULT_PATH_MAX, "o/%.2s/%s", text, text);
}

bool
vault_bundle_path_parse (const char *path, uint8_t ret_name[32])
{
  return strlen (path) == 69 && strncmp (path, "o/", 2) == 0 && path[4] == '/' &&
         strncmp (path + 2, path + 5, 2) == 0 && vault_from_hex (path + 5, 32, ret_name);
}

VaultError
vault_open_bundle (Vault *vault, uint32_t number, OpenBundle *ret_bundle, VaultFault *fault)
{
  OpenBundle bundle = { .fd = -1 };
  struct stat info;
  uint64_t chunk = UINT64_MAX;
  VaultError error;

  pthread_rwlock_rdlock (&vault->tables);
  vault_bundle_path (vault->fold.bundles[number].name, bundle.path);
  pthread_rwlock_unlock (&vault->tables);
  bundle.fd = openat (vault->root, bundle.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (bundle.fd < 0 || fstat (bundle.fd, &info) != 0)
    {
      error = vault_fail_errno (fault, bundle.path, errno);
      if (bundle.fd >= 0)
        close (bundle.fd);
      if (error != VAULT_ERROR_NOT_FOUND)
        return error;
      return vault_bundle_arriving (vault, number) ? VAULT_ERROR_ARRIVING : VAULT_ERROR_MISSING;
    }
  error = vault_sealed_open (&bundle.sealed, bundle.fd, NULL, (uint64_t) info.st_size,
                             SEALED_BUNDLE, vault->keys, vault->uuid);
  if (error == VAULT_OK)
    error = vault_footer_read (&bundle.sealed, &bundle.footer, &chunk);
  if (error != VAULT_OK)
    {
      vault_sealed_close (&bundle.sealed);
      close (bundle.fd);
      vault_fail (fault, bundle.path, error);
      if (fault != NULL)
        fault->chunk = chunk;
      return error;
    }
  *ret_bundle = bundle;
  return VAULT_OK;
}

void
vault_close_bundle (OpenBundle *bundle)
{
  vault_footer_clear (&bundle->footer);
  vault_sealed_close (&bundle->sealed);
  close (bundle->fd);
}

/* The member in one bundle that is said to hold it. */
static VaultError
open_place (VaultMember *member, const uint8_t id[VAULT_ID_SIZE], uint32_t bundle,
            VaultFault *fault)
{
  VaultError error = vault_open_bundle (member->vault, bundle, &member->bundle, fault);

  if (error != VAULT_OK)
    return error;
  member->bundle_number = bundle;
  for (uint32_t i = 0; i < member->bundle.footer.n && member->row == NULL; i++)
    if (memcmp (member->bundle.footer.members[i].id, id, VAULT_ID_SIZE) == 0)
      member->row = &member->bundle.footer.members[i];
  if (member->row != NULL)
    member->offsets = malloc (sizeof (uint64_t) * ((size_t) member->row->n_blocks + 1));
  if (member->row == NULL || member->offsets == NULL)
    {
      error = member->row == NULL ? VAULT_ERROR_DAMAGED : VAULT_ERROR_NO_MEMORY;
      vault_fail (fault, member->bundle.path, error);
      vault_close_bundle (&member->bundle);
      member->row = NULL;
      return error;
    }
  member->offsets[0] = member->row->offset;
  for (uint32_t i = 0; i < member->row->n_blocks; i++)
    member->offsets[i + 1] = member->offsets[i] + (member->row->lengths[i] & ~BLOCK_RAW_BIT);
  return VAULT_OK;
}

#define PLACES_MAX 8

size_t
vault_member_places (Vault *vault, const uint8_t id[VAULT_ID_SIZE], AddStamp *ret_places,
                     size_t max)
{
  const EntryRow *row;
  size_t n = 0;

  pthread_rwlock_rdlock (&vault->tables);
  row = vault_fold_find (&vault->fold, id);
  if (row != NULL && !row->entry.deleted)
    n = vault_fold_places (&vault->fold, row, ret_places, max);
  pthread_rwlock_unlock (&vault->tables);
  return n;
}

VaultError
vault_member_open (Vault *vault, const uint8_t id[VAULT_ID_SIZE], VaultMember **ret_member,
                   VaultFault *fault)
{
  AddStamp places[PLACES_MAX];
  size_t n = vault_member_places (vault, id, places, PLACES_MAX);
  VaultMember *member;
  VaultFault here;
  VaultError error = VAULT_OK, answer;

  if (n == 0)
    return vault_fail (
        fault, "", vault_member_wanted (vault, id) ? VAULT_ERROR_MISSING : VAULT_ERROR_NOT_FOUND);
  member = calloc (1, sizeof *member);
  if (member == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  member->vault = vault;
  /* The best place answers for all when none is whole. */
  answer = open_place (member, id, places[0].bundle, fault);
  error = answer;
  for (size_t i = 1; i < n && error != VAULT_OK; i++)
    error = open_place (member, id, places[i].bundle, &here);
  if (error == VAULT_OK)
    {
      *ret_member = member;
      return VAULT_OK;
    }
  free (member);
  if (fault != NULL)
    {
      fault->has_member = true;
      memcpy (fault->member, id, VAULT_ID_SIZE);
    }
  return answer;
}

uint64_t
vault_member_size (const VaultMember *member)
{
  return member->row->size;
}

uint64_t
vault_member_mtime (const VaultMember *member)
{
  return member->row->mtime;
}

void
vault_member_storage (const VaultMember *member, VaultMemberInfo *ret_info)
{
  uint8_t head[CODEC_RASTER_SIZE];
  uint64_t chunk;

  ret_info->codec = (VaultCodec) member->row->codec;
  ret_info->columns = 0;
  ret_info->pixels_at = 0;
  if (ret_info->codec == VAULT_CODEC_PIXELS16 && member->row->n_blocks > 0 &&
      (member->row->lengths[0] & BLOCK_RAW_BIT) == 0 && member->row->lengths[0] > sizeof head &&
      vault_sealed_pread (&member->bundle.sealed, member->offsets[0], head, sizeof head, &chunk) ==
          VAULT_OK)
    vault_block_raster (head, ret_info);
}

const char *
vault_member_name (const VaultMember *member, size_t *ret_len)
{
  *ret_len = member->row->name_len;
  return member->row->name;
}

VaultError
vault_read_block (const OpenBundle *bundle, const FooterMember *row, uint32_t block,
                  uint64_t offset, uint8_t *out, uint8_t *scratch, uint64_t *ret_chunk)
{
  uint8_t *stored = scratch + VAULT_BLOCK_SIZE;
  uint64_t at = (uint64_t) block * VAULT_BLOCK_SIZE;
  size_t n = row->size - at < VAULT_BLOCK_SIZE ? (size_t) (row->size - at) : VAULT_BLOCK_SIZE;
  VaultError error = vault_sealed_pread (&bundle->sealed, offset, stored,
                                         row->lengths[block] & ~BLOCK_RAW_BIT, ret_chunk);

  if (error == VAULT_OK &&
      !vault_block_decode ((VaultCodec) row->codec, row->lengths[block], stored, out, n, scratch))
    error = VAULT_ERROR_DAMAGED;
  return error;
}

static VaultError
fill_from_block (VaultMember *member, uint32_t block, size_t skip, uint8_t *buf, size_t n,
                 uint8_t *memory, uint64_t *ret_chunk)
{
  uint8_t *decoded = memory;
  VaultError error;
  uint64_t at = (uint64_t) block * VAULT_BLOCK_SIZE;
  size_t whole = member->row->size - at < VAULT_BLOCK_SIZE ? (size_t) (member->row->size - at)
                                                           : VAULT_BLOCK_SIZE;

  if (vault_cache_get (member->vault->cache, member->bundle_number, member->offsets[block], skip,
                       buf, n))
    return VAULT_OK;
  error = vault_read_block (&member->bundle, member->row, block, member->offsets[block], decoded,
                            memory + VAULT_BLOCK_SIZE, ret_chunk);
  if (error != VAULT_OK)
    return error;
  memcpy (buf, decoded + skip, n);
  /* A block that was wanted whole will hardly be wanted again. */
  if (n < whole)
    vault_cache_put (member->vault->cache, member->bundle_number, member->offsets[block], decoded,
                     whole);
  return VAULT_OK;
}

/* The same block out of another bundle that holds the member. */
static bool
fill_from_elsewhere (VaultMember *member, uint32_t block, size_t skip, uint8_t *buf, size_t n,
                     uint8_t *memory)
{
  AddStamp places[PLACES_MAX];
  size_t n_places = vault_member_places (member->vault, member->row->id, places, PLACES_MAX);
  bool filled = false;

  for (size_t i = 0; i < n_places && !filled; i++)
    {
      VaultMember other = { .vault = member->vault };
      uint64_t chunk;

      if (places[i].bundle == member->bundle_number ||
          open_place (&other, member->row->id, places[i].bundle, NULL) != VAULT_OK)
        continue;
      filled = other.row->size == member->row->size &&
               fill_from_block (&other, block, skip, buf, n, memory, &chunk) == VAULT_OK;
      vault_close_bundle (&other.bundle);
      free (other.offsets);
    }
  return filled;
}

VaultError
vault_member_pread (VaultMember *member, uint64_t offset, void *buf, size_t n, VaultFault *fault)
{
  uint8_t *memory, *out = buf;
  uint64_t chunk = UINT64_MAX;
  VaultError error = VAULT_OK;

  if (offset > member->row->size || n > member->row->size - offset)
    return vault_fail (fault, "", VAULT_ERROR_ARGUMENT);
  memory = malloc (3 * VAULT_BLOCK_SIZE);
  if (memory == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  while (n > 0 && error == VAULT_OK)
    {
      uint32_t block = (uint32_t) (offset / VAULT_BLOCK_SIZE);
      size_t skip = (size_t) (offset % VAULT_BLOCK_SIZE);
      size_t step = VAULT_BLOCK_SIZE - skip < n ? VAULT_BLOCK_SIZE - skip : n;

      error = fill_from_block (member, block, skip, out, step, memory, &chunk);
      if (error != VAULT_OK && fill_from_elsewhere (member, block, skip, out, step, memory))
        error = VAULT_OK;
      out += step;
      offset += step;
      n -= step;
    }
  sodium_memzero (memory, 3 * VAULT_BLOCK_SIZE);
  free (memory);
  if (error != VAULT_OK)
    {
      vault_fail (fault, member->bundle.path, error);
      if (fault != NULL)
        {
          fault->chunk = chunk;
          fault->has_member = true;
          memcpy (fault->member, member->row->id, VAULT_ID_SIZE);
        }
    }
  return error;
}

void
vault_member_close (VaultMember *member)
{
  if (member == NULL)
    return;
  vault_close_bundle (&member->bundle);
  free (member->offsets);
  free (member);
}
