/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reminders.h"

#include <glib/gi18n.h>

#include "share_parts.h"
#include "share_record.h"
#include "task.h"
#include "words.h"

#define UNDO_SECONDS 10
#define CHANGE "ui-reminder-change"
#define LAST_TOAST "ui-reminder-toast"
#define IN_A_MONTH -1 /* from the press on, or from the day that is set, whichever is later */

/* One reminder as it shall be, and as it was. */
typedef struct
{
  gatomicrefcount count;
  UiSession *session;
  char *id; /* NULL: a new one */
  ScanRemind of;
  char *to;
  gint64 due, before; /* 0: none */
  const char *words;  /* of the toast; NULL: none */
} Change;

static Change *
change_new (UiSession *session, const ScanReminder *now, gint64 due, const char *words)
{
  Change *change = g_new0 (Change, 1);

  g_atomic_ref_count_init (&change->count);
  change->session = g_object_ref (session);
  change->id = g_strdup (now->id);
  change->of = now->of;
  change->to = g_strdup (now->to);
  change->before = now->due;
  change->due = due;
  change->words = words;
  return change;
}

static Change *
change_ref (Change *change)
{
  g_atomic_ref_count_inc (&change->count);
  return change;
}

static void
change_unref (gpointer data)
{
  Change *change = data;

  if (!g_atomic_ref_count_dec (&change->count))
    return;
  g_object_unref (change->session);
  g_free (change->id);
  g_free (change->to);
  g_free (change);
}

static gboolean
write_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  const Change *change = data;
  const ScanReminder reminder = { change->id, change->due, change->of, change->to };

  return scan_library_set_reminder (ui_session_library (change->session), &reminder, error);
}

static void write_done (gpointer owner, gpointer data, gboolean ok, const GError *error);

/* One transaction at a time: it waits for an import. owner: the toasts of the window. */
static void
run (GObject *owner, Change *change)
{
  ui_task_run (owner, change->session, TRUE, write_work, write_done, NULL, change, change_unref,
               NULL);
}

static void
on_undo (AdwToast *toast, AdwToastOverlay *toasts)
{
  const Change *change = g_object_get_data (G_OBJECT (toast), CHANGE);
  const ScanReminder now = { change->id, change->due, change->of, change->to };

  if (!ui_session_is_closing (change->session))
    run (G_OBJECT (toasts), change_new (change->session, &now, change->before, NULL));
}

static void
write_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  Change *change = data;
  AdwToast *toast, *last;

  if (ui_session_is_closing (change->session))
    return;
  /* Also after a failure: the row is to be pressed again. */
  ui_session_catalog_changed (change->session);
  if (ok && change->words == NULL)
    return;
  /* An older one would come back behind this one, and undo what is not the last any more. */
  last = g_object_get_data (owner, LAST_TOAST);
  if (last != NULL)
    adw_toast_dismiss (last);
  toast = adw_toast_new (ok ? change->words : ui_words_error (error, UI_TOPIC_SHARE));
  g_signal_connect_object (change->session, "closing", G_CALLBACK (adw_toast_dismiss), toast,
                           G_CONNECT_SWAPPED);
  if (ok)
    {
      adw_toast_set_button_label (toast, _ ("Undo"));
      adw_toast_set_timeout (toast, UNDO_SECONDS);
      adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
      g_object_set_data_full (G_OBJECT (toast), CHANGE, change_ref (change), change_unref);
      g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo), owner, 0);
    }
  g_object_set_data_full (owner, LAST_TOAST, g_object_ref (toast), g_object_unref);
  adw_toast_overlay_add_toast (owner, toast);
}

static void
add_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  const Change *change = data;

  if (ui_session_is_closing (change->session))
    return;
  gtk_label_set_label (owner, ok ? _ ("It is noted. You find it under Privacy.")
                                 : ui_words_error (error, UI_TOPIC_SHARE));
  gtk_widget_set_visible (owner, TRUE);
  if (ok)
    ui_session_catalog_changed (change->session);
}

