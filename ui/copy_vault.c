/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "copy_vault.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ask.h"
#include "backup.h"
#include "error.h"
#include "file_chooser.h"
#include "place.h"
#include "task.h"
#include "words.h"

typedef struct
{
  UiSession *session;
  char *folder;
  ScanBackupResult result;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  scan_backup_result_clear (&job->result);
  g_object_unref (job->session);
  g_free (job->folder);
  g_free (job);
}

static gboolean
copy_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Job *job = data;

  return scan_backup_run (ui_session_library (job->session), job->folder, FALSE, ui_task_progress,
                          progress, cancellable, &job->result, error);
}

static void
copy_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  AdwMessageDialog *dialog = owner;
  Job *job = data;

  /* Closed by Cancel, or by the lock. */
  if (!gtk_widget_get_visible (GTK_WIDGET (dialog)))
    return;
  adw_message_dialog_set_extra_child (dialog, NULL);
  adw_message_dialog_set_response_label (dialog, "cancel", _ ("Close"));
  if (!ok)
    {
      adw_message_dialog_set_heading (dialog, _ ("The vault was not copied"));
      adw_message_dialog_set_body (dialog, g_error_matches (error, SCAN_ERROR, SCAN_ERROR_EXISTS)
                                               ? _ ("That folder holds something else. Choose an "
                                                    "empty one, or one with an earlier copy.")
                                               : ui_words_error (error, UI_TOPIC_COPY));
    }
  else if (job->result.damaged->len > 0)
    {
      adw_message_dialog_set_heading (dialog, _ ("Copied, but for damaged files"));
      adw_message_dialog_set_body (dialog, _ ("Some files of your vault are damaged and were left "
                                              "out. Check your vault."));
    }
  else
    {
      adw_message_dialog_set_heading (dialog, _ ("Your vault is copied"));
      adw_message_dialog_set_body (dialog, _ ("Every file was read back and compared. The copy "
                                              "opens with the same passphrase."));
    }
}

static const char *
may_stop (void)
{
  return _ ("You may stop at any time; the next copy goes on from there.");
}

static void
copy_progress (gpointer owner, gpointer data, const ScanProgress *progress)
{
  GtkWidget *bar = adw_message_dialog_get_extra_child (ADW_MESSAGE_DIALOG (owner));

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (owner), may_stop ());
  if (GTK_IS_PROGRESS_BAR (bar) && progress->total > 0)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar),
                                   (double) progress->done / (double) progress->total);
}

static gboolean
is_empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

/* The chosen folder itself where that can be; else a folder in it, named like the vault. */
static char *
place_in (const char *chosen, const char *vault)
{
  g_autofree char *name = g_path_get_basename (vault);

  if (scan_folder_is_vault (chosen) || is_empty (chosen))
    return g_strdup (chosen);
  return g_build_filename (chosen, name, NULL);
}

static void
on_cancel (AdwMessageDialog *dialog, const char *response, GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
folder_chosen (gpointer owner, char **paths)
{
  GtkWindow *parent = owner;
  UiSession *session = g_object_get_data (G_OBJECT (parent), "copy-session");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  AdwMessageDialog *dialog;
  GtkWidget *bar;
  Job *job;

  if (session == NULL || ui_session_is_closing (session))
    return;
  dialog =
      ui_ask_new (parent, session, _ ("Copying your vault…"),
                  ui_session_is_busy (session) ? ui_words_waiting () : may_stop (), _ ("Cancel"));
  bar = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress"), -1);
  adw_message_dialog_set_extra_child (dialog, bar);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_cancel), g_object_ref (cancellable),
                         (GClosureNotify) (void (*) (void)) g_object_unref, 0);
  job = g_new0 (Job, 1);
  job->session = g_object_ref (session);
  job->folder = place_in (paths[0], scan_library_folder (ui_session_library (session)));
  gtk_window_present (GTK_WINDOW (dialog));
  ui_task_run (dialog, session, TRUE, copy_work, copy_done, copy_progress, job, job_free,
               cancellable);
}

static void
on_asked (AdwMessageDialog *dialog, const char *response, GtkWindow *parent)
{
  UiSession *session = g_object_get_data (G_OBJECT (parent), "copy-session");

  if (g_str_equal (response, "choose") && session != NULL && !ui_session_is_closing (session))
    ui_choose_files (parent, _ ("Copy Your Vault To"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, FALSE,
                     G_OBJECT (session), folder_chosen, parent);
}

static char *
last_copied (UiSession *session)
{
  gint64 last = scan_backup_last (ui_session_library (session), NULL);
  g_autoptr (GDateTime) when = last > 0 ? g_date_time_new_from_unix_local (last) : NULL;
  g_autofree char *date = ui_words_day (when);

  if (when == NULL)
    return g_strdup (_ ("It has never been copied. A stick or a second disk saves your scans when "
                        "this computer is lost. The copy is locked like the vault itself."));
  return g_strdup_printf (
      _ ("Last copied: %s. Choose the same place again to bring that copy up to "
         "date, or another."),
      date);
}

void
ui_copy_vault (GtkWindow *parent, UiSession *session)
{
  g_autofree char *last = last_copied (session);
  AdwMessageDialog *dialog =
      ui_ask_new (parent, session, _ ("Copy your vault"), last, _ ("Cancel"));

  g_object_set_data_full (G_OBJECT (parent), "copy-session", g_object_ref (session),
                          g_object_unref);
  adw_message_dialog_add_response (dialog, "choose", _ ("Choose a place…"));
  adw_message_dialog_set_response_appearance (dialog, "choose", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "choose");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_asked), parent, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
