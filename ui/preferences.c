/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preferences.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ask.h"
#include "settings.h"
#include "task.h"
#include "words.h"

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
on_time_chosen (GtkCheckButton *button, gpointer choice)
{
  if (gtk_check_button_get_active (button) && ui_settings () != NULL)
    g_settings_set_uint (ui_settings (), UI_SETTING_LOCK_AFTER, minutes[GPOINTER_TO_UINT (choice)]);
}

static void
on_drag_chosen (GtkCheckButton *button, gpointer choice)
{
  if (gtk_check_button_get_active (button) && ui_settings () != NULL)
    g_settings_set_boolean (ui_settings (), UI_SETTING_DRAG_BRIGHTNESS, choice != NULL);
}

/* A title's end is cut off else where letters are large. */
static void
wrap_labels (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    {
      gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_NONE);
      gtk_label_set_wrap (GTK_LABEL (widget), TRUE);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    wrap_labels (child);
}

static GtkWidget *
group_new (const char *title, const char *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  wrap_labels (group);
  return group;
}

/* One of n, of which chosen is so now; on_chosen gets its number. Rows instead of a list that
 * unfolds: with large letters its choice could not be read. */
static GtkWidget *
choice_group (const char *title, const char *description, const char *const words[], guint n,
              guint chosen, void (*on_chosen) (GtkCheckButton *button, gpointer choice))
{
  GtkWidget *group = group_new (title, description), *first = NULL;

  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = adw_action_row_new (), *button = gtk_check_button_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), words[i]);
      if (first == NULL)
        first = button;
      else
        gtk_check_button_set_group (GTK_CHECK_BUTTON (button), GTK_CHECK_BUTTON (first));
      gtk_check_button_set_active (GTK_CHECK_BUTTON (button), i == chosen);
      g_signal_connect (button, "toggled", G_CALLBACK (on_chosen), GUINT_TO_POINTER (i));
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), button);
      /* The row's title names it, too. */
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
  gtk_widget_set_sensitive (group, ui_settings () != NULL);
  return group;
}

static GtkWidget *
time_group (void)
{
  const char *const words[G_N_ELEMENTS (minutes)] = { _ ("After 5 minutes"), _ ("After 15 minutes"),
                                                      _ ("After an hour"),
                                                      _ ("Only when I lock it") };

  return choice_group (_ ("Lock when I do nothing"),
                       _ ("It also locks with the screen and when the computer sleeps."), words,
                       G_N_ELEMENTS (words), chosen_time (), on_time_chosen);
}

static GtkWidget *
drag_group (void)
{
  const char *const words[] = { _ ("Goes through the pictures"), _ ("Changes the brightness") };

  return choice_group (_ ("Dragging in a picture"),
                       _ ("The wheel goes through the pictures, and dragging with the right button "
                          "changes the brightness, whatever you choose."),
                       words, G_N_ELEMENTS (words), ui_settings_drag_is_brightness () ? 1 : 0,
                       on_drag_chosen);
}

static const ScanProfile profiles[] = { SCAN_PROFILE_SECOND_OPINION, SCAN_PROFILE_PUBLIC };

static void
on_profile_chosen (GtkCheckButton *button, gpointer choice)
{
  if (gtk_check_button_get_active (button) && ui_settings () != NULL)
    g_settings_set_string (ui_settings (), UI_SETTING_SHARE_PROFILE,
                           scan_profile_name (profiles[GPOINTER_TO_UINT (choice)]));
}

static GtkWidget *
profile_group (void)
{
  const char *const words[] = { _ ("A second opinion, without my name"),
                                _ ("Research or the public") };

  return choice_group (_ ("For whom a copy usually is"),
                       _ ("You are asked each time, and this is chosen already. A copy with your "
                          "name is never chosen by itself."),
                       words, G_N_ELEMENTS (words),
                       ui_settings_share_profile () == SCAN_PROFILE_PUBLIC ? 1 : 0,
                       on_profile_chosen);
}

typedef struct
{
  UiSession *session;
  char *name;
} NameJob;

