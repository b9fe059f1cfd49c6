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

/* Ties a window to its parent and to the vault, lets Escape close it, and presents it. */
void ui_vault_window_present (GtkWindow *window, GtkWindow *parent, UiSession *session);
