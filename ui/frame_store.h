/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoded frames of a series: a window around the current one, decoded in threads, ahead in the
 * direction of scrolling, within a fixed amount of memory. Main thread only. */
#pragma once

#include "session.h"

/* One decoded frame and what is costly to find out about it. Counted; the count alone is
 * thread-safe, the rest is never changed. */
typedef struct
{
  gatomicrefcount refs;
  ScanFrame *frame;
  ScanBrightness recorded;
  double low, high; /* modality values */
  gsize bytes;
} UiFrame;

/* Takes the frame. */
UiFrame *ui_frame_new (ScanFrame *frame, const ScanBrightness *recorded, double low, double high);
UiFrame *ui_frame_ref (UiFrame *frame);
void ui_frame_unref (UiFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiFrame, ui_frame_unref)

#define UI_TYPE_FRAME_STORE (ui_frame_store_get_type ())
G_DECLARE_FINAL_TYPE (UiFrameStore, ui_frame_store, UI, FRAME_STORE, GObject)

/* instances: ScanInstance of an open library, in the order in which they are looked at. Emits
 * "settled" (guint index) when a frame has been decoded or turned out to be impossible. */
UiFrameStore *ui_frame_store_new (UiSession *session, const GPtrArray *instances);

/* Frames of all instances. */
guint ui_frame_store_count (UiFrameStore *self);

/* What a frame is of, and which of its frames, from 0. */
const ScanInstance *ui_frame_store_instance (UiFrameStore *self, guint index, guint *ret_frame);

/* Makes index the current frame: decodes it and its neighbours, first those ahead (direction 1 or
 * -1), and gives up what is far away. */
void ui_frame_store_go (UiFrameStore *self, guint index, int direction);

/* The frame, borrowed until the next call of ui_frame_store_go; NULL if it is not decoded. */
UiFrame *ui_frame_store_get (UiFrameStore *self, guint index);

/* Why it cannot be shown, in plain words; NULL if nothing is wrong with it so far. */
const char *ui_frame_store_problem (UiFrameStore *self, guint index);

/* Stops all decoding, and lets the decoded pictures go. */
void ui_frame_store_stop (UiFrameStore *self);
