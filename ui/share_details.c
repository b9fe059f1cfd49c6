/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_details.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "letter_window.h"
#include "share_parts.h"
#include "share_record.h"
#include "share_steps.h"
#include "share_words.h"
#include "task.h"
#include "words.h"

typedef struct
{
  GtkWindow *window; /* which owns this */
  UiSession *session;
  GPtrArray *shares;
  const ScanShareRecord *record; /* of shares */
  GtkListBox *events;
  GtkWidget *answers[SCAN_N_SHARE_STATUSES];
  GtkLabel *state;
} Details;

#define DETAILS "share-details"
#define STATUS "share-status"

static void
details_free (gpointer data)
{
  Details *self = data;

  g_object_unref (self->session);
  g_ptr_array_unref (self->shares);
  g_free (self);
}

static void
show_events (Details *self)
{
  const ScanShareStatus now = scan_share_record_status (self->record)->status;

  ui_share_list_clear (self->events);
  for (guint i = 0; i < self->record->events->len; i++)
    {
      const ScanShareEvent *event = &g_array_index (self->record->events, ScanShareEvent, i);
      g_autofree char *day = ui_share_record_day (event->date);

      ui_share_row_new (self->events, ui_share_event_title (event, i > 0), day);
    }
  for (guint i = 0; i < SCAN_N_SHARE_STATUSES; i++)
    gtk_widget_set_visible (self->answers[i], i != now);
}

typedef struct
{
  UiSession *session;
  char *share_id;
  ScanShareStatus status;
  GPtrArray *shares;
} NoteJob;

static void
note_job_free (gpointer data)
{
  NoteJob *job = data;

  g_object_unref (job->session);
  g_free (job->share_id);
  g_clear_pointer (&job->shares, g_ptr_array_unref);
  g_free (job);
}

static gboolean
note_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  NoteJob *job = data;
  ScanLibrary *library = ui_session_library (job->session);

  if (!scan_library_note_share (library, job->share_id, job->status, error))
    return FALSE;
  job->shares = scan_library_shares (library);
  return TRUE;
}

static void
take_shares (Details *self, GPtrArray *shares)
{
  for (guint i = 0; i < shares->len; i++)
    {
      const ScanShareRecord *record = g_ptr_array_index (shares, i);

      if (!g_str_equal (record->share_id, self->record->share_id))
        continue;
      self->record = record;
      g_ptr_array_unref (self->shares);
      self->shares = g_ptr_array_ref (shares);
      return;
    }
}

/* One answer at a time: what was noted cannot be taken back. */
static void
set_answerable (Details *self, gboolean answerable)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->answers); i++)
    if (self->answers[i] != NULL)
      gtk_widget_set_sensitive (self->answers[i], answerable);
}

static void
note_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  NoteJob *job = data;
  Details *self = g_object_get_data (owner, DETAILS);

  if (ui_session_is_closing (job->session))
    return;
  if (ok)
    ui_session_catalog_changed (job->session);
  if (self == NULL)
    return;
  set_answerable (self, TRUE);
  gtk_label_set_label (self->state,
                       ok ? _ ("It is noted.") : ui_words_error (error, UI_TOPIC_SHARE));
  gtk_widget_set_visible (GTK_WIDGET (self->state), TRUE);
  if (!ok)
    return;
  take_shares (self, job->shares);
  show_events (self);
}

static void
on_answer (GtkWidget *button, Details *self)
{
  NoteJob *job;

  if (ui_session_is_closing (self->session))
    return;
  set_answerable (self, FALSE);
  job = g_new0 (NoteJob, 1);
  job->session = g_object_ref (self->session);
  job->share_id = g_strdup (self->record->share_id);
  job->status = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), STATUS));
  gtk_label_set_label (self->state, ui_words_waiting ());
  gtk_widget_set_visible (GTK_WIDGET (self->state), ui_session_is_busy (self->session));
  /* One transaction at a time: it waits for an import. */
  ui_task_run (self->window, self->session, TRUE, note_work, note_done, NULL, job, note_job_free,
               NULL);
}

