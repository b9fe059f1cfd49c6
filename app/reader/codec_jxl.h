/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JPEG XL (ISO/IEC 18181) through libjxl, out of memory, on the calling thread alone. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  READER_JXL_WHOLE,
  READER_JXL_PARTIAL,  /* the data ends early: what is missing is coarse or flat */
  READER_JXL_DAMAGED,  /* nothing came out */
  READER_JXL_DIFFERENT /* it is a picture, but not of that size, or not of so many samples or bits
                        */
} ReaderJxlResult;

/* Decodes the first picture of n bytes: columns * rows pixels of `samples` (1 or 3) interleaved
 * samples of `bits` (8, 16 or 32), little endian. Its own samples must have no more bits than that;
 * they come out as they were coded, not stretched, exactly up to 16 bits. *ret_own_colour is TRUE
 * if the samples are in the coding's own RGB, whatever they were before; FALSE if they are what was
 * handed to the encoder. */
ReaderJxlResult reader_jxl_decode (const guint8 *data, gsize n, guint32 columns, guint32 rows,
                                   guint samples, guint bits, guint8 *out,
                                   gboolean *ret_own_colour);

G_END_DECLS
