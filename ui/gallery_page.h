/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All studies and documents, by year and month, with what finds, tells and changes them. */
#pragma once

#include <adwaita.h>

#include "bench.h"
#include "session.h"

#define UI_TYPE_GALLERY_PAGE (ui_gallery_page_get_type ())
G_DECLARE_FINAL_TYPE (UiGalleryPage, ui_gallery_page, UI, GALLERY_PAGE, AdwBin)

/* Emits "open-item" (a const ScanItem * that is valid during the call), "share-items" and
 * "trash-items" (a GArray * of ScanItem, the same). */

/* NULL: shows nothing and forgets all pictures. offer_sample: the empty page has a button for
 * sample scans. */
void ui_gallery_page_set_session (UiGalleryPage *self, UiSession *session, gboolean offer_sample);
/* Imports files and folders, behind other imports. */
/* Tells the person something before all notices: a translated constant. */
void ui_gallery_page_tell (UiGalleryPage *self, const char *words);

/* Scans are being added, or wait for that. */
gboolean ui_gallery_page_is_adding (UiGalleryPage *self);

void ui_gallery_page_add (UiGalleryPage *self, char **paths);

/* Scrolls through the cards, index steps of 60 pixels, for the bench. */
extern const UiBenchTarget ui_gallery_bench;
