/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the canvas draws over a picture: marks of presentation states, and a scale. */
#pragma once

#include <gtk/gtk.h>

#include "presentation.h"

/* Where a frame is on the widget. */
typedef struct
{
  ScanTurn turn;
  guint rows, columns;     /* of the frame, before the turn */
  double left, top;        /* of the turned picture, in widget pixels */
  double scale_x, scale_y; /* widget pixels a pixel of it */
  int width, height;       /* of the widget */
  double mm;               /* a widget pixel; 0 = unknown */
  ScanSpacing spacing;     /* where that holds */
} UiCanvasMap;

/* One or two sides, or a cross, and what is said of it. */
typedef struct
{
  guint n;          /* points, 1 to 3 */
  double points[6]; /* x and y each, in pixels of the frame before the turn */
  char *text;       /* NULL: none */
  gboolean thin;    /* of a crosshair, or where another picture lies: two points, no text */
} UiCanvasLine;

void ui_canvas_draw_lines (GtkWidget *widget, GtkSnapshot *snapshot, const UiCanvasLine *lines,
                           guint n, const UiCanvasMap *map);

/* marks: ScanMark. */
void ui_canvas_draw_marks (GtkWidget *widget, GtkSnapshot *snapshot, const GPtrArray *marks,
                           const UiCanvasMap *map);

/* A line of a round length in the lower left corner, and its words: what it covers, above what lies
 * over the widget there (n boxes, in its pixels). FALSE: nothing is known of lengths. */
gboolean ui_canvas_scale_box (GtkWidget *widget, const UiCanvasMap *map,
                              const graphene_rect_t *over, guint n, graphene_rect_t *ret_box);
void ui_canvas_draw_scale (GtkWidget *widget, GtkSnapshot *snapshot, const UiCanvasMap *map,
                           const graphene_rect_t *box);

/* How far up a box has to go to lie over none of the others, in pixels. */
double ui_scale_rise (const graphene_rect_t *box, const graphene_rect_t *over, guint n);

/* How long that line is, in mm, for room of so many mm: a 1, 2 or 5 with zeros; 0 if none is. */
double ui_scale_length (double mm);
