/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks: a member is cut into blocks of VAULT_BLOCK_SIZE, each compressed by itself. */
#pragma once

#include "vault.h"

#define BLOCK_RAW_BIT 0x80000000u /* in a stored length: the block stands uncompressed */

struct VaultEncoded
{
  uint32_t n_blocks;
  uint32_t *lengths; /* stored length, top bit = raw */
  uint8_t *data;     /* all blocks */
  uint64_t size;
};

/* Compresses one block of n bytes (1..VAULT_BLOCK_SIZE), which stands at offset at of its member,
 * into out (VAULT_BLOCK_SIZE bytes); returns the length field. scratch: VAULT_BLOCK_SIZE bytes. */
uint32_t vault_block_encode (const VaultMemberInfo *info, uint64_t at, const uint8_t *block,
                             size_t n, uint8_t *out, uint8_t *scratch);

/* The block back: exactly n bytes into out. Returns false if it is not what was encoded. */
bool vault_block_decode (VaultCodec codec, uint32_t length, const uint8_t *stored, uint8_t *out,
                         size_t n, uint8_t *scratch);

/* What the first bytes of a stored block of PIXELS16 say of the picture: columns and pixels_at. */
#define CODEC_RASTER_SIZE 6
void vault_block_raster (const uint8_t head[CODEC_RASTER_SIZE], VaultMemberInfo *ret_info);

uint32_t vault_block_count (uint64_t size);
