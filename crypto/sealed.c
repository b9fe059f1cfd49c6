/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sealed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bytes.h"
#include "files.h"

#define MAGIC "SVSEAL1\n"
#define AT_TYPE 8
#define AT_LOG2_CHUNK 9
#define AT_UUID 16
#define AT_SALT 32
#define AT_COMMITMENT 64
#define LOG2_CHUNK 16

static const uint8_t *
key_for (SealedType type, const VaultKeys *keys)
{
  switch (type)
    {
    case SEALED_BUNDLE:
    case SEALED_PARITY:
      return keys->key[KEY_BUNDLE];
    case SEALED_RECORD:
    case SEALED_SNAPSHOT:
      return keys->key[KEY_JOURNAL];
    case SEALED_LOCAL:
      break;
    }
  return keys->key[KEY_LOCAL];
}

/* K and C of a header whose first 64 bytes are set. */
static void
derive (const uint8_t header[SEALED_HEADER], SealedType type, const VaultKeys *keys,
        uint8_t key[VAULT_KEY_SIZE], uint8_t commitment[32])
{
  uint8_t both[64];

  vault_b2 (both, sizeof both, header, AT_COMMITMENT, key_for (type, keys));
  memcpy (key, both, VAULT_KEY_SIZE);
  memcpy (commitment, both + VAULT_KEY_SIZE, 32);
  sodium_memzero (both, sizeof both);
}

static void
make_header (uint8_t header[SEALED_HEADER], SealedType type, const VaultKeys *keys,
             const uint8_t uuid[UUID_SIZE], const uint8_t salt[32], uint8_t key[VAULT_KEY_SIZE])
{
  memset (header, 0, SEALED_HEADER);
  memcpy (header, MAGIC, 8);
  header[AT_TYPE] = (uint8_t) type;
  header[AT_LOG2_CHUNK] = LOG2_CHUNK;
  memcpy (header + AT_UUID, uuid, UUID_SIZE);
  memcpy (header + AT_SALT, salt, 32);
  derive (header, type, keys, key, header + AT_COMMITMENT);
}

/* A cloned machine or a broken generator must not repeat a key, so the salt is more than random
 * bytes. */
static void
make_salt (uint8_t salt[32], uint64_t writer, const void *content, size_t content_size)
{
  crypto_generichash_state state;
  uint8_t random[32], numbers[16];
  struct timespec now;

  randombytes_buf (random, sizeof random);
  clock_gettime (CLOCK_REALTIME, &now);
  put_le (numbers, writer, 8);
  put_le (numbers + 8, (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec, 8);
  crypto_generichash_init (&state, NULL, 0, 32);
  crypto_generichash_update (&state, random, sizeof random);
  crypto_generichash_update (&state, numbers, sizeof numbers);
  if (content_size > 0)
    crypto_generichash_update (&state, content, content_size);
  crypto_generichash_final (&state, salt, 32);
}

static void
make_nonce (uint8_t nonce[24], uint64_t i, bool final)
{
  memset (nonce, 0, 24);
  put_le (nonce, i, 8);
  nonce[8] = final ? 1 : 0;
}

uint64_t
vault_padme (uint64_t n)
{
  unsigned e = 0, s = 0;
  uint64_t mask;

  if (n < 2)
    return n;
  while (n >> (e + 1) != 0)
    e++;
  while (e >> (s + 1) != 0)
    s++;
  s++;
  mask = ((uint64_t) 1 << (e - s)) - 1;
  return (n + mask) & ~mask;
}

static void
flush_out (SealedWriter *sealed)
{
  crypto_generichash_update (&sealed->hash, sealed->out, sealed->out_fill);
  if (sealed->failed == 0 && sealed->fd >= 0)
    sealed->failed = vault_write_all (sealed->fd, sealed->out, sealed->out_fill);
  sealed->out_fill = 0;
}

SealedWriter *
vault_sealed_again (int fd, SealedType type, const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
                    const uint8_t salt[32])
{
  SealedWriter *sealed = malloc (sizeof *sealed);

  if (sealed == NULL)
    return NULL;
  sealed->fd = fd;
  sealed->failed = 0;
  sealed->chunks = sealed->plain_size = 0;
  sealed->fill = 0;
  crypto_generichash_init (&sealed->hash, NULL, 0, 32);
  memcpy (sealed->salt, salt, sizeof sealed->salt);
  make_header (sealed->out, type, keys, uuid, salt, sealed->key);
  sealed->out_fill = SEALED_HEADER;
  return sealed;
}

SealedWriter *
vault_sealed_begin (int fd, SealedType type, const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
                    uint64_t writer, const void *content, size_t content_size)
{
  uint8_t salt[32];

  make_salt (salt, writer, content, content_size);
  return vault_sealed_again (fd, type, keys, uuid, salt);
}

static void
seal_chunk (SealedWriter *sealed, const uint8_t *plain, size_t n, bool final)
{
  uint8_t nonce[24];

  if (sealed->out_fill + SEALED_STORED > sizeof sealed->out)
    flush_out (sealed);
  make_nonce (nonce, sealed->chunks++, final);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed->out + sealed->out_fill, NULL, plain, n, NULL,
                                              0, NULL, nonce, sealed->key);
  sealed->out_fill += n + SEALED_TAG;
}

