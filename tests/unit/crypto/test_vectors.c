/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each structure, pinned to bytes that another program computed from crypto/FORMAT.md. A change
 * here is a new format. */
#include <glib.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "codec.h"
#include "keys.h"
#include "sealed.h"
#include "vault_private.h"

static const guint8 seed[SEED_SIZE] = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
                                        10, 11, 12, 13, 14, 15, 16, 17, 18, 19 };
static const guint8 uuid[UUID_SIZE] = { 0xA0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xAF };

static void
assert_hex (const guint8 *bytes, gsize n, const char *expected)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  g_assert_cmpstr (text->str, ==, expected);
  g_string_free (text, TRUE);
}

static VaultKeys *
keys_of_seed (void)
{
  VaultKeys *keys;

  g_assert_cmpint (vault_init (), ==, VAULT_OK);
  keys = vault_secure_alloc (sizeof *keys);
  vault_keys_derive (keys, seed);
  return keys;
}

static void
test_keys (void)
{
  static const char *const expected[] = {
    "3d37c3524bd975ad04059cb8ac0a647f15a251c6124b1b7172cc9b24d9a53e7d",
    "f9d08775eb965c6e270157f29ba827dd4a25285a58089660823a93d67585b4e6",
    "0f4153102ebc0a50adf357019bebe0f910ca20db12122590998445e461559756",
    "239f539b0a4ebb7b981cbd420c36bc73669693c27b6e0c4841067bfe33ff98a1",
    "c6815d8c623406b1d15308660871b0a2b5c7a53b90ff7cee34db40274197785e",
    "3fbac12c11e925f44e40e463b3e34235e3e8eca57d987013fc79cf356b5f4af7"
  };
  VaultKeys *keys = keys_of_seed ();

  for (guint i = 1; i <= N_KEYS; i++)
    assert_hex (keys->key[i], VAULT_KEY_SIZE, expected[i - 1]);
  vault_secure_free (keys);
}

static void
test_sheet (void)
{
  char sheet[VAULT_SHEET_SIZE];
  guint8 back[SEED_SIZE];

  vault_sheet_write (seed, sheet);
  g_assert_cmpstr (sheet, ==, "000G-40R4-0M30-E209-185G-R38E-1W81-24GK-BNCQ");
  g_assert_cmpint (vault_sheet_read (sheet, strlen (sheet), back), ==, VAULT_OK);
  g_assert_cmpmem (back, sizeof back, seed, sizeof seed);
}

/* Every single wrong character is noticed. */
static void
test_sheet_typing_errors (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  char sheet[VAULT_SHEET_SIZE];
  guint8 back[SEED_SIZE];
  guint refused = 0, tried = 0;

  vault_sheet_write (seed, sheet);
  for (gsize i = 0; sheet[i] != '\0'; i++)
    for (const char *c = alphabet; *c != '\0' && sheet[i] != '-'; c++)
      {
        char right = sheet[i];

        if (*c == right)
          continue;
        sheet[i] = *c;
        refused += vault_sheet_read (sheet, strlen (sheet), back) == VAULT_ERROR_SECRET;
        tried++;
        sheet[i] = right;
      }
  g_assert_cmpuint (tried, ==, 36 * 31);
  g_assert_cmpuint (refused, ==, tried);
  g_assert_cmpint (vault_sheet_read (sheet, strlen (sheet) - 1, back), ==, VAULT_ERROR_SECRET);
  g_assert_cmpint (vault_sheet_read ("", 0, back), ==, VAULT_ERROR_SECRET);
}

static void
test_vault_id (void)
{
  VaultKeys *keys = keys_of_seed ();
  guint8 file[VAULT_ID_FILE_SIZE], found[UUID_SIZE];

  vault_id_make (keys, uuid, file);
  assert_hex (file, sizeof file,
              "535641554c54310aa00102030405060708090a0b0c0d0eaf010001000100000051787174ad77ef2b915b"
              "c7c1fc94929c"
              "40220543043e9365ac95b585c82d5f4a");
  g_assert_cmpint (vault_id_parse (file, sizeof file, found), ==, VAULT_OK);
  g_assert_cmpmem (found, sizeof found, uuid, sizeof uuid);
  g_assert_true (vault_id_authentic (file, keys));
  file[24] = 2;
  g_assert_false (vault_id_authentic (file, keys));
  file[26] = 2;
  g_assert_cmpint (vault_id_parse (file, sizeof file, found), ==, VAULT_ERROR_NEWER);
  vault_secure_free (keys);
}

