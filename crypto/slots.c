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
#define PATH_SIZE 40

/* What is read first is written last: a slot that is seen there is whole in both. */
static const char *const folders[N_COPIES] = { "keys", "keys2" };

static void
slot_path (size_t copy, const uint8_t id[VAULT_SLOT_ID_SIZE], char ret_path[PATH_SIZE])
{
  char digits[ID_DIGITS + 1];

  vault_to_hex (id, VAULT_SLOT_ID_SIZE, digits);
  snprintf (ret_path, PATH_SIZE, "%s/%s.slot", folders[copy], digits);
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
  char path[PATH_SIZE];
  uint8_t *bytes = NULL;
  size_t size = 0;
  VaultError error;

  if (file == NULL)
    return;
  slot_path (copy, id, path);
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
  char path[PATH_SIZE];
  VaultError error = vault_folder_make (root, folders[copy], fault);

  slot_path (copy, id, path);
  if (error == VAULT_OK)
    error = vault_file_write (root, path, slot, SLOT_SIZE, fault);
  return error == VAULT_OK ? vault_folder_sync (root, folders[copy], fault) : error;
}

/* Gone from both folders, durably. The first copy goes first: while the second is there, the slot
 * is, and is healed. */
static VaultError
unpublish (int root, const uint8_t id[VAULT_SLOT_ID_SIZE], VaultFault *fault)
{
  VaultError error = VAULT_OK;

  for (size_t copy = 0; copy < N_COPIES && error == VAULT_OK; copy++)
    {
      char path[PATH_SIZE];

      slot_path (copy, id, path);
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
    unpublish (root, id, NULL);
  return error;
}

/* The copy that is this vault's own and stands under its own name, or NULL. */
static const uint8_t *
own_bytes (const SlotFile *file, size_t copy, const uint8_t uuid[UUID_SIZE])
{
  const uint8_t *bytes = file->bytes[copy];

  return file->whole[copy] && memcmp (vault_slot_uuid (bytes), uuid, UUID_SIZE) == 0 &&
                 memcmp (vault_slot_id (bytes), file->id, VAULT_SLOT_ID_SIZE) == 0
             ? bytes
             : NULL;
}

void
vault_slot_files_heal (Vault *vault, const SlotFiles *files)
{
  for (size_t i = 0; i < files->n; i++)
    for (size_t copy = 0; copy < N_COPIES; copy++)
      {
        const SlotFile *file = &files->slot[i];
        const uint8_t *other = own_bytes (file, 1 - copy, vault->uuid);
        char path[PATH_SIZE];

        if (other == NULL || own_bytes (file, copy, vault->uuid) != NULL ||
            write_copy (vault->root, copy, file->id, other, NULL) != VAULT_OK)
          continue;
        slot_path (copy, file->id, path);
        /* A vault from before there were second copies was not hurt. */
        if (files->has_folder[copy])
          vault_note (vault, VAULT_NOTICE_HEALED, path, 0, 0);
      }
}

static void
describe (const Vault *vault, const SlotFile *file, VaultSlot *slot)
{
  bool whole = false;

  memset (slot, 0, sizeof *slot);
  memcpy (slot->id, file->id, VAULT_SLOT_ID_SIZE);
  for (size_t copy = 0; copy < N_COPIES && !whole; copy++)
    {
      const uint8_t *own = own_bytes (file, copy, vault->uuid);

      whole = own != NULL;
      if (whole)
        {
          slot->state = vault_slot_known (own) ? VAULT_SLOT_WHOLE : VAULT_SLOT_UNKNOWN;
          vault_slot_kdf (own, &slot->kdf);
        }
    }
  if (!whole)
    slot->state = file->whole[0] || file->whole[1] ? VAULT_SLOT_FOREIGN : VAULT_SLOT_DAMAGED;
  slot->opened =
      vault->keys->by_slot && memcmp (vault->keys->slot, file->id, VAULT_SLOT_ID_SIZE) == 0;
}

VaultError
vault_slot_list (Vault *vault, VaultSlot ret_slots[VAULT_SLOTS_MAX], size_t *ret_n,
                 VaultFault *fault)
{
  SlotFiles *files;
  VaultError error = vault_slot_files_read (vault->root, &files);

  if (error != VAULT_OK)
    return vault_fail (fault, "keys", error);
  for (size_t i = 0; i < files->n; i++)
    describe (vault, &files->slot[i], &ret_slots[i]);
  *ret_n = files->n;
  free (files);
  return VAULT_OK;
}

/* Reads the slot that was written back from the disk and opens it. */
static VaultError
verify (Vault *vault, const uint8_t slot[SLOT_SIZE], const char *passphrase, size_t len,
        VaultFault *fault)
{
  uint8_t *seed;
  VaultError error = VAULT_OK;
  char path[PATH_SIZE];

  for (size_t copy = 0; copy < N_COPIES && error == VAULT_OK; copy++)
    {
      uint8_t *bytes = NULL;
      size_t size = 0;

      slot_path (copy, vault_slot_id (slot), path);
      error = vault_file_read (vault->root, path, SLOT_SIZE, &bytes, &size, fault);
      if (error == VAULT_OK && (size != SLOT_SIZE || memcmp (bytes, slot, SLOT_SIZE) != 0))
        error = vault_fail (fault, path, VAULT_ERROR_DAMAGED);
      free (bytes);
    }
  if (error != VAULT_OK)
    return error;
  seed = vault_secure_alloc (SEED_SIZE);
  error = seed != NULL ? vault_slot_open (slot, vault->uuid, passphrase, len, seed)
                       : VAULT_ERROR_NO_MEMORY;
  if (error == VAULT_OK && memcmp (seed, vault->keys->seed, SEED_SIZE) != 0)
    error = VAULT_ERROR_DAMAGED;
  vault_secure_free (seed);
  return error == VAULT_OK ? error : vault_fail (fault, path, error);
}

VaultError
vault_slot_add (Vault *vault, const char *passphrase, size_t len, const VaultKdf *kdf,
                uint8_t ret_id[VAULT_SLOT_ID_SIZE], VaultFault *fault)
{
  uint8_t slot[SLOT_SIZE];
  VaultKdf chosen;
  SlotFiles *files;
  size_t n;
  VaultError error = vault_slot_files_read (vault->root, &files);

  if (error != VAULT_OK)
    return vault_fail (fault, "keys", error);
  n = files->n;
  free (files);
  if (len == 0 || n >= VAULT_SLOTS_MAX)
    return vault_fail (fault, "", VAULT_ERROR_ARGUMENT);
  if (kdf != NULL)
    chosen = *kdf;
  else
    error = vault_kdf_calibrate (&chosen);
  if (error == VAULT_OK)
    error = vault_slot_make (vault->uuid, passphrase, len, &chosen, vault->keys->seed, slot);
  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  error = vault_slot_publish (vault->root, slot, fault);
  if (error != VAULT_OK)
    return error;
  error = verify (vault, slot, passphrase, len, fault);
  if (error != VAULT_OK)
    {
      unpublish (vault->root, vault_slot_id (slot), NULL);
      return error;
    }
  memcpy (ret_id, vault_slot_id (slot), VAULT_SLOT_ID_SIZE);
  return VAULT_OK;
}

VaultError
vault_slot_remove (Vault *vault, const uint8_t id[VAULT_SLOT_ID_SIZE], VaultFault *fault)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  size_t n = 0, others = 0;
  bool found = false, whole = false;
  VaultError error = vault_slot_list (vault, slots, &n, fault);

  if (error != VAULT_OK)
    return error;
  for (size_t i = 0; i < n; i++)
    if (memcmp (slots[i].id, id, VAULT_SLOT_ID_SIZE) == 0)
      {
        found = true;
        whole = slots[i].state == VAULT_SLOT_WHOLE;
      }
    else
      others += slots[i].state == VAULT_SLOT_WHOLE;
  if (!found)
    return vault_fail (fault, "keys", VAULT_ERROR_NOT_FOUND);
  if (whole && others == 0)
    return vault_fail (fault, "keys", VAULT_ERROR_ARGUMENT);
  error = unpublish (vault->root, id, fault);
  if (error == VAULT_OK && memcmp (vault->keys->slot, id, VAULT_SLOT_ID_SIZE) == 0)
    vault->keys->by_slot = false;
  return error;
}

VaultError
vault_passphrase_change (Vault *vault, const char *passphrase, size_t len, const VaultKdf *kdf,
                         uint8_t ret_id[VAULT_SLOT_ID_SIZE], VaultFault *fault)
{
  uint8_t id[VAULT_SLOT_ID_SIZE];
  VaultError error = vault_slot_add (vault, passphrase, len, kdf, id, fault);

  if (error == VAULT_OK && vault->keys->by_slot)
    error = unpublish (vault->root, vault->keys->slot, fault);
  if (error != VAULT_OK)
    return error;
  vault->keys->by_slot = true;
  memcpy (vault->keys->slot, id, sizeof id);
  /* A commit or a scrub in another thread saves the local state too. */
  pthread_mutex_lock (&vault->writing);
  vault_local_slot_set (vault, id);
  pthread_mutex_unlock (&vault->writing);
  memcpy (ret_id, id, sizeof id);
  return VAULT_OK;
}
