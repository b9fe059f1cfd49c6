/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_window.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "document_window.h"
#include "plainname.h"
#include "stage.h"
#include "viewer_labels.h"
#include "viewer_notes.h"
#include "viewer_private.h"
#include "viewer_strip.h"

G_DEFINE_FINAL_TYPE (UiViewerWindow, ui_viewer_window, ADW_TYPE_WINDOW)

enum
{
  PROP_0,
  PROP_MARKS,
  PROP_EDGES,
  PROP_DETAILS,
  PROP_PLAYING,
  PROP_MEASURING,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

void
ui_viewer_window_go (UiViewerWindow *self, guint index)
{
  int direction = index < self->index ? -1 : 1;

  if (self->store == NULL || index >= ui_frame_store_count (self->store))
    return;
  self->index = index;
  ui_frame_store_go (self->store, index, direction);
  ui_viewer_show_frame (self);
  ui_viewer_show_position (self);
  if ((guint) gtk_adjustment_get_value (self->position_adjustment) != index)
    gtk_adjustment_set_value (self->position_adjustment, index);
}

guint
ui_viewer_window_count (UiViewerWindow *self)
{
  return self->store != NULL ? ui_frame_store_count (self->store) : 0;
}

gboolean
ui_viewer_window_is_ready (UiViewerWindow *self)
{
  return self->shown == (gint64) self->index;
}

static guint
bench_count (gpointer window)
{
  return ui_viewer_window_count (window);
}

static void
bench_go (gpointer window, guint index)
{
  ui_viewer_window_go (window, index);
}

static gboolean
bench_is_ready (gpointer window)
{
  return ui_viewer_window_is_ready (window);
}

const UiBenchTarget ui_viewer_bench = { bench_count, bench_go, bench_is_ready };

static guint
bench_levels (gpointer window)
{
  return ui_viewer_window_count (window) > 0 ? 100 : 0;
}

static void
bench_brighten (gpointer window, guint index)
{
  UiViewerWindow *self = window;

  gtk_adjustment_set_value (self->brightness_adjustment, index);
}

const UiBenchTarget ui_brightness_bench = { bench_levels, bench_brighten, bench_is_ready };

static void
on_settled (UiFrameStore *store, guint index, UiViewerWindow *self)
{
  if (index == self->index && self->shown != (gint64) index)
    ui_viewer_show_frame (self);
}

/* Nothing but the picture, and how to come back. */
static void
on_fullscreen (UiViewerWindow *self)
{
  const gboolean full = gtk_window_is_fullscreen (GTK_WINDOW (self));

  if (self->canvas == NULL)
    return;
  gtk_widget_set_visible (self->header, !full);
  gtk_widget_set_visible (self->side, !full);
  gtk_widget_set_visible (self->leave_button, full);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
        UiViewerWindow *self)
{
  return ui_canvas_key (self->canvas, keyval, state);
}

static void
drop_store (UiViewerWindow *self)
{
  if (self->store == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->store, self);
  ui_frame_store_stop (self->store);
  g_clear_object (&self->store);
}

/* Where pictures are missing. */
static void
mark_gaps (UiViewerWindow *self)
{
  gtk_scale_clear_marks (self->slider);
  for (guint i = 0; i < self->set->gaps->len; i++)
    gtk_scale_add_mark (self->slider, g_array_index (self->set->gaps, ScanGap, i).after + 0.5,
                        GTK_POS_LEFT, NULL);
}

static void
on_states_changed (UiViewerWindow *self)
{
  if (self->set == NULL || self->canvas == NULL)
    return;
  gtk_widget_set_visible (self->notes_button, ui_viewer_notes_exist (self->states, self->set));
  ui_viewer_look_changed (self);
}

static void
on_notes_shown (UiViewerWindow *self)
{
  if (self->set != NULL)
    ui_viewer_notes_fill (self->notes_box, self->states, self->set);
}

static void
open_set (UiViewerWindow *self, UiViewerSet *set)
{
  guint count, first;

  ui_viewer_set_playing (self, FALSE);
  drop_store (self);
  ui_renderer_forget (self->renderer);
  self->set = set;
  self->index = 0;
  self->store = ui_frame_store_new (self->session, set->instances);
  self->brightness = (UiBrightness){ 0 };
  self->turn = (ScanTurn){ 0, FALSE };
  ui_measure_forget (self->measure);
  ui_viewer_clear (self);
  ui_canvas_reset (self->canvas);
  g_signal_connect (self->store, "settled", G_CALLBACK (on_settled), self);
  count = ui_frame_store_count (self->store);
  ui_canvas_set_count (self->canvas, count);
  mark_gaps (self);
  gtk_widget_set_visible (self->ct_presets, ui_viewer_is_ct (self));
  gtk_widget_set_visible (GTK_WIDGET (self->slider), count > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->position), count > 0);
  gtk_widget_set_visible (self->play_button, count > 1);
  gtk_widget_set_visible (self->notes_button, ui_viewer_notes_exist (self->states, set));
  if (count == 0)
    {
      ui_viewer_show_status (self, ui_viewer_set_is_document (set)
                                       ? _ ("This is a report. It opens in a window of its own.")
                                       : _ ("This set holds no pictures. It is kept safely."));
      return;
    }
  /* A stack of slices says most in its middle; a clip is looked at from its start. */
  first = ui_viewer_set_is_sliced (set) && !ui_viewer_set_is_clip (set) ? (count - 1) / 2 : 0;
  self->index = first;
  gtk_adjustment_set_upper (self->position_adjustment, count - 1);
  gtk_adjustment_set_value (self->position_adjustment, first);
  ui_viewer_window_go (self, first);
}

