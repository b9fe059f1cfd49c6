/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canvas: what keys mean, and that zoom keeps its bounds. */
#include <adwaita.h>
#include <math.h>
#include <string.h>

#include "brightness.h"
#include "canvas.h"
#include "canvas_marks.h"
#include "stage.h"

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

  const UiLook look = { .brightness = frame->recorded };

  return ui_rendered_new (frame, &look);
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

/* Exact pixels may be smaller than what fits, and are then as small as it gets. */
static void
test_one_to_one (void)
{
  GtkWidget *window = gtk_window_new (), *canvas = ui_canvas_new ();
  g_autoptr (UiRendered) rendered = rendered_new (64, 48, 1);

  gtk_window_set_default_size (GTK_WINDOW (window), 300, 200);
  gtk_window_set_child (GTK_WINDOW (window), canvas);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpfloat (ui_canvas_scale (UI_CANVAS (canvas)), ==, 0);
  ui_canvas_set_rendered (UI_CANVAS (canvas), rendered);
  while (!is_laid_out (canvas))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (ui_canvas_key (UI_CANVAS (canvas), GDK_KEY_1, GDK_CONTROL_MASK));
  g_assert_cmpfloat_with_epsilon (ui_canvas_scale (UI_CANVAS (canvas)), 1, 1e-9);
  g_assert_cmpfloat (ui_canvas_zoom (UI_CANVAS (canvas)), <, 1);
  ui_canvas_zoom_at (UI_CANVAS (canvas), 0.1, 10, 10);
  g_assert_cmpfloat_with_epsilon (ui_canvas_scale (UI_CANVAS (canvas)), 1, 1e-9);
  g_assert_true (ui_canvas_key (UI_CANVAS (canvas), GDK_KEY_Left, GDK_CONTROL_MASK));
  g_assert_false (ui_canvas_key (UI_CANVAS (canvas), GDK_KEY_l, GDK_CONTROL_MASK));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_scale (void)
{
  g_assert_cmpfloat (ui_scale_length (130), ==, 100);
  g_assert_cmpfloat (ui_scale_length (99), ==, 50);
  g_assert_cmpfloat (ui_scale_length (20), ==, 20);
  g_assert_cmpfloat_with_epsilon (ui_scale_length (0.7), 0.5, 1e-9);
  g_assert_cmpfloat (ui_scale_length (0), ==, 0);
  g_assert_cmpfloat (ui_scale_length (NAN), ==, 0);
}

/* A turned picture has the sides of its frame the other way round. */
static void
test_turned (void)
{
  g_autoptr (UiFrame) frame = frame_new (64, 48, 2);
  const UiLook look = { .brightness = frame->recorded, .turn = { 1, FALSE } };
  g_autoptr (UiRendered) rendered = ui_rendered_new (frame, &look);

  g_assert_cmpuint (rendered->levels[0]->rows, ==, 48);
  g_assert_cmpuint (rendered->levels[0]->columns, ==, 64);
  g_assert_cmpuint (rendered->rows, ==, 64);
  g_assert_cmpfloat (rendered->aspect_x, >, 1.9);
  g_assert_cmpfloat (rendered->aspect_y, ==, 1);
  g_assert_cmpfloat (rendered->mm, ==, 1);
}

/* Where the sliders are put is where they are found, and a drag stays within bounds. */
static void
test_brightness (void)
{
  g_autoptr (UiFrame) frame = frame_new (64, 48, 1);
  UiBrightness brightness = { 0 };
  ScanBrightness shown, from;
  double level, contrast;

  frame->low = -1000;
  frame->high = 3000;
  ui_brightness_apply (&brightness, &frame->recorded, &shown);
  g_assert_cmpfloat (shown.width, ==, frame->recorded.width);
  ui_brightness_set_levels (&brightness, frame, 30, 80);
  ui_brightness_apply (&brightness, &frame->recorded, &shown);
  ui_brightness_levels (frame, &shown, &level, &contrast);
  g_assert_cmpfloat_with_epsilon (level, 30, 1e-6);
  g_assert_cmpfloat_with_epsilon (contrast, 80, 1e-6);
  from = ui_brightness_begin (&brightness, frame, &frame->recorded);
  ui_brightness_drag (&brightness, frame, &from, -1e6, 1e6);
  g_assert_cmpfloat (brightness.chosen.center, ==, 3000);
  g_assert_cmpfloat (brightness.chosen.width, ==, 8);
  g_assert_true (ui_brightness_preset (&brightness, 3, TRUE));
  g_assert_cmpfloat (brightness.chosen.center, ==, -600);
  g_assert_false (ui_brightness_preset (&brightness, 3, FALSE));
  g_assert_false (ui_brightness_preset (&brightness, 6, TRUE));
  g_assert_true (ui_brightness_preset (&brightness, 1, FALSE));
  g_assert_false (brightness.own);
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

/* What is seen over a picture, in pixels of the canvas: letters and words. */
static guint
boxes_over (UiStage *stage, graphene_rect_t *boxes)
{
  GtkWidget *canvas = GTK_WIDGET (ui_stage_canvas (stage));
  guint n = 0;

  for (GtkWidget *child = canvas; child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child) && gtk_widget_get_mapped (child))
      {
        g_assert_true (gtk_widget_compute_bounds (child, canvas, &boxes[n]));
        n += boxes[n].origin.x + boxes[n].size.width > 0;
      }
  return n;
}

static void
assert_apart (const graphene_rect_t *boxes, guint n, int width, int height)
{
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < i; k++)
      if (graphene_rect_intersection (&boxes[i], &boxes[k], NULL))
        g_error ("%d x %d pixels: %g %g, %g x %g and %g %g, %g x %g", width, height,
                 boxes[i].origin.x, boxes[i].origin.y, boxes[i].size.width, boxes[i].size.height,
                 boxes[k].origin.x, boxes[k].origin.y, boxes[k].size.width, boxes[k].size.height);
}

