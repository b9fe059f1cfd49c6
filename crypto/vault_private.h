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
  uint32_t living;             /* members that are there and have their place here */
  uint64_t writer, seq, clock; /* of the record that added it */
} BundleRow;

#define PLACE_NONE UINT32_MAX

/* A MEMBERS or KEEP operation that names a member. */
typedef struct
{
  uint64_t writer, seq, clock;
  uint32_t bundle, index; /* bundle: PLACE_NONE for KEEP */
  bool moved;             /* a copy into a bundle that was written anew: a place, but no reason */
} AddStamp;

typedef struct
{
  AddStamp stamp;
  uint32_t next; /* index of the member's next one, 0 ends */
} AddRow;

/* A member. Where a single MEMBERS operation names it, as for most, its stamp is that of the
 * bundle; else all of them stand in Fold.adds. */
typedef struct
{
  VaultEntry entry; /* bundle and index: the place to read it from, or PLACE_NONE */
  uint32_t adds;    /* index of the first, 0: one place alone */
  bool
      wanted; /* nobody who wants it has deleted it; deleted all the same where no place is known */
} EntryRow;

typedef struct
{
  uint8_t id[32];
  uint64_t writer, seq;
  const uint8_t *heads; /* in a payload: n_heads × (writer u64, seq u64) */
  uint32_t n_heads;
  uint32_t next; /* index + 1 of another of the same id */
} TombRow;

typedef struct
{
  const uint8_t *entity;
  const uint8_t *value;
  uint32_t value_len, hash;
  uint16_t field;
  uint8_t entity_len;
  uint64_t clock, writer;
} FieldRow;

/* A PARITY operation; its body is parity_group.c's business. */
typedef struct
{
  const uint8_t *body;
  size_t size; /* 32 when only the name is known */
  uint64_t writer, seq, clock;
  bool gone; /* a PARITY_GONE names it */
} ParityRow;

/* Records that somebody gave up. */
typedef struct
{
  uint64_t writer, first, last;
} LossRow;

/* A DEVICE operation. */
typedef struct
{
  const uint8_t *body;
  size_t size;
  uint64_t writer, clock;
} DeviceRow;

/* The plain text of a record or snapshot: rows point into it. */
typedef struct Payload Payload;
struct Payload
{
  Payload *next;
  uint64_t writer, seq, first; /* first == seq for a record */
  uint8_t hash[8];             /* of its file, as in its name */
  bool is_snapshot;
  bool is_file; /* stands under its own name in j/ or j2/; not when superseded */
  size_t size;
  uint8_t bytes[];
};

/* Open addressing: index + 1, 0 = free; slots is a power of two. */
typedef struct
{
  uint32_t *table;
  uint32_t slots;
} IndexTable;

/* Everything that the journal says, folded. */
typedef struct
{
  BundleRow *bundles;
  EntryRow **slabs; /* entries never move */
  AddRow *adds;     /* [0] is never used */
  TombRow *tombs;
  FieldRow *fields;
  ParityRow *parities;
  DeviceRow *devices;
  LossRow *losses;
  uint32_t n_bundles, n_slabs, n_entries, n_adds, n_tombs, n_fields, n_parities, n_devices,
      n_losses;
  IndexTable by_name, by_id, tomb_by_id, by_field;
  uint64_t clock; /* highest seen */
} Fold;

/* What is known of a computer that writes here. */
typedef struct
{
  uint64_t writer, seq; /* its highest record; 0 when others name it and none is here */
  uint64_t whole;       /* all its records up to this one were read or given up */
  uint64_t clock;       /* of the highest */
  uint8_t hash[32];     /* of the highest record's file */
  size_t hash_size;     /* how many bytes of it are known */
  const uint8_t *heads; /* of the highest, in a payload */
  uint32_t n_heads;
  bool forked; /* two different records bear one number */
} WriterRow;

/* What this computer remembers of a writer, from all folders in which it saw the vault. */
typedef struct
{
  uint64_t writer, seq, complete; /* highest seen; up to which every bundle was seen here */
  bool own;                       /* it is, or was, this computer */
} LocalHead;

/* The same of one folder. */
typedef struct
{
  uint64_t writer, seq;
  uint64_t accepted; /* up to this one the owner goes on without what is missing */
} PlaceHead;

