/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every structure that the vault reads back from a disk, chosen by the first byte. Whoever can
 * write to the disk must not be able to crash the process that holds the keys. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "codec.h"
#include "keys.h"
#include "sealed.h"
#include "vault_private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const uint8_t uuid[UUID_SIZE] = "fuzzed vault id";

static VaultKeys *
fuzz_keys (void)
{
  static const uint8_t seed[SEED_SIZE] = "a seed of twenty by";
  static VaultKeys *keys;

  if (keys == NULL && vault_init () == VAULT_OK &&
      (keys = vault_secure_alloc (sizeof *keys)) != NULL)
    vault_keys_derive (keys, seed);
  return keys;
}

static void
fuzz_footer (const uint8_t *data, size_t size)
{
  Footer footer = { 0 };
  uint64_t data_size = size > 8 ? data[0] * 1000u : 0;

  if (vault_footer_parse (data, size, data_size, &footer) == VAULT_OK)
    {
      for (uint32_t i = 0; i < footer.n; i++)
        if (footer.members[i].offset > data_size ||
            footer.members[i].name[footer.members[i].name_len] != '\0')
          abort ();
      vault_footer_clear (&footer);
    }
}

static void
fuzz_record (const uint8_t *data, size_t size)
{
  Record record;
  Fold fold = { 0 };
  bool read_only = false;

  if (vault_record_parse (data, size, false, &record) == VAULT_OK)
    vault_fold_record (&fold, &record, &read_only);
  if (vault_record_parse (data, size, true, &record) == VAULT_OK)
    vault_fold_record (&fold, &record, &read_only);
  for (uint32_t i = 0; i < fold.n_entries; i++)
    if (!vault_fold_entry (&fold, i)->entry.deleted &&
        vault_fold_entry (&fold, i)->entry.bundle >= fold.n_bundles)
      abort ();
  vault_fold_clear (&fold);
}

/* As a foreign file, and as one of this vault whose header is right and whose chunks are not. */
static void
fuzz_sealed (const uint8_t *data, size_t size)
{
  SealedReader sealed;
  uint8_t plain[4096];
  uint64_t chunk;
  size_t packed_size;
  uint8_t *packed;

  vault_sealed_open (&sealed, -1, data, size, SEALED_RECORD, fuzz_keys (), uuid);
  vault_sealed_close (&sealed);
  packed = vault_sealed_pack (SEALED_RECORD, fuzz_keys (), uuid, 1, data, size, &packed_size);
  if (packed == NULL)
    return;
  if (size > 4)
    packed[(data[0] | (size_t) data[1] << 8) % packed_size] ^= data[2];
  if (vault_sealed_open (&sealed, -1, packed, packed_size, SEALED_RECORD, fuzz_keys (), uuid) ==
          VAULT_OK &&
      vault_sealed_pread (&sealed, 0, plain,
                          sealed.plain_size < sizeof plain ? sealed.plain_size : sizeof plain,
                          &chunk) == VAULT_OK &&
      memcmp (plain, data, sealed.plain_size < sizeof plain ? sealed.plain_size : sizeof plain) !=
          0)
    abort ();
  vault_sealed_close (&sealed);
  free (packed);
}

static void
fuzz_slot (const uint8_t *data, size_t size)
{
  uint8_t slot[SLOT_SIZE] = { 0 }, seed[SEED_SIZE], file_uuid[UUID_SIZE];

  memcpy (slot, data, size < SLOT_SIZE ? size : SLOT_SIZE);
  /* The checksum of random bytes never fits, so no derivation is paid for. */
  if (vault_slot_open (slot, uuid, "passphrase", 10, seed) == VAULT_OK)
    abort ();
  vault_id_parse (data, size, file_uuid);
}

static void
fuzz_sheet (const uint8_t *data, size_t size)
{
  uint8_t seed[SEED_SIZE], again[SEED_SIZE];
  char sheet[VAULT_SHEET_SIZE];

  if (vault_sheet_read ((const char *) data, size, seed) == VAULT_OK)
    {
      vault_sheet_write (seed, sheet);
      if (vault_sheet_read (sheet, strlen (sheet), again) != VAULT_OK ||
          memcmp (seed, again, SEED_SIZE) != 0)
        abort ();
    }
}

static void
fuzz_block (const uint8_t *data, size_t size)
{
  static uint8_t out[VAULT_BLOCK_SIZE], scratch[VAULT_BLOCK_SIZE], encoded[VAULT_BLOCK_SIZE];
  VaultCodec codec = (VaultCodec) (size > 0 ? data[0] % 3 : 0);
  size_t n = size < VAULT_BLOCK_SIZE ? size : VAULT_BLOCK_SIZE;
  uint32_t length;
  VaultMemberInfo info = { .codec = codec };

  if (n == 0)
    return;
  info.columns = data[n / 2];
  info.pixels_at = data[n - 1];
  vault_block_decode (codec, (uint32_t) n, data, out, VAULT_BLOCK_SIZE, scratch);
  vault_block_decode (codec, (uint32_t) n | BLOCK_RAW_BIT, data, out, n, scratch);
  length = vault_block_encode (&info, 0, data, n, encoded, scratch);
  if (!vault_block_decode (codec, length, encoded, out, n, scratch) || memcmp (out, data, n) != 0)
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static void (*const targets[]) (const uint8_t *, size_t) = { fuzz_footer, fuzz_record,
                                                               fuzz_sealed, fuzz_slot,
                                                               fuzz_sheet,  fuzz_block };

  if (size > 0 && fuzz_keys () != NULL)
    targets[data[0] % 6](data + 1, size - 1);
  return 0;
}
