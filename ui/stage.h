/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A canvas with what stands in words over it: the letters at its edges, what it shows, where it is,
 * and why there is no picture. For windows that show several pictures beside each other. */
#pragma once

#include <adwaita.h>

#include "canvas.h"

typedef enum
{
  UI_STAGE_TITLE,  /* upper left corner */
  UI_STAGE_BADGE,  /* there too, instead of a title: told by screen readers */
  UI_STAGE_PLACE,  /* lower right */
  UI_STAGE_STATUS, /* in the middle, told by screen readers */
  UI_STAGE_N_WORDS
} UiStageWords;

#define UI_TYPE_STAGE (ui_stage_get_type ())
G_DECLARE_FINAL_TYPE (UiStage, ui_stage, UI, STAGE, AdwBin)

UiStage *ui_stage_new (void);

/* NULL once it is disposed of. */
UiCanvas *ui_stage_canvas (UiStage *self);

/* frame: whose letters stand at the edges; both NULL: no picture. */
void ui_stage_show (UiStage *self, UiRendered *rendered, const ScanFrame *frame);

/* Lets words in the upper left and the lower right corner of a picture, and its scale, lie beside
 * the letters in the middle of its edges, or where there is no room, below and above them. All are
 * laid over the overlay, from left to right. */
void ui_stage_keep_letters (GtkOverlay *overlay, UiCanvas *canvas, GtkWidget *top,
                            GtkWidget *bottom, GtkWidget *corner, GtkWidget *place);

/* NULL: nothing is to be said there. */
void ui_stage_say (UiStage *self, UiStageWords where, const char *words);