/* A folder in which the vault, or a copy of it, was opened: known by its vault.id. */
typedef struct
{
  uint64_t device, inode;
  uint64_t writer; /* as whom this computer writes there */
  uint64_t scrub;
  PlaceHead *heads;
  uint32_t n_heads;
} LocalPlace;

typedef struct
{
  bool known; /* read from the disk, not made up */
  LocalHead *heads;
  LocalPlace *places; /* the one that is open, then those before it */
  uint32_t n_heads, n_places;
} LocalState;

typedef struct BlockCache BlockCache;

struct Vault
{
  int root, lock_fd;
  int state_fd; /* the folder of local state, -1 if there is none */
  VaultKeys *keys;
  uint8_t uuid[UUID_SIZE];
  uint64_t writer;
  pthread_mutex_t writing; /* held by whoever adds to the journal */
  pthread_rwlock_t tables; /* guards fold and writers against a commit */
  Fold fold;
  Payload *payloads;
  WriterRow *writers;
  size_t n_writers;
  LocalState local;
  VaultFault *damages;
  size_t n_damages;
  VaultNotice *notices;
  size_t n_notices;
  bool no_parity; /* vault_set_parity */
  bool read_only; /* an operation of a newer program asked for it */
  bool stuck; /* a commit failed and may still come back after a crash: nothing more is written */
  BlockCache *cache;
};

/* record.c: the text of records and snapshots */
typedef enum
{
  OP_ADD_BUNDLE = 1,
  OP_MEMBERS = 2,
  OP_SET = 3,
  OP_STAMP = 4,
  OP_KEEP = 5,
  OP_TOMBSTONE = 6,
  OP_PARITY = 7,
  OP_DEVICE = 8,
  OP_RANGE = 9,
  OP_PARITY_GONE = 10,
  OP_LOST = 11,
  OP_BLOCKS_WRITERS = 0x80 /* an unknown operation with this bit: do not write */
} OpType;

#define RECORD_HEAD 62
#define OP_HEAD 5
#define MEMBER_ROW 41
#define MEMBER_MOVED 0x80 /* beside the role */

typedef struct
{
  uint64_t writer, seq, first, clock;
  uint8_t prev[32];
  const uint8_t *heads; /* n_heads × (writer u64, seq u64) */
  uint32_t n_heads, n_ops;
  const uint8_t *ops;
  size_t ops_size;
  bool is_snapshot;
} Record;

/* Errors: DAMAGED. */
VaultError vault_record_parse (const uint8_t *payload, size_t size, bool is_snapshot,
                               Record *ret_record);

typedef struct
{
  uint8_t type;
  const uint8_t *body;
  size_t size;
} Op;

/* Walks operations: call with *at = ops, *left = ops_size until it returns false; then *left is 0
 * unless they are damaged. */
bool vault_op_next (const uint8_t **at, size_t *left, Op *ret_op);

/* Operations being written. */
typedef struct
{
  uint8_t *bytes;          /* record head stays free in front; wiped when freed */
  size_t size, room, last; /* last: offset of the last operation */
  uint32_t n;
} OpBuffer;

/* Room for an operation's body of n bytes; NULL when there is no memory. */
uint8_t *vault_op_begin (OpBuffer *ops, uint8_t type, size_t n);
/* Puts an id behind the last operation when it is of that type, else into a new one. */
bool vault_op_add_id (OpBuffer *ops, uint8_t type, const uint8_t id[32]);
void vault_op_clear (OpBuffer *ops);

/* Builds a payload of the operations and publishes it durably, j2/ first. heads: as in Record. The
 * payload is not folded. ret_hash: b2 of the file. After a failure the files are gone again, or
 * vault->stuck is set. Errors: FULL, IO, NO_MEMORY. */
VaultError vault_record_publish (Vault *vault, bool is_snapshot, uint64_t seq, uint64_t clock,
                                 const uint8_t prev[32], const uint8_t *heads, uint32_t n_heads,
                                 const OpBuffer *ops, Payload **ret_payload, uint8_t ret_hash[32],
                                 VaultFault *fault);
/* journal: "j" or "j2" */
void vault_record_path (const char *journal, uint64_t writer, bool is_snapshot, uint64_t seq,
                        const uint8_t hash[8], char ret_path[VAULT_PATH_MAX]);

