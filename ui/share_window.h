/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handing out a copy: what, for whom, check, how, done. Nothing is written before the last step. */
#pragma once

#include <adwaita.h>

#include "session.h"

#define UI_TYPE_SHARE_WINDOW (ui_share_window_get_type ())
G_DECLARE_FINAL_TYPE (UiShareWindow, ui_share_window, UI, SHARE_WINDOW, AdwWindow)

/* Shows the assistant over parent. items: studies and documents, n_items of them. It goes away when
 * the session closes. */
void ui_share_window_show (GtkWindow *parent, UiSession *session, const ScanItem *items,
                           guint n_items);