static void
on_set_selected (GtkListBox *strip, GtkListBoxRow *row, UiViewerWindow *self)
{
  UiViewerSet *set = self->canvas != NULL ? ui_viewer_strip_set (row) : NULL;

  if (set != NULL && set != self->set)
    open_set (self, set);
}

/* A click on a report opens it; its row alone shows what it is. */
static void
on_set_activated (GtkListBox *strip, GtkListBoxRow *row, UiViewerWindow *self)
{
  const UiViewerSet *set = ui_viewer_strip_set (row);

  if (ui_viewer_set_is_document (set))
    ui_document_window_show (gtk_window_get_application (GTK_WINDOW (self)), self->session,
                             &(ScanItem){ SCAN_ITEM_SERIES, { .series = set->series } });
}

static void
ui_viewer_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (object);

  switch (id)
    {
    case PROP_MARKS:
      g_value_set_boolean (value, self->show_marks);
      break;
    case PROP_EDGES:
      g_value_set_boolean (value, self->show_edges);
      break;
    case PROP_DETAILS:
      g_value_set_boolean (value, self->show_details);
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, self->play != NULL);
      break;
    case PROP_MEASURING:
      g_value_set_boolean (value, self->measuring);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_viewer_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (object);
  const gboolean on = g_value_get_boolean (value);

  switch (id)
    {
    case PROP_MARKS:
      self->show_marks = on;
      break;
    case PROP_EDGES:
      self->show_edges = on;
      break;
    case PROP_DETAILS:
      self->show_details = on;
      break;
    case PROP_PLAYING:
      ui_viewer_set_playing (self, on);
      return;
    case PROP_MEASURING:
      self->measuring = on;
      ui_measure_set_on (self->measure, on);
      ui_viewer_show_measured (self);
      g_object_notify_by_pspec (object, pspec);
      return;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  ui_viewer_look_changed (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
ui_viewer_window_dispose (GObject *object)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (object);

  g_clear_pointer (&self->play, ui_play_stop);
  if (self->strip != NULL)
    ui_viewer_strip_stop (self->strip);
  self->strip = NULL;
  g_clear_pointer (&self->measure, ui_measure_free);
  self->canvas = NULL;
  self->set = NULL;
  drop_store (self);
  if (self->renderer != NULL)
    ui_renderer_stop (self->renderer);
  g_clear_object (&self->renderer);
  if (self->states != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->states, self);
      ui_viewer_states_stop (self->states);
    }
  g_clear_object (&self->states);
  g_clear_pointer (&self->sets, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_viewer_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, header);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, side);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, stage);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, corner);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, leave_button);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, ct_presets);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, strip);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, canvas);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, status);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, position);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, badge);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, details);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, measured);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, letter_left);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, letter_right);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, letter_top);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, letter_bottom);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, slider);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, position_adjustment);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, brightness_adjustment);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, contrast_adjustment);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, brightness_popover);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, brightness_scale);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, contrast_scale);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, notes_button);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, notes_box);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, play_button);
  gtk_widget_class_bind_template_callback (widget_class, on_set_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_set_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_notes_shown);
}

