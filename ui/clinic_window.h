/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "What can I do?": files that could not be read, and a text that can be sent to the clinic. */
#pragma once

#include <adwaita.h>

#include "session.h"

/* files: how many could not be read. */
void ui_clinic_window_show (GtkWindow *parent, UiSession *session, guint files);
