/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A passphrase or recovery sheet on its way from an entry to the library, in locked memory. */
#pragma once

#include <gtk/gtk.h>

typedef struct
{
  char *text; /* NUL-terminated */
  gsize length;
} UiSecret;

/* A copy of the text; NULL if no locked memory is left. */
UiSecret *ui_secret_new (const char *text);
/* Room for length bytes and NUL, zeroed. */
UiSecret *ui_secret_new_empty (gsize length);
/* Wipes it. */
void ui_secret_free (UiSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiSecret, ui_secret_free)

/* For "close-request" of every window with a password entry: GTK 4.8.3's entry leaves a focus
 * handler behind that runs on freed memory when its window is destroyed while it has the focus. */
gboolean ui_drop_focus_on_close (GtkWindow *window, gpointer user_data);
