/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the viewer's strip: a small picture, what it is, and how many. */
#pragma once

#include <gtk/gtk.h>

#include "viewer_sets.h"

/* One row a set (UiViewerSet, which stay until ui_viewer_strip_stop), and headings over series of
 * several. Small pictures that must be made are made one after the other, in the order of the rows.
 */
void ui_viewer_strip_fill (GtkListBox *strip, UiSession *session, GPtrArray *sets);

/* Makes no further picture; the sets may go then. */
void ui_viewer_strip_stop (GtkListBox *strip);

UiViewerSet *ui_viewer_strip_set (GtkListBoxRow *row);

/* Chooses the row of a set, or the one that lies so many further on. */
void ui_viewer_strip_select (GtkListBox *strip, const UiViewerSet *set);
void ui_viewer_strip_step (GtkListBox *strip, int n);
