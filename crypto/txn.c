/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes visible together: bundles first, then the record that names them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bundle.h"
#include "bytes.h"
#include "files.h"
#include "vault_private.h"

#define RECORD_HEAD 62
#define OP_HEAD 5

struct VaultTxn
{
  Vault *vault;
  uint8_t *ops;
  size_t size, room;
  uint32_t n_ops, n_bundles;
  uint8_t (*names)[32]; /* bundles that are published */
};

VaultError
vault_txn_begin (Vault *vault, VaultTxn **ret_txn)
{
  VaultTxn *txn;

  if (vault->read_only)
    return VAULT_ERROR_NEWER;
  txn = calloc (1, sizeof *txn);
  if (txn == NULL)
    return VAULT_ERROR_NO_MEMORY;
  txn->vault = vault;
  *ret_txn = txn;
  return VAULT_OK;
}

/* Room for an operation's head and body; returns the body. */
static uint8_t *
begin_op (VaultTxn *txn, uint8_t type, size_t n)
{
  uint8_t *body;

  if (n > UINT32_MAX)
    return NULL;
  if (txn->room - txn->size < n + OP_HEAD)
    {
      size_t room = txn->room * 2 + n + OP_HEAD + 4096;
      uint8_t *grown = realloc (txn->ops, room);

      if (grown == NULL)
        return NULL;
      txn->ops = grown;
      txn->room = room;
    }
  body = txn->ops + txn->size + OP_HEAD;
  txn->ops[txn->size] = type;
  put_le (txn->ops + txn->size + 1, n, 4);
  txn->size += n + OP_HEAD;
  txn->n_ops++;
  return body;
}

static VaultError
describe_bundle (VaultTxn *txn, const VaultBundle *bundle)
{
  uint8_t *body = begin_op (txn, 1, 76);

  if (body == NULL)
    return VAULT_ERROR_NO_MEMORY;
  memcpy (body, bundle->hash, 32);
  memcpy (body + 32, bundle->salt, 32);
  put_le (body + 64, bundle->file_size, 8);
  put_le (body + 72, bundle->n, 4);
  body = begin_op (txn, 2, 32 + 41 * (size_t) bundle->n);
  if (body == NULL)
    return VAULT_ERROR_NO_MEMORY;
  memcpy (body, bundle->hash, 32);
  for (uint32_t i = 0; i < bundle->n; i++)
    {
      uint8_t *row = body + 32 + 41 * (size_t) i;

      memcpy (row, bundle->entries[i].id, 32);
      put_le (row + 32, bundle->entries[i].size, 8);
      row[40] = bundle->entries[i].role;
    }
  return VAULT_OK;
}

VaultError
vault_txn_add_bundle (VaultTxn *txn, VaultBundle *bundle, VaultFault *fault)
{
  char path[VAULT_PATH_MAX];
  uint8_t (*names)[32] = realloc (txn->names, 32 * ((size_t) txn->n_bundles + 1));
  VaultError error = names == NULL ? VAULT_ERROR_NO_MEMORY : VAULT_OK;

  if (names != NULL)
    txn->names = names;
  if (!bundle->finished)
    error = VAULT_ERROR_ARGUMENT;
  if (error == VAULT_OK)
    error = describe_bundle (txn, bundle);
  if (error != VAULT_OK)
    {
      vault_bundle_discard (bundle);
      return vault_fail (fault, "", error);
    }
  vault_bundle_path (bundle->hash, path);
  path[4] = '\0';
  error = vault_folder_make (txn->vault->root, path, fault);
  path[4] = '/';
  if (error == VAULT_OK)
    error = vault_publish (txn->vault->root, bundle->temp, path, fault);
  if (error == VAULT_OK)
    {
      memcpy (txn->names[txn->n_bundles++], bundle->hash, 32);
      bundle->temp[0] = '\0';
    }
  vault_bundle_discard (bundle);
  return error;
}

