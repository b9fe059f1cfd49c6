/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing bundles. */
#include "bundle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "files.h"
#include "vault_private.h"

#define FOOTER_VERSION 1
#define LOG2_BLOCK 18

VaultError
vault_bundle_begin (Vault *vault, VaultBundle **ret_bundle, VaultFault *fault)
{
  VaultBundle *bundle = calloc (1, sizeof *bundle);
  VaultError error;

  if (bundle == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  bundle->vault = vault;
  error = vault_temp_create (vault->root, bundle->temp, &bundle->fd, fault);
  if (error != VAULT_OK)
    {
      free (bundle);
      return error;
    }
  bundle->sealed = vault_sealed_begin (bundle->fd, SEALED_BUNDLE, vault->keys, vault->uuid,
                                       vault->writer, bundle->temp, sizeof bundle->temp);
  if (bundle->sealed == NULL)
    {
      vault_bundle_discard (bundle);
      return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
    }
  memcpy (bundle->salt, bundle->sealed->salt, sizeof bundle->salt);
  *ret_bundle = bundle;
  return VAULT_OK;
}

static bool
footer_grow (VaultBundle *bundle, size_t n)
{
  if (bundle->footer_room - bundle->footer_size < n)
    {
      size_t room = bundle->footer_room * 2 + n + 4096;
      uint8_t *grown = realloc (bundle->footer, room);

      if (grown == NULL)
        return false;
      bundle->footer = grown;
      bundle->footer_room = room;
    }
  return true;
}

static void
footer_put (VaultBundle *bundle, uint64_t value, size_t bytes)
{
  put_le (bundle->footer + bundle->footer_size, value, bytes);
  bundle->footer_size += bytes;
}

static void
footer_bytes (VaultBundle *bundle, const void *data, size_t n)
{
  if (n > 0)
    memcpy (bundle->footer + bundle->footer_size, data, n);
  bundle->footer_size += n;
}

/* Room for the next member is made before anything of it is written. */
static VaultError
make_room (VaultBundle *bundle, const VaultMemberInfo *info, uint32_t n_blocks)
{
  VaultEntry *grown;

  if (info->name_len > UINT16_MAX || bundle->finished)
    return VAULT_ERROR_ARGUMENT;
  if ((bundle->n & (bundle->n - 1)) == 0)
    {
      grown = realloc (bundle->entries, sizeof *grown * (bundle->n == 0 ? 1 : bundle->n * 2u));
      if (grown == NULL)
        return VAULT_ERROR_NO_MEMORY;
      bundle->entries = grown;
    }
  return footer_grow (bundle, 64 + info->name_len + 4 * (size_t) n_blocks) ? VAULT_OK
                                                                           : VAULT_ERROR_NO_MEMORY;
}

static void
note_member (VaultBundle *bundle, const VaultMemberInfo *info, uint32_t n_blocks,
             const uint32_t *lengths)
{
  VaultEntry *entry = &bundle->entries[bundle->n];

  memset (entry, 0, sizeof *entry);
  memcpy (entry->id, info->id, VAULT_ID_SIZE);
  entry->size = info->size;
  entry->role = (uint8_t) info->role;
  entry->index = bundle->n++;
  footer_bytes (bundle, info->id, VAULT_ID_SIZE);
  footer_put (bundle, info->size, 8);
  footer_put (bundle, info->codec, 1);
  footer_put (bundle, LOG2_BLOCK, 1);
  footer_put (bundle, info->role, 1);
  footer_put (bundle, 0, 1);
  footer_put (bundle, info->name_len, 2);
  footer_bytes (bundle, info->name, info->name_len);
  footer_put (bundle, info->mtime, 8);
  footer_put (bundle, n_blocks, 4);
  for (uint32_t i = 0; i < n_blocks; i++)
    footer_put (bundle, lengths[i], 4);
}

static VaultError
write_state (const VaultBundle *bundle, VaultFault *fault)
{
  return bundle->sealed->failed == 0 ? VAULT_OK
                                     : vault_fail_errno (fault, "tmp", bundle->sealed->failed);
}

VaultError
vault_bundle_append (VaultBundle *bundle, const VaultMemberInfo *info, const VaultEncoded *encoded,
                     VaultFault *fault)
{
  VaultError error = make_room (bundle, info, encoded->n_blocks);

  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  if (encoded->n_blocks != vault_block_count (info->size))
    return vault_fail (fault, "", VAULT_ERROR_ARGUMENT);
  vault_sealed_write (bundle->sealed, encoded->data, encoded->size);
  bundle->data_size += encoded->size;
  note_member (bundle, info, encoded->n_blocks, encoded->lengths);
  return write_state (bundle, fault);
}

typedef struct
{
  uint8_t block[VAULT_BLOCK_SIZE], stored[VAULT_BLOCK_SIZE], scratch[VAULT_BLOCK_SIZE];
  crypto_generichash_state hash;
} Stream;

static VaultError
append_blocks (VaultBundle *bundle, const VaultMemberInfo *info, VaultReadFunc read, void *data,
               Stream *stream, uint32_t *lengths, uint32_t n_blocks)
{
  uint8_t id[VAULT_ID_SIZE];

  crypto_generichash_init (&stream->hash, bundle->vault->keys->key[KEY_MEMBER_ID], VAULT_KEY_SIZE,
                           VAULT_ID_SIZE);
  for (uint32_t i = 0; i < n_blocks && bundle->sealed->failed == 0; i++)
    {
      uint64_t at = (uint64_t) i * VAULT_BLOCK_SIZE;
      size_t n = info->size - at < VAULT_BLOCK_SIZE ? (size_t) (info->size - at) : VAULT_BLOCK_SIZE;
      int64_t got = read (data, at, stream->block, n);
      uint32_t stored;

      if (got != (int64_t) n)
        return got < 0 ? VAULT_ERROR_IO : VAULT_ERROR_CHANGED;
      crypto_generichash_update (&stream->hash, stream->block, n);
      lengths[i] = vault_block_encode (info, at, stream->block, n, stream->stored, stream->scratch);
      stored = lengths[i] & ~BLOCK_RAW_BIT;
      vault_sealed_write (bundle->sealed, stream->stored, stored);
      bundle->data_size += stored;
    }
  crypto_generichash_final (&stream->hash, id, sizeof id);
  return memcmp (id, info->id, sizeof id) == 0 || bundle->sealed->failed != 0 ? VAULT_OK
                                                                              : VAULT_ERROR_CHANGED;
}

VaultError
vault_bundle_append_source (VaultBundle *bundle, const VaultMemberInfo *info, VaultReadFunc read,
                            void *data, VaultFault *fault)
{
  uint32_t n_blocks;
  uint32_t *lengths;
  Stream *stream;
  VaultError error;

  if (info->size > (uint64_t) UINT32_MAX * VAULT_BLOCK_SIZE / 2)
    return vault_fail (fault, "", VAULT_ERROR_ARGUMENT);
  n_blocks = vault_block_count (info->size);
  error = make_room (bundle, info, n_blocks);
  lengths = malloc (sizeof *lengths * (n_blocks + 1u));
  stream = malloc (sizeof *stream);
  if (error == VAULT_OK && (lengths == NULL || stream == NULL))
    error = VAULT_ERROR_NO_MEMORY;
  if (error == VAULT_OK)
    error = append_blocks (bundle, info, read, data, stream, lengths, n_blocks);
  if (error == VAULT_OK)
    note_member (bundle, info, n_blocks, lengths);
  if (stream != NULL)
    sodium_memzero (stream, sizeof *stream);
  free (stream);
  free (lengths);
  return error == VAULT_OK ? write_state (bundle, fault) : vault_fail (fault, "", error);
}

/* Stored blocks are copied as they stand: they were authenticated on the way, and their codec with
 * the rest of the footer says how to read them. */
VaultError
vault_bundle_append_stored (VaultBundle *bundle, const SealedReader *from,
                            const FooterMember *member, VaultFault *fault)
{
  VaultMemberInfo info = { .role = (VaultRole) member->role,
                           .codec = (VaultCodec) member->codec,
                           .size = member->size,
                           .mtime = member->mtime,
                           .name = member->name,
                           .name_len = member->name_len };
  VaultError error = make_room (bundle, &info, member->n_blocks);
  uint8_t *block = malloc (VAULT_BLOCK_SIZE);
  uint64_t at = member->offset, chunk;

  memcpy (info.id, member->id, sizeof info.id);
  if (error == VAULT_OK && block == NULL)
    error = VAULT_ERROR_NO_MEMORY;
  for (uint32_t i = 0; i < member->n_blocks && error == VAULT_OK; i++)
    {
      uint32_t n = member->lengths[i] & ~BLOCK_RAW_BIT;

      error = vault_sealed_pread (from, at, block, n, &chunk);
      if (error != VAULT_OK)
        break;
      vault_sealed_write (bundle->sealed, block, n);
      bundle->data_size += n;
      at += n;
    }
  if (block != NULL)
    sodium_memzero (block, VAULT_BLOCK_SIZE);
  free (block);
  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  note_member (bundle, &info, member->n_blocks, member->lengths);
  return write_state (bundle, fault);
}

uint64_t
vault_bundle_size (const VaultBundle *bundle)
{
  return bundle->data_size + bundle->footer_size;
}

VaultError
vault_bundle_finish (VaultBundle *bundle, VaultFault *fault)
{
  static const uint8_t zeros[4096];
  uint8_t head[8], tail[8];
  uint64_t used = bundle->data_size + 8 + bundle->footer_size + 8, pad = vault_padme (used) - used;
  int failed;

  if (bundle->finished || pad > UINT32_MAX || bundle->footer_size + 8 > UINT32_MAX)
    return vault_fail (fault, "", VAULT_ERROR_ARGUMENT);
  put_le (head, FOOTER_VERSION, 4);
  put_le (head + 4, bundle->n, 4);
  vault_sealed_write (bundle->sealed, head, sizeof head);
  vault_sealed_write (bundle->sealed, bundle->footer, bundle->footer_size);
  for (uint64_t left = pad; left > 0;)
    {
      size_t step = left < sizeof zeros ? (size_t) left : sizeof zeros;

      vault_sealed_write (bundle->sealed, zeros, step);
      left -= step;
    }
  put_le (tail, bundle->footer_size + 8, 4);
  put_le (tail + 4, pad, 4);
  vault_sealed_write (bundle->sealed, tail, sizeof tail);
  failed = vault_sealed_finish (bundle->sealed, bundle->hash, &bundle->file_size);
  vault_sealed_free (bundle->sealed);
  bundle->sealed = NULL;
  if (failed != 0)
    return vault_fail_errno (fault, "tmp", failed);
  bundle->finished = true;
  return vault_fd_sync (bundle->fd, "tmp", fault);
}

void
vault_bundle_discard (VaultBundle *bundle)
{
  if (bundle == NULL)
    return;
  if (bundle->fd >= 0)
    close (bundle->fd);
  if (bundle->temp[0] != '\0')
    unlinkat (bundle->vault->root, bundle->temp, 0);
  vault_sealed_free (bundle->sealed);
  free (bundle->footer);
  free (bundle->entries);
  free (bundle);
}
