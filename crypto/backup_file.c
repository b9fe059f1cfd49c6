/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copying one file of a vault: written beside its place, synced, read back from the disk, and only
 * then put in its place. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup.h"
#include "files.h"
#include "sealed.h"

/* Hashes a file from its descriptor; copies it to out when that is not -1. Returns 0 or errno of
 * reading; *ret_written: errno of writing. */
static int
hash_file (Copy *copy, int fd, int out, uint8_t ret_hash[32], int *ret_written)
{
  crypto_generichash_state state;
  off_t at = 0;
  ssize_t got = 1;

  *ret_written = 0;
  crypto_generichash_init (&state, NULL, 0, 32);
  while (got != 0 && *ret_written == 0)
    {
      got = pread (fd, copy->buffer, COPY_STEP, at);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return errno;
      crypto_generichash_update (&state, copy->buffer, (size_t) got);
      if (out >= 0)
        *ret_written = vault_write_all (out, copy->buffer, (size_t) got);
      at += got;
    }
  crypto_generichash_final (&state, ret_hash, 32);
  return 0;
}

/* Slots and vault.id prove themselves, not by their names. ret_hash: of the bytes that do. The
 * README proves nothing, and nothing hangs on it. */
static bool
proves_itself (const Copy *copy, const CopyFile *file, int source, uint8_t ret_hash[32])
{
  const uint8_t *uuid = copy->vault->uuid;
  uint8_t bytes[SLOT_SIZE], id[VAULT_SLOT_ID_SIZE], of[UUID_SIZE];
  size_t size = file->stage == STAGE_ID ? VAULT_ID_FILE_SIZE : SLOT_SIZE;
  struct stat info;

  if (fstat (source, &info) != 0 || info.st_size != (off_t) size ||
      vault_read_all (source, bytes, size, 0) != 0)
    return false;
  vault_b2 (ret_hash, 32, bytes, size, NULL);
  if (file->stage == STAGE_ID)
    return vault_id_uuid (bytes, size, of) && memcmp (of, uuid, UUID_SIZE) == 0 &&
           vault_id_authentic (bytes, copy->vault->keys);
  return vault_slot_intact (bytes, uuid) && vault_slot_path_parse (file->path, id) &&
         memcmp (vault_slot_id (bytes), id, VAULT_SLOT_ID_SIZE) == 0;
}

static bool
must_prove_itself (const CopyFile *file)
{
  return file->stage >= STAGE_KEYS && strcmp (file->path, "README.txt") != 0;
}

/* Names that are hashes tell whether the file is what was written once. proved: the hash of a file
 * that has proved itself, or NULL. */
static bool
fits_name (const CopyFile *file, const uint8_t hash[32], const uint8_t *proved)
{
  uint8_t name[32];
  JournalFile record;

  if (proved != NULL)
    return memcmp (proved, hash, 32) == 0;
  if (vault_bundle_path_parse (file->path, name))
    return memcmp (name, hash, 32) == 0;
  if (strncmp (file->path, "p/", 2) == 0 && vault_from_hex (file->path + 2, 32, name))
    return memcmp (name, hash, 32) == 0;
  if (vault_record_path_parse (file->path, &record))
    return memcmp (record.hash, hash, sizeof record.hash) == 0;
  return true;
}

static VaultError
make_folder (Copy *copy, const char *path, VaultFault *fault)
{
  char folder[32];
  const char *slash = strrchr (path, '/');

  snprintf (folder, sizeof folder, "%.*s", slash != NULL ? (int) (slash - path) : 1,
            slash != NULL ? path : ".");
  for (size_t i = 0; i < copy->n_folders; i++)
    if (strcmp (copy->folders[i], folder) == 0)
      return VAULT_OK;
  if (copy->n_folders == sizeof copy->folders / sizeof *copy->folders)
    {
      VaultError error = vault_copy_sync (copy, fault);

      if (error != VAULT_OK)
        return error;
    }
  memcpy (copy->folders[copy->n_folders++], folder, sizeof folder);
  return slash != NULL ? vault_folder_make (copy->target, folder, fault) : VAULT_OK;
}

