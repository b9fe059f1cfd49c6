/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card_grid_private.h"

void
ui_card_grid_selection_changed (UiCardGrid *self)
{
  ui_card_grid_show_selection (self);
  g_signal_emit (self, ui_card_grid_signals[SIGNAL_SELECTION_CHANGED], 0);
}

void
ui_card_grid_pressed (GtkGestureClick *gesture, int n_press, double x, double y, UiCardGrid *self)
{
  GtkWidget *card = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  const guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  const guint index = ui_card_grid_index (card);

  if (self->model == NULL || index >= ui_card_grid_count (self))
    return;
  gtk_widget_grab_focus (card);
  if (button == GDK_BUTTON_SECONDARY)
    {
      if (!ui_card_select_has (&self->select, ui_card_grid_entry (self, index)))
        ui_card_select_click (&self->select, self->model->shown, index, 0);
      ui_card_grid_selection_changed (self);
      g_signal_emit (self, ui_card_grid_signals[SIGNAL_MENU_WANTED], 0, card, (int) x, (int) y);
    }
  else if (n_press == 2 && !self->select_mode && (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == 0)
    g_signal_emit (self, ui_card_grid_signals[SIGNAL_ACTIVATED], 0,
                   ui_card_grid_entry (self, index));
  else if (n_press == 1 || self->select_mode)
    {
      ui_card_select_click (&self->select, self->model->shown, index,
                            self->select_mode ? state | GDK_CONTROL_MASK : state);
      ui_card_grid_selection_changed (self);
    }
  else
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

void
ui_card_grid_focus_card (UiCardGrid *self, guint index)
{
  GtkAdjustment *vertical = self->adjustments[1];
  const int height = gtk_widget_get_height (GTK_WIDGET (self));
  int x, y, above = 0;

  if (index >= ui_card_grid_count (self))
    return;
  ui_card_layout_card (&self->layout, index, &x, &y);
  /* The first row shows its heading too. */
  above = index < (guint) self->layout.columns ? y : 6;
  if (vertical != NULL && y - above < ui_card_grid_scroll_y (self))
    gtk_adjustment_set_value (vertical, y - above);
  else if (vertical != NULL &&
           y + self->layout.card_height + 6 > ui_card_grid_scroll_y (self) + height)
    gtk_adjustment_set_value (vertical, y + self->layout.card_height + 6 - height);
  ui_card_grid_bind_card (self, index);
  gtk_widget_grab_focus (g_hash_table_lookup (self->cards, GUINT_TO_POINTER (index)));
}

GtkWidget *
ui_card_grid_focused (UiCardGrid *self)
{
  return gtk_widget_get_focus_child (GTK_WIDGET (self));
}

gboolean
ui_card_grid_key (GtkEventControllerKey *controller, guint keyval, guint keycode,
                  GdkModifierType state, UiCardGrid *self)
{
  GtkWidget *card = ui_card_grid_focused (self);
  guint index, target;

  state &= GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK;
  if (card == NULL || ui_card_grid_count (self) == 0 || (state & GDK_ALT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  index = MIN (ui_card_grid_index (card), ui_card_grid_count (self) - 1);
  if (ui_card_layout_key (&self->layout, keyval, index, gtk_widget_get_height (GTK_WIDGET (self)),
                          gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL,
                          &target))
    {
      ui_card_grid_focus_card (self, target);
      /* With Ctrl, or while choosing, the focus alone moves. */
      if (state == GDK_CONTROL_MASK || (self->select_mode && state == 0))
        self->select.cursor = target;
      else
        {
          ui_card_select_click (&self->select, self->model->shown, target, state);
          ui_card_grid_selection_changed (self);
        }
      return GDK_EVENT_STOP;
    }
  if ((keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter) && state == 0)
    {
      g_signal_emit (self, ui_card_grid_signals[SIGNAL_ACTIVATED], 0,
                     ui_card_grid_entry (self, index));
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_space && (state == GDK_CONTROL_MASK || self->select_mode))
    {
      ui_card_select_click (&self->select, self->model->shown, index, GDK_CONTROL_MASK);
      ui_card_grid_selection_changed (self);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Menu || (keyval == GDK_KEY_F10 && state == GDK_SHIFT_MASK))
    {
      if (!ui_card_select_has (&self->select, ui_card_grid_entry (self, index)))
        ui_card_select_click (&self->select, self->model->shown, index, 0);
      ui_card_grid_selection_changed (self);
      g_signal_emit (self, ui_card_grid_signals[SIGNAL_MENU_WANTED], 0, card,
                     gtk_widget_get_width (card) / 2, gtk_widget_get_height (card) / 2);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}
