/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the text_*.c files share: planes, marks and lines.
 *
 *   text_planes  gray levels → what is thinner than a stroke and stands out from what is around it
 *   text_marks   strokes above a threshold → connected marks, the size of letters or of words
 *   text_ink     gray levels → what is of one level on a busy ground
 *   text_lines   marks in a row → boxes
 *   text_find    the order of it: scales, thresholds, bands of a large picture */
#pragma once

#include "text_find.h"

/* 8-bit levels, row by row without a gap. */
typedef struct
{
  guint rows, columns;
  guint8 *levels; /* owned */
} ReaderTextPlane;

/* Not cleared; the levels are NULL if memory runs out. */
ReaderTextPlane reader_text_plane (guint rows, guint columns);
void reader_text_plane_clear (ReaderTextPlane *plane);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReaderTextPlane, reader_text_plane_clear)

/* White top-hat: in minus its opening by a square of side pixels (odd, 3 to 31), so what is bright
 * and narrower than that. out, spare: of the same size. (J. Serra, Image Analysis and Mathematical
 * Morphology, 1982, ch. XII.) */
void reader_text_top_hat (const ReaderTextPlane *in, guint side, ReaderTextPlane *out,
                          ReaderTextPlane *spare);

/* What may be faint writing: levels in flat surroundings, more than four times the mean over the
 * square of 63 pixels around them (fewer at the edge), each cut at 60; 0 elsewhere. The mean is
 * taken once for each 4 by 4 pixels. */
void reader_text_faint (const ReaderTextPlane *in, ReaderTextPlane *out);

/* The highest level of each READER_TEXT_TILE pixels of a row. peaks: room for
 * reader_text_peaks_size. */
#define READER_TEXT_TILE 64
void reader_text_peaks (const ReaderTextPlane *in, guint8 *peaks);

static inline gsize
reader_text_peaks_size (guint rows, guint columns)
{
  return (gsize) rows * ((columns + READER_TEXT_TILE - 1) / READER_TEXT_TILE);
}

/* Twice the size, the pixels between interpolated over four neighbours. out: of that size. */
void reader_text_twice (const ReaderTextPlane *in, ReaderTextPlane *out);

/* Connected pixels (8 neighbours). Ends are exclusive. */
typedef struct
{
  gint x0, y0, x1, y1;
  guint area;
  guint runs;   /* pieces of rows that it consists of */
  guint64 sum;  /* of the levels */
  guint8 level; /* of all its pixels, if it was looked for as such */
} ReaderTextMark;

/* Appends the marks of all pixels above threshold, but for those too small to be a letter (below 5
 * rows or 6 pixels). peaks: of the plane. FALSE if there are too many for the picture to hold
 * writing that could be told from them. */
gboolean reader_text_marks (const ReaderTextPlane *plane, const guint8 *peaks, guint threshold,
                            GArray *ret_marks);

/* Appends the marks of pixels that are of one level, as ink is and what scanners measure is not:
 * runs of three pixels and more. flat: becomes 255 where a pixel belongs to one, 0 elsewhere; of
 * the size of the plane. FALSE as above. */
gboolean reader_text_flat_marks (const ReaderTextPlane *plane, ReaderTextPlane *flat,
                                 GArray *ret_marks);

/* Where pixels of one level are much more than those of the levels beside it, as ink is on a busy
 * ground; nothing if the picture has few levels. For reader_text_ink_next; the caller frees it. */
GArray *reader_text_ink (const ReaderTextPlane *plane);

/* The next such level, from *at on, which is 0 at first: out becomes READER_TEXT_INK where it or
 * one next to it is, near where it was found, and 0 elsewhere. out: of the size of the plane. FALSE
 * after the last one. */
#define READER_TEXT_INK 255
gboolean reader_text_ink_next (const ReaderTextPlane *plane, const GArray *spots, guint *at,
                               ReaderTextPlane *out);

/* Finds lines of writing among marks and appends a box for each, divided or multiplied by the scale
 * to pixels of the picture. strokes: the plane that the marks were found in; numerator,
 * denominator: its scale. threshold: what they are above; 0 for marks of one level, of which only
 * those of the same stand in a line, and none is a word of its own: that would be any outline. */
void reader_text_lines (const ReaderTextPlane *strokes, GArray *marks, guint threshold, guint side,
                        guint numerator, guint denominator, GArray *ret_boxes);