VaultError
vault_copy_sync (Copy *copy, VaultFault *fault)
{
  VaultError error = VAULT_OK;

  for (size_t i = 0; i < copy->n_folders && error == VAULT_OK; i++)
    error = vault_folder_sync (copy->target, copy->folders[i], fault);
  copy->n_folders = 0;
  return error;
}

static bool
report (Copy *copy, const CopyFile *file, bool damaged)
{
  return copy->progress == NULL ||
         copy->progress (file->path, damaged, copy->done, copy->total, copy->data);
}

/* What stands in the copy is the same: by its name, or by comparing where names say nothing. */
static bool
stands (Copy *copy, const CopyFile *file, int source)
{
  uint8_t here[32], there[32];
  int fd = openat (copy->target, file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK),
      written;
  bool same;

  if (fd < 0)
    return false;
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  same = hash_file (copy, fd, -1, there, &written) == 0 &&
         hash_file (copy, source, -1, here, &written) == 0 && memcmp (here, there, 32) == 0;
  close (fd);
  return same;
}

static VaultError
write_file (Copy *copy, const CopyFile *file, int source, const uint8_t *proved, bool *ret_damaged,
            VaultFault *fault)
{
  char temp[32];
  uint8_t hash[32], back[32];
  int fd, failed, written;
  VaultError error = vault_temp_create (copy->target, temp, &fd, fault);

  *ret_damaged = false;
  if (error != VAULT_OK)
    return error;
  failed = hash_file (copy, source, fd, hash, &written);
  if (failed != 0 || (written == 0 && !fits_name (file, hash, proved)))
    *ret_damaged = true;
  else if (written != 0)
    error = vault_fail_errno (fault, file->path, written);
  else
    error = vault_fd_sync (fd, file->path, fault);
  if (error == VAULT_OK && !*ret_damaged)
    {
      posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
      failed = hash_file (copy, fd, -1, back, &written);
      if (failed != 0)
        error = vault_fail_errno (fault, file->path, failed);
      else if (memcmp (hash, back, sizeof hash) != 0)
        error = vault_fail (fault, file->path, VAULT_ERROR_IO);
    }
  if (close (fd) != 0 && error == VAULT_OK)
    error = vault_fail_errno (fault, file->path, errno);
  if (error == VAULT_OK && !*ret_damaged)
    error = make_folder (copy, file->path, fault);
  if (error == VAULT_OK && !*ret_damaged)
    error = vault_publish (copy->target, temp, file->path, fault);
  if (error != VAULT_OK || *ret_damaged)
    unlinkat (copy->target, temp, 0);
  return error;
}

VaultError
vault_copy_file (Copy *copy, const CopyFile *file, VaultFault *fault)
{
  /* Small files without a hash in their name are cheap to compare, and must be the same. */
  bool by_content = file->stage >= STAGE_KEYS || copy->verify_all, damaged = false;
  uint8_t proved[32];
  int source;
  VaultError error = VAULT_OK;

  if (file->there && !by_content)
    {
      copy->result.skipped++;
      return VAULT_OK;
    }
  source = openat (copy->vault->root, file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  /* Compacted or collected meanwhile: the next pass sees what took its place. */
  if (source < 0)
    return errno == ENOENT ? VAULT_OK : vault_fail_errno (fault, file->path, errno);
  posix_fadvise (source, 0, 0, POSIX_FADV_SEQUENTIAL);
  /* Whatever stands in the copy is no worse. */
  if (must_prove_itself (file) && !proves_itself (copy, file, source, proved))
    damaged = true;
  else if (file->there && stands (copy, file, source))
    {
      copy->result.skipped++;
      copy->result.verified += copy->verify_all;
    }
  else
    {
      error = write_file (copy, file, source, must_prove_itself (file) ? proved : NULL, &damaged,
                          fault);
      if (error == VAULT_OK && !damaged)
        {
          copy->result.files++;
          copy->result.bytes += file->size;
          copy->done += file->size;
        }
    }
  copy->result.damaged += damaged;
  close (source);
  if (error == VAULT_OK && !report (copy, file, damaged))
    error = vault_fail (fault, "", VAULT_ERROR_CANCELLED);
  return error;
}
