/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files made anew from parity, and published only when their hash is right. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "heal.h"

static VaultError
make_parents (int root, const char *path, VaultFault *fault)
{
  char folder[VAULT_PATH_MAX];
  VaultError error = VAULT_OK;

  for (const char *slash = strchr (path, '/'); slash != NULL && error == VAULT_OK;
       slash = strchr (slash + 1, '/'))
    {
      snprintf (folder, sizeof folder, "%.*s", (int) (slash - path), path);
      error = vault_folder_make (root, folder, fault);
    }
  return error;
}

VaultError
vault_publish_durably (int root, const char *temp, int fd, const char *path, VaultFault *fault)
{
  char folder[VAULT_PATH_MAX];
  const char *slash = strrchr (path, '/');
  VaultError error = fd >= 0 ? vault_fd_sync (fd, path, fault) : VAULT_OK;

  snprintf (folder, sizeof folder, "%.*s", slash != NULL ? (int) (slash - path) : 1,
            slash != NULL ? path : ".");
  if (error == VAULT_OK)
    error = make_parents (root, path, fault);
  if (error == VAULT_OK)
    error = vault_publish (root, temp, path, fault);
  return error == VAULT_OK ? vault_folder_sync (root, folder, fault) : error;
}

static VaultError
copy_bytes (int from, int to, const char *source, uint8_t ret_hash[32], VaultFault *fault)
{
  size_t step = 512 * 1024;
  uint8_t *buffer = malloc (step);
  crypto_generichash_state state;
  off_t at = 0;
  ssize_t got = 1;
  VaultError error = buffer != NULL ? VAULT_OK : vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);

  crypto_generichash_init (&state, NULL, 0, 32);
  while (error == VAULT_OK && got != 0)
    {
      int failed = 0;

      got = pread (from, buffer, step, at);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        error = vault_fail (fault, source, VAULT_ERROR_DAMAGED);
      else
        {
          crypto_generichash_update (&state, buffer, (size_t) got);
          failed = vault_write_all (to, buffer, (size_t) got);
          at += got;
        }
      if (failed != 0)
        error = vault_fail_errno (fault, "tmp", failed);
    }
  crypto_generichash_final (&state, ret_hash, 32);
  free (buffer);
  return error;
}

VaultError
vault_copy_proven (Vault *vault, const char *source, const uint8_t *name, size_t name_size,
                   char ret_temp[32], VaultFault *fault)
{
  int from = openat (vault->root, source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), to;
  uint8_t hash[32];
  char temp[32];
  VaultError error;

  if (from < 0)
    return vault_fail (fault, source, VAULT_ERROR_MISSING);
  error = vault_temp_create (vault->root, temp, &to, fault);
  if (error == VAULT_OK)
    {
      error = copy_bytes (from, to, source, hash, fault);
      if (error == VAULT_OK && memcmp (hash, name, name_size) != 0)
        error = vault_fail (fault, source, VAULT_ERROR_DAMAGED);
      if (error == VAULT_OK)
        error = vault_fd_sync (to, "tmp", fault);
      close (to);
      if (error != VAULT_OK)
        unlinkat (vault->root, temp, 0);
    }
  close (from);
  if (error == VAULT_OK)
    memcpy (ret_temp, temp, sizeof temp);
  return error;
}

VaultError
vault_heal_from (Vault *vault, const char *source, const char *path, const uint8_t *name,
                 size_t name_size, VaultFault *fault)
{
  char temp[32];
  VaultError error = vault_copy_proven (vault, source, name, name_size, temp, fault);

  if (error != VAULT_OK)
    return error;
  error = vault_publish_durably (vault->root, temp, -1, path, fault);
  if (error != VAULT_OK)
    unlinkat (vault->root, temp, 0);
  return error;
}

