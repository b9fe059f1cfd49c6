/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ask.h"
#include "complete.h"
#include "document.h"
#include "document_window.h"
#include "plainname.h"
#include "study_card.h"
#include "task.h"
#include "thumbs.h"

#define DRAG_FOR_RANGE \
  400.0 /* pixels of a brightness drag that go through the whole range of values */

struct _UiViewerWindow
{
  AdwWindow parent_instance;
  AdwWindowTitle *heading;
  GtkListBox *strip;
  UiCanvas *canvas;
  GtkLabel *status, *position;
  GtkScale *slider;
  GtkAdjustment *position_adjustment;
  GtkPopover *brightness_popover;
  GtkWidget *ct_presets;

  UiSession *session;
  ScanSeries *series;
  UiFrameStore *store;
  guint index;
  gint64 shown; /* index on the canvas, -1 = none */

  gboolean as_recorded, negative;
  ScanBrightness chosen; /* unless as_recorded */
  ScanBrightness drag_from;

  gboolean rendering, render_again;
};

G_DEFINE_FINAL_TYPE (UiViewerWindow, ui_viewer_window, ADW_TYPE_WINDOW)

typedef struct
{
  double center, width; /* Hounsfield units */
} Preset;

/* Keys 2 to 5; 1 is as recorded. */
static const Preset presets[] = { { 40, 400 }, { -600, 1500 }, { 480, 2500 }, { 40, 80 } };

static gboolean
is_ct (UiViewerWindow *self)
{
  return self->series != NULL && g_str_equal (self->series->modality, "CT");
}

static gboolean
is_clip (const ScanSeries *series)
{
  for (guint i = 0; i < series->instances->len; i++)
    if (((ScanInstance *) g_ptr_array_index (series->instances, i))->frames > 1)
      return TRUE;
  return FALSE;
}

static gboolean
is_sliced (const ScanSeries *series)
{
  const char *modalities[] = { "CT", "MR", "PT", "NM", NULL };

  return g_strv_contains (modalities, series->modality);
}

static void
show_position (UiViewerWindow *self)
{
  guint count = ui_frame_store_count (self->store);
  g_autofree char *words = NULL;
  g_autofree char *spoken = NULL;

  if (is_sliced (self->series))
    {
      words = g_strdup_printf (_ ("Slice %u of %u"), self->index + 1, count);
      spoken = g_strdup_printf (_ ("Scan image, slice %u of %u"), self->index + 1, count);
    }
  else if (is_clip (self->series))
    {
      words = g_strdup_printf (_ ("Frame %u of %u"), self->index + 1, count);
      spoken = g_strdup_printf (_ ("Scan image, frame %u of %u"), self->index + 1, count);
    }
  else
    {
      words = g_strdup_printf (_ ("Picture %u of %u"), self->index + 1, count);
      spoken = g_strdup_printf (_ ("Scan image, picture %u of %u"), self->index + 1, count);
    }
  gtk_label_set_label (self->position, words);
  ui_canvas_set_description (self->canvas, spoken);
}

static void
show_status (UiViewerWindow *self, const char *words)
{
  gtk_label_set_label (self->status, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status), words != NULL);
}

static void
effective_brightness (UiViewerWindow *self, const UiFrame *frame, ScanBrightness *ret_brightness)
{
  *ret_brightness = self->as_recorded ? frame->recorded : self->chosen;
  ret_brightness->negative ^= self->negative;
}

typedef struct
{
  UiFrame *frame;
  ScanBrightness brightness;
  guint index;
  UiFrameStore *store;
  UiRendered *rendered;
} RenderJob;

static void
render_job_free (gpointer data)
{
  RenderJob *job = data;

  ui_frame_unref (job->frame);
  g_clear_pointer (&job->rendered, ui_rendered_unref);
  g_object_unref (job->store);
  g_free (job);
}

static gboolean
render_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  RenderJob *job = data;

  job->rendered = ui_rendered_new (job->frame, &job->brightness);
  return TRUE;
}

static void show_frame (UiViewerWindow *self);

