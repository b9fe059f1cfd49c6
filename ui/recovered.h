/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After the vault was opened by its recovery sheet. */
#pragma once

#include <gtk/gtk.h>

#include "options.h"
#include "session.h"

/* Asks for a new passphrase; may be skipped. options: borrowed, lives as long as the application.
 */
void ui_recovered_ask (GtkWindow *parent, UiSession *session, const UiOptions *options);
