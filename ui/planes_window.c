/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "planes_window.h"

#include <glib/gi18n.h>
#include <math.h>

#include "add_bar.h"
#include "ask.h"
#include "plainname.h"
#include "planes_cut.h"
#include "stage.h"
#include "task.h"
#include "words.h"

#define GAP 0.03 /* of a picture, free around the place that the crosshair points at */

struct _UiPlanesWindow
{
  AdwWindow parent_instance;
  UiSession *session;
  GPtrArray *instances;
  guint frames; /* of them */
  gboolean is_ct;
  GCancellable *cancellable; /* of the decoding */
  ScanVolume *volume;        /* NULL until it is there */
  UiPlanesCut *cut;
  guint at[SCAN_N_PLANES];
  UiBrightness brightness;
  ScanBrightness drag_from;

  GtkStack *stack; /* NULL once disposed of */
  GtkLabel *progress, *problem, *part;
  GtkProgressBar *bar;
  UiStage *stages[SCAN_N_PLANES];
};

G_DEFINE_FINAL_TYPE (UiPlanesWindow, ui_planes_window, ADW_TYPE_WINDOW)

/* In the order in which they stand in the window. */
static const ScanPlane order[SCAN_N_PLANES] = { SCAN_PLANE_ACROSS, SCAN_PLANE_FRONT,
                                                SCAN_PLANE_SIDE };
static const char *const titles[SCAN_N_PLANES] = { [SCAN_PLANE_ACROSS] = N_ ("Across"),
                                                   [SCAN_PLANE_FRONT] = N_ ("From the front"),
                                                   [SCAN_PLANE_SIDE] = N_ ("From the side") };

static const char *
fit_words (ScanVolumeFit fit)
{
  switch (fit)
    {
    case SCAN_VOLUME_FINE:
      return NULL;
    case SCAN_VOLUME_NO_PLACES:
      return N_ ("These pictures do not tell where in the body they are, so they cannot be put "
                 "together.");
    case SCAN_VOLUME_FEW:
      return N_ ("There are too few slices to look at them from the front or the side.");
    case SCAN_VOLUME_GAPS:
      return N_ ("Slices are missing, so what lies between them cannot be shown from the front or "
                 "the side.");
    case SCAN_VOLUME_UNEVEN:
      return N_ ("The slices do not lie at even distances, so they cannot be put together.");
    case SCAN_VOLUME_REPEATED:
      return N_ ("Several pictures lie at each place, and nothing tells which of them belong "
                 "together.");
    case SCAN_VOLUME_COLOUR:
      return N_ ("Pictures in colour cannot be put together.");
    case SCAN_VOLUME_LARGE:
      return N_ ("These are more slices than this view can hold in memory.");
    case SCAN_VOLUME_HIDDEN:
      return N_ ("Some of these pictures cannot be shown, so they cannot be put together.");
    case SCAN_VOLUME_LEANING:
      return N_ ("The slices lean against each other, since the scanner was tilted, so they cannot "
                 "be put together.");
    case SCAN_VOLUME_UNLIKE:
      break;
    }
  return N_ ("The pictures of this set are not alike, so they cannot be put together.");
}

const char *
ui_planes_problem (const UiViewerSet *set)
{
  const char *words = fit_words (scan_volume_fit (set->instances, NULL));

  return words != NULL ? _ (words) : NULL;
}

/* ---- pictures and crosshair ---- */

/* Two lines that leave free the place itself. */
static void
show_crosshair (UiPlanesWindow *self, ScanPlane plane)
{
  const ScanPlane right = plane == SCAN_PLANE_SIDE ? SCAN_PLANE_FRONT : SCAN_PLANE_SIDE,
                  down = plane == SCAN_PLANE_ACROSS ? SCAN_PLANE_FRONT : SCAN_PLANE_ACROSS;
  const double columns = scan_volume_count (self->volume, right),
               rows = scan_volume_count (self->volume, down);
  double at[2];
  UiCanvasLine lines[4];

  scan_volume_to_picture (self->volume, plane, self->at, at);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      const double ends[4][4] = {
        { 0, at[1], MAX (at[0] - GAP * columns, 0), at[1] },
        { MIN (at[0] + GAP * columns, columns), at[1], columns, at[1] },
        { at[0], 0, at[0], MAX (at[1] - GAP * rows, 0) },
        { at[0], MIN (at[1] + GAP * rows, rows), at[0], rows },
      };

      lines[i] = (UiCanvasLine){ .n = 2, .thin = TRUE };
      for (guint k = 0; k < 4; k++)
        lines[i].points[k] = ends[i][k];
    }
  ui_canvas_set_lines (ui_stage_canvas (self->stages[plane]), lines, G_N_ELEMENTS (lines));
}

