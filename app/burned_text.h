/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing inside pictures, as the reader proposes it (verb `burned-in`): boxes that a person looks
 * at. What the reader says is checked; a box that it does not propose proves nothing. */
#pragma once

#include "reader_client.h"

/* In stored pixels; frame: from 0, or -1 = every picture of the object. */
typedef struct
{
  gint frame;
  guint x, y, width, height;
} ScanTextBox;

typedef struct
{
  char *series; /* SeriesInstanceUID, may be empty */
  guint rows, columns, frames;
  gboolean expected; /* text is to be expected in pictures of this kind, found or not */
  GArray *boxes;     /* ScanTextBox, by frame */
} ScanBurnedText;

void scan_burned_text_free (ScanBurnedText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanBurnedText, scan_burned_text_free)

/* Searches all pictures of an object. Boxes of one place in half of its pictures or more are joined
 * and stand for all of them. Errors: those of scan_reader_call; READER if an answer makes no sense.
 * [not the main thread] */
ScanBurnedText *scan_burned_text_search (ScanReaderPool *readers, const ScanSource *source,
                                         GCancellable *cancellable, GError **error);

/* Adds an answer of `burned-in` (a{sv}) that was asked for from picture `from` on. FALSE if it
 * contradicts itself, the answers before it, or the size of the pictures. ret_until: what is to be
 * asked for next; text->frames when all is done. text: zeroed at first, but for boxes. */
gboolean scan_burned_text_note (ScanBurnedText *text, GVariant *answer, guint from,
                                guint *ret_until);

/* The same for a first answer that was not asked for from the first picture on. */
gboolean scan_burned_text_note_from (ScanBurnedText *text, GVariant *answer, guint from,
                                     guint *ret_until);

/* boxes: ScanTextBox in the order of their pages (frame: a page from 0). Those of one place, found
 * on half of n_pages pages or more, become one box around all of them with frame -1; others stay,
 * but for those that lie within such a box. */
void scan_burned_text_join (GArray *boxes, guint n_pages);
