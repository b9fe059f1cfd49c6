/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listing, adding, removing and changing the passphrases of an open vault. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "open.h"
#include "vault_private.h"

static void
describe (const Vault *vault, const SlotFile *file, VaultSlot *slot)
{
  bool whole = false;

  memset (slot, 0, sizeof *slot);
  memcpy (slot->id, file->id, VAULT_SLOT_ID_SIZE);
  for (size_t copy = 0; copy < N_COPIES && !whole; copy++)
    {
      const uint8_t *own = vault_slot_own (file, copy, vault->uuid);

      whole = own != NULL;
      if (whole)
        {
          slot->state = vault_slot_known (own) ? VAULT_SLOT_WHOLE : VAULT_SLOT_UNKNOWN;
          vault_slot_kdf (own, &slot->kdf);
        }
    }
  if (!whole)
    slot->state = file->whole[0] || file->whole[1] ? VAULT_SLOT_FOREIGN : VAULT_SLOT_DAMAGED;
  if (vault_slot_removed (vault, file->id))
    slot->state = VAULT_SLOT_REMOVED;
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

size_t
vault_slot_files_left (const Vault *vault, const SlotFiles *files)
{
  size_t left = 0;

  for (size_t i = 0; i < files->n; i++)
    {
      VaultSlot slot;

      describe (vault, &files->slot[i], &slot);
      left += slot.state == VAULT_SLOT_WHOLE || slot.state == VAULT_SLOT_UNKNOWN;
    }
  return left;
}

VaultError
vault_slots_tend (Vault *vault, size_t *ret_left, VaultFault *fault)
{
  SlotFiles *files;
  VaultError error = vault_slot_files_read (vault->root, &files);

  if (error != VAULT_OK)
    return vault_fail (fault, "keys", error);
  for (size_t i = 0; i < files->n && !vault->read_only; i++)
    if (vault_slot_removed (vault, files->slot[i].id))
      vault_slot_unpublish (vault->root, files->slot[i].id, NULL);
  *ret_left = vault_slot_files_left (vault, files);
  error = files->forbidden && *ret_left == 0 ? VAULT_ERROR_PERMISSION : VAULT_OK;
  free (files);
  return error == VAULT_OK ? error : vault_fail (fault, "keys", error);
}

VaultError
vault_slots_count (const char *dir, size_t *ret_whole, VaultFault *fault)
{
  int root = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  SlotFiles *files;
  VaultError error;

  if (root < 0)
    return vault_fail_errno (fault, "", errno);
  error = vault_slot_files_read (root, &files);
  close (root);
  if (error != VAULT_OK)
    return vault_fail (fault, "keys", error);
  *ret_whole = 0;
  for (size_t i = 0; i < files->n; i++)
    *ret_whole += files->slot[i].whole[0] || files->slot[i].whole[1];
  error = files->forbidden ? VAULT_ERROR_PERMISSION : VAULT_OK;
  free (files);
  return error == VAULT_OK ? error : vault_fail (fault, "keys", error);
}

/* Reads the slot that was written back from the disk and opens it. */
static VaultError
verify (Vault *vault, const uint8_t slot[SLOT_SIZE], const char *passphrase, size_t len,
        VaultFault *fault)
{
  uint8_t *seed;
  VaultError error = VAULT_OK;
  char path[SLOT_PATH_SIZE];

  for (size_t copy = 0; copy < N_COPIES && error == VAULT_OK; copy++)
    {
      uint8_t *bytes = NULL;
      size_t size = 0;

      vault_slot_path (copy, vault_slot_id (slot), path);
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
      vault_slot_unpublish (vault->root, vault_slot_id (slot), NULL);
      return error;
    }
  memcpy (ret_id, vault_slot_id (slot), VAULT_SLOT_ID_SIZE);
  return VAULT_OK;
}

/* Says in the journal that a slot is removed; then it opens nothing any more, whatever becomes of
 * its files. */
static VaultError
retire (Vault *vault, const uint8_t id[VAULT_SLOT_ID_SIZE], VaultFault *fault)
{
  VaultError error =
      vault_slot_removed (vault, id) ? VAULT_OK : vault_slot_mark_removed (vault, id, fault);

  if (error == VAULT_OK && memcmp (vault->keys->slot, id, VAULT_SLOT_ID_SIZE) == 0)
    vault->keys->by_slot = false;
  return error;
}

VaultError
vault_slot_remove (Vault *vault, const uint8_t id[VAULT_SLOT_ID_SIZE], VaultFault *fault)
{
  VaultSlot slots[VAULT_SLOTS_MAX];
  size_t n = 0, others = 0;
  bool found = false, may_open = false;
  VaultError error = vault_slot_list (vault, slots, &n, fault);

  if (error != VAULT_OK)
    return error;
  for (size_t i = 0; i < n; i++)
    if (memcmp (slots[i].id, id, VAULT_SLOT_ID_SIZE) == 0)
      {
        found = true;
        may_open = slots[i].state == VAULT_SLOT_WHOLE || slots[i].state == VAULT_SLOT_UNKNOWN;
      }
    else
      others += slots[i].state == VAULT_SLOT_WHOLE;
  if (!found)
    return vault_fail (fault, "keys", VAULT_ERROR_NOT_FOUND);
  if (may_open && others == 0)
    return vault_fail (fault, "keys", VAULT_ERROR_ARGUMENT);
  error = retire (vault, id, fault);
  return error == VAULT_OK ? vault_slot_unpublish (vault->root, id, fault) : error;
}

VaultError
vault_passphrase_change (Vault *vault, const char *passphrase, size_t len, const VaultKdf *kdf,
                         uint8_t ret_id[VAULT_SLOT_ID_SIZE], VaultFault *fault)
{
  uint8_t id[VAULT_SLOT_ID_SIZE];
  VaultError error = vault_slot_add (vault, passphrase, len, kdf, id, fault);

  if (error == VAULT_OK && vault->keys->by_slot)
    {
      error = retire (vault, vault->keys->slot, fault);
      /* Its files are of no use any more; what cannot be taken away now is so later. */
      if (error == VAULT_OK)
        vault_slot_unpublish (vault->root, vault->keys->slot, NULL);
      /* A record whose sync failed may still come back, and then the new slot must be there. */
      else if (!vault->stuck)
        vault_slot_unpublish (vault->root, id, NULL);
    }
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
