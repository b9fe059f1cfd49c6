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

/* What is laid over a picture, from left to right: the letters of its edges, and words. */
typedef struct
{
  GtkWidget *top, *bottom, *left, *right; /* letters */
  GtkWidget *corner, *title;              /* upper left; one of them may be NULL */
  GtkWidget *place;                       /* lower right */
} UiStageSides;

/* Lets the words, and the picture's scale, lie beside the letters in the middle of the upper and
 * the lower edge, or where there is no room, below and above them; never over the letters at the
 * sides, so that upper and lower words do not meet either: a label that has no room is left away
 * from the picture, and told by screen readers alone. */
void ui_stage_keep_letters (GtkOverlay *overlay, UiCanvas *canvas, const UiStageSides *sides);

/* NULL: nothing is to be said there. */
void ui_stage_say (UiStage *self, UiStageWords where, const char *words);
