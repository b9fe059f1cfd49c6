/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both copies of vault.id: reading them, and writing anew the one that is damaged or missing. */
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "open.h"
#include "vault_private.h"

static const char *const names[N_COPIES] = { "vault.id", "vault.id.2" };

void
vault_id_files_read (int root, IdFiles *ret_ids)
{
  IdFiles ids = { .error = VAULT_OK };

  for (size_t i = 0; i < N_COPIES; i++)
    {
      uint8_t *bytes = NULL;
      size_t size = 0;
      VaultError error = vault_file_read (root, names[i], 4096, &bytes, &size, NULL);

      ids.there[i] = error != VAULT_ERROR_NOT_FOUND;
      ids.readable[i] = error == VAULT_OK && vault_id_uuid (bytes, size, ids.uuid[i]);
      if (ids.readable[i])
        memcpy (ids.bytes[i], bytes, VAULT_ID_FILE_SIZE);
      if (error == VAULT_ERROR_PERMISSION || error == VAULT_ERROR_IO)
        ids.error = error;
      free (bytes);
    }
  *ret_ids = ids;
}

const uint8_t *
vault_id_files_authentic (const IdFiles *ids, const VaultKeys *keys, const uint8_t *uuid,
                          uint8_t ret_uuid[UUID_SIZE])
{
  for (size_t i = 0; i < N_COPIES; i++)
    if (ids->readable[i] && (uuid == NULL || memcmp (uuid, ids->uuid[i], UUID_SIZE) == 0) &&
        vault_id_authentic (ids->bytes[i], keys))
      {
        memcpy (ret_uuid, ids->uuid[i], UUID_SIZE);
        return ids->bytes[i];
      }
  return NULL;
}

void
vault_id_files_heal (Vault *vault, const IdFiles *ids, const uint8_t right[VAULT_ID_FILE_SIZE])
{
  for (size_t i = 0; i < N_COPIES; i++)
    if ((!ids->readable[i] || memcmp (ids->bytes[i], right, VAULT_ID_FILE_SIZE) != 0) &&
        vault_file_write (vault->root, names[i], right, VAULT_ID_FILE_SIZE, NULL) == VAULT_OK &&
        vault_folder_sync (vault->root, ".", NULL) == VAULT_OK)
      vault_note (vault, VAULT_NOTICE_HEALED, names[i], 0, 0);
}