typedef struct
{
  Vault *vault;
  const ParityGroups *groups;
  uint8_t name[32];
  SealedReader old; /* the damaged file, as it must be */
  int fd;           /* of the new one */
  bool *bad;        /* of each chunk */
  uint64_t n_bad;
  uint8_t stored[SEALED_STORED], plain[SEALED_CHUNK];
} Rebuild;

static VaultError
put (Rebuild *rebuild, uint64_t offset, const uint8_t *bytes, size_t n, VaultFault *fault)
{
  while (n > 0)
    {
      ssize_t written = pwrite (rebuild->fd, bytes, n, (off_t) offset);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return vault_fail_errno (fault, "tmp", errno);
      bytes += written;
      offset += (uint64_t) written;
      n -= (size_t) written;
    }
  return VAULT_OK;
}

static VaultError
put_chunk (Rebuild *rebuild, uint64_t i, VaultFault *fault)
{
  return put (rebuild, SEALED_HEADER + i * SEALED_STORED, rebuild->stored,
              vault_sealed_stored (&rebuild->old, i), fault);
}

/* What is left of the damaged file. */
static VaultError
take_good_chunks (Rebuild *rebuild, VaultFault *fault)
{
  VaultError error = VAULT_OK;

  for (uint64_t i = 0; i < rebuild->old.chunks && error == VAULT_OK; i++)
    {
      rebuild->bad[i] = rebuild->old.fd < 0 ||
                        vault_sealed_raw (&rebuild->old, i, rebuild->stored) != VAULT_OK ||
                        !vault_sealed_unseal (&rebuild->old, i, rebuild->stored, rebuild->plain);
      rebuild->n_bad += rebuild->bad[i];
      if (!rebuild->bad[i])
        error = put_chunk (rebuild, i, fault);
    }
  return error;
}

static VaultError
take_from_part (Rebuild *rebuild, ParityFiles *files, uint32_t part, VaultFault *fault)
{
  const ParityPart *row = &files->group->parts[part];
  VaultError error = VAULT_OK;

  for (uint32_t k = 0; k < row->chunks && error == VAULT_OK; k++)
    {
      uint64_t i = (uint64_t) row->first + k;

      if (i >= rebuild->old.chunks || !rebuild->bad[i] ||
          !vault_parity_chunk (files, files->starts[part] + k, rebuild->stored))
        continue;
      vault_sealed_retag (&rebuild->old, i, rebuild->stored);
      error = put_chunk (rebuild, i, fault);
      rebuild->bad[i] = false;
      rebuild->n_bad--;
    }
  return error;
}

static VaultError
take_from_groups (Rebuild *rebuild, VaultFault *fault)
{
  VaultError error = VAULT_OK;

  for (uint32_t g = 0; g < rebuild->groups->n && error == VAULT_OK && rebuild->n_bad > 0; g++)
    {
      const ParityGroup *group = &rebuild->groups->rows[g];
      ParityFiles *files = NULL;

      for (uint32_t k = 0; k < group->n_parts && !group->gone && error == VAULT_OK; k++)
        {
          if (memcmp (group->parts[k].bundle, rebuild->name, 32) != 0)
            continue;
          if (files == NULL)
            error = vault_parity_open (rebuild->vault, group, &files);
          if (error == VAULT_OK)
            error = take_from_part (rebuild, files, k, fault);
        }
      if (files != NULL)
        vault_parity_close (files);
    }
  return error;
}

static VaultError
fill (Rebuild *rebuild, const uint8_t header[SEALED_HEADER], const char *path, VaultFault *fault)
{
  uint8_t hash[32];
  VaultError error = put (rebuild, 0, header, SEALED_HEADER, fault);

  if (error == VAULT_OK)
    error = take_good_chunks (rebuild, fault);
  if (error == VAULT_OK)
    error = take_from_groups (rebuild, fault);
  if (error == VAULT_OK && rebuild->n_bad > 0)
    error = vault_fail (fault, path, VAULT_ERROR_DAMAGED);
  if (error == VAULT_OK && vault_file_hash (rebuild->fd, hash) != VAULT_OK)
    error = vault_fail (fault, "tmp", VAULT_ERROR_IO);
  if (error == VAULT_OK && memcmp (hash, rebuild->name, 32) != 0)
    error = vault_fail (fault, path, VAULT_ERROR_DAMAGED);
  return error;
}

