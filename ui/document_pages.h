/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of a document, one below the other: drawn by threads when they come into sight, given
 * up when they are far away. Main thread only. */
#pragma once

#include <adwaita.h>

#include "document.h"
#include "session.h"

#define UI_TYPE_DOCUMENT_PAGES (ui_document_pages_get_type ())
G_DECLARE_FINAL_TYPE (UiDocumentPages, ui_document_pages, UI, DOCUMENT_PAGES, AdwBin)

/* Emits "moved" () when another page is the current one or a problem of it is known. */

/* Takes pages. Once. */
void ui_document_pages_show (UiDocumentPages *self, UiSession *session, ScanPages *pages);

guint ui_document_pages_count (UiDocumentPages *self);
/* The page that takes up the middle of the window, from 0. */
guint ui_document_pages_current (UiDocumentPages *self);
/* A sentence about the current page, or NULL. */
const char *ui_document_pages_problem (UiDocumentPages *self);
void ui_document_pages_go (UiDocumentPages *self, guint page);
/* Multiplies the zoom; 0: the width of the window. */
void ui_document_pages_zoom (UiDocumentPages *self, double factor);
