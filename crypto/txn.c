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
#include "gaps.h"

struct VaultTxn
{
  Vault *vault;
  OpBuffer ops;
  uint32_t n_bundles;
  uint8_t (*names)[32]; /* bundles that are published */
  bool deletes;
};

VaultError
vault_txn_begin (Vault *vault, VaultTxn **ret_txn)
{
  VaultTxn *txn;

  if (vault->read_only)
    return VAULT_ERROR_NEWER;
  if (vault->stuck)
    return VAULT_ERROR_IO;
  txn = calloc (1, sizeof *txn);
  if (txn == NULL)
    return VAULT_ERROR_NO_MEMORY;
  txn->vault = vault;
  *ret_txn = txn;
  return VAULT_OK;
}

uint8_t *
vault_txn_op (VaultTxn *txn, uint8_t type, size_t n)
{
  return vault_op_begin (&txn->ops, type, n);
}

static VaultError
describe_bundle (VaultTxn *txn, const VaultBundle *bundle)
{
  uint8_t *body = vault_txn_op (txn, OP_ADD_BUNDLE, 76);

  if (body == NULL)
    return VAULT_ERROR_NO_MEMORY;
  memcpy (body, bundle->hash, 32);
  memcpy (body + 32, bundle->salt, 32);
  put_le (body + 64, bundle->file_size, 8);
  put_le (body + 72, bundle->n, 4);
  body = vault_txn_op (txn, OP_MEMBERS, 32 + MEMBER_ROW * (size_t) bundle->n);
  if (body == NULL)
    return VAULT_ERROR_NO_MEMORY;
  memcpy (body, bundle->hash, 32);
  for (uint32_t i = 0; i < bundle->n; i++)
    {
      uint8_t *row = body + 32 + MEMBER_ROW * (size_t) i;

      memcpy (row, bundle->entries[i].id, 32);
      put_le (row + 32, bundle->entries[i].size, 8);
      row[40] = (uint8_t) (bundle->entries[i].role | (bundle->moved ? MEMBER_MOVED : 0));
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
  body = vault_txn_op (txn, OP_SET, 3 + entity_len + value_len);
  if (body == NULL)
    return VAULT_ERROR_NO_MEMORY;
  put_le (body, field, 2);
  body[2] = (uint8_t) entity_len;
  memcpy (body + 3, entity, entity_len);
  if (value_len > 0)
    memcpy (body + 3 + entity_len, value, value_len);
  return VAULT_OK;
}

VaultError
vault_txn_keep (VaultTxn *txn, const uint8_t id[VAULT_ID_SIZE])
{
  if (vault_entry_find (txn->vault, id) == NULL)
    return VAULT_ERROR_NOT_FOUND;
  return vault_op_add_id (&txn->ops, OP_KEEP, id) ? VAULT_OK : VAULT_ERROR_NO_MEMORY;
}

typedef struct
{
  const Vault *vault;
  VaultError error;
} Unseen;

static bool
find_unseen (const AddStamp *stamp, void *data)
{
  Unseen *unseen = data;

  unseen->error = vault_gap_error (unseen->vault, stamp->writer, stamp->seq);
  return unseen->error == VAULT_OK;
}

VaultError
vault_txn_tombstone (VaultTxn *txn, const uint8_t id[VAULT_ID_SIZE])
{
  Vault *vault = txn->vault;
  Unseen unseen = { vault, VAULT_OK };
  const EntryRow *row;

  /* A deletion takes away what the record's heads cover, and they end at the first gap. */
  pthread_rwlock_rdlock (&vault->tables);
  row = vault_fold_find (&vault->fold, id);
  if (row == NULL || row->entry.deleted)
    unseen.error = VAULT_ERROR_NOT_FOUND;
  else
    vault_fold_adds (&vault->fold, row, find_unseen, &unseen);
  pthread_rwlock_unlock (&vault->tables);
  if (unseen.error == VAULT_OK && !vault_op_add_id (&txn->ops, OP_TOMBSTONE, id))
    unseen.error = VAULT_ERROR_NO_MEMORY;
  txn->deletes = txn->deletes || unseen.error == VAULT_OK;
  return unseen.error;
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

static bool
say_device (VaultTxn *txn, uint64_t before, const char *name)
{
  size_t n = strlen (name);
  uint8_t *body = vault_txn_op (txn, OP_DEVICE, 8 + n);

  if (body == NULL)
    return false;
  put_le (body, before, 8);
  memcpy (body + 8, name, n);
  return true;
}

static bool
is_named_before (const Vault *vault, uint64_t writer)
{
  const WriterRow *row = vault_writer_row (vault, writer);

  for (uint32_t i = 0; i < vault->fold.n_devices; i++)
    if (get_le (vault->fold.devices[i].body, 8) == writer &&
        (row == NULL || vault->fold.devices[i].clock > row->clock))
      return true;
  return false;
}

/* A writer's first record says which computer it is, and as whom that wrote before. */
static bool
introduce (VaultTxn *txn)
{
  Vault *vault = txn->vault;
  const WriterRow *own = vault_writer_row (vault, vault->writer);
  char name[VAULT_LABEL_SIZE] = "";
  bool said = false, good = true;

  if (own != NULL && own->seq > 0)
    return true;
  /* If a crash comes between record and memory, this computer still knows whose record it is. */
  vault_local_save (vault);
  if (gethostname (name, sizeof name - 1) != 0)
    name[0] = '\0';
  for (uint32_t i = 0; i < vault->local.n_heads && good; i++)
    {
      const LocalHead *head = &vault->local.heads[i];

      if (!head->own || head->writer == vault->writer || is_named_before (vault, head->writer))
        continue;
      good = say_device (txn, head->writer, name);
      said = true;
    }
  return said ? good : say_device (txn, 0, name);
}

/* A full disk can always delete: what frees space may use what was kept for that to its end. */
static bool
spend_reserve (const VaultTxn *txn)
{
  return txn->n_bundles == 0 && vault_reserve_spend (txn->vault->root, txn->ops.size, txn->deletes);
}

static VaultError
publish (VaultTxn *txn, Payload **ret_payload, uint8_t ret_hash[32], VaultFault *fault)
{
  Vault *vault = txn->vault;
  uint64_t seq = 1;
  uint8_t prev[32] = { 0 }, *heads;
  uint32_t n_heads;
  bool spent = false;
  VaultError error = vault_writer_next (vault, &seq, prev, fault);

  if (error != VAULT_OK)
    return error;
  heads = vault_writer_heads (vault, &n_heads);
  if (heads == NULL || !introduce (txn))
    {
      free (heads);
      return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
    }
  error = vault_record_publish (vault, false, seq, next_clock (vault), prev, heads, n_heads,
                                &txn->ops, ret_payload, ret_hash, fault);
  while (error == VAULT_ERROR_FULL && !vault->stuck && spend_reserve (txn))
    {
      error = vault_record_publish (vault, false, seq, next_clock (vault), prev, heads, n_heads,
                                    &txn->ops, ret_payload, ret_hash, fault);
      spent = true;
    }
  /* What the record did not need, others on this disk shall not get. */
  if (spent)
    vault_reserve_fill (vault->root);
  free (heads);
  return error;
}

static void
txn_free (VaultTxn *txn)
{
  vault_op_clear (&txn->ops);
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

static VaultError
commit (VaultTxn *txn, uint32_t *ret_first_bundle, uint32_t *ret_bundles, VaultFault *fault)
{
  Vault *vault = txn->vault;
  uint8_t hash[32];
  Payload *payload = NULL;
  Record record;
  uint32_t first = vault->fold.n_bundles;
  VaultError error = vault->stuck ? vault_fail (fault, "", VAULT_ERROR_IO) : VAULT_OK;

  if (txn->ops.n > 0 && error == VAULT_OK)
    error = sync_bundle_folders (txn, fault);
  if (txn->ops.n > 0 && error == VAULT_OK)
    error = publish (txn, &payload, hash, fault);
  if (error != VAULT_OK)
    return error;
  if (payload != NULL)
    {
      pthread_rwlock_wrlock (&vault->tables);
      payload->next = vault->payloads;
      vault->payloads = payload;
      if (vault_record_parse (payload->bytes, payload->size, false, &record) == VAULT_OK)
        {
          vault_fold_record (&vault->fold, &record, &vault->read_only);
          vault_writer_saw (vault, &record, hash, sizeof hash);
        }
      pthread_rwlock_unlock (&vault->tables);
      vault_local_save (vault);
    }
  if (ret_first_bundle != NULL)
    *ret_first_bundle = first;
  if (ret_bundles != NULL)
    *ret_bundles = vault->fold.n_bundles - first;
  return VAULT_OK;
}

VaultError
vault_txn_commit (VaultTxn *txn, uint32_t *ret_first_bundle, uint32_t *ret_bundles,
                  VaultFault *fault)
{
  Vault *vault = txn->vault;
  VaultError error;

  pthread_mutex_lock (&vault->writing);
  error = commit (txn, ret_first_bundle, ret_bundles, fault);
  /* While a crash could still bring the record back, the bundles that it names must stay. */
  if (error != VAULT_OK && vault->stuck)
    txn->n_bundles = 0;
  pthread_mutex_unlock (&vault->writing);
  if (error == VAULT_OK)
    txn_free (txn);
  else
    vault_txn_abort (txn);
  return error;
}
