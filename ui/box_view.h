/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture with the boxes that will cover parts of it: dragging makes a box, a click chooses one;
 * with the keyboard N makes one, . and , choose the next and the one before, arrows move,
 * Shift+arrows resize, Delete removes. */
#pragma once

#include <gtk/gtk.h>

#include "share_pictures.h"

#define UI_TYPE_BOX_VIEW (ui_box_view_get_type ())
G_DECLARE_FINAL_TYPE (UiBoxView, ui_box_view, UI, BOX_VIEW, GtkWidget)

/* Emits "changed" () when a box was made, moved, removed or chosen. */
GtkWidget *ui_box_view_new (void);

/* picture: borrowed until the next call, NULL shows nothing; texture: what it looks like, or NULL
 * while that is not known. */
void ui_box_view_set (UiBoxView *self, UiSharePicture *picture, GdkTexture *texture);
/* Covered: boxes are black, as in the copy; else what is under them can be seen. */
void ui_box_view_set_covered (UiBoxView *self, gboolean covered);

void ui_box_view_add (UiBoxView *self);              /* a new box in the middle, chosen */
void ui_box_view_remove (UiBoxView *self);           /* the chosen one */
void ui_box_view_choose (UiBoxView *self, int step); /* the next or, -1, the one before */
gboolean ui_box_view_has_chosen (UiBoxView *self);
guint ui_box_view_count (UiBoxView *self); /* boxes that cover something */
