/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bundles: members behind one another, and a footer that describes them. */
#pragma once

#include "codec.h"
#include "sealed.h"

typedef struct
{
  uint8_t id[VAULT_ID_SIZE];
  uint64_t size, mtime;
  uint8_t codec, role;
  char *name; /* raw bytes and NUL */
  uint16_t name_len;
  uint32_t n_blocks;
  uint32_t *lengths;
  uint64_t offset; /* of the first block in the payload */
} FooterMember;

typedef struct
{
  uint32_t n;
  FooterMember *members;
} Footer;

/* Parses the footer of a payload whose blocks take data_size bytes. Errors: DAMAGED, NO_MEMORY. */
VaultError vault_footer_parse (const uint8_t *bytes, size_t size, uint64_t data_size,
                               Footer *ret_footer);
void vault_footer_clear (Footer *footer);

/* Reads and parses the footer of an opened bundle. */
VaultError vault_footer_read (const SealedReader *sealed, Footer *ret_footer, uint64_t *ret_chunk);

struct VaultBundle
{
  Vault *vault;
  int fd;
  char temp[32];
  SealedWriter *sealed;
  uint8_t *footer; /* growing */
  size_t footer_size, footer_room;
  VaultEntry *entries;
  uint32_t n;
  uint64_t data_size;
  bool finished;
  bool moved; /* its members come from a bundle that it replaces */
  uint8_t hash[32], salt[32];
  uint64_t file_size;
};

/* Appends a member of an opened bundle without decoding it. On failure the bundle can only be
 * discarded. */
VaultError vault_bundle_append_stored (VaultBundle *bundle, const SealedReader *from,
                                       const FooterMember *member, VaultFault *fault);
