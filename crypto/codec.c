/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "bytes.h"

#define LEVEL 1

/* Neighbouring pixels differ little, so that a word less its prediction is small; zigzagged, its
 * high byte is mostly zero, and zstd sees that once low and high bytes stand apart. A word is
 * predicted by the one before it, and inside a picture by three neighbours: left, above and above
 * left as (3 (left + above) - 2 above_left + 2) / 4, a plane through them, damped because pixels
 * are noisy. (Predictors of this kind: ISO/IEC 10918-1 H.1.2.1.) */
typedef struct
{
  uint16_t columns; /* words in a row, 0: unknown */
  uint32_t start;   /* offset of the picture in the block, bytes */
} Raster;

/* What stands before the picture is text more than numbers, and is left as it is. */
static size_t
head_size (const Raster *raster, size_t n)
{
  return raster->start < n ? raster->start & ~(size_t) 1 : n;
}

/* The first word that has all its neighbours. */
static size_t
first_inside (size_t columns, size_t words)
{
  return columns > 0 && columns + 1 < words ? columns + 1 : words;
}

static uint16_t
word_at (const uint8_t *bytes, size_t i)
{
  uint16_t word;

  memcpy (&word, bytes + 2 * i, 2);
  return word;
}

static uint16_t
zigzag (uint16_t difference)
{
  return (uint16_t) ((uint16_t) (difference << 1) ^ (uint16_t) ((int16_t) difference >> 15));
}

static void
predict (const uint8_t *restrict in, size_t n, size_t columns, uint8_t *restrict out)
{
  size_t words = n / 2, inside = first_inside (columns, words);
  uint8_t *restrict low = out, *restrict high = out + words;
  uint16_t before = 0;

  for (size_t i = 0; i < inside; i++)
    {
      uint16_t word = word_at (in, i), z = zigzag ((uint16_t) (word - before));

      low[i] = (uint8_t) z;
      high[i] = (uint8_t) (z >> 8);
      before = word;
    }
  for (size_t i = inside; i < words; i++)
    {
      int left = (int16_t) word_at (in, i - 1), above = (int16_t) word_at (in, i - columns),
          corner = (int16_t) word_at (in, i - columns - 1);
      int prediction = (3 * (left + above) - 2 * corner + 2) >> 2;
      uint16_t z = zigzag ((uint16_t) (word_at (in, i) - prediction));

      low[i] = (uint8_t) z;
      high[i] = (uint8_t) (z >> 8);
    }
  if (n % 2 != 0)
    out[n - 1] = in[n - 1];
}

static void
restore (const uint8_t *restrict in, size_t n, size_t columns, uint8_t *restrict out)
{
  size_t words = n / 2, inside = first_inside (columns, words);
  const uint8_t *restrict low = in, *restrict high = in + words;
  uint16_t word = 0;

  /* The differences first: this loop has no chain. */
  for (size_t i = 0; i < words; i++)
    {
      uint16_t z = (uint16_t) (low[i] | high[i] << 8);
      uint16_t difference = (uint16_t) ((z >> 1) ^ (uint16_t) - (z & 1));

      memcpy (out + 2 * i, &difference, 2);
    }
  for (size_t i = 0; i < inside; i++)
    {
      word = (uint16_t) (word + word_at (out, i));
      memcpy (out + 2 * i, &word, 2);
    }
  for (size_t i = inside; i < words; i++)
    {
      int above = (int16_t) word_at (out, i - columns),
          corner = (int16_t) word_at (out, i - columns - 1);
      /* Four times the difference may go inside: what does not hang on the left neighbour is added
       * up before it is known. */
      int rest = 3 * above - 2 * corner + 2 + 4 * word_at (out, i);

      word = (uint16_t) ((3 * (int16_t) word + rest) >> 2);
      memcpy (out + 2 * i, &word, 2);
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

static Raster
raster_at (const VaultMemberInfo *info, uint64_t at)
{
  Raster raster = { info->columns, 0 };

  if (info->pixels_at > at)
    raster.start = info->pixels_at - at < VAULT_BLOCK_SIZE ? (uint32_t) (info->pixels_at - at)
                                                           : (uint32_t) VAULT_BLOCK_SIZE;
  return raster;
}

void
vault_block_raster (const uint8_t head[CODEC_RASTER_SIZE], VaultMemberInfo *ret_info)
{
  ret_info->columns = (uint16_t) get_le (head, 2);
  ret_info->pixels_at = get_le (head + 2, 4);
}

uint32_t
vault_block_encode (const VaultMemberInfo *info, uint64_t at, const uint8_t *block, size_t n,
                    uint8_t *out, uint8_t *scratch)
{
  size_t stored = (size_t) -1, head = 0, plain;

  if (info->codec == VAULT_CODEC_PIXELS16 && n > CODEC_RASTER_SIZE + 1)
    {
      Raster raster = raster_at (info, at);

      plain = head_size (&raster, n);
      memcpy (scratch, block, plain);
      predict (block + plain, n - plain, raster.columns, scratch + plain);
      put_le (out, raster.columns, 2);
      put_le (out + 2, raster.start, 4);
      head = CODEC_RASTER_SIZE;
      stored = compress (scratch, n, out + head, n - 1 - head);
    }
  else if (info->codec == VAULT_CODEC_ZSTD)
    stored = compress (block, n, out, n - 1);
  if (info->codec != VAULT_CODEC_RAW && !ZSTD_isError (stored))
    return (uint32_t) (stored + head);
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
  size_t size = length & ~BLOCK_RAW_BIT, plain;
  Raster raster;

  if ((length & BLOCK_RAW_BIT) != 0)
    {
      if (size != n)
        return false;
      memcpy (out, stored, n);
      return true;
    }
  if (codec == VAULT_CODEC_ZSTD)
    return decompress (stored, size, out, n);
  if (codec != VAULT_CODEC_PIXELS16 || size <= CODEC_RASTER_SIZE ||
      !decompress (stored + CODEC_RASTER_SIZE, size - CODEC_RASTER_SIZE, scratch, n))
    return false;
  raster.columns = (uint16_t) get_le (stored, 2);
  raster.start = (uint32_t) get_le (stored + 2, 4);
  plain = head_size (&raster, n);
  memcpy (out, scratch, plain);
  restore (scratch + plain, n - plain, raster.columns, out + plain);
  return true;
}

VaultError
vault_encode (const void *data, size_t len, const VaultMemberInfo *info, VaultEncoded **ret_encoded)
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

      encoded->lengths[i] = vault_block_encode (info, at, (const uint8_t *) data + at, n,
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
