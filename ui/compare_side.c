/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare_side.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gallery_entry.h"
#include "renderer.h"
#include "viewer_labels.h"
#include "viewer_states.h"

struct _UiCompareSide
{
  AdwBin parent_instance;
  UiSession *session;
  GPtrArray *all;  /* UiViewerSet, owned */
  GPtrArray *sets; /* those with pictures */
  UiViewerSet *set;
  UiFrameStore *store;
  UiRenderer *renderer;
  guint index;
  UiBrightness brightness;
  ScanBrightness drag_from;
  ScanTurn turn, turn_seen; /* beside what is recorded; of the picture on the screen, with that */
  UiViewerStates *states;
  gboolean notes; /* they are applied */
  char *date;

  UiStage *stage; /* NULL once stopped */
  GtkDropDown *choice;
  GtkScale *slider;
  gboolean moving_slider;
};

G_DEFINE_FINAL_TYPE (UiCompareSide, ui_compare_side, ADW_TYPE_BIN)

enum
{
  SIGNAL_MOVED,
  SIGNAL_BRIGHTENED,
  SIGNAL_SEEN,
  SIGNAL_SET_CHANGED,
  SIGNAL_PICTURED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static guint
count_of (UiCompareSide *self)
{
  return self->store != NULL ? ui_frame_store_count (self->store) : 0;
}

/* What the clinic wants of the picture; NULL: nothing. */
static ScanPresentation *
state_of (UiCompareSide *self)
{
  guint n;
  const ScanInstance *instance = ui_frame_store_instance (self->store, self->index, &n);

  return ui_viewer_states_for (self->states, instance, n);
}

static ScanBrightness
recorded_of (UiCompareSide *self, const UiFrame *frame)
{
  const ScanPresentation *state = self->notes ? state_of (self) : NULL;
  ScanBrightness recorded = frame->recorded;
  guint n;
  const ScanInstance *instance = ui_frame_store_instance (self->store, self->index, &n);

  if (state != NULL)
    scan_presentation_brighten (state, instance->uid, n, frame->frame, &recorded);
  return recorded;
}

static UiLook
look_of (UiCompareSide *self, const UiFrame *frame)
{
  const ScanBrightness recorded = recorded_of (self, frame);
  UiLook look = { .turn = self->turn, .state = self->notes ? state_of (self) : NULL };

  ui_brightness_apply (&self->brightness, &recorded, &look.brightness);
  if (look.state != NULL)
    look.turn = scan_turn_then (scan_presentation_turn (look.state), self->turn);
  return look;
}

/* Drawings of the clinic, and what is said of the picture. */
static void
show_notes (UiCompareSide *self, const UiFrame *frame, const UiLook *look)
{
  g_autofree char *badge = ui_viewer_badge_words (frame->frame, look);
  g_autofree char *words = NULL;
  g_autoptr (GPtrArray) marks = NULL;
  guint n;
  const ScanInstance *instance = ui_frame_store_instance (self->store, self->index, &n);

  if (look->state != NULL)
    marks = scan_presentation_marks (look->state, instance->uid, n, frame->frame->rows,
                                     frame->frame->columns);
  else if (state_of (self) != NULL)
    words = g_strjoin ("\n", _ ("Notes of the clinic: O shows them"), badge, NULL);
  ui_canvas_set_marks (ui_stage_canvas (self->stage), marks);
  ui_stage_say (self->stage, UI_STAGE_BADGE, words != NULL ? words : badge);
}

/* The same part of the body stays in the middle. */
static void
turn_view (UiCompareSide *self, ScanTurn turn, UiCanvasView *view)
{
  scan_turn_point (scan_turn_inverse (self->turn_seen), 1, 1, &view->x, &view->y);
  scan_turn_point (turn, 1, 1, &view->x, &view->y);
  self->turn_seen = turn;
}

static void
on_rendered (gpointer owner, UiRendered *rendered, UiFrame *frame, const UiLook *look, guint index)
{
  UiCompareSide *self = owner;
  UiCanvasView view;

  if (index != self->index || self->stage == NULL)
    return;
  /* A picture of another size begins anew; here both sides keep together. */
  ui_canvas_get_view (ui_stage_canvas (self->stage), &view);
  turn_view (self, look->turn, &view);
  ui_stage_show (self->stage, rendered, frame->frame);
  show_notes (self, frame, look);
  ui_canvas_set_view (ui_stage_canvas (self->stage), &view);
  ui_stage_say (self->stage, UI_STAGE_STATUS, NULL);
}

static void
show_nothing (UiCompareSide *self)
{
  ui_stage_show (self->stage, NULL, NULL);
  ui_canvas_set_marks (ui_stage_canvas (self->stage), NULL);
  ui_stage_say (self->stage, UI_STAGE_BADGE, NULL);
}

static void
show_frame (UiCompareSide *self)
{
  UiFrame *frame = ui_frame_store_get (self->store, self->index);
  const char *problem = ui_frame_store_problem (self->store, self->index);

  g_signal_emit (self, signals[SIGNAL_PICTURED], 0);
  if (frame != NULL)
    {
      const UiLook look = look_of (self, frame);

      ui_renderer_want (self->renderer, frame, &look, self->index);
      return;
    }
  if (problem != NULL)
    show_nothing (self);
  ui_stage_say (self->stage, UI_STAGE_STATUS, problem != NULL ? problem : _ ("Loading…"));
}

static void
on_settled (UiFrameStore *store, guint index, UiCompareSide *self)
{
  if (index == self->index && self->stage != NULL)
    show_frame (self);
}

static void
look_changed (UiCompareSide *self)
{
  if (count_of (self) > 0 && self->stage != NULL)
    show_frame (self);
}

static void
show_place (UiCompareSide *self)
{
  guint frame;
  const ScanInstance *instance = ui_frame_store_instance (self->store, self->index, &frame);
  g_autofree char *shown = NULL;
  g_autofree char *spoken = NULL;
  g_autofree char *words = NULL;
  g_autofree char *all = NULL;

  ui_viewer_position_words (self->set, self->index, count_of (self), &shown, &spoken);
  if (isnan (instance->position))
    words = g_strdup (shown);
  else
    {
      g_autofree char *place = g_strdup_printf (_ ("at %.0f mm"), instance->position);

      words = g_strdup_printf ("%s\n%s", shown, place);
    }
  all = g_strdup_printf ("%s: %s", self->date, spoken);
  ui_stage_say (self->stage, UI_STAGE_PLACE, words);
  ui_canvas_set_description (ui_stage_canvas (self->stage), all);
}

void
ui_compare_side_go (UiCompareSide *self, guint index)
{
  const int direction = index < self->index ? -1 : 1;

  if (count_of (self) == 0 || self->stage == NULL)
    return;
  self->index = MIN (index, count_of (self) - 1);
  ui_frame_store_go (self->store, self->index, direction);
  show_frame (self);
  show_place (self);
  self->moving_slider = TRUE;
  gtk_range_set_value (GTK_RANGE (self->slider), self->index);
  self->moving_slider = FALSE;
}

static void
move (UiCompareSide *self, gint64 index)
{
  index = CLAMP (index, 0, MAX ((gint64) count_of (self) - 1, 0));
  if (count_of (self) == 0 || index == self->index)
    return;
  ui_compare_side_go (self, (guint) index);
  g_signal_emit (self, signals[SIGNAL_MOVED], 0);
}

static void
on_step (UiCompareSide *self, int n)
{
  move (self, (gint64) self->index + n);
}

static void
on_slider (UiCompareSide *self)
{
  if (!self->moving_slider)
    move (self, lround (gtk_range_get_value (GTK_RANGE (self->slider))));
}

/* ---- brightness ---- */

UiFrame *
ui_compare_side_frame (UiCompareSide *self)
{
  return self->store != NULL ? ui_frame_store_get (self->store, self->index) : NULL;
}

gboolean
ui_compare_side_is_ct (UiCompareSide *self)
{
  return self->set != NULL && g_str_equal (self->set->series->modality, "CT");
}

UiBrightness
ui_compare_side_brightness (UiCompareSide *self)
{
  return self->brightness;
}

void
ui_compare_side_set_brightness (UiCompareSide *self, const UiBrightness *brightness)
{
  self->brightness = *brightness;
  look_changed (self);
}

static void
brighten (UiCompareSide *self)
{
  if (count_of (self) == 0)
    return;
  show_frame (self);
  g_signal_emit (self, signals[SIGNAL_BRIGHTENED], 0);
}

static void
on_brightness_begin (UiCompareSide *self)
{
  UiFrame *frame = ui_compare_side_frame (self);

  if (frame != NULL)
    {
      const ScanBrightness recorded = recorded_of (self, frame);

      self->drag_from = ui_brightness_begin (&self->brightness, frame, &recorded);
    }
}

static void
on_brightness_drag (UiCompareSide *self, double dx, double dy)
{
  UiFrame *frame = ui_compare_side_frame (self);

  if (frame == NULL)
    return;
  ui_brightness_drag (&self->brightness, frame, &self->drag_from, dx, dy);
  brighten (self);
}

void
ui_compare_side_preset (UiCompareSide *self, int number)
{
  if (ui_brightness_preset (&self->brightness, number, ui_compare_side_is_ct (self)))
    brighten (self);
}

void
ui_compare_side_negative (UiCompareSide *self)
{
  self->brightness.negative = !self->brightness.negative;
  brighten (self);
}

/* ---- turns and notes ---- */

void
ui_compare_side_turn (UiCompareSide *self, ScanTurn turn)
{
  self->turn = scan_turn_then (self->turn, turn);
  look_changed (self);
}

void
ui_compare_side_set_notes (UiCompareSide *self, gboolean notes)
{
  self->notes = notes;
  look_changed (self);
}

void
ui_compare_side_reset (UiCompareSide *self)
{
  self->brightness = (UiBrightness){ 0 };
  self->turn = (ScanTurn){ 0, FALSE };
  if (self->stage == NULL)
    return;
  look_changed (self);
  ui_canvas_reset (ui_stage_canvas (self->stage));
}

static void
on_zoomed (UiCompareSide *self)
{
  g_signal_emit (self, signals[SIGNAL_SEEN], 0);
}

/* ---- sets ---- */

static void
drop_store (UiCompareSide *self)
{
  if (self->store == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->store, self);
  ui_frame_store_stop (self->store);
  g_clear_object (&self->store);
}

void
ui_compare_side_open (UiCompareSide *self, UiViewerSet *set)
{
  guint n, place = 0;

  drop_store (self);
  ui_renderer_forget (self->renderer);
  self->set = set;
  self->store = ui_frame_store_new (self->session, set->instances);
  self->brightness = (UiBrightness){ 0 };
  self->turn = self->turn_seen = (ScanTurn){ 0, FALSE };
  g_signal_connect (self->store, "settled", G_CALLBACK (on_settled), self);
  n = count_of (self);
  show_nothing (self);
  ui_canvas_set_count (ui_stage_canvas (self->stage), n);
  gtk_widget_set_visible (GTK_WIDGET (self->slider), n > 1);
  self->moving_slider = TRUE;
  gtk_range_set_range (GTK_RANGE (self->slider), 0, MAX (n, 2) - 1);
  if (g_ptr_array_find (self->sets, set, &place))
    gtk_drop_down_set_selected (self->choice, place);
  self->moving_slider = FALSE;
  self->index = 0;
  ui_compare_side_go (self, ui_viewer_set_is_sliced (set) ? (n - 1) / 2 : 0);
}

static void
on_choice (UiCompareSide *self)
{
  const guint at = gtk_drop_down_get_selected (self->choice);
  UiViewerSet *set = at < self->sets->len ? g_ptr_array_index (self->sets, at) : NULL;

  if (self->moving_slider || self->stage == NULL || set == NULL || set == self->set)
    return;
  ui_compare_side_open (self, set);
  g_signal_emit (self, signals[SIGNAL_SET_CHANGED], 0);
}

GPtrArray *
ui_compare_side_sets (UiCompareSide *self)
{
  return self->sets;
}

UiViewerSet *
ui_compare_side_set (UiCompareSide *self)
{
  return self->set;
}

guint
ui_compare_side_index (UiCompareSide *self)
{
  return self->index;
}

UiCanvas *
ui_compare_side_canvas (UiCompareSide *self)
{
  return self->stage != NULL ? ui_stage_canvas (self->stage) : NULL;
}

/* ---- the widget ---- */

void
ui_compare_side_stop (UiCompareSide *self)
{
  self->stage = NULL;
  self->set = NULL;
  drop_store (self);
  if (self->renderer != NULL)
    ui_renderer_stop (self->renderer);
  if (self->states != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->states, self);
      ui_viewer_states_stop (self->states);
    }
}

