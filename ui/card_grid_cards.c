/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card_grid_private.h"
#include "study_card.h"

#define INDEX "ui-card-index"

guint
ui_card_grid_index (GtkWidget *card)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (card), INDEX));
}

void
ui_card_grid_show_selection (UiCardGrid *self)
{
  GHashTableIter iter;
  gpointer index, card;

  g_hash_table_iter_init (&iter, self->cards);
  while (g_hash_table_iter_next (&iter, &index, &card))
    ui_study_card_set_selected (
        card,
        ui_card_select_has (&self->select, ui_card_grid_entry (self, GPOINTER_TO_UINT (index))),
        self->select_mode);
}

static GtkWidget *
new_card (UiCardGrid *self)
{
  GtkWidget *card = ui_study_card_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect (click, "pressed", G_CALLBACK (ui_card_grid_pressed), self);
  gtk_widget_add_controller (card, GTK_EVENT_CONTROLLER (click));
  ui_study_card_set_side (UI_STUDY_CARD (card), self->side);
  gtk_widget_set_parent (card, GTK_WIDGET (self));
  return card;
}

void
ui_card_grid_hide_spares (UiCardGrid *self)
{
  for (guint i = 0; i < self->spare_cards->len; i++)
    gtk_widget_set_visible (g_ptr_array_index (self->spare_cards, i), FALSE);
  for (guint i = 0; i < self->spare_headings->len; i++)
    gtk_widget_set_visible (g_ptr_array_index (self->spare_headings, i), FALSE);
}

static GtkWidget *
take_spare (GPtrArray *spare)
{
  return spare->len > 0 ? g_ptr_array_steal_index (spare, spare->len - 1) : NULL;
}

GtkWidget *
ui_card_grid_new_heading (UiCardGrid *self)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING,
                                   "xalign", 0.0, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL, 2, -1);
  gtk_widget_add_css_class (label, "title-2");
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  return label;
}

gboolean
ui_card_grid_bind_card (UiCardGrid *self, guint index)
{
  GtkWidget *card;

  if (g_hash_table_contains (self->cards, GUINT_TO_POINTER (index)))
    return FALSE;
  card = take_spare (self->spare_cards);
  if (card == NULL)
    card = new_card (self);
  g_object_set_data (G_OBJECT (card), INDEX, GUINT_TO_POINTER (index));
  ui_study_card_bind (UI_STUDY_CARD (card), self->session, ui_card_grid_entry (self, index));
  ui_study_card_set_selected (UI_STUDY_CARD (card),
                              ui_card_select_has (&self->select, ui_card_grid_entry (self, index)),
                              self->select_mode);
  gtk_widget_set_visible (card, TRUE);
  g_hash_table_insert (self->cards, GUINT_TO_POINTER (index), card);
  return TRUE;
}

void
ui_card_grid_drop_cards (UiCardGrid *self, guint first, guint end)
{
  GHashTableIter iter;
  gpointer index, card;

  g_hash_table_iter_init (&iter, self->cards);
  while (g_hash_table_iter_next (&iter, &index, &card))
    if ((GPOINTER_TO_UINT (index) < first || GPOINTER_TO_UINT (index) >= end) &&
        !(first < end && gtk_widget_has_focus (card)))
      {
        g_hash_table_iter_remove (&iter);
        g_ptr_array_add (self->spare_cards, card);
      }
}

void
ui_card_grid_bind_headings (UiCardGrid *self, int top, int bottom)
{
  const GArray *sections = self->model->sections;

  for (guint i = 0; i < sections->len; i++)
    {
      const UiGallerySection *section = &g_array_index (sections, UiGallerySection, i);
      const int y = ui_card_layout_heading (&self->layout, i);
      const gboolean seen =
          section->heading != NULL && y + self->layout.heading_height > top && y < bottom;
      GtkWidget *label = g_hash_table_lookup (self->headings, GUINT_TO_POINTER (i));

      if (label != NULL && !seen)
        {
          g_hash_table_remove (self->headings, GUINT_TO_POINTER (i));
          g_ptr_array_add (self->spare_headings, label);
        }
      if (label != NULL || !seen)
        continue;
      label = take_spare (self->spare_headings);
      if (label == NULL)
        label = ui_card_grid_new_heading (self);
      gtk_label_set_label (GTK_LABEL (label), section->heading);
      gtk_widget_set_visible (label, TRUE);
      g_hash_table_insert (self->headings, GUINT_TO_POINTER (i), label);
    }
}
