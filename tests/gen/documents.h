/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents for tests, made here: PDF by cairo or by hand, pictures by libjpeg, libpng and libtiff.
 */
#pragma once

#include <glib.h>

/* A PDF whose pages say "Page 1" and so on in an embedded font, 300 × 400 points; the last of more
 * than one lies on its side, 400 × 300. */
GBytes *doc_pdf (guint pages);

/* A PDF of one page, 200 × 100 points, written by hand. content: what is drawn, with the font /F
 * (Helvetica, not embedded). catalog, trailer: further entries; may be "". */
GBytes *doc_pdf_by_hand (const char *content, const char *catalog, const char *trailer);

/* The same with Japanese letters in a font that is not embedded, by a table that Poppler keeps in a
 * file. */
GBytes *doc_pdf_japanese (void);

/* Red at the top left, green top right, blue bottom left, white bottom right. */
typedef struct
{
  guint columns, rows;
  guint orientation; /* Exif; 0 = no Exif */
  gboolean inks;     /* CMYK as Adobe's programs write it */
  gboolean progressive;
} DocJpeg;
GBytes *doc_jpeg (const DocJpeg *jpeg);

typedef struct
{
  guint columns, rows;
  guint bits;       /* 8 or 16 */
  gboolean palette; /* four colours */
  gboolean alpha;   /* the right half is clear */
  gboolean interlaced;
} DocPng;
GBytes *doc_png (const DocPng *png);

/* Pages of the same four quarters, page n being columns + n wide. orientation: TIFF's, 1 = as is.
 * tiled: in tiles of 64 × 64. */
GBytes *doc_tiff (guint pages, guint columns, guint rows, guint orientation, gboolean tiled);