void
vault_sealed_write (SealedWriter *sealed, const void *data, size_t n)
{
  const uint8_t *at = data;

  sealed->plain_size += n;
  while (n > 0)
    {
      size_t step;

      /* A full chunk waits: it may be the last. */
      if (sealed->fill == SEALED_CHUNK)
        {
          seal_chunk (sealed, sealed->chunk, SEALED_CHUNK, false);
          sealed->fill = 0;
        }
      if (sealed->fill == 0 && n > SEALED_CHUNK)
        {
          seal_chunk (sealed, at, SEALED_CHUNK, false);
          at += SEALED_CHUNK;
          n -= SEALED_CHUNK;
          continue;
        }
      step = SEALED_CHUNK - sealed->fill;
      if (step > n)
        step = n;
      memcpy (sealed->chunk + sealed->fill, at, step);
      sealed->fill += step;
      at += step;
      n -= step;
    }
}

int
vault_sealed_finish (SealedWriter *sealed, uint8_t ret_hash[32], uint64_t *ret_file_size)
{
  seal_chunk (sealed, sealed->chunk, sealed->fill, true);
  flush_out (sealed);
  crypto_generichash_final (&sealed->hash, ret_hash, 32);
  *ret_file_size = SEALED_HEADER + sealed->plain_size + sealed->chunks * SEALED_TAG;
  return sealed->failed;
}

void
vault_sealed_free (SealedWriter *sealed)
{
  if (sealed == NULL)
    return;
  sodium_memzero (sealed->key, sizeof sealed->key);
  sodium_memzero (sealed->chunk, sizeof sealed->chunk);
  free (sealed);
}

uint8_t *
vault_sealed_pack (SealedType type, const VaultKeys *keys, const uint8_t uuid[UUID_SIZE],
                   uint64_t writer, const uint8_t *plain, size_t n, size_t *ret_size)
{
  size_t chunks = n == 0 ? 1 : (n + SEALED_CHUNK - 1) / SEALED_CHUNK;
  size_t size = SEALED_HEADER + n + chunks * SEALED_TAG;
  uint8_t *file = malloc (size);
  uint8_t salt[32], key[VAULT_KEY_SIZE], nonce[24];

  if (file == NULL)
    return NULL;
  make_salt (salt, writer, plain, n);
  make_header (file, type, keys, uuid, salt, key);
  for (size_t i = 0; i < chunks; i++)
    {
      size_t part = i + 1 < chunks ? SEALED_CHUNK : n - i * SEALED_CHUNK;

      make_nonce (nonce, i, i + 1 == chunks);
      crypto_aead_xchacha20poly1305_ietf_encrypt (file + SEALED_HEADER + i * SEALED_STORED, NULL,
                                                  plain + i * SEALED_CHUNK, part, NULL, 0, NULL,
                                                  nonce, key);
    }
  sodium_memzero (key, sizeof key);
  *ret_size = size;
  return file;
}

