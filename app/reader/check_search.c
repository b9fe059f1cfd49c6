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
  gboolean sorted;
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
  search->sorted = FALSE;
  search->map[hash / 8] |= (guint8) (1u << hash % 8);
}

static gint
order (gconstpointer a, gconstpointer b)
{
  const Needle *one = a, *other = b;
  const int way = memcmp (one->bytes, other->bytes, MIN (one->n, other->n));

  return way != 0 ? way : (one->n > other->n) - (one->n < other->n);
}

/* A needle that begins with another one is found by that: without such, at most one begins at any
 * place, and the order of the others tells the way to it. */
static void
sort (GArray *bucket)
{
  guint n = 0;

  g_array_sort (bucket, order);
  for (guint i = 0; i < bucket->len; i++)
    {
      Needle *here = &g_array_index (bucket, Needle, i),
             *before = n > 0 ? &g_array_index (bucket, Needle, n - 1) : NULL;

      if (before != NULL && before->n <= here->n &&
          memcmp (before->bytes, here->bytes, before->n) == 0)
        g_free (here->bytes);
      else
        g_array_index (bucket, Needle, n++) = *here;
    }
  g_array_set_size (bucket, n);
}

/* 0: the needle begins there; else whether it comes before or behind what does. */
static gint
compare (const Needle *needle, const guint8 *at, gsize left)
{
  for (gsize i = 0; i < needle->n && i < left; i++)
    if (needle->bytes[i] != lower (at[i]))
      return needle->bytes[i] < lower (at[i]) ? -1 : 1;
  return needle->n > left;
}

static gboolean
begins (const GArray *bucket, const guint8 *at, gsize left)
{
  guint low = 0, high = bucket->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const gint way = compare (&g_array_index (bucket, Needle, middle), at, left);

      if (way == 0)
        return TRUE;
      if (way < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return FALSE;
}

gboolean
check_search_run (CheckSearch *search, const guint8 *bytes, gsize size, gsize from, gsize *ret_hit)
{
  for (gsize i = 0; i < G_N_ELEMENTS (search->buckets) && !search->sorted; i++)
    if (search->buckets[i] != NULL)
      sort (search->buckets[i]);
  search->sorted = TRUE;
  for (gsize at = from; at + PREFIX <= size; at++)
    {
      guint hash = hash_prefix (bytes + at);

      if ((search->map[hash / 8] & (1u << hash % 8)) != 0 &&
          begins (search->buckets[hash], bytes + at, size - at))
        {
          *ret_hit = at;
          return TRUE;
        }
    }
  return FALSE;
}
