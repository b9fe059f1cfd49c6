/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printing that leaves no page behind in a file. */
#pragma once

#include <gtk/gtk.h>

/* An operation with such margins on all sides, in points. job_name: spoolers show and log it. NULL:
 * GTK hands the pages over in a file, and here that would be one on a disk. */
GtkPrintOperation *ui_print_new (double margin, const char *job_name);

/* To be called of "preview", which then returns TRUE: else GTK writes the page to a file and hands
 * it to another program, and nobody removes it. */
void ui_print_hold_preview (GtkPrintOperationPreview *preview, GtkPrintContext *context);
