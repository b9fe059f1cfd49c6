/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a passphrase to a key: Argon2id, its bounds, and how much of it this computer bears. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "keys.h"

#define OPS_MAX 16
#define MEM_MIN_KIB 8192
#define MEM_MAX_KIB 1048576
#define MEM_FLOOR_KIB (64 * 1024) /* of what a calibration chooses */
#define MEM_MARGIN_KIB (16 * 1024)
#define NS ((uint64_t) 1000000000)

const VaultKdf vault_kdf_default = { 3, 256 * 1024 };

/* MemAvailable; UINT64_MAX where the system does not tell. */
static uint64_t
memory_available (void)
{
  FILE *file = fopen ("/proc/meminfo", "re");
  char line[128];
  unsigned long long free_kib = 0;
  bool known = false;

  while (file != NULL && !known && fgets (line, sizeof line, file) != NULL)
    known = sscanf (line, "MemAvailable: %llu kB", &free_kib) == 1;
  if (file != NULL)
    fclose (file);
  return known ? free_kib : UINT64_MAX;
}

bool
vault_kdf_in_bounds (const VaultKdf *kdf)
{
  return kdf->ops >= 1 && kdf->ops <= OPS_MAX && kdf->mem_kib >= MEM_MIN_KIB &&
         kdf->mem_kib <= MEM_MAX_KIB;
}

VaultError
vault_kdf_derive (const VaultKdf *kdf, const uint8_t salt[KDF_SALT_SIZE], const char *passphrase,
                  size_t len, uint8_t ret_key[VAULT_KEY_SIZE])
{
  if (!vault_kdf_in_bounds (kdf))
    return VAULT_ERROR_SLOT;
  /* libsodium fills the memory at once: where there is not enough, the kernel kills instead of
   * answering. */
  if (memory_available () <= (uint64_t) kdf->mem_kib + MEM_MARGIN_KIB ||
      crypto_pwhash (ret_key, VAULT_KEY_SIZE, passphrase, len, salt, kdf->ops,
                     (size_t) kdf->mem_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return VAULT_ERROR_NO_MEMORY;
  return VAULT_OK;
}

/* Other programs' work does not count. */
static uint64_t
thread_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (uint64_t) now.tv_sec * NS + (uint64_t) now.tv_nsec;
}

VaultError
vault_kdf_calibrate (VaultKdf *ret_kdf)
{
  static const uint8_t salt[KDF_SALT_SIZE];
  VaultKdf kdf = vault_kdf_default;
  uint64_t available = memory_available (), start, took;
  uint8_t key[VAULT_KEY_SIZE];
  VaultError error;

  /* Half of what is free at most: the program and its readers need room too. */
  while (kdf.mem_kib > MEM_FLOOR_KIB && available / 2 < kdf.mem_kib)
    kdf.mem_kib /= 2;
  start = thread_time ();
  error = vault_kdf_derive (&kdf, salt, "calibration", 11, key);
  took = thread_time () - start;
  if (error != VAULT_OK)
    return error;
  /* The passes that come nearest to a second; never fewer than the default. */
  if (took > 0)
    {
      uint64_t passes = (kdf.ops * NS + took / 2) / took;

      if (passes > kdf.ops)
        kdf.ops = passes < OPS_MAX ? (uint32_t) passes : OPS_MAX;
    }
  *ret_kdf = kdf;
  return VAULT_OK;
}
