/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies in the trash: back to the gallery, or out of the vault for good. */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

/* Shows the trash over parent. It closes with the session. */
void ui_trash_window_show (GtkWindow *parent, UiSession *session);
