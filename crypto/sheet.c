/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recovery sheet: seed and checksum, 180 bits, as 36 Crockford base32 characters. */
#include <sodium.h>
#include <string.h>

#include "keys.h"

#define CHARACTERS 36
#define GROUP 4
#define CHECK_BITS 20
#define BYTES 23 /* 180 bits, the last half byte unused */

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The seed followed by the top 20 bits of its hash. */
static void
with_checksum (const uint8_t seed[SEED_SIZE], uint8_t out[BYTES])
{
  uint8_t hash[32];

  vault_b2 (hash, sizeof hash, seed, SEED_SIZE, NULL);
  memcpy (out, seed, SEED_SIZE);
  out[SEED_SIZE] = hash[0];
  out[SEED_SIZE + 1] = hash[1];
  out[SEED_SIZE + 2] = hash[2] & 0xF0;
  sodium_memzero (hash, sizeof hash);
}

void
vault_sheet_write (const uint8_t seed[SEED_SIZE], char ret_sheet[VAULT_SHEET_SIZE])
{
  uint8_t bits[BYTES];
  size_t at = 0;

  with_checksum (seed, bits);
  memset (ret_sheet, 0, VAULT_SHEET_SIZE);
  for (size_t i = 0; i < CHARACTERS; i++)
    {
      size_t bit = i * 5;
      unsigned pair =
          (unsigned) bits[bit / 8] << 8 | (bit / 8 + 1 < BYTES ? bits[bit / 8 + 1] : 0u);

      if (i > 0 && i % GROUP == 0)
        ret_sheet[at++] = '-';
      ret_sheet[at++] = alphabet[pair >> (11 - bit % 8) & 31];
    }
  sodium_memzero (bits, sizeof bits);
}

static int
value_of (char c)
{
  const char *found;

  if (c >= 'a' && c <= 'z')
    c = (char) (c - 'a' + 'A');
  if (c == 'O')
    c = '0';
  if (c == 'I' || c == 'L')
    c = '1';
  found = c != '\0' ? strchr (alphabet, c) : NULL;
  return found != NULL ? (int) (found - alphabet) : -1;
}

VaultError
vault_sheet_read (const char *sheet, size_t len, uint8_t ret_seed[SEED_SIZE])
{
  uint8_t bits[BYTES + 1] = { 0 }, expected[BYTES];
  size_t n = 0;
  bool good = true;

  for (size_t i = 0; i < len && good; i++)
    {
      int value;

      if (sheet[i] == ' ' || sheet[i] == '-' || sheet[i] == '\t' || sheet[i] == '\n' ||
          sheet[i] == '\r')
        continue;
      value = value_of (sheet[i]);
      good = value >= 0 && n < CHARACTERS;
      if (good)
        {
          size_t bit = n * 5;
          unsigned pair = (unsigned) value << (11 - bit % 8);

          bits[bit / 8] |= (uint8_t) (pair >> 8);
          bits[bit / 8 + 1] |= (uint8_t) pair;
          n++;
        }
    }
  if (good && n == CHARACTERS)
    {
      with_checksum (bits, expected);
      good = sodium_memcmp (bits, expected, BYTES) == 0;
    }
  else
    good = false;
  if (good)
    memcpy (ret_seed, bits, SEED_SIZE);
  sodium_memzero (bits, sizeof bits);
  sodium_memzero (expected, sizeof expected);
  return good ? VAULT_OK : VAULT_ERROR_SECRET;
}
