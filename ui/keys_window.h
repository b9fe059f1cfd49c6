/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What opens the vault: its passphrases, the recovery sheet, and the way to a new vault when one of
 * them is in wrong hands. */
#pragma once

#include <gtk/gtk.h>

#include "options.h"
#include "session.h"

/* options: borrowed, lives as long as the application. parent has the action "win.rekey". */
void ui_keys_window_show (GtkWindow *parent, UiSession *session, const UiOptions *options);
