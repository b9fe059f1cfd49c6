/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups of bundles that share parity (FORMAT.md, Parity): what the journal says of them, their
 * parity file, and their chunks back from it. */
#pragma once

#include "parity.h"
#include "sealed.h"
#include "vault_private.h"

#define PARITY_ROWS_MAX 80
#define PARITY_CHUNKS_MAX (PARITY_DATA * PARITY_ROWS_MAX)
#define PARITY_PARTS_MAX 256

/* Chunks of one bundle. */
typedef struct
{
  uint8_t bundle[32];
  uint32_t first, chunks;
} ParityPart;

typedef struct
{
  uint8_t name[32], salt[32];
  uint64_t writer, clock; /* of the record that says so */
  bool gone;              /* its maker gave it up */
  bool counts;            /* all its bundles are there, and some of them have no later group */
  bool spent;             /* every part that is still wanted is in a group that counts */
  uint32_t chunks, n_parts;
  ParityPart *parts;
} ParityGroup;

typedef struct
{
  ParityGroup *rows;
  uint32_t n;
} ParityGroups;

/* All groups that the journal names. Free with the second. Errors: NO_MEMORY. */
VaultError vault_parity_list (Vault *vault, ParityGroups *ret_groups);
void vault_parity_list_clear (ParityGroups *groups);
/* Finds counts and spent anew, when groups were added. Errors: NO_MEMORY. */
VaultError vault_parity_judge (Vault *vault, ParityGroups *groups);

void vault_parity_path (const uint8_t name[32], char ret_path[VAULT_PATH_MAX]);
uint32_t vault_parity_rows (const ParityGroup *group);
uint64_t vault_parity_file_size (const ParityGroup *group);
/* Chunks of a sealed file of that size. */
uint64_t vault_chunks_of (uint64_t file_size);

/* The body of the journal's operation; name and salt are those of the group. */
size_t vault_parity_body_size (const ParityGroup *group);
void vault_parity_body (const ParityGroup *group, uint8_t *ret_body);

/* A group's files, opened. */
typedef struct
{
  const ParityGroup *group;
  ParityCode code;
  SealedReader *parts; /* as the journal says they must be; fd -1: not there */
  uint32_t *starts;    /* place of each part's first chunk in the group */
  SealedReader parity;
  uint8_t *columns; /* PARITY_WIDTH × SEALED_STORED */
  uint8_t *plain;   /* SEALED_CHUNK */
} ParityFiles;

/* Missing and damaged files are no error here. Errors: NO_MEMORY. */
VaultError vault_parity_open (Vault *vault, const ParityGroup *group, ParityFiles **ret_files);
void vault_parity_close (ParityFiles *files);

/* Computes the parity file from the bundles and writes it to fd (-1: nowhere). salt: NULL for a new
 * one. The bundles must be undamaged. ret_name: b2 of the file. Errors: MISSING or DAMAGED (a
 * bundle is not there or too short), FULL, IO. */
VaultError vault_parity_build (Vault *vault, ParityFiles *files, int fd, const uint8_t *salt,
                               uint8_t ret_name[32], uint8_t ret_salt[32], VaultFault *fault);

/* Computes one chunk of the group from the others of its row: its cipher text, zeros behind a short
 * one. False: more than 3 are damaged. The bytes are as good as the parity file; the bundle's hash
 * proves them. */
bool vault_parity_chunk (ParityFiles *files, uint32_t chunk, uint8_t ret_cipher[SEALED_CHUNK]);
