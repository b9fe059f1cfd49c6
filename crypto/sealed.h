/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sealed container: one format for bundles, records, snapshots and local state. */
#pragma once

#include <sodium.h>

#include "keys.h"

#define SEALED_HEADER 96
#define SEALED_CHUNK 65536
#define SEALED_TAG 16
#define SEALED_STORED (SEALED_CHUNK + SEALED_TAG)

typedef enum
{
  SEALED_BUNDLE = 1,
  SEALED_RECORD = 2,
  SEALED_SNAPSHOT = 3,
  SEALED_LOCAL = 4,
  SEALED_PARITY = 5
} SealedType;

/* Writing, to a descriptor, as chunks fill. */
typedef struct
{
  int fd;
  int failed; /* errno of the first write that failed */
  uint8_t salt[32];
  uint64_t chunks, plain_size;
  size_t fill, out_fill;
  crypto_generichash_state hash;
  uint8_t key[VAULT_KEY_SIZE];
  uint8_t chunk[SEALED_CHUNK];
  uint8_t out[8 * SEALED_STORED];
} SealedWriter;

/* fd -1: nothing is written, only the hash is computed. Allocates (secure memory is not needed but for the key, which is wiped by free). content: mixed
 * into the salt. */
SealedWriter *vault_sealed_begin (int fd, SealedType type, const VaultKeys *keys,
                                  const uint8_t uuid[UUID_SIZE], uint64_t writer,
                                  const void *content, size_t content_size);
/* The same with the salt of a file that was written before: equal texts give equal files. */
SealedWriter *vault_sealed_again (int fd, SealedType type, const VaultKeys *keys,
                                  const uint8_t uuid[UUID_SIZE], const uint8_t salt[32]);
void vault_sealed_write (SealedWriter *sealed, const void *data, size_t n);
/* Seals the last chunk. ret_hash: BLAKE2b-256 of the file. Returns 0 or errno. */
int vault_sealed_finish (SealedWriter *sealed, uint8_t ret_hash[32], uint64_t *ret_file_size);
void vault_sealed_free (SealedWriter *sealed);

/* The same for a short text, into memory. Free with free. */
uint8_t *vault_sealed_pack (SealedType type, const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
                            uint64_t writer, const uint8_t *plain, size_t n, size_t *ret_size);

/* Reading. */
typedef struct
{
  int fd;              /* or -1: data */
  const uint8_t *data; /* the whole file in memory */
  uint64_t file_size, plain_size, chunks;
  uint8_t key[VAULT_KEY_SIZE];
} SealedReader;

/* Checks header, commitment and the last chunk, which proves the length. Exactly one of fd and data
 * is used (fd -1 for data). Errors: DAMAGED, FOREIGN, IO. */
VaultError vault_sealed_open (SealedReader *sealed, int fd, const uint8_t *data, uint64_t file_size,
                              SealedType type, const VaultKeys *keys,
                              const uint8_t uuid[UUID_SIZE]);
/* A file whose salt and size are known, without looking at it: chunks can be tried one by one however
 * damaged the rest is. ret_header: as it must be. Errors: ARGUMENT (no such size). */
VaultError vault_sealed_expect (SealedReader *sealed, int fd, uint64_t file_size, SealedType type,
                                const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
                                const uint8_t salt[32], uint8_t ret_header[SEALED_HEADER]);
/* How many bytes of chunk i stand in the file, its tag included. */
size_t vault_sealed_stored (const SealedReader *sealed, uint64_t i);
/* Chunk i as it stands in the file, into stored (SEALED_STORED bytes). Errors: DAMAGED, IO. */
VaultError vault_sealed_raw (const SealedReader *sealed, uint64_t i, uint8_t *stored);
/* Decrypts such bytes into out (SEALED_CHUNK bytes); false: they are not chunk i. */
bool vault_sealed_unseal (const SealedReader *sealed, uint64_t i, const uint8_t *stored,
                          uint8_t *out);
/* Puts the tag behind the cipher text of chunk i. */
void vault_sealed_retag (const SealedReader *sealed, uint64_t i, uint8_t *stored);
/* Decrypts chunk i into out (SEALED_CHUNK bytes); ret_n: how many. Errors: DAMAGED, IO. */
VaultError vault_sealed_chunk (const SealedReader *sealed, uint64_t i, uint8_t *out, size_t *ret_n);
/* Any range of the plain text. ret_chunk: which chunk failed. */
VaultError vault_sealed_pread (const SealedReader *sealed, uint64_t offset, void *buf, size_t n,
                               uint64_t *ret_chunk);
void vault_sealed_close (SealedReader *sealed); /* wipes the key, does not close fd */

/* Padmé: the size to which n bytes are padded (Nikitin et al., PURBs, PETS 2019, algorithm 1). */
uint64_t vault_padme (uint64_t n);
