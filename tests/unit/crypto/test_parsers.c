/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault's structures one by one: fixed inputs give fixed bytes, and a lie in any of them is
 * refused. */
#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "bundle.h"
#include "bytes.h"
#include "vault_private.h"

static const guint8 seed[SEED_SIZE] = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
                                        10, 11, 12, 13, 14, 15, 16, 17, 18, 19 };
static const guint8 uuid[UUID_SIZE] = "sixteen bytes id";

static void
assert_hex (const guint8 *bytes, gsize n, const char *expected)
{
  g_autofree char *text = g_malloc (2 * n + 1);

  for (gsize i = 0; i < n; i++)
    g_snprintf (text + 2 * i, 3, "%02x", bytes[i]);
  g_assert_cmpstr (text, ==, expected);
}

/* RFC 7693, appendix A gives BLAKE2b-512 of "abc"; the AEAD vector is draft-irtf-cfrg-xchacha-03,
 * A.3.1. */
static void
test_published_vectors (void)
{
  static const char text[] =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
      "future, sunscreen would be it.";
  static const guint8 aad[] = { 0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1,
                                0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7 };
  guint8 key[32], nonce[24], hash[64], sealed[sizeof text - 1 + 16];

  vault_b2 (hash, sizeof hash, "abc", 3, NULL);
  assert_hex (hash, sizeof hash,
              "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
              "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
  for (guint i = 0; i < sizeof key; i++)
    key[i] = (guint8) (0x80 + i);
  for (guint i = 0; i < sizeof nonce; i++)
    nonce[i] = (guint8) (0x40 + i);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed, NULL, (const guint8 *) text, sizeof text - 1,
                                              aad, sizeof aad, NULL, nonce, key);
  assert_hex (sealed, 16, "bd6d179d3e83d43b9576579493c0e939");
  assert_hex (sealed + sizeof text - 1, 16, "c0875924c1c7987947deafd8780acf49");
}

static void
test_slot (void)
{
  const VaultKdf cheap = { 1, 8192 }, none = { 0, 8192 }, small = { 1, 8191 }, often = { 17, 8192 };
  guint8 slot[SLOT_SIZE], back[SEED_SIZE] = { 0 }, hash[32];

  g_assert_cmpint (vault_slot_make (uuid, "secret", 6, &none, seed, slot), ==,
                   VAULT_ERROR_ARGUMENT);
  g_assert_cmpint (vault_slot_make (uuid, "secret", 6, &small, seed, slot), ==,
                   VAULT_ERROR_ARGUMENT);
  g_assert_cmpint (vault_slot_make (uuid, "secret", 6, &often, seed, slot), ==,
                   VAULT_ERROR_ARGUMENT);
  g_assert_cmpint (vault_slot_make (uuid, "secret", 6, &cheap, seed, slot), ==, VAULT_OK);
  g_assert_cmpint (vault_slot_open (slot, uuid, "secret", 6, back), ==, VAULT_OK);
  g_assert_cmpmem (back, SEED_SIZE, seed, SEED_SIZE);
  g_assert_cmpint (vault_slot_open (slot, uuid, "secreT", 6, back), ==, VAULT_ERROR_SECRET);
  for (guint i = 0; i < SLOT_SIZE; i++)
    {
      slot[i] ^= 4;
      g_assert_cmpint (vault_slot_open (slot, uuid, "secret", 6, back), ==, VAULT_ERROR_SLOT);
      slot[i] ^= 4;
    }
  /* Who forges the checksum as well still meets the tag or the bounds of the derivation. */
  for (guint i = 34; i < 136; i += 3)
    {
      VaultError error;

      slot[i] ^= 0x80;
      vault_b2 (hash, sizeof hash, slot, 136, NULL);
      memcpy (slot + 136, hash, 8);
      error = vault_slot_open (slot, uuid, "secret", 6, back);
      g_assert_true (error == VAULT_ERROR_SECRET || error == VAULT_ERROR_SLOT ||
                     error == VAULT_ERROR_NO_MEMORY);
      slot[i] ^= 0x80;
    }
}

