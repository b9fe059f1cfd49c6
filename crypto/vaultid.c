/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vault.id: which vault this is and which programs may read it. */
#include <sodium.h>
#include <string.h>

#include "bytes.h"
#include "keys.h"

#define MAGIC "SVAULT1\n"
#define AT_UUID 8
#define AT_FORMAT 24
#define AT_MIN_READER 26
#define AT_MIN_WRITER 28
#define AT_MAC 32
#define FORMAT 1

void
vault_id_make (const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
               uint8_t ret_file[VAULT_ID_FILE_SIZE])
{
  memset (ret_file, 0, VAULT_ID_FILE_SIZE);
  memcpy (ret_file, MAGIC, 8);
  memcpy (ret_file + AT_UUID, uuid, UUID_SIZE);
  put_le (ret_file + AT_FORMAT, FORMAT, 2);
  put_le (ret_file + AT_MIN_READER, FORMAT, 2);
  put_le (ret_file + AT_MIN_WRITER, FORMAT, 2);
  vault_b2 (ret_file + AT_MAC, 32, ret_file, AT_MAC, keys->key[KEY_VAULT_ID]);
}

bool
vault_id_uuid (const uint8_t *file, size_t size, uint8_t ret_uuid[UUID_SIZE])
{
  if (size != VAULT_ID_FILE_SIZE || memcmp (file, MAGIC, 8) != 0)
    return false;
  memcpy (ret_uuid, file + AT_UUID, UUID_SIZE);
  return true;
}

VaultError
vault_id_parse (const uint8_t *file, size_t size, uint8_t ret_uuid[UUID_SIZE])
{
  uint8_t uuid[UUID_SIZE];

  if (!vault_id_uuid (file, size, uuid))
    return VAULT_ERROR_DAMAGED;
  if (get_le (file + AT_MIN_READER, 2) > FORMAT || get_le (file + AT_MIN_WRITER, 2) > FORMAT)
    return VAULT_ERROR_NEWER;
  memcpy (ret_uuid, uuid, UUID_SIZE);
  return VAULT_OK;
}

bool
vault_id_authentic (const uint8_t file[VAULT_ID_FILE_SIZE], const VaultKeys *keys)
{
  uint8_t mac[32];

  vault_b2 (mac, sizeof mac, file, AT_MAC, keys->key[KEY_VAULT_ID]);
  return sodium_memcmp (mac, file + AT_MAC, sizeof mac) == 0;
}
