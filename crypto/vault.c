/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making, opening and closing a vault. */
#include "vault.h"

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
#include "sealed.h"
#include "vault_private.h"

#define RESERVE_SIZE ((size_t) 1024 * 1024)
#define TEMP_MAX_AGE (24 * 3600)
#define SLOTS_MAX 64

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

static Vault *
vault_new (int root)
{
  Vault *vault = calloc (1, sizeof *vault);

  if (vault == NULL)
    return NULL;
  vault->root = root;
  vault->lock_fd = -1;
  vault->keys = vault_secure_alloc (sizeof *vault->keys);
  vault->cache = vault_cache_new ();
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
  free (vault->heads);
  free (vault->damages);
  pthread_rwlock_destroy (&vault->tables);
  if (vault->lock_fd >= 0)
    close (vault->lock_fd);
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

size_t
vault_damage_count (const Vault *vault)
{
  return vault->n_damages;
}

const VaultFault *
vault_damage_at (const Vault *vault, size_t i)
{
  return i < vault->n_damages ? &vault->damages[i] : NULL;
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

static VaultError
write_reserve (int root, VaultFault *fault)
{
  uint8_t *zeros = calloc (1, RESERVE_SIZE);
  VaultError error = zeros != NULL
                         ? vault_file_write (root, "tmp/reserve", zeros, RESERVE_SIZE, fault)
                         : vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);

  free (zeros);
  return error;
}

static VaultError
make_folders (int root, VaultFault *fault)
{
  static const char *const folders[] = { "tmp", "keys", "o", "j", "j2" };
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
  char path[32] = "keys/";
  VaultError error = vault_slot_make (vault->uuid, passphrase, len, kdf, vault->keys->seed, slot);

  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  vault_to_hex (slot + 24, 8, path + 5);
  strcat (path, ".slot");
  error = vault_file_write (vault->root, path, slot, sizeof slot, fault);
  if (error == VAULT_OK)
    error = vault_folder_sync (vault->root, "keys", fault);
  vault_id_make (vault->keys, vault->uuid, id);
  if (error == VAULT_OK)
    error = vault_file_write (vault->root, "vault.id.2", id, sizeof id, fault);
  if (error == VAULT_OK)
    error = vault_file_write (vault->root, "README.txt", readme, sizeof readme - 1, fault);
  /* Last: with this the folder is a vault. */
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
  static const char *const folders[] = { "tmp", "keys", "o", "j", "j2" };
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
    error = write_reserve (vault->root, fault);
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
  return error == VAULT_OK ? vault_local_writer (vault) : error;
}

VaultError
vault_create (const char *dir, const char *passphrase, size_t len, const VaultKdf *kdf,
              char ret_sheet[VAULT_SHEET_SIZE], Vault **ret_vault, VaultFault *fault)
{
  bool made = mkdir (dir, 0700) == 0;
  int saved = errno, root;
  Vault *vault;
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
  error = vault != NULL
              ? fill_new (vault, passphrase, len, kdf != NULL ? kdf : &vault_kdf_default, fault)
              : vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
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
