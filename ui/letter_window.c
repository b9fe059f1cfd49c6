/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "letter_window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ask.h"
#include "file_chooser.h"
#include "paper.h"
#include "providers.h"
#include "reminders.h"
#include "share_parts.h"

#define FOLLOW_UP_DAYS 31

typedef struct
{
  GtkWindow *window; /* which owns this */
  UiSession *session;
  UiLetter letter;
  char *to;    /* NULL: as chosen */
  char *about; /* NULL: of no copy */
  char *name, *birth;
  GPtrArray *providers;
  AdwComboRow *clinic, *country;
  GtkLabel *right, *reminded;
  GtkTextView *view;
} Letter;

static void
letter_free (gpointer data)
{
  Letter *self = data;

  g_object_unref (self->session);
  g_ptr_array_unref (self->providers);
  g_free (self->to);
  g_free (self->about);
  g_free (self->name);
  g_free (self->birth);
  g_free (self);
}

static char *
text_of (Letter *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static const char *
recipient (Letter *self)
{
  const guint at = adw_combo_row_get_selected (self->clinic);

  if (self->to != NULL)
    return self->to;
  return at < self->providers->len
             ? ((const UiProvider *) g_ptr_array_index (self->providers, at))->name
             : "";
}

/* What the person changed comes back by undoing. */
static void
fill (Letter *self)
{
  const UiCountry country = (UiCountry) adw_combo_row_get_selected (self->country);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  g_autofree char *right = ui_letter_right (self->letter, country);
  g_autofree char *text = ui_letter_text (self->letter, country, recipient (self), self->name,
                                          self->birth, self->about);
  GtkTextIter start, end;

  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, text, -1);
  gtk_text_buffer_end_user_action (buffer);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  gtk_label_set_label (self->right,
                       right != NULL
                           ? _ ("The letter names the law that gives you this right.")
                           : _ ("We know of no law there that gives a right to this: the letter "
                                "asks for it kindly."));
}

static void
on_copy (GtkWidget *button, Letter *self)
{
  g_autofree char *text = text_of (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), text);
  gtk_button_set_label (GTK_BUTTON (button), _ ("Copied"));
}

static void
on_print (GtkWidget *button, Letter *self)
{
  g_autofree char *text = text_of (self);

  ui_paper_print (self->window, self->session, _ ("Letter"), text);
}

static void
on_save (GtkWidget *button, Letter *self)
{
  g_autofree char *text = text_of (self);
  g_autoptr (GBytes) pdf = ui_paper_pdf (text);
  g_autofree char *name = g_strdup_printf ("%s.pdf", _ ("Letter"));

  ui_paper_save (self->window, self->session, _ ("Save the Letter"), name, pdf);
}

/* An entry for a calendar, RFC 5545, which says nothing of whom or what. */
static void
on_remind (GtkWidget *button, Letter *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, FOLLOW_UP_DAYS);
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  g_autofree char *day = g_date_time_format (then, "%Y%m%d");
  g_autofree char *uid = g_uuid_string_random ();
  g_autofree char *text = g_strdup_printf (
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Scan Vault//EN\r\nBEGIN:VEVENT\r\nUID:%s\r\n"
      "DTSTAMP:%s\r\nDTSTART;VALUE=DATE:%s\r\nSUMMARY:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
      uid, stamp, day, _ ("Was my letter answered?"));
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  ui_paper_save (self->window, self->session, _ ("Save a Reminder for Your Calendar"),
                 "reminder.ics", bytes);
}

/* The same day, kept in the vault. */
static void
on_remind_here (GtkWidget *button, Letter *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, FOLLOW_UP_DAYS);

  gtk_widget_set_sensitive (button, FALSE);
  ui_reminder_add (self->session, self->letter, recipient (self), g_date_time_to_unix (then),
                   self->reminded);
}

static UiCountry
usual_country (void)
{
  static const char *const union_members[] = { "AT", "BE", "BG", "CY", "CZ", "DE", "DK",
                                               "EE", "ES", "FI", "FR", "GR", "HR", "HU",
                                               "IE", "IT", "LT", "LU", "LV", "MT", "NL",
                                               "PL", "PT", "RO", "SE", "SI", "SK", NULL };
  const char *const *languages = g_get_language_names ();
  const char *at = strchr (languages[0], '_');
  g_autofree char *land = at != NULL ? g_strndup (at + 1, 2) : NULL;

  if (land == NULL)
    return UI_COUNTRY_OTHER;
  if (g_strv_contains (union_members, land))
    return UI_COUNTRY_EU;
  if (g_str_equal (land, "GB"))
    return UI_COUNTRY_UK;
  return g_str_equal (land, "US") ? UI_COUNTRY_US : UI_COUNTRY_OTHER;
}

