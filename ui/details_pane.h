/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain facts about the chosen scan, its note and tags, and, folded, everything that is recorded.
 */
#pragma once

#include <adwaita.h>

#include "gallery_entry.h"

#define UI_TYPE_DETAILS_PANE (ui_details_pane_get_type ())
G_DECLARE_FINAL_TYPE (UiDetailsPane, ui_details_pane, UI, DETAILS_PANE, AdwBin)

/* entry: NULL for nothing or many; valid during the call. What was typed into the note of the one
 * before is written. session: NULL forgets everything. toasts: for undo. */
void ui_details_pane_show (UiDetailsPane *self, AdwToastOverlay *toasts, UiSession *session,
                           const UiGalleryEntry *entry, guint n_selected);
/* Writes what was typed. */
void ui_details_pane_save (UiDetailsPane *self);