/* Made elsewhere with passphrase "pass", 1 pass, 8 MiB, salt 0…15, nonce 0…23. */
static void
test_slot (void)
{
  static const char hex[] = "5356534c4f54310aa00102030405060708090a0b0c0d0eaf736c6f7469643132010200"
                            "00010000000020000000000000"
                            "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f101112"
                            "1314151617851eefc0882a536a"
                            "ee03092f7f2cb99eaed766ee77d7866e9da259b75111e9af95f71d1540bbc16f34a67e"
                            "a195b4f9d70b4fa09d471f3900";
  guint8 slot[SLOT_SIZE], found[SEED_SIZE];
  gsize n;

  g_assert_cmpint (vault_init (), ==, VAULT_OK);
  g_assert_cmpint (sodium_hex2bin (slot, sizeof slot, hex, strlen (hex), NULL, &n, NULL), ==, 0);
  g_assert_cmpuint (n, ==, SLOT_SIZE);
  g_assert_cmpint (vault_slot_open (slot, uuid, "pass", 4, found), ==, VAULT_OK);
  g_assert_cmpmem (found, sizeof found, seed, sizeof seed);
  g_assert_cmpint (vault_slot_open (slot, uuid, "past", 4, found), ==, VAULT_ERROR_SECRET);
  g_assert_cmpint (vault_slot_open (slot, seed, "pass", 4, found), ==, VAULT_ERROR_FOREIGN);
}

static void
test_sealed_sizes (void)
{
  static const gsize sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 131073, 200000 };
  VaultKeys *keys = keys_of_seed ();

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *plain = g_malloc (sizes[i] + 1), *back = g_malloc (sizes[i] + 1);
      guint8 *file;
      SealedReader sealed;
      guint64 chunk;
      gsize n;

      for (gsize k = 0; k < sizes[i]; k++)
        plain[k] = (guint8) (k * 7 + k / 256);
      file = vault_sealed_pack (SEALED_RECORD, keys, uuid, 1, plain, sizes[i], &n);
      g_assert_cmpuint (n, ==, 96 + sizes[i] + 16 * MAX (1, (sizes[i] + 65535) / 65536));
      g_assert_cmpint (vault_sealed_open (&sealed, -1, file, n, SEALED_RECORD, keys, uuid), ==,
                       VAULT_OK);
      g_assert_cmpint (vault_sealed_pread (&sealed, 0, back, sizes[i], &chunk), ==, VAULT_OK);
      g_assert_cmpmem (back, sizes[i], plain, sizes[i]);
      g_assert_cmpint (vault_sealed_open (&sealed, -1, file, n, SEALED_BUNDLE, keys, uuid), ==,
                       VAULT_ERROR_DAMAGED);
      g_assert_cmpint (vault_sealed_open (&sealed, -1, file, n, SEALED_RECORD, keys, seed), ==,
                       VAULT_ERROR_FOREIGN);
      /* Cut off anywhere, also between chunks: the length is proved. */
      for (gsize cut = 0; cut < n; cut += n / 50 + 1)
        g_assert_cmpint (vault_sealed_open (&sealed, -1, file, cut, SEALED_RECORD, keys, uuid), ==,
                         VAULT_ERROR_DAMAGED);
      if (n > 96 + 65552)
        g_assert_cmpint (
            vault_sealed_open (&sealed, -1, file, 96 + 65552, SEALED_RECORD, keys, uuid), ==,
            VAULT_ERROR_DAMAGED);
      free (file);
    }
  vault_secure_free (keys);
}

