/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The computers that write to this vault: how far each is known here, and what each has seen. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "files.h"
#include "gaps.h"

WriterRow *
vault_writer_row (const Vault *vault, uint64_t writer)
{
  for (size_t i = 0; i < vault->n_writers; i++)
    if (vault->writers[i].writer == writer)
      return &vault->writers[i];
  return NULL;
}

static WriterRow *
make_row (Vault *vault, uint64_t writer)
{
  WriterRow *row = vault_writer_row (vault, writer), *grown;

  if (row != NULL)
    return row;
  grown = realloc (vault->writers, sizeof *grown * (vault->n_writers + 1));
  if (grown == NULL)
    return NULL;
  vault->writers = grown;
  row = &grown[vault->n_writers++];
  memset (row, 0, sizeof *row);
  row->writer = writer;
  return row;
}

void
vault_writer_saw (Vault *vault, const Record *record, const uint8_t *hash, size_t hash_size)
{
  WriterRow *row = make_row (vault, record->writer);

  if (row == NULL)
    return;
  if (record->first <= row->whole + 1 && record->seq > row->whole)
    row->whole = record->seq;
  if (record->seq == row->seq && !record->is_snapshot && row->hash_size > 0 &&
      memcmp (row->hash, hash, hash_size < row->hash_size ? hash_size : row->hash_size) != 0)
    row->forked = true;
  if (record->seq <= row->seq)
    return;
  if (record->first == row->seq + 1 && !record->is_snapshot && row->hash_size > 0 &&
      memcmp (row->hash, record->prev, row->hash_size) != 0)
    row->forked = true;
  row->seq = record->seq;
  row->clock = record->clock;
  row->heads = record->heads;
  row->n_heads = record->n_heads;
  /* A snapshot knows the whole hash of the last record that it covers. */
  row->hash_size = record->is_snapshot ? sizeof record->prev : hash_size;
  memcpy (row->hash, record->is_snapshot ? record->prev : hash, row->hash_size);
}

/* Others name it, so it wrote something, and nothing of that is here. */
static void
note_named (Vault *vault)
{
  for (size_t i = 0; i < vault->n_writers; i++)
    for (uint32_t k = 0; k < vault->writers[i].n_heads; k++)
      make_row (vault, get_le (vault->writers[i].heads + 16 * (size_t) k, 8));
}

/* Strays come in any order, so the gaps are looked for when everything is there. */
void
vault_writers_measure (Vault *vault)
{
  note_named (vault);
  for (size_t i = 0; i < vault->n_writers; i++)
    vault->writers[i].whole =
        vault_writer_reach (vault, vault->writers[i].writer, vault->writers[i].whole);
}

uint64_t
vault_heads_seq (const uint8_t *heads, uint32_t n_heads, uint64_t writer)
{
  for (uint32_t i = 0; i < n_heads; i++)
    if (get_le (heads + 16 * (size_t) i, 8) == writer)
      return get_le (heads + 16 * (size_t) i + 8, 8);
  return 0;
}

static const DeviceRow *
last_device (const Vault *vault, uint64_t writer)
{
  const DeviceRow *last = NULL;

  for (uint32_t i = 0; i < vault->fold.n_devices; i++)
    if (vault->fold.devices[i].writer == writer &&
        (last == NULL || vault->fold.devices[i].clock > last->clock))
      last = &vault->fold.devices[i];
  return last;
}

/* It is this computer under another number, or gave way to another writer. */
static bool
is_continued (const Vault *vault, const WriterRow *row)
{
  /* What this computer wrote elsewhere, or lost, may hold a word of its own. */
  if (vault_local_wrote (vault, row->writer))
    return row->whole >= vault_local_had (vault, row->writer);
  for (uint32_t i = 0; i < vault->fold.n_devices; i++)
    if (get_le (vault->fold.devices[i].body, 8) == row->writer &&
        vault->fold.devices[i].clock > row->clock)
      return true;
  return false;
}

bool
vault_writers_covered (const Vault *vault, uint64_t writer, uint64_t seq, uint64_t *ret_missing)
{
  for (size_t i = 0; i < vault->n_writers; i++)
    {
      const WriterRow *row = &vault->writers[i];

      if (row->writer == vault->writer || row->writer == writer || is_continued (vault, row))
        continue;
      /* What it wrote last must be read without a gap: a promise could stand in the gap. */
      if (vault_heads_seq (row->heads, row->n_heads, writer) < seq || row->whole < row->seq)
        {
          if (ret_missing != NULL)
            *ret_missing = row->writer;
          return false;
        }
    }
  return true;
}

uint8_t *
vault_writer_heads (const Vault *vault, uint32_t *ret_n)
{
  uint8_t *heads = malloc (16 * (vault->n_writers + 1));
  uint32_t n = 0;

  for (size_t i = 0; heads != NULL && i < vault->n_writers; i++)
    if (vault->writers[i].writer != vault->writer && vault->writers[i].whole > 0)
      {
        put_le (heads + 16 * (size_t) n, vault->writers[i].writer, 8);
        /* Not the highest: a deletion must not claim to have seen what has not arrived. */
        put_le (heads + 16 * (size_t) n + 8, vault->writers[i].whole, 8);
        n++;
      }
  *ret_n = n;
  return heads;
}

/* The whole hash of the writer's last record; its name tells only the beginning. */
static VaultError
whole_hash (Vault *vault, WriterRow *row, VaultFault *fault)
{
  static const char *const journals[] = { "j", "j2" };
  VaultError error = VAULT_OK;

  for (size_t i = 0; i < 2 && row->hash_size < sizeof row->hash; i++)
    {
      char path[VAULT_PATH_MAX];
      uint8_t *file = NULL, hash[32];
      size_t size;

      vault_record_path (journals[i], row->writer, false, row->seq, row->hash, path);
      error = vault_file_read (vault->root, path, SIZE_MAX / 2, &file, &size, fault);
      if (error != VAULT_OK)
        continue;
      vault_b2 (hash, sizeof hash, file, size, NULL);
      free (file);
      if (memcmp (hash, row->hash, row->hash_size) == 0)
        {
          memcpy (row->hash, hash, sizeof hash);
          row->hash_size = sizeof hash;
        }
      else
        error = vault_fail (fault, path, VAULT_ERROR_DAMAGED);
    }
  return row->hash_size == sizeof row->hash ? VAULT_OK : error;
}

VaultError
vault_writer_next (Vault *vault, uint64_t *ret_seq, uint8_t ret_prev[32], VaultFault *fault)
{
  WriterRow *row = vault_writer_row (vault, vault->writer);
  VaultError error;

  if (row == NULL || row->seq == 0)
    {
      *ret_seq = 1;
      memset (ret_prev, 0, 32);
      return VAULT_OK;
    }
  error = whole_hash (vault, row, fault);
  if (error != VAULT_OK)
    return error;
  *ret_seq = row->seq + 1;
  memcpy (ret_prev, row->hash, 32);
  return VAULT_OK;
}

uint64_t
vault_writer (const Vault *vault)
{
  return vault->writer;
}

size_t
vault_writer_label (const Vault *vault, uint64_t writer, char *ret_label, size_t room)
{
  const DeviceRow *device = last_device (vault, writer);
  size_t n = device != NULL ? device->size - 8 : 0;

  if (n >= room)
    n = room - 1;
  if (n > 0)
    memcpy (ret_label, device->body + 8, n);
  ret_label[n] = '\0';
  return n;
}

void
vault_writers_clear (Vault *vault)
{
  free (vault->writers);
  vault->writers = NULL;
  vault->n_writers = 0;
}