static void
show_words (UiPlanesWindow *self, ScanPlane plane)
{
  const guint n = scan_volume_count (self->volume, plane);
  g_autofree char *shown = g_strdup_printf (_ ("Slice %u of %u"), self->at[plane] + 1, n);
  g_autofree char *spoken =
      g_strdup_printf (_ ("%s: slice %u of %u"), _ (titles[plane]), self->at[plane] + 1, n);

  ui_stage_say (self->stages[plane], UI_STAGE_PLACE, shown);
  ui_canvas_set_description (ui_stage_canvas (self->stages[plane]), spoken);
}

static void
on_cut (gpointer owner, ScanPlane plane, guint index, UiRendered *rendered, UiFrame *frame)
{
  UiPlanesWindow *self = owner;

  ui_stage_show (self->stages[plane], rendered, frame->frame);
}

/* The lines follow the hand at once, the pictures as fast as they are cut. */
static void
go (UiPlanesWindow *self, const guint at[SCAN_N_PLANES])
{
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    {
      const gboolean moved = self->at[i] != at[i];

      self->at[i] = at[i];
      if (moved)
        show_words (self, i);
    }
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    show_crosshair (self, i);
  ui_planes_cut_want (self->cut, self->at, &self->brightness);
}

static ScanPlane
plane_of (UiPlanesWindow *self, gpointer canvas)
{
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    if (ui_stage_canvas (self->stages[i]) == canvas)
      return i;
  return SCAN_PLANE_ACROSS;
}

static void
point_at (UiPlanesWindow *self, ScanPlane plane, double x, double y)
{
  double point[2];
  guint at[SCAN_N_PLANES];

  ui_canvas_to_frame (ui_stage_canvas (self->stages[plane]), x, y, point);
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    at[i] = self->at[i];
  scan_volume_from_picture (self->volume, plane, point, at);
  go (self, at);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, UiPlanesWindow *self)
{
  GtkWidget *canvas = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (canvas);
  if (self->cut != NULL)
    point_at (self, plane_of (self, canvas), x, y);
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, UiPlanesWindow *self)
{
  GtkWidget *canvas = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  double x, y;

  if (self->cut != NULL && gtk_gesture_drag_get_start_point (gesture, &x, &y))
    point_at (self, plane_of (self, canvas), x + dx, y + dy);
}

/* Wheel and keys go through the pictures of the plane. */
static void
on_step (UiCanvas *canvas, int n, UiPlanesWindow *self)
{
  const ScanPlane plane = plane_of (self, canvas);
  guint at[SCAN_N_PLANES];

  if (self->cut == NULL)
    return;
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    at[i] = self->at[i];
  at[plane] = (guint) CLAMP ((gint64) at[plane] + n, 0,
                             (gint64) scan_volume_count (self->volume, plane) - 1);
  go (self, at);
}

/* ---- brightness, the same for all ---- */

static UiFrame *
whole_frame (UiPlanesWindow *self)
{
  return self->cut != NULL ? ui_planes_cut_frame (self->cut) : NULL;
}

static void
brightened (UiPlanesWindow *self)
{
  if (self->cut != NULL)
    ui_planes_cut_want (self->cut, self->at, &self->brightness);
}

static void
on_brightness_begin (UiPlanesWindow *self)
{
  UiFrame *frame = whole_frame (self);

  if (frame != NULL)
    self->drag_from = ui_brightness_begin (&self->brightness, frame, &frame->recorded);
}

