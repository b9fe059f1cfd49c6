/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preferences.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "settings.h"

static const guint minutes[] = { 5, 15, 60, 0 };

static guint
chosen_time (void)
{
  guint now = ui_settings_lock_minutes ();

  for (guint i = 0; i < G_N_ELEMENTS (minutes); i++)
    if (minutes[i] == now)
      return i;
  /* A number that somebody set by hand: the nearest that is not longer. */
  for (guint i = G_N_ELEMENTS (minutes) - 1; i-- > 0;)
    if (minutes[i] <= now)
      return i;
  return 0;
}

static void
on_time_chosen (AdwComboRow *row)
{
  guint chosen = adw_combo_row_get_selected (row);

  if (chosen < G_N_ELEMENTS (minutes) && ui_settings () != NULL)
    g_settings_set_uint (ui_settings (), UI_SETTING_LOCK_AFTER, minutes[chosen]);
}

static GtkWidget *
time_row (void)
{
  const char *const words[] = { _ ("After 5 minutes"), _ ("After 15 minutes"), _ ("After an hour"),
                                _ ("Only when I lock it"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (words);
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Lock when I do nothing"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("It also locks with the screen and when the computer sleeps."));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), chosen_time ());
  g_signal_connect (row, "notify::selected", G_CALLBACK (on_time_chosen), NULL);
  gtk_widget_set_sensitive (row, ui_settings () != NULL);
  return row;
}

void
ui_preferences_show (GtkWindow *parent)
{
  AdwPreferencesWindow *window = g_object_new (
      ADW_TYPE_PREFERENCES_WINDOW, "transient-for", parent, "modal", TRUE, "application",
      gtk_window_get_application (parent), "search-enabled", FALSE, NULL);
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_add (group, time_row ());
  adw_preferences_page_add (page, group);
  adw_preferences_window_add (window, page);
  gtk_window_present (GTK_WINDOW (window));
}
