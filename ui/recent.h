/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desktop's list of recently used files names no file that was chosen here.
 *
 * GTK's choosers enter what is chosen by themselves, some time after the choice, and no setting
 * prevents it without emptying the whole list. Entries of other programs stay. */
#pragma once

#include <glib-object.h>

/* Takes out at once what this program entered, in an earlier run too: entries of this program
 * alone, and its mark on entries of other programs. */
void ui_recent_forget (void);

/* The same whenever something is entered while dialog lives and some seconds more. dialog: a
 * chooser, or something that opens one. */
void ui_recent_guard (GObject *dialog);