static void
on_brightness_drag (UiPlanesWindow *self, double dx, double dy)
{
  UiFrame *frame = whole_frame (self);

  if (frame == NULL)
    return;
  ui_brightness_drag (&self->brightness, frame, &self->drag_from, dx, dy);
  brightened (self);
}

static void
on_preset (UiPlanesWindow *self, int number)
{
  if (ui_brightness_preset (&self->brightness, number, self->is_ct))
    brightened (self);
}

static void
on_negative (UiPlanesWindow *self)
{
  self->brightness.negative = !self->brightness.negative;
  brightened (self);
}

static void
preset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  on_preset (UI_PLANES_WINDOW (widget), g_variant_get_int32 (parameter));
}

static void
negative_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  on_negative (UI_PLANES_WINDOW (widget));
}

static void
reset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiPlanesWindow *self = UI_PLANES_WINDOW (widget);
  guint at[SCAN_N_PLANES];

  self->brightness = (UiBrightness){ 0 };
  if (self->cut == NULL)
    return;
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    {
      at[i] = scan_volume_count (self->volume, i) / 2;
      ui_canvas_reset (ui_stage_canvas (self->stages[i]));
    }
  go (self, at);
}

/* To the next plane. */
static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiPlanesWindow *self = UI_PLANES_WINDOW (widget);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (widget));
  guint next = 0;

  for (guint i = 0; i < SCAN_N_PLANES; i++)
    if (focus == GTK_WIDGET (ui_stage_canvas (self->stages[order[i]])))
      next = (i + 1) % SCAN_N_PLANES;
  gtk_widget_grab_focus (GTK_WIDGET (ui_stage_canvas (self->stages[order[next]])));
}

/* ---- decoding ---- */

typedef struct
{
  ScanLibrary *library;
  GPtrArray *instances;
  guint viewed;
  ScanVolumeFit fit;
  ScanVolume *volume;
  gpointer window; /* which the task keeps */
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_ptr_array_unref (load->instances);
  /* Who closes the window meanwhile leaves the block to this. */
  if (load->volume != NULL)
    ui_task_forget (load->window, load->volume, (GDestroyNotify) scan_volume_unref);
  g_free (load);
}

static gboolean
load_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Load *load = data;

  load->volume = scan_library_volume (load->library, load->instances, load->viewed,
                                      ui_task_progress, progress, cancellable, &load->fit, error);
  return load->volume != NULL || load->fit != SCAN_VOLUME_FINE;
}

static void
load_progress (gpointer owner, gpointer data, const ScanProgress *progress)
{
  UiPlanesWindow *self = owner;
  g_autofree char *words = NULL;

  if (self->stack == NULL)
    return;
  words = g_strdup_printf (_ ("Putting the slices together: %u of %u"), (guint) progress->done,
                           (guint) progress->total);
  gtk_label_set_label (self->progress, words);
  ui_progress_show (progress, self->bar);
}

/* An object may hold many times what is shown. */
static void
show_part (UiPlanesWindow *self)
{
  const guint n = scan_volume_slices (self->volume);
  g_autofree char *words = NULL;

  if (n >= self->frames)
    return;
  words = g_strdup_printf (_ ("Of %u pictures, these are the %u slices that belong with the one "
                              "you were looking at."),
                           self->frames, n);
  gtk_label_set_label (self->part, words);
  gtk_widget_set_visible (GTK_WIDGET (self->part), TRUE);
}

static void
load_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiPlanesWindow *self = owner;
  Load *load = data;
  guint at[SCAN_N_PLANES];

  if (self->stack == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  if (load->volume == NULL)
    {
      const char *words = fit_words (load->fit);

      gtk_label_set_label (self->problem,
                           words != NULL ? _ (words) : ui_words_error (error, UI_TOPIC_PICTURE));
      gtk_stack_set_visible_child_name (self->stack, "problem");
      return;
    }
  self->volume = scan_volume_ref (load->volume);
  self->cut = ui_planes_cut_new (self->session, load->volume, on_cut, self);
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    {
      at[i] = scan_volume_count (self->volume, i) / 2;
      ui_canvas_set_count (ui_stage_canvas (self->stages[i]), scan_volume_count (self->volume, i));
    }
  show_part (self);
  gtk_stack_set_visible_child_name (self->stack, "planes");
  go (self, at);
  gtk_widget_grab_focus (GTK_WIDGET (ui_stage_canvas (self->stages[SCAN_PLANE_ACROSS])));
}

