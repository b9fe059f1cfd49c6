/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the journal: every record and snapshot of every writer, from either of its two copies,
 * and making a lost copy good from the other. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup.h"
#include "files.h"
#include "gaps.h"
#include "sealed.h"

#define RECORD_MAX ((size_t) 1024 * 1024 * 1024)

static const char *const journals[] = { "j", "j2" };

/* Names of patients stand in record texts: they stay out of core dumps. */
Payload *
vault_payload_new (size_t size)
{
  Payload *payload = mmap (NULL, sizeof *payload + size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (payload == MAP_FAILED)
    return NULL;
  madvise (payload, sizeof *payload + size, MADV_DONTDUMP);
  payload->size = size;
  return payload;
}

void
vault_payload_free (Payload *payload)
{
  size_t size = sizeof *payload + payload->size;

  sodium_memzero (payload, size);
  munmap (payload, size);
}

/* Opens a record or snapshot that is in memory. */
static VaultError
unseal (Vault *vault, const uint8_t *file, size_t size, bool is_snapshot, Payload **ret_payload,
        Record *ret_record, uint64_t *ret_chunk)
{
  SealedReader sealed;
  Payload *payload = NULL;
  VaultError error =
      vault_sealed_open (&sealed, -1, file, size, is_snapshot ? SEALED_SNAPSHOT : SEALED_RECORD,
                         vault->keys, vault->uuid);

  if (error == VAULT_OK && (payload = vault_payload_new (sealed.plain_size)) == NULL)
    error = VAULT_ERROR_NO_MEMORY;
  if (error == VAULT_OK)
    error = vault_sealed_pread (&sealed, 0, payload->bytes, payload->size, ret_chunk);
  if (error == VAULT_OK)
    error = vault_record_parse (payload->bytes, payload->size, is_snapshot, ret_record);
  vault_sealed_close (&sealed);
  if (error != VAULT_OK)
    {
      if (payload != NULL)
        vault_payload_free (payload);
      return error;
    }
  payload->writer = ret_record->writer;
  payload->seq = ret_record->seq;
  payload->first = ret_record->first;
  payload->is_snapshot = is_snapshot;
  *ret_payload = payload;
  return VAULT_OK;
}

static VaultError
read_copy (Vault *vault, size_t copy, const JournalFile *found, Payload **ret_payload,
           Record *ret_record, VaultFault *fault)
{
  char path[VAULT_PATH_MAX];
  uint8_t *file = NULL;
  size_t size;
  uint64_t chunk = UINT64_MAX;
  VaultError error;

  vault_record_path (journals[copy], found->writer, found->is_snapshot, found->seq, found->hash,
                     path);
  error = vault_file_read (vault->root, path, RECORD_MAX, &file, &size, fault);
  if (error != VAULT_OK)
    return error;
  error = unseal (vault, file, size, found->is_snapshot, ret_payload, ret_record, &chunk);
  free (file);
  /* An authentic record under another's name. */
  if (error == VAULT_OK && (ret_record->writer != found->writer || ret_record->seq != found->seq))
    {
      vault_payload_free (*ret_payload);
      error = VAULT_ERROR_DAMAGED;
    }
  if (error != VAULT_OK)
    {
      vault_fail (fault, path, error);
      if (fault != NULL)
        fault->chunk = chunk;
      return error;
    }
  memcpy ((*ret_payload)->hash, found->hash, sizeof found->hash);
  (*ret_payload)->is_file = true;
  return VAULT_OK;
}

/* Writes one copy anew with the bytes of the other. What cannot be written, on a medium that is
 * read-only, is not healed, and the check tells. */
static void
heal_copy (Vault *vault, const JournalFile *found, size_t from, size_t to)
{
  char source[VAULT_PATH_MAX], target[VAULT_PATH_MAX], folder[32];
  uint8_t *file = NULL, hash[32];
  size_t size;

  vault_record_path (journals[from], found->writer, found->is_snapshot, found->seq, found->hash,
                     source);
  vault_record_path (journals[to], found->writer, found->is_snapshot, found->seq, found->hash,
                     target);
  if (vault_file_read (vault->root, source, RECORD_MAX, &file, &size, NULL) != VAULT_OK)
    return;
  vault_b2 (hash, sizeof hash, file, size, NULL);
  snprintf (folder, sizeof folder, "%s/%016llx", journals[to], (unsigned long long) found->writer);
  if (memcmp (hash, found->hash, sizeof found->hash) == 0 &&
      vault_folder_make (vault->root, journals[to], NULL) == VAULT_OK &&
      vault_folder_make (vault->root, folder, NULL) == VAULT_OK &&
      vault_file_write (vault->root, target, file, size, NULL) == VAULT_OK &&
      vault_folder_sync (vault->root, folder, NULL) == VAULT_OK)
    vault_note (vault, VAULT_NOTICE_HEALED, target, found->writer, found->seq);
  free (file);
}

/* A second copy is not read at every opening; its size tells what a sync tool or a crash cut. */
static bool
second_copy_stands (Vault *vault, const JournalFile *found)
{
  struct stat sizes[2];

  for (size_t i = 0; i < 2; i++)
    {
      char path[VAULT_PATH_MAX];

      vault_record_path (journals[i], found->writer, found->is_snapshot, found->seq, found->hash,
                         path);
      if (fstatat (vault->root, path, &sizes[i], AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    }
  return sizes[0].st_size == sizes[1].st_size;
}

static void
fold_payload (Vault *vault, Payload *payload, const Record *record, const char *file)
{
  VaultFault fault;

  payload->next = vault->payloads;
  vault->payloads = payload;
  if (vault_fold_record (&vault->fold, record, &vault->read_only) != VAULT_OK)
    {
      vault_fail (&fault, file, VAULT_ERROR_DAMAGED);
      vault_note_damage (vault, &fault);
    }
}

static void
load_record (Vault *vault, const JournalFile *found)
{
  Payload *payload = NULL;
  Record record;
  VaultFault fault;
  char path[VAULT_PATH_MAX];
  bool first = read_copy (vault, 0, found, &payload, &record, &fault) == VAULT_OK;

  if (!first && read_copy (vault, 1, found, &payload, &record, NULL) != VAULT_OK)
    {
      vault_note_damage (vault, &fault);
      return;
    }
  if (!first)
    heal_copy (vault, found, 1, 0);
  else if (!second_copy_stands (vault, found))
    heal_copy (vault, found, 0, 1);
  vault_record_path ("j", found->writer, found->is_snapshot, found->seq, found->hash, path);
  fold_payload (vault, payload, &record, path);
  vault_writer_saw (vault, &record, found->hash, sizeof found->hash);
}

static bool
is_loaded (const Vault *vault, const Record *record, const uint8_t *hash)
{
  for (const Payload *payload = vault->payloads; payload != NULL; payload = payload->next)
    if (payload->is_file && payload->writer == record->writer && payload->seq == record->seq &&
        payload->is_snapshot == record->is_snapshot &&
        memcmp (payload->hash, hash, sizeof payload->hash) == 0)
      return true;
  return false;
}

/* A copy that a sync tool put aside under a name of its own: what it says counts. */
static void
load_stray (Vault *vault, const JournalFile *found)
{
  Payload *payload = NULL;
  Record record;
  uint8_t *file = NULL, hash[32];
  size_t size;
  uint64_t chunk;

  if (vault_file_read (vault->root, found->stray, RECORD_MAX, &file, &size, NULL) != VAULT_OK)
    return;
  vault_b2 (hash, sizeof hash, file, size, NULL);
  if (unseal (vault, file, size, false, &payload, &record, &chunk) == VAULT_OK ||
      unseal (vault, file, size, true, &payload, &record, &chunk) == VAULT_OK)
    {
      vault_note (vault, VAULT_NOTICE_CONFLICT, found->stray, record.writer, record.seq);
      if (is_loaded (vault, &record, hash))
        vault_payload_free (payload);
      else
        {
          memcpy (payload->hash, hash, sizeof payload->hash);
          fold_payload (vault, payload, &record, found->stray);
          vault_writer_saw (vault, &record, hash, sizeof hash);
        }
    }
  free (file);
}

static bool
holds_bundles (Vault *vault)
{
  CopyList files;
  bool any = false;

  if (vault_copy_list (vault->root, &files) != VAULT_OK)
    return true;
  for (size_t i = 0; i < files.n && !any; i++)
    any = files.files[i].stage == STAGE_BUNDLES;
  vault_copy_list_clear (&files);
  return any;
}

/* A vault without its journal is not an empty one, unless it holds nothing: sync tools carry no
 * empty folders. One of the two can be made anew. */
static void
note_missing_journal (Vault *vault)
{
  struct stat info;
  VaultFault fault;

  for (size_t i = 0; i < 2; i++)
    if (fstatat (vault->root, journals[i], &info, 0) == 0)
      return;
  if (!holds_bundles (vault))
    return;
  for (size_t i = 0; i < 2; i++)
    {
      vault_fail (&fault, journals[i], VAULT_ERROR_MISSING);
      vault_note_damage (vault, &fault);
    }
}

void
vault_journal_load (Vault *vault)
{
  Listing listing;

  note_missing_journal (vault);
  vault_journal_list (vault->root, &listing);
  for (uint32_t i = 0; i < listing.n; i++)
    if (listing.rows[i].stray != NULL)
      load_stray (vault, &listing.rows[i]);
    else
      load_record (vault, &listing.rows[i]);
  vault_listing_clear (&listing);
  vault_writers_measure (vault);
  vault_gaps_forgive (vault);
  vault_local_judge (vault);
}

static void
check_copy (Vault *vault, size_t copy, const JournalFile *found, VaultJournalFunc func, void *data)
{
  char path[VAULT_PATH_MAX];
  uint8_t *file = NULL, hash[32];
  size_t size = 0;
  Payload *payload = NULL;
  Record record;
  VaultError error = read_copy (vault, copy, found, &payload, &record, NULL);

  vault_record_path (journals[copy], found->writer, found->is_snapshot, found->seq, found->hash,
                     path);
  if (error == VAULT_OK)
    {
      vault_payload_free (payload);
      error = vault_file_read (vault->root, path, RECORD_MAX, &file, &size, NULL);
    }
  if (error == VAULT_OK)
    {
      vault_b2 (hash, sizeof hash, file, size, NULL);
      if (memcmp (hash, found->hash, sizeof found->hash) != 0)
        error = VAULT_ERROR_DAMAGED;
    }
  free (file);
  func (path, error == VAULT_ERROR_NOT_FOUND ? VAULT_ERROR_MISSING : error, size, data);
}

void
vault_journal_check (Vault *vault, VaultJournalFunc func, void *data)
{
  Listing listing;

  vault_journal_list (vault->root, &listing);
  for (uint32_t i = 0; i < listing.n; i++)
    for (size_t copy = 0; copy < 2 && listing.rows[i].stray == NULL; copy++)
      check_copy (vault, copy, &listing.rows[i], func, data);
  vault_listing_clear (&listing);
}

static bool
covers (const Vault *vault, uint64_t writer, bool is_snapshot, uint64_t seq, const uint8_t *hash)
{
  const WriterRow *row = vault_writer_row (vault, writer);

  if (row == NULL || row->forked)
    return false;
  for (const Payload *payload = vault->payloads; payload != NULL; payload = payload->next)
    {
      bool same = payload->is_snapshot == is_snapshot && payload->seq == seq &&
                  memcmp (payload->hash, hash, sizeof payload->hash) == 0;

      if (payload->writer != writer || !payload->is_file || !payload->is_snapshot)
        continue;
      if (!same && payload->first <= seq && seq <= payload->seq &&
          (!is_snapshot || seq < payload->seq))
        return true;
    }
  return false;
}

bool
vault_file_obsolete (Vault *vault, const char *path)
{
  JournalFile found;
  uint8_t name[32];
  int64_t bundle;
  bool obsolete = false;

  pthread_rwlock_rdlock (&vault->tables);
  if (vault_record_path_parse (path, &found))
    obsolete = covers (vault, found.writer, found.is_snapshot, found.seq, found.hash);
  else if (vault_bundle_path_parse (path, name))
    {
      bundle = vault_fold_find_bundle (&vault->fold, name);
      obsolete = bundle >= 0 && vault->fold.bundles[bundle].living == 0 &&
                 faccessat (vault->root, path, F_OK, 0) != 0;
    }
  pthread_rwlock_unlock (&vault->tables);
  return obsolete;
}
