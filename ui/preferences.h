/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window of settings. */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

/* Shows the settings over parent. */
void ui_preferences_show (GtkWindow *parent, UiSession *session);
