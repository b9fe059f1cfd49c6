/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A frame with a brightness and a turn applied, and smaller copies of it when it is large. Counted;
 * never changed once made, so that a thread may make it and the screen may show it. */
#pragma once

#include "frame_store.h"
#include "presentation.h"

#define UI_RENDERED_LEVELS 6

/* How a frame is to be shown. */
typedef struct
{
  ScanBrightness brightness; /* its shutter is set by ui_rendered_new */
  ScanTurn turn;
  ScanPresentation *state; /* whose shutter covers it; NULL: none */
} UiLook;

typedef struct
{
  gatomicrefcount refs;
  ScanPicture *levels[UI_RENDERED_LEVELS]; /* each half as wide and high as the one before */
  guint n_levels;
  double aspect_x, aspect_y; /* how much a pixel is stretched; the smaller one is 1 */
  ScanTurn turn;
  guint rows, columns; /* of the frame, before the turn */
  double mm;           /* of a pixel along an axis that is not stretched; 0 = unknown */
  ScanSpacing spacing; /* where that holds */
} UiRendered;

/* [any thread] NULL if memory runs out. */
UiRendered *ui_rendered_new (const UiFrame *frame, const UiLook *look);
UiRendered *ui_rendered_ref (UiRendered *rendered);
void ui_rendered_unref (UiRendered *rendered);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiRendered, ui_rendered_unref)

/* The frame is too large to be rendered between two frames of the screen. */
gboolean ui_rendered_is_slow (const UiFrame *frame);

/* The smallest copy that still has a pixel of its own for each pixel on the screen; scale: screen
 * pixels a pixel of the largest copy. */
const ScanPicture *ui_rendered_level (const UiRendered *rendered, double scale);