static AdwComboRow *
combo (Letter *self, GtkListBox *list, const char *title, GtkStringList *model, guint selected)
{
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  g_object_unref (model);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), selected);
  g_signal_connect_swapped (row, "notify::selected", G_CALLBACK (fill), self);
  gtk_list_box_append (list, row);
  return ADW_COMBO_ROW (row);
}

static void
add_choices (Letter *self, GtkWidget *box)
{
  GtkListBox *list = ui_share_list_new (box);
  GtkStringList *clinics = gtk_string_list_new (NULL), *countries = gtk_string_list_new (NULL);

  for (guint i = 0; i < self->providers->len; i++)
    gtk_string_list_append (clinics,
                            ((const UiProvider *) g_ptr_array_index (self->providers, i))->name);
  gtk_string_list_append (clinics, _ ("Another one"));
  for (guint i = 0; i < UI_N_COUNTRIES; i++)
    gtk_string_list_append (countries, ui_country_name ((UiCountry) i));
  self->clinic = combo (self, list, _ ("Clinic"), clinics, 0);
  self->country = combo (self, list, _ ("Country"), countries, usual_country ());
  gtk_widget_set_visible (GTK_WIDGET (self->clinic), self->to == NULL && self->providers->len > 0);
}

static void
add_text (Letter *self, GtkWidget *box)
{
  self->view = GTK_TEXT_VIEW (gtk_text_view_new ());
  gtk_text_view_set_wrap_mode (self->view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (self->view, FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "letter");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Text of the letter"), -1);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->view));
}

static GtkWidget *
add_button (Letter *self, GtkWidget *box, const char *words, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

void
ui_letter_window_show (GtkWindow *parent, UiSession *session, UiLetter letter, const char *to,
                       const char *about, gboolean nameless)
{
  Letter *self = g_new0 (Letter, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *page, *inner;

  self->window = g_object_new (ADW_TYPE_WINDOW, "modal", TRUE, "accessible-role",
                               GTK_ACCESSIBLE_ROLE_WINDOW, "title", _ ("Write a Letter"),
                               "default-width", 640, "default-height", 720, NULL);
  self->session = g_object_ref (session);
  self->letter = letter;
  self->to = g_strdup (to);
  self->about = g_strdup (about);
  self->providers = ui_providers (session);
  if (nameless)
    {
      self->name = g_strdup ("");
      self->birth = g_strdup ("");
    }
  else
    ui_providers_owner (session, &self->name, &self->birth);
  page = ui_share_page_new (ui_letter_title (letter), &inner);
  gtk_widget_set_vexpand (page, TRUE);
  add_choices (self, inner);
  self->right = GTK_LABEL (ui_share_label_new (inner, ""));
  if (nameless)
    ui_share_label_new (inner, _ ("Your name and date of birth are left blank, since this copy "
                                  "went out without them. Write them only if they know you."));
  add_text (self, inner);
  ui_share_label_new (inner, _ ("Change the text as you like. Nothing is sent: print it, or save "
                                "it, and hand it over yourself."));
  gtk_widget_add_css_class (add_button (self, inner, _ ("Print…"), G_CALLBACK (on_print)),
                            "suggested-action");
  add_button (self, inner, _ ("Save as PDF…"), G_CALLBACK (on_save));
  add_button (self, inner, _ ("Copy the text"), G_CALLBACK (on_copy));
  add_button (self, inner, _ ("Remind me here in a month"), G_CALLBACK (on_remind_here));
  self->reminded = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                 "label", "", "wrap", TRUE, "visible", FALSE, NULL);
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (self->reminded));
  add_button (self, inner, _ ("Save a reminder for my calendar…"), G_CALLBACK (on_remind));
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (self->window), box);
  g_object_set_data_full (G_OBJECT (self->window), "letter", self, letter_free);
  fill (self);
  ui_vault_window_present (self->window, parent, session);
}