/* ---- the window ---- */

static void
ui_planes_window_dispose (GObject *object)
{
  UiPlanesWindow *self = UI_PLANES_WINDOW (object);

  self->stack = NULL;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->volume != NULL)
    ui_task_forget (self->session, g_steal_pointer (&self->volume),
                    (GDestroyNotify) scan_volume_unref);
  if (self->cut != NULL)
    ui_planes_cut_stop (self->cut);
  g_clear_object (&self->cut);
  g_clear_pointer (&self->instances, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_planes_window_parent_class)->dispose (object);
}

static void
ui_planes_window_class_init (UiPlanesWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_planes_window_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_widget_class_install_action (widget_class, "planes.preset", "i", preset_action);
  gtk_widget_class_install_action (widget_class, "planes.negative", NULL, negative_action);
  gtk_widget_class_install_action (widget_class, "planes.reset", NULL, reset_action);
  gtk_widget_class_install_action (widget_class, "planes.next", NULL, next_action);
  ui_install_lock_action (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, 0, "planes.next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ui_planes_window_init (UiPlanesWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_window_set_title (GTK_WINDOW (self), _ ("Scan Vault From Three Sides"));
  gtk_window_set_default_size (GTK_WINDOW (self), 1100, 820);
}

static GtkWidget *
header_new (UiPlanesWindow *self, const ScanStudy *study)
{
  static const char *const words[] = { N_ ("As recorded"), N_ ("Soft tissue"), N_ ("Lungs"),
                                       N_ ("Bones"), N_ ("Brain") };
  GtkWidget *header = adw_header_bar_new (), *brightness = gtk_menu_button_new (),
            *reset = gtk_button_new_with_label (_ ("Reset view"));
  g_autofree char *date = scan_plain_date (study->date);
  g_autoptr (GMenu) menu = g_menu_new ();

  for (int i = 0; i < (self->is_ct ? (int) G_N_ELEMENTS (words) : 1); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ (words[i]), NULL);

      g_menu_item_set_action_and_target (item, "planes.preset", "i", i + 1);
      g_menu_append_item (menu, item);
    }
  g_menu_append (menu, _ ("Negative"), "planes.negative");
  gtk_menu_button_set_label (GTK_MENU_BUTTON (brightness), _ ("Brightness"));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (brightness), G_MENU_MODEL (menu));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (reset), "planes.reset");
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header),
                                   adw_window_title_new (study->title, date));
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), brightness);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), reset);
  return header;
}

static UiStage *
stage_new (UiPlanesWindow *self, ScanPlane plane)
{
  UiStage *stage = ui_stage_new ();
  UiCanvas *canvas = ui_stage_canvas (stage);
  GtkGesture *drag = gtk_gesture_drag_new ();

  ui_stage_say (stage, UI_STAGE_TITLE, _ (titles[plane]));
  ui_canvas_set_description (canvas, _ (titles[plane]));
  /* Before the canvas takes it for steps. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), GDK_BUTTON_PRIMARY);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (canvas), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (canvas, "step", G_CALLBACK (on_step), self);
  g_signal_connect_swapped (canvas, "brightness-begin", G_CALLBACK (on_brightness_begin), self);
  g_signal_connect_swapped (canvas, "brightness-drag", G_CALLBACK (on_brightness_drag), self);
  g_signal_connect_swapped (canvas, "preset", G_CALLBACK (on_preset), self);
  g_signal_connect_swapped (canvas, "negative", G_CALLBACK (on_negative), self);
  self->stages[plane] = stage;
  return stage;
}

static GtkWidget *
planes_new (UiPlanesWindow *self)
{
  GtkGrid *grid = GTK_GRID (gtk_grid_new ());
  GtkWidget *scrolled = gtk_scrolled_window_new (),
            *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *hint = g_object_new (
      GTK_TYPE_LABEL, "label",
      _ ("Drag over a picture: the other two show the place that you point at.\n\nWheel, Up and "
         "Down go from slice to slice, F6 goes to the next picture. A drag with the right button "
         "changes the brightness of all three.\n\nPictures are made from the slices of your scan; "
         "please let your doctor explain what they mean."),
      "wrap", TRUE, "xalign", 0.0, "max-width-chars", 40, NULL);

  self->part = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "xalign", 0.0, "max-width-chars", 40,
                             "visible", FALSE, NULL);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->part));
  gtk_box_append (GTK_BOX (words), hint);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_grid_set_row_homogeneous (grid, TRUE);
  gtk_grid_set_column_homogeneous (grid, TRUE);
  gtk_grid_set_row_spacing (grid, 3);
  gtk_grid_set_column_spacing (grid, 3);
  /* Pictures stand at the same side in every language. */
  gtk_widget_set_direction (GTK_WIDGET (grid), GTK_TEXT_DIR_LTR);
  gtk_widget_add_css_class (words, "page-content");
  gtk_grid_attach (grid, GTK_WIDGET (stage_new (self, SCAN_PLANE_ACROSS)), 0, 0, 1, 1);
  gtk_grid_attach (grid, GTK_WIDGET (stage_new (self, SCAN_PLANE_FRONT)), 0, 1, 1, 1);
  gtk_grid_attach (grid, GTK_WIDGET (stage_new (self, SCAN_PLANE_SIDE)), 1, 1, 1, 1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), words);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_grid_attach (grid, scrolled, 1, 0, 1, 1);
  return GTK_WIDGET (grid);
}