/* Only the picture gets this size: a window would have to ask the window manager. */
static void
give_size (GtkWidget *clamp, UiStage *stage, int width, int height)
{
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), width);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), width);
  gtk_widget_set_size_request (GTK_WIDGET (stage), -1, height);
  while (gtk_widget_get_width (GTK_WIDGET (stage)) != width ||
         gtk_widget_get_height (GTK_WIDGET (stage)) != height)
    g_main_context_iteration (NULL, TRUE);
}

/* Scale, letters and words lie beside or above one another, however narrow the picture is. */
static void
test_nothing_over_another (gconstpointer font)
{
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *window = gtk_window_new (), *clamp = adw_clamp_new ();
  UiStage *stage = ui_stage_new ();
  g_autoptr (UiFrame) frame = frame_new (64, 64, 1);
  g_autoptr (UiRendered) rendered = NULL;
  UiLook look = { .brightness = frame->recorded };
  g_autofree char *before = NULL;
  graphene_rect_t boxes[8];
  const gboolean large = strstr (font, "20") != NULL;
  guint n, shown = 0;

  g_object_get (settings, "gtk-font-name", &before, NULL);
  g_object_set (settings, "gtk-font-name", font, NULL);
  frame->frame->oriented = TRUE;
  frame->frame->orientation[0] = frame->frame->orientation[4] = 1;
  /* Large letters have room for a short scale alone. */
  frame->frame->spacing = large ? SCAN_SPACING_BODY : SCAN_SPACING_DETECTOR;
  rendered = ui_rendered_new (frame, &look);
  ui_stage_show (stage, rendered, frame->frame);
  ui_stage_say (stage, UI_STAGE_BADGE, "Turned upside down\nMirrored");
  ui_stage_say (stage, UI_STAGE_PLACE, "Slice 12 of 24\n2 pictures missing after this one");
  gtk_widget_set_valign (clamp, GTK_ALIGN_START);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (stage));
  gtk_window_set_child (GTK_WINDOW (window), clamp);
  gtk_window_set_default_size (GTK_WINDOW (window), 600, 500);
  gtk_window_present (GTK_WINDOW (window));
  for (int height = 420; height >= 140; height -= 140)
    for (int width = 560; width >= 140; width -= height == 420 ? 20 : 40)
      {
        give_size (clamp, stage, width, height);
        n = boxes_over (stage, boxes);
        shown += n;
        /* The scale needs room of its own. */
        if (height == 420 && (!large || width >= 300))
          g_assert_true (
              ui_canvas_get_scale_box (UI_CANVAS (ui_stage_canvas (stage)), &boxes[n++]));
        assert_apart (boxes, n, width, height);
      }
  /* Of 44 sizes: four letters always, and often two words. */
  g_test_message ("%u shown", shown);
  g_assert_cmpuint (shown, >=, 4 * 44 + (large ? 20 : 70));
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_set (settings, "gtk-font-name", before, NULL);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/canvas/keys", test_keys);
  g_test_add_func ("/canvas/zoom", test_zoom);
  g_test_add_func ("/canvas/one-to-one", test_one_to_one);
  g_test_add_func ("/canvas/scale", test_scale);
  g_test_add_func ("/canvas/turned", test_turned);
  g_test_add_func ("/canvas/brightness", test_brightness);
  g_test_add_func ("/canvas/rendered", test_rendered);
  g_test_add_data_func ("/canvas/nothing-over-another", "DejaVu Sans 10",
                        test_nothing_over_another);
  g_test_add_data_func ("/canvas/nothing-over-another-large", "DejaVu Sans 20",
                        test_nothing_over_another);
  return g_test_run ();
}