/* fold.c */
/* Applies the operations of a payload, which must outlive the fold. *ret_read_only is set when one
 * forbids writing. Errors: DAMAGED, NO_MEMORY. */
VaultError vault_fold_record (Fold *fold, const Record *record, bool *ret_read_only);
void vault_fold_clear (Fold *fold);

/* fold_table.c */
/* Room for one index more than used; hash_of tells the hash of an index that is in it. */
bool vault_table_grow (IndexTable *table, uint32_t used, uint32_t more,
                       uint32_t (*hash_of) (const Fold *fold, uint32_t index), const Fold *fold);
void vault_table_insert (IndexTable *table, uint32_t hash, uint32_t index);
/* The index + 1 at probe number i for a hash, 0 where the probing ends. */
uint32_t vault_table_at (const IndexTable *table, uint32_t hash, uint32_t i);
/* Room for one row behind n in an array that doubles; array: address of the pointer. */
bool vault_array_grow (void *array, uint32_t n, size_t row_size);

/* fold_members.c, fold_fields.c: operations; errors DAMAGED, NO_MEMORY */
VaultError vault_fold_bundle (Fold *fold, const Record *stamp, const uint8_t *body, size_t n);
VaultError vault_fold_members (Fold *fold, const Record *stamp, const uint8_t *body, size_t n);
VaultError vault_fold_keep (Fold *fold, const Record *stamp, const uint8_t *body, size_t n);
VaultError vault_fold_tombstone (Fold *fold, const Record *stamp, const uint8_t *body, size_t n);
VaultError vault_fold_set (Fold *fold, const Record *stamp, const uint8_t *body, size_t n);
/* The SET operation with this body, which stands in a folded payload, is the one that won. */
bool vault_fold_set_stands (const Fold *fold, const uint8_t *body, size_t n);

EntryRow *vault_fold_entry (const Fold *fold, uint32_t i);
EntryRow *vault_fold_find (const Fold *fold, const uint8_t id[32]); /* or NULL; also deleted ones */
int64_t vault_fold_find_bundle (const Fold *fold, const uint8_t name[32]); /* or -1 */
/* Calls func for every operation that names a member; false from func stops. */
typedef bool (*AddFunc) (const AddStamp *stamp, void *data);
void vault_fold_adds (const Fold *fold, const EntryRow *row, AddFunc func, void *data);
/* The places of a member, best first. Returns how many, at most max. */
size_t vault_fold_places (const Fold *fold, const EntryRow *row, AddStamp *ret_places, size_t max);
const TombRow *vault_fold_tomb (const Fold *fold, const uint8_t id[32]); /* the first, or NULL */
const TombRow *vault_fold_next_tomb (const Fold *fold, const TombRow *tomb);
/* One of a member's deletions takes away what record (writer, seq) says of it. */
bool vault_tombs_see (const Fold *fold, const TombRow *tombs, uint64_t writer, uint64_t seq);
/* Some living member has its place in this bundle. */
bool vault_bundle_alive (const Vault *vault, uint32_t bundle);

/* journal.c */
void vault_journal_load (Vault *vault);
/* Reads both copies of every record and snapshot again without folding them; func gets each of the
 * two, with MISSING for a copy that is not there. */
typedef void (*VaultJournalFunc) (const char *path, VaultError error, uint64_t size, void *data);
void vault_journal_check (Vault *vault, VaultJournalFunc func, void *data);
Payload *vault_payload_new (size_t size);
void vault_payload_free (Payload *payload);

/* journal_list.c: the names in j/ and j2/ */
typedef struct
{
  uint64_t writer, seq;
  uint8_t hash[8];
  bool is_snapshot;
  uint8_t copies; /* bit 0: in j/, bit 1: in j2/ */
  char *stray;    /* path of a file of another name, NULL for the ordinary */
} JournalFile;

typedef struct
{
  JournalFile *rows;
  uint32_t n;
} Listing;

/* Each record once; by writer, snapshots first, by seq. */
void vault_journal_list (int root, Listing *ret_listing);
void vault_listing_clear (Listing *listing);
/* "j/<writer>/<name>" or "j2/…": fills all but copies and stray. */
bool vault_record_path_parse (const char *path, JournalFile *ret_found);

/* writers.c */
WriterRow *vault_writer_row (const Vault *vault, uint64_t writer); /* or NULL */
/* Takes note of a record or snapshot that was read or written. hash: of its file, the bytes that
 * are known. */
