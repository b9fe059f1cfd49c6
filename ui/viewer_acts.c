/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_private.h"

#include "arrangement.h"
#include "compare_choose.h"
#include "planes_window.h"
#include "viewer_save.h"
#include "viewer_strip.h"

#define UNKNOWN_FRAME_MS 100.0 /* how long a picture is shown where nothing is recorded */

gboolean
ui_viewer_is_ct (UiViewerWindow *self)
{
  return self->set != NULL && g_str_equal (self->set->series->modality, "CT");
}

/* ---- playing ---- */

/* How long the picture is shown, in ms: as recorded of a clip, or by the times of the heart. */
static double
duration_of (UiViewerWindow *self)
{
  const UiFrame *frame = ui_frame_store_get (self->store, self->index);
  ScanArrangement here, next;
  guint n;

  if (frame != NULL && frame->frame->frame_time > 0)
    return frame->frame->frame_time;
  if (self->set->kind == SCAN_STACK_MOVING && self->index + 1 < ui_frame_store_count (self->store))
    {
      double ms;

      scan_arrangement_unpack (ui_frame_store_instance (self->store, self->index, &n)->arrangement,
                               &here);
      scan_arrangement_unpack (
          ui_frame_store_instance (self->store, self->index + 1, &n)->arrangement, &next);
      ms = next.trigger - here.trigger;
      if (ms >= 10 && ms <= 1000)
        return ms;
    }
  return UNKNOWN_FRAME_MS;
}

static double
play_step (gpointer data)
{
  UiViewerWindow *self = data;
  const guint next = (self->index + 1) % ui_frame_store_count (self->store);

  if (ui_frame_store_get (self->store, next) == NULL &&
      ui_frame_store_problem (self->store, next) == NULL)
    {
      ui_frame_store_go (self->store, next, 1);
      return 0;
    }
  ui_viewer_window_go (self, next);
  return duration_of (self);
}

void
ui_viewer_set_playing (UiViewerWindow *self, gboolean playing)
{
  if (playing == (self->play != NULL) || (playing && ui_viewer_window_count (self) < 2))
    return;
  if (playing)
    self->play = ui_play_start (duration_of (self), play_step, self);
  else
    g_clear_pointer (&self->play, ui_play_stop);
  gtk_button_set_icon_name (GTK_BUTTON (self->play_button), playing
                                                                ? "media-playback-pause-symbolic"
                                                                : "media-playback-start-symbolic");
  if (!playing && self->store != NULL && ui_frame_store_count (self->store) > 0)
    ui_viewer_show_position (self);
  g_object_notify (G_OBJECT (self), "playing");
}

/* ---- what a person does ---- */

static void
on_step (UiViewerWindow *self, int n)
{
  gint64 last = (gint64) ui_viewer_window_count (self) - 1;
  gint64 index = CLAMP ((gint64) self->index + n, 0, MAX (last, 0));

  ui_viewer_set_playing (self, FALSE);
  if (last >= 0 && index != self->index)
    ui_viewer_window_go (self, (guint) index);
}

static void
on_slider (UiViewerWindow *self)
{
  guint index = (guint) (gtk_adjustment_get_value (self->position_adjustment) + 0.5);

  if (self->store == NULL || index == self->index)
    return;
  ui_viewer_set_playing (self, FALSE);
  ui_viewer_window_go (self, index);
}

void
ui_viewer_look_changed (UiViewerWindow *self)
{
  if (self->canvas != NULL && self->store != NULL && ui_frame_store_count (self->store) > 0)
    ui_viewer_show_frame (self);
}

static UiFrame *
frame_of (UiViewerWindow *self)
{
  return self->store != NULL ? ui_frame_store_get (self->store, self->index) : NULL;
}

static void
on_brightness_begin (UiViewerWindow *self)
{
  UiFrame *frame = frame_of (self);
  ScanBrightness recorded;

  if (frame == NULL)
    return;
  recorded = ui_viewer_recorded (self, frame);
  self->drag_from = ui_brightness_begin (&self->brightness, frame, &recorded);
}

static void
on_brightness_drag (UiViewerWindow *self, double dx, double dy)
{
  UiFrame *frame = frame_of (self);

  if (frame == NULL)
    return;
  ui_brightness_drag (&self->brightness, frame, &self->drag_from, dx, dy);
  ui_viewer_look_changed (self);
}

static void
on_levels (UiViewerWindow *self)
{
  UiFrame *frame = frame_of (self);

  if (frame == NULL || self->setting_levels)
    return;
  ui_brightness_set_levels (&self->brightness, frame,
                            gtk_adjustment_get_value (self->brightness_adjustment),
                            gtk_adjustment_get_value (self->contrast_adjustment));
  ui_viewer_look_changed (self);
}

static void
on_brightness_shown (UiViewerWindow *self)
{
  UiFrame *frame = frame_of (self);

  if (frame != NULL)
    {
      const UiLook look = ui_viewer_look (self, frame);

      ui_viewer_show_levels (self, frame, &look);
    }
}

static void
on_preset (UiViewerWindow *self, int number)
{
  gtk_popover_popdown (self->brightness_popover);
  if (ui_brightness_preset (&self->brightness, number, ui_viewer_is_ct (self)))
    ui_viewer_look_changed (self);
}

static void
on_negative (UiViewerWindow *self)
{
  gtk_popover_popdown (self->brightness_popover);
  self->brightness.negative = !self->brightness.negative;
  ui_viewer_look_changed (self);
}