static VaultError
rebuild_bundle (Rebuild *rebuild, const BundleRow *row, VaultFault *fault)
{
  char path[VAULT_PATH_MAX], temp[32];
  uint8_t header[SEALED_HEADER];
  VaultError error;
  int fd;

  vault_bundle_path (rebuild->name, path);
  fd = openat (rebuild->vault->root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  error = vault_sealed_expect (&rebuild->old, fd, row->file_size, SEALED_BUNDLE,
                               rebuild->vault->keys, rebuild->vault->uuid, row->salt, header);
  if (error == VAULT_OK)
    rebuild->bad = calloc (rebuild->old.chunks, sizeof *rebuild->bad);
  if (error == VAULT_OK && rebuild->bad == NULL)
    error = VAULT_ERROR_NO_MEMORY;
  error =
      error == VAULT_OK
          ? vault_temp_create (rebuild->vault->root, temp, &rebuild->fd, fault)
          : vault_fail (fault, path, error == VAULT_ERROR_ARGUMENT ? VAULT_ERROR_DAMAGED : error);
  if (error == VAULT_OK)
    {
      error = fill (rebuild, header, path, fault);
      if (error == VAULT_OK)
        error = vault_publish_durably (rebuild->vault->root, temp, rebuild->fd, path, fault);
      if (error != VAULT_OK)
        unlinkat (rebuild->vault->root, temp, 0);
      close (rebuild->fd);
    }
  vault_sealed_close (&rebuild->old);
  if (fd >= 0)
    close (fd);
  free (rebuild->bad);
  return error;
}

VaultError
vault_rebuild_bundle (Vault *vault, const ParityGroups *groups, const uint8_t name[32],
                      VaultFault *fault)
{
  Rebuild *rebuild;
  BundleRow row;
  int64_t number;
  VaultError error;

  pthread_rwlock_rdlock (&vault->tables);
  number = vault_fold_find_bundle (&vault->fold, name);
  if (number >= 0)
    row = vault->fold.bundles[number];
  pthread_rwlock_unlock (&vault->tables);
  if (number < 0)
    return vault_fail (fault, "", VAULT_ERROR_NOT_FOUND);
  rebuild = calloc (1, sizeof *rebuild);
  if (rebuild == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  rebuild->vault = vault;
  rebuild->groups = groups;
  memcpy (rebuild->name, name, 32);
  error = rebuild_bundle (rebuild, &row, fault);
  sodium_memzero (rebuild->plain, sizeof rebuild->plain);
  free (rebuild);
  return error;
}

VaultError
vault_rebuild_parity (Vault *vault, const ParityGroup *group, VaultFault *fault)
{
  char path[VAULT_PATH_MAX], temp[32];
  uint8_t name[32], salt[32];
  ParityFiles *files;
  int fd;
  VaultError error = vault_parity_open (vault, group, &files);

  vault_parity_path (group->name, path);
  if (error != VAULT_OK)
    return vault_fail (fault, path, error);
  error = vault_temp_create (vault->root, temp, &fd, fault);
  if (error != VAULT_OK)
    {
      vault_parity_close (files);
      return error;
    }
  error = vault_parity_build (vault, files, fd, group->salt, name, salt, fault);
  if (error == VAULT_OK && memcmp (name, group->name, 32) != 0)
    error = vault_fail (fault, path, VAULT_ERROR_DAMAGED);
  if (error == VAULT_OK)
    error = vault_publish_durably (vault->root, temp, fd, path, fault);
  if (error != VAULT_OK)
    unlinkat (vault->root, temp, 0);
  close (fd);
  vault_parity_close (files);
  return error;
}
