/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moving a scan to the trash, with a moment to think better of it. */
#pragma once

#include <adwaita.h>

#include "session.h"

/* toasts: of the window that shows the scans; offers to undo. */
void ui_trash_with_undo (AdwToastOverlay *toasts, UiSession *session, const ScanItem *items,
                         guint n_items);
