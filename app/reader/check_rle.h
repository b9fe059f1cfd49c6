/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RLE Lossless (PS3.5 annex G) for the independent check: strict, since a frame of which something
 * is missing proves nothing. */
#pragma once

#include <glib.h>

/* Decodes one frame of n bytes. pixels: rows times columns; width: bytes of a sample (1, 2 or 4).
 * out: pixels * samples * width bytes, little endian, colour interleaved by pixel. FALSE, with
 * anything in out: it has other segments than these samples have, or too few bytes for them. */
gboolean check_rle_decode (const guint8 *data, gsize n, gsize pixels, guint samples, guint width,
                           guint8 *out);
