/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what a bundle says of itself. */
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "bytes.h"

#define FOOTER_VERSION 1
#define LOG2_BLOCK 18
#define FOOTER_MAX ((size_t) 256 * 1024 * 1024)

typedef struct
{
  const uint8_t *at;
  size_t left;
  bool ok;
} Cursor;

static const uint8_t *
take (Cursor *cursor, size_t n)
{
  const uint8_t *here = cursor->at;

  if (!cursor->ok || n > cursor->left)
    {
      cursor->ok = false;
      return NULL;
    }
  cursor->at += n;
  cursor->left -= n;
  return here;
}

static uint64_t
number (Cursor *cursor, size_t bytes)
{
  const uint8_t *here = take (cursor, bytes);

  return here != NULL ? get_le (here, bytes) : 0;
}

static bool
parse_member (Cursor *cursor, FooterMember *member, uint64_t *offset, uint64_t data_size)
{
  const uint8_t *id = take (cursor, VAULT_ID_SIZE), *name, *lengths;

  member->size = number (cursor, 8);
  member->codec = (uint8_t) number (cursor, 1);
  cursor->ok =
      number (cursor, 1) == LOG2_BLOCK && cursor->ok && member->codec <= VAULT_CODEC_PIXELS16;
  member->role = (uint8_t) number (cursor, 1);
  number (cursor, 1);
  member->name_len = (uint16_t) number (cursor, 2);
  name = take (cursor, member->name_len);
  member->mtime = number (cursor, 8);
  member->n_blocks = (uint32_t) number (cursor, 4);
  lengths = take (cursor, (size_t) member->n_blocks * 4);
  /* Rounding the size up would wrap for sizes that nobody has. */
  if (!cursor->ok ||
      member->n_blocks != member->size / VAULT_BLOCK_SIZE + (member->size % VAULT_BLOCK_SIZE != 0))
    return false;
  memcpy (member->id, id, VAULT_ID_SIZE);
  member->name = malloc ((size_t) member->name_len + 1);
  member->lengths = malloc (sizeof (uint32_t) * ((size_t) member->n_blocks + 1));
  if (member->name == NULL || member->lengths == NULL)
    return false;
  memcpy (member->name, name, member->name_len);
  member->name[member->name_len] = '\0';
  member->offset = *offset;
  for (uint32_t i = 0; i < member->n_blocks; i++)
    {
      member->lengths[i] = (uint32_t) get_le (lengths + 4 * (size_t) i, 4);
      *offset += member->lengths[i] & ~BLOCK_RAW_BIT;
      if ((member->lengths[i] & ~BLOCK_RAW_BIT) > VAULT_BLOCK_SIZE || *offset > data_size)
        return false;
    }
  return true;
}

VaultError
vault_footer_parse (const uint8_t *bytes, size_t size, uint64_t data_size, Footer *ret_footer)
{
  Cursor cursor = { bytes, size, true };
  Footer footer = { 0 };
  uint64_t offset = 0, version = number (&cursor, 4), n = number (&cursor, 4);
  bool good;

  /* A member takes at least 58 bytes: a lie about their number allocates nothing. */
  if (version != FOOTER_VERSION || n > cursor.left / 58)
    return VAULT_ERROR_DAMAGED;
  footer.members = calloc (n + 1, sizeof *footer.members);
  if (footer.members == NULL)
    return VAULT_ERROR_NO_MEMORY;
  footer.n = (uint32_t) n;
  good = true;
  for (uint32_t i = 0; i < footer.n && good; i++)
    good = parse_member (&cursor, &footer.members[i], &offset, data_size);
  if (!good || cursor.left != 0 || offset != data_size)
    {
      vault_footer_clear (&footer);
      return VAULT_ERROR_DAMAGED;
    }
  *ret_footer = footer;
  return VAULT_OK;
}

void
vault_footer_clear (Footer *footer)
{
  for (uint32_t i = 0; i < footer->n; i++)
    {
      /* Names of files may be names of people. */
      if (footer->members[i].name != NULL)
        sodium_memzero (footer->members[i].name, footer->members[i].name_len);
      free (footer->members[i].name);
      free (footer->members[i].lengths);
    }
  free (footer->members);
  memset (footer, 0, sizeof *footer);
}

VaultError
vault_footer_read (const SealedReader *sealed, Footer *ret_footer, uint64_t *ret_chunk)
{
  uint8_t tail[8];
  uint8_t *bytes;
  uint64_t footer_size, pad, data_size;
  VaultError error;

  *ret_chunk = UINT64_MAX;
  if (sealed->plain_size < sizeof tail)
    return VAULT_ERROR_DAMAGED;
  error =
      vault_sealed_pread (sealed, sealed->plain_size - sizeof tail, tail, sizeof tail, ret_chunk);
  if (error != VAULT_OK)
    return error;
  footer_size = get_le (tail, 4);
  pad = get_le (tail + 4, 4);
  if (footer_size < 8 || footer_size > FOOTER_MAX ||
      footer_size + pad + sizeof tail > sealed->plain_size)
    return VAULT_ERROR_DAMAGED;
  data_size = sealed->plain_size - sizeof tail - pad - footer_size;
  bytes = malloc (footer_size);
  if (bytes == NULL)
    return VAULT_ERROR_NO_MEMORY;
  error = vault_sealed_pread (sealed, data_size, bytes, footer_size, ret_chunk);
  if (error == VAULT_OK)
    error = vault_footer_parse (bytes, footer_size, data_size, ret_footer);
  sodium_memzero (bytes, footer_size);
  free (bytes);
  return error;
}
