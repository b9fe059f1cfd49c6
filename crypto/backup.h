/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of copying a vault share. */
#pragma once

#include "open.h"
#include "vault_private.h"

#define COPY_STEP ((size_t) 1024 * 1024)

typedef enum
{
  STAGE_BUNDLES, /* and parity */
  STAGE_JOURNAL,
  STAGE_KEYS,
  STAGE_ID
} CopyStage;

typedef struct
{
  char path[VAULT_PATH_MAX];
  CopyStage stage;
  uint64_t size;
  bool there; /* the copy has a file of this name and size */
} CopyFile;

typedef struct
{
  CopyFile *files; /* by stage */
  size_t n;
} CopyList;

typedef struct
{
  Vault *vault;
  int target;
  VaultCopyFunc progress;
  void *data;
  bool verify_all;
  uint8_t *buffer; /* COPY_STEP */
  uint64_t done, total;
  char folders[8][32]; /* written to since the last sync; n_folders may say "more than that" */
  size_t n_folders;
  size_t slots_left; /* that open the vault */
  VaultCopyResult result;
} Copy;

/* backup_list.c: the files of a vault's own patterns below root. Errors: NO_MEMORY. */
VaultError vault_copy_list (int root, CopyList *ret_list);
void vault_copy_list_clear (CopyList *list);
/* Takes away what only the copy has and the vault dropped for good: passphrases that were removed,
 * records that a snapshot covers, bundles without living members, old parity. */
void vault_copy_prune (Copy *copy, const CopyList *list);

/* backup_file.c: one file, verified; and the folders that were written to since the last call. */
VaultError vault_copy_file (Copy *copy, const CopyFile *file, VaultFault *fault);
VaultError vault_copy_sync (Copy *copy, VaultFault *fault);
