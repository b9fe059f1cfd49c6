/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canvas: what keys mean, and that zoom keeps its bounds. */
#include <adwaita.h>
#include <string.h>

#include "canvas.h"

static UiFrame *
frame_new (guint rows, guint columns, double row_spacing)
{
  UiFrame *self = g_new0 (UiFrame, 1);
  ScanFrame *frame = g_new0 (ScanFrame, 1);
  gsize size = (gsize) rows * columns * 2;
  guint16 *pixels = g_malloc (size);

  for (gsize i = 0; i < size / 2; i++)
    pixels[i] = (guint16) (i % 4096);
  frame->rows = rows;
  frame->columns = columns;
  frame->samples = 1;
  frame->bits = 16;
  frame->slope = 1;
  frame->row_spacing = row_spacing;
  frame->column_spacing = 1;
  frame->aspect_vertical = frame->aspect_horizontal = 1;
  frame->frames = 1;
  frame->windows = g_array_new (FALSE, FALSE, sizeof (ScanWindow));
  frame->pixels = g_bytes_new_take (pixels, size);
  g_atomic_ref_count_init (&self->refs);
  self->frame = frame;
  scan_frame_default_brightness (frame, &self->recorded);
  return self;
}

static UiRendered *
rendered_new (guint rows, guint columns, double row_spacing)
{
  g_autoptr (UiFrame) frame = frame_new (rows, columns, row_spacing);

  return ui_rendered_new (frame, &frame->recorded);
}

static void
on_int (UiCanvas *canvas, int n, int *ret_n)
{
  *ret_n = n;
}

static void
test_keys (void)
{
  UiCanvas *canvas = g_object_ref_sink (UI_CANVAS (ui_canvas_new ()));
  const struct
  {
    guint key;
    int step;
  } keys[] = { { GDK_KEY_Down, 1 },      { GDK_KEY_Up, -1 },         { GDK_KEY_Page_Down, 10 },
               { GDK_KEY_Page_Up, -10 }, { GDK_KEY_Home, G_MININT }, { GDK_KEY_End, G_MAXINT } };
  int steps = 0, preset = 0;

  g_signal_connect (canvas, "step", G_CALLBACK (on_int), &steps);
  g_signal_connect (canvas, "preset", G_CALLBACK (on_int), &preset);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_assert_true (ui_canvas_key (canvas, keys[i].key, 0));
      g_assert_cmpint (steps, ==, keys[i].step);
    }
  g_assert_true (ui_canvas_key (canvas, GDK_KEY_3, 0));
  g_assert_cmpint (preset, ==, 3);
  g_assert_false (ui_canvas_key (canvas, GDK_KEY_Up, GDK_ALT_MASK));
  g_assert_false (ui_canvas_key (canvas, GDK_KEY_q, 0));
  g_assert_finalize_object (canvas);
}

static gboolean
is_laid_out (GtkWidget *widget)
{
  return gtk_widget_get_width (widget) > 0;
}

static void
test_zoom (void)
{
  GtkWidget *window = gtk_window_new (), *canvas = ui_canvas_new ();
  g_autoptr (UiRendered) rendered = rendered_new (64, 48, 1);

  gtk_window_set_default_size (GTK_WINDOW (window), 300, 200);
  gtk_window_set_child (GTK_WINDOW (window), canvas);
  gtk_window_present (GTK_WINDOW (window));
  ui_canvas_set_rendered (UI_CANVAS (canvas), rendered);
  ui_canvas_set_description (UI_CANVAS (canvas), "Scan image, slice 9 of 60");
  while (!is_laid_out (canvas))
    g_main_context_iteration (NULL, TRUE);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (canvas), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Scan image, slice 9 of 60");
  g_assert_cmpfloat (ui_canvas_zoom (UI_CANVAS (canvas)), ==, 1);
  ui_canvas_zoom_at (UI_CANVAS (canvas), 3, 10, 10);
  g_assert_cmpfloat (ui_canvas_zoom (UI_CANVAS (canvas)), ==, 3);
  ui_canvas_zoom_at (UI_CANVAS (canvas), 1e9, 10, 10);
  g_assert_cmpfloat (ui_canvas_zoom (UI_CANVAS (canvas)), <=, 40);
  ui_canvas_zoom_at (UI_CANVAS (canvas), 1e-9, 10, 10);
  g_assert_cmpfloat (ui_canvas_zoom (UI_CANVAS (canvas)), ==, 1);
  ui_canvas_zoom_at (UI_CANVAS (canvas), 2, 0, 0);
  g_assert_true (ui_canvas_key (UI_CANVAS (canvas), GDK_KEY_0, 0));
  g_assert_cmpfloat (ui_canvas_zoom (UI_CANVAS (canvas)), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_rendered (void)
{
  g_autoptr (UiRendered) small = rendered_new (64, 48, 1);
  g_autoptr (UiRendered) tall = rendered_new (64, 64, 2);
  g_autoptr (UiRendered) large = rendered_new (3000, 2000, 1);

  g_assert_cmpuint (small->n_levels, ==, 1);
  g_assert_cmpfloat (tall->aspect_y, >, 1.9);
  g_assert_cmpfloat (tall->aspect_x, ==, 1);
  g_assert_cmpuint (large->n_levels, >, 1);
  g_assert_cmpuint (large->levels[1]->rows, ==, 1500);
  g_assert_true (ui_rendered_level (large, 1) == large->levels[0]);
  g_assert_true (ui_rendered_level (large, 0.4) == large->levels[1]);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/canvas/keys", test_keys);
  g_test_add_func ("/canvas/zoom", test_zoom);
  g_test_add_func ("/canvas/rendered", test_rendered);
  return g_test_run ();
}