static void
put_on_canvas (UiViewerWindow *self, UiRendered *rendered, guint index)
{
  ui_canvas_set_rendered (self->canvas, rendered);
  self->shown = index;
  show_status (self, NULL);
}

static void
render_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiViewerWindow *self = owner;
  RenderJob *job = data;

  if (self->canvas == NULL)
    return;
  self->rendering = FALSE;
  if (job->rendered != NULL && job->store == self->store && job->index == self->index)
    put_on_canvas (self, job->rendered, job->index);
  if (self->render_again)
    show_frame (self);
}

/* Small frames are rendered at once; large ones in a thread, the latest wish alone. */
static void
render (UiViewerWindow *self, UiFrame *frame)
{
  ScanBrightness brightness;
  RenderJob *job;

  effective_brightness (self, frame, &brightness);
  if (!ui_rendered_is_slow (frame))
    {
      g_autoptr (UiRendered) rendered = ui_rendered_new (frame, &brightness);

      if (rendered != NULL)
        put_on_canvas (self, rendered, self->index);
      return;
    }
  self->render_again = self->rendering;
  if (self->rendering)
    return;
  self->rendering = TRUE;
  job = g_new0 (RenderJob, 1);
  job->frame = ui_frame_ref (frame);
  job->brightness = brightness;
  job->index = self->index;
  job->store = g_object_ref (self->store);
  ui_task_run (self, self->session, FALSE, render_work, render_done, NULL, job, render_job_free,
               NULL);
}

static void
show_frame (UiViewerWindow *self)
{
  UiFrame *frame = ui_frame_store_get (self->store, self->index);
  const char *problem = ui_frame_store_problem (self->store, self->index);

  self->render_again = FALSE;
  if (frame != NULL)
    {
      render (self, frame);
      return;
    }
  if (problem != NULL)
    {
      ui_canvas_set_rendered (self->canvas, NULL);
      self->shown = -1;
    }
  show_status (self, problem != NULL ? problem : _ ("Loading…"));
}

static void
on_settled (UiFrameStore *store, guint index, UiViewerWindow *self)
{
  if (index == self->index && self->shown != (gint64) index)
    show_frame (self);
}

