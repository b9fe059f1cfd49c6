/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of records and snapshots: taking it apart, building it, publishing it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "files.h"
#include "sealed.h"
#include "vault_private.h"

bool
vault_op_next (const uint8_t **at, size_t *left, Op *ret_op)
{
  uint64_t n = *left >= OP_HEAD ? get_le (*at + 1, 4) : 0;

  if (*left < OP_HEAD || n > *left - OP_HEAD)
    return false;
  *ret_op = (Op){ (*at)[0], *at + OP_HEAD, (size_t) n };
  *at += OP_HEAD + n;
  *left -= OP_HEAD + (size_t) n;
  return true;
}

VaultError
vault_record_parse (const uint8_t *payload, size_t size, bool is_snapshot, Record *ret_record)
{
  Record record = { .is_snapshot = is_snapshot };
  uint64_t pad, heads;
  const uint8_t *at;
  size_t left;
  Op range;

  if (size < RECORD_HEAD + 4)
    return VAULT_ERROR_DAMAGED;
  record.writer = get_le (payload, 8);
  record.seq = record.first = get_le (payload + 8, 8);
  memcpy (record.prev, payload + 16, 32);
  record.clock = get_le (payload + 48, 8);
  heads = get_le (payload + 56, 2) * 16;
  record.n_ops = (uint32_t) get_le (payload + 58, 4);
  pad = get_le (payload + size - 4, 4);
  if (RECORD_HEAD + heads + pad + 4 > size)
    return VAULT_ERROR_DAMAGED;
  record.heads = payload + RECORD_HEAD;
  record.n_heads = (uint32_t) (heads / 16);
  record.ops = at = payload + RECORD_HEAD + heads;
  record.ops_size = left = size - 4 - pad - RECORD_HEAD - heads;
  if (is_snapshot)
    {
      if (record.n_ops == 0 || !vault_op_next (&at, &left, &range) || range.type != OP_RANGE ||
          range.size != 8)
        return VAULT_ERROR_DAMAGED;
      record.first = get_le (range.body, 8);
      if (record.first > record.seq)
        return VAULT_ERROR_DAMAGED;
    }
  *ret_record = record;
  return VAULT_OK;
}

uint8_t *
vault_op_begin (OpBuffer *ops, uint8_t type, size_t n)
{
  if (n > UINT32_MAX || ops->n == UINT32_MAX)
    return NULL;
  if (ops->room - ops->size < n + OP_HEAD)
    {
      size_t room = ops->room * 2 + n + OP_HEAD + 4096;
      uint8_t *grown = malloc (room);

      if (grown == NULL)
        return NULL;
      /* Names stand in it: no copy is left behind, as realloc would. */
      if (ops->size > 0)
        memcpy (grown, ops->bytes, ops->size);
      if (ops->bytes != NULL)
        sodium_memzero (ops->bytes, ops->room);
      free (ops->bytes);
      ops->bytes = grown;
      ops->room = room;
    }
  ops->last = ops->size;
  ops->bytes[ops->size] = type;
  put_le (ops->bytes + ops->size + 1, n, 4);
  ops->size += n + OP_HEAD;
  ops->n++;
  return ops->bytes + ops->last + OP_HEAD;
}

bool
vault_op_add_id (OpBuffer *ops, uint8_t type, const uint8_t id[32])
{
  uint8_t *body;

  if (ops->n > 0 && ops->bytes[ops->last] == type && ops->room - ops->size >= 32)
    {
      put_le (ops->bytes + ops->last + 1, ops->size - ops->last - OP_HEAD + 32, 4);
      body = ops->bytes + ops->size;
      ops->size += 32;
    }
  else
    body = vault_op_begin (ops, type, 32);
  if (body != NULL)
    memcpy (body, id, 32);
  return body != NULL;
}

void
vault_op_clear (OpBuffer *ops)
{
  if (ops->bytes != NULL)
    sodium_memzero (ops->bytes, ops->room);
  free (ops->bytes);
  memset (ops, 0, sizeof *ops);
}

void
vault_record_path (const char *journal, uint64_t writer, bool is_snapshot, uint64_t seq,
                   const uint8_t hash[8], char ret_path[VAULT_PATH_MAX])
{
  char text[17];

  vault_to_hex (hash, 8, text);
  snprintf (ret_path, VAULT_PATH_MAX, "%s/%016llx/%s%010llu-%s", journal,
            (unsigned long long) writer, is_snapshot ? "s" : "", (unsigned long long) seq, text);
}

