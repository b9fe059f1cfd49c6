/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests/bench: how long the frames of the screen take while a window goes through pictures. */
#pragma once

#include <gtk/gtk.h>

/* What a window can be asked for. */
typedef struct
{
  guint (*count) (gpointer window); /* pictures; 0 ends it at once */
  void (*go) (gpointer window, guint index);
  gboolean (*is_ready) (gpointer window); /* the screen shows what was asked for */
} UiBenchTarget;

/* Waits for the first picture, goes steps pictures, one a frame of the screen, forwards and back
 * again at the ends; then prints one line of JSON
 * {"frames", "not_ready", "p50_ms", "p99_ms", "max_ms", "cpu_p50_ms", "cpu_p99_ms", "cpu_max_ms"}
 * and quits the application. A frame's time is the work from before-paint to after-paint; cpu: what
 * of it the main thread had the processor for, which other programs do not change. not_ready:
 * pictures that were not there yet when their turn came. */
void ui_bench_run (GtkWidget *window, const UiBenchTarget *target, guint steps);