void
ui_viewer_window_go (UiViewerWindow *self, guint index)
{
  int direction = index < self->index ? -1 : 1;

  if (self->store == NULL || index >= ui_frame_store_count (self->store))
    return;
  self->index = index;
  ui_frame_store_go (self->store, index, direction);
  show_frame (self);
  show_position (self);
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

static void
on_step (UiViewerWindow *self, int n)
{
  gint64 last = (gint64) ui_viewer_window_count (self) - 1;
  gint64 index = CLAMP ((gint64) self->index + n, 0, MAX (last, 0));

  if (last >= 0 && index != self->index)
    ui_viewer_window_go (self, (guint) index);
}

static void
on_slider (UiViewerWindow *self)
{
  guint index = (guint) (gtk_adjustment_get_value (self->position_adjustment) + 0.5);

  if (self->store != NULL && index != self->index)
    ui_viewer_window_go (self, index);
}

static void
brightness_changed (UiViewerWindow *self)
{
  if (self->store != NULL)
    show_frame (self);
}

static void
on_brightness_begin (UiViewerWindow *self)
{
  UiFrame *frame = self->store != NULL ? ui_frame_store_get (self->store, self->index) : NULL;

  if (frame == NULL)
    return;
  self->drag_from = self->as_recorded ? frame->recorded : self->chosen;
  if (self->drag_from.use_voi_lut || self->drag_from.width <= 0)
    {
      self->drag_from.center = (frame->low + frame->high) / 2;
      self->drag_from.width = frame->high - frame->low;
      self->drag_from.use_voi_lut = FALSE;
    }
}

/* To the right: less contrast; up: brighter. A whole drag goes through the picture's own range,
 * never far beyond. */
static void
on_brightness_drag (UiViewerWindow *self, double dx, double dy)
{
  UiFrame *frame = self->store != NULL ? ui_frame_store_get (self->store, self->index) : NULL;
  double range;

  if (frame == NULL)
    return;
  range = frame->high - frame->low;
  self->as_recorded = FALSE;
  self->chosen = self->drag_from;
  self->chosen.width =
      CLAMP (self->drag_from.width + dx * range / DRAG_FOR_RANGE, range / 500, range * 2);
  self->chosen.center =
      CLAMP (self->drag_from.center + dy * range / DRAG_FOR_RANGE, frame->low, frame->high);
  brightness_changed (self);
}

static void
on_preset (UiViewerWindow *self, int number)
{
  gtk_popover_popdown (self->brightness_popover);
  if (number == 1)
    self->as_recorded = TRUE;
  else if (is_ct (self) && number >= 2 && number < 2 + (int) G_N_ELEMENTS (presets))
    {
      self->as_recorded = FALSE;
      self->chosen = (ScanBrightness){ .center = presets[number - 2].center,
                                       .width = presets[number - 2].width };
    }
  else
    return;
  brightness_changed (self);
}

static void
on_negative (UiViewerWindow *self)
{
  gtk_popover_popdown (self->brightness_popover);
  self->negative = !self->negative;
  brightness_changed (self);
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
reset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (widget);

  self->as_recorded = TRUE;
  self->negative = FALSE;
  ui_canvas_reset (self->canvas);
  brightness_changed (self);
}

static void
lock_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (widget);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (application != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "lock", NULL);
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

static void
open_series (UiViewerWindow *self, ScanSeries *series)
{
  guint count, middle;

  drop_store (self);
  self->series = series;
  self->store = ui_frame_store_new (self->session, series);
  self->shown = -1;
  self->as_recorded = TRUE;
  self->negative = FALSE;
  ui_canvas_set_rendered (self->canvas, NULL);
  ui_canvas_reset (self->canvas);
  g_signal_connect (self->store, "settled", G_CALLBACK (on_settled), self);
  count = ui_frame_store_count (self->store);
  ui_canvas_set_count (self->canvas, count);
  gtk_widget_set_visible (self->ct_presets, is_ct (self));
  gtk_widget_set_visible (GTK_WIDGET (self->slider), count > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->position), count > 0);
  if (count == 0)
    {
      show_status (self, scan_series_document (series) != NULL
                             ? _ ("This is a report. It opens in a window of its own.")
                             : _ ("This set holds no pictures. It is kept safely."));
      return;
    }
  /* A stack of slices says most in its middle; a clip is looked at from its start. */
  middle = is_sliced (series) && !is_clip (series) ? (count - 1) / 2 : 0;
  self->index = middle;
  gtk_adjustment_set_upper (self->position_adjustment, count - 1);
  gtk_adjustment_set_value (self->position_adjustment, middle);
  ui_viewer_window_go (self, middle);
}

static void
on_series_selected (GtkListBox *strip, GtkListBoxRow *row, UiViewerWindow *self)
{
  ScanSeries *series = row != NULL ? g_object_get_data (G_OBJECT (row), "series") : NULL;

  if (series != NULL && series != self->series)
    open_series (self, series);
}

/* A click on a report opens it; its row alone shows what it is. */
static void
on_series_activated (GtkListBox *strip, GtkListBoxRow *row, UiViewerWindow *self)
{
  ScanSeries *series = g_object_get_data (G_OBJECT (row), "series");

  if (scan_series_frames (series) == 0 && scan_series_document (series) != NULL)
    ui_document_window_show (gtk_window_get_application (GTK_WINDOW (self)), self->session,
                             &(ScanItem){ SCAN_ITEM_SERIES, { .series = series } });
}

/* "120 pictures", or how many of those that there should be. */
static char *
count_words (UiViewerWindow *self, const ScanSeries *series)
{
  ScanCatalog *catalog = scan_library_catalog (ui_session_library (self->session));
  g_autoptr (ScanCompleteness) completeness = scan_series_completeness (catalog, series);

  if (completeness->expected <= completeness->arrived)
    return ui_pictures_words (scan_series_frames (series));
  return g_strdup_printf (_ ("%u of %u pictures arrived"), completeness->arrived,
                          completeness->expected);
}

