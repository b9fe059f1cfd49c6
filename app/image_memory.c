/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image_memory.h"

#include <string.h>
#include <sys/mman.h>

/* In front of the bytes, so that they can be found again when they are freed. */
typedef struct
{
  gsize size; /* of everything */
  gboolean mapped;
} Head;

#define HEAD_SIZE 64 /* keeps pixels aligned for vector instructions */
#define MAPPED_FROM ((gsize) 64 * 1024)

G_STATIC_ASSERT (sizeof (Head) <= HEAD_SIZE);

gpointer
scan_image_alloc (gsize n)
{
  gsize size = n + HEAD_SIZE;
  gboolean mapped = size >= MAPPED_FROM;
  guint8 *memory;

  if (size < n)
    return NULL;
  if (mapped)
    {
      memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED)
        return NULL;
      madvise (memory, size, MADV_DONTDUMP);
    }
  else if ((memory = g_try_malloc0 (size)) == NULL)
    return NULL;
  *(Head *) (gpointer) memory = (Head){ size, mapped };
  return memory + HEAD_SIZE;
}

void
scan_image_free (gpointer memory)
{
  guint8 *start;
  Head head;

  if (memory == NULL)
    return;
  start = (guint8 *) memory - HEAD_SIZE;
  head = *(Head *) (gpointer) start;
  explicit_bzero (start, head.size);
  if (head.mapped)
    munmap (start, head.size);
  else
    g_free (start);
}

GBytes *
scan_image_take (gpointer memory, gsize n)
{
  return g_bytes_new_with_free_func (memory, n, scan_image_free, memory);
}
