/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Needles hang in buckets by a hash of their first four bytes; a bit map of those hashes lets
 * almost every place of the text go with one look. */
#include "check_search.h"

#include <string.h>

#define HASH_BITS 16
#define PREFIX 4

typedef struct
{
  guint8 *bytes;
  gsize n;
} Needle;

struct CheckSearch
{
  GArray *buckets[1 << HASH_BITS]; /* Needle */
  guint8 map[(1 << HASH_BITS) / 8];
};

static guint8
lower (guint8 c)
{
  return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static guint
hash_prefix (const guint8 *at)
{
  guint32 value = lower (at[0]) | (guint32) lower (at[1]) << 8 | (guint32) lower (at[2]) << 16 |
                  (guint32) lower (at[3]) << 24;

  return (value * 2654435761u) >> (32 - HASH_BITS);
}

CheckSearch *
check_search_new (void)
{
  return g_new0 (CheckSearch, 1);
}

void
check_search_free (CheckSearch *search)
{
  for (gsize i = 0; i < G_N_ELEMENTS (search->buckets); i++)
    if (search->buckets[i] != NULL)
      {
        for (guint k = 0; k < search->buckets[i]->len; k++)
          g_free (g_array_index (search->buckets[i], Needle, k).bytes);
        g_array_unref (search->buckets[i]);
      }
  g_free (search);
}

void
check_search_add (CheckSearch *search, const guint8 *needle, gsize n)
{
  Needle entry = { g_memdup2 (needle, n), n };
  guint hash;

  if (n < PREFIX)
    {
      g_free (entry.bytes);
      return;
    }
  for (gsize i = 0; i < n; i++)
    entry.bytes[i] = lower (entry.bytes[i]);
  hash = hash_prefix (entry.bytes);
  if (search->buckets[hash] == NULL)
    search->buckets[hash] = g_array_new (FALSE, FALSE, sizeof (Needle));
  g_array_append_val (search->buckets[hash], entry);
  search->map[hash / 8] |= (guint8) (1u << hash % 8);
}

static gboolean
fits (const Needle *needle, const guint8 *at, gsize left)
{
  if (needle->n > left)
    return FALSE;
  for (gsize i = 0; i < needle->n; i++)
    if (lower (at[i]) != needle->bytes[i])
      return FALSE;
  return TRUE;
}

gboolean
check_search_run (const CheckSearch *search, const guint8 *bytes, gsize size, gsize from,
                  gsize *ret_hit)
{
  for (gsize at = from; at + PREFIX <= size; at++)
    {
      guint hash = hash_prefix (bytes + at);
      const GArray *bucket;

      if ((search->map[hash / 8] & (1u << hash % 8)) == 0)
        continue;
      bucket = search->buckets[hash];
      for (guint i = 0; i < bucket->len; i++)
        if (fits (&g_array_index (bucket, Needle, i), bytes + at, size - at))
          {
            *ret_hit = at;
            return TRUE;
          }
    }
  return FALSE;
}
