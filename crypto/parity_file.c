/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a group: parity from bundles, and chunks of bundles from parity. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "parity_group.h"

static int
open_file (const Vault *vault, const char *path)
{
  int fd = openat (vault->root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  /* Rows run across the whole group: let the disk read it in its own order. */
  if (fd >= 0)
    posix_fadvise (fd, 0, 0, POSIX_FADV_WILLNEED);
  return fd;
}

/* A bundle whose record is lost is taken at its header's word; its chunks prove it. */
static bool
expect_unknown (Vault *vault, SealedReader *sealed, int fd)
{
  uint8_t header[SEALED_HEADER], right[SEALED_HEADER];
  struct stat info;

  return fd >= 0 && fstat (fd, &info) == 0 && info.st_size > SEALED_HEADER &&
         vault_read_all (fd, header, sizeof header, 0) == 0 &&
         vault_sealed_expect (sealed, fd, (uint64_t) info.st_size, SEALED_BUNDLE, vault->keys,
                              vault->uuid, header + 32, right) == VAULT_OK &&
         memcmp (header, right, sizeof header) == 0;
}

static void
open_part (Vault *vault, const ParityPart *part, SealedReader *sealed)
{
  char path[VAULT_PATH_MAX];
  uint8_t header[SEALED_HEADER];
  BundleRow row;
  int64_t number;
  int fd;
  bool good;

  vault_bundle_path (part->bundle, path);
  fd = open_file (vault, path);
  pthread_rwlock_rdlock (&vault->tables);
  number = vault_fold_find_bundle (&vault->fold, part->bundle);
  if (number >= 0)
    row = vault->fold.bundles[number];
  pthread_rwlock_unlock (&vault->tables);
  if (number >= 0)
    good = vault_sealed_expect (sealed, fd, row.file_size, SEALED_BUNDLE, vault->keys, vault->uuid,
                                row.salt, header) == VAULT_OK;
  else
    good = expect_unknown (vault, sealed, fd);
  good = good && part->first <= sealed->chunks && part->chunks <= sealed->chunks - part->first;
  sealed->fd = good ? fd : -1;
  if (!good && fd >= 0)
    close (fd);
}

VaultError
vault_parity_open (Vault *vault, const ParityGroup *group, ParityFiles **ret_files)
{
  ParityFiles *files = calloc (1, sizeof *files);
  char path[VAULT_PATH_MAX];
  uint8_t header[SEALED_HEADER];
  uint32_t start = 0;

  if (files == NULL)
    return VAULT_ERROR_NO_MEMORY;
  files->group = group;
  files->parity.fd = -1;
  files->parts = calloc (group->n_parts, sizeof *files->parts);
  files->starts = calloc (group->n_parts, sizeof *files->starts);
  files->columns = malloc ((size_t) PARITY_WIDTH * SEALED_STORED);
  files->plain = malloc (SEALED_CHUNK);
  if (files->parts == NULL || files->starts == NULL || files->columns == NULL ||
      files->plain == NULL)
    {
      free (files->parts);
      files->parts = NULL;
      vault_parity_close (files);
      return VAULT_ERROR_NO_MEMORY;
    }
  vault_parity_init (&files->code);
  for (uint32_t i = 0; i < group->n_parts; i++)
    {
      open_part (vault, &group->parts[i], &files->parts[i]);
      files->starts[i] = start;
      start += group->parts[i].chunks;
    }
  vault_parity_path (group->name, path);
  vault_sealed_expect (&files->parity, open_file (vault, path), vault_parity_file_size (group),
                       SEALED_PARITY, vault->keys, vault->uuid, group->salt, header);
  *ret_files = files;
  return VAULT_OK;
}

void
vault_parity_close (ParityFiles *files)
{
  for (uint32_t i = 0; files->parts != NULL && i < files->group->n_parts; i++)
    {
      if (files->parts[i].fd >= 0)
        close (files->parts[i].fd);
      vault_sealed_close (&files->parts[i]);
    }
  if (files->parity.fd >= 0)
    close (files->parity.fd);
  vault_sealed_close (&files->parity);
  free (files->parts);
  free (files->starts);
  free (files->columns);
  if (files->plain != NULL)
    sodium_memzero (files->plain, SEALED_CHUNK);
  free (files->plain);
  free (files);
}

/* The part that holds a chunk of the group, and the chunk's number in that bundle. */
static const SealedReader *
locate (const ParityFiles *files, uint32_t chunk, uint64_t *ret_chunk, uint32_t *ret_part)
{
  uint32_t low = 0, high = files->group->n_parts;

  while (high - low > 1)
    {
      uint32_t middle = low + (high - low) / 2;

      if (files->starts[middle] <= chunk)
        low = middle;
      else
        high = middle;
    }
  *ret_chunk = files->group->parts[low].first + (uint64_t) (chunk - files->starts[low]);
  *ret_part = low;
  return &files->parts[low];
}

static uint8_t *
column (const ParityFiles *files, size_t i)
{
  return files->columns + i * SEALED_STORED;
}

/* Leaves the cipher text and zeros behind it. */
static void
strip_tag (const SealedReader *sealed, uint64_t chunk, uint8_t *stored)
{
  size_t n = vault_sealed_stored (sealed, chunk) - SEALED_TAG;

  memset (stored + n, 0, SEALED_STORED - n);
}

static VaultError
fill_row (ParityFiles *files, uint32_t row, uint8_t *data[PARITY_DATA], VaultFault *fault)
{
  uint32_t rows = vault_parity_rows (files->group);

  for (uint32_t j = 0; j < PARITY_DATA; j++)
    {
      uint32_t chunk = j * rows + row, part;
      uint64_t number;
      const SealedReader *sealed;
      VaultError error;

      data[j] = column (files, j);
      if (chunk >= files->group->chunks)
        {
          memset (data[j], 0, SEALED_CHUNK);
          continue;
        }
      sealed = locate (files, chunk, &number, &part);
      error = sealed->fd >= 0 ? vault_sealed_raw (sealed, number, data[j]) : VAULT_ERROR_MISSING;
      if (error != VAULT_OK)
        {
          char path[VAULT_PATH_MAX];

          vault_bundle_path (files->group->parts[part].bundle, path);
          /* A sector that cannot be read is damage like any other. */
          return vault_fail (fault, path, error == VAULT_ERROR_IO ? VAULT_ERROR_DAMAGED : error);
        }
      strip_tag (sealed, number, data[j]);
    }
  return VAULT_OK;
}

static VaultError
write_parity (Vault *vault, const uint8_t *parity, size_t n, int fd, const uint8_t *salt,
              const uint8_t *content, size_t content_size, uint8_t ret_name[32],
              uint8_t ret_salt[32], VaultFault *fault)
{
  SealedWriter *sealed =
      salt != NULL ? vault_sealed_again (fd, SEALED_PARITY, vault->keys, vault->uuid, salt)
                   : vault_sealed_begin (fd, SEALED_PARITY, vault->keys, vault->uuid, vault->writer,
                                         content, content_size);
  uint64_t size;
  int failed;

  if (sealed == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  vault_sealed_write (sealed, parity, n);
  failed = vault_sealed_finish (sealed, ret_name, &size);
  memcpy (ret_salt, sealed->salt, 32);
  vault_sealed_free (sealed);
  return failed == 0 ? VAULT_OK : vault_fail_errno (fault, "tmp", failed);
}

VaultError
vault_parity_build (Vault *vault, ParityFiles *files, int fd, const uint8_t *salt,
                    uint8_t ret_name[32], uint8_t ret_salt[32], VaultFault *fault)
{
  uint32_t rows = vault_parity_rows (files->group);
  size_t n = (size_t) PARITY_CODED * rows * SEALED_CHUNK;
  uint8_t *parity = malloc (n), *data[PARITY_DATA], *coded[PARITY_CODED];
  VaultError error = VAULT_OK;

  if (parity == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  for (uint32_t row = 0; row < rows && error == VAULT_OK; row++)
    {
      error = fill_row (files, row, data, fault);
      for (size_t p = 0; p < PARITY_CODED; p++)
        coded[p] = parity + (p * rows + row) * SEALED_CHUNK;
      if (error == VAULT_OK)
        vault_parity_encode (&files->code, data, coded, SEALED_CHUNK);
    }
  if (error == VAULT_OK)
    error = write_parity (vault, parity, n, fd, salt, files->group->parts[0].bundle, 32, ret_name,
                          ret_salt, fault);
  free (parity);
  return error;
}

bool
vault_parity_chunk (ParityFiles *files, uint32_t chunk, uint8_t ret_cipher[SEALED_CHUNK])
{
  uint32_t rows = vault_parity_rows (files->group), row = chunk % rows, part, n_bad = 0;
  uint8_t *columns[PARITY_WIDTH];
  bool bad[PARITY_WIDTH] = { false };

  for (uint32_t j = 0; j < PARITY_WIDTH && n_bad <= PARITY_CODED; j++)
    {
      uint64_t number;
      const SealedReader *sealed;
      size_t got;

      columns[j] = column (files, j);
      if (j >= PARITY_DATA)
        {
          number = (uint64_t) (j - PARITY_DATA) * rows + row;
          bad[j] = files->parity.fd < 0 ||
                   vault_sealed_chunk (&files->parity, number, columns[j], &got) != VAULT_OK;
        }
      else if (j * rows + row >= files->group->chunks)
        memset (columns[j], 0, SEALED_CHUNK);
      else
        {
          sealed = locate (files, j * rows + row, &number, &part);
          bad[j] = sealed->fd < 0 || vault_sealed_raw (sealed, number, columns[j]) != VAULT_OK ||
                   !vault_sealed_unseal (sealed, number, columns[j], files->plain);
          if (!bad[j])
            strip_tag (sealed, number, columns[j]);
        }
      n_bad += bad[j];
    }
  if (n_bad > PARITY_CODED || !vault_parity_solve (&files->code, columns, bad, SEALED_CHUNK))
    return false;
  memcpy (ret_cipher, columns[chunk / rows], SEALED_CHUNK);
  return true;
}
