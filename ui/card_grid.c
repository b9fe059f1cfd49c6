/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card_grid.h"

#include <glib/gi18n.h>

#include "card_grid_private.h"
#include "study_card.h"

#define BOUND_AHEAD 2 /* cards a frame */

enum
{
  PROP_HADJUSTMENT = 1,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY
};

guint ui_card_grid_signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (UiCardGrid, ui_card_grid, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

UiGalleryEntry *
ui_card_grid_entry (UiCardGrid *self, guint index)
{
  return g_ptr_array_index (self->model->shown, index);
}

guint
ui_card_grid_count (UiCardGrid *self)
{
  return self->model != NULL ? self->model->shown->len : 0;
}

int
ui_card_grid_scroll_y (UiCardGrid *self)
{
  return self->adjustments[1] != NULL ? (int) gtk_adjustment_get_value (self->adjustments[1]) : 0;
}

/* What is measured takes no part in anything else. */
static void
set_measured (GtkWidget *widget)
{
  gtk_widget_set_focusable (widget, FALSE);
  gtk_widget_set_child_visible (widget, FALSE);
  gtk_accessible_update_state (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
}

static gboolean bind_later (GtkWidget *widget, GdkFrameClock *clock, gpointer data);

/* Makes widgets of what is in sight at once, and of a row above and below some at a time: a whole
 * new row would take longer than a frame of the screen. */
static void
bind_visible (UiCardGrid *self)
{
  const int top = ui_card_grid_scroll_y (self),
            bottom = top + gtk_widget_get_height (GTK_WIDGET (self));
  guint first, end, seen, seen_end, bound = 0;

  if (self->model == NULL || self->layout.columns == 0)
    return;
  ui_card_layout_range (&self->layout, top, bottom, &seen, &seen_end);
  ui_card_layout_range (&self->layout, top - self->layout.card_height,
                        bottom + self->layout.card_height, &first, &end);
  ui_card_grid_drop_cards (self, first, end);
  for (guint i = seen; i < seen_end; i++)
    ui_card_grid_bind_card (self, i);
  for (guint i = first; i < end && bound < BOUND_AHEAD; i++)
    bound += ui_card_grid_bind_card (self, i) ? 1 : 0;
  ui_card_grid_bind_headings (self, top, bottom);
  if (bound == BOUND_AHEAD && self->later == 0)
    self->later = gtk_widget_add_tick_callback (GTK_WIDGET (self), bind_later, NULL, NULL);
  else if (bound < BOUND_AHEAD)
    ui_card_grid_hide_spares (self);
}

static gboolean
bind_later (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  UiCardGrid *self = UI_CARD_GRID (widget);

  self->later = 0;
  bind_visible (self);
  gtk_widget_queue_allocate (widget);
  return G_SOURCE_REMOVE;
}

static void
on_scrolled (UiCardGrid *self)
{
  bind_visible (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
measure_parts (UiCardGrid *self)
{
  gtk_widget_measure (self->measure, GTK_ORIENTATION_HORIZONTAL, -1, &self->layout.card_width, NULL,
                      NULL, NULL);
  gtk_widget_measure (self->measure, GTK_ORIENTATION_VERTICAL, self->layout.card_width,
                      &self->layout.card_height, NULL, NULL, NULL);
  gtk_widget_measure (self->measure_heading, GTK_ORIENTATION_VERTICAL, -1,
                      &self->layout.heading_height, NULL, NULL, NULL);
}

static void
update_layout (UiCardGrid *self, int width, int height)
{
  GtkAdjustment *vertical = self->adjustments[1];
  double value;

  ui_card_layout_update (&self->layout, self->model != NULL ? self->model->sections : NULL, width);
  if (vertical == NULL)
    return;
  value = gtk_adjustment_get_value (vertical);
  g_signal_handlers_block_by_func (vertical, on_scrolled, self);
  gtk_adjustment_configure (vertical, CLAMP (value, 0, MAX (self->layout.height - height, 0)), 0,
                            MAX (self->layout.height, height), height * 0.1, height * 0.9, height);
  g_signal_handlers_unblock_by_func (vertical, on_scrolled, self);
}

static void
place (GtkWidget *child, int x, int y, int width, int height)
{
  GtkRequisition least;

  gtk_widget_get_preferred_size (child, &least, NULL);
  gtk_widget_size_allocate (
      child, &(GtkAllocation){ x, y, MAX (width, least.width), MAX (height, least.height) }, -1);
}

static void
ui_card_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  UiCardGrid *self = UI_CARD_GRID (widget);
  GHashTableIter iter;
  gpointer index, child;
  int top, x, y;

  update_layout (self, width, height);
  bind_visible (self);
  top = ui_card_grid_scroll_y (self);
  g_hash_table_iter_init (&iter, self->cards);
  while (g_hash_table_iter_next (&iter, &index, &child))
    {
      ui_card_layout_card (&self->layout, GPOINTER_TO_UINT (index), &x, &y);
      if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
        x = width - x - self->layout.card_width;
      place (child, x, y - top, self->layout.card_width, self->layout.card_height);
    }
  /* What waits to be used again is still drawn, and must not be where it was. */
  for (guint i = 0; i < self->spare_cards->len; i++)
    place (g_ptr_array_index (self->spare_cards, i), 0, -2 * self->layout.card_height,
           self->layout.card_width, self->layout.card_height);
  for (guint i = 0; i < self->spare_headings->len; i++)
    place (g_ptr_array_index (self->spare_headings, i), 0, -2 * self->layout.card_height,
           MAX (width - 36, 0), self->layout.heading_height);
  g_hash_table_iter_init (&iter, self->headings);
  while (g_hash_table_iter_next (&iter, &index, &child))
    place (child, 18, ui_card_layout_heading (&self->layout, GPOINTER_TO_UINT (index)) - top,
           MAX (width - 36, 0), self->layout.heading_height);
}

static void
ui_card_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  UiCardGrid *self = UI_CARD_GRID (widget);

  measure_parts (self);
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? self->layout.card_width + 36
                                                       : self->layout.card_height;
  *natural = *minimum;
}

static GtkSizeRequestMode
ui_card_grid_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static gboolean
ui_card_grid_focus (GtkWidget *widget, GtkDirectionType direction)
{
  UiCardGrid *self = UI_CARD_GRID (widget);

  if (ui_card_grid_focused (self) != NULL || ui_card_grid_count (self) == 0)
    return FALSE;
  ui_card_grid_focus_card (self, MIN (self->select.cursor, ui_card_grid_count (self) - 1));
  return TRUE;
}

static gboolean
ui_card_grid_grab_focus (GtkWidget *widget)
{
  UiCardGrid *self = UI_CARD_GRID (widget);

  if (ui_card_grid_count (self) == 0)
    return FALSE;
  ui_card_grid_focus_card (self, MIN (self->select.cursor, ui_card_grid_count (self) - 1));
  return TRUE;
}

static void
set_adjustment (UiCardGrid *self, guint which, GtkAdjustment *adjustment)
{
  if (self->adjustments[which] != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustments[which], self);
  g_clear_object (&self->adjustments[which]);
  if (adjustment == NULL)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  self->adjustments[which] = g_object_ref_sink (adjustment);
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (on_scrolled), self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
ui_card_grid_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  UiCardGrid *self = UI_CARD_GRID (object);

  if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    set_adjustment (self, id - PROP_HADJUSTMENT, g_value_get_object (value));
  else
    self->policies[id - PROP_HSCROLL_POLICY] = (GtkScrollablePolicy) g_value_get_enum (value);
}

static void
ui_card_grid_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UiCardGrid *self = UI_CARD_GRID (object);

  if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    g_value_set_object (value, self->adjustments[id - PROP_HADJUSTMENT]);
  else
    g_value_set_enum (value, (gint) self->policies[id - PROP_HSCROLL_POLICY]);
}

static void
ui_card_grid_dispose (GObject *object)
{
  UiCardGrid *self = UI_CARD_GRID (object);
  GtkWidget *child;

  self->model = NULL;
  if (self->later != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->later);
  self->later = 0;
  g_hash_table_remove_all (self->cards);
  g_hash_table_remove_all (self->headings);
  g_ptr_array_set_size (self->spare_cards, 0);
  g_ptr_array_set_size (self->spare_headings, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->measure = NULL;
  for (guint i = 0; i < 2; i++)
    {
      if (self->adjustments[i] != NULL)
        g_signal_handlers_disconnect_by_data (self->adjustments[i], self);
      g_clear_object (&self->adjustments[i]);
    }
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_card_grid_parent_class)->dispose (object);
}

static void
ui_card_grid_finalize (GObject *object)
{
  UiCardGrid *self = UI_CARD_GRID (object);

  ui_card_layout_clear (&self->layout);
  ui_card_select_clear (&self->select);
  g_hash_table_unref (self->cards);
  g_hash_table_unref (self->headings);
  g_ptr_array_unref (self->spare_cards);
  g_ptr_array_unref (self->spare_headings);
  G_OBJECT_CLASS (ui_card_grid_parent_class)->finalize (object);
}

static void
ui_card_grid_class_init (UiCardGridClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = ui_card_grid_dispose;
  object_class->finalize = ui_card_grid_finalize;
  object_class->set_property = ui_card_grid_set_property;
  object_class->get_property = ui_card_grid_get_property;
  widget_class->size_allocate = ui_card_grid_size_allocate;
  widget_class->measure = ui_card_grid_measure;
  widget_class->get_request_mode = ui_card_grid_get_request_mode;
  widget_class->focus = ui_card_grid_focus;
  widget_class->grab_focus = ui_card_grid_grab_focus;
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
  gtk_widget_class_set_css_name (widget_class, "cardgrid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID);
  ui_card_grid_signals[SIGNAL_ACTIVATED] =
      g_signal_new ("activated", UI_TYPE_CARD_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_POINTER);
  ui_card_grid_signals[SIGNAL_SELECTION_CHANGED] =
      g_signal_new ("selection-changed", UI_TYPE_CARD_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
  ui_card_grid_signals[SIGNAL_MENU_WANTED] =
      g_signal_new ("menu-wanted", UI_TYPE_CARD_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, GTK_TYPE_WIDGET, G_TYPE_INT, G_TYPE_INT);
}

static void
ui_card_grid_init (UiCardGrid *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->side = 176;
  self->cards = g_hash_table_new (NULL, NULL);
  self->headings = g_hash_table_new (NULL, NULL);
  self->spare_cards = g_ptr_array_new ();
  self->spare_headings = g_ptr_array_new ();
  ui_card_select_init (&self->select);
  self->measure = ui_study_card_new ();
  ui_study_card_fill (UI_STUDY_CARD (self->measure));
  gtk_widget_set_parent (self->measure, GTK_WIDGET (self));
  set_measured (self->measure);
  self->measure_heading = ui_card_grid_new_heading (self);
  gtk_label_set_label (GTK_LABEL (self->measure_heading), "0");
  set_measured (self->measure_heading);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Your scans"), -1);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (ui_card_grid_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

void
ui_card_grid_set_model (UiCardGrid *self, UiSession *session, UiGalleryModel *model,
                        gboolean keep_place)
{
  const gboolean had_focus = ui_card_grid_focused (self) != NULL;
  GHashTableIter iter;
  gpointer label;

  ui_card_grid_drop_cards (self, 0, 0);
  g_hash_table_iter_init (&iter, self->headings);
  while (g_hash_table_iter_next (&iter, NULL, &label))
    {
      g_hash_table_iter_remove (&iter);
      g_ptr_array_add (self->spare_headings, label);
    }
  g_set_object (&self->session, session);
  self->model = model;
  self->layout.sections = NULL;
  if (model == NULL)
    {
      ui_card_grid_hide_spares (self);
      self->select.had_focus = self->select.had_focus || had_focus;
      if (session == NULL)
        ui_card_select_forget (&self->select);
      return;
    }
  if (ui_card_select_keep (&self->select, model->shown))
    g_signal_emit (self, ui_card_grid_signals[SIGNAL_SELECTION_CHANGED], 0);
  if (!keep_place && self->adjustments[1] != NULL)
    gtk_adjustment_set_value (self->adjustments[1], 0);
  if (self->layout.card_height > 0)
    update_layout (self, gtk_widget_get_width (GTK_WIDGET (self)),
                   gtk_widget_get_height (GTK_WIDGET (self)));
  bind_visible (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  if (self->select.had_focus && ui_card_grid_count (self) > 0 && self->layout.card_height > 0)
    ui_card_grid_focus_card (self, MIN (self->select.cursor, ui_card_grid_count (self) - 1));
  self->select.had_focus = FALSE;
}

void
ui_card_grid_set_side (UiCardGrid *self, int side)
{
  GHashTableIter iter;
  gpointer card;

  self->side = side;
  g_hash_table_iter_init (&iter, self->cards);
  while (g_hash_table_iter_next (&iter, NULL, &card))
    ui_study_card_set_side (card, side);
  for (guint i = 0; i < self->spare_cards->len; i++)
    ui_study_card_set_side (g_ptr_array_index (self->spare_cards, i), side);
  ui_study_card_set_side (UI_STUDY_CARD (self->measure), side);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

GPtrArray *
ui_card_grid_get_selected (UiCardGrid *self)
{
  GPtrArray *selected = g_ptr_array_new ();

  for (guint i = 0; i < ui_card_grid_count (self); i++)
    if (ui_card_select_has (&self->select, ui_card_grid_entry (self, i)))
      g_ptr_array_add (selected, ui_card_grid_entry (self, i));
  return selected;
}

guint
ui_card_grid_n_selected (UiCardGrid *self)
{
  return ui_card_select_count (&self->select);
}

void
ui_card_grid_select_all (UiCardGrid *self)
{
  if (self->model == NULL)
    return;
  ui_card_select_all (&self->select, self->model->shown);
  ui_card_grid_selection_changed (self);
}

void
ui_card_grid_unselect_all (UiCardGrid *self)
{
  ui_card_select_none (&self->select);
  if (self->model != NULL)
    ui_card_grid_selection_changed (self);
}

void
ui_card_grid_set_select_mode (UiCardGrid *self, gboolean on)
{
  self->select_mode = on;
  if (self->model != NULL)
    ui_card_grid_show_selection (self);
}