void
ui_reminder_add (UiSession *session, UiLetter letter, const char *to, gint64 due, GtkLabel *told)
{
  const ScanReminder none = { NULL, 0, (ScanRemind) letter, (char *) to };

  if (!ui_session_is_closing (session))
    ui_task_run (told, session, TRUE, write_work, add_done, NULL,
                 change_new (session, &none, due, NULL), change_unref, NULL);
}

typedef struct
{
  UiSession *session;
  GPtrArray *reminders;
  void (*done) (gpointer owner, GPtrArray *reminders);
} ReadJob;

static void
read_job_free (gpointer data)
{
  ReadJob *job = data;

  g_object_unref (job->session);
  g_clear_pointer (&job->reminders, g_ptr_array_unref);
  g_free (job);
}

static gboolean
read_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  ReadJob *job = data;

  job->reminders = scan_library_reminders (ui_session_library (job->session));
  return TRUE;
}

static void
read_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  ReadJob *job = data;

  if (ok && !ui_session_is_closing (job->session))
    job->done (owner, job->reminders);
}

void
ui_reminders_read (gpointer owner, UiSession *session,
                   void (*done) (gpointer owner, GPtrArray *reminders))
{
  ReadJob *job = g_new0 (ReadJob, 1);

  job->session = g_object_ref (session);
  job->done = done;
  /* Behind imports, which add to what is read here. */
  ui_task_run (owner, session, TRUE, read_work, read_done, NULL, job, read_job_free, NULL);
}

gboolean
ui_reminder_is_due (const ScanReminder *reminder)
{
  return reminder->due <= g_get_real_time () / G_USEC_PER_SEC;
}

static gint64
in_a_month (gint64 due)
{
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GDateTime) from = g_date_time_new_from_unix_local (MAX (now, due));
  g_autoptr (GDateTime) then = from != NULL ? g_date_time_add_months (from, 1) : NULL;

  return then != NULL ? g_date_time_to_unix (then) : now;
}

static void
on_settle (GtkWidget *button)
{
  Change *change = g_object_get_data (G_OBJECT (button), CHANGE);
  GtkWidget *toasts = gtk_widget_get_ancestor (button, ADW_TYPE_TOAST_OVERLAY);

  if (toasts == NULL || ui_session_is_closing (change->session))
    return;
  gtk_widget_set_sensitive (gtk_widget_get_parent (button), FALSE);
  if (change->due == IN_A_MONTH)
    change->due = in_a_month (change->before);
  run (G_OBJECT (toasts), change_ref (change));
}

static void
add_button (GtkWidget *box, const char *label, const char *name, Change *change)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (button, "touch");
  g_object_set_data_full (G_OBJECT (button), CHANGE, change, change_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_settle), NULL);
  gtk_box_append (GTK_BOX (box), button);
}

static char *
title_of (const ScanReminder *reminder)
{
  const gboolean said = *reminder->to != '\0';

  if (reminder->of == SCAN_REMIND_SHARE)
    return said ? g_strdup_printf (_ ("%s: did they delete your copy?"), reminder->to)
                : g_strdup (_ ("Was your copy deleted?"));
  return said ? g_strdup_printf (_ ("%s: was your letter answered?"), reminder->to)
              : g_strdup (_ ("Was your letter answered?"));
}

void
ui_reminder_row_new (GtkListBox *list, UiSession *session, const ScanReminder *reminder)
{
  g_autofree char *day = ui_share_record_day (reminder->due);
  const gboolean of_share = reminder->of == SCAN_REMIND_SHARE;
  g_autofree char *title = title_of (reminder);
  g_autofree char *words = g_strdup_printf ("%s\n%s",
                                            of_share ? _ ("You shared it, and find it under Shared")
                                                     : ui_letter_title ((UiLetter) reminder->of),
                                            day);
  GtkWidget *row = ui_share_row_new (list, title, words);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  add_button (box, of_share ? _ ("Settled") : _ ("Answered"),
              of_share ? _ ("Settled: take this reminder away")
                       : _ ("Answered: take this reminder away"),
              change_new (session, reminder, 0, _ ("The reminder is done")));
  add_button (
      box, _ ("In a month"), _ ("Remind me again in a month"),
      change_new (session, reminder, IN_A_MONTH, _ ("The reminder comes again in a month")));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), of_share);
}
