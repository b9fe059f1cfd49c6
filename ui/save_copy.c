/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "save_copy.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "file_chooser.h"
#include "task.h"
#include "words.h"

#define ASKED "ui-save-copy"

/* What was asked for, kept by the question. */
typedef struct
{
  UiSession *session;
  ScanItem item;
  AdwToastOverlay *toasts;
  char *folder; /* once it is chosen */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->session);
  g_object_unref (job->toasts);
  g_free (job->folder);
  g_free (job);
}

static gboolean
copy_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Job *job = data;
  ScanExportResult result = { 0 };
  gboolean ok = scan_library_export (ui_session_library (job->session), &job->item, 1, job->folder,
                                     ui_task_progress, progress, cancellable, &result, error);

  if (ok && result.failed != NULL && result.failed->len > 0)
    {
      const ScanFailure *failure = g_ptr_array_index (result.failed, 0);

      g_set_error_literal (error, failure->domain, failure->error_code, failure->message);
      ok = FALSE;
    }
  scan_export_result_clear (&result);
  return ok;
}

static void
copy_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  Job *job = data;

  adw_toast_overlay_add_toast (job->toasts,
                               adw_toast_new (ok ? _ ("An unlocked copy was saved.")
                                                 : ui_words_error (error, UI_TOPIC_COPY)));
}

/* The dialog is the owner: it holds the job, and is gone with the session. */
static void
folder_chosen (gpointer dialog, char **paths)
{
  Job *job = g_object_steal_data (dialog, ASKED);

  if (job == NULL)
    return;
  if (ui_session_is_closing (job->session))
    {
      job_free (job);
      return;
    }
  job->folder = g_strdup (paths[0]);
  ui_task_run (job->toasts, job->session, FALSE, copy_work, copy_done, NULL, job, job_free, NULL);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, GtkWindow *parent)
{
  const Job *job = g_object_get_data (G_OBJECT (dialog), ASKED);

  if (g_str_equal (response, "save") && !ui_session_is_closing (job->session))
    ui_choose_files (parent, _ ("Save an Unlocked Copy In"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                     FALSE, G_OBJECT (job->session), folder_chosen, dialog);
}

void
ui_save_copy (GtkWindow *parent, UiSession *session, const ScanItem *item, AdwToastOverlay *toasts)
{
  AdwMessageDialog *dialog =
      ui_ask_new (parent, session, _ ("Save an unlocked copy?"),
                  _ ("Anybody who finds the copy can read it. The document in your vault stays "
                     "locked."),
                  _ ("Cancel"));
  Job *job = g_new0 (Job, 1);

  job->session = g_object_ref (session);
  job->item = *item;
  job->toasts = g_object_ref (toasts);
  g_object_set_data_full (G_OBJECT (dialog), ASKED, job, job_free);
  adw_message_dialog_add_response (dialog, "save", _ ("Save a copy…"));
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), parent, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
