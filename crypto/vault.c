/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An unlocked vault: its parts, its keys' uses, and how it is closed. */
#include "vault.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "local.h"
#include "open.h"
#include "sealed.h"
#include "vault_private.h"

Vault *
vault_new (int root)
{
  Vault *vault = calloc (1, sizeof *vault);

  if (vault == NULL)
    return NULL;
  vault->root = root;
  vault->lock_fd = vault->state_fd = -1;
  vault->keys = vault_secure_alloc (sizeof *vault->keys);
  vault->cache = vault_cache_new ();
  pthread_mutex_init (&vault->writing, NULL);
  pthread_rwlock_init (&vault->tables, NULL);
  if (vault->keys == NULL || vault->cache == NULL)
    {
      vault->root = -1;
      vault_close (vault);
      return NULL;
    }
  return vault;
}

void
vault_close (Vault *vault)
{
  if (vault == NULL)
    return;
  vault_fold_clear (&vault->fold);
  while (vault->payloads != NULL)
    {
      Payload *next = vault->payloads->next;

      vault_payload_free (vault->payloads);
      vault->payloads = next;
    }
  vault_cache_free (vault->cache);
  vault_secure_free (vault->keys);
  vault_writers_clear (vault);
  vault_local_clear (&vault->local);
  free (vault->damages);
  free (vault->notices);
  pthread_mutex_destroy (&vault->writing);
  pthread_rwlock_destroy (&vault->tables);
  if (vault->lock_fd >= 0)
    close (vault->lock_fd);
  if (vault->state_fd >= 0)
    close (vault->state_fd);
  if (vault->root >= 0)
    close (vault->root);
  free (vault);
}

const uint8_t *
vault_uuid (const Vault *vault)
{
  return vault->uuid;
}

void
vault_sheet (const Vault *vault, char ret_sheet[VAULT_SHEET_SIZE])
{
  vault_sheet_write (vault->keys->seed, ret_sheet);
}

void
vault_share_key (const Vault *vault, const uint8_t share_id[16], uint8_t ret_key[VAULT_KEY_SIZE])
{
  static const uint8_t label[] = "share1";
  crypto_auth_hmacsha256_state state;

  crypto_auth_hmacsha256_init (&state, vault->keys->key[KEY_SHARE], VAULT_KEY_SIZE);
  crypto_auth_hmacsha256_update (&state, label, sizeof label - 1);
  crypto_auth_hmacsha256_update (&state, share_id, 16);
  crypto_auth_hmacsha256_final (&state, ret_key);
  sodium_memzero (&state, sizeof state);
}

void
vault_hash (const Vault *vault, const void *data, size_t len, uint8_t ret_id[VAULT_ID_SIZE])
{
  vault_b2 (ret_id, VAULT_ID_SIZE, data, len, vault->keys->key[KEY_MEMBER_ID]);
}

VaultError
vault_hash_source (const Vault *vault, VaultReadFunc read, void *data, uint64_t size,
                   uint8_t ret_id[VAULT_ID_SIZE])
{
  uint8_t *buffer = malloc (VAULT_BLOCK_SIZE);
  crypto_generichash_state state;
  VaultError error = buffer != NULL ? VAULT_OK : VAULT_ERROR_NO_MEMORY;

  crypto_generichash_init (&state, vault->keys->key[KEY_MEMBER_ID], VAULT_KEY_SIZE, VAULT_ID_SIZE);
  for (uint64_t at = 0; at < size && error == VAULT_OK;)
    {
      size_t n = size - at < VAULT_BLOCK_SIZE ? (size_t) (size - at) : VAULT_BLOCK_SIZE;
      int64_t got = read (data, at, buffer, n);

      if (got != (int64_t) n)
        error = got < 0 ? VAULT_ERROR_IO : VAULT_ERROR_CHANGED;
      else
        crypto_generichash_update (&state, buffer, n);
      at += n;
    }
  if (error == VAULT_OK)
    crypto_generichash_final (&state, ret_id, VAULT_ID_SIZE);
  if (buffer != NULL)
    sodium_memzero (buffer, VAULT_BLOCK_SIZE);
  free (buffer);
  return error;
}
