/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One study on the screen: the series at the left, the picture, brightness, zoom and place. */
#pragma once

#include <adwaita.h>

#include "bench.h"
#include "canvas.h"
#include "session.h"

#define UI_TYPE_VIEWER_WINDOW (ui_viewer_window_get_type ())
G_DECLARE_FINAL_TYPE (UiViewerWindow, ui_viewer_window, UI, VIEWER_WINDOW, AdwWindow)

/* Goes away when the session closes. */
UiViewerWindow *ui_viewer_window_new (GtkApplication *application, UiSession *session,
                                      ScanStudy *study);

/* Where it is, from 0, and of how many. */
void ui_viewer_window_go (UiViewerWindow *self, guint index);
guint ui_viewer_window_count (UiViewerWindow *self);
/* The picture on the screen is the one that was asked for. */
gboolean ui_viewer_window_is_ready (UiViewerWindow *self);
/* The same for the bench. */
extern const UiBenchTarget ui_viewer_bench;
/* The same for the slider of brightness. */
extern const UiBenchTarget ui_brightness_bench;