void vault_writer_saw (Vault *vault, const Record *record, const uint8_t *hash, size_t hash_size);
/* Finds WriterRow.whole when all payloads are there. */
void vault_writers_measure (Vault *vault);
uint64_t vault_heads_seq (const uint8_t *heads, uint32_t n_heads, uint64_t writer); /* 0: none */
/* Every other computer that still counts has said that it saw record (writer, seq). The first that
 * has not goes to ret_missing (may be NULL). */
bool vault_writers_covered (const Vault *vault, uint64_t writer, uint64_t seq,
                            uint64_t *ret_missing);
/* The heads that a record written now would carry; free with free. */
uint8_t *vault_writer_heads (const Vault *vault, uint32_t *ret_n);
/* Number and chain of this computer's next record. Errors: those of reading its last one. */
VaultError vault_writer_next (Vault *vault, uint64_t *ret_seq, uint8_t ret_prev[32],
                              VaultFault *fault);
void vault_writers_clear (Vault *vault);

/* notice.c */
void vault_note_damage (Vault *vault, const VaultFault *fault);
void vault_note (Vault *vault, VaultNoticeKind kind, const char *file, uint64_t writer,
                 uint64_t seq);

/* txn.c */
/* Room for the body of an operation of a kind that only crypto/ knows; NULL: no memory. */
uint8_t *vault_txn_op (VaultTxn *txn, uint8_t type, size_t n);

/* cache.c */
BlockCache *vault_cache_new (void);
void vault_cache_free (BlockCache *cache);
/* Copies n bytes from a cached block, or returns false. */
bool vault_cache_get (BlockCache *cache, uint32_t bundle, uint64_t block, size_t offset, void *buf,
                      size_t n);
void vault_cache_put (BlockCache *cache, uint32_t bundle, uint64_t block, const uint8_t *bytes,
                      size_t n);

/* local.c: what this computer remembers of the vault */
/* Before the journal is read: which writer this computer was, and what it saw. */
VaultError vault_local_writer (Vault *vault);
/* Behind it: notices of what is older than remembered or still on its way, and the choice of the
 * writer number. */
void vault_local_judge (Vault *vault);
/* Remembers what is there now. Takes the tables. Not synced: losing it costs only the memory. */
void vault_local_save (Vault *vault);
/* The highest record of a writer that this computer saw in any folder, but for what the owner goes
 * without; 0 for none. */
uint64_t vault_local_had (const Vault *vault, uint64_t writer);
/* The writer is this computer, in this folder or another. */
bool vault_local_wrote (const Vault *vault, uint64_t writer);
/* Up to where all of a writer's records and bundles were once seen here. */
uint64_t vault_local_complete (const Vault *vault, uint64_t writer);
/* Something that this computer has seen is not here, and the owner did not say that it may be. */
bool vault_local_older (Vault *vault);
/* A bundle of another computer that was never seen here. */
bool vault_bundle_arriving (const Vault *vault, uint32_t bundle);
/* Where the scrub goes on. */
uint64_t vault_local_scrub_get (const Vault *vault);
void vault_local_scrub_set (Vault *vault, uint64_t position);
/* The slot that opened last here, by the vault's id; needs no key. */
bool vault_local_slot_get (const Vault *vault, uint8_t ret_id[8]);
void vault_local_slot_set (const Vault *vault, const uint8_t id[8]);

/* collect.c */
/* Every other computer has seen all that is said of the members which once stood in a bundle. The
 * first that has not goes to ret_missing (may be NULL). */
bool vault_bundle_dead_everywhere (const Vault *vault, uint32_t bundle, uint64_t *ret_missing);

/* lock.c */
/* Holds the vault for this process alone. Errors: BUSY, IO. */
VaultError vault_lock (Vault *vault);

/* member.c */
void vault_bundle_path (const uint8_t name[32], char ret_path[VAULT_PATH_MAX]);
/* "o/<2 hex>/<64 hex>" */
bool vault_bundle_path_parse (const char *path, uint8_t ret_name[32]);

/* journal.c */
/* A file of a copy of this vault that the vault itself has dropped for good: a record that a
 * snapshot covers, or a bundle without living members. path: relative, as in FORMAT.md. */
bool vault_file_obsolete (Vault *vault, const char *path);
