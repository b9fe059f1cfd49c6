/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking the vault, and repairing what can be repaired. */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

void ui_check_window_show (GtkWindow *parent, UiSession *session);
