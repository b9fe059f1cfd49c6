/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Imports: runs them one after the other, shows the progress above the gallery, and the result when
 * each is done. */
#pragma once

#include <adwaita.h>

#include "session.h"

#define UI_TYPE_ADD_BAR (ui_add_bar_get_type ())
G_DECLARE_FINAL_TYPE (UiAddBar, ui_add_bar, UI, ADD_BAR, AdwBin)

/* Scans are being added, or wait for that. */
gboolean ui_add_bar_is_running (UiAddBar *self);

void ui_add_bar_run (UiAddBar *self, UiSession *session, char **paths);

/* "532 of 641 files", or what is known so far; free with g_free. */
char *ui_progress_words (const ScanProgress *progress);
/* Moves a bar accordingly; pulses while the total is not known. */
void ui_progress_show (const ScanProgress *progress, GtkProgressBar *bar);
