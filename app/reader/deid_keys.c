/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_keys.h"

#include <string.h>

static void
derive (const guint8 key[READER_DEID_KEY_SIZE], const char *label, const char *value,
        const char *more, guint8 sum[32])
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, READER_DEID_KEY_SIZE);
  gsize length = strlen (value), extra = more != NULL ? strlen (more) : 0, n = 32, total;
  guint8 big_endian[4];

  while (length > 0 && value[length - 1] == ' ')
    length--;
  while (extra > 0 && more[extra - 1] == ' ')
    extra--;
  total = length + (extra > 0 ? 1 + extra : 0);
  for (guint i = 0; i < 4; i++)
    big_endian[i] = (guint8) (total >> (24 - 8 * i));
  g_hmac_update (hmac, (const guchar *) label, (gssize) strlen (label) + 1);
  g_hmac_update (hmac, big_endian, sizeof big_endian);
  g_hmac_update (hmac, (const guchar *) value, (gssize) length);
  if (extra > 0)
    {
      /* Parted, so that no other pair makes the same bytes. */
      g_hmac_update (hmac, (const guchar *) "", 1);
      g_hmac_update (hmac, (const guchar *) more, (gssize) extra);
    }
  g_hmac_get_digest (hmac, sum, &n);
}

/* A 128-bit big-endian number in decimal. */
static void
to_decimal (const guint8 bytes[16], char *ret_text)
{
  guint8 number[16];
  char reversed[40];
  guint digits = 0;
  gboolean left = TRUE;

  memcpy (number, bytes, sizeof number);
  while (left)
    {
      guint rest = 0;

      left = FALSE;
      for (guint i = 0; i < sizeof number; i++)
        {
          guint value = rest << 8 | number[i];

          number[i] = (guint8) (value / 10);
          rest = value % 10;
          left = left || number[i] != 0;
        }
      reversed[digits++] = (char) ('0' + rest);
    }
  for (guint i = 0; i < digits; i++)
    ret_text[i] = reversed[digits - 1 - i];
  ret_text[digits] = '\0';
}

void
reader_deid_uid (const guint8 key[READER_DEID_KEY_SIZE], const char *uid, char ret_uid[65])
{
  guint8 sum[32];

  derive (key, "uid", uid, NULL, sum);
  sum[6] = (guint8) ((sum[6] & 0x0F) | 0x40);
  sum[8] = (guint8) ((sum[8] & 0x3F) | 0x80);
  strcpy (ret_uid, "2.25.");
  to_decimal (sum, ret_uid + strlen ("2.25."));
}

void
reader_deid_patient (const guint8 key[READER_DEID_KEY_SIZE], const char *patient_id,
                     const char *issuer, char ret_id[17])
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  guint8 sum[32];

  derive (key, "pid", patient_id, issuer, sum);
  for (guint i = 0; i < 16; i++)
    {
      guint bit = i * 5, pair = (guint) sum[bit / 8] << 8 | sum[bit / 8 + 1];

      ret_id[i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
  ret_id[16] = '\0';
}