static void
ui_compare_side_dispose (GObject *object)
{
  UiCompareSide *self = UI_COMPARE_SIDE (object);

  ui_compare_side_stop (self);
  g_clear_object (&self->renderer);
  g_clear_object (&self->states);
  g_clear_pointer (&self->sets, g_ptr_array_unref);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_pointer (&self->date, g_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_compare_side_parent_class)->dispose (object);
}

static void
ui_compare_side_class_init (UiCompareSideClass *class)
{
  static const char *const names[N_SIGNALS] = { "moved", "brightened", "seen", "set-changed",
                                                "pictured" };

  G_OBJECT_CLASS (class)->dispose = ui_compare_side_dispose;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], UI_TYPE_COMPARE_SIDE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void
ui_compare_side_init (UiCompareSide *self)
{
}

static GtkWidget *
label_new (const char *words, const char *class)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", words, "wrap", TRUE, "xalign", 0.0,
                                   "max-width-chars", 30, NULL);

  gtk_widget_add_css_class (label, class);
  return label;
}

static void
connect_canvas (UiCompareSide *self)
{
  UiCanvas *canvas = ui_stage_canvas (self->stage);

  g_signal_connect_swapped (canvas, "step", G_CALLBACK (on_step), self);
  g_signal_connect_swapped (canvas, "brightness-begin", G_CALLBACK (on_brightness_begin), self);
  g_signal_connect_swapped (canvas, "brightness-drag", G_CALLBACK (on_brightness_drag), self);
  g_signal_connect_swapped (canvas, "preset", G_CALLBACK (ui_compare_side_preset), self);
  g_signal_connect_swapped (canvas, "negative", G_CALLBACK (ui_compare_side_negative), self);
  g_signal_connect_swapped (canvas, "zoomed", G_CALLBACK (on_zoomed), self);
}

