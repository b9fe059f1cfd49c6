/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in words over a picture. */
#pragma once

#include <gtk/gtk.h>

#include "rendered.h"
#include "viewer_sets.h"

/* Where the set is: "Slice 42 of 120", and how many are missing behind it; and the same for screen
 * readers. Free both with g_free. */
void ui_viewer_position_words (const UiViewerSet *set, guint index, guint count, char **ret_shown,
                               char **ret_spoken);

/* That part of the picture is missing, and what differs from it as recorded: turned, mirrored,
 * negative, notes; NULL: nothing. Free with g_free. */
char *ui_viewer_badge_words (const ScanFrame *frame, const UiLook *look);

/* The four letters at the edges; labels by ScanEdge. */
void ui_viewer_show_letters (GtkLabel *const labels[SCAN_N_EDGES], const ScanFrame *frame,
                             ScanTurn turn);

/* The technical lines: whose, when, where, which, and how it is shown. scale: of the canvas. Free
 * with g_free. */
char *ui_viewer_details (const UiViewerSet *set, const ScanInstance *instance, const UiFrame *frame,
                         const UiLook *look, double scale);

/* A label that says words; hidden for NULL. */
void ui_viewer_say (GtkLabel *label, const char *words);
