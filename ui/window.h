/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main window: first run, lock page or gallery. */
#pragma once

#include <adwaita.h>

#include "options.h"
#include "session.h"

#define UI_TYPE_WINDOW (ui_window_get_type ())
G_DECLARE_FINAL_TYPE (UiWindow, ui_window, UI, WINDOW, AdwApplicationWindow)

/* options: borrowed, lives as long as the application. */
UiWindow *ui_window_new (GtkApplication *application, const UiOptions *options);

/* Shows an open vault instead of the page that would have opened it. */
void ui_window_take_session (UiWindow *self, UiSession *session);

/* Imports files and folders now, or when the vault has been unlocked. */
void ui_window_add (UiWindow *self, char **paths);

/* For the bench: the page with the cards. */
GtkWidget *ui_window_gallery (UiWindow *self);
