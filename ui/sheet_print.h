/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printing the recovery sheet. */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

/* Shows the system's print dialog and prints one page (sheet_page.h). key: the key's text, copied
 * into secure memory for as long as that takes; vault: path of its folder. The dialog's preview is
 * a window of our own, which goes with the session; once that closes nothing is printed any more.
 * What fails is told in a dialog over parent.
 *
 * The page goes to the printer's spooler, which is another program's business; the file in which
 * GTK hands it over has no name and lies where g_get_tmp_dir says, which ui/main.c sees to be
 * memory. */
void ui_sheet_print (GtkWindow *parent, UiSession *session, const char *key, const char *vault);

/* What is run there, of one page. NULL: the key found no secure memory, or GTK would write on a
 * disk. */
GtkPrintOperation *ui_sheet_print_new (UiSession *session, const char *key, const char *vault);
