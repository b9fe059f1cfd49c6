/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving an unlocked copy of a document or report, after a question. */
#pragma once

#include <adwaita.h>

#include "session.h"

/* item: of the session's catalog. toasts: over parent; tells how the copy went. */
void ui_save_copy (GtkWindow *parent, UiSession *session, const ScanItem *item,
                   AdwToastOverlay *toasts);
