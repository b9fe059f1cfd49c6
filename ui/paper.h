/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain text on paper: letters and notes that a person prints or saves. */
#pragma once

#include <adwaita.h>

#include "session.h"

/* A PDF of A4 pages, made in memory; the first line is its heading. Free with g_bytes_unref. */
GBytes *ui_paper_pdf (const char *text);

/* Shows the system's print dialog and prints the same pages. job: what the spooler calls it, which
 * names nobody. Once the session closes nothing is printed any more. */
void ui_paper_print (GtkWindow *parent, UiSession *session, const char *job, const char *text);

/* Asks where, and writes the bytes there. name: proposed. A failure is told over parent. */
void ui_paper_save (GtkWindow *parent, UiSession *session, const char *title, const char *name,
                    GBytes *bytes);