static void
add_series (UiViewerWindow *self, ScanSeries *series)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *picture, *label, *count_label;
  const ScanInstance *report = scan_series_document (series);
  g_autofree char *plain =
      scan_plain_title (series->modality, series->body_part, series->description);
  const char *title = *series->description != '\0' ? series->description : plain;
  const guint frames = scan_series_frames (series);
  g_autofree char *count =
      frames == 0 && report != NULL ? g_strdup (_ ("Report")) : count_words (self, series);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", title, count);

  if (frames == 0 && report != NULL && scan_instance_form (report) == SCAN_FORM_TEXT)
    {
      picture = gtk_image_new_from_icon_name ("text-x-generic-symbolic");
      gtk_image_set_pixel_size (GTK_IMAGE (picture), 48);
    }
  else
    picture = gtk_picture_new ();
  gtk_widget_set_size_request (picture, 112, 112);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (picture, "thumb");
  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  label = g_object_new (GTK_TYPE_LABEL, "label", title, "ellipsize", PANGO_ELLIPSIZE_END,
                        "max-width-chars", 16, NULL);
  count_label = gtk_label_new (count);
  gtk_label_set_wrap (GTK_LABEL (count_label), TRUE);
  gtk_label_set_justify (GTK_LABEL (count_label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (count_label), 16);
  gtk_widget_add_css_class (count_label, "caption");
  gtk_widget_add_css_class (count_label, "dim-label");
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), count_label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_object_set_data (G_OBJECT (row), "series", series);
  gtk_list_box_append (self->strip, row);
  if (GTK_IS_PICTURE (picture))
    ui_thumb_load (self->session, series, GTK_PICTURE (picture), NULL);
  if (series == scan_study_key_series (series->study))
    gtk_list_box_select_row (self->strip, GTK_LIST_BOX_ROW (row));
}

static void
ui_viewer_window_dispose (GObject *object)
{
  UiViewerWindow *self = UI_VIEWER_WINDOW (object);

  self->canvas = NULL;
  self->series = NULL;
  drop_store (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_viewer_window_parent_class)->dispose (object);
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
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, strip);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, canvas);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, status);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, position);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, slider);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, position_adjustment);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, brightness_popover);
  gtk_widget_class_bind_template_child (widget_class, UiViewerWindow, ct_presets);
  gtk_widget_class_bind_template_callback (widget_class, on_series_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_series_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_step);
  gtk_widget_class_bind_template_callback (widget_class, on_slider);
  gtk_widget_class_bind_template_callback (widget_class, on_brightness_begin);
  gtk_widget_class_bind_template_callback (widget_class, on_brightness_drag);
  gtk_widget_class_bind_template_callback (widget_class, on_preset);
  gtk_widget_class_bind_template_callback (widget_class, on_negative);
  gtk_widget_class_install_action (widget_class, "viewer.preset", "i", preset_action);
  gtk_widget_class_install_action (widget_class, "viewer.negative", NULL, negative_action);
  gtk_widget_class_install_action (widget_class, "viewer.reset", NULL, reset_action);
  gtk_widget_class_install_action (widget_class, "win.lock", NULL, lock_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "win.lock", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ui_viewer_window_init (UiViewerWindow *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();

  self->shown = -1;
  self->as_recorded = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (key, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

UiViewerWindow *
ui_viewer_window_new (GtkApplication *application, UiSession *session, ScanStudy *study)
{
  UiViewerWindow *self = g_object_new (UI_TYPE_VIEWER_WINDOW, "application", application, NULL);
  g_autofree char *date = scan_plain_date (study->date);

  self->session = g_object_ref (session);
  adw_window_title_set_title (self->heading, study->title);
  adw_window_title_set_subtitle (self->heading, date);
  show_status (self, _ ("This scan holds no pictures that can be shown. It is kept safely."));
  gtk_widget_set_visible (GTK_WIDGET (self->position), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->slider), FALSE);
  for (guint i = 0; i < study->series->len; i++)
    add_series (self, g_ptr_array_index (study->series, i));
  ui_close_with_session (GTK_WINDOW (self), session);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  return self;
}
