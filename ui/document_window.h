/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window for one document or report: pages or text, calm and plain. */
#pragma once

#include <adwaita.h>

#include "session.h"

#define UI_TYPE_DOCUMENT_WINDOW (ui_document_window_get_type ())
G_DECLARE_FINAL_TYPE (UiDocumentWindow, ui_document_window, UI, DOCUMENT_WINDOW, AdwWindow)

/* item: a document, or a series whose objects are reports; of the session's catalog. The window
 * goes with the session. */
void ui_document_window_show (GtkApplication *application, UiSession *session,
                              const ScanItem *item);
