/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the journal: every record of every writer, from either of its two copies. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bytes.h"
#include "files.h"
#include "sealed.h"
#include "vault_private.h"

#define RECORD_MAX ((size_t) 1024 * 1024 * 1024)
#define NAME_SIZE 27 /* seq10 - hash16 */

typedef struct
{
  char writer[17];
  char name[NAME_SIZE + 1];
  uint64_t writer_id, seq;
  uint8_t hash[8];
} Found;

typedef struct
{
  Found *rows;
  size_t n;
} Listing;

/* Names carry names of patients nowhere, but record texts do: they stay out of core dumps. */
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

void
vault_note_damage (Vault *vault, const VaultFault *fault)
{
  VaultFault *grown = realloc (vault->damages, sizeof *grown * (vault->n_damages + 1));

  if (grown == NULL)
    return;
  vault->damages = grown;
  grown[vault->n_damages++] = *fault;
}

const Head *
vault_head_of (const Vault *vault, uint64_t writer)
{
  for (size_t i = 0; i < vault->n_heads; i++)
    if (vault->heads[i].writer == writer)
      return &vault->heads[i];
  return NULL;
}

bool
vault_head_set (Vault *vault, uint64_t writer, uint64_t seq, const uint8_t *hash, size_t hash_size)
{
  Head *head = (Head *) vault_head_of (vault, writer);

  if (head == NULL)
    {
      Head *grown = realloc (vault->heads, sizeof *grown * (vault->n_heads + 1));

      if (grown == NULL)
        return false;
      vault->heads = grown;
      head = &grown[vault->n_heads++];
      memset (head, 0, sizeof *head);
      head->writer = writer;
    }
  head->seq = seq;
  memset (head->hash, 0, sizeof head->hash);
  memcpy (head->hash, hash, hash_size);
  return true;
}