static void
test_codec (void)
{
  static const gsize sizes[] = { 1, 2, 3, 4097, 65535, VAULT_BLOCK_SIZE - 1, VAULT_BLOCK_SIZE };
  g_autofree guint8 *in = g_malloc (VAULT_BLOCK_SIZE), *out = g_malloc (VAULT_BLOCK_SIZE),
                    *back = g_malloc (VAULT_BLOCK_SIZE), *scratch = g_malloc (VAULT_BLOCK_SIZE);

  for (guint kind = 0; kind < 3; kind++)
    for (guint codec = 0; codec < 5; codec++)
      for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
        {
          gsize n = sizes[s];
          uint32_t length;
          VaultMemberInfo info = { .codec = (VaultCodec) MIN (codec, 2),
                                   .columns = codec == 3   ? 64
                                              : codec == 4 ? 65535
                                                           : 0,
                                   .pixels_at = codec == 3 ? 1001 : 0 };

          for (gsize i = 0; i < n; i++)
            in[i] = kind == 0 ? 7 : (guint8) (i / 2 * 3 >> (i % 2 * 8));
          if (kind == 2)
            randombytes_buf (in, n);
          length = vault_block_encode (&info, 0, in, n, out, scratch);
          g_assert_cmpuint (length & ~BLOCK_RAW_BIT, <=, n);
          if (codec == VAULT_CODEC_RAW || kind == 2)
            g_assert_cmpuint (length, ==, n | BLOCK_RAW_BIT);
          else if (n > 4000 && (kind == 0 || info.codec == VAULT_CODEC_PIXELS16))
            g_assert_cmpuint (length, <, n / 2);
          g_assert_true (vault_block_decode (info.codec, length, out, back, n, scratch));
          g_assert_cmpmem (back, n, in, n);
          if (n > 1)
            g_assert_false (vault_block_decode (info.codec, length, out, back, n - 1, scratch));
        }
}

#define FOOTER_SIZE (8 + 46 + 1 + 8 + 4 + 4)

/* One member "x" of 10 bytes in one raw block. */
static void
make_footer (guint8 footer[FOOTER_SIZE])
{
  memset (footer, 0, FOOTER_SIZE);
  put_le (footer, 1, 4);
  put_le (footer + 4, 1, 4);
  put_le (footer + 40, 10, 8);
  footer[49] = 18;
  put_le (footer + 52, 1, 2);
  footer[54] = 'x';
  put_le (footer + 63, 1, 4);
  put_le (footer + 67, 10 | BLOCK_RAW_BIT, 4);
}

static void
test_footer (void)
{
  static const struct
  {
    guint at, bytes;
    guint64 value;
  } lies[] = { { 0, 4, 2 },
               { 4, 4, 2 },
               { 4, 4, 0 },
               { 4, 4, G_MAXUINT32 },
               { 48, 1, 3 },
               { 49, 1, 17 },
               { 40, 8, 262145 },
               { 40, 8, 0 },
               { 52, 2, 2 },
               { 63, 4, 2 },
               { 63, 4, G_MAXUINT32 },
               { 67, 4, 9 | BLOCK_RAW_BIT },
               { 67, 4, 11 } };
  guint8 bytes[FOOTER_SIZE];
  Footer footer = { 0 };

  make_footer (bytes);
  g_assert_cmpint (vault_footer_parse (bytes, sizeof bytes, 10, &footer), ==, VAULT_OK);
  g_assert_cmpuint (footer.n, ==, 1);
  g_assert_cmpstr (footer.members[0].name, ==, "x");
  g_assert_cmpuint (footer.members[0].size, ==, 10);
  vault_footer_clear (&footer);
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      make_footer (bytes);
      put_le (bytes + lies[i].at, lies[i].value, lies[i].bytes);
      g_assert_cmpint (vault_footer_parse (bytes, sizeof bytes, 10, &footer), ==,
                       VAULT_ERROR_DAMAGED);
    }
  make_footer (bytes);
  for (gsize n = 0; n < sizeof bytes; n++)
    g_assert_cmpint (vault_footer_parse (bytes, n, 10, &footer), ==, VAULT_ERROR_DAMAGED);
  g_assert_cmpint (vault_footer_parse (bytes, sizeof bytes, 11, &footer), ==, VAULT_ERROR_DAMAGED);
  /* So large that rounding it up to blocks would wrap to none. */
  put_le (bytes + 40, G_MAXUINT64, 8);
  put_le (bytes + 63, 0, 4);
  g_assert_cmpint (vault_footer_parse (bytes, sizeof bytes - 4, 0, &footer), ==,
                   VAULT_ERROR_DAMAGED);
}

/* A record without heads and padding that sets one field of entity "e". */
static gsize
make_set (guint8 *payload, guint64 writer, guint64 clock, const char *value)
{
  gsize n = strlen (value);

  memset (payload, 0, 62);
  put_le (payload, writer, 8);
  put_le (payload + 8, 1, 8);
  put_le (payload + 48, clock, 8);
  put_le (payload + 58, 1, 4);
  payload[62] = 3;
  put_le (payload + 63, 4 + n, 4);
  put_le (payload + 67, 5, 2);
  payload[69] = 1;
  payload[70] = 'e';
  memcpy (payload + 71, value, n);
  put_le (payload + 71 + n, 0, 4);
  return 75 + n;
}

static void
fold_bytes (Fold *fold, const guint8 *payload, gsize n, VaultError expected)
{
  Record record;
  bool read_only = false;

  g_assert_cmpint (vault_record_parse (payload, n, false, &record), ==, VAULT_OK);
  g_assert_cmpint (vault_fold_record (fold, &record, &read_only), ==, expected);
}

