/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sorted array of all places of the texts: those where a part begins are neighbours in it. */
#include "check_kept.h"

#include <string.h>

#define KEPT_MAX (4 * 1024 * 1024)

struct CheckKept
{
  GHashTable *seen; /* lower-case texts */
  GString *all;     /* the same, each ended by a NUL, so that no part reaches over two */
  GArray *places;   /* guint32, in the order of what stands there; NULL: not sorted yet */
};

CheckKept *
check_kept_new (void)
{
  CheckKept *kept = g_new0 (CheckKept, 1);

  kept->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  kept->all = g_string_new (NULL);
  return kept;
}

void
check_kept_free (CheckKept *kept)
{
  g_hash_table_unref (kept->seen);
  g_string_free (kept->all, TRUE);
  g_clear_pointer (&kept->places, g_array_unref);
  g_free (kept);
}

void
check_kept_add (CheckKept *kept, const char *text)
{
  char *lower = g_ascii_strdown (text, -1);
  const gsize n = strlen (lower);

  if (kept->all->len + n >= KEPT_MAX || g_hash_table_contains (kept->seen, lower))
    {
      g_free (lower);
      return;
    }
  g_string_append_len (kept->all, lower, (gssize) n + 1);
  g_hash_table_add (kept->seen, lower);
  g_clear_pointer (&kept->places, g_array_unref);
}

static gint
order (gconstpointer a, gconstpointer b, gpointer all)
{
  return strncmp ((const char *) all + *(const guint32 *) a,
                  (const char *) all + *(const guint32 *) b, CHECK_KEPT_PART);
}

static void
sort (CheckKept *kept)
{
  kept->places = g_array_sized_new (FALSE, FALSE, sizeof (guint32), (guint) kept->all->len);
  for (guint32 i = 0; i < kept->all->len; i++)
    if (kept->all->str[i] != '\0')
      g_array_append_val (kept->places, i);
  g_array_sort_with_data (kept->places, order, kept->all->str);
}

gboolean
check_kept_has (CheckKept *kept, const char *part)
{
  const gsize n = strlen (part);
  guint low = 0, high;

  if (n > CHECK_KEPT_PART)
    return FALSE;
  if (kept->places == NULL)
    sort (kept);
  high = kept->places->len;
  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const int way =
          strncmp (kept->all->str + g_array_index (kept->places, guint32, middle), part, n);

      if (way == 0)
        return TRUE;
      if (way < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return FALSE;
}
