/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What narrows the gallery: the search box, the kinds, whose scans, the order and the size. */
#pragma once

#include <adwaita.h>

#include "gallery_model.h"

#define UI_TYPE_FILTER_BAR (ui_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (UiFilterBar, ui_filter_bar, UI, FILTER_BAR, AdwBin)

/* Emits "changed" (the filter), "side-changed" (int: of a card's picture), "leave" (Return or Down
 * in the search box: to the cards). */

/* Offers what exists in the model. */
void ui_filter_bar_update (UiFilterBar *self, const UiGalleryModel *model);
/* Valid until the next change. */
void ui_filter_bar_get (UiFilterBar *self, UiGalleryFilter *ret_filter);
/* Narrows nothing any more: search, kind and person; "changed" once. */
void ui_filter_bar_reset (UiFilterBar *self);
gboolean ui_filter_bar_narrows (UiFilterBar *self);
void ui_filter_bar_search (UiFilterBar *self);
/* What is typed there begins a search. */
void ui_filter_bar_capture (UiFilterBar *self, GtkWidget *widget);
