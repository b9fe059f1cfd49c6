/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folding this computer's records into snapshots, so that opening stays fast. Like the runs of a
 * log-structured store, a snapshot takes in its neighbours of no more than its own size, so that
 * each byte is written anew only a logarithmic number of times. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "files.h"
#include "vault_private.h"

#define RECORDS_MANY 64
#define BYTES_MANY ((size_t) 1024 * 1024)
#define SNAPSHOT_LARGE ((size_t) 64 * 1024 * 1024) /* is never taken in again */

typedef struct
{
  Payload **rows; /* this computer's files, by number */
  size_t n;
} OwnFiles;

static int
compare_payload (const void *a, const void *b)
{
  const Payload *left = *(Payload *const *) a, *right = *(Payload *const *) b;

  if (left->first != right->first)
    return left->first < right->first ? -1 : 1;
  return left->seq < right->seq ? -1 : left->seq > right->seq;
}

static bool
collect_own (const Vault *vault, OwnFiles *own)
{
  for (Payload *payload = vault->payloads; payload != NULL; payload = payload->next)
    if (payload->writer == vault->writer && payload->is_file)
      {
        if (!vault_array_grow (&own->rows, (uint32_t) own->n, sizeof (Payload *)))
          return false;
        own->rows[own->n++] = payload;
      }
  if (own->n > 0)
    qsort (own->rows, own->n, sizeof *own->rows, compare_payload);
  return true;
}

/* Where the last run of files without a gap begins: a snapshot over a gap would say that nothing is
 * lost. */
static size_t
after_gap (const OwnFiles *own)
{
  uint64_t reach = 0;
  size_t from = 0;

  for (size_t i = 0; i < own->n; i++)
    {
      if (own->rows[i]->first > reach + 1)
        from = i;
      if (own->rows[i]->seq > reach)
        reach = own->rows[i]->seq;
    }
  return from;
}

/* The first of the files that a new snapshot takes in; own->n when it is not worth it. */
static size_t
choose_run (const OwnFiles *own, bool force)
{
  size_t from = own->n, bytes = 0, least = after_gap (own);

  while (from > least && !own->rows[from - 1]->is_snapshot)
    bytes += own->rows[--from]->size;
  if (!force && own->n - from < RECORDS_MANY && bytes < BYTES_MANY)
    return own->n;
  while (from > least && own->rows[from - 1]->size < SNAPSHOT_LARGE &&
         (force || own->rows[from - 1]->size <= 2 * bytes))
    bytes += own->rows[--from]->size;
  /* A single snapshot has nothing to be joined with; a single record is worth it when forced, since
   * what it says may be void by now. */
  if (own->n - from == 1 && (own->rows[from]->is_snapshot || !force))
    return own->n;
  return from;
}

/* MEMBERS of a bundle that is gone everywhere would only keep file ids alive. */
static bool
members_stand (Vault *vault, const Op *op)
{
  int64_t bundle = op->size >= 32 ? vault_fold_find_bundle (&vault->fold, op->body) : -1;
  char path[VAULT_PATH_MAX];

  if (bundle < 0 || vault->fold.bundles[bundle].living > 0)
    return true;
  vault_bundle_path (op->body, path);
  return faccessat (vault->root, path, F_OK, 0) == 0 ||
         !vault_bundle_dead_everywhere (vault, (uint32_t) bundle, NULL);
}

/* A group without its parity file is void. */
static bool
parity_stands (const Vault *vault, const Op *op)
{
  char text[65], path[VAULT_PATH_MAX];

  if (op->size < 32)
    return true;
  vault_to_hex (op->body, 32, text);
  snprintf (path, sizeof path, "p/%s", text);
  return faccessat (vault->root, path, F_OK, 0) == 0;
}

static bool
op_stands (Vault *vault, const Op *op)
{
  switch (op->type)
    {
    case OP_SET:
      return vault_fold_set_stands (&vault->fold, op->body, op->size);
    case OP_MEMBERS:
      return members_stand (vault, op);
    case OP_PARITY:
      return parity_stands (vault, op);
    case OP_KEEP:
      return op->size > 0;
    case OP_RANGE:
    case OP_STAMP:
      return false;
    default:
      return true;
    }
}

static bool
is_wanted (const Vault *vault, const uint8_t *member)
{
  const EntryRow *row = vault_fold_find (&vault->fold, member);

  return row != NULL && !row->entry.deleted && (member[40] & MEMBER_MOVED) == 0;
}

/* What remains of MEMBERS when their bundle is gone: that its writer wanted those of them that have
 * moved to another bundle. out: NULL to learn whether there is any. */
static bool
put_keeps (const Vault *vault, const Op *op, OpBuffer *out)
{
  for (size_t at = 32; at + MEMBER_ROW <= op->size; at += MEMBER_ROW)
    if (is_wanted (vault, op->body + at))
      {
        if (out == NULL)
          return true;
        if (!vault_op_add_id (out, OP_KEEP, op->body + at))
          return false;
      }
  return out != NULL;
}

static bool
has_tombstone (const Record *record)
{
  const uint8_t *at = record->ops;
  size_t left = record->ops_size;
  Op op;

  while (vault_op_next (&at, &left, &op))
    if (op.type == OP_TOMBSTONE)
      return true;
  return false;
}

static bool
put_stamp (OpBuffer *out, uint64_t clock, uint64_t seq, const uint8_t *heads, uint32_t n_heads)
{
  uint8_t *body = vault_op_begin (out, OP_STAMP, 18 + 16 * (size_t) n_heads);

  if (body == NULL)
    return false;
  put_le (body, clock, 8);
  put_le (body + 8, seq, 8);
  put_le (body + 16, n_heads, 2);
  if (n_heads > 0)
    memcpy (body + 18, heads, 16 * (size_t) n_heads);
  return true;
}

