/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keys.h"

#include <sodium.h>
#include <string.h>

#define CONTEXT "scanvlt1"
#define SEED_LABEL "scanvlt1 master seed"

void
vault_b2 (uint8_t *out, size_t out_size, const void *data, size_t n,
          const uint8_t key[VAULT_KEY_SIZE])
{
  crypto_generichash (out, out_size, data, n, key, key != NULL ? VAULT_KEY_SIZE : 0);
}

void
vault_keys_derive (VaultKeys *keys, const uint8_t seed[SEED_SIZE])
{
  uint8_t master[VAULT_KEY_SIZE];

  memcpy (keys->seed, seed, SEED_SIZE);
  crypto_generichash (master, sizeof master, seed, SEED_SIZE, (const uint8_t *) SEED_LABEL,
                      strlen (SEED_LABEL));
  for (unsigned i = 1; i <= N_KEYS; i++)
    crypto_kdf_derive_from_key (keys->key[i], VAULT_KEY_SIZE, i, CONTEXT, master);
  sodium_memzero (master, sizeof master);
}
