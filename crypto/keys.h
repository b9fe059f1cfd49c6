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
} VaultKeys;

/* Both live in secure memory of the caller. */
void vault_keys_derive (VaultKeys *keys, const uint8_t seed[SEED_SIZE]);

/* b2(data, n, key): unkeyed when key is NULL. */
void vault_b2 (uint8_t *out, size_t out_size, const void *data, size_t n,
               const uint8_t key[VAULT_KEY_SIZE]);

/* The sheet's 36 characters in groups, and back. Forgiving as vault_open_sheet says. */
void vault_sheet_write (const uint8_t seed[SEED_SIZE], char ret_sheet[VAULT_SHEET_SIZE]);
VaultError vault_sheet_read (const char *sheet, size_t len, uint8_t ret_seed[SEED_SIZE]);

#define SLOT_SIZE 144
/* Fills slot; id is random. */
VaultError vault_slot_make (const uint8_t uuid[UUID_SIZE], const char *passphrase, size_t len,
                            const VaultKdf *kdf, const uint8_t seed[SEED_SIZE],
                            uint8_t ret_slot[SLOT_SIZE]);
/* Errors: SLOT (damaged), FOREIGN, NO_MEMORY, SECRET. */
VaultError vault_slot_open (const uint8_t slot[SLOT_SIZE], const uint8_t uuid[UUID_SIZE],
                            const char *passphrase, size_t len, uint8_t ret_seed[SEED_SIZE]);

/* Without a passphrase: whether the bytes are those of a slot of this vault. */
bool vault_slot_intact (const uint8_t slot[SLOT_SIZE], const uint8_t uuid[UUID_SIZE]);

#define VAULT_ID_FILE_SIZE 64
void vault_id_make (const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
                    uint8_t ret_file[VAULT_ID_FILE_SIZE]);
/* Before the keys are known: magic and versions. Errors: DAMAGED, NEWER. */
VaultError vault_id_parse (const uint8_t *file, size_t size, uint8_t ret_uuid[UUID_SIZE]);
/* The MAC. */
bool vault_id_authentic (const uint8_t file[VAULT_ID_FILE_SIZE], const VaultKeys *keys);