static bool
copy_op (OpBuffer *out, const Op *op)
{
  uint8_t *body = vault_op_begin (out, op->type, op->size);

  if (body != NULL && op->size > 0)
    memcpy (body, op->body, op->size);
  return body != NULL;
}

/* The operations of one file that still mean something, behind the stamp of their record. */
static bool
copy_payload (Vault *vault, const Payload *payload, OpBuffer *out)
{
  Record record;
  const uint8_t *at;
  size_t left;
  Op op, stamp = { 0 };
  bool stamped = false, good = true, stands;

  if (vault_record_parse (payload->bytes, payload->size, payload->is_snapshot, &record) != VAULT_OK)
    return false;
  at = record.ops;
  left = record.ops_size;
  while (good && vault_op_next (&at, &left, &op))
    {
      if (op.type == OP_STAMP)
        {
          stamp = op;
          stamped = false;
        }
      stands = op_stands (vault, &op);
      if (!stands && (op.type != OP_MEMBERS || !put_keeps (vault, &op, NULL)))
        continue;
      if (!stamped && stamp.body != NULL)
        good = copy_op (out, &stamp);
      else if (!stamped)
        good = has_tombstone (&record)
                   ? put_stamp (out, record.clock, record.seq, record.heads, record.n_heads)
                   : put_stamp (out, record.clock, record.seq, NULL, 0);
      stamped = true;
      good = good && (stands ? copy_op (out, &op) : put_keeps (vault, &op, out));
    }
  return good;
}

static void
remove_file (Vault *vault, const Payload *payload)
{
  static const char *const journals[] = { "j", "j2" };
  char path[VAULT_PATH_MAX];

  for (size_t i = 0; i < 2; i++)
    {
      vault_record_path (journals[i], payload->writer, payload->is_snapshot, payload->seq,
                         payload->hash, path);
      unlinkat (vault->root, path, 0);
    }
}

static VaultError
write_snapshot (Vault *vault, const OwnFiles *own, size_t from, VaultFault *fault)
{
  const WriterRow *row = vault_writer_row (vault, vault->writer);
  OpBuffer out = { 0 };
  Payload *payload = NULL;
  Record record;
  uint8_t hash[32], prev[32], *range = vault_op_begin (&out, OP_RANGE, 8);
  uint64_t next;
  VaultError error = vault_writer_next (vault, &next, prev, fault);
  bool good = range != NULL;

  if (good)
    put_le (range, own->rows[from]->first, 8);
  for (size_t i = from; i < own->n && good; i++)
    good = copy_payload (vault, own->rows[i], &out);
  if (error == VAULT_OK && !good)
    error = vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  if (error == VAULT_OK)
    error = vault_record_publish (vault, true, row->seq, row->clock, prev, row->heads, row->n_heads,
                                  &out, &payload, hash, fault);
  vault_op_clear (&out);
  if (error != VAULT_OK)
    return error;
  for (size_t i = from; i < own->n; i++)
    {
      remove_file (vault, own->rows[i]);
      own->rows[i]->is_file = false;
    }
  pthread_rwlock_wrlock (&vault->tables);
  payload->first = own->rows[from]->first;
  payload->next = vault->payloads;
  vault->payloads = payload;
  /* Folded too, so that the next snapshot finds the winners of this one. */
  if (vault_record_parse (payload->bytes, payload->size, true, &record) == VAULT_OK)
    vault_fold_record (&vault->fold, &record, &vault->read_only);
  pthread_rwlock_unlock (&vault->tables);
  return VAULT_OK;
}

/* Whether another computer waits for this one to say that it saw a deletion. */
static bool
owes_word (const Vault *vault)
{
  const WriterRow *own = vault_writer_row (vault, vault->writer);

  for (uint32_t i = 0; i < vault->fold.n_tombs; i++)
    {
      const TombRow *tomb = &vault->fold.tombs[i];
      const WriterRow *row = vault_writer_row (vault, tomb->writer);

      if (tomb->writer != vault->writer && row != NULL && row->whole >= tomb->seq &&
          (own == NULL || vault_heads_seq (own->heads, own->n_heads, tomb->writer) < row->whole))
        return true;
    }
  return false;
}

/* A record whose heads are the message. */
static VaultError
say_what_was_seen (Vault *vault, VaultFault *fault)
{
  VaultTxn *txn;
  VaultError error = vault_txn_begin (vault, &txn);

  if (error != VAULT_OK)
    return vault_fail (fault, "", error);
  if (vault_txn_op (txn, OP_KEEP, 0) == NULL)
    {
      vault_txn_abort (txn);
      return vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
    }
  return vault_txn_commit (txn, NULL, NULL, fault);
}

VaultError
vault_compact (Vault *vault, bool force, VaultFault *fault)
{
  OwnFiles own = { 0 };
  size_t from;
  VaultError error = VAULT_OK;

  if (vault->read_only)
    return vault_fail (fault, "", VAULT_ERROR_NEWER);
  if (vault->stuck)
    return vault_fail (fault, "", VAULT_ERROR_IO);
  if (owes_word (vault))
    error = say_what_was_seen (vault, fault);
  if (error != VAULT_OK)
    return error;
  pthread_mutex_lock (&vault->writing);
  vault_reserve_fill (vault->root);
  if (!collect_own (vault, &own))
    error = vault_fail (fault, "", VAULT_ERROR_NO_MEMORY);
  from = choose_run (&own, force);
  if (error == VAULT_OK && from < own.n)
    error = write_snapshot (vault, &own, from, fault);
  free (own.rows);
  pthread_mutex_unlock (&vault->writing);
  return error;
}
