/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moving everything into a new vault with other keys, and putting the old one away. */
#pragma once

#include <gtk/gtk.h>

#include "options.h"
#include "session.h"

/* moved is called as soon as the new vault is proved to hold everything: from then on it is the one
 * to be opened. At the end the window locks parent by its action "win.lock". parent is the owner of
 * moved. options: borrowed, lives as long as the application. */
void ui_rekey_window_show (GtkWindow *parent, UiSession *session, const UiOptions *options,
                           void (*moved) (gpointer parent, const char *folder));
