/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One study or document in the gallery. A card is used again for another entry when it has scrolled
 * out of sight. */
#pragma once

#include <adwaita.h>

#include "gallery_entry.h"

#define UI_TYPE_STUDY_CARD (ui_study_card_get_type ())
G_DECLARE_FINAL_TYPE (UiStudyCard, ui_study_card, UI, STUDY_CARD, AdwBin)

GtkWidget *ui_study_card_new (void);
/* Shows the entry and loads its picture. */
void ui_study_card_bind (UiStudyCard *self, UiSession *session, UiGalleryEntry *entry);
/* The longest texts that a card has room for: to measure. */
void ui_study_card_fill (UiStudyCard *self);
/* Side of the picture in pixels. */
void ui_study_card_set_side (UiStudyCard *self, int side);
/* checkable: a mark tells whether it is chosen, also while it is not. */
void ui_study_card_set_selected (UiStudyCard *self, gboolean selected, gboolean checkable);

/* Pictures in all series of a study. */
guint ui_study_pictures (const ScanStudy *study);
/* "1 picture", "120 pictures"; free with g_free. */
char *ui_pictures_words (guint pictures);