static VaultError
fetch (const SealedReader *sealed, uint64_t offset, uint8_t *buf, size_t n)
{
  int failed;

  if (offset > sealed->file_size || n > sealed->file_size - offset)
    return VAULT_ERROR_DAMAGED;
  if (sealed->data != NULL)
    {
      memcpy (buf, sealed->data + offset, n);
      return VAULT_OK;
    }
  failed = vault_read_all (sealed->fd, buf, n, offset);
  return failed == 0 ? VAULT_OK : failed < 0 ? VAULT_ERROR_DAMAGED : VAULT_ERROR_IO;
}

/* Chunks and text that a file of this size holds; false: no sealed file has it. */
static bool
measure (SealedReader *sealed)
{
  uint64_t body = sealed->file_size - SEALED_HEADER;

  if (sealed->file_size < SEALED_HEADER + SEALED_TAG)
    return false;
  sealed->chunks = (body + SEALED_STORED - 1) / SEALED_STORED;
  if (body - (sealed->chunks - 1) * SEALED_STORED < SEALED_TAG)
    return false;
  sealed->plain_size = body - sealed->chunks * SEALED_TAG;
  return true;
}

VaultError
vault_sealed_open (SealedReader *sealed, int fd, const uint8_t *data, uint64_t file_size,
                   SealedType type, const VaultKeys *keys, const uint8_t uuid[UUID_SIZE])
{
  uint8_t header[SEALED_HEADER], commitment[32], *chunk;
  size_t n;
  VaultError error;

  memset (sealed, 0, sizeof *sealed);
  sealed->fd = fd;
  sealed->data = data;
  sealed->file_size = file_size;
  if (file_size < SEALED_HEADER + SEALED_TAG)
    return VAULT_ERROR_DAMAGED;
  error = fetch (sealed, 0, header, sizeof header);
  if (error != VAULT_OK)
    return error;
  if (memcmp (header, MAGIC, 8) != 0 || header[AT_TYPE] != type ||
      header[AT_LOG2_CHUNK] != LOG2_CHUNK ||
      !sodium_is_zero (header + AT_LOG2_CHUNK + 1, AT_UUID - AT_LOG2_CHUNK - 1))
    return VAULT_ERROR_DAMAGED;
  if (memcmp (header + AT_UUID, uuid, UUID_SIZE) != 0)
    return VAULT_ERROR_FOREIGN;
  derive (header, type, keys, sealed->key, commitment);
  if (sodium_memcmp (commitment, header + AT_COMMITMENT, sizeof commitment) != 0)
    return VAULT_ERROR_DAMAGED;

  if (!measure (sealed))
    return VAULT_ERROR_DAMAGED;
  chunk = malloc (SEALED_CHUNK);
  if (chunk == NULL)
    return VAULT_ERROR_NO_MEMORY;
  error = vault_sealed_chunk (sealed, sealed->chunks - 1, chunk, &n);
  sodium_memzero (chunk, SEALED_CHUNK);
  free (chunk);
  return error;
}

VaultError
vault_sealed_expect (SealedReader *sealed, int fd, uint64_t file_size, SealedType type,
                     const VaultKeys *keys, const uint8_t uuid[UUID_SIZE], const uint8_t salt[32],
                     uint8_t ret_header[SEALED_HEADER])
{
  memset (sealed, 0, sizeof *sealed);
  sealed->fd = fd;
  sealed->file_size = file_size;
  make_header (ret_header, type, keys, uuid, salt, sealed->key);
  return measure (sealed) ? VAULT_OK : VAULT_ERROR_ARGUMENT;
}

