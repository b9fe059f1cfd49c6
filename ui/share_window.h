/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handing out a copy of a study: what, for whom, where, then making and checking it. Nothing is
 * written before the last step. */
#pragma once

#include <adwaita.h>

#include "session.h"

#define UI_TYPE_SHARE_WINDOW (ui_share_window_get_type ())
G_DECLARE_FINAL_TYPE (UiShareWindow, ui_share_window, UI, SHARE_WINDOW, AdwWindow)

/* Goes away when the session closes. */
GtkWidget *ui_share_window_new (GtkWindow *parent, UiSession *session, ScanStudy *study);
