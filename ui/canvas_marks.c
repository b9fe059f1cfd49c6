/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "canvas_marks.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MARGIN 18.0
#define TICK 6.0
#define CROSS 5.0
#define SCALE_INDENT 8.0 /* of its words */
#define SCALE_GAP 2.0    /* to what it rises above */

/* What is beyond is not drawn: each is drawn anew whenever the picture moves. */
#define INK_MAX 100.0  /* widths and heights of the widget, all lines together */
#define TEXT_MAX 20000 /* bytes, all texts together */

static void
to_widget (const UiCanvasMap *map, const double *point, double *ret_x, double *ret_y)
{
  double x = point[0], y = point[1];

  scan_turn_point (map->turn, map->columns, map->rows, &x, &y);
  /* cairo counts to 2^23 and begins anew. */
  *ret_x = CLAMP (map->left + x * map->scale_x, -1e6, 1e6);
  *ret_y = CLAMP (map->top + y * map->scale_y, -1e6, 1e6);
}

static void
trace (cairo_t *cr, const ScanMark *mark, const UiCanvasMap *map)
{
  for (guint i = 0; i < mark->n; i++)
    {
      double x, y;

      to_widget (map, mark->points + 2 * i, &x, &y);
      if (mark->kind == SCAN_MARK_POINT)
        {
          cairo_move_to (cr, x - CROSS, y);
          cairo_line_to (cr, x + CROSS, y);
          cairo_move_to (cr, x, y - CROSS);
          cairo_line_to (cr, x, y + CROSS);
        }
      else if (i == 0)
        cairo_move_to (cr, x, y);
      else
        cairo_line_to (cr, x, y);
    }
}

/* Bright with a dark edge, so that it is seen on bright and on dark. */
static void
stroke (cairo_t *cr)
{
  cairo_set_source_rgba (cr, 0, 0, 0, 0.65);
  cairo_set_line_width (cr, 4);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgb (cr, 1, 0.82, 0.2);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

static void
draw_line (cairo_t *cr, const ScanMark *mark, const UiCanvasMap *map)
{
  trace (cr, mark, map);
  if (mark->kind == SCAN_MARK_AREA)
    {
      cairo_set_source_rgba (cr, 1, 0.82, 0.2, 0.35);
      cairo_fill_preserve (cr);
    }
  stroke (cr);
}

/* All of it in sight, whatever place it was given. */
static void
draw_text (GtkWidget *widget, cairo_t *cr, const ScanMark *mark, const UiCanvasMap *map)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, mark->text);
  int width, height;
  double x, y;

  pango_layout_set_width (layout, (int) (MAX (map->width - 2 * MARGIN, 40) * PANGO_SCALE));
  pango_layout_get_pixel_size (layout, &width, &height);
  to_widget (map, mark->points, &x, &y);
  if (mark->n > 1)
    {
      double to_x, to_y;

      to_widget (map, mark->points + 2, &to_x, &to_y);
      cairo_move_to (cr, CLAMP (to_x, x, x + width), CLAMP (to_y, y, y + height));
      cairo_line_to (cr, to_x, to_y);
      stroke (cr);
    }
  x = CLAMP (x, 4, MAX (map->width - width - 4, 4));
  y = CLAMP (y, 4, MAX (map->height - height - 4, 4));
  cairo_set_source_rgba (cr, 0, 0, 0, 0.6);
  cairo_rectangle (cr, x - 3, y - 1, width + 6, height + 2);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 1, 0.88, 0.4);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

static double
ink_of (const ScanMark *mark, const UiCanvasMap *map)
{
  const double most = map->width + map->height;
  double ink = 0, last_x = 0, last_y = 0;

  for (guint i = 0; i < mark->n; i++)
    {
      double x, y;

      to_widget (map, mark->points + 2 * i, &x, &y);
      ink += i > 0 ? MIN (hypot (x - last_x, y - last_y), most) : CROSS;
      last_x = x;
      last_y = y;
    }
  return ink;
}

