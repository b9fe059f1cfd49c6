/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passphrase slots: the seed under a key that a passphrase makes. */
#include <sodium.h>
#include <stdio.h>
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

#define OPS_MAX 16
#define MEM_MIN_KIB 8192
#define MEM_MAX_KIB 1048576

const VaultKdf vault_kdf_default = { 3, 256 * 1024 };

/* libsodium fills the memory at once: where there is not enough, the kernel kills instead of
 * answering. Unknown is taken for enough. */
static bool
memory_available (uint64_t kib)
{
  FILE *file = fopen ("/proc/meminfo", "re");
  char line[128];
  unsigned long long free_kib = 0;
  bool known = false;

  while (file != NULL && !known && fgets (line, sizeof line, file) != NULL)
    known = sscanf (line, "MemAvailable: %llu kB", &free_kib) == 1;
  if (file != NULL)
    fclose (file);
  return !known || free_kib > kib + 16 * 1024;
}

static VaultError
derive (uint8_t key[VAULT_KEY_SIZE], const uint8_t slot[SLOT_SIZE], const char *passphrase,
        size_t len)
{
  uint64_t ops = get_le (slot + AT_OPS, 4), mem_kib = get_le (slot + AT_MEM, 4);

  if (ops < 1 || ops > OPS_MAX || mem_kib < MEM_MIN_KIB || mem_kib > MEM_MAX_KIB)
    return VAULT_ERROR_SLOT;
  if (!memory_available (mem_kib) ||
      crypto_pwhash (key, VAULT_KEY_SIZE, passphrase, len, slot + AT_SALT, ops,
                     (size_t) mem_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return VAULT_ERROR_NO_MEMORY;
  return VAULT_OK;
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
  uint8_t *secret = vault_secure_alloc (VAULT_KEY_SIZE + PLAIN_SIZE),
          *plain = secret + VAULT_KEY_SIZE;
  VaultError error;

  if (secret == NULL)
    return VAULT_ERROR_NO_MEMORY;
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

static bool
whole (const uint8_t slot[SLOT_SIZE])
{
  uint8_t check[CHECK_SIZE];

  checksum (slot, check);
  return memcmp (slot, MAGIC, 8) == 0 && memcmp (slot + AT_CHECK, check, CHECK_SIZE) == 0 &&
         slot[AT_TYPE] == TYPE_PASSPHRASE && slot[AT_KDF] == KDF_ARGON2ID13;
}

bool
vault_slot_intact (const uint8_t slot[SLOT_SIZE], const uint8_t uuid[UUID_SIZE])
{
  return whole (slot) && memcmp (slot + AT_UUID, uuid, UUID_SIZE) == 0;
}

VaultError
vault_slot_open (const uint8_t slot[SLOT_SIZE], const uint8_t uuid[UUID_SIZE],
                 const char *passphrase, size_t len, uint8_t ret_seed[SEED_SIZE])
{
  static const uint8_t zeros[PLAIN_SIZE - SEED_SIZE];
  uint8_t *secret, *plain;
  VaultError error;

  if (!whole (slot))
    return VAULT_ERROR_SLOT;
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
