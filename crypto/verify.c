/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a member that is said to be kept really is. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "member.h"
#include "vault_private.h"

#define PLACES_MAX 8

static VaultError
verify_place (Vault *vault, const uint8_t id[VAULT_ID_SIZE], uint32_t number, VaultFault *fault)
{
  OpenBundle bundle;
  uint64_t chunk = UINT64_MAX;
  bool found = false;
  VaultError error = vault_open_bundle (vault, number, &bundle, fault);

  if (error != VAULT_OK)
    return error;
  posix_fadvise (bundle.fd, 0, 0, POSIX_FADV_DONTNEED);
  for (uint32_t i = 0; i < bundle.footer.n && !found; i++)
    if (memcmp (bundle.footer.members[i].id, id, VAULT_ID_SIZE) == 0)
      {
        found = true;
        error = vault_verify_member (vault, &bundle, &bundle.footer.members[i], &chunk);
      }
  if (!found)
    error = VAULT_ERROR_DAMAGED;
  if (error != VAULT_OK)
    {
      vault_fail (fault, bundle.path, error);
      if (fault != NULL)
        {
          fault->chunk = chunk;
          fault->has_member = true;
          memcpy (fault->member, id, VAULT_ID_SIZE);
        }
    }
  vault_close_bundle (&bundle);
  return error;
}

VaultError
vault_member_verify (Vault *vault, const uint8_t id[VAULT_ID_SIZE], VaultFault *fault)
{
  AddStamp places[PLACES_MAX];
  size_t n = vault_member_places (vault, id, places, PLACES_MAX);
  VaultFault here;
  VaultError error, answer;

  if (n == 0)
    return vault_fail (fault, "", VAULT_ERROR_NOT_FOUND);
  error = answer = verify_place (vault, id, places[0].bundle, fault);
  for (size_t i = 1; i < n && error != VAULT_OK; i++)
    error = verify_place (vault, id, places[i].bundle, &here);
  return error == VAULT_OK ? VAULT_OK : answer;
}
