/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Are the clinics of one's scans on a list of breaches? The list is one that the person has; it is
 * compared here and nowhere else. */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

void ui_breach_window_show (GtkWindow *parent, UiSession *session);
