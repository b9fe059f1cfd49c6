/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JPEG 2000 (ITU-T T.800) and its High-Throughput part (T.814) through OpenJPEG, out of memory. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the main header of a codestream says. */
typedef struct
{
  gsize start;                 /* where the codestream begins in the data: 0 but in a JP2 file */
  guint32 width, height;       /* of the image area */
  gboolean from_origin;        /* the image area begins at 0, 0 */
  guint components, precision; /* the deepest of them */
  gboolean is_signed;          /* the first one */
  guint tiles;
  gsize first_tile; /* where the first part of one begins */
  guint halvings;   /* how often every component can be halved on the way */
} ReaderJ2kInfo;

/* Reads the SIZ, COD and COC markers (T.800 A.5.1, A.6.1, A.6.2) of the n bytes of a codestream, or
 * of the first one in a JP2 file (T.800 I.5.4). FALSE if there is none, it is cut off before its
 * first tile, or its sizes are absurd: more than 4 components, none, more than 16384 tiles, or more
 * samples than 2^28. Nothing is allocated. */
gboolean reader_j2k_probe (const guint8 *data, gsize n, ReaderJ2kInfo *ret_info);

typedef enum
{
  READER_J2K_WHOLE,
  READER_J2K_PARTIAL, /* parts of the codestream are missing: there it is blurred or flat */
  READER_J2K_DAMAGED  /* nothing came out */
} ReaderJ2kResult;

/* Decodes the codestream that info was probed from, halved `reduce` times (at most info->halvings):
 * ceil (width / 2^reduce) times ceil (height / 2^reduce) pixels of `samples` interleaved samples
 * (at most info->components; more components are left out), each the low `bits` (8, 16 or 32, not
 * less than info->precision) of its value, little endian. Components that are coded smaller than
 * the image are repeated. The transform between components is undone. */
ReaderJ2kResult reader_j2k_decode (const guint8 *data, gsize n, const ReaderJ2kInfo *info,
                                   guint reduce, guint samples, guint bits, guint8 *out);

G_END_DECLS
