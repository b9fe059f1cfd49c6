/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows and questions over an open vault: they end with it, and the application's keys, Ctrl+L
 * above all, work over them. */
#pragma once

#include <adwaita.h>

#include "session.h"

/* A question or message with one response, "cancel", which Escape and Return give too; cancel: its
 * words. The caller adds others, sets "modal" to FALSE or another default response if need be, and
 * presents it. */
AdwMessageDialog *ui_ask_new (GtkWindow *parent, UiSession *session, const char *heading,
                              const char *body, const char *cancel);

/* Destroys the window when the session closes, as gtk_window_destroy alone does not do safely. */
void ui_close_with_session (GtkWindow *window, UiSession *session);

/* "win.lock" and its key, Ctrl+L, in a window beside the main one: the application locks. */
void ui_install_lock_action (GtkWidgetClass *widget_class);

/* Ties a window to its parent and to the vault, lets Escape close it, and presents it. */
void ui_vault_window_present (GtkWindow *window, GtkWindow *parent, UiSession *session);

/* Closes every other window of the program, the last first: those that belong to no vault too,
 * since one of them may be a print dialog over a sheet. None is left with a parent: GTK 4.8 looks
 * at a parent that is freed already when a dialog outlives it by the event that it handles. */
void ui_close_all_but (GtkWindow *main);
