/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds writing inside a picture: strokes that stand out from what is around them and stand in a
 * row as letters do. It reads nothing: what it finds may be a row of anything, and a person
 * decides. No recognition of letters comes near it (measured on names, dates and numbers drawn over
 * real pictures: recognition alone found 38 to 65 in 100 of them). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint x0, y0, x1, y1; /* pixels of the picture; the ends are exclusive */
  guint votes; /* how much speaks for writing, in hundredths; added up over all that finds it */
  gboolean witness; /* votes for what else is found at its place, but is no box of its own */
} ReaderTextBox;

/* Appends a ReaderTextBox for whatever looks like a line of writing of letters of 5 to 150 pixels,
 * bright on dark or dark on bright. gray: rows * columns levels. FALSE if memory ran out, and then
 * nothing was proved. */
gboolean reader_text_find (const guint8 *gray, guint rows, guint columns, GArray *boxes);

/* To be called once all planes of a picture were searched: joins what was found and drops what was
 * found only once. */
void reader_text_settle (GArray *boxes, guint rows, guint columns);

G_END_DECLS
