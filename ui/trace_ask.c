/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace_ask.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "share.h"
#include "share_words.h"
#include "task.h"
#include "words.h"

typedef struct
{
  UiSession *session;
  ScanLibrary *library;
  GtkLabel *state;
  GStrv paths;
  GPtrArray *matches, *failed, *shares;
} TraceJob;

static void
trace_job_free (gpointer data)
{
  TraceJob *job = data;

  g_clear_pointer (&job->matches, g_ptr_array_unref);
  g_clear_pointer (&job->failed, g_ptr_array_unref);
  g_clear_pointer (&job->shares, g_ptr_array_unref);
  g_strfreev (job->paths);
  g_object_unref (job->state);
  g_object_unref (job->session);
  g_free (job);
}

static gboolean
trace_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  TraceJob *job = data;

  job->shares = scan_library_shares (job->library);
  return scan_trace (job->library, job->paths, ui_task_progress, progress, cancellable,
                     &job->matches, &job->failed, error);
}

static const ScanShareRecord *
record_of (const TraceJob *job, const char *share_id)
{
  for (guint i = 0; i < job->shares->len; i++)
    {
      const ScanShareRecord *record = g_ptr_array_index (job->shares, i);

      if (g_str_equal (record->share_id, share_id))
        return record;
    }
  return NULL;
}

static const char *
evidence_words (ScanEvidence evidence)
{
  if (evidence & SCAN_EVIDENCE_FILE)
    return _ ("It is this copy, to the byte.");
  if (evidence & (SCAN_EVIDENCE_UID | SCAN_EVIDENCE_PSEUDONYM))
    return _ ("It carries numbers that only this copy has.");
  return _ ("It shows a picture that was in this copy. Other copies of the same scan may have it, "
            "too.");
}

static void
add_match (GString *words, const TraceJob *job, const ScanTraceMatch *match)
{
  const ScanShareRecord *record = record_of (job, match->share_id);
  g_autofree char *base = g_path_get_basename (match->path);
  g_autofree char *name = g_utf8_make_valid (base, -1);
  g_autoptr (GDateTime) when =
      record != NULL ? g_date_time_new_from_unix_local (record->date) : NULL;
  g_autofree char *date = ui_words_day (when);

  if (words->len > 0)
    g_string_append (words, "\n\n");
  g_string_append_printf (
      words, _ ("“%s” is from the copy that you made on %s for %s (%s). %s"), name, date,
      *match->to != '\0' ? match->to : _ ("somebody you did not note"),
      record != NULL ? ui_words_profile (record->profile) : "?", evidence_words (match->evidence));
}

static void
trace_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  TraceJob *job = data;
  g_autoptr (GString) words = g_string_new ("");
  const char *heading;

  if (ui_session_is_closing (job->session) || !gtk_widget_get_visible (owner))
    return;
  gtk_widget_set_visible (GTK_WIDGET (job->state), FALSE);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  for (guint i = 0; ok && i < job->matches->len; i++)
    add_match (words, job, g_ptr_array_index (job->matches, i));
  if (!ok || (job->matches->len == 0 && job->failed->len > 0))
    {
      heading = _ ("This could not be read");
      g_string_assign (words, ok ? _ ("Please give a file, not a folder, and try again.")
                                 : ui_words_error (error, UI_TOPIC_SHARE));
    }
  else if (job->matches->len > 0)
    heading = _ ("Yes, it is from a copy of yours");
  else
    {
      heading = _ ("No copy of yours is known by this file");
      g_string_assign (words, _ ("That is no proof: whoever changes the pictures and removes all "
                                 "numbers makes a copy that cannot be recognised."));
    }
  gtk_window_present (
      GTK_WINDOW (ui_ask_new (owner, job->session, heading, words->str, _ ("Close"))));
}

void
ui_trace_ask (GtkWindow *parent, UiSession *session, char **paths, GtkLabel *state)
{
  TraceJob *job;

  if (ui_session_is_closing (session))
    return;
  job = g_new0 (TraceJob, 1);
  job->session = g_object_ref (session);
  job->library = ui_session_library (session);
  job->paths = g_strdupv (paths);
  job->state = g_object_ref (state);
  gtk_label_set_label (state, ui_session_is_busy (session) ? ui_words_waiting ()
                                                           : _ ("Comparing with your copies…"));
  gtk_widget_set_visible (GTK_WIDGET (state), TRUE);
  ui_task_run (parent, session, TRUE, trace_work, trace_done, NULL, job, trace_job_free, NULL);
}
