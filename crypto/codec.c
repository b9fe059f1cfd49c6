/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define LEVEL 1

/* Neighbouring pixels differ little: the zigzagged differences of 16-bit words have a high byte
 * that is mostly zero, and zstd sees that once low and high bytes stand apart. */
static void
shuffle (const uint8_t *restrict in, size_t n, uint8_t *restrict out)
{
  size_t words = n / 2;
  uint8_t *restrict low = out, *restrict high = out + words;
  uint16_t before = 0;

  for (size_t i = 0; i < words; i++)
    {
      uint16_t word, delta, zigzag;

      memcpy (&word, in + 2 * i, 2);
      delta = (uint16_t) (word - before);
      zigzag = (uint16_t) ((uint16_t) (delta << 1) ^ (uint16_t) ((int16_t) delta >> 15));
      low[i] = (uint8_t) zigzag;
      high[i] = (uint8_t) (zigzag >> 8);
      before = word;
    }
  if (n % 2 != 0)
    out[n - 1] = in[n - 1];
}

static void
unshuffle (const uint8_t *restrict in, size_t n, uint8_t *restrict out)
{
  size_t words = n / 2;
  const uint8_t *restrict low = in, *restrict high = in + words;
  uint16_t before = 0;

  for (size_t i = 0; i < words; i++)
    {
      uint16_t zigzag = (uint16_t) (low[i] | high[i] << 8);
      uint16_t delta = (uint16_t) ((zigzag >> 1) ^ (uint16_t) - (zigzag & 1));

      before = (uint16_t) (before + delta);
      memcpy (out + 2 * i, &before, 2);
    }
  if (n % 2 != 0)
    out[n - 1] = in[n - 1];
}

uint32_t
vault_block_count (uint64_t size)
{
  return (uint32_t) ((size + VAULT_BLOCK_SIZE - 1) / VAULT_BLOCK_SIZE);
}

/* One pair of contexts a thread: making one costs more than a small block. They end with their
 * thread. */
static pthread_key_t compressor_key, decompressor_key;
static pthread_once_t keys_once = PTHREAD_ONCE_INIT;

static void
free_compressor (void *context)
{
  ZSTD_freeCCtx (context);
}

static void
free_decompressor (void *context)
{
  ZSTD_freeDCtx (context);
}

static void
make_keys (void)
{
  pthread_key_create (&compressor_key, free_compressor);
  pthread_key_create (&decompressor_key, free_decompressor);
}

static size_t
compress (const uint8_t *in, size_t n, uint8_t *out, size_t room)
{
  ZSTD_CCtx *compressor;

  pthread_once (&keys_once, make_keys);
  compressor = pthread_getspecific (compressor_key);
  if (compressor == NULL)
    {
      compressor = ZSTD_createCCtx ();
      pthread_setspecific (compressor_key, compressor);
    }
  return compressor != NULL ? ZSTD_compressCCtx (compressor, out, room, in, n, LEVEL) : (size_t) -1;
}

uint32_t
vault_block_encode (VaultCodec codec, const uint8_t *block, size_t n, uint8_t *out,
                    uint8_t *scratch)
{
  size_t stored = (size_t) -1;

  if (codec == VAULT_CODEC_DELTA16)
    {
      shuffle (block, n, scratch);
      stored = compress (scratch, n, out, n - 1);
    }
  else if (codec == VAULT_CODEC_ZSTD)
    stored = compress (block, n, out, n - 1);
  if (codec != VAULT_CODEC_RAW && !ZSTD_isError (stored))
    return (uint32_t) stored;
  memcpy (out, block, n);
  return (uint32_t) n | BLOCK_RAW_BIT;
}

static bool
decompress (const uint8_t *in, size_t n, uint8_t *out, size_t expected)
{
  ZSTD_DCtx *decompressor;

  pthread_once (&keys_once, make_keys);
  decompressor = pthread_getspecific (decompressor_key);
  if (decompressor == NULL)
    {
      decompressor = ZSTD_createDCtx ();
      pthread_setspecific (decompressor_key, decompressor);
    }
  return decompressor != NULL &&
         ZSTD_decompressDCtx (decompressor, out, expected, in, n) == expected;
}

bool
vault_block_decode (VaultCodec codec, uint32_t length, const uint8_t *stored, uint8_t *out,
                    size_t n, uint8_t *scratch)
{
  size_t size = length & ~BLOCK_RAW_BIT;

  if ((length & BLOCK_RAW_BIT) != 0)
    {
      if (size != n)
        return false;
      memcpy (out, stored, n);
      return true;
    }
  if (codec == VAULT_CODEC_ZSTD)
    return decompress (stored, size, out, n);
  if (codec != VAULT_CODEC_DELTA16 || !decompress (stored, size, scratch, n))
    return false;
  unshuffle (scratch, n, out);
  return true;
}

VaultError
vault_encode (const void *data, size_t len, VaultCodec codec, VaultEncoded **ret_encoded)
{
  VaultEncoded *encoded = calloc (1, sizeof *encoded);
  uint8_t *scratch = malloc (VAULT_BLOCK_SIZE), *shrunk;

  if (encoded != NULL && scratch != NULL)
    {
      encoded->n_blocks = vault_block_count (len);
      encoded->lengths = malloc (sizeof (uint32_t) * (encoded->n_blocks + 1u));
      encoded->data = malloc (len + 1);
    }
  if (encoded == NULL || scratch == NULL || encoded->lengths == NULL || encoded->data == NULL)
    {
      free (scratch);
      vault_encoded_free (encoded);
      return VAULT_ERROR_NO_MEMORY;
    }
  for (uint32_t i = 0; i < encoded->n_blocks; i++)
    {
      size_t at = (size_t) i * VAULT_BLOCK_SIZE,
             n = len - at < VAULT_BLOCK_SIZE ? len - at : VAULT_BLOCK_SIZE;

      encoded->lengths[i] = vault_block_encode (codec, (const uint8_t *) data + at, n,
                                                encoded->data + encoded->size, scratch);
      encoded->size += encoded->lengths[i] & ~BLOCK_RAW_BIT;
    }
  free (scratch);
  shrunk = realloc (encoded->data, encoded->size + 1);
  if (shrunk != NULL)
    encoded->data = shrunk;
  *ret_encoded = encoded;
  return VAULT_OK;
}

void
vault_encoded_free (VaultEncoded *encoded)
{
  if (encoded == NULL)
    return;
  free (encoded->lengths);
  free (encoded->data);
  free (encoded);
}

uint64_t
vault_encoded_size (const VaultEncoded *encoded)
{
  return encoded->size;
}
