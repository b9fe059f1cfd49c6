/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoded frames into pictures for the screen: small ones at once, large ones in a thread, one at a
 * time and the latest wish alone. Main thread only. */
#pragma once

#include "rendered.h"

#define UI_TYPE_RENDERER (ui_renderer_get_type ())
G_DECLARE_FINAL_TYPE (UiRenderer, ui_renderer, UI, RENDERER, GObject)

/* A frame was rendered; tag: of the wish. All is borrowed. */
typedef void (*UiRenderedFunc) (gpointer owner, UiRendered *rendered, UiFrame *frame,
                                const UiLook *look, guint tag);

/* owner is borrowed: ui_renderer_stop before it goes. */
UiRenderer *ui_renderer_new (UiSession *session, UiRenderedFunc shown, gpointer owner);

/* Calls shown for this frame, or for a later wish of the same tag, before it returns or later. */
void ui_renderer_want (UiRenderer *self, UiFrame *frame, const UiLook *look, guint tag);

/* What was wanted before is not shown any more. */
void ui_renderer_forget (UiRenderer *self);

/* Nothing is shown any more. */
void ui_renderer_stop (UiRenderer *self);
