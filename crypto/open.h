/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What making, opening and unlocking a vault share. */
#pragma once

#include "keys.h"

/* A Vault without keys on the folder root, which it takes over and closes; NULL (root is left open)
 * when no memory is left. */
Vault *vault_new (int root);

/* ---- slots.c: the files of slots, each in keys/ and in keys2/ ---- */

#define N_COPIES 2

typedef struct
{
  uint8_t id[VAULT_SLOT_ID_SIZE]; /* from the name */
  uint8_t bytes[N_COPIES][SLOT_SIZE];
  bool whole[N_COPIES]; /* a slot's bytes, of whatever vault; false also when it is not there */
} SlotFile;

typedef struct
{
  SlotFile slot[VAULT_SLOTS_MAX]; /* by id */
  size_t n;
  bool has_folder[N_COPIES];
  bool forbidden; /* some of it may not be read */
} SlotFiles;

/* Reads both copies of every slot; files by a name that is no slot's are not looked at. Errors:
 * NO_MEMORY. Free with free. */
VaultError vault_slot_files_read (int root, SlotFiles **ret_files);

/* Makes a slot durable: the second copy, then the first. On failure neither is left where that can
 * be. */
VaultError vault_slot_publish (int root, const uint8_t slot[SLOT_SIZE], VaultFault *fault);

/* Takes both copies away, durably; what is not there is fine. The first copy goes first: while the
 * second is there, so is the slot. */
VaultError vault_slot_unpublish (int root, const uint8_t id[VAULT_SLOT_ID_SIZE], VaultFault *fault);

/* The copy that is this vault's own and stands under its own name, or NULL. */
const uint8_t *vault_slot_own (const SlotFile *file, size_t copy, const uint8_t uuid[UUID_SIZE]);

/* Brings the files in order with what the journal says, which must have been read: those of removed
 * slots go; of the others every copy that is damaged, missing or not of this vault is written anew
 * from the other one. What cannot be written stays as it is, and a vault that may only be read is
 * not touched. */
void vault_slot_files_settle (Vault *vault, const SlotFiles *files);

/* How many slots a passphrase, for all that is known, can open. */
size_t vault_slot_files_left (const Vault *vault, const SlotFiles *files);

/* "keys/<id>.slot" or "keys2/…", and back. */
#define SLOT_PATH_SIZE 40
void vault_slot_path (size_t copy, const uint8_t id[VAULT_SLOT_ID_SIZE],
                      char ret_path[SLOT_PATH_SIZE]);
bool vault_slot_path_parse (const char *path, uint8_t ret_id[VAULT_SLOT_ID_SIZE]);

/* ---- slot_marks.c: removed slots, by the journal's word ---- */

bool vault_slot_removed (const Vault *vault, const uint8_t id[VAULT_SLOT_ID_SIZE]);
/* Errors: NEWER, FULL, IO, NO_MEMORY. */
VaultError vault_slot_mark_removed (Vault *vault, const uint8_t id[VAULT_SLOT_ID_SIZE],
                                    VaultFault *fault);

/* ---- proof.c: what sealed files tell of the vault when vault.id is lost ---- */

typedef enum
{
  PROOF_NONE,  /* there are no sealed files at all */
  PROOF_OTHER, /* there are, but none that fits */
  PROOF_FITS
} Proof;

/* Looks through bundles and journal for a file whose header names uuid (NULL: any) and whose
 * commitment the keys (NULL: not asked for) explain. ret_uuid (may be NULL) is set when one fits.
 */
Proof vault_prove (int root, const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
                   uint8_t ret_uuid[UUID_SIZE]);

/* ---- idfiles.c: both copies of vault.id ---- */

typedef struct
{
  uint8_t bytes[N_COPIES][VAULT_ID_FILE_SIZE];
  uint8_t uuid[N_COPIES][UUID_SIZE];
  bool there[N_COPIES], readable[N_COPIES]; /* readable: bytes and uuid are set */
  VaultError error; /* that one could not be read for: PERMISSION or IO, else OK */
} IdFiles;

void vault_id_files_read (int root, IdFiles *ret_ids);
/* The bytes of a copy that is of this uuid (NULL: any) and whose MAC fits, or NULL. */
const uint8_t *vault_id_files_authentic (const IdFiles *ids, const VaultKeys *keys,
                                         const uint8_t *uuid, uint8_t ret_uuid[UUID_SIZE]);
/* Writes each copy that differs from right anew; what cannot be written stays as it is. */
void vault_id_files_heal (Vault *vault, const IdFiles *ids,
                          const uint8_t right[VAULT_ID_FILE_SIZE]);
