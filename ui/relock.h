/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lock means gone: what a closed vault left in this process's memory goes with the process image.
 */
#pragma once

#include <gtk/gtk.h>

#include "options.h"

/* Replaces this process by a fresh one of the same program that shows the lock page of folder, in a
 * window of the same size. adding_stopped: scans were being added, which is told after the next
 * unlocking. Call when the vault is closed. Returns only when that is impossible. */
void ui_relock (GtkWindow *window, const UiOptions *options, const char *folder,
                gboolean adding_stopped);
