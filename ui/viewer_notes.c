/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_notes.h"

#include <glib/gi18n.h>

#define STATE_KEY "ui-state"

static void
on_toggled (GtkCheckButton *button, UiViewerStates *states)
{
  if (gtk_check_button_get_active (button))
    ui_viewer_states_choose (states, g_object_get_data (G_OBJECT (button), STATE_KEY));
}

static GtkWidget *
choice_new (UiViewerStates *states, const char *words, ScanPresentation *state, GtkWidget *group)
{
  GtkWidget *button = gtk_check_button_new_with_label (words);

  if (group != NULL)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (button), GTK_CHECK_BUTTON (group));
  if (state != NULL)
    g_object_set_data_full (G_OBJECT (button), STATE_KEY, scan_presentation_ref (state),
                            (GDestroyNotify) scan_presentation_unref);
  return button;
}

/* What the first picture that is for a state is shown by. */
static ScanPresentation *
current_of (UiViewerStates *states, const UiViewerSet *set)
{
  for (guint i = 0; i < set->instances->len; i++)
    {
      ScanPresentation *state =
          ui_viewer_states_for (states, g_ptr_array_index (set->instances, i), 0);

      if (state != NULL)
        return state;
    }
  return NULL;
}

gboolean
ui_viewer_notes_exist (UiViewerStates *states, const UiViewerSet *set)
{
  g_autoptr (GPtrArray) all = ui_viewer_states_for_set (states, set);

  return all->len > 0;
}

void
ui_viewer_notes_fill (GtkBox *box, UiViewerStates *states, const UiViewerSet *set)
{
  g_autoptr (GPtrArray) all = ui_viewer_states_for_set (states, set);
  ScanPresentation *current = current_of (states, set);
  GtkWidget *child, *none, *explained;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  explained =
      g_object_new (GTK_TYPE_LABEL, "label",
                    _ ("Somebody noted how these pictures are to be shown, or drew on them."),
                    "wrap", TRUE, "max-width-chars", 30, "xalign", 0.0, NULL);
  gtk_widget_add_css_class (explained, "dim-label");
  gtk_box_append (box, explained);
  none = choice_new (states, _ ("Without notes"), NULL, NULL);
  gtk_box_append (box, none);
  for (guint i = 0; i < all->len; i++)
    {
      ScanPresentation *state = g_ptr_array_index (all, i);
      g_autofree char *words = ui_viewer_state_words (state);
      GtkWidget *button = choice_new (states, words, state, none);

      gtk_check_button_set_active (GTK_CHECK_BUTTON (button), state == current);
      g_signal_connect_object (button, "toggled", G_CALLBACK (on_toggled), states, 0);
      gtk_box_append (box, button);
    }
  gtk_check_button_set_active (GTK_CHECK_BUTTON (none), current == NULL);
  g_signal_connect_object (none, "toggled", G_CALLBACK (on_toggled), states, 0);
}
