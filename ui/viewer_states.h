/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The presentation states of a study, read in threads, and which of them a picture is shown by.
 * Main thread only. */
#pragma once

#include "presentation.h"
#include "session.h"
#include "viewer_sets.h"

#define UI_TYPE_VIEWER_STATES (ui_viewer_states_get_type ())
G_DECLARE_FINAL_TYPE (UiViewerStates, ui_viewer_states, UI, VIEWER_STATES, GObject)

/* Emits "changed" () when one has been read, or another is chosen. */
UiViewerStates *ui_viewer_states_new (UiSession *session, const ScanStudy *study);
void ui_viewer_states_stop (UiViewerStates *self);

/* Those that are for any picture of a set: ScanPresentation, borrowed, the latest first; free the
 * array with g_ptr_array_unref. */
GPtrArray *ui_viewer_states_for_set (UiViewerStates *self, const UiViewerSet *set);

/* The one that a picture is shown by, borrowed: the chosen one, or without a choice the latest one
 * that is for it; NULL: none. */
ScanPresentation *ui_viewer_states_for (UiViewerStates *self, const ScanInstance *instance,
                                        guint frame);

/* NULL: none at all. */
void ui_viewer_states_choose (UiViewerStates *self, ScanPresentation *state);

/* What to call one: "Dr Adams' notes, 4 March 2024". Free with g_free. */
char *ui_viewer_state_words (const ScanPresentation *state);
