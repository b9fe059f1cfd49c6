/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window that asks for a new passphrase. */
#pragma once

#include <adwaita.h>

#include "secret.h"
#include "session.h"

#define UI_TYPE_NEW_PASSPHRASE (ui_new_passphrase_get_type ())
G_DECLARE_FINAL_TYPE (UiNewPassphrase, ui_new_passphrase, UI, NEW_PASSPHRASE, AdwWindow)

/* passphrase: taken by the callee. label: what it is for; NULL if that was not asked. The window
 * waits, its work going on, until ui_new_passphrase_finish. owner may have been disposed of. */
typedef void (*UiNewPassphraseFunc) (gpointer owner, UiNewPassphrase *window, UiSecret *passphrase,
                                     const char *label);

/* All words translated. with_label: also asks what the passphrase is for. skip: words of a button
 * that leaves without one, or NULL. owner: a GObject, kept alive with the window. */
UiNewPassphrase *ui_new_passphrase_show (GtkWindow *parent, UiSession *session, const char *title,
                                         const char *words, gboolean with_label, const char *skip,
                                         UiNewPassphraseFunc chosen, gpointer owner);

/* Is cancelled when the window is closed. Borrowed. */
GCancellable *ui_new_passphrase_cancellable (UiNewPassphrase *self);

/* alert: NULL closes the window; else what went wrong, and the person may try again. Does nothing
 * to a window that is closed. */
void ui_new_passphrase_finish (UiNewPassphrase *self, const char *alert);
