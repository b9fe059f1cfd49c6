/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An opened bundle, for members and for the check. */
#pragma once

#include "bundle.h"
#include "vault_private.h"

typedef struct
{
  int fd;
  char path[VAULT_PATH_MAX];
  SealedReader sealed;
  Footer footer;
} OpenBundle;

VaultError vault_open_bundle (Vault *vault, uint32_t number, OpenBundle *ret_bundle,
                              VaultFault *fault);
void vault_close_bundle (OpenBundle *bundle);

/* The bundles that hold a member which is there, best first; at most 8. */
size_t vault_member_places (Vault *vault, const uint8_t id[VAULT_ID_SIZE], AddStamp *ret_places,
                            size_t max);

/* Decodes one block into out (VAULT_BLOCK_SIZE); scratch: twice that. */
VaultError vault_read_block (const OpenBundle *bundle, const FooterMember *row, uint32_t block,
                             uint64_t offset, uint8_t *out, uint8_t *scratch, uint64_t *ret_chunk);

/* Decodes all of a member and compares its id. */
VaultError vault_verify_member (Vault *vault, const OpenBundle *bundle, const FooterMember *row,
                                uint64_t *ret_chunk);
