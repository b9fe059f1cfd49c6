/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exif 2.3 (JEITA CP-3451C) 4.5.2 and 4.6.4: a TIFF header, then IFD0, whose tag 0x0112 says how
 * the camera was held. */
#include <string.h>

#include "pages.h"

#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3

static guint32
number (const guint8 *p, guint n, gboolean big)
{
  guint32 value = 0;

  for (guint i = 0; i < n; i++)
    value |= (guint32) p[i] << 8 * (big ? n - 1 - i : i);
  return value;
}

guint
reader_exif_orientation (const guint8 *data, gsize size)
{
  gboolean big;
  guint32 at, entries;

  if (size >= 6 && memcmp (data, "Exif\0\0", 6) == 0)
    {
      data += 6;
      size -= 6;
    }
  if (size < 8 || (memcmp (data, "II*\0", 4) != 0 && memcmp (data, "MM\0*", 4) != 0))
    return 1;
  big = data[0] == 'M';
  at = number (data + 4, 4, big);
  if (at > size - 2)
    return 1;
  entries = number (data + at, 2, big);
  for (guint32 i = 0; i < entries && (gsize) at + 2 + 12 * ((gsize) i + 1) <= size; i++)
    {
      const guint8 *entry = data + at + 2 + 12 * (gsize) i;
      const guint32 value = number (entry + 8, 2, big);

      if (number (entry, 2, big) == TAG_ORIENTATION && number (entry + 2, 2, big) == TYPE_SHORT)
        return value >= 1 && value <= 8 ? value : 1;
    }
  return 1;
}
