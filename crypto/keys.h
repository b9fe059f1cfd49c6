/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seed and what is derived from it (FORMAT.md, Keys). */
#pragma once

#include "vault.h"

#define SEED_SIZE 20
#define UUID_SIZE 16

typedef enum
{
  KEY_BUNDLE = 1,
  KEY_MEMBER_ID = 2,
  KEY_JOURNAL = 3,
  KEY_VAULT_ID = 4,
  KEY_LOCAL = 5,
  KEY_SHARE = 6,
  N_KEYS = 6
} KeyPurpose;

typedef struct
{
  uint8_t seed[SEED_SIZE];
  uint8_t key[N_KEYS + 1][VAULT_KEY_SIZE]; /* by KeyPurpose */
  bool by_slot;                            /* the vault was opened with a passphrase */
  uint8_t slot[VAULT_SLOT_ID_SIZE];        /* then: of which slot */
} VaultKeys;

/* Fills seed and key. Both live in secure memory of the caller. */
void vault_keys_derive (VaultKeys *keys, const uint8_t seed[SEED_SIZE]);

/* b2(data, n, key): unkeyed when key is NULL. */
void vault_b2 (uint8_t *out, size_t out_size, const void *data, size_t n,
               const uint8_t key[VAULT_KEY_SIZE]);

/* The sheet's 36 characters in groups, and back. Forgiving as vault_open_sheet says. */
void vault_sheet_write (const uint8_t seed[SEED_SIZE], char ret_sheet[VAULT_SHEET_SIZE]);
VaultError vault_sheet_read (const char *sheet, size_t len, uint8_t ret_seed[SEED_SIZE]);

/* Calls fits with the seed of every sheet that differs from this one in exactly one character and
 * whose checksum is right, until it returns true; then ret_seed is that seed. The seed that fits
 * sees stands in secure memory. Errors: NOT_FOUND, NO_MEMORY. */
typedef bool (*SheetFitsFunc) (const uint8_t seed[SEED_SIZE], void *data);
VaultError vault_sheet_mend (const char *sheet, size_t len, SheetFitsFunc fits, void *data,
                             uint8_t ret_seed[SEED_SIZE]);

#define KDF_SALT_SIZE 16
/* 1 to 16 passes, 8192 to 1048576 KiB. */
bool vault_kdf_in_bounds (const VaultKdf *kdf);
/* Errors: SLOT (out of bounds; nothing was allocated), NO_MEMORY. */
VaultError vault_kdf_derive (const VaultKdf *kdf, const uint8_t salt[KDF_SALT_SIZE],
                             const char *passphrase, size_t len, uint8_t ret_key[VAULT_KEY_SIZE]);

#define SLOT_SIZE 144
/* Fills slot; id is random. */
VaultError vault_slot_make (const uint8_t uuid[UUID_SIZE], const char *passphrase, size_t len,
                            const VaultKdf *kdf, const uint8_t seed[SEED_SIZE],
                            uint8_t ret_slot[SLOT_SIZE]);
/* Errors: SLOT (damaged), NEWER (of a kind that this program does not know), FOREIGN, NO_MEMORY,
 * SECRET. */
VaultError vault_slot_open (const uint8_t slot[SLOT_SIZE], const uint8_t uuid[UUID_SIZE],
                            const char *passphrase, size_t len, uint8_t ret_seed[SEED_SIZE]);

/* Without a passphrase: whether the bytes are those of a slot, and of a slot of this vault. */
bool vault_slot_whole (const uint8_t slot[SLOT_SIZE]);
bool vault_slot_intact (const uint8_t slot[SLOT_SIZE], const uint8_t uuid[UUID_SIZE]);
/* Of a whole slot: whether a passphrase can open it here; its parts. */
bool vault_slot_known (const uint8_t slot[SLOT_SIZE]);
const uint8_t *vault_slot_uuid (const uint8_t slot[SLOT_SIZE]);
const uint8_t *vault_slot_id (const uint8_t slot[SLOT_SIZE]);
void vault_slot_kdf (const uint8_t slot[SLOT_SIZE], VaultKdf *ret_kdf);

#define VAULT_ID_FILE_SIZE 64
void vault_id_make (const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
                    uint8_t ret_file[VAULT_ID_FILE_SIZE]);
/* Before the keys are known: magic and versions. Errors: DAMAGED, NEWER. */
VaultError vault_id_parse (const uint8_t *file, size_t size, uint8_t ret_uuid[UUID_SIZE]);
/* The vault's id, whatever the versions say; false if this is no vault.id. */
bool vault_id_uuid (const uint8_t *file, size_t size, uint8_t ret_uuid[UUID_SIZE]);
/* The MAC. */
bool vault_id_authentic (const uint8_t file[VAULT_ID_FILE_SIZE], const VaultKeys *keys);
