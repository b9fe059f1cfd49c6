/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passphrase slots: the seed under a key that a passphrase makes. */
#include <sodium.h>
#include <string.h>

#include "bytes.h"
#include "keys.h"

#define MAGIC "SVSLOT1\n"
#define AT_UUID 8
#define AT_ID 24
#define AT_TYPE 32
#define AT_KDF 33
#define AT_OPS 36
#define AT_MEM 40
#define AT_SALT 48
#define AT_NONCE 64
#define AT_SEALED 88
#define AT_CHECK 136
#define AAD_SIZE 64
#define PLAIN_SIZE 32
#define CHECK_SIZE 8
#define TYPE_PASSPHRASE 1
#define KDF_ARGON2ID13 2

static VaultError
derive (uint8_t key[VAULT_KEY_SIZE], const uint8_t slot[SLOT_SIZE], const char *passphrase,
        size_t len)
{
  VaultKdf kdf;

  vault_slot_kdf (slot, &kdf);
  return vault_kdf_derive (&kdf, slot + AT_SALT, passphrase, len, key);
}

static void
checksum (const uint8_t slot[SLOT_SIZE], uint8_t out[CHECK_SIZE])
{
  uint8_t hash[32];

  vault_b2 (hash, sizeof hash, slot, AT_CHECK, NULL);
  memcpy (out, hash, CHECK_SIZE);
}

VaultError
vault_slot_make (const uint8_t uuid[UUID_SIZE], const char *passphrase, size_t len,
                 const VaultKdf *kdf, const uint8_t seed[SEED_SIZE], uint8_t ret_slot[SLOT_SIZE])
{
  uint8_t slot[SLOT_SIZE] = MAGIC;
  uint8_t *secret = vault_secure_alloc (VAULT_KEY_SIZE + PLAIN_SIZE), *plain;
  VaultError error;

  if (secret == NULL)
    return VAULT_ERROR_NO_MEMORY;
  plain = secret + VAULT_KEY_SIZE;
  memcpy (slot + AT_UUID, uuid, UUID_SIZE);
  randombytes_buf (slot + AT_ID, 8);
  slot[AT_TYPE] = TYPE_PASSPHRASE;
  slot[AT_KDF] = KDF_ARGON2ID13;
  put_le (slot + AT_OPS, kdf->ops, 4);
  put_le (slot + AT_MEM, kdf->mem_kib, 4);
  randombytes_buf (slot + AT_SALT, 16);
  randombytes_buf (slot + AT_NONCE, 24);
  error = derive (secret, slot, passphrase, len);
  if (error == VAULT_OK)
    {
      memcpy (plain, seed, SEED_SIZE);
      crypto_aead_xchacha20poly1305_ietf_encrypt (slot + AT_SEALED, NULL, plain, PLAIN_SIZE, slot,
                                                  AAD_SIZE, NULL, slot + AT_NONCE, secret);
      checksum (slot, slot + AT_CHECK);
      memcpy (ret_slot, slot, SLOT_SIZE);
    }
  vault_secure_free (secret);
  return error == VAULT_ERROR_SLOT ? VAULT_ERROR_ARGUMENT : error;
}

bool
vault_slot_whole (const uint8_t slot[SLOT_SIZE])
{
  uint8_t check[CHECK_SIZE];

  checksum (slot, check);
  return memcmp (slot, MAGIC, 8) == 0 && memcmp (slot + AT_CHECK, check, CHECK_SIZE) == 0;
}

bool
vault_slot_intact (const uint8_t slot[SLOT_SIZE], const uint8_t uuid[UUID_SIZE])
{
  return vault_slot_whole (slot) && memcmp (slot + AT_UUID, uuid, UUID_SIZE) == 0;
}

bool
vault_slot_known (const uint8_t slot[SLOT_SIZE])
{
  VaultKdf kdf;

  vault_slot_kdf (slot, &kdf);
  return slot[AT_TYPE] == TYPE_PASSPHRASE && slot[AT_KDF] == KDF_ARGON2ID13 &&
         vault_kdf_in_bounds (&kdf);
}

const uint8_t *
vault_slot_uuid (const uint8_t slot[SLOT_SIZE])
{
  return slot + AT_UUID;
}

const uint8_t *
vault_slot_id (const uint8_t slot[SLOT_SIZE])
{
  return slot + AT_ID;
}

void
vault_slot_kdf (const uint8_t slot[SLOT_SIZE], VaultKdf *ret_kdf)
{
  ret_kdf->ops = (uint32_t) get_le (slot + AT_OPS, 4);
  ret_kdf->mem_kib = (uint32_t) get_le (slot + AT_MEM, 4);
}

VaultError
vault_slot_open (const uint8_t slot[SLOT_SIZE], const uint8_t uuid[UUID_SIZE],
                 const char *passphrase, size_t len, uint8_t ret_seed[SEED_SIZE])
{
  static const uint8_t zeros[PLAIN_SIZE - SEED_SIZE];
  uint8_t *secret, *plain;
  VaultError error;

  if (!vault_slot_whole (slot))
    return VAULT_ERROR_SLOT;
  if (slot[AT_TYPE] != TYPE_PASSPHRASE || slot[AT_KDF] != KDF_ARGON2ID13)
    return VAULT_ERROR_NEWER;
  if (memcmp (slot + AT_UUID, uuid, UUID_SIZE) != 0)
    return VAULT_ERROR_FOREIGN;
  secret = vault_secure_alloc (VAULT_KEY_SIZE + PLAIN_SIZE);
  if (secret == NULL)
    return VAULT_ERROR_NO_MEMORY;
  plain = secret + VAULT_KEY_SIZE;
  error = derive (secret, slot, passphrase, len);
  if (error == VAULT_OK && (crypto_aead_xchacha20poly1305_ietf_decrypt (
                                plain, NULL, NULL, slot + AT_SEALED, PLAIN_SIZE + 16, slot,
                                AAD_SIZE, slot + AT_NONCE, secret) != 0 ||
                            sodium_memcmp (plain + SEED_SIZE, zeros, sizeof zeros) != 0))
    error = VAULT_ERROR_SECRET;
  if (error == VAULT_OK)
    memcpy (ret_seed, plain, SEED_SIZE);
  vault_secure_free (secret);
  return error;
}