static void
test_fold_order (void)
{
  static const struct
  {
    guint64 writer, clock;
    const char *value;
  } sets[] = {
    { 1, 100, "old" }, { 2, 300, "loses the tie" }, { 9, 300, "wins" }, { 8, 200, "middle" }
  };
  guint8 payloads[4][128];
  gsize sizes[4];
  guint orders = 0;

  for (guint i = 0; i < 4; i++)
    sizes[i] = make_set (payloads[i], sets[i].writer, sets[i].clock, sets[i].value);
  for (guint code = 0; code < 256; code++)
    {
      guint order[4] = { code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 };
      Fold fold = { 0 };

      if ((1u << order[0] | 1u << order[1] | 1u << order[2] | 1u << order[3]) != 15)
        continue;
      orders++;
      for (guint i = 0; i < 4; i++)
        fold_bytes (&fold, payloads[order[i]], sizes[order[i]], VAULT_OK);
      g_assert_cmpuint (fold.n_fields, ==, 1);
      g_assert_cmpmem (fold.fields[0].value, fold.fields[0].value_len, "wins", 4);
      g_assert_cmpuint (fold.clock, ==, 300);
      vault_fold_clear (&fold);
    }
  g_assert_cmpuint (orders, ==, 24);
}

static void
test_record_lies (void)
{
  guint8 payload[128];
  gsize n = make_set (payload, 1, 2, "value");
  Fold fold = { 0 };
  Record record;
  bool read_only = false;

  for (gsize cut = 0; cut < 66; cut++)
    g_assert_cmpint (vault_record_parse (payload, cut, false, &record), ==, VAULT_ERROR_DAMAGED);
  put_le (payload + n - 4, n, 4);
  g_assert_cmpint (vault_record_parse (payload, n, false, &record), ==, VAULT_ERROR_DAMAGED);
  put_le (payload + n - 4, 0, 4);
  put_le (payload + 58, 2, 4);
  fold_bytes (&fold, payload, n, VAULT_ERROR_DAMAGED);
  put_le (payload + 58, 1, 4);
  put_le (payload + 63, 10, 4);
  fold_bytes (&fold, payload, n, VAULT_ERROR_DAMAGED);
  put_le (payload + 63, 9, 4);
  payload[69] = 7;
  fold_bytes (&fold, payload, n, VAULT_ERROR_DAMAGED);
  /* Unknown operations: passed over, and with bit 7 a reason not to write. */
  payload[62] = 0x7F;
  g_assert_cmpint (vault_record_parse (payload, n, false, &record), ==, VAULT_OK);
  g_assert_cmpint (vault_fold_record (&fold, &record, &read_only), ==, VAULT_OK);
  g_assert_false (read_only);
  payload[62] = 0x80;
  g_assert_cmpint (vault_fold_record (&fold, &record, &read_only), ==, VAULT_OK);
  g_assert_true (read_only);
  vault_fold_clear (&fold);
}

/* Two records name the same members, at a slab's end: each counts once, and nothing is lost or
 * leaked. */
static void
test_members_twice (void)
{
  const guint members = ENTRY_SLAB - 6;
  const gsize n = 62 + 5 + 76 + 5 + 32 + 41 * (gsize) members + 4;
  guint8 *payload = g_malloc0 (n), *at = payload + 62;
  Fold fold = { 0 };

  put_le (payload + 58, 2, 4);
  *at = 1;
  put_le (at + 1, 76, 4);
  memset (at + 5, 0xAB, 32);
  put_le (at + 5 + 72, members, 4);
  at += 5 + 76;
  *at = 2;
  put_le (at + 1, 32 + 41 * members, 4);
  memset (at + 5, 0xAB, 32);
  for (guint i = 0; i < members; i++)
    put_le (at + 5 + 32 + 41 * (gsize) i, i * 2654435761u, 4);
  for (guint round = 0; round < 3; round++)
    fold_bytes (&fold, payload, n, VAULT_OK);
  g_assert_cmpuint (fold.n_entries, ==, members);
  g_assert_cmpuint (fold.n_bundles, ==, 1);
  for (guint i = 0; i < members; i++)
    g_assert_cmpuint (vault_fold_entry (&fold, i)->entry.index, ==, i);
  vault_fold_clear (&fold);
  g_free (payload);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (vault_init (), ==, VAULT_OK);
  g_test_add_func ("/parsers/published-vectors", test_published_vectors);
  g_test_add_func ("/parsers/slot", test_slot);
  g_test_add_func ("/parsers/codec", test_codec);
  g_test_add_func ("/parsers/footer", test_footer);
  g_test_add_func ("/parsers/fold-order", test_fold_order);
  g_test_add_func ("/parsers/record-lies", test_record_lies);
  g_test_add_func ("/parsers/members-twice", test_members_twice);
  return g_test_run ();
}
