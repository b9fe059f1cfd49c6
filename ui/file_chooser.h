/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choosing files and folders, without leaving their names in the desktop's list of recent files. */
#pragma once

#include <gtk/gtk.h>

typedef void (*UiChosenFunc) (gpointer owner, char **paths);

/* Opens a modal chooser over parent; chosen is called with the paths unless the person cancels.
 * owner: a GObject, kept alive while the chooser is open. session_end: a GObject whose "closing"
 * signal closes the chooser, or NULL. */
void ui_choose_files (GtkWindow *parent, const char *title, GtkFileChooserAction action,
                      gboolean multiple, GObject *session_end, UiChosenFunc chosen, gpointer owner);

/* The same for a file that is to be written, one path: name is what it is called unless the person
 * says otherwise. The chooser asks before it gives a file that exists. */
void ui_choose_new_file (GtkWindow *parent, const char *title, const char *name,
                         GObject *session_end, UiChosenFunc chosen, gpointer owner);
