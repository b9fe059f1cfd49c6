/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_keys.h"

#include <string.h>

#include "english_words.h"
#include "vault.h"

#define WEEKS_MIN 52 /* to 520 */
#define WORDS 5
#define WORD_BITS 11

struct ScanShareKeys
{
  GHmac *uid; /* has taken the label */
};

static void
derive (const guint8 key[32], const char *label, guint8 ret_sum[32])
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, VAULT_KEY_SIZE);
  gsize n = 32;

  g_hmac_update (hmac, (const guchar *) label, (gssize) strlen (label) + 1);
  g_hmac_get_digest (hmac, ret_sum, &n);
}

ScanShareKeys *
scan_share_keys_new (const guint8 key[32])
{
  static const char label[] = "uid";
  ScanShareKeys *keys = g_new0 (ScanShareKeys, 1);

  keys->uid = g_hmac_new (G_CHECKSUM_SHA256, key, VAULT_KEY_SIZE);
  g_hmac_update (keys->uid, (const guchar *) label, sizeof label);
  return keys;
}

void
scan_share_keys_free (ScanShareKeys *keys)
{
  if (keys == NULL)
    return;
  g_hmac_unref (keys->uid);
  g_free (keys);
}

static void
make_uuid (const guint8 sum[32], guint8 ret_number[SCAN_SHARE_UID])
{
  memcpy (ret_number, sum, SCAN_SHARE_UID);
  ret_number[6] = (guint8) ((ret_number[6] & 0x0F) | 0x40);
  ret_number[8] = (guint8) ((ret_number[8] & 0x3F) | 0x80);
}

void
scan_share_keys_uid (const ScanShareKeys *keys, const char *uid, guint8 ret_number[SCAN_SHARE_UID])
{
  g_autoptr (GHmac) hmac = g_hmac_copy (keys->uid);
  gsize length = strlen (uid), n = 32;
  guint8 big_endian[4], sum[32];

  while (length > 0 && uid[length - 1] == ' ')
    length--;
  for (guint i = 0; i < 4; i++)
    big_endian[i] = (guint8) (length >> (24 - 8 * i));
  g_hmac_update (hmac, big_endian, sizeof big_endian);
  g_hmac_update (hmac, (const guchar *) uid, (gssize) length);
  g_hmac_get_digest (hmac, sum, &n);
  make_uuid (sum, ret_number);
}

char *
scan_share_keys_file_set (const guint8 key[32])
{
  guint8 sum[32];
  guint64 number = 0;

  derive (key, "file-set", sum);
  for (guint i = 0; i < 8; i++)
    number = number << 8 | sum[i];
  return g_strdup_printf ("2.25.%" G_GUINT64_FORMAT, number);
}

gboolean
scan_share_uid_number (const char *uid, guint8 ret_number[SCAN_SHARE_UID])
{
  guint8 number[SCAN_SHARE_UID] = { 0 };

  if (!g_str_has_prefix (uid, "2.25.") || uid[5] == '\0')
    return FALSE;
  for (const char *at = uid + 5; *at != '\0'; at++)
    {
      guint carry = (guint) (*at - '0');

      if (!g_ascii_isdigit (*at))
        return FALSE;
      for (gsize i = SCAN_SHARE_UID; i-- > 0;)
        {
          carry += number[i] * 10u;
          number[i] = (guint8) carry;
          carry >>= 8;
        }
      if (carry != 0)
        return FALSE;
    }
  memcpy (ret_number, number, sizeof number);
  return TRUE;
}

guint32
scan_share_keys_number (const guint8 key[32], const char *label)
{
  guint8 sum[32];

  derive (key, label, sum);
  return sum[0] | (guint32) sum[1] << 8 | (guint32) sum[2] << 16 | (guint32) sum[3] << 24;
}

gint32
scan_share_keys_date_shift (const guint8 key[32], guint counter)
{
  const guint32 first = scan_share_keys_number (key, "date-shift") % SCAN_SHARE_DATE_SHIFTS;

  return -7 * (gint32) (WEEKS_MIN + (first + counter) % SCAN_SHARE_DATE_SHIFTS);
}

void
scan_share_keys_salt (const guint8 key[32], guint8 ret_salt[32])
{
  derive (key, "zip-salt", ret_salt);
}

char *
scan_share_keys_words (const guint8 key[32])
{
  char *words = vault_secure_alloc (WORDS * 8);
  guint8 sum[32];

  if (words == NULL)
    return NULL;
  derive (key, "zip-words", sum);
  *words = '\0';
  for (guint i = 0; i < WORDS; i++)
    {
      const guint value = (guint) sum[2 * i] << 8 | sum[2 * i + 1];

      if (i > 0)
        strcat (words, "-");
      strcat (words, scan_english_word (value & ((1u << WORD_BITS) - 1)));
    }
  explicit_bzero (sum, sizeof sum);
  return words;
}