static int
hex_value (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
parse_hex (const char *text, size_t bytes, uint8_t *out)
{
  for (size_t i = 0; i < bytes; i++)
    {
      int high = hex_value (text[2 * i]), low = high < 0 ? -1 : hex_value (text[2 * i + 1]);

      if (low < 0)
        return false;
      out[i] = (uint8_t) (high << 4 | low);
    }
  return true;
}

/* Names of the exact pattern alone: what sync tools leave beside them is nothing of ours. */
static bool
parse_names (const char *writer, const char *name, Found *found)
{
  uint8_t id[8];

  if (strlen (writer) != 16 || !parse_hex (writer, 8, id) || strlen (name) != NAME_SIZE ||
      name[10] != '-' || !parse_hex (name + 11, 8, found->hash))
    return false;
  found->writer_id = 0;
  for (size_t i = 0; i < 8; i++)
    found->writer_id = found->writer_id << 8 | id[i];
  found->seq = 0;
  for (size_t i = 0; i < 10; i++)
    {
      if (name[i] < '0' || name[i] > '9')
        return false;
      found->seq = found->seq * 10 + (uint64_t) (name[i] - '0');
    }
  memcpy (found->writer, writer, 17);
  memcpy (found->name, name, NAME_SIZE + 1);
  return true;
}

static bool
add_found (Listing *listing, const Found *found)
{
  if ((listing->n & (listing->n - 1)) == 0)
    {
      Found *grown =
          realloc (listing->rows, sizeof *grown * (listing->n == 0 ? 1 : listing->n * 2));

      if (grown == NULL)
        return false;
      listing->rows = grown;
    }
  listing->rows[listing->n++] = *found;
  return true;
}

static DIR *
open_folder (int root, const char *folder)
{
  int fd = openat (root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL && fd >= 0)
    close (fd);
  return dir;
}

static void
list_writer (int root, const char *journal, const char *writer, Listing *listing)
{
  char folder[VAULT_PATH_MAX];
  DIR *dir;
  struct dirent *entry;
  Found found;

  snprintf (folder, sizeof folder, "%s/%.16s", journal, writer);
  dir = open_folder (root, folder);
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (parse_names (writer, entry->d_name, &found))
      add_found (listing, &found);
  if (dir != NULL)
    closedir (dir);
}

static void
list_journal (int root, const char *journal, Listing *listing)
{
  DIR *dir = open_folder (root, journal);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (strlen (entry->d_name) == 16)
      list_writer (root, journal, entry->d_name, listing);
  if (dir != NULL)
    closedir (dir);
}

static int
compare_found (const void *a, const void *b)
{
  const Found *left = a, *right = b;
  int order = strcmp (left->writer, right->writer);

  return order != 0 ? order : strcmp (left->name, right->name);
}

static VaultError
read_copy (Vault *vault, const char *journal, const Found *found, Payload **ret_payload,
           Record *ret_record, VaultFault *fault)
{
  char path[VAULT_PATH_MAX];
  uint8_t *file = NULL;
  size_t size;
  SealedReader sealed;
  Payload *payload = NULL;
  uint64_t chunk = UINT64_MAX;
  VaultError error;

  snprintf (path, sizeof path, "%s/%s/%s", journal, found->writer, found->name);
  error = vault_file_read (vault->root, path, RECORD_MAX, &file, &size, fault);
  if (error != VAULT_OK)
    return error;
  error = vault_sealed_open (&sealed, -1, file, size, SEALED_RECORD, vault->keys, vault->uuid);
  if (error == VAULT_OK && (payload = vault_payload_new (sealed.plain_size)) == NULL)
    error = VAULT_ERROR_NO_MEMORY;
  if (error == VAULT_OK)
    error = vault_sealed_pread (&sealed, 0, payload->bytes, payload->size, &chunk);
  if (error == VAULT_OK)
    error = vault_record_parse (payload->bytes, payload->size, ret_record);
  /* An authentic record under another's name. */
  if (error == VAULT_OK &&
      (ret_record->writer != found->writer_id || ret_record->seq != found->seq))
    error = VAULT_ERROR_DAMAGED;
  vault_sealed_close (&sealed);
  free (file);
  if (error == VAULT_OK)
    {
      *ret_payload = payload;
      return VAULT_OK;
    }
  if (payload != NULL)
    vault_payload_free (payload);
  vault_fail (fault, path, error);
  if (fault != NULL)
    fault->chunk = chunk;
  return error;
}

static void
load_record (Vault *vault, const Found *found)
{
  Payload *payload = NULL;
  Record record;
  VaultFault fault;
  const Head *head = vault_head_of (vault, found->writer_id);
  static const uint8_t none[32];

  if (read_copy (vault, "j", found, &payload, &record, &fault) != VAULT_OK &&
      read_copy (vault, "j2", found, &payload, &record, NULL) != VAULT_OK)
    {
      vault_note_damage (vault, &fault);
      return;
    }
  payload->next = vault->payloads;
  vault->payloads = payload;
  /* A gap in the chain: a record of this writer is missing between the last one and this. */
  if (memcmp (record.prev, head != NULL ? head->hash : none, 8) != 0 &&
      (head == NULL || head->seq != record.seq))
    {
      vault_fail (&fault, found->name, VAULT_ERROR_MISSING);
      vault_note_damage (vault, &fault);
    }
  if (vault_fold_record (&vault->fold, &record, &vault->read_only) != VAULT_OK)
    {
      vault_fail (&fault, found->name, VAULT_ERROR_DAMAGED);
      vault_note_damage (vault, &fault);
    }
  vault_head_set (vault, found->writer_id, found->seq, found->hash, sizeof found->hash);
}

/* Every record once, in the order of its writer's numbers. */
static void
list_records (Vault *vault, Listing *listing)
{
  size_t kept = 0;

  list_journal (vault->root, "j", listing);
  list_journal (vault->root, "j2", listing);
  if (listing->n > 0)
    qsort (listing->rows, listing->n, sizeof *listing->rows, compare_found);
  for (size_t i = 0; i < listing->n; i++)
    if (kept == 0 || compare_found (&listing->rows[kept - 1], &listing->rows[i]) != 0)
      listing->rows[kept++] = listing->rows[i];
  listing->n = kept;
}

/* A vault without its journal is not an empty one. */
static void
note_missing_journal (Vault *vault)
{
  static const char *const journals[] = { "j", "j2" };

  for (size_t i = 0; i < 2; i++)
    {
      VaultFault fault;
      DIR *dir = open_folder (vault->root, journals[i]);

      if (dir != NULL)
        closedir (dir);
      else
        {
          vault_fail (&fault, journals[i], VAULT_ERROR_MISSING);
          vault_note_damage (vault, &fault);
        }
    }
}

void
vault_journal_load (Vault *vault)
{
  Listing listing = { 0 };

  note_missing_journal (vault);

  list_records (vault, &listing);
  for (size_t i = 0; i < listing.n; i++)
    load_record (vault, &listing.rows[i]);
  free (listing.rows);
}

/* A copy that is not there is no finding: a crash between the two leaves one, and one is enough. */
static void
check_copy (Vault *vault, const char *journal, const Found *found, VaultJournalFunc func,
            void *data)
{
  char path[VAULT_PATH_MAX];
  Payload *payload = NULL;
  Record record;
  VaultError error = read_copy (vault, journal, found, &payload, &record, NULL);

  snprintf (path, sizeof path, "%s/%s/%s", journal, found->writer, found->name);
  if (error != VAULT_ERROR_NOT_FOUND)
    func (path, error, payload != NULL ? payload->size : 0, data);
  if (payload != NULL)
    vault_payload_free (payload);
}

void
vault_journal_check (Vault *vault, VaultJournalFunc func, void *data)
{
  Listing listing = { 0 };

  list_records (vault, &listing);
  for (size_t i = 0; i < listing.n; i++)
    {
      check_copy (vault, "j", &listing.rows[i], func, data);
      check_copy (vault, "j2", &listing.rows[i], func, data);
    }
  free (listing.rows);
}
