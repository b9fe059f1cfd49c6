/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cards are chosen, as Ctrl, Shift and plain clicks say. By what they stand for, so that the
 * choice survives a search or another order. */
#pragma once

#include <gdk/gdk.h>

#include "gallery_entry.h"

typedef struct
{
  GHashTable *chosen; /* pointers to studies and documents */
  gpointer anchor;    /* from where Shift goes; may be gone */
  guint cursor;       /* index that has the focus, or had it */
  gboolean had_focus; /* before the model was taken away */
} UiCardSelect;

void ui_card_select_init (UiCardSelect *self);
void ui_card_select_clear (UiCardSelect *self);
void ui_card_select_forget (UiCardSelect *self);

gboolean ui_card_select_has (const UiCardSelect *self, const UiGalleryEntry *entry);
guint ui_card_select_count (const UiCardSelect *self);
/* A click on the card at index of shown (UiGalleryEntry): alone, with Ctrl in or out, with Shift
 * from the last one to here. */
void ui_card_select_click (UiCardSelect *self, GPtrArray *shown, guint index,
                           GdkModifierType state);
void ui_card_select_all (UiCardSelect *self, GPtrArray *shown);
void ui_card_select_none (UiCardSelect *self);
/* Only what is shown stays chosen: nobody should delete what they do not see. TRUE if that changed
 * something. */
gboolean ui_card_select_keep (UiCardSelect *self, GPtrArray *shown);
