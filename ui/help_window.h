/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The help pages. */
#pragma once

#include <adwaita.h>

/* Opens the window, or brings it to the front. */
void ui_help_window_show (GtkApplication *application);
