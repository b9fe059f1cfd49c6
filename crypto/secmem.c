/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guarded memory, randomness, and the words for errors. */
#include <sodium.h>

#include "vault.h"

VaultError
vault_init (void)
{
  return sodium_init () < 0 ? VAULT_ERROR_NO_MEMORY : VAULT_OK;
}

void *
vault_secure_alloc (size_t size)
{
  void *memory = sodium_init () < 0 ? NULL : sodium_malloc (size > 0 ? size : 1);

  if (memory != NULL)
    sodium_memzero (memory, size);
  return memory;
}

void
vault_secure_free (void *memory)
{
  sodium_free (memory);
}

void
vault_random (void *buf, size_t n)
{
  randombytes_buf (buf, n);
}

const char *
vault_error_text (VaultError error)
{
  switch (error)
    {
    case VAULT_OK:
      return "no error";
    case VAULT_ERROR_SECRET:
      return "the passphrase or recovery key does not open this vault";
    case VAULT_ERROR_SLOT:
      return "no passphrase slot is left undamaged";
    case VAULT_ERROR_DAMAGED:
      return "bytes on disk are not what was written";
    case VAULT_ERROR_MISSING:
      return "a file of the vault is missing";
    case VAULT_ERROR_ARRIVING:
      return "a file that another computer wrote has not arrived yet";
    case VAULT_ERROR_FOREIGN:
      return "a file belongs to another vault";
    case VAULT_ERROR_NOT_A_VAULT:
      return "this is not a vault";
    case VAULT_ERROR_NEWER:
      return "the vault was written by a newer program";
    case VAULT_ERROR_NO_MEMORY:
      return "not enough memory";
    case VAULT_ERROR_BUSY:
      return "the vault is open elsewhere on this computer";
    case VAULT_ERROR_EXISTS:
      return "something is already there";
    case VAULT_ERROR_NOT_FOUND:
      return "not found";
    case VAULT_ERROR_FULL:
      return "the disk is full";
    case VAULT_ERROR_PERMISSION:
      return "permission denied";
    case VAULT_ERROR_IO:
      return "the system reported an input or output error";
    case VAULT_ERROR_CHANGED:
      return "the source changed while it was read";
    case VAULT_ERROR_CANCELLED:
      return "cancelled";
    case VAULT_ERROR_ARGUMENT:
      return "a bug: bad argument";
    case VAULT_ERROR_REMOVED:
      return "this passphrase was removed from the vault";
    }
  return "unknown error";
}
