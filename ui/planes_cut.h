/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three pictures through one place of a block, cut and rendered in a thread: one cut at a time,
 * the latest wish alone, and of it only what is not there yet. Main thread only. */
#pragma once

#include "brightness.h"
#include "rendered.h"
#include "volume.h"

#define UI_TYPE_PLANES_CUT (ui_planes_cut_get_type ())
G_DECLARE_FINAL_TYPE (UiPlanesCut, ui_planes_cut, UI, PLANES_CUT, GObject)

/* A picture of a plane was cut at that index; all is borrowed. */
typedef void (*UiCutFunc) (gpointer owner, ScanPlane plane, guint index, UiRendered *rendered,
                           UiFrame *frame);

/* Takes a reference to the volume, which it gives back in a thread, since that wipes it. owner is
 * borrowed: ui_planes_cut_stop before it goes. */
UiPlanesCut *ui_planes_cut_new (UiSession *session, ScanVolume *volume, UiCutFunc cut,
                                gpointer owner);

/* What is wanted from now on. */
void ui_planes_cut_want (UiPlanesCut *self, const guint at[SCAN_N_PLANES],
                         const UiBrightness *brightness);

/* All that is wanted has been cut. */
gboolean ui_planes_cut_is_ready (UiPlanesCut *self);

/* A frame that stands for the block: its recorded brightness and its range; NULL before the first
 * cut. Borrowed. */
UiFrame *ui_planes_cut_frame (UiPlanesCut *self);

void ui_planes_cut_stop (UiPlanesCut *self);
