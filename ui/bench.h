/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests/bench: how long the frames of the screen take while the viewer scrolls. */
#pragma once

#include "viewer_window.h"

/* Scrolls steps pictures, one a frame of the screen, forwards and back again at the ends; then
 * prints one line of JSON
 * {"frames", "not_ready", "p50_ms", "p99_ms", "max_ms"} and quits the application. A frame's time
 * is the work from before-paint to after-paint. not_ready: pictures that were not decoded yet when
 * their turn came. */
void ui_bench_scroll (UiViewerWindow *viewer, guint steps);
