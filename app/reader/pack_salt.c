/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pack_salt.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static struct
{
  gboolean on;
  guint8 key[32];
  guint32 counter;
  gsize taken;
} salt;

static void
derive (const guint8 *key, const guint8 *text, gsize n, guint8 ret_sum[32])
{
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, key, READER_PACK_SALT_KEY);
  gsize size = 32;

  g_hmac_update (hmac, text, (gssize) n);
  g_hmac_get_digest (hmac, ret_sum, &size);
  g_hmac_unref (hmac);
}

void
reader_pack_salt_begin (const guint8 *key, const char *name, const guint8 *sum, gsize sum_size)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();

  g_byte_array_append (text, (const guint8 *) name, (guint) strlen (name) + 1);
  g_byte_array_append (text, sum, (guint) sum_size);
  derive (key, text->data, text->len, salt.key);
  salt.counter = 0;
  salt.taken = 0;
  salt.on = TRUE;
}

void
reader_pack_salt_end (void)
{
  salt.on = FALSE;
  explicit_bzero (salt.key, sizeof salt.key);
}

gsize
reader_pack_salt_taken (void)
{
  return salt.taken;
}

static void
fill_random (guint8 *to, size_t n)
{
  while (n > 0)
    {
      ssize_t got = getrandom (to, MIN (n, 256), 0);

      if (got <= 0)
        abort ();
      to += got;
      n -= (size_t) got;
    }
}

/* Takes the place of glibc's for the whole program, libarchive included. */
__attribute__ ((visibility ("default"))) void
arc4random_buf (void *buf, size_t n)
{
  guint8 *to = buf;

  if (!salt.on)
    {
      fill_random (to, n);
      return;
    }
  salt.taken += n;
  while (n > 0)
    {
      guint8 sum[32];
      gsize piece = MIN (n, sizeof sum);

      derive (salt.key, (const guint8 *) &salt.counter, sizeof salt.counter, sum);
      salt.counter++;
      memcpy (to, sum, piece);
      to += piece;
      n -= piece;
    }
}
