/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "archive_zip.h"

#include <string.h>

#define END_SIZE 22u
#define END64_SIZE 56u
#define LOCATOR_SIZE 20u
#define COMMENT_MAX 65535u
#define ENTRY_SIZE 46u
#define LOCAL_SIZE 30u
#define DIRECTORY_MAX ((guint64) 128 * 1024 * 1024)

typedef struct
{
  guint64 from, to; /* of a member, with the shortest header that it can have */
} Extent;

static guint64
little (const guint8 *p, guint n)
{
  guint64 value = 0;

  for (guint i = 0; i < n; i++)
    value |= (guint64) p[i] << 8 * i;
  return value;
}

static gboolean
read_at (ReaderSource *source, guint64 offset, guint8 *to, gsize n)
{
  return offset <= source->size && n <= source->size - offset &&
         reader_source_read (source, offset, to, n) == (gint64) n;
}

/* The directory's place, from the last end record of the file. */
static gboolean
find_directory (ReaderSource *source, guint64 *ret_offset, guint64 *ret_size)
{
  gsize n = (gsize) MIN (source->size, END_SIZE + COMMENT_MAX);
  guint64 start = source->size - n;
  g_autofree guint8 *tail = g_malloc (n + 1);
  guint8 locator[LOCATOR_SIZE], end64[END64_SIZE];
  gsize at;

  if (n < END_SIZE || !read_at (source, start, tail, n))
    return FALSE;
  for (at = n - END_SIZE; memcmp (tail + at, "PK\5\6", 4) != 0; at--)
    if (at == 0)
      return FALSE;
  *ret_size = little (tail + at + 12, 4);
  *ret_offset = little (tail + at + 16, 4);
  if (start + at >= LOCATOR_SIZE &&
      read_at (source, start + at - LOCATOR_SIZE, locator, sizeof locator) &&
      memcmp (locator, "PK\6\7", 4) == 0 &&
      read_at (source, little (locator + 8, 8), end64, sizeof end64) &&
      memcmp (end64, "PK\6\6", 4) == 0)
    {
      *ret_size = little (end64 + 40, 8);
      *ret_offset = little (end64 + 48, 8);
    }
  return *ret_size <= DIRECTORY_MAX && *ret_offset <= source->size &&
         *ret_size <= source->size - *ret_offset;
}

/* Sizes and places beyond 32 bits stand in extra field 1, in this order, each only if its short
 * form is all ones (4.5.3). */
static void
read_long_sizes (const guint8 *extra, gsize n, gboolean long_size, guint64 *packed, guint64 *offset)
{
  while (n >= 4)
    {
      gsize size = (gsize) little (extra + 2, 2);

      if (size > n - 4)
        return;
      if (little (extra, 2) == 1)
        {
          const guint8 *at = extra + 4, *end = at + size;

          if (long_size && end - at >= 8)
            at += 8;
          if (*packed == G_MAXUINT32 && end - at >= 8)
            {
              *packed = little (at, 8);
              at += 8;
            }
          if (*offset == G_MAXUINT32 && end - at >= 8)
            *offset = little (at, 8);
          return;
        }
      extra += 4 + size;
      n -= 4 + size;
    }
}

static gint
compare_extents (gconstpointer a, gconstpointer b)
{
  const Extent *one = a, *two = b;

  if (one->from != two->from)
    return one->from < two->from ? -1 : 1;
  return one->to < two->to ? -1 : one->to > two->to;
}

static void
collect_extents (const guint8 *directory, gsize n, GArray *extents)
{
  while (n >= ENTRY_SIZE && memcmp (directory, "PK\1\2", 4) == 0)
    {
      gsize name = (gsize) little (directory + 28, 2), extra = (gsize) little (directory + 30, 2);
      gsize all = ENTRY_SIZE + name + extra + (gsize) little (directory + 32, 2);
      guint64 packed = little (directory + 20, 4), offset = little (directory + 42, 4), header;
      Extent extent;

      if (all > n)
        return;
      read_long_sizes (directory + ENTRY_SIZE + name, extra,
                       little (directory + 24, 4) == G_MAXUINT32, &packed, &offset);
      header = LOCAL_SIZE + name;
      extent.from = offset;
      if (g_uint64_checked_add (&extent.to, offset, header) &&
          g_uint64_checked_add (&extent.to, extent.to, packed))
        g_array_append_val (extents, extent);
      directory += all;
      n -= all;
    }
}

gboolean
reader_zip_overlaps (ReaderSource *source)
{
  g_autoptr (GArray) extents = g_array_new (FALSE, FALSE, sizeof (Extent));
  g_autofree guint8 *directory = NULL;
  guint64 offset, size;

  if (!find_directory (source, &offset, &size))
    return FALSE;
  directory = g_try_malloc ((gsize) size + 1);
  if (directory == NULL || !read_at (source, offset, directory, (gsize) size))
    return FALSE;
  collect_extents (directory, (gsize) size, extents);
  g_array_sort (extents, compare_extents);
  for (guint i = 1; i < extents->len; i++)
    if (g_array_index (extents, Extent, i).from < g_array_index (extents, Extent, i - 1).to)
      return TRUE;
  return FALSE;
}