void
ui_canvas_draw_marks (GtkWidget *widget, GtkSnapshot *snapshot, const GPtrArray *marks,
                      const UiCanvasMap *map)
{
  const graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, (float) map->width, (float) map->height);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  double ink = INK_MAX * (map->width + map->height);
  gsize left = TEXT_MAX;

  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  for (guint i = 0; i < marks->len; i++)
    {
      const ScanMark *mark = g_ptr_array_index (marks, i);

      if (mark->kind != SCAN_MARK_TEXT && (ink -= ink_of (mark, map)) > 0)
        draw_line (cr, mark, map);
    }
  for (guint i = 0; i < marks->len; i++)
    {
      const ScanMark *mark = g_ptr_array_index (marks, i);

      if (mark->kind == SCAN_MARK_TEXT && strlen (mark->text) <= left)
        {
          left -= strlen (mark->text);
          draw_text (widget, cr, mark, map);
        }
    }
  cairo_destroy (cr);
}

/* In another colour than what the clinic drew. */
static void
draw_own (GtkWidget *widget, cairo_t *cr, const UiCanvasLine *line, const UiCanvasMap *map)
{
  g_autoptr (PangoLayout) layout = NULL;
  double x = 0, y = 0;
  int width, height;

  for (guint i = 0; i < line->n; i++)
    {
      to_widget (map, line->points + 2 * i, &x, &y);
      cairo_move_to (cr, x - CROSS, y);
      cairo_line_to (cr, x + CROSS, y);
      cairo_move_to (cr, x, y - CROSS);
      cairo_line_to (cr, x, y + CROSS);
    }
  for (guint i = 0; i < line->n; i++)
    {
      to_widget (map, line->points + 2 * i, &x, &y);
      if (i == 0)
        cairo_move_to (cr, x, y);
      else
        cairo_line_to (cr, x, y);
    }
  cairo_set_source_rgba (cr, 0, 0, 0, 0.75);
  cairo_set_line_width (cr, 4);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgb (cr, 0.3, 0.9, 1);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  if (line->text == NULL)
    return;
  layout = gtk_widget_create_pango_layout (widget, line->text);
  pango_layout_get_pixel_size (layout, &width, &height);
  x = x + 12 + width + 4 > map->width ? x - 12 - width : x + 12;
  x = CLAMP (x, 4, MAX (map->width - width - 4, 4));
  y = CLAMP (y + 8, 4, MAX (map->height - height - 4, 4));
  cairo_set_source_rgba (cr, 0, 0, 0, 0.8);
  cairo_rectangle (cr, x - 4, y - 2, width + 8, height + 4);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0.6, 0.95, 1);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_slanted (GtkSnapshot *snapshot, const double x[2], const double y[2], const UiCanvasMap *map,
              const GdkRGBA *around, const GdkRGBA *ink)
{
  const float length = (float) hypot (x[1] - x[0], y[1] - y[0]);

  gtk_snapshot_push_clip (snapshot,
                          &GRAPHENE_RECT_INIT (0, 0, (float) map->width, (float) map->height));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x[0], (float) y[0]));
  gtk_snapshot_rotate (snapshot, (float) (atan2 (y[1] - y[0], x[1] - x[0]) * 180 / G_PI));
  gtk_snapshot_append_color (snapshot, around, &GRAPHENE_RECT_INIT (-1, -1.5f, length + 2, 3));
  gtk_snapshot_append_color (snapshot, ink, &GRAPHENE_RECT_INIT (0, -0.5f, length, 1));
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_pop (snapshot);
}

/* Two rectangles, which every renderer draws without a surface of its own.
 */
static void
draw_thin (GtkSnapshot *snapshot, const UiCanvasLine *line, const UiCanvasMap *map)
{
  static const GdkRGBA around = { 0, 0, 0, 0.75f }, ink = { 0.3f, 0.9f, 1, 1 };
  double x[2], y[2], left, top, width, height;

  for (guint i = 0; i < 2; i++)
    to_widget (map, line->points + 2 * i, &x[i], &y[i]);
  if (MIN (fabs (x[1] - x[0]), fabs (y[1] - y[0])) > 1)
    {
      draw_slanted (snapshot, x, y, map, &around, &ink);
      return;
    }
  left = CLAMP (MIN (x[0], x[1]), 0, map->width);
  top = CLAMP (MIN (y[0], y[1]), 0, map->height);
  width = CLAMP (MAX (x[0], x[1]), 0, map->width) - left;
  height = CLAMP (MAX (y[0], y[1]), 0, map->height) - top;
  gtk_snapshot_append_color (
      snapshot, &around,
      &GRAPHENE_RECT_INIT ((float) (floor (left) - 1), (float) (floor (top) - 1),
                           (float) (ceil (width) + 3), (float) (ceil (height) + 3)));
  gtk_snapshot_append_color (snapshot, &ink,
                             &GRAPHENE_RECT_INIT ((float) floor (left), (float) floor (top),
                                                  (float) (ceil (width) + 1),
                                                  (float) (ceil (height) + 1)));
}

