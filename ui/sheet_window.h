/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recovery sheet of an open vault, on the screen and to be printed. */
#pragma once

#include <gtk/gtk.h>

#include "secret.h"
#include "session.h"

/* Takes sheet. folder: of the vault that it opens. */
void ui_sheet_window_show (GtkWindow *parent, UiSession *session, UiSecret *sheet,
                           const char *folder);
