/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Is this file mine?" */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

/* Looks in a thread from which share the files came, and says so over parent, which is kept alive
 * meanwhile. state: a label that says what is being done; it is hidden afterwards. */
void ui_trace_ask (GtkWindow *parent, UiSession *session, char **paths, GtkLabel *state);
