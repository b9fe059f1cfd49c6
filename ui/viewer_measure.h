/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that a person draws over a picture to measure it, by mouse or keys. They are never saved,
 * and each belongs to the picture that it was drawn on. Main thread only. */
#pragma once

#include "canvas.h"
#include "frame_store.h"

typedef struct _UiMeasure UiMeasure;

/* changed (owner): what ui_measure_words answers is another. The canvas outlives it. */
UiMeasure *ui_measure_new (UiCanvas *canvas, void (*changed) (gpointer owner), gpointer owner);
void ui_measure_free (UiMeasure *self);

/* Whether drags, clicks, arrows and Enter on the canvas measure. Off: all lines go. */
void ui_measure_set_on (UiMeasure *self, gboolean on);
void ui_measure_forget (UiMeasure *self);

/* The picture that is on the canvas now; NULL: none. */
void ui_measure_show (UiMeasure *self, guint index, UiFrame *frame);

/* Removes the last line of the picture; FALSE if it has none. */
gboolean ui_measure_undo (UiMeasure *self);

/* What was measured last on the picture: "Length 43.2 mm, angle 90.0°"; NULL: nothing. */
char *ui_measure_words (UiMeasure *self);
/* How it is done, and what its lengths are of. */
char *ui_measure_hint (UiMeasure *self);
