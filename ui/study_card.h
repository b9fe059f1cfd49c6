/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One study or document in the gallery. */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

#define UI_TYPE_STUDY_CARD (ui_study_card_get_type ())
G_DECLARE_FINAL_TYPE (UiStudyCard, ui_study_card, UI, STUDY_CARD, GtkFlowBoxChild)

/* item: a study or a document; lives as long as the session. */
GtkWidget *ui_study_card_new (UiSession *session, const ScanItem *item);
const ScanItem *ui_study_card_item (UiStudyCard *self);

/* Pictures in all series of a study. */
guint ui_study_pictures (const ScanStudy *study);
/* "1 picture", "120 pictures"; free with g_free. */
char *ui_pictures_words (guint pictures);
