/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_rle.h"

#include <string.h>

#define HEADER_SIZE 64
#define SEGMENTS_MAX 15

static guint32
get_u32 (const guint8 *p)
{
  return (guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24;
}

/* One segment: one byte of each sample, step bytes apart. */
static gboolean
decode_segment (const guint8 *in, const guint8 *end, guint8 *out, gsize count, gsize step)
{
  gsize done = 0;

  while (done < count)
    {
      gint8 control;
      gsize run;

      if (in >= end)
        return FALSE;
      control = (gint8) *in++;
      if (control >= 0)
        {
          run = (gsize) control + 1;
          const gsize there = MIN (run, (gsize) (end - in));

          for (gsize i = 0; i < there && done < count; i++)
            out[done++ * step] = in[i];
          if (there < run)
            return FALSE;
          in += run;
        }
      else if (control != -128)
        {
          run = (gsize) (1 - control);
          if (in >= end)
            return FALSE;
          for (gsize i = 0; i < run && done < count; i++)
            out[done++ * step] = *in;
          in++;
        }
    }
  return TRUE;
}

gboolean
reader_rle_decode (const guint8 *data, gsize n, gsize pixels, guint samples, guint width,
                   guint8 *out)
{
  const guint segments = samples * width;
  gboolean whole = TRUE;

  memset (out, 0, pixels * segments);
  if (n < HEADER_SIZE || segments == 0 || segments > SEGMENTS_MAX || get_u32 (data) != segments)
    return FALSE;
  for (guint i = 0; i < segments; i++)
    {
      const guint sample = i / width, byte = i % width;
      gsize from = get_u32 (data + 4 + 4 * i);
      gsize to = i + 1 < segments ? get_u32 (data + 8 + 4 * i) : n;

      if (from < HEADER_SIZE || from > to)
        return FALSE;
      if (to > n) /* the rest was cut off */
        whole = FALSE;
      from = MIN (from, n);
      to = MIN (to, n);
      /* The most significant byte of a sample comes first. */
      if (!decode_segment (data + from, data + to, out + sample * width + (width - 1 - byte),
                           pixels, segments))
        whole = FALSE;
    }
  return whole;
}
