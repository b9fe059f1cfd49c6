/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_rle.h"

#define HEADER 64 /* fifteen offsets behind the number of segments (PS3.5 G.5) */
#define SEGMENTS_MAX 15
#define NOTHING 0x80 /* a control byte that stands for nothing (G.3.2) */

static guint32
offset_at (const guint8 *header, guint i)
{
  const guint8 *at = header + 4 + (gsize) i * 4;

  return (guint32) at[0] | (guint32) at[1] << 8 | (guint32) at[2] << 16 | (guint32) at[3] << 24;
}

/* One byte of every pixel, `step` apart (PS3.5 G.3.2). What is left of a segment is in no copy. */
static gboolean
unpack_segment (const guint8 *in, gsize n, guint8 *out, gsize pixels, gsize step)
{
  gsize at = 0, pixel = 0;

  while (pixel < pixels)
    {
      guint8 control;
      gsize run;
      gboolean literal;

      if (at >= n)
        return FALSE;
      control = in[at++];
      if (control == NOTHING)
        continue;
      literal = control < NOTHING;
      run = literal ? (gsize) control + 1 : (gsize) 257 - control;
      if (run > pixels - pixel || (literal ? run : 1) > n - at)
        return FALSE;
      for (gsize i = 0; i < run; i++)
        out[(pixel + i) * step] = in[at + (literal ? i : 0)];
      at += literal ? run : 1;
      pixel += run;
    }
  return TRUE;
}

gboolean
check_rle_decode (const guint8 *data, gsize n, gsize pixels, guint samples, guint width,
                  guint8 *out)
{
  const guint segments = samples * width;

  if (segments == 0 || segments > SEGMENTS_MAX || n < HEADER || data[0] != segments ||
      data[1] != 0 || data[2] != 0 || data[3] != 0)
    return FALSE;
  for (guint i = 0; i < segments; i++)
    {
      const gsize from = offset_at (data, i), to = i + 1 < segments ? offset_at (data, i + 1) : n;
      /* The highest byte of a sample comes first (G.2). */
      const guint byte = width - 1 - i % width;

      if (from < HEADER || from > to || to > n ||
          !unpack_segment (data + from, to - from, out + i / width * width + byte, pixels,
                           segments))
        return FALSE;
    }
  return TRUE;
}