static GtkWidget *
add_button (GtkWidget *box, const char *words, GCallback clicked, Details *self)
{
  GtkWidget *button = gtk_button_new (), *label = gtk_label_new (words);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
on_write (GtkWidget *button, Details *self)
{
  ui_share_details_write (self->window, self->session, self->record);
}

static void
add_facts (Details *self, GtkWidget *box)
{
  const ScanShareRecord *record = self->record;
  GtkListBox *list = ui_share_list_new (box);
  g_autofree char *scans = ui_share_record_scans (self->session, record, "\n"),
                  *size = ui_share_record_size (record),
                  *kept = ui_share_fields_kept (record->profile, record->keep_dates),
                  *changed = ui_share_fields_changed (record->profile, record->keep_dates);

  ui_share_row_new (list, _ ("What they got"), scans);
  ui_share_row_new (list, _ ("How much"), size);
  ui_share_row_new (list, _ ("For whom it was made"), ui_words_profile (record->profile));
  if (*kept != '\0')
    ui_share_row_new (list, _ ("These facts stayed in the copy"), kept);
  if (*changed != '\0')
    ui_share_row_new (list, _ ("These were changed or removed"), changed);
  if (*record->purpose != '\0')
    ui_share_row_new (list, _ ("Your note"), record->purpose);
  if (record->delete_by != 0)
    {
      g_autofree char *day = ui_share_record_day (record->delete_by);

      ui_share_row_new (list, _ ("When they should delete it"), day);
    }
}

static void
add_fingerprint (Details *self, GtkWidget *box)
{
  GtkWidget *label;

  if (*self->record->fingerprint == '\0')
    return;
  ui_share_heading_new (box, _ ("Fingerprint of the copy"));
  ui_share_label_new (box, self->record->zip
                               ? _ ("Only this ZIP file has this number (SHA-256).")
                               : _ ("Made of all files of the folder (SHA-256). To see whether a "
                                    "file is from it, drop the file on the list."));
  label = ui_share_label_new (box, self->record->fingerprint);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "monospace");
}

static void
add_events (Details *self, GtkWidget *box)
{
  static const struct
  {
    ScanShareStatus status;
    const char *words;
  } answers[] = {
    { SCAN_SHARE_RECEIVED, N_ ("They got it") },
    { SCAN_SHARE_DELETION_ASKED, N_ ("I asked them to delete it") },
    { SCAN_SHARE_DELETION_CONFIRMED, N_ ("They deleted it") },
    { SCAN_SHARE_SENT, N_ ("What I noted was a mistake") },
  };

  ui_share_heading_new (box, _ ("What became of it"));
  self->events = ui_share_list_new (box);
  self->state = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "label",
                              "", "wrap", TRUE, "visible", FALSE, NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->state));
  ui_share_label_new (box, _ ("Add what happened. It is noted with today's date, and nothing that "
                              "was noted is ever taken away."));
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      GtkWidget *button = add_button (box, _ (answers[i].words), G_CALLBACK (on_answer), self);

      g_object_set_data (G_OBJECT (button), STATUS, GUINT_TO_POINTER (answers[i].status));
      self->answers[answers[i].status] = button;
    }
  show_events (self);
}

void
ui_share_details_show (GtkWindow *parent, UiSession *session, GPtrArray *shares, guint index)
{
  Details *self = g_new0 (Details, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *page, *inner;

  self->window = g_object_new (ADW_TYPE_WINDOW, "modal", TRUE, "accessible-role",
                               GTK_ACCESSIBLE_ROLE_WINDOW, "title", _ ("A Copy of Yours"),
                               "default-width", 560, "default-height", 680, NULL);
  self->session = g_object_ref (session);
  self->shares = g_ptr_array_ref (shares);
  self->record = g_ptr_array_index (shares, index);
  page = ui_share_page_new (ui_share_record_to (self->record), &inner);
  gtk_widget_set_vexpand (page, TRUE);
  add_facts (self, inner);
  add_events (self, inner);
  add_button (inner, _ ("Write to them…"), G_CALLBACK (on_write), self);
  add_fingerprint (self, inner);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (self->window), box);
  g_object_set_data_full (G_OBJECT (self->window), DETAILS, self, details_free);
  ui_vault_window_present (self->window, parent, session);
}

void
ui_share_details_write (GtkWindow *parent, UiSession *session, const ScanShareRecord *record)
{
  g_autofree char *about = ui_share_record_about (record);

  if (!ui_session_is_closing (session))
    ui_letter_window_show (parent, session, UI_LETTER_DELETE, record->to, about,
                           record->profile != SCAN_PROFILE_NAMED);
}
