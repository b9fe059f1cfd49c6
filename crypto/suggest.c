/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recovery sheet that was typed with one wrong character. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "files.h"
#include "open.h"

/* What a mended sheet is tried against. */
typedef struct
{
  int root;
  IdFiles ids;
  VaultKeys *keys;
} Lock;

static bool
seed_fits (const uint8_t seed[SEED_SIZE], void *data)
{
  Lock *lock = data;
  uint8_t uuid[UUID_SIZE];

  vault_keys_derive (lock->keys, seed);
  return vault_id_files_authentic (&lock->ids, lock->keys, NULL, uuid) != NULL ||
         vault_prove (lock->root, lock->keys, NULL, NULL) == PROOF_FITS;
}

VaultError
vault_sheet_suggest (const char *dir, const char *sheet, size_t len,
                     char ret_sheet[VAULT_SHEET_SIZE], VaultFault *fault)
{
  Lock lock = { .root = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
  uint8_t *seed;
  VaultError error = VAULT_ERROR_NO_MEMORY;

  if (lock.root < 0)
    return vault_fail_errno (fault, "", errno);
  vault_id_files_read (lock.root, &lock.ids);
  lock.keys = vault_secure_alloc (sizeof *lock.keys);
  seed = vault_secure_alloc (SEED_SIZE);
  if (lock.keys != NULL && seed != NULL)
    error = vault_sheet_mend (sheet, len, seed_fits, &lock, seed);
  if (error == VAULT_OK)
    vault_sheet_write (seed, ret_sheet);
  vault_secure_free (seed);
  vault_secure_free (lock.keys);
  close (lock.root);
  return error == VAULT_OK ? error : vault_fail (fault, "", error);
}
