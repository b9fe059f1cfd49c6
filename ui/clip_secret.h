/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A secret on the clipboard, for a short time. */
#pragma once

#include <gtk/gtk.h>

/* Puts the text on the clipboard of the widget's display, and takes it away again after so many
 * milliseconds unless something else was copied meanwhile. Locking empties the clipboard at once
 * (relock.h). */
void ui_clip_secret (GtkWidget *widget, const char *text, guint ms);
