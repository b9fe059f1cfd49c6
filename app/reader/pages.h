/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside scanvault-pages: documents that are no DICOM, page by page.
 *   pages_verbs.c   the verbs `pages` and `page` (app/reader_protocol.h)
 *   pages_pdf.cc    PDF, through Poppler
 *   pages_jpeg.c    pages_png.c  pages_tiff.c
 *   pages_canvas.c  rows of a picture of any size → a small RGB picture
 *   pages_exif.c    the orientation that a camera wrote down
 * Whatever a file declares is checked before memory is taken for it. */
#pragma once

#include "reader_verbs.h"

G_BEGIN_DECLS

#define READER_PAGES_MAX 4000 /* of one document that are looked at */
#define READER_PAGE_SIDE_MAX 8192
#define READER_PIXELS_MAX ((guint64) 268435456) /* declared by a picture; more is refused unread \
                                                 */

/* What stands in the way, as the answers name it ("problem"); NULL = nothing. Constants, so that
 * they can be compared. */
extern const char reader_pages_cut_off[];  /* "cut-off": the end is missing, or part is damaged */
extern const char reader_pages_no_fonts[]; /* "fonts-missing": text may be missing */
extern const char reader_pages_many[];     /* "too-many-pages": the first ones alone are shown */

typedef struct
{
  guint columns, rows; /* as shown: points of a PDF page, pixels of a picture */
} ReaderPageSize;

typedef struct
{
  const guint8 *data;
  gsize size;
} ReaderPagesFile;

/* A page on its way into the answer. */
typedef struct
{
  guint page; /* from 0 */
  guint side; /* longest side at most; 0 = natural size */
  ReaderAnswer *answer;
  const char *problem; /* set by whoever draws */
} ReaderPageJob;

typedef struct
{
  const char *type;
  /* Lists sizes into ret_sizes (ReaderPageSize). FALSE with the answer an error. */
  gboolean (*list) (const ReaderPagesFile *file, GArray *ret_sizes, const char **ret_problem,
                    ReaderAnswer *answer);
  /* Draws one page into the answer's bulk and inserts rows and columns. */
  gboolean (*draw) (const ReaderPagesFile *file, ReaderPageJob *job);
} ReaderPagesFormat;

extern const ReaderPagesFormat reader_pages_pdf, reader_pages_jpeg, reader_pages_png,
    reader_pages_tiff;

/* Loads fonts and tables, once, before the lock-in. NULL, or a constant sentence. */
const char *reader_pages_preload (void);
/* Whether font files can be opened after the lock-in. */
void reader_pages_set_fonts (gboolean open);

/* How a picture is to be turned before it is shown: TIFF 6.0, tag Orientation, 1 to 8. */
/* From the Exif data of an APP1 segment (after "Exif\0\0" or not); 1 if it says nothing sensible.
 */
guint reader_exif_orientation (const guint8 *data, gsize size);

/* Fails for what is too large or empty. */
gboolean reader_pages_check_size (guint64 columns, guint64 rows, ReaderAnswer *answer);

/* Takes rows of RGB from top to bottom and writes the page into the answer's bulk: averaged down to
 * job->side, never enlarged, turned by orientation. What is never given stays white. */
typedef struct ReaderCanvas ReaderCanvas;
/* columns, rows: of the picture as stored. NULL with the answer an error. */
ReaderCanvas *reader_canvas_new (ReaderPageJob *job, guint columns, guint rows, guint orientation);
void reader_canvas_row (ReaderCanvas *canvas, const guint8 *rgb);
/* Makes what was given visible, however much it was. */
void reader_canvas_finish (ReaderCanvas *canvas);
void reader_canvas_free (ReaderCanvas *canvas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReaderCanvas, reader_canvas_free)

/* The size as shown of a picture of that size and orientation. */
ReaderPageSize reader_pages_turned (guint columns, guint rows, guint orientation);

G_END_DECLS
