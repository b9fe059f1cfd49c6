/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who got what: the vault's list of shares, with a reminder of copies that should be deleted by
 * now, and the question whether a found file is one of them. */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

/* Shows the list over parent. It closes with the session. */
void ui_shared_window_show (GtkWindow *parent, UiSession *session);
