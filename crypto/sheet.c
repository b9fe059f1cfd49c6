/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recovery sheet: seed and checksum, 180 bits, as 36 Crockford base32 characters. */
#include <sodium.h>
#include <string.h>

#include "keys.h"

#define CHARACTERS 36
#define GROUP 4
#define CHECK_BITS 20
#define BYTES 23 /* 180 bits, the last half byte unused */
#define WRONG 0xFF

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

/* The values of what was typed, WRONG where a character is none of the alphabet. Returns how many
 * there are, at most CHARACTERS + 1. */
static size_t
typed_values (const char *sheet, size_t len, uint8_t values[CHARACTERS])
{
  size_t n = 0;

  for (size_t i = 0; i < len && n <= CHARACTERS; i++)
    {
      int value;

      if (sheet[i] == ' ' || sheet[i] == '-' || sheet[i] == '\t' || sheet[i] == '\n' ||
          sheet[i] == '\r')
        continue;
      value = value_of (sheet[i]);
      if (n < CHARACTERS)
        values[n] = value >= 0 ? (uint8_t) value : WRONG;
      n++;
    }
  return n;
}

/* Whether the checksum is right. bits: room for BYTES + 1. */
static bool
values_fit (const uint8_t values[CHARACTERS], uint8_t *bits, uint8_t *expected)
{
  memset (bits, 0, BYTES + 1);
  for (size_t i = 0; i < CHARACTERS; i++)
    {
      size_t bit = i * 5;
      unsigned pair = (unsigned) values[i] << (11 - bit % 8);

      bits[bit / 8] |= (uint8_t) (pair >> 8);
      bits[bit / 8 + 1] |= (uint8_t) pair;
    }
  with_checksum (bits, expected);
  return sodium_memcmp (bits, expected, BYTES) == 0;
}

/* What is worked on, in secure memory. */
typedef struct
{
  uint8_t values[CHARACTERS], bits[BYTES + 1], expected[BYTES];
} Sheet;

VaultError
vault_sheet_read (const char *sheet, size_t len, uint8_t ret_seed[SEED_SIZE])
{
  Sheet *work = vault_secure_alloc (sizeof *work);
  bool good;

  if (work == NULL)
    return VAULT_ERROR_NO_MEMORY;
  good = typed_values (sheet, len, work->values) == CHARACTERS &&
         memchr (work->values, WRONG, CHARACTERS) == NULL &&
         values_fit (work->values, work->bits, work->expected);
  if (good)
    memcpy (ret_seed, work->bits, SEED_SIZE);
  vault_secure_free (work);
  return good ? VAULT_OK : VAULT_ERROR_SECRET;
}

/* Tries every other value at one place. */
static bool
mend_at (Sheet *work, size_t place, SheetFitsFunc fits, void *data)
{
  uint8_t typed = work->values[place];
  bool found = false;

  for (uint8_t value = 0; value < 32 && !found; value++)
    if (value != typed)
      {
        work->values[place] = value;
        found = values_fit (work->values, work->bits, work->expected) && fits (work->bits, data);
      }
  work->values[place] = typed;
  return found;
}

VaultError
vault_sheet_mend (const char *sheet, size_t len, SheetFitsFunc fits, void *data,
                  uint8_t ret_seed[SEED_SIZE])
{
  Sheet *work = vault_secure_alloc (sizeof *work);
  const uint8_t *wrong;
  bool found = false;

  if (work == NULL)
    return VAULT_ERROR_NO_MEMORY;
  if (typed_values (sheet, len, work->values) == CHARACTERS)
    {
      wrong = memchr (work->values, WRONG, CHARACTERS);
      if (wrong == NULL)
        for (size_t i = 0; i < CHARACTERS && !found; i++)
          found = mend_at (work, i, fits, data);
      else if (memchr (wrong + 1, WRONG, (size_t) (work->values + CHARACTERS - wrong - 1)) == NULL)
        found = mend_at (work, (size_t) (wrong - work->values), fits, data);
    }
  if (found)
    memcpy (ret_seed, work->bits, SEED_SIZE);
  vault_secure_free (work);
  return found ? VAULT_OK : VAULT_ERROR_NOT_FOUND;
}