static GtkWidget *
progress_new (UiPlanesWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18),
            *cancel = gtk_button_new_with_label (_ ("Cancel"));

  self->progress = g_object_new (GTK_TYPE_LABEL, "label", _ ("Putting the slices together…"),
                                 "wrap", TRUE, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, NULL);
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_actionable_set_action_name (GTK_ACTIONABLE (cancel), "window.close");
  gtk_widget_set_halign (cancel, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (cancel, "pill");
  gtk_widget_set_size_request (box, 320, -1);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->progress));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->bar));
  gtk_box_append (GTK_BOX (box), cancel);
  return box;
}

UiPlanesWindow *
ui_planes_window_new (GtkApplication *application, UiSession *session, const UiViewerSet *set,
                      guint viewed)
{
  UiPlanesWindow *self = g_object_new (UI_TYPE_PLANES_WINDOW, "application", application, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  Load *load = g_new0 (Load, 1);

  self->session = g_object_ref (session);
  self->is_ct = g_str_equal (set->series->modality, "CT");
  self->instances = g_ptr_array_new ();
  g_ptr_array_extend (self->instances, set->instances, NULL, NULL);
  self->frames = set->frames;
  self->stack = GTK_STACK (gtk_stack_new ());
  self->problem = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "max-width-chars", 44,
                                "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL);
  gtk_stack_add_named (self->stack, progress_new (self), "progress");
  gtk_stack_add_named (self->stack, planes_new (self), "planes");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->problem), "problem");
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_box_append (GTK_BOX (box), header_new (self, set->series->study));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  adw_window_set_content (ADW_WINDOW (self), box);
  ui_close_with_session (GTK_WINDOW (self), session);
  load->library = ui_session_library (session);
  load->instances = g_ptr_array_ref (self->instances);
  load->viewed = viewed;
  load->window = self;
  ui_task_run (self, session, FALSE, load_work, load_done, load_progress, load, load_free,
               self->cancellable);
  return self;
}

/* ---- for the bench ---- */

static guint
bench_count (gpointer window)
{
  return UI_PLANES_WINDOW (window)->frames;
}

static void
bench_go (gpointer window, guint index)
{
  UiPlanesWindow *self = window;
  guint at[SCAN_N_PLANES];

  if (self->volume == NULL)
    return;
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    at[i] = index * (scan_volume_count (self->volume, i) - 1) / MAX (self->frames - 1, 1);
  go (self, at);
}

static gboolean
bench_is_ready (gpointer window)
{
  UiPlanesWindow *self = window;

  return self->cut != NULL && ui_planes_cut_is_ready (self->cut);
}

const UiBenchTarget ui_planes_bench = { bench_count, bench_go, bench_is_ready };