static void
test_sealed_vector (void)
{
  static const char hex[] =
      "53565345414c310a0210000000000000a00102030405060708090a0b0c0d0eaf6465666768696a6b6c6d6e6f7071"
      "7273"
      "7475767778797a7b7c7d7e7f8081828343427a11affc9d46db1079827a75ae6db76ba9a4d9629aa3f7f343c141c7"
      "1286"
      "096d3e8e5d42762ebc2533943796fefe466873d046c927a670240b2a6d802da32ef07cc061";
  VaultKeys *keys = keys_of_seed ();
  guint8 file[256], plain[64];
  SealedReader sealed;
  guint64 chunk;
  gsize n;

  g_assert_cmpint (sodium_hex2bin (file, sizeof file, hex, strlen (hex), NULL, &n, NULL), ==, 0);
  g_assert_cmpint (vault_sealed_open (&sealed, -1, file, n, SEALED_RECORD, keys, uuid), ==,
                   VAULT_OK);
  g_assert_cmpuint (sealed.plain_size, ==, 21);
  g_assert_cmpint (vault_sealed_pread (&sealed, 0, plain, 21, &chunk), ==, VAULT_OK);
  g_assert_cmpmem (plain, 21, "a record's plain text", 21);
  for (gsize i = 0; i < n; i++)
    {
      file[i] ^= 1;
      g_assert_cmpint (vault_sealed_open (&sealed, -1, file, n, SEALED_RECORD, keys, uuid), !=,
                       VAULT_OK);
      file[i] ^= 1;
    }
  vault_secure_free (keys);
}

static void
test_padme (void)
{
  static const guint64 pairs[][2] = { { 0, 0 },       { 1, 1 },       { 9, 10 },
                                      { 1000, 1024 }, { 1025, 1088 }, { 100000, 100352 } };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    g_assert_cmpuint (vault_padme (pairs[i][0]), ==, pairs[i][1]);
}

/* The filter of codec 2, by hand: words 1, 3, 2, 0xFFFF and an odd byte. */
static void
test_pixels16 (void)
{
  const guint8 block[] = { 1, 0, 3, 0, 2, 0, 0xFF, 0xFF, 9 };
  /* A picture of two columns behind one word: 7 | 10 20 | 30 35 | 50 -1 */
  const guint8 picture[] = { 7, 0, 10, 0, 20, 0, 30, 0, 35, 0, 50, 0, 0xFF, 0xFF };
  g_autofree guint8 *out = g_malloc (VAULT_BLOCK_SIZE), *scratch = g_malloc (VAULT_BLOCK_SIZE);
  VaultMemberInfo info = { .codec = VAULT_CODEC_PIXELS16 };

  vault_block_encode (&info, 0, block, sizeof block, out, scratch);
  /* d: 1, 2, -1, -3; z: 2, 4, 1, 5 */
  assert_hex (scratch, sizeof block, "020401050000000009");
  info.columns = 2;
  info.pixels_at = 2;
  vault_block_encode (&info, 0, picture, sizeof picture, out, scratch);
  /* 7 stands before the picture. The words before the second row's second differ from the one
   * before: 10, 10, 10. Then 35 - (3 (30 + 20) - 2 10 + 2) / 4 = 2, 50 - (3 (35 + 30) - 2 20 + 2) /
   * 4 = 11, -1 - (3 (50 + 35) - 2 30 + 2) / 4 = -50. */
  assert_hex (scratch, sizeof picture,
              "0700"
              "141414041663"
              "000000000000");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vectors/keys", test_keys);
  g_test_add_func ("/vectors/sheet", test_sheet);
  g_test_add_func ("/vectors/sheet-typing-errors", test_sheet_typing_errors);
  g_test_add_func ("/vectors/vault-id", test_vault_id);
  g_test_add_func ("/vectors/slot", test_slot);
  g_test_add_func ("/vectors/sealed", test_sealed_vector);
  g_test_add_func ("/vectors/sealed-sizes", test_sealed_sizes);
  g_test_add_func ("/vectors/padme", test_padme);
  g_test_add_func ("/vectors/pixels16", test_pixels16);
  return g_test_run ();
}
