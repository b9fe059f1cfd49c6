/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a vault by passphrase or recovery sheet. What is kept twice may be damaged or gone once;
 * vault.id may be gone for good, and then the sealed files prove the key. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "open.h"
#include "vault_private.h"

#define TEMP_MAX_AGE (24 * 3600)

typedef struct
{
  const char *text;
  size_t len;
} Secret;

static void
sweep_temps (int root)
{
  int fd = openat (root, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  struct stat info;
  time_t now = time (NULL);

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (strncmp (entry->d_name, "reserve", strlen ("reserve")) != 0 &&
        fstatat (dirfd (dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG (info.st_mode) && now - info.st_mtime > TEMP_MAX_AGE)
      unlinkat (dirfd (dir), entry->d_name, 0);
  if (dir != NULL)
    closedir (dir);
}

/* The vault's id is known, the keys are set: brings vault.id in order. Errors: NEWER, DAMAGED. */
static VaultError
settle_id (Vault *vault, const IdFiles *ids, VaultFault *fault)
{
  uint8_t right[VAULT_ID_FILE_SIZE], uuid[UUID_SIZE];
  const uint8_t *authentic = vault_id_files_authentic (ids, vault->keys, vault->uuid, uuid);

  if (authentic != NULL)
    {
      if (vault_id_parse (authentic, VAULT_ID_FILE_SIZE, uuid) == VAULT_ERROR_NEWER)
        return vault_fail (fault, "vault.id", VAULT_ERROR_NEWER);
      memcpy (right, authentic, sizeof right);
    }
  else if (vault_prove (vault->root, vault->keys, vault->uuid, NULL) == PROOF_FITS ||
           vault_prove (vault->root, NULL, NULL, NULL) == PROOF_NONE)
    vault_id_make (vault->keys, vault->uuid, right);
  else
    return vault_fail (fault, "vault.id", VAULT_ERROR_DAMAGED);
  /* Healing writes to tmp/, which a sync tool may have dropped. */
  mkdirat (vault->root, "tmp", 0700);
  vault_id_files_heal (vault, ids, right);
  return VAULT_OK;
}

/* Of one slot that is not removed: whether the passphrase opens it too. */
static VaultError
reopen (Vault *vault, const SlotFile *file, const Secret *passphrase, uint8_t *seed)
{
  VaultError answer = VAULT_ERROR_SECRET;

  for (size_t copy = 0; copy < N_COPIES && answer == VAULT_ERROR_SECRET; copy++)
    {
      const uint8_t *slot = vault_slot_own (file, copy, vault->uuid);

      if (slot == NULL ||
          (copy > 0 && file->whole[0] && memcmp (slot, file->bytes[0], SLOT_SIZE) == 0))
        continue;
      answer = vault_slot_open (slot, vault->uuid, passphrase->text, passphrase->len, seed);
      if (answer == VAULT_OK && memcmp (seed, vault->keys->seed, SEED_SIZE) != 0)
        answer = VAULT_ERROR_SECRET;
    }
  return answer;
}

/* The slot that opened may be one that was removed, of which a file has come back or was not
 * carried away yet. Then it opens nothing; but the same passphrase may have been set again since.
 */
static VaultError
judge_slot (Vault *vault, const SlotFiles *files, const Secret *passphrase)
{
  uint8_t *seed;
  VaultError error = VAULT_ERROR_REMOVED;

  if (!vault_slot_removed (vault, vault->keys->slot))
    return VAULT_OK;
  seed = vault_secure_alloc (SEED_SIZE);
  if (seed == NULL)
    return VAULT_ERROR_NO_MEMORY;
  for (size_t i = 0; i < files->n && error != VAULT_OK; i++)
    if (!vault_slot_removed (vault, files->slot[i].id))
      {
        VaultError answer = reopen (vault, &files->slot[i], passphrase, seed);

        if (answer == VAULT_OK || answer == VAULT_ERROR_NO_MEMORY)
          error = answer;
        if (answer == VAULT_OK)
          memcpy (vault->keys->slot, files->slot[i].id, VAULT_SLOT_ID_SIZE);
      }
  vault_secure_free (seed);
  return error;
}

/* passphrase: NULL when the sheet opened the vault. */
static VaultError
finish (Vault *vault, const IdFiles *ids, const Secret *passphrase, bool locked, VaultFault *fault)
{
  SlotFiles *files;
  VaultError error = locked ? VAULT_OK : vault_lock (vault);

  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  error = settle_id (vault, ids, fault);
  if (error != VAULT_OK)
    return error;
  sweep_temps (vault->root);
  vault_reserve_fill (vault->root);
  error = vault_local_writer (vault);
  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  vault_journal_load (vault);
  /* Only the journal tells a slot that was lost from one that was removed. */
  error = vault_slot_files_read (vault->root, &files);
  if (error != VAULT_OK)
    return vault_fail (fault, "keys", error);
  vault_slot_files_settle (vault, files);
  if (passphrase != NULL)
    error = judge_slot (vault, files, passphrase);
  free (files);
  if (error != VAULT_OK)
    return vault_fail (fault, "keys", error);
  if (vault->keys->by_slot)
    vault_local_slot_set (vault, vault->keys->slot);
  return VAULT_OK;
}

/* A sheet proves itself by the MAC of vault.id, or by a sealed file. */
static VaultError
unlock_by_sheet (Vault *vault, const Secret *sheet, const IdFiles *ids, VaultFault *fault)
{
  uint8_t *seed = vault_secure_alloc (SEED_SIZE);
  VaultError error =
      seed != NULL ? vault_sheet_read (sheet->text, sheet->len, seed) : VAULT_ERROR_NO_MEMORY;
  Proof proof;

  if (error == VAULT_OK)
    vault_keys_derive (vault->keys, seed);
  vault_secure_free (seed);
  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  if (vault_id_files_authentic (ids, vault->keys, NULL, vault->uuid) != NULL)
    return VAULT_OK;
  proof = vault_prove (vault->root, vault->keys, NULL, vault->uuid);
  if (proof == PROOF_FITS)
    return VAULT_OK;
  if (proof == PROOF_OTHER || ids->readable[0] || ids->readable[1])
    return vault_fail (fault, "vault.id", VAULT_ERROR_FOREIGN);
  return vault_fail (fault, "vault.id",
                     ids->there[0] || ids->there[1] ? VAULT_ERROR_DAMAGED
                                                    : VAULT_ERROR_NOT_A_VAULT);
}

/* Whether a slot may be one of this vault, before a second is spent on it. */
static bool
plausible (const Vault *vault, const uint8_t *slot, const IdFiles *ids)
{
  const uint8_t *uuid = vault_slot_uuid (slot);
  bool any_id = false;

  for (size_t i = 0; i < N_COPIES; i++)
    {
      any_id = any_id || ids->readable[i];
      if (ids->readable[i] && memcmp (ids->uuid[i], uuid, UUID_SIZE) == 0)
        return true;
    }
  return vault_prove (vault->root, NULL, uuid, NULL) == PROOF_FITS ||
         (!any_id && vault_prove (vault->root, NULL, NULL, NULL) == PROOF_NONE);
}

/* Of the answers of several slots the one that helps most is told. */
static unsigned
weight (VaultError error)
{
  static const VaultError by_weight[] = { VAULT_ERROR_FOREIGN, VAULT_ERROR_SLOT, VAULT_ERROR_NEWER,
                                          VAULT_ERROR_SECRET, VAULT_ERROR_NO_MEMORY };
  unsigned i = 0;

  while (i < sizeof by_weight / sizeof *by_weight && by_weight[i] != error)
    i++;
  return i + 1;
}

static VaultError
try_slot (Vault *vault, const SlotFile *file, const Secret *passphrase, const IdFiles *ids,
          uint8_t *seed)
{
  VaultError answer = VAULT_ERROR_SLOT;

  for (size_t copy = 0; copy < N_COPIES && answer != VAULT_OK; copy++)
    {
      const uint8_t *slot = file->bytes[copy];
      VaultError error;

      if (!file->whole[copy] ||
          (copy > 0 && file->whole[0] && memcmp (slot, file->bytes[0], SLOT_SIZE) == 0))
        continue;
      error = plausible (vault, slot, ids)
                  ? vault_slot_open (slot, vault_slot_uuid (slot), passphrase->text,
                                     passphrase->len, seed)
                  : VAULT_ERROR_FOREIGN;
      if (error == VAULT_OK)
        {
          vault_keys_derive (vault->keys, seed);
          memcpy (vault->uuid, vault_slot_uuid (slot), UUID_SIZE);
          vault->keys->by_slot = true;
          memcpy (vault->keys->slot, vault_slot_id (slot), VAULT_SLOT_ID_SIZE);
        }
      /* One copy of a slot that is damaged and one of another vault: the own one is damaged. */
      if (error == VAULT_OK || answer == VAULT_ERROR_SLOT)
        answer = error;
    }
  return answer;
}

/* With several slots a wrong one costs a second each: the one that opened last here comes first. */
static void
put_last_used_first (const Vault *vault, SlotFiles *files)
{
  uint8_t id[VAULT_SLOT_ID_SIZE];

  if (!vault_local_slot_get (vault, id))
    return;
  for (size_t i = 1; i < files->n; i++)
    if (memcmp (files->slot[i].id, id, sizeof id) == 0)
      {
        SlotFile last = files->slot[i];

        memmove (&files->slot[1], &files->slot[0], i * sizeof last);
        files->slot[0] = last;
        return;
      }
}

static VaultError
unlock_by_slots (Vault *vault, const Secret *passphrase, const IdFiles *ids, VaultFault *fault)
{
  SlotFiles *files = NULL;
  uint8_t *seed = vault_secure_alloc (SEED_SIZE);
  VaultError error =
      seed != NULL ? vault_slot_files_read (vault->root, &files) : VAULT_ERROR_NO_MEMORY;
  uint32_t damaged = 0;

  if (error == VAULT_OK)
    {
      bool forbidden = files->forbidden;

      error = VAULT_ERROR_SLOT;
      if (files->n == 0 && !ids->there[0] && !ids->there[1] &&
          vault_prove (vault->root, NULL, NULL, NULL) == PROOF_NONE)
        error = VAULT_ERROR_NOT_A_VAULT;
      put_last_used_first (vault, files);
      for (size_t i = 0; i < files->n && error != VAULT_OK; i++)
        {
          VaultError answer = try_slot (vault, &files->slot[i], passphrase, ids, seed);

          damaged += answer == VAULT_ERROR_SLOT || answer == VAULT_ERROR_FOREIGN;
          if (i == 0 || answer == VAULT_OK || weight (answer) > weight (error))
            error = answer;
        }
      if (forbidden && (error == VAULT_ERROR_SLOT || error == VAULT_ERROR_NOT_A_VAULT))
        error = VAULT_ERROR_PERMISSION;
    }
  free (files);
  vault_secure_free (seed);
  if (error == VAULT_OK)
    return error;
  vault_fail (fault, "keys", error);
  if (fault != NULL)
    fault->damaged_slots = damaged;
  return error;
}

static VaultError
unlock (Vault *vault, const Secret *secret, bool is_sheet, VaultFault *fault)
{
  IdFiles ids;
  uint8_t uuid[UUID_SIZE];
  bool locked = false;
  VaultError error;

  vault_id_files_read (vault->root, &ids);
  for (size_t i = 0; i < N_COPIES && !locked; i++)
    if (ids.readable[i])
      {
        memcpy (vault->uuid, ids.uuid[i], UUID_SIZE);
        error = vault_lock (vault);
        if (error != VAULT_OK)
          return vault_fail (fault, "", error);
        locked = true;
      }
  memcpy (uuid, vault->uuid, UUID_SIZE);
  /* Two copies that say the same are believed before the keys are known. */
  if (ids.readable[0] && ids.readable[1] &&
      memcmp (ids.bytes[0], ids.bytes[1], VAULT_ID_FILE_SIZE) == 0 &&
      vault_id_parse (ids.bytes[0], VAULT_ID_FILE_SIZE, uuid) == VAULT_ERROR_NEWER)
    return vault_fail (fault, "vault.id", VAULT_ERROR_NEWER);
  error = is_sheet ? unlock_by_sheet (vault, secret, &ids, fault)
                   : unlock_by_slots (vault, secret, &ids, fault);
  if (error == VAULT_ERROR_NOT_A_VAULT && ids.error != VAULT_OK)
    return vault_fail (fault, "vault.id", ids.error);
  if (error != VAULT_OK)
    return error;
  /* The lock bears the vault's id, which the first copy of vault.id may have told wrongly. */
  if (locked && memcmp (uuid, vault->uuid, UUID_SIZE) != 0)
    {
      if (vault->lock_fd >= 0)
        close (vault->lock_fd);
      locked = false;
    }
  return finish (vault, &ids, is_sheet ? NULL : secret, locked, fault);
}

static VaultError
open_vault (const char *dir, const Secret *secret, bool is_sheet, Vault **ret_vault,
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
  error = unlock (vault, secret, is_sheet, fault);
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
  const Secret secret = { passphrase, len };

  return open_vault (dir, &secret, false, ret_vault, fault);
}

VaultError
vault_open_sheet (const char *dir, const char *sheet, size_t len, Vault **ret_vault,
                  VaultFault *fault)
{
  const Secret secret = { sheet, len };

  return open_vault (dir, &secret, true, ret_vault, fault);
}