void
ui_canvas_draw_lines (GtkWidget *widget, GtkSnapshot *snapshot, const UiCanvasLine *lines, guint n,
                      const UiCanvasMap *map)
{
  const graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, (float) map->width, (float) map->height);
  cairo_t *cr = NULL;

  for (guint i = 0; i < n; i++)
    if (lines[i].thin)
      draw_thin (snapshot, &lines[i], map);
    else
      {
        if (cr == NULL)
          cr = gtk_snapshot_append_cairo (snapshot, &all);
        draw_own (widget, cr, &lines[i], map);
      }
  g_clear_pointer (&cr, cairo_destroy);
}

double
ui_scale_length (double mm)
{
  double length;

  if (!(mm > 1e-3) || !(mm < 1e6))
    return 0;
  length = pow (10, floor (log10 (mm)));
  return length * (mm / length >= 5 ? 5 : mm / length >= 2 ? 2 : 1);
}

/* In a projection the body is smaller than its shadow. */
static char *
scale_words (double mm, ScanSpacing spacing)
{
  g_autofree char *length =
      mm >= 10 ? g_strdup_printf (_ ("%g cm"), mm / 10) : g_strdup_printf (_ ("%g mm"), mm);

  if (spacing == SCAN_SPACING_DETECTOR)
    return g_strdup_printf (_ ("%s at the detector"), length);
  if (spacing == SCAN_SPACING_FILM)
    return g_strdup_printf (_ ("%s on the film"), length);
  return g_steal_pointer (&length);
}

double
ui_scale_rise (const graphene_rect_t *box, const graphene_rect_t *over, guint n)
{
  double rise = 0;

  /* Above one it may meet another. */
  for (guint i = 0; i < n * n; i++)
    {
      graphene_rect_t risen = *box;

      graphene_rect_offset (&risen, 0, (float) -rise);
      if (graphene_rect_intersection (&risen, &over[i % n], NULL))
        rise = box->origin.y + box->size.height - over[i % n].origin.y + SCALE_GAP;
    }
  return rise;
}

gboolean
ui_canvas_scale_box (GtkWidget *widget, const UiCanvasMap *map, const graphene_rect_t *over,
                     guint n, graphene_rect_t *ret_box)
{
  const double length = map->mm > 0 ? ui_scale_length (map->width / 5.0 * map->mm) : 0;
  g_autofree char *words = NULL;
  g_autoptr (PangoLayout) layout = NULL;
  int width, height;

  if (length <= 0)
    return FALSE;
  words = scale_words (length, map->spacing);
  layout = gtk_widget_create_pango_layout (widget, words);
  pango_layout_get_pixel_size (layout, &width, &height);
  graphene_rect_init (ret_box, (float) MARGIN - 2, (float) (map->height - MARGIN - height - 6),
                      (float) MAX (length / map->mm, width + SCALE_INDENT) + 4, (float) height + 8);
  graphene_rect_offset (ret_box, 0, (float) -ui_scale_rise (ret_box, over, n));
  return TRUE;
}

void
ui_canvas_draw_scale (GtkWidget *widget, GtkSnapshot *snapshot, const UiCanvasMap *map,
                      const graphene_rect_t *box)
{
  const double length = ui_scale_length (map->width / 5.0 * map->mm), pixels = length / map->mm;
  const double y = box->origin.y + box->size.height - 2;
  g_autofree char *words = scale_words (length, map->spacing);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, words);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, box);

  cairo_move_to (cr, MARGIN, y - TICK);
  cairo_line_to (cr, MARGIN, y);
  cairo_line_to (cr, MARGIN + pixels, y);
  cairo_line_to (cr, MARGIN + pixels, y - TICK);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.65);
  cairo_set_line_width (cr, 4);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  cairo_move_to (cr, MARGIN + SCALE_INDENT, box->origin.y + 2);
  pango_cairo_layout_path (cr, layout);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.65);
  cairo_set_line_width (cr, 3);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_fill (cr);
  cairo_destroy (cr);
}