static void
on_zoomed (UiViewerWindow *self)
{
  ui_viewer_show_details (self);
}

static void
preset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  on_preset (UI_VIEWER_WINDOW (widget), g_variant_get_int32 (parameter));
}

static void
negative_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  on_negative (UI_VIEWER_WINDOW (widget));
}

static void
turn_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (widget);
  const ScanTurn quarter = { g_variant_get_int32 (parameter) > 0 ? 1 : 3, FALSE };

  self->turn = scan_turn_then (self->turn, quarter);
  ui_viewer_look_changed (self);
}

static void
mirror_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (widget);

  self->turn = scan_turn_then (self->turn, (ScanTurn){ 0, TRUE });
  ui_viewer_look_changed (self);
}

static void
fit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_canvas_reset (UI_VIEWER_WINDOW (widget)->canvas);
}

static void
one_to_one_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_canvas_zoom_one_to_one (UI_VIEWER_WINDOW (widget)->canvas);
}

static void
set_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_viewer_strip_step (UI_VIEWER_WINDOW (widget)->strip, g_variant_get_int32 (parameter));
}

static void
reset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (widget);

  self->brightness = (UiBrightness){ 0 };
  self->turn = (ScanTurn){ 0, FALSE };
  g_object_set (self, "measuring", FALSE, NULL);
  ui_canvas_reset (self->canvas);
  ui_viewer_look_changed (self);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (widget);
  UiSaveWhat what = { self->session, self->canvas, self->stage, self->toasts };
  UiFrame *frame = frame_of (self);
  const ScanPresentation *state;

  ui_viewer_set_playing (self, FALSE);
  if (frame == NULL || !ui_viewer_window_is_ready (self))
    return;
  what.instance = ui_frame_store_instance (self->store, self->index, &what.frame);
  what.number = self->index + 1;
  state = ui_viewer_look (self, frame).state;
  what.tells_person = self->show_details || (state != NULL && self->show_marks);
  ui_viewer_save (GTK_WINDOW (self), &what);
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (widget);

  if (self->set == NULL)
    return;
  ui_viewer_set_playing (self, FALSE);
  ui_compare_choose (GTK_WINDOW (self), self->session, self->set->series->study,
                     self->set->frames > 0 ? g_ptr_array_index (self->set->instances, 0) : NULL);
}

/* What cannot be shown so says why. */
static void
planes_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (widget);
  const char *problem;

  if (self->set == NULL)
    return;
  ui_viewer_set_playing (self, FALSE);
  problem = ui_planes_problem (self->set);
  if (problem != NULL)
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (problem));
  else
    gtk_window_present (GTK_WINDOW (ui_planes_window_new (
        gtk_window_get_application (GTK_WINDOW (self)), self->session, self->set, self->index)));
}

static void
escape_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (widget);

  if (self->measuring)
    {
      if (!ui_measure_undo (self->measure))
        g_object_set (self, "measuring", FALSE, NULL);
    }
  else if (gtk_window_is_fullscreen (GTK_WINDOW (widget)))
    gtk_window_unfullscreen (GTK_WINDOW (widget));
  else
    gtk_window_close (GTK_WINDOW (widget));
}

void
ui_viewer_acts_class_init (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, on_step);
  gtk_widget_class_bind_template_callback (widget_class, on_slider);
  gtk_widget_class_bind_template_callback (widget_class, on_brightness_begin);
  gtk_widget_class_bind_template_callback (widget_class, on_brightness_drag);
  gtk_widget_class_bind_template_callback (widget_class, on_brightness_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_levels);
  gtk_widget_class_bind_template_callback (widget_class, on_preset);
  gtk_widget_class_bind_template_callback (widget_class, on_negative);
  gtk_widget_class_bind_template_callback (widget_class, on_zoomed);
  gtk_widget_class_install_action (widget_class, "viewer.preset", "i", preset_action);
  gtk_widget_class_install_action (widget_class, "viewer.negative", NULL, negative_action);
  gtk_widget_class_install_action (widget_class, "viewer.reset", NULL, reset_action);
  gtk_widget_class_install_action (widget_class, "viewer.turn", "i", turn_action);
  gtk_widget_class_install_action (widget_class, "viewer.mirror", NULL, mirror_action);
  gtk_widget_class_install_action (widget_class, "viewer.fit", NULL, fit_action);
  gtk_widget_class_install_action (widget_class, "viewer.one-to-one", NULL, one_to_one_action);
  gtk_widget_class_install_action (widget_class, "viewer.set", "i", set_action);
  gtk_widget_class_install_action (widget_class, "viewer.compare", NULL, compare_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, 0, "viewer.compare", NULL);
  gtk_widget_class_install_action (widget_class, "viewer.planes", NULL, planes_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, 0, "viewer.planes", NULL);
  gtk_widget_class_install_action (widget_class, "viewer.save", NULL, save_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "viewer.save",
                                       NULL);
  gtk_widget_class_install_action (widget_class, "viewer.escape", NULL, escape_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "viewer.escape", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, 0, "viewer.turn", "i", 1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, 0, "viewer.turn", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_m, 0, "viewer.mirror", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F11, 0, "viewer.fullscreen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, GDK_CONTROL_MASK,
                                       "viewer.set", "i", 1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, GDK_CONTROL_MASK,
                                       "viewer.set", "i", -1);
}
