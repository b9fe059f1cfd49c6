/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RLE Lossless (PS3.5 annex G). DCMTK's own decoder takes one fragment for the whole frame; files
 * exist that cut a frame into several. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Decodes the n bytes of one frame. width: bytes of a sample (1, 2, 4); pixels: rows times columns.
 * out gets pixels * samples * width bytes, little endian, colour interleaved by pixel. FALSE if the
 * data is damaged or ends early: then what is missing is zero. */
gboolean reader_rle_decode (const guint8 *data, gsize n, gsize pixels, guint samples, guint width,
                            guint8 *out);

G_END_DECLS
