/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault: keys, sealed files, bundles and the journal. The one public header of crypto/.
 *
 * A vault is a folder of write-once files, described byte for byte in crypto/FORMAT.md. This layer
 * knows members (byte strings with a name and a role), opaque entities with fields, and how to keep
 * both safe; what they mean is the caller's business.
 *
 * Threads: a Vault may be used from several threads at once for reading (members, find, encode,
 * hash). One transaction may be open at a time; its bundles may be filled from different threads,
 * one thread a bundle; begin, add_bundle, set, commit and abort are serialised by the caller.
 *
 * Errors: every function that can fail returns a VaultError; outputs are set only on VAULT_OK. A
 * VaultFault, where accepted, may be NULL and is filled in when something on disk is to blame. It
 * never holds a name, a passphrase or a key.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C"
{
#endif

  typedef struct Vault Vault;             /* an unlocked vault */
  typedef struct VaultTxn VaultTxn;       /* what becomes visible together, or not at all */
  typedef struct VaultBundle VaultBundle; /* a bundle being written */
  typedef struct VaultMember VaultMember; /* a member opened for reading */

  typedef enum
  {
    VAULT_OK = 0,
    VAULT_ERROR_SECRET,   /* the passphrase or recovery key does not open this vault */
    VAULT_ERROR_SLOT,     /* no passphrase slot is left undamaged */
    VAULT_ERROR_DAMAGED,  /* bytes on disk are not what was written */
    VAULT_ERROR_MISSING,  /* a file or member that the journal names is not there */
    VAULT_ERROR_ARRIVING, /* the same, but another computer wrote it and it was never seen here */
    VAULT_ERROR_FOREIGN,  /* a sealed file that belongs to another vault */
    VAULT_ERROR_NOT_A_VAULT, /* no vault.id in that folder */
    VAULT_ERROR_NEWER,       /* written by a newer format than this program reads */
    VAULT_ERROR_NO_MEMORY,   /* not enough memory, or not enough free for the key derivation */
    VAULT_ERROR_BUSY,        /* open in another process of this computer */
    VAULT_ERROR_EXISTS,      /* a vault, or something else, is already there */
    VAULT_ERROR_NOT_FOUND,   /* no such folder, member or field */
    VAULT_ERROR_FULL,        /* disk or quota full (ENOSPC, EDQUOT) */
    VAULT_ERROR_PERMISSION,  /* EACCES, EPERM, EROFS */
    VAULT_ERROR_IO,          /* any other failure of the system; VaultFault.sys_errno says which */
    VAULT_ERROR_CHANGED,     /* a source gave other bytes the second time it was read */
    VAULT_ERROR_CANCELLED,   /* a callback asked to stop */
    VAULT_ERROR_ARGUMENT,    /* a bug of the caller */
    VAULT_ERROR_REMOVED      /* the passphrase is the right one for a slot that was removed */
  } VaultError;

  typedef struct
  {
    char file[192];         /* path inside the vault, "" if no file is to blame */
    uint64_t chunk;         /* index of the sealed chunk, UINT64_MAX if unknown */
    bool has_member;        /* member below is valid */
    uint8_t member[32];     /* id of the member that is affected */
    int sys_errno;          /* errno of the system call that failed, 0 if none */
    uint32_t damaged_slots; /* after vault_open: slots that are damaged in both copies, or another
                               vault's, so that nobody knows which passphrase they were for */
  } VaultFault;

  /* A constant English sentence for logs and tests; people see ui/words.c instead. */
  const char *vault_error_text (VaultError error);

  /* Prepares libsodium. Call once before anything else, from any thread. */
  VaultError vault_init (void);

  /* Guarded, locked memory that is wiped when freed (sodium_malloc). For keys, passphrases and
   * recovery sheets. Returns NULL when no memory is left. Contents start zeroed. */
  void *vault_secure_alloc (size_t size);
  void vault_secure_free (void *memory);

  /* Fills buf with n random bytes from the system's generator. */
  void vault_random (void *buf, size_t n);

#define VAULT_ID_SIZE 32    /* a member's id: BLAKE2b-256 of its bytes under a key of this vault */
#define VAULT_SHEET_SIZE 48 /* 36 characters in nine groups, eight dashes, NUL, rounded up */
#define VAULT_KEY_SIZE 32
#define VAULT_BLOCK_SIZE ((size_t) 256 * 1024)
#define VAULT_BUNDLE_TARGET \
  ((uint64_t) 12 * 1024 * 1024) /* a bundle is closed at this stored size */

  typedef struct
  {
    uint32_t ops;     /* Argon2id passes, 1..16 */
    uint32_t mem_kib; /* Argon2id memory in KiB, 8192..1048576 */
  } VaultKdf;

  /* 3 passes over 256 MiB. */
  extern const VaultKdf vault_kdf_default;

  /* What one derivation of about a second takes on this computer: 256 MiB (less, but at least 64,
   * where little memory is free) and 3 passes or more. Takes about a second itself. Errors:
   * NO_MEMORY. */
  VaultError vault_kdf_calibrate (VaultKdf *ret_kdf);

  /* Makes a new vault in dir, which must not exist or be an empty folder, and opens it. Everything
   * is durable on return; on failure what was made is removed. passphrase: UTF-8, already in normal
   * form C, len bytes. kdf: NULL to calibrate one. ret_sheet: the recovery sheet's text,
   * "XXXX-XXXX-…" (nine groups), NUL-terminated; put it in secure memory. Errors: EXISTS,
   * NO_MEMORY, FULL, PERMISSION, IO, ARGUMENT (empty passphrase, KDF out of range). */
  VaultError vault_create (const char *dir, const char *passphrase, size_t len, const VaultKdf *kdf,
                           char ret_sheet[VAULT_SHEET_SIZE], Vault **ret_vault, VaultFault *fault);

  /* Opens a vault exclusively, reads its journal and folds it.
   * A damaged or missing journal record does not stop the opening: what is readable is folded and
   * the damage is counted (vault_damage_count). A damaged or missing copy of vault.id or of a slot
   * is written anew; when both copies of vault.id are lost, the sealed files prove the key. Errors:
   * NOT_FOUND, NOT_A_VAULT, NEWER, SECRET, REMOVED (a slot opened whose removal the journal tells
   * of, and no other), SLOT (no slot is left, or every own one is damaged),
   * FOREIGN (all slots are those of another vault), DAMAGED (the key does not fit the files), BUSY,
   * NO_MEMORY, PERMISSION, IO. */
  VaultError vault_open (const char *dir, const char *passphrase, size_t len, Vault **ret_vault,
                         VaultFault *fault);

  /* The same with the recovery sheet: 36 Crockford base32 characters; case, spaces and dashes are
   * ignored, O I L read as 0 1 1. No slot is needed. Errors: as vault_open; SECRET when the
   * checksum does not fit, FOREIGN when it does and the key is that of another vault. */
  VaultError vault_open_sheet (const char *dir, const char *sheet, size_t len, Vault **ret_vault,
                               VaultFault *fault);

  /* Looks for the one character in which what was typed differs from the sheet of the vault in dir.
   * The vault need not be open. ret_sheet: in secure memory. Errors: NOT_FOUND (nothing near it
   * opens this vault, or it is right already), NO_MEMORY, and those of opening a folder. */
  VaultError vault_sheet_suggest (const char *dir, const char *sheet, size_t len,
                                  char ret_sheet[VAULT_SHEET_SIZE], VaultFault *fault);

  /* Wipes the keys and everything that was read, releases the lock. NULL is fine. */
  void vault_close (Vault *vault);

  /* The vault's public id, 16 bytes. Valid until close. */
  const uint8_t *vault_uuid (const Vault *vault);

  /* The recovery sheet's text again, from the unlocked seed. */
  void vault_sheet (const Vault *vault, char ret_sheet[VAULT_SHEET_SIZE]);

  /* ---- passphrase slots; the caller serialises these ---- */

#define VAULT_SLOT_ID_SIZE 8
#define VAULT_SLOTS_MAX 64

  typedef enum
  {
    VAULT_SLOT_WHOLE,
    VAULT_SLOT_DAMAGED, /* both copies */
    VAULT_SLOT_FOREIGN, /* of another vault */
    VAULT_SLOT_UNKNOWN, /* of a kind that a newer program made */
    VAULT_SLOT_REMOVED  /* opens nothing any more, but its file could not be taken away yet */
  } VaultSlotState;

  typedef struct
  {
    uint8_t id[VAULT_SLOT_ID_SIZE];
    VaultSlotState state;
    VaultKdf kdf; /* zeros unless whole */
    bool opened;  /* this vault was opened with it */
  } VaultSlot;

  /* All slots, by id. Errors: NO_MEMORY. */
  VaultError vault_slot_list (Vault *vault, VaultSlot ret_slots[VAULT_SLOTS_MAX], size_t *ret_n,
                              VaultFault *fault);

  /* One passphrase more, UTF-8 in form C. kdf: NULL to calibrate one. Durable on return, read back
   * and opened. Errors: ARGUMENT (empty passphrase, KDF out of range, too many slots), NO_MEMORY,
   * DAMAGED (what was read back is not what was written), FULL, PERMISSION, IO. */
  VaultError vault_slot_add (Vault *vault, const char *passphrase, size_t len, const VaultKdf *kdf,
                             uint8_t ret_id[VAULT_SLOT_ID_SIZE], VaultFault *fault);

  /* Takes a slot away, durably: first a record says so, which works on a full disk too, then its
   * files go. Once the record is there, the passphrase opens the vault no more, here or wherever
   * the record comes to; if a file could then not be removed, that is told, and the slot is listed
   * as REMOVED until it can be. Older copies of the vault still open with it. No transaction may be
   * open. Errors: NOT_FOUND, ARGUMENT (it is the last whole one), NEWER, FULL, PERMISSION, IO. */
  VaultError vault_slot_remove (Vault *vault, const uint8_t id[VAULT_SLOT_ID_SIZE],
                                VaultFault *fault);

  /* Puts a new slot in the place of the one that opened the vault (after vault_open_sheet: adds
   * it); no bundle is touched. A crash in between leaves both. No transaction may be open. Errors:
   * as vault_slot_add and, for the record of the removal, NEWER: the old passphrase then opens as
   * before. After a failed sync (IO) both may open. */
  VaultError vault_passphrase_change (Vault *vault, const char *passphrase, size_t len,
                                      const VaultKdf *kdf, uint8_t ret_id[VAULT_SLOT_ID_SIZE],
                                      VaultFault *fault);

  /* Finishes removals: files of slots that are removed go, where they can. ret_left: how many slots
   * are left for a passphrase to open. None is possible: two computers may each have removed the
   * other's, and then only the recovery sheet opens the vault once it is closed. Errors: NO_MEMORY,
   * PERMISSION (the folder cannot be read, and so it is not known). */
  VaultError vault_slots_tend (Vault *vault, size_t *ret_left, VaultFault *fault);

  /* The same question of a vault that is not open, by the files alone: how many whole slots its
   * folder holds. Errors: as vault_slots_tend, and those of opening a folder. */
  VaultError vault_slots_count (const char *dir, size_t *ret_whole, VaultFault *fault);

  /* The key of one share: HMAC-SHA256(k6, "share1" || share_id). The only key that leaves crypto/.
   */
  void vault_share_key (const Vault *vault, const uint8_t share_id[16],
                        uint8_t ret_key[VAULT_KEY_SIZE]);

  /* Journal records that could not be read, from neither copy, when the vault was opened. The
   * second function describes the i-th. */
  size_t vault_damage_count (const Vault *vault);
  const VaultFault *vault_damage_at (const Vault *vault, size_t i);

  /* What was noticed when the vault was opened and hurts nothing that is kept. */
  typedef enum
  {
    VAULT_NOTICE_OLDER,      /* this computer has seen a later record of writer in this very folder:
                                records were removed, or an older state was put in their place */
    VAULT_NOTICE_OLDER_COPY, /* the same, in another folder: a copy of the vault that was made
                                earlier */
    VAULT_NOTICE_ARRIVING,   /* a record or bundle of another computer is named but not there yet */
    VAULT_NOTICE_FORK,       /* two records of one writer bear one number; both count */
    VAULT_NOTICE_CONFLICT,   /* a sync tool left a copy under another name; it counts if it is whole
                              */
    VAULT_NOTICE_HEALED,     /* a damaged or missing file was written anew from its second copy */
    VAULT_NOTICE_NOT_DURABLE /* this place cannot promise that what was written survives a power cut
                                (folders cannot be synced) */
  } VaultNoticeKind;

  typedef struct
  {
    VaultNoticeKind kind;
    char file[192];       /* path inside the vault, "" if none */
    uint64_t writer, seq; /* of the record that is meant; 0 if none */
  } VaultNotice;

  size_t vault_notice_count (const Vault *vault);
  const VaultNotice *vault_notice_at (const Vault *vault, size_t i);

  /* The owner knows that this copy is older and goes on with it: neither is raised
   * again for what is missing now. Errors: IO and its like, from the local state. */
  VaultError vault_accept_older (Vault *vault);

  /* What keeps this Vault from being all of the vault, for an owner who is about to part with it.
   * why: DAMAGED (file, a record, is lost, or file, a bundle, is named by no record and holds
   * originals that stand nowhere else: vault_repair), ARRIVING (of another computer and not here yet,
   * or it came since the vault was opened), MISSING (this computer has seen newer records in this
   * folder or another: vault_accept_older), NEWER (written by a program that knows more). */
  typedef void (*VaultIncompleteFunc) (VaultError why, const VaultFault *fault, void *data);
  /* Looks at names and at bundles that no record names; vault_check looks at the others. */
  void vault_incomplete (Vault *vault, VaultIncompleteFunc func, void *data);

  /* This computer's number among the writers of this vault, and the name that a computer gave
   * itself in the vault (sealed): UTF-8 of at most room - 1 bytes and NUL, "" if it gave none.
   * Returns its length. */
  uint64_t vault_writer (const Vault *vault);
#define VAULT_LABEL_SIZE 65
  size_t vault_writer_label (const Vault *vault, uint64_t writer, char *ret_label, size_t room);

  /* ---- ids ---- */

  /* The id of a byte string: equal bytes in this vault have equal ids; nobody without the key can
   * compute it. */
  void vault_hash (const Vault *vault, const void *data, size_t len, uint8_t ret_id[VAULT_ID_SIZE]);

  /* A source that is too large for memory: reads up to n bytes at offset into buf, returns how many
   * (0 = end), or -1 after a failure. */
  typedef int64_t (*VaultReadFunc) (void *data, uint64_t offset, void *buf, size_t n);

  /* As vault_hash for size bytes of a source. Errors: IO, CHANGED (shorter than size). */
  VaultError vault_hash_source (const Vault *vault, VaultReadFunc read, void *data, uint64_t size,
                                uint8_t ret_id[VAULT_ID_SIZE]);

  /* ---- writing ---- */

  typedef enum
  {
    VAULT_CODEC_RAW = 0,
    VAULT_CODEC_ZSTD = 1,
    VAULT_CODEC_PIXELS16 = 2 /* predicted 16-bit words, bytes apart, zstd: uncompressed pixels */
  } VaultCodec;

  typedef enum
  {
    VAULT_ROLE_ORIGINAL = 0,
    VAULT_ROLE_THUMBNAIL = 1,
    VAULT_ROLE_DERIVED = 2
  } VaultRole;

  typedef struct
  {
    uint8_t id[VAULT_ID_SIZE]; /* from vault_hash */
    VaultRole role;
    VaultCodec codec;
    uint64_t size;      /* of the original, bytes */
    uint64_t mtime;     /* seconds since 1970 */
    uint16_t columns;   /* for PIXELS16: words in a row of pixels, 0 if unknown */
    uint64_t pixels_at; /* for PIXELS16: where the pixels begin, bytes; a guess does no harm */
    const char *name;   /* raw bytes as found, need not be UTF-8; name_len <= 65535 */
    size_t name_len;
  } VaultMemberInfo;

  typedef struct VaultEncoded VaultEncoded; /* a member's blocks, compressed */

  /* Compresses a byte string into blocks as info's codec, columns and pixels_at say; the rest of
   * info is not looked at. Pure and thread-safe: the costly half of writing, to be done in
   * parallel. Free with vault_encoded_free. Errors: NO_MEMORY. */
  VaultError vault_encode (const void *data, size_t len, const VaultMemberInfo *info,
                           VaultEncoded **ret_encoded);
  void vault_encoded_free (VaultEncoded *encoded);
  uint64_t vault_encoded_size (const VaultEncoded *encoded); /* stored bytes */

  /* Starts a bundle in tmp/; sealed chunks are written as they fill, so memory use does not grow.
   */
  VaultError vault_bundle_begin (Vault *vault, VaultBundle **ret_bundle, VaultFault *fault);

  /* Appends a member. On failure the bundle can only be discarded. */
  VaultError vault_bundle_append (VaultBundle *bundle, const VaultMemberInfo *info,
                                  const VaultEncoded *encoded, VaultFault *fault);

  /* Appends a member of any size by reading it block by block; the id is computed on the way and
   * compared with info->id. Errors: also CHANGED, CANCELLED (read returned -1 gives IO). */
  VaultError vault_bundle_append_source (VaultBundle *bundle, const VaultMemberInfo *info,
                                         VaultReadFunc read, void *data, VaultFault *fault);

  /* Stored bytes so far; compare with VAULT_BUNDLE_TARGET. */
  uint64_t vault_bundle_size (const VaultBundle *bundle);

  /* Writes footer, padding and last chunk, and fsyncs the file. After this the bundle can be added
   * to a transaction. Costly, safe to call from any thread. */
  VaultError vault_bundle_finish (VaultBundle *bundle, VaultFault *fault);

  /* Throws a bundle away that was not added to a transaction. NULL is fine. */
  void vault_bundle_discard (VaultBundle *bundle);

  VaultError vault_txn_begin (Vault *vault, VaultTxn **ret_txn);

  /* Publishes a finished bundle under its final name; becomes part of the vault at commit. Takes
   * ownership. */
  VaultError vault_txn_add_bundle (VaultTxn *txn, VaultBundle *bundle, VaultFault *fault);

#define VAULT_FIELDS_OWN 0xFF00 /* fields from here up are the vault's own and nobody else's */
  /* Sets field of entity. Last writer wins by the hybrid clock of the record. entity: 1..64 bytes;
   * an empty value takes the field away. Copied. */
  VaultError vault_txn_set (VaultTxn *txn, const void *entity, size_t entity_len, uint16_t field,
                            const void *value, size_t value_len);

  /* Says that somebody relies on a member that is there already (a duplicate was imported): a
   * deletion on another computer that did not know of this does not take it away. Errors:
   * NOT_FOUND, NO_MEMORY. */
  VaultError vault_txn_keep (VaultTxn *txn, const uint8_t id[VAULT_ID_SIZE]);

  /* Deletes a member for good, with all that this computer has seen of it. Members that another
   * computer adds or keeps without having seen this stay. Its bytes go with vault_collect. Errors:
   * NOT_FOUND, NO_MEMORY; ARRIVING, DAMAGED: a record that has not come, or is lost, keeps this
   * computer from saying that it has seen all of the member; vault_repair gives lost ones up. */
  VaultError vault_txn_tombstone (VaultTxn *txn, const uint8_t id[VAULT_ID_SIZE]);

  /* The commit: fsyncs the touched folders, then writes the journal record durably, both copies. On
   * return everything in the transaction is durable and visible through this Vault (members,
   * fields). On failure nothing of it is; published bundles are removed if that is possible. Frees
   * txn either way. An empty transaction writes nothing. A transaction without bundles may use the
   * reserve in tmp/ when the disk is full, so that deleting works then. ret_first_bundle,
   * ret_bundles (may be NULL): range of bundle numbers that were added. */
  VaultError vault_txn_commit (VaultTxn *txn, uint32_t *ret_first_bundle, uint32_t *ret_bundles,
                               VaultFault *fault);
  void vault_txn_abort (VaultTxn *txn); /* NULL is fine */

  /* Reads a bundle back from the disk (page cache dropped first), decrypts all of it, decodes every
   * member and compares each id. Errors: DAMAGED, MISSING, IO. */
  VaultError vault_read_back (Vault *vault, uint32_t bundle, VaultFault *fault);

  /* Reads one stored member from the disk (page cache dropped first) and compares its id: whether a
   * file that is called a duplicate is really kept. Errors: NOT_FOUND, MISSING, ARRIVING, DAMAGED,
   * IO. */
  VaultError vault_member_verify (Vault *vault, const uint8_t id[VAULT_ID_SIZE], VaultFault *fault);

  /* Whether vault_txn_keep is enough for a member that is stored: it stands here on this computer's
   * own account, or every other computer knows that this one writes and will wait for it. Else
   * another one may be removing it just now, and the bytes have to be stored again. */
  bool vault_member_reliable (const Vault *vault, const uint8_t id[VAULT_ID_SIZE]);
  /* What this computer has seen of the journal, as bytes that may stand in a field: *ret_size of
   * them, a multiple of VAULT_SEEN_SIZE. NULL: no memory. Free with free. */
#define VAULT_SEEN_SIZE 16
  uint8_t *vault_seen (const Vault *vault, size_t *ret_size);
  /* Whoever had seen that much had seen everything that makes the member be there now. */
  bool vault_member_seen (const Vault *vault, const uint8_t id[VAULT_ID_SIZE], const uint8_t *seen,
                          size_t size);
  /* Somebody added the member or relies on it, and no deletion took that away. Where
   * vault_entry_find does not find it, it is lost, or its bundle's record is on its way. */
  bool vault_member_wanted (const Vault *vault, const uint8_t id[VAULT_ID_SIZE]);

  /* ---- space and speed ---- */

  typedef bool (*VaultProgressFunc) (uint64_t done, uint64_t total, void *data); /* false: stop */

#define VAULT_WAITING_MAX 16
  typedef struct
  {
    uint32_t bundles; /* files removed */
    uint64_t bytes;   /* of them, less what was written anew */
    uint32_t waiting; /* bundles that wait for other computers */
    size_t n_waiting_for;
    uint64_t waiting_for[VAULT_WAITING_MAX]; /* writers that have not seen the deletion */
  } VaultCollected;

  /* Gives the space of deleted members back. Bundles that hold deleted members beside others are
   * written anew without them; then bundles without a living member are removed, once every other
   * known computer has said that it saw the deletion, or at once when only_here is set. Safe to
   * stop and to repeat. Takes the write lock of the vault in between. Errors: FULL (what needed no
   * space was removed), IO, CANCELLED. */
  VaultError vault_collect (Vault *vault, bool only_here, VaultProgressFunc progress, void *data,
                            VaultCollected *ret_collected, VaultFault *fault);

  /* Folds this computer's records into a snapshot when there are many (or when forced: more than
   * one), and tells other computers what was seen when a deletion waits for that. To be called
   * after an import and some time after opening. Errors: FULL, IO. */
  VaultError vault_compact (Vault *vault, bool force, VaultFault *fault);

  /* ---- reading ---- */

  typedef struct
  {
    uint8_t id[VAULT_ID_SIZE];
    uint64_t size;   /* of the original, bytes */
    uint32_t bundle; /* number of the bundle that holds it */
    uint32_t index;  /* place inside that bundle */
    uint8_t role;    /* VaultRole */
    bool deleted;    /* by vault_txn_tombstone; never returned by vault_entry_find */
  } VaultEntry;

  /* All members that the journal names, in no particular order, deleted ones among them. Pointers
   * are valid until close. */
  size_t vault_entry_count (const Vault *vault);
  const VaultEntry *vault_entry_at (const Vault *vault, size_t i);
  const VaultEntry *vault_entry_find (const Vault *vault,
                                      const uint8_t id[VAULT_ID_SIZE]); /* or NULL */

  /* Bytes on disk of all bundles. */
  uint64_t vault_stored_bytes (const Vault *vault);

  /* Opens a member for random access; several threads may pread one VaultMember. Only the chunks
   * that are needed are read and authenticated. Errors: NOT_FOUND, MISSING, DAMAGED, FOREIGN,
   * PERMISSION, IO, NO_MEMORY. */
  VaultError vault_member_open (Vault *vault, const uint8_t id[VAULT_ID_SIZE],
                                VaultMember **ret_member, VaultFault *fault);
  uint64_t vault_member_size (const VaultMember *member);
  uint64_t vault_member_mtime (const VaultMember *member);
  /* Sets codec, columns and pixels_at of ret_info as the member is stored, so that it can be stored
   * the same way elsewhere. */
  void vault_member_storage (const VaultMember *member, VaultMemberInfo *ret_info);
  /* Raw bytes as imported, not NUL-terminated; valid until the member is closed. */
  const char *vault_member_name (const VaultMember *member, size_t *ret_len);

  /* Reads exactly n bytes at offset. Errors: ARGUMENT (beyond the end), DAMAGED, IO. */
  VaultError vault_member_pread (VaultMember *member, uint64_t offset, void *buf, size_t n,
                                 VaultFault *fault);
  void vault_member_close (VaultMember *member); /* NULL is fine */

  /* Calls func for the winning value of every (entity, field). Pointers are valid until the vault
   * is closed, and so may be kept. Return false from func to stop early. */
  typedef bool (*VaultFoldFunc) (const void *entity, size_t entity_len, uint16_t field,
                                 const void *value, size_t value_len, uint64_t clock_ms,
                                 void *data);
  void vault_fold (const Vault *vault, VaultFoldFunc func, void *data);

  /* The winning value of one field; NOT_FOUND if it was never set. Pointer valid until the vault is
   * closed. */
  VaultError vault_get (const Vault *vault, const void *entity, size_t entity_len, uint16_t field,
                        const void **ret_value, size_t *ret_len);

  /* ---- checking and healing ---- */

  typedef enum
  {
    VAULT_CHECK_QUICK, /* vault.id, slots and journal, both copies of each; presence and size of
                          every bundle and parity file */
    VAULT_CHECK_HASH,  /* also reads every byte and compares each file's hash with its name; only
                          what does not fit is decoded, to name the members */
    VAULT_CHECK_FULL   /* also authenticates and decodes every byte, compares every id and computes
                          parity anew */
  } VaultCheckLevel;

  typedef enum
  {
    VAULT_CHECK_OBJECT,  /* fine: one file was examined; bytes is its size */
    VAULT_CHECK_DAMAGED, /* fault says what: one call for each original that cannot be read from any
                            place, or one for the file when nothing is lost with it (second copies
                            and parity, what stands elsewhere too, thumbnails) */
    VAULT_CHECK_MISSING, /* the same for a file that the journal names and that is not there */
    VAULT_CHECK_ORPHAN,  /* a bundle that the journal does not name */
    VAULT_CHECK_ARRIVING, /* as MISSING, but another computer wrote it and it was never seen here */
    VAULT_CHECK_LOST      /* both copies of a record, and with them what it said */
  } VaultCheckKind;

  /* done, total: bytes of bundles and parity. */
  typedef bool (*VaultCheckFunc) (VaultCheckKind kind, const VaultFault *fault, uint64_t bytes,
                                  uint64_t done, uint64_t total, void *data);

  /* Examines the whole vault without changing it; func is called for each finding and each object,
   * and stops the check by returning false (CANCELLED). Findings about members come at the end. A
   * bundle without living members is no finding. Returns VAULT_OK when the check itself ran,
   * whatever it found. */
  VaultError vault_check (Vault *vault, VaultCheckLevel level, VaultCheckFunc func, void *data,
                          VaultFault *fault);

  /* Makes parity (FORMAT.md, Parity) for this computer's bundles that have none, and anew for those
   * that shared parity with a bundle that is gone; small groups are joined with their like. To be
   * called after an import and after vault_collect; others may read and write meanwhile, but not
   * protect or collect. Costs reading those bundles once. What was finished stays when it is
   * stopped. Errors: NEWER, FULL, IO, CANCELLED. */
  VaultError vault_protect (Vault *vault, VaultProgressFunc progress, void *data,
                            VaultFault *fault);

  typedef enum
  {
    VAULT_REPAIR_PROGRESS, /* a file was examined and is fine */
    VAULT_REPAIR_HEALED,   /* file was damaged or missing and stands again bit for bit */
    VAULT_REPAIR_ADOPTED,  /* file, a bundle that no record named, is part of the vault again; its
                              members have no entities yet */
    VAULT_REPAIR_LOST,     /* file, a record, is given up: nobody waits for it any more */
    VAULT_REPAIR_FAILED    /* file is damaged or missing and nothing is left to heal it from; it was
                              not touched. vault_check names the members */
  } VaultRepairKind;

  /* file: path inside the vault. Returns false to stop. */
  typedef bool (*VaultRepairFunc) (VaultRepairKind kind, const char *file, uint64_t done,
                                   uint64_t total, void *data);

  typedef struct
  {
    uint32_t healed, adopted, failed; /* files */
    uint64_t bytes;                   /* that were read to find out */
  } VaultRepaired;

  /* Heals what can be healed: vault.id, slots, records and snapshots from their second copies;
   * bundles from a copy of another name in o/, else from parity; parity from the bundles. Then
   * adopts bundles that no record names, but for those whose members are all deleted or stand
   * elsewhere, and gives up records that are lost. Nothing is ever removed or overwritten but by
   * bytes that prove to be the right ones. No transaction may be open: its bundles would be taken
   * for lost ones. Errors: NEWER, FULL, IO, CANCELLED; files that could not be healed are no error.
   */
  VaultError vault_repair (Vault *vault, VaultRepairFunc func, void *data,
                           VaultRepaired *ret_repaired, VaultFault *fault);

  /* Reads on through bundles and parity where the last scrub on this computer stopped, about budget
   * bytes, compares hashes and heals at once what does not fit. func (may be NULL) as for
   * vault_repair. Errors: as vault_repair. */
  VaultError vault_scrub (Vault *vault, uint64_t budget, VaultRepairFunc func, void *data,
                          VaultRepaired *ret_repaired, VaultFault *fault);

  /* Whether vault_protect makes parity; on unless set. What was made before stays and still heals.
   */
  void vault_set_parity (Vault *vault, bool on);

  /* ---- copying ---- */

  typedef struct
  {
    uint64_t files, bytes; /* written */
    uint64_t skipped;      /* were there already */
    uint64_t verified;     /* of these, read and compared, with verify_all */
    uint64_t removed;      /* dropped by the vault since the last copy */
    uint64_t damaged;      /* not copied: the vault's own file is damaged */
  } VaultCopyResult;

  /* Called behind every file that was looked at closely. damaged: the vault's own file is not what
   * was written once, and was left out. Return false to stop. */
  typedef bool (*VaultCopyFunc) (const char *file, bool damaged, uint64_t done, uint64_t total,
                                 void *data);

  /* Makes a complete copy of the vault in dest_dir, or brings one up to date: what is there is not
   * written again, what is written is read back and compared. At any moment the copy opens as it
   * was or as it is; one that was stopped goes on at the next call. verify_all: files that are
   * there are read and compared too. ret_result is set in any case. Errors: EXISTS (the folder
   * holds something else, or lies in the vault, or the vault in it), FOREIGN (another vault), FULL
   * (also beforehand, from the free space), PERMISSION, IO, CANCELLED. */
  VaultError vault_copy_to (Vault *vault, const char *dest_dir, bool verify_all,
                            VaultCopyFunc progress, void *data, VaultCopyResult *ret_result,
                            VaultFault *fault);

#ifdef __cplusplus
}
#endif
