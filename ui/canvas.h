/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture itself: fits, zooms, pans, and turns wheel, drags and keys into what they mean. */
#pragma once

#include <gtk/gtk.h>

#include "canvas_marks.h"
#include "rendered.h"

#define UI_CANVAS_ZOOM_STEP 1.15 /* of a key, or a step of the wheel */

#define UI_TYPE_CANVAS (ui_canvas_get_type ())
G_DECLARE_FINAL_TYPE (UiCanvas, ui_canvas, UI, CANVAS, GtkWidget)

/* Emits
 *   "step" (int n): so many pictures on or back; G_MININT and G_MAXINT mean the first and the last;
 *   "brightness-begin" () and "brightness-drag" (double dx, double dy): a drag with the right
 * button, in pixels since its begin; "preset" (int n): a digit from 1; "negative" (); "zoomed" ():
 * what is seen of the picture is another part or size.
 */
GtkWidget *ui_canvas_new (void);

/* NULL shows black. Keeps zoom and place if the size is the same. */
void ui_canvas_set_rendered (UiCanvas *self, UiRendered *rendered);

/* "Scan image, slice 9 of 60", for screen readers. */
void ui_canvas_set_description (UiCanvas *self, const char *description);

/* What is drawn over the picture: ScanMark, in pixels of the frame before its turn. NULL: nothing.
 */
void ui_canvas_set_marks (UiCanvas *self, GPtrArray *marks);

/* A person's own lines, copied. */
void ui_canvas_set_lines (UiCanvas *self, const UiCanvasLine *lines, guint n);

/* From widget pixels to those of the frame before its turn (x, y), within the frame, and back; both
 * need a picture. */
void ui_canvas_to_frame (UiCanvas *self, double x, double y, double ret_point[2]);
void ui_canvas_from_frame (UiCanvas *self, const double point[2], double *ret_x, double *ret_y);

/* Labels that lie over the canvas at its lower edge, which its scale leaves free; borrowed. */
void ui_canvas_set_over (UiCanvas *self, GtkWidget *letter, GtkWidget *place);
/* What the scale covers, in widget pixels; FALSE: there is none. */
gboolean ui_canvas_get_scale_box (UiCanvas *self, graphene_rect_t *ret_box);

/* How many pictures a drag over the whole height goes through. */
void ui_canvas_set_count (UiCanvas *self, guint count);

/* Multiplies the zoom; (x, y) in widget pixels stays where it is. */
void ui_canvas_zoom_at (UiCanvas *self, double factor, double x, double y);
/* Against the fitted size: 1 fits. */
double ui_canvas_zoom (UiCanvas *self);
/* Pixels of the screen a pixel of the picture; 0 if there is none. */
double ui_canvas_scale (UiCanvas *self);
/* One pixel of the screen for each of the picture. */
void ui_canvas_zoom_one_to_one (UiCanvas *self);
/* Moves what is seen by so many widget pixels, as far as there is more of it. */
void ui_canvas_pan (UiCanvas *self, double dx, double dy);
void ui_canvas_reset (UiCanvas *self);

/* Zoom and place, as it can be carried over to another picture. */
typedef struct
{
  double zoom; /* 1 fits */
  double x, y; /* what is in the middle, from 0 to 1 */
} UiCanvasView;

void ui_canvas_get_view (UiCanvas *self, UiCanvasView *ret_view);
/* Emits nothing. Without a picture nothing happens. */
void ui_canvas_set_view (UiCanvas *self, const UiCanvasView *view);

/* What is seen of the picture: a part of the largest copy, in its pixels. */
typedef struct
{
  UiRendered *rendered;
  double left, top, right, bottom;
  double scale; /* pixels of the screen a pixel of the picture, before its aspect */
} UiCanvasSeen;

/* FALSE: there is no picture. rendered is borrowed. */
gboolean ui_canvas_get_seen (UiCanvas *self, UiCanvasSeen *ret_seen);

/* What a key means on the picture, wherever the focus is; TRUE if it was used. */
gboolean ui_canvas_key (UiCanvas *self, guint keyval, GdkModifierType state);
