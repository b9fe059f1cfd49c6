/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One stack of slices from three directions: across, from the front, from the side, with a
 * crosshair that a drag moves. */
#pragma once

#include <adwaita.h>

#include "bench.h"
#include "session.h"
#include "viewer_sets.h"
#include "volume.h"

#define UI_TYPE_PLANES_WINDOW (ui_planes_window_get_type ())
G_DECLARE_FINAL_TYPE (UiPlanesWindow, ui_planes_window, UI, PLANES_WINDOW, AdwWindow)

/* Why a set cannot be looked at in this way, in plain words; constant. NULL: it can, or it is not
 * known before its pictures are decoded. */
const char *ui_planes_problem (const UiViewerSet *set);

/* Decodes the set, with progress and a way to stop, then shows it. viewed: a frame of the set, from
 * 0; of a multi-frame object only what belongs with it is shown. Goes away when the session closes.
 */
UiPlanesWindow *ui_planes_window_new (GtkApplication *application, UiSession *session,
                                      const UiViewerSet *set, guint viewed);

/* Moves the crosshair through the block, index pictures from its corner on, for the bench. */
extern const UiBenchTarget ui_planes_bench;