/* Date and place, which tell the two apart, stand over the picture. */
static GtkWidget *
heading_new (UiCompareSide *self, const UiGalleryEntry *entry)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *what = *entry->place != '\0'
                              ? g_strdup_printf ("%s, %s", entry->title, entry->place)
                              : g_strdup (entry->title);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < self->sets->len; i++)
    {
      const UiViewerSet *set = g_ptr_array_index (self->sets, i);

      g_ptr_array_add (names, set->title);
    }
  g_ptr_array_add (names, NULL);
  self->choice = GTK_DROP_DOWN (
      gtk_drop_down_new_from_strings ((const char *const *) (gpointer) names->pdata));
  gtk_widget_set_visible (GTK_WIDGET (self->choice), self->sets->len > 1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Set of pictures"), -1);
  /* The button in it gets the focus, and has no name of its own. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->choice))),
      GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Set of pictures"), -1);
  g_signal_connect_swapped (self->choice, "notify::selected", G_CALLBACK (on_choice), self);
  gtk_box_append (GTK_BOX (box), label_new (self->date, "title-2"));
  gtk_box_append (GTK_BOX (box), label_new (what, "dim-label"));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->choice));
  gtk_widget_add_css_class (box, "compare-heading");
  return box;
}

UiCompareSide *
ui_compare_side_new (UiSession *session, ScanStudy *study)
{
  UiCompareSide *self = g_object_new (UI_TYPE_COMPARE_SIDE, NULL);
  const ScanItem item = { SCAN_ITEM_STUDY, { .study = study } };
  UiGalleryEntry *entry = ui_gallery_entry_new (session, &item, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0),
            *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autofree char *spoken = NULL;

  self->session = g_object_ref (session);
  self->renderer = ui_renderer_new (session, on_rendered, self);
  self->states = ui_viewer_states_new (session, study);
  g_signal_connect_swapped (self->states, "changed", G_CALLBACK (look_changed), self);
  self->all = ui_viewer_sets_new (session, study);
  self->sets = g_ptr_array_new ();
  for (guint i = 0; i < self->all->len; i++)
    if (((const UiViewerSet *) g_ptr_array_index (self->all, i))->frames > 0)
      g_ptr_array_add (self->sets, g_ptr_array_index (self->all, i));
  self->date = g_strdup (*ui_gallery_entry_date (entry) != '\0' ? ui_gallery_entry_date (entry)
                                                                : _ ("Date unknown"));
  self->stage = ui_stage_new ();
  connect_canvas (self);
  self->slider = GTK_SCALE (gtk_scale_new_with_range (GTK_ORIENTATION_VERTICAL, 0, 1, 1));
  /* The keys of the picture do all that it does: Tab goes from side to side. */
  gtk_widget_set_focusable (GTK_WIDGET (self->slider), FALSE);
  spoken = g_strdup_printf ("%s: %s", self->date, _ ("Place in the set"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
  g_signal_connect_swapped (self->slider, "value-changed", G_CALLBACK (on_slider), self);
  gtk_widget_set_direction (row, GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->stage));
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->slider));
  gtk_box_append (GTK_BOX (box), heading_new (self, entry));
  gtk_box_append (GTK_BOX (box), row);
  adw_bin_set_child (ADW_BIN (self), box);
  ui_gallery_entry_free (entry);
  if (self->sets->len == 0)
    ui_stage_say (self->stage, UI_STAGE_STATUS,
                  _ ("This scan holds no pictures that can be shown. It is kept safely."));
  return self;
}