static Payload *
build_payload (const Vault *vault, uint64_t seq, uint64_t clock, const uint8_t prev[32],
               const uint8_t *heads, uint32_t n_heads, const OpBuffer *ops)
{
  size_t used = RECORD_HEAD + 16 * (size_t) n_heads + ops->size + 4;
  size_t size = (size_t) vault_padme (used);
  Payload *payload = n_heads > UINT16_MAX ? NULL : vault_payload_new (size);
  uint8_t *at;

  if (payload == NULL)
    return NULL;
  at = payload->bytes;
  put_le (at, vault->writer, 8);
  put_le (at + 8, seq, 8);
  memcpy (at + 16, prev, 32);
  put_le (at + 48, clock, 8);
  put_le (at + 56, n_heads, 2);
  put_le (at + 58, ops->n, 4);
  if (n_heads > 0)
    memcpy (at + RECORD_HEAD, heads, 16 * (size_t) n_heads);
  if (ops->size > 0)
    memcpy (at + RECORD_HEAD + 16 * (size_t) n_heads, ops->bytes, ops->size);
  put_le (at + size - 4, size - used, 4);
  return payload;
}

static VaultError
write_copy (Vault *vault, const char *journal, const char *path, const uint8_t *file, size_t size,
            VaultFault *fault)
{
  char folder[VAULT_PATH_MAX];
  VaultError error;

  snprintf (folder, sizeof folder, "%s/%016llx", journal, (unsigned long long) vault->writer);
  error = vault_folder_make (vault->root, folder, fault);
  if (error == VAULT_OK)
    error = vault_file_write (vault->root, path, file, size, fault);
  if (error == VAULT_OK)
    error = vault_folder_sync (vault->root, folder, fault);
  return error;
}

/* Takes back what a failed publication left. If even that fails, a crash may bring the record
 * back, and nothing may be built on its absence. */
static void
take_back (Vault *vault, const char *journal, const char *path)
{
  char folder[VAULT_PATH_MAX];

  if (unlinkat (vault->root, path, 0) != 0)
    {
      vault->stuck = vault->stuck || errno != ENOENT;
      return;
    }
  snprintf (folder, sizeof folder, "%s/%016llx", journal, (unsigned long long) vault->writer);
  if (vault_folder_sync (vault->root, folder, NULL) != VAULT_OK)
    vault->stuck = true;
}

/* The second copy goes first: once the record stands in j/, both are there. */
VaultError
vault_record_publish (Vault *vault, bool is_snapshot, uint64_t seq, uint64_t clock,
                      const uint8_t prev[32], const uint8_t *heads, uint32_t n_heads,
                      const OpBuffer *ops, Payload **ret_payload, uint8_t ret_hash[32],
                      VaultFault *fault)
{
  Payload *payload = build_payload (vault, seq, clock, prev, heads, n_heads, ops);
  char first[VAULT_PATH_MAX], second[VAULT_PATH_MAX];
  uint8_t *file = NULL, hash[32];
  size_t size;
  VaultError error;

  if (payload != NULL)
    file = vault_sealed_pack (is_snapshot ? SEALED_SNAPSHOT : SEALED_RECORD, vault->keys,
                              vault->uuid, vault->writer, payload->bytes, payload->size, &size);
  if (file == NULL)
    {
      if (payload != NULL)
        vault_payload_free (payload);
      return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
    }
  vault_b2 (hash, sizeof hash, file, size, NULL);
  vault_record_path ("j", vault->writer, is_snapshot, seq, hash, first);
  vault_record_path ("j2", vault->writer, is_snapshot, seq, hash, second);
  error = write_copy (vault, "j2", second, file, size, fault);
  if (error == VAULT_OK)
    error = write_copy (vault, "j", first, file, size, fault);
  free (file);
  if (error != VAULT_OK)
    {
      take_back (vault, "j", first);
      take_back (vault, "j2", second);
      vault_payload_free (payload);
      return error;
    }
  payload->writer = vault->writer;
  payload->seq = payload->first = seq;
  payload->is_snapshot = is_snapshot;
  payload->is_file = true;
  memcpy (payload->hash, hash, sizeof payload->hash);
  memcpy (ret_hash, hash, sizeof hash);
  *ret_payload = payload;
  return VAULT_OK;
}