static void
name_job_free (gpointer data)
{
  NameJob *job = data;

  g_object_unref (job->session);
  g_free (job->name);
  g_free (job);
}

static gboolean
name_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  NameJob *job = data;

  return scan_library_set_letter_name (ui_session_library (job->session), job->name, error);
}

static void
tell (gpointer row, const char *words)
{
  GtkRoot *window = gtk_widget_get_root (row);

  if (ADW_IS_PREFERENCES_WINDOW (window))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), adw_toast_new (words));
}

static void
name_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  NameJob *job = data;

  if (!ui_session_is_closing (job->session))
    tell (owner, ok ? _ ("Your next letter has this name") : ui_words_error (error, UI_TOPIC_COPY));
}

static void
on_name (AdwEntryRow *row, UiSession *session)
{
  NameJob *job;

  if (ui_session_is_closing (session))
    return;
  job = g_new (NameJob, 1);
  *job = (NameJob){ g_object_ref (session),
                    g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row)))) };
  ui_task_run (row, session, TRUE, name_work, name_done, NULL, job, name_job_free, NULL);
}

/* It lies in the vault, since a name is nothing for the settings of a program. */
static GtkWidget *
name_group (UiSession *session)
{
  GtkWidget *group =
                group_new (_ ("Letters"), _ ("Where it is empty, letters have the name of your "
                                             "scans. It is kept in the vault.")),
            *row = adw_entry_row_new ();
  g_autofree char *name = scan_library_letter_name (ui_session_library (session));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("My name for letters"));
  gtk_editable_set_text (GTK_EDITABLE (row), name);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect_object (row, "apply", G_CALLBACK (on_name), session, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return group;
}

typedef struct
{
  UiSession *session;
  gboolean on;
} ParityJob;

static void
parity_job_free (gpointer data)
{
  ParityJob *job = data;

  g_object_unref (job->session);
  g_free (job);
}

static gboolean
parity_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  ParityJob *job = data;

  return scan_library_set_parity (ui_session_library (job->session), job->on, error);
}

/* The switch shows what the vault does, so it goes back where that could not be changed. */
static void
parity_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  GtkSwitch *button = owner;
  ParityJob *job = data;

  if (ui_session_is_closing (job->session))
    return;
  gtk_switch_set_state (button, scan_library_parity (ui_session_library (job->session)));
  if (ok)
    return;
  gtk_switch_set_active (button, gtk_switch_get_state (button));
  tell (button, ui_words_error (error, UI_TOPIC_COPY));
}

static gboolean
on_parity (GtkSwitch *button, gboolean on, UiSession *session)
{
  ParityJob *job;

  if (ui_session_is_closing (session) || on == gtk_switch_get_state (button))
    return GDK_EVENT_STOP;
  job = g_new (ParityJob, 1);
  *job = (ParityJob){ g_object_ref (session), on };
  ui_task_run (button, session, TRUE, parity_work, parity_done, NULL, job, parity_job_free, NULL);
  return GDK_EVENT_STOP;
}

static GtkWidget *
parity_row (UiSession *session)
{
  GtkWidget *row = adw_action_row_new (), *button = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Repair data"));
  adw_action_row_set_subtitle (
      ADW_ACTION_ROW (row), _ ("A twentieth more is stored, by which scans are repaired when the "
                               "disk damages them. It holds for what you add from now on."));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_switch_set_active (GTK_SWITCH (button), scan_library_parity (ui_session_library (session)));
  g_signal_connect_object (button, "state-set", G_CALLBACK (on_parity), session, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  return row;
}

void
ui_preferences_show (GtkWindow *parent, UiSession *session)
{
  AdwPreferencesWindow *window = g_object_new (ADW_TYPE_PREFERENCES_WINDOW, "title", _ ("Settings"),
                                               "modal", TRUE, "search-enabled", FALSE, NULL);
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (time_group ()));
  adw_preferences_group_add (group, parity_row (session));
  adw_preferences_page_add (page, group);
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (drag_group ()));
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (profile_group ()));
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (name_group (session)));
  adw_preferences_window_add (window, page);
  ui_vault_window_present (GTK_WINDOW (window), parent, session);
}
