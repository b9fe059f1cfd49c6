/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a vault by passphrase or recovery sheet. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "open.h"
#include "vault_private.h"

#define TEMP_MAX_AGE (24 * 3600)
#define SLOTS_MAX 64

static const char *const id_files[] = { "vault.id", "vault.id.2" };

static VaultError
read_id (int root, const char *name, uint8_t ret_file[VAULT_ID_FILE_SIZE],
         uint8_t ret_uuid[UUID_SIZE], VaultFault *fault)
{
  uint8_t *bytes = NULL;
  size_t size;
  VaultError error = vault_file_read (root, name, 4096, &bytes, &size, fault);

  if (error == VAULT_OK && (error = vault_id_parse (bytes, size, ret_uuid)) != VAULT_OK)
    vault_fail (fault, name, error);
  if (error == VAULT_OK)
    memcpy (ret_file, bytes, VAULT_ID_FILE_SIZE);
  free (bytes);
  return error;
}

static void
sweep_temps (int root)
{
  int fd = openat (root, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  struct stat info;
  time_t now = time (NULL);

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, "reserve") != 0 &&
        fstatat (dirfd (dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG (info.st_mode) && now - info.st_mtime > TEMP_MAX_AGE)
      unlinkat (dirfd (dir), entry->d_name, 0);
  if (dir != NULL)
    closedir (dir);
}

/* Tries every slot. A wrong passphrase and no good slot at all are different answers. */
static VaultError
open_slots (int root, const uint8_t uuid[UUID_SIZE], const char *passphrase, size_t len,
            uint8_t ret_seed[SEED_SIZE], VaultFault *fault)
{
  int fd = openat (root, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  VaultError answer = vault_fail (fault, "keys", VAULT_ERROR_SLOT);
  unsigned tried = 0;

  while (dir != NULL && answer != VAULT_OK && tried < SLOTS_MAX && (entry = readdir (dir)) != NULL)
    {
      size_t n = strlen (entry->d_name), size;
      char path[64];
      uint8_t *slot = NULL;
      VaultError error;

      if (n != 21 || strcmp (entry->d_name + 16, ".slot") != 0)
        continue;
      snprintf (path, sizeof path, "keys/%.21s", entry->d_name);
      error = vault_file_read (root, path, SLOT_SIZE, &slot, &size, NULL);
      if (error == VAULT_OK)
        error = size == SLOT_SIZE ? vault_slot_open (slot, uuid, passphrase, len, ret_seed)
                                  : VAULT_ERROR_SLOT;
      free (slot);
      tried++;
      if (error == VAULT_OK || error == VAULT_ERROR_SECRET || error == VAULT_ERROR_NO_MEMORY)
        answer = error;
    }
  if (dir != NULL)
    closedir (dir);
  return answer;
}

static VaultError
open_with_seed (Vault *vault, const uint8_t id[VAULT_ID_FILE_SIZE], const uint8_t seed[SEED_SIZE],
                VaultError wrong, VaultFault *fault)
{
  VaultError error;

  vault_keys_derive (vault->keys, seed);
  if (!vault_id_authentic (id, vault->keys))
    return vault_fail (fault, "vault.id", wrong);
  sweep_temps (vault->root);
  error = vault_local_writer (vault);
  if (error == VAULT_OK)
    vault_journal_load (vault);
  return error;
}

/* Unlocks by what one copy of vault.id says. */
static VaultError
unlock (Vault *vault, const uint8_t id[VAULT_ID_FILE_SIZE], const char *secret, size_t len,
        bool is_sheet, VaultFault *fault)
{
  uint8_t *seed;
  VaultError error;

  if (vault->lock_fd >= 0)
    close (vault->lock_fd);
  error = vault_lock (vault);
  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  seed = vault_secure_alloc (SEED_SIZE);
  if (seed == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  error = is_sheet ? vault_sheet_read (secret, len, seed)
                   : open_slots (vault->root, vault->uuid, secret, len, seed, fault);
  /* A sheet of another vault is a wrong secret; a slot that opens but does not fit is damage. */
  if (error == VAULT_OK)
    error = open_with_seed (vault, id, seed, is_sheet ? VAULT_ERROR_SECRET : VAULT_ERROR_DAMAGED,
                            fault);
  vault_secure_free (seed);
  return error;
}

/* Either copy of vault.id will do, and only the keys tell a damaged one. "Wrong secret" stands
 * against what a damaged copy answers. */
static VaultError
try_copies (Vault *vault, const char *secret, size_t len, bool is_sheet, VaultFault *fault)
{
  uint8_t id[2][VAULT_ID_FILE_SIZE] = { 0 };
  VaultError answer = vault_fail (fault, "vault.id", VAULT_ERROR_NOT_A_VAULT);

  for (size_t i = 0; i < 2; i++)
    {
      VaultFault here;
      VaultError error = read_id (vault->root, id_files[i], id[i], vault->uuid, &here);

      if (error == VAULT_ERROR_NOT_FOUND ||
          (i == 1 && memcmp (id[0], id[1], VAULT_ID_FILE_SIZE) == 0))
        continue;
      if (error == VAULT_OK)
        error = unlock (vault, id[i], secret, len, is_sheet, &here);
      if (error == VAULT_OK)
        return VAULT_OK;
      if (answer != VAULT_ERROR_SECRET)
        {
          answer = error;
          if (fault != NULL)
            *fault = here;
        }
      if (error == VAULT_ERROR_BUSY || error == VAULT_ERROR_NO_MEMORY)
        break;
    }
  return answer;
}

static VaultError
open_vault (const char *dir, const char *secret, size_t len, bool is_sheet, Vault **ret_vault,
            VaultFault *fault)
{
  int root = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  Vault *vault;
  VaultError error;

  if (root < 0)
    return vault_fail_errno (fault, "", errno);
  vault = vault_new (root);
  if (vault == NULL)
    {
      close (root);
      return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
    }
  error = try_copies (vault, secret, len, is_sheet, fault);
  if (error != VAULT_OK)
    {
      vault_close (vault);
      return error;
    }
  *ret_vault = vault;
  return VAULT_OK;
}

VaultError
vault_open (const char *dir, const char *passphrase, size_t len, Vault **ret_vault,
            VaultFault *fault)
{
  return open_vault (dir, passphrase, len, false, ret_vault, fault);
}

VaultError
vault_open_sheet (const char *dir, const char *sheet, size_t len, Vault **ret_vault,
                  VaultFault *fault)
{
  return open_vault (dir, sheet, len, true, ret_vault, fault);
}
