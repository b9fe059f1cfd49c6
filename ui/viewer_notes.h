/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The choice among the notes (presentation states) that are for a set of pictures. */
#pragma once

#include <gtk/gtk.h>

#include "viewer_states.h"

gboolean ui_viewer_notes_exist (UiViewerStates *states, const UiViewerSet *set);

/* Fills box with a choice for each state of the set and one for none. */
void ui_viewer_notes_fill (GtkBox *box, UiViewerStates *states, const UiViewerSet *set);
