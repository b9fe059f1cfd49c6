/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members and bundles read to their last byte. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "heal.h"
#include "member.h"

VaultError
vault_verify_member (Vault *vault, const OpenBundle *bundle, const FooterMember *row,
                     uint64_t *ret_chunk)
{
  uint8_t *memory = malloc (3 * VAULT_BLOCK_SIZE), id[VAULT_ID_SIZE];
  crypto_generichash_state hash;
  uint64_t offset = row->offset;
  VaultError error = memory != NULL ? VAULT_OK : VAULT_ERROR_NO_MEMORY;

  crypto_generichash_init (&hash, vault->keys->key[KEY_MEMBER_ID], VAULT_KEY_SIZE, VAULT_ID_SIZE);
  for (uint32_t i = 0; i < row->n_blocks && error == VAULT_OK; i++)
    {
      uint64_t at = (uint64_t) i * VAULT_BLOCK_SIZE;
      size_t n = row->size - at < VAULT_BLOCK_SIZE ? (size_t) (row->size - at) : VAULT_BLOCK_SIZE;

      error =
          vault_read_block (bundle, row, i, offset, memory, memory + VAULT_BLOCK_SIZE, ret_chunk);
      if (error == VAULT_OK)
        crypto_generichash_update (&hash, memory, n);
      offset += row->lengths[i] & ~BLOCK_RAW_BIT;
    }
  crypto_generichash_final (&hash, id, sizeof id);
  if (error == VAULT_OK && memcmp (id, row->id, sizeof id) != 0)
    error = VAULT_ERROR_DAMAGED;
  if (memory != NULL)
    sodium_memzero (memory, 3 * VAULT_BLOCK_SIZE);
  free (memory);
  return error;
}

VaultError
vault_read_back (Vault *vault, uint32_t number, VaultFault *fault)
{
  OpenBundle bundle;
  BundleRow row;
  char path[VAULT_PATH_MAX];
  uint8_t hash[32];
  uint64_t chunk = UINT64_MAX;
  VaultError error;
  int fd;

  pthread_rwlock_rdlock (&vault->tables);
  row = vault->fold.bundles[number];
  pthread_rwlock_unlock (&vault->tables);
  vault_bundle_path (row.name, path);
  fd = openat (vault->root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd >= 0)
    {
      posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
      close (fd);
    }
  error = vault_open_bundle (vault, number, &bundle, fault);
  if (error != VAULT_OK)
    return error;
  error = vault_file_hash (bundle.fd, hash);
  if (error == VAULT_OK && (memcmp (hash, row.name, 32) != 0 || bundle.footer.n != row.n_members))
    error = VAULT_ERROR_DAMAGED;
  for (uint32_t i = 0; i < bundle.footer.n && error == VAULT_OK; i++)
    error = vault_verify_member (vault, &bundle, &bundle.footer.members[i], &chunk);
  if (error != VAULT_OK)
    {
      vault_fail (fault, bundle.path, error);
      if (fault != NULL)
        fault->chunk = chunk;
    }
  vault_close_bundle (&bundle);
  return error;
}
