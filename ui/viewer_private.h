/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The viewer from inside. One file each: viewer_window.c (the window, and which set is open),
 * viewer_show.c (a picture onto the canvas, with all that goes with it), viewer_acts.c (what a
 * person does to it). */
#pragma once

#include "brightness.h"
#include "play.h"
#include "renderer.h"
#include "viewer_measure.h"
#include "viewer_sets.h"
#include "viewer_states.h"
#include "viewer_window.h"

struct _UiViewerWindow
{
  AdwWindow parent_instance;
  AdwWindowTitle *heading;
  GtkWidget *header, *side, *stage, *corner, *leave_button, *ct_presets;
  GtkListBox *strip;
  UiCanvas *canvas;
  AdwToastOverlay *toasts;
  GtkLabel *status, *position, *badge, *measured, *details;
  GtkLabel *letter_left, *letter_right, *letter_top, *letter_bottom;
  GtkScale *slider;
  GtkAdjustment *position_adjustment, *brightness_adjustment, *contrast_adjustment;
  GtkPopover *brightness_popover;
  GtkWidget *notes_button, *play_button, *brightness_scale, *contrast_scale;
  GtkBox *notes_box;

  UiSession *session;
  GPtrArray *sets; /* UiViewerSet */
  UiViewerSet *set;
  UiViewerStates *states;
  UiFrameStore *store;
  guint index;
  gint64 shown; /* index on the canvas, -1 = none */

  UiBrightness brightness;
  ScanBrightness drag_from;
  ScanTurn turn; /* beside what is recorded */
  gboolean show_marks, show_edges, show_details;
  gboolean setting_levels; /* the sliders move by themselves */
  UiPlay *play;
  UiMeasure *measure;
  gboolean measuring;

  UiRenderer *renderer;
};

/* viewer_show.c */

/* How the current picture is shown by its notes alone, and with what a person chose. */
ScanBrightness ui_viewer_recorded (UiViewerWindow *self, const UiFrame *frame);
UiLook ui_viewer_look (UiViewerWindow *self, const UiFrame *frame);
/* Shows the current picture as it is to look now, or why it cannot be shown. */
void ui_viewer_show_frame (UiViewerWindow *self);
void ui_viewer_clear (UiViewerWindow *self);
void ui_viewer_show_position (UiViewerWindow *self);
/* NULL: nothing is to be said. */
void ui_viewer_show_status (UiViewerWindow *self, const char *words);
void ui_viewer_show_details (UiViewerWindow *self);
/* A UiRenderedFunc; tag is the index. */
void ui_viewer_rendered (gpointer owner, UiRendered *rendered, UiFrame *frame, const UiLook *look,
                         guint index);
/* What was measured on the picture, and how it is done. */
void ui_viewer_show_measured (UiViewerWindow *self);
/* The sliders of brightness, if they are seen. */
void ui_viewer_show_levels (UiViewerWindow *self, const UiFrame *frame, const UiLook *look);

/* viewer_acts.c */
void ui_viewer_acts_class_init (GtkWidgetClass *widget_class);
void ui_viewer_look_changed (UiViewerWindow *self);
void ui_viewer_set_playing (UiViewerWindow *self, gboolean playing);
gboolean ui_viewer_is_ct (UiViewerWindow *self);
