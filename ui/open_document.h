/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a double-click on a document does: it is not shown yet, but an unlocked copy can be saved.
 */
#pragma once

#include <adwaita.h>

#include "session.h"

/* document: of the session's catalog. toasts: over parent; tells how the copy went. */
void ui_open_document (GtkWindow *parent, UiSession *session, ScanDocument *document,
                       AdwToastOverlay *toasts);