VaultError
vault_txn_set (VaultTxn *txn, const void *entity, size_t entity_len, uint16_t field,
               const void *value, size_t value_len)
{
  uint8_t *body;

  if (entity_len == 0 || entity_len > 64)
    return VAULT_ERROR_ARGUMENT;
  body = begin_op (txn, 3, 3 + entity_len + value_len);
  if (body == NULL)
    return VAULT_ERROR_NO_MEMORY;
  put_le (body, field, 2);
  body[2] = (uint8_t) entity_len;
  memcpy (body + 3, entity, entity_len);
  if (value_len > 0)
    memcpy (body + 3 + entity_len, value, value_len);
  return VAULT_OK;
}

/* Wall clock in milliseconds above a counter, never behind what was seen. */
static uint64_t
next_clock (const Vault *vault)
{
  struct timespec now;
  uint64_t clock;

  clock_gettime (CLOCK_REALTIME, &now);
  clock = ((uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000) << 16;
  return clock > vault->fold.clock ? clock : vault->fold.clock + 1;
}

static void
record_path (const char *journal, uint64_t writer, uint64_t seq, const uint8_t *hash,
             char path[VAULT_PATH_MAX])
{
  char text[17];

  vault_to_hex (hash, 8, text);
  snprintf (path, VAULT_PATH_MAX, "%s/%016llx/%010llu-%s", journal, (unsigned long long) writer,
            (unsigned long long) seq, text);
}

/* The whole hash of the writer's last record; its name tells only the beginning. */
static VaultError
previous_hash (Vault *vault, const Head *head, uint8_t out[32], VaultFault *fault)
{
  static const char *const journals[] = { "j", "j2" };
  char path[VAULT_PATH_MAX];
  VaultError error = VAULT_ERROR_MISSING;

  if (!sodium_is_zero (head->hash + 8, 24))
    {
      memcpy (out, head->hash, 32);
      return VAULT_OK;
    }
  for (size_t i = 0; i < 2; i++)
    {
      uint8_t *file = NULL;
      size_t size;

      record_path (journals[i], head->writer, head->seq, head->hash, path);
      error = vault_file_read (vault->root, path, SIZE_MAX, &file, &size, fault);
      if (error != VAULT_OK)
        continue;
      vault_b2 (out, 32, file, size, NULL);
      free (file);
      if (memcmp (out, head->hash, 8) == 0)
        return VAULT_OK;
      error = vault_fail (fault, path, VAULT_ERROR_DAMAGED);
    }
  return error;
}

static Payload *
build_payload (VaultTxn *txn, uint64_t seq, const uint8_t prev[32])
{
  const Vault *vault = txn->vault;
  size_t others = 0, at = RECORD_HEAD, used, size;
  Payload *payload;

  for (size_t i = 0; i < vault->n_heads; i++)
    others += vault->heads[i].writer != vault->writer;
  used = RECORD_HEAD + 16 * others + txn->size + 4;
  size = (size_t) vault_padme (used);
  payload = vault_payload_new (size);
  if (payload == NULL)
    return NULL;
  put_le (payload->bytes, vault->writer, 8);
  put_le (payload->bytes + 8, seq, 8);
  memcpy (payload->bytes + 16, prev, 32);
  put_le (payload->bytes + 48, next_clock (vault), 8);
  put_le (payload->bytes + 56, others, 2);
  put_le (payload->bytes + 58, txn->n_ops, 4);
  for (size_t i = 0; i < vault->n_heads; i++)
    if (vault->heads[i].writer != vault->writer)
      {
        put_le (payload->bytes + at, vault->heads[i].writer, 8);
        put_le (payload->bytes + at + 8, vault->heads[i].seq, 8);
        at += 16;
      }
  memcpy (payload->bytes + at, txn->ops, txn->size);
  put_le (payload->bytes + size - 4, size - used, 4);
  return payload;
}

static VaultError
sync_bundle_folders (VaultTxn *txn, VaultFault *fault)
{
  bool touched[256] = { false };
  VaultError error = VAULT_OK;

  for (uint32_t i = 0; i < txn->n_bundles; i++)
    touched[txn->names[i][0]] = true;
  for (unsigned i = 0; i < 256 && error == VAULT_OK; i++)
    if (touched[i])
      {
        char folder[8];

        snprintf (folder, sizeof folder, "o/%02x", i);
        error = vault_folder_sync (txn->vault->root, folder, fault);
      }
  return error;
}

static VaultError
write_record (Vault *vault, const char *journal, const char *path, const uint8_t *file, size_t size,
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

/* The second copy goes first: once the record stands in j/, both are there. ret_maybe_visible:
 * after a failure a crash could still bring the record back, so the bundles that it names must
 * stay. */
static VaultError
publish_record (Vault *vault, uint64_t seq, const Payload *payload, uint8_t hash[32],
                bool *ret_maybe_visible, VaultFault *fault)
{
  char first[VAULT_PATH_MAX], second[VAULT_PATH_MAX];
  size_t size;
  uint8_t *file = vault_sealed_pack (SEALED_RECORD, vault->keys, vault->uuid, vault->writer,
                                     payload->bytes, payload->size, &size);
  VaultError error;

  if (file == NULL)
    return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  vault_b2 (hash, 32, file, size, NULL);
  record_path ("j", vault->writer, seq, hash, first);
  record_path ("j2", vault->writer, seq, hash, second);
  error = write_record (vault, "j2", second, file, size, fault);
  *ret_maybe_visible = error == VAULT_OK || faccessat (vault->root, second, F_OK, 0) == 0;
  if (error == VAULT_OK)
    error = write_record (vault, "j", first, file, size, fault);
  if (error != VAULT_OK)
    {
      unlinkat (vault->root, first, 0);
      unlinkat (vault->root, second, 0);
    }
  free (file);
  return error;
}

static void
txn_free (VaultTxn *txn)
{
  if (txn->ops != NULL)
    sodium_memzero (txn->ops, txn->room);
  free (txn->ops);
  free (txn->names);
  free (txn);
}

void
vault_txn_abort (VaultTxn *txn)
{
  if (txn == NULL)
    return;
  for (uint32_t i = 0; i < txn->n_bundles; i++)
    {
      char path[VAULT_PATH_MAX];

      vault_bundle_path (txn->names[i], path);
      unlinkat (txn->vault->root, path, 0);
    }
  txn_free (txn);
}

VaultError
vault_txn_commit (VaultTxn *txn, uint32_t *ret_first_bundle, uint32_t *ret_bundles,
                  VaultFault *fault)
{
  Vault *vault = txn->vault;
  const Head *head = vault_head_of (vault, vault->writer);
  uint64_t seq = head != NULL ? head->seq + 1 : 1;
  uint8_t prev[32] = { 0 }, hash[32];
  Payload *payload = NULL;
  Record record;
  VaultError error = VAULT_OK;
  bool maybe_visible = false;
  uint32_t first = vault->fold.n_bundles;

  if (txn->n_ops > 0)
    {
      error = sync_bundle_folders (txn, fault);
      if (error == VAULT_OK && head != NULL)
        error = previous_hash (vault, head, prev, fault);
      if (error == VAULT_OK && (payload = build_payload (txn, seq, prev)) == NULL)
        error = vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
      if (error == VAULT_OK)
        error = publish_record (vault, seq, payload, hash, &maybe_visible, fault);
    }
  if (error != VAULT_OK)
    {
      if (payload != NULL)
        vault_payload_free (payload);
      if (maybe_visible)
        txn->n_bundles = 0;
      vault_txn_abort (txn);
      return error;
    }
  if (payload != NULL)
    {
      pthread_rwlock_wrlock (&vault->tables);
      payload->next = vault->payloads;
      vault->payloads = payload;
      if (vault_record_parse (payload->bytes, payload->size, &record) == VAULT_OK)
        vault_fold_record (&vault->fold, &record, &vault->read_only);
      vault_head_set (vault, vault->writer, seq, hash, sizeof hash);
      pthread_rwlock_unlock (&vault->tables);
    }
  if (ret_first_bundle != NULL)
    *ret_first_bundle = first;
  if (ret_bundles != NULL)
    *ret_bundles = vault->fold.n_bundles - first;
  txn_free (txn);
  return VAULT_OK;
}
