/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of passphrase slots, each kept twice. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "open.h"
#include "vault_private.h"

#define ID_DIGITS (2 * VAULT_SLOT_ID_SIZE)
#define NAME_LENGTH (ID_DIGITS + 5) /* and ".slot" */

/* What is read first is written last: a slot that is seen there is whole in both. */
static const char *const folders[N_COPIES] = { "keys", "keys2" };

void
vault_slot_path (size_t copy, const uint8_t id[VAULT_SLOT_ID_SIZE], char ret_path[SLOT_PATH_SIZE])
{
  char digits[ID_DIGITS + 1];

  vault_to_hex (id, VAULT_SLOT_ID_SIZE, digits);
  snprintf (ret_path, SLOT_PATH_SIZE, "%s/%s.slot", folders[copy], digits);
}

static int
digit_value (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
name_to_id (const char *name, uint8_t ret_id[VAULT_SLOT_ID_SIZE])
{
  if (strlen (name) != NAME_LENGTH || strcmp (name + ID_DIGITS, ".slot") != 0)
    return false;
  for (size_t i = 0; i < VAULT_SLOT_ID_SIZE; i++)
    {
      int high = digit_value (name[2 * i]), low = digit_value (name[2 * i + 1]);

      if (high < 0 || low < 0)
        return false;
      ret_id[i] = (uint8_t) (high << 4 | low);
    }
  return true;
}

bool
vault_slot_path_parse (const char *path, uint8_t ret_id[VAULT_SLOT_ID_SIZE])
{
  for (size_t copy = 0; copy < N_COPIES; copy++)
    {
      size_t n = strlen (folders[copy]);

      if (strncmp (path, folders[copy], n) == 0 && path[n] == '/')
        return name_to_id (path + n + 1, ret_id);
    }
  return false;
}

static SlotFile *
file_of (SlotFiles *files, const uint8_t id[VAULT_SLOT_ID_SIZE])
{
  SlotFile *file;

  for (size_t i = 0; i < files->n; i++)
    if (memcmp (files->slot[i].id, id, VAULT_SLOT_ID_SIZE) == 0)
      return &files->slot[i];
  if (files->n == VAULT_SLOTS_MAX)
    return NULL;
  file = &files->slot[files->n++];
  memcpy (file->id, id, VAULT_SLOT_ID_SIZE);
  return file;
}

static void
read_copy (int root, size_t copy, const uint8_t id[VAULT_SLOT_ID_SIZE], SlotFiles *files)
{
  SlotFile *file = file_of (files, id);
  char path[SLOT_PATH_SIZE];
  uint8_t *bytes = NULL;
  size_t size = 0;
  VaultError error;

  if (file == NULL)
    return;
  vault_slot_path (copy, id, path);
  error = vault_file_read (root, path, SLOT_SIZE, &bytes, &size, NULL);
  files->forbidden = files->forbidden || error == VAULT_ERROR_PERMISSION;
  file->whole[copy] = error == VAULT_OK && size == SLOT_SIZE && vault_slot_whole (bytes);
  if (file->whole[copy])
    memcpy (file->bytes[copy], bytes, SLOT_SIZE);
  free (bytes);
}

static int
compare_ids (const void *a, const void *b)
{
  return memcmp (((const SlotFile *) a)->id, ((const SlotFile *) b)->id, VAULT_SLOT_ID_SIZE);
}

VaultError
vault_slot_files_read (int root, SlotFiles **ret_files)
{
  SlotFiles *files = calloc (1, sizeof *files);

  if (files == NULL)
    return VAULT_ERROR_NO_MEMORY;
  for (size_t copy = 0; copy < N_COPIES; copy++)
    {
      int fd = openat (root, folders[copy], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
      struct dirent *entry;
      uint8_t id[VAULT_SLOT_ID_SIZE];

      files->forbidden = files->forbidden || (fd < 0 && (errno == EACCES || errno == EPERM));
      files->has_folder[copy] = dir != NULL;
      while (dir != NULL && (entry = readdir (dir)) != NULL)
        if (name_to_id (entry->d_name, id))
          read_copy (root, copy, id, files);
      if (dir != NULL)
        closedir (dir);
      else if (fd >= 0)
        close (fd);
    }
  qsort (files->slot, files->n, sizeof *files->slot, compare_ids);
  *ret_files = files;
  return VAULT_OK;
}

static VaultError
write_copy (int root, size_t copy, const uint8_t id[VAULT_SLOT_ID_SIZE],
            const uint8_t slot[SLOT_SIZE], VaultFault *fault)
{
  char path[SLOT_PATH_SIZE];
  VaultError error = vault_folder_make (root, folders[copy], fault);

  vault_slot_path (copy, id, path);
  if (error == VAULT_OK)
    error = vault_file_write (root, path, slot, SLOT_SIZE, fault);
  return error == VAULT_OK ? vault_folder_sync (root, folders[copy], fault) : error;
}

VaultError
vault_slot_unpublish (int root, const uint8_t id[VAULT_SLOT_ID_SIZE], VaultFault *fault)
{
  VaultError error = VAULT_OK;

  for (size_t copy = 0; copy < N_COPIES && error == VAULT_OK; copy++)
    {
      char path[SLOT_PATH_SIZE];

      vault_slot_path (copy, id, path);
      if (unlinkat (root, path, 0) != 0)
        error = errno == ENOENT ? VAULT_OK : vault_fail_errno (fault, path, errno);
      if (error == VAULT_OK && faccessat (root, folders[copy], F_OK, 0) == 0)
        error = vault_folder_sync (root, folders[copy], fault);
    }
  return error;
}

VaultError
vault_slot_publish (int root, const uint8_t slot[SLOT_SIZE], VaultFault *fault)
{
  const uint8_t *id = vault_slot_id (slot);
  VaultError error = VAULT_OK;

  for (size_t copy = N_COPIES; copy-- > 0 && error == VAULT_OK;)
    error = write_copy (root, copy, id, slot, fault);
  if (error != VAULT_OK)
    vault_slot_unpublish (root, id, NULL);
  return error;
}

const uint8_t *
vault_slot_own (const SlotFile *file, size_t copy, const uint8_t uuid[UUID_SIZE])
{
  const uint8_t *bytes = file->bytes[copy];

  return file->whole[copy] && memcmp (vault_slot_uuid (bytes), uuid, UUID_SIZE) == 0 &&
                 memcmp (vault_slot_id (bytes), file->id, VAULT_SLOT_ID_SIZE) == 0
             ? bytes
             : NULL;
}

static void
heal (Vault *vault, const SlotFiles *files, const SlotFile *file)
{
  for (size_t copy = 0; copy < N_COPIES; copy++)
    {
      const uint8_t *other = vault_slot_own (file, 1 - copy, vault->uuid);
      char path[SLOT_PATH_SIZE];

      if (other == NULL || vault_slot_own (file, copy, vault->uuid) != NULL ||
          write_copy (vault->root, copy, file->id, other, NULL) != VAULT_OK)
        continue;
      vault_slot_path (copy, file->id, path);
      /* A vault from before there were second copies was not hurt. */
      if (files->has_folder[copy])
        vault_note (vault, VAULT_NOTICE_HEALED, path, 0, 0);
    }
}

void
vault_slot_files_settle (Vault *vault, const SlotFiles *files)
{
  for (size_t i = 0; i < files->n && !vault->read_only; i++)
    if (vault_slot_removed (vault, files->slot[i].id))
      vault_slot_unpublish (vault->root, files->slot[i].id, NULL);
    else
      heal (vault, files, &files->slot[i]);
}
