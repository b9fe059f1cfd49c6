/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cards of the gallery under their headings, in a scrolled window. Only the cards in sight are
 * widgets, which are used again for others as it scrolls. One stop for Tab; arrows move inside. */
#pragma once

#include <gtk/gtk.h>

#include "gallery_model.h"

#define UI_TYPE_CARD_GRID (ui_card_grid_get_type ())
G_DECLARE_FINAL_TYPE (UiCardGrid, ui_card_grid, UI, CARD_GRID, GtkWidget)

/* Emits "activated" (const UiGalleryEntry *), "selection-changed", and "menu-wanted" (GtkWidget *
 * card, int x, int y) after the card was chosen. */

/* Shows the model as it is filtered now; what is chosen stays chosen as long as it is in the
 * catalog. To be called before and after the model changes: NULL lets go of all its entries.
 * The place in the list stays where keep_place. */
void ui_card_grid_set_model (UiCardGrid *self, UiSession *session, UiGalleryModel *model,
                             gboolean keep_place);
void ui_card_grid_set_side (UiCardGrid *self, int side);

/* What is chosen, in the order of the model: const UiGalleryEntry *, valid until the model changes.
 * Free with g_ptr_array_unref. */
GPtrArray *ui_card_grid_get_selected (UiCardGrid *self);
guint ui_card_grid_n_selected (UiCardGrid *self);
void ui_card_grid_select_all (UiCardGrid *self);
void ui_card_grid_unselect_all (UiCardGrid *self);
/* While on, a click adds to what is chosen or takes away from it. */
void ui_card_grid_set_select_mode (UiCardGrid *self, gboolean on);
