/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of a report or text as a page that can be read, selected and copied. */
#pragma once

#include <gtk/gtk.h>

#include "document.h"

/* An empty view. */
GtkWidget *ui_document_text_new (void);
/* Appends lines from `from` on, some hundreds at a time; returns where to go on, or 0 at the end.
 */
guint ui_document_text_append (GtkTextView *view, const ScanText *text, guint from);
/* A line between two reports. */
void ui_document_text_part (GtkTextView *view);
/* Letters larger or smaller; step 0: as they were. */
void ui_document_text_zoom (GtkTextView *view, int step);