/* Each is an action too, by which menus, buttons and keys turn it on and off. */
static void
install_properties (UiViewerWindowClass *class)
{
  static const char *const names[N_PROPS] = { NULL,      "marks",   "edges",
                                              "details", "playing", "measuring" };
  static const guint keys[N_PROPS] = { 0, GDK_KEY_o, 0, GDK_KEY_d, 0, GDK_KEY_a };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->get_property = ui_viewer_window_get_property;
  G_OBJECT_CLASS (class)->set_property = ui_viewer_window_set_property;
  for (guint i = 1; i < N_PROPS; i++)
    properties[i] =
        g_param_spec_boolean (names[i], NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPS, properties);
  for (guint i = 1; i < N_PROPS; i++)
    {
      g_autofree char *action = g_strconcat ("viewer.", names[i], NULL);

      gtk_widget_class_install_property_action (widget_class, g_intern_string (action), names[i]);
      if (keys[i] != 0)
        gtk_widget_class_add_binding_action (widget_class, keys[i], 0, action, NULL);
    }
  gtk_widget_class_install_property_action (widget_class, "viewer.fullscreen", "fullscreened");
}

static void
ui_viewer_window_class_init (UiViewerWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_viewer_window_dispose;
  g_type_ensure (UI_TYPE_CANVAS);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/viewer_window.ui");
  bind_template (widget_class);
  ui_viewer_acts_class_init (widget_class);
  install_properties (class);
  ui_install_lock_action (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
on_measured (gpointer self)
{
  ui_viewer_show_measured (self);
}

static void
ui_viewer_window_init (UiViewerWindow *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkWidget *sides[6];

  self->shown = -1;
  self->show_marks = self->show_edges = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->measure = ui_measure_new (self->canvas, on_measured, self);
  /* Pictures are not mirrored in any language, nor is what stands at their sides. */
  gtk_widget_set_direction (self->stage, GTK_TEXT_DIR_LTR);
  sides[0] = GTK_WIDGET (self->letter_left);
  sides[1] = GTK_WIDGET (self->letter_right);
  sides[2] = self->corner;
  sides[3] = GTK_WIDGET (self->position);
  sides[4] = self->leave_button;
  sides[5] = GTK_WIDGET (self->canvas);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    gtk_widget_set_direction (sides[i], GTK_TEXT_DIR_LTR);
  ui_stage_keep_letters (GTK_OVERLAY (self->stage), self->canvas,
                         &(UiStageSides){ .top = GTK_WIDGET (self->letter_top),
                                          .bottom = GTK_WIDGET (self->letter_bottom),
                                          .left = GTK_WIDGET (self->letter_left),
                                          .right = GTK_WIDGET (self->letter_right),
                                          .corner = self->corner,
                                          .place = GTK_WIDGET (self->position) });
  g_signal_connect (self, "notify::fullscreened", G_CALLBACK (on_fullscreen), NULL);
  g_signal_connect (key, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

UiViewerWindow *
ui_viewer_window_new (GtkApplication *application, UiSession *session, ScanStudy *study)
{
  UiViewerWindow *self = g_object_new (UI_TYPE_VIEWER_WINDOW, "application", application, NULL);
  g_autofree char *date = scan_plain_date (study->date);

  self->session = g_object_ref (session);
  self->renderer = ui_renderer_new (session, ui_viewer_rendered, self);
  adw_window_title_set_title (self->heading, study->title);
  adw_window_title_set_subtitle (self->heading, date);
  ui_viewer_show_status (self,
                         _ ("This scan holds no pictures that can be shown. It is kept safely."));
  gtk_widget_set_visible (GTK_WIDGET (self->position), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->slider), FALSE);
  self->sets = ui_viewer_sets_new (session, study);
  self->states = ui_viewer_states_new (session, study);
  g_signal_connect_swapped (self->states, "changed", G_CALLBACK (on_states_changed), self);
  ui_viewer_strip_fill (self->strip, session, self->sets);
  ui_viewer_strip_select (self->strip, ui_viewer_sets_first (self->sets, study));
  ui_close_with_session (GTK_WINDOW (self), session);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  return self;
}
