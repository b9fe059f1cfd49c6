/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "privacy_page.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "breach_window.h"
#include "letter_window.h"
#include "providers.h"
#include "reminders.h"
#include "share_parts.h"

/* Years: after these many, clinics begin to destroy their records. */
#define RECORDS_LEAST 6
#define REMIND_FROM (RECORDS_LEAST - 1)

struct _UiPrivacyPage
{
  AdwBin parent_instance;
  UiSession *session;
  GtkListBox *letters, *reminders;
  GtkWidget *nothing;
  GPtrArray *waiting; /* ScanReminder; NULL: not read yet */
  gboolean told;
};

G_DEFINE_FINAL_TYPE (UiPrivacyPage, ui_privacy_page, ADW_TYPE_BIN)

#define LETTER "ui-letter"
#define TO "ui-letter-to"

static GtkWindow *
window_of (UiPrivacyPage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
on_letter (UiPrivacyPage *self, GtkListBoxRow *row)
{
  if (self->session != NULL && !ui_session_is_closing (self->session))
    ui_letter_window_show (window_of (self), self->session,
                           GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), LETTER)),
                           g_object_get_data (G_OBJECT (row), TO), NULL, FALSE);
}

static void
on_breaches (UiPrivacyPage *self)
{
  if (self->session != NULL && !ui_session_is_closing (self->session))
    ui_breach_window_show (window_of (self), self->session);
}

/* A row that leads on. */
static GtkWidget *
leading_row (GtkListBox *list, const char *title, const char *subtitle)
{
  GtkWidget *row = ui_share_row_new (list, title, subtitle);

  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

static void
on_reminder (UiPrivacyPage *self, GtkListBoxRow *row)
{
  if (g_object_get_data (G_OBJECT (row), TO) != NULL)
    on_letter (self, row);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "gallery.view", "s", "shared");
}

static void
add_old (UiPrivacyPage *self, const UiProvider *provider, int year)
{
  g_autofree char *oldest = g_strndup (provider->oldest, 4);
  GtkWidget *row;
  g_autofree char *title = NULL;

  if (atoi (oldest) <= 0 || year - atoi (oldest) < REMIND_FROM)
    return;
  title = g_strdup_printf (_ ("%s, %s: ask for a copy of what you do not have"), provider->name,
                           oldest);
  row = leading_row (self->reminders, title,
                     _ ("Clinics keep records for six to ten years, and some destroy them then."));
  g_object_set_data (G_OBJECT (row), LETTER, GUINT_TO_POINTER (UI_LETTER_ACCESS));
  g_object_set_data_full (G_OBJECT (row), TO, g_strdup (provider->name), g_free);
}

static guint something_due;

/* Once after unlocking; where it is told, nobody else looks on. */
static void
tell_once (UiPrivacyPage *self)
{
  gboolean due = FALSE;

  for (guint i = 0; self->waiting != NULL && i < self->waiting->len; i++)
    due = due || ui_reminder_is_due (g_ptr_array_index (self->waiting, i));
  if (!due || self->told)
    return;
  self->told = TRUE;
  g_signal_emit (self, something_due, 0);
}

static void
rebuild (UiPrivacyPage *self)
{
  g_autoptr (GPtrArray) providers = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  ui_share_list_clear (self->reminders);
  if (self->session == NULL || ui_session_is_closing (self->session))
    return;
  providers = ui_providers (self->session);
  for (guint i = 0; self->waiting != NULL && i < self->waiting->len; i++)
    ui_reminder_row_new (self->reminders, self->session, g_ptr_array_index (self->waiting, i));
  for (guint i = 0; i < providers->len; i++)
    add_old (self, g_ptr_array_index (providers, i), g_date_time_get_year (now));
  gtk_widget_set_visible (GTK_WIDGET (self->reminders),
                          gtk_widget_get_first_child (GTK_WIDGET (self->reminders)) != NULL);
  gtk_widget_set_visible (self->nothing, !gtk_widget_get_visible (GTK_WIDGET (self->reminders)));
}

static void
reminders_read (gpointer owner, GPtrArray *reminders)
{
  UiPrivacyPage *self = owner;

  if (self->session == NULL)
    return;
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  self->waiting = g_ptr_array_ref (reminders);
  rebuild (self);
  tell_once (self);
}

static void
read_anew (UiPrivacyPage *self)
{
  /* A row that was just settled stays as it is until it is known what is left. */
  if (self->waiting == NULL)
    rebuild (self);
  if (self->session != NULL && !ui_session_is_closing (self->session))
    ui_reminders_read (self, self->session, reminders_read);
}

static void
ui_privacy_page_dispose (GObject *object)
{
  UiPrivacyPage *self = UI_PRIVACY_PAGE (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  G_OBJECT_CLASS (ui_privacy_page_parent_class)->dispose (object);
}

static void
ui_privacy_page_class_init (UiPrivacyPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = ui_privacy_page_dispose;
  something_due = g_signal_new ("something-due", UI_TYPE_PRIVACY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
add_letters (UiPrivacyPage *self, GtkWidget *box)
{
  ui_share_heading_new (box, _ ("Letters"));
  self->letters = ui_share_list_new (box);
  for (guint i = 0; i < UI_N_LETTERS; i++)
    {
      GtkWidget *row = leading_row (self->letters, ui_letter_title ((UiLetter) i), NULL);

      g_object_set_data (G_OBJECT (row), LETTER, GUINT_TO_POINTER (i));
    }
  g_signal_connect_swapped (self->letters, "row-activated", G_CALLBACK (on_letter), self);
}

static void
ui_privacy_page_init (UiPrivacyPage *self)
{
  GtkListBox *list;
  GtkWidget *box;

  adw_bin_set_child (ADW_BIN (self), ui_share_page_new (_ ("Your data at clinics"), &box));
  add_letters (self, box);
  ui_share_heading_new (box, _ ("Lists of breaches"));
  list = ui_share_list_new (box);
  leading_row (list, _ ("Is my clinic on a list of breaches?"),
               _ ("Compares a list that you have with the places of your scans."));
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (on_breaches), self);
  ui_share_heading_new (box, _ ("Reminders"));
  self->reminders = ui_share_list_new (box);
  g_signal_connect_swapped (self->reminders, "row-activated", G_CALLBACK (on_reminder), self);
  self->nothing = ui_share_label_new (box, _ ("There is nothing to think of now."));
}

void
ui_privacy_page_set_session (UiPrivacyPage *self, UiSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  self->told = FALSE;
  if (session != NULL)
    g_signal_connect_swapped (session, "catalog-changed", G_CALLBACK (read_anew), self);
  read_anew (self);
}