size_t
vault_sealed_stored (const SealedReader *sealed, uint64_t i)
{
  return i + 1 == sealed->chunks ? (size_t) (sealed->file_size - SEALED_HEADER - i * SEALED_STORED)
                                 : SEALED_STORED;
}

VaultError
vault_sealed_raw (const SealedReader *sealed, uint64_t i, uint8_t *stored)
{
  return i < sealed->chunks ? fetch (sealed, SEALED_HEADER + i * SEALED_STORED, stored,
                                     vault_sealed_stored (sealed, i))
                            : VAULT_ERROR_ARGUMENT;
}

bool
vault_sealed_unseal (const SealedReader *sealed, uint64_t i, const uint8_t *stored, uint8_t *out)
{
  uint8_t nonce[24];

  make_nonce (nonce, i, i + 1 == sealed->chunks);
  return crypto_aead_xchacha20poly1305_ietf_decrypt (out, NULL, NULL, stored,
                                                     vault_sealed_stored (sealed, i), NULL, 0,
                                                     nonce, sealed->key) == 0;
}

/* Decrypting without proof is XORing the key stream, whose first block is the authenticator's key
 * (RFC 8439, 2.8). */
void
vault_sealed_retag (const SealedReader *sealed, uint64_t i, uint8_t *stored)
{
  uint8_t plain[SEALED_CHUNK], nonce[24];
  size_t n = vault_sealed_stored (sealed, i) - SEALED_TAG;

  make_nonce (nonce, i, i + 1 == sealed->chunks);
  crypto_stream_xchacha20_xor_ic (plain, stored, n, nonce, 1, sealed->key);
  crypto_aead_xchacha20poly1305_ietf_encrypt (stored, NULL, plain, n, NULL, 0, NULL, nonce,
                                              sealed->key);
  sodium_memzero (plain, n);
}

VaultError
vault_sealed_chunk (const SealedReader *sealed, uint64_t i, uint8_t *out, size_t *ret_n)
{
  uint8_t stored[SEALED_STORED];
  const uint8_t *source = stored;
  VaultError error = VAULT_OK;

  if (i >= sealed->chunks)
    return VAULT_ERROR_ARGUMENT;
  if (sealed->data != NULL)
    source = sealed->data + SEALED_HEADER + i * SEALED_STORED;
  else
    error = vault_sealed_raw (sealed, i, stored);
  if (error == VAULT_OK && !vault_sealed_unseal (sealed, i, source, out))
    error = VAULT_ERROR_DAMAGED;
  if (error == VAULT_OK)
    *ret_n = vault_sealed_stored (sealed, i) - SEALED_TAG;
  return error;
}

VaultError
vault_sealed_pread (const SealedReader *sealed, uint64_t offset, void *buf, size_t n,
                    uint64_t *ret_chunk)
{
  uint8_t chunk[SEALED_CHUNK];
  uint8_t *out = buf;
  VaultError error = VAULT_OK;

  if (offset > sealed->plain_size || n > sealed->plain_size - offset)
    return VAULT_ERROR_ARGUMENT;
  while (n > 0 && error == VAULT_OK)
    {
      uint64_t i = offset / SEALED_CHUNK;
      size_t skip = (size_t) (offset % SEALED_CHUNK), have, step;
      bool whole = skip == 0 && n >= SEALED_CHUNK;

      *ret_chunk = i;
      error = vault_sealed_chunk (sealed, i, whole ? out : chunk, &have);
      if (error != VAULT_OK)
        break;
      step = have - skip < n ? have - skip : n;
      if (!whole)
        memcpy (out, chunk + skip, step);
      out += step;
      offset += step;
      n -= step;
    }
  sodium_memzero (chunk, sizeof chunk);
  return error;
}

void
vault_sealed_close (SealedReader *sealed)
{
  sodium_memzero (sealed->key, sizeof sealed->key);
}
