/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows picture after picture, each as long as it was recorded. Main thread only. */
#pragma once

#include <glib.h>

typedef struct UiPlay UiPlay;

/* Shows the next picture and returns for how many ms; 0: it is not there yet. Must not stop the
 * play. */
typedef double (*UiPlayStep) (gpointer data);

/* Begins with the picture that is shown, for first ms. */
UiPlay *ui_play_start (double first, UiPlayStep step, gpointer data);
void ui_play_stop (UiPlay *play);
