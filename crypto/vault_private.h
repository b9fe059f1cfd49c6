/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An unlocked vault from inside. */
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include "keys.h"

#define ENTRY_SLAB 4096
#define VAULT_PATH_MAX 128

typedef struct
{
  uint8_t name[32], salt[32];
  uint64_t file_size;
  uint32_t n_members;
} BundleRow;

typedef struct
{
  const uint8_t *entity;
  const uint8_t *value;
  uint32_t value_len, hash;
  uint16_t field;
  uint8_t entity_len;
  uint64_t clock, writer;
} FieldRow;

/* The plain text of a record: fields point into it. */
typedef struct Payload Payload;
struct Payload
{
  Payload *next;
  size_t size;
  uint8_t bytes[];
};

/* Everything that the journal says, folded. */
typedef struct
{
  BundleRow *bundles;
  uint32_t n_bundles;
  VaultEntry **slabs; /* entries never move */
  uint32_t n_slabs, n_entries;
  FieldRow *fields;
  uint32_t n_fields;
  uint32_t *bundle_table, *entry_table, *field_table; /* open addressing; index + 1, 0 = free */
  uint32_t bundle_slots, entry_slots, field_slots;
  uint64_t stored_bytes;
  uint64_t clock; /* highest seen */
} Fold;

typedef struct
{
  uint64_t writer, seq; /* highest seq of a writer */
  uint8_t hash[32];     /* first 8 bytes of its file's hash */
} Head;

typedef struct BlockCache BlockCache;

struct Vault
{
  int root, lock_fd;
  VaultKeys *keys;
  uint8_t uuid[UUID_SIZE];
  uint64_t writer;
  pthread_rwlock_t tables; /* guards fold and heads against a commit */
  Fold fold;
  Payload *payloads;
  Head *heads;
  size_t n_heads;
  VaultFault *damages;
  size_t n_damages;
  bool read_only; /* an operation of a newer program asked for it */
  BlockCache *cache;
};

/* fold.c */
const VaultEntry *vault_fold_entry (const Fold *fold, uint32_t i);
void vault_fold_clear (Fold *fold);
/* Applies the operations of a record's payload, which must outlive the fold. Errors: DAMAGED,
 * NO_MEMORY. */
typedef struct
{
  uint64_t writer, seq, clock;
  uint8_t prev[32];
  uint32_t n_ops;
  const uint8_t *ops;
  size_t ops_size;
} Record;
VaultError vault_record_parse (const uint8_t *payload, size_t size, Record *ret_record);
VaultError vault_fold_record (Fold *fold, const Record *record, bool *ret_read_only);

/* journal.c */
void vault_journal_load (Vault *vault);
/* Reads both copies of every record again without folding them; func gets each file that is there.
 */
typedef void (*VaultJournalFunc) (const char *path, VaultError error, uint64_t size, void *data);
void vault_journal_check (Vault *vault, VaultJournalFunc func, void *data);
Payload *vault_payload_new (size_t size);
void vault_payload_free (Payload *payload);
const Head *vault_head_of (const Vault *vault, uint64_t writer);
bool vault_head_set (Vault *vault, uint64_t writer, uint64_t seq, const uint8_t *hash,
                     size_t hash_size);
void vault_note_damage (Vault *vault, const VaultFault *fault);

/* cache.c */
BlockCache *vault_cache_new (void);
void vault_cache_free (BlockCache *cache);
/* Copies n bytes from a cached block, or returns false. */
bool vault_cache_get (BlockCache *cache, uint32_t bundle, uint64_t block, size_t offset, void *buf,
                      size_t n);
void vault_cache_put (BlockCache *cache, uint32_t bundle, uint64_t block, const uint8_t *bytes,
                      size_t n);

/* local.c: what this computer remembers of the vault */
VaultError vault_local_writer (Vault *vault);
/* Holds the vault for this process alone. Errors: BUSY, IO. */
VaultError vault_lock (Vault *vault);

void vault_bundle_path (const uint8_t name[32], char ret_path[VAULT_PATH_MAX]);
