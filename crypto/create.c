/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a vault. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "open.h"
#include "vault_private.h"

static const char readme[] =
    "This folder is a vault of Scan Vault: medical scans, encrypted.\n\n"
    "Keep every file in it. Do not rename, change or delete any of them; copy the folder as a "
    "whole.\n"
    "It opens with the passphrase or with the recovery sheet, and with nothing else.\n"
    "Each file below o/ is named by the BLAKE2b-256 sum of its bytes: `b2sum -l 256 FILE` prints "
    "its own name\n"
    "while the file is undamaged. The format is described in crypto/FORMAT.md of the program's "
    "source, and a small\n"
    "reader in another language stands in its tests.\n";

static VaultError
make_folders (int root, VaultFault *fault)
{
  static const char *const folders[] = { "tmp", "keys", "keys2", "o", "j", "j2" };
  VaultError error = VAULT_OK;
  char folder[8];

  for (size_t i = 0; i < sizeof folders / sizeof *folders && error == VAULT_OK; i++)
    if (mkdirat (root, folders[i], 0700) != 0)
      error = vault_fail_errno (fault, folders[i], errno);
  for (unsigned i = 0; i < 256 && error == VAULT_OK; i++)
    {
      snprintf (folder, sizeof folder, "o/%02x", i);
      if (mkdirat (root, folder, 0700) != 0)
        error = vault_fail_errno (fault, folder, errno);
    }
  if (error == VAULT_OK)
    error = vault_folder_sync (root, "o", fault);
  return error;
}

static VaultError
write_keys (const Vault *vault, const char *passphrase, size_t len, const VaultKdf *kdf,
            VaultFault *fault)
{
  uint8_t id[VAULT_ID_FILE_SIZE], slot[SLOT_SIZE];
  VaultError error = vault_slot_make (vault->uuid, passphrase, len, kdf, vault->keys->seed, slot);

  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  error = vault_slot_publish (vault->root, slot, fault);
  vault->keys->by_slot = true;
  memcpy (vault->keys->slot, vault_slot_id (slot), VAULT_SLOT_ID_SIZE);
  vault_id_make (vault->keys, vault->uuid, id);
  if (error == VAULT_OK)
    error = vault_file_write (vault->root, "README.txt", readme, sizeof readme - 1, fault);
  /* Last: with these the folder is a vault, and everything else must be there already. */
  if (error == VAULT_OK)
    error = vault_folder_sync (vault->root, ".", fault);
  if (error == VAULT_OK)
    error = vault_file_write (vault->root, "vault.id.2", id, sizeof id, fault);
  if (error == VAULT_OK)
    error = vault_file_write (vault->root, "vault.id", id, sizeof id, fault);
  return error;
}

static bool
folder_is_empty (int fd)
{
  int copy = openat (fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = copy >= 0 ? fdopendir (copy) : NULL;
  struct dirent *entry;
  bool empty = dir != NULL;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    empty = empty && (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0);
  if (dir != NULL)
    closedir (dir);
  return empty;
}

static void
remove_files_in (int root, const char *folder)
{
  int fd = openat (root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (unlinkat (dirfd (dir), entry->d_name, 0) != 0)
      unlinkat (dirfd (dir), entry->d_name, AT_REMOVEDIR);
  if (dir != NULL)
    closedir (dir);
  unlinkat (root, folder, AT_REMOVEDIR);
}

/* Takes back what a failed creation made; the folder was empty before. */
static void
unmake (int root)
{
  static const char *const folders[] = { "tmp", "keys", "keys2", "o", "j", "j2" };
  static const char *const files[] = { "vault.id", "vault.id.2", "README.txt" };

  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    unlinkat (root, files[i], 0);
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    remove_files_in (root, folders[i]);
}

static VaultError
fill_new (Vault *vault, const char *passphrase, size_t len, const VaultKdf *kdf, VaultFault *fault)
{
  uint8_t *seed = vault_secure_alloc (SEED_SIZE);
  VaultError error;

  if (seed == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  vault_random (seed, SEED_SIZE);
  vault_random (vault->uuid, UUID_SIZE);
  vault_keys_derive (vault->keys, seed);
  vault_secure_free (seed);
  error = make_folders (vault->root, fault);
  if (error == VAULT_OK)
    error = write_keys (vault, passphrase, len, kdf, fault);
  if (error == VAULT_OK)
    error = vault_folder_sync (vault->root, ".", fault);
  if (error == VAULT_OK)
    {
      error = vault_folder_sync (vault->root, "..", fault);
      /* A parent that may not be listed cannot be synced by this user. */
      if (error == VAULT_ERROR_PERMISSION)
        error = VAULT_OK;
    }
  if (error == VAULT_OK)
    error = vault_lock (vault);
  if (error == VAULT_OK)
    error = vault_local_writer (vault);
  if (error == VAULT_OK)
    vault_reserve_fill (vault->root);
  return error;
}

VaultError
vault_create (const char *dir, const char *passphrase, size_t len, const VaultKdf *kdf,
              char ret_sheet[VAULT_SHEET_SIZE], Vault **ret_vault, VaultFault *fault)
{
  bool made = mkdir (dir, 0700) == 0;
  int saved = errno, root;
  Vault *vault;
  VaultKdf chosen;
  VaultError error;

  if (len == 0)
    error = VAULT_ERROR_ARGUMENT;
  else if (!made && saved != EEXIST)
    return vault_fail_errno (fault, "", saved);
  else
    error = VAULT_OK;
  root = error == VAULT_OK ? open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (error == VAULT_OK && root < 0)
    error = errno == ENOTDIR ? vault_fail (fault, "", VAULT_ERROR_EXISTS)
                             : vault_fail_errno (fault, "", errno);
  if (error == VAULT_OK && !folder_is_empty (root))
    error = vault_fail (fault, "", VAULT_ERROR_EXISTS);
  if (error != VAULT_OK)
    {
      if (root >= 0)
        close (root);
      if (made)
        rmdir (dir);
      return error;
    }
  vault = vault_new (root);
  error = vault != NULL ? VAULT_OK : VAULT_ERROR_NO_MEMORY;
  if (error == VAULT_OK && kdf == NULL)
    error = vault_kdf_calibrate (&chosen);
  error = error == VAULT_OK ? fill_new (vault, passphrase, len, kdf != NULL ? kdf : &chosen, fault)
                            : vault_fail (fault, "", error);
  if (error != VAULT_OK)
    {
      unmake (root);
      if (vault != NULL)
        vault_close (vault);
      else
        close (root);
      if (made)
        rmdir (dir);
      return error;
    }
  vault_sheet_write (vault->keys->seed, ret_sheet);
  *ret_vault = vault;
  return VAULT_OK;
}
