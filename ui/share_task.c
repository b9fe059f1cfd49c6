/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_task.h"

#include "annotation.h"
#include "risk.h"
#include "task.h"

typedef struct
{
  UiSession *session;
  ScanLibrary *library;
  GArray *items;
  ScanSharePlan plan;
  char *to, *purpose, *place;
  GPtrArray *proposals; /* or NULL */
  GPtrArray *boxes;
  ScanShareResult *result;
  UiShareDoneFunc done;
  UiShareProgressFunc progress;
} ShareJob;

static void
share_job_free (gpointer data)
{
  ShareJob *job = data;

  g_clear_pointer (&job->result, scan_share_result_free);
  g_array_unref (job->items);
  g_ptr_array_unref (job->boxes);
  g_free (job->to);
  g_free (job->purpose);
  g_free (job->place);
  g_clear_pointer (&job->proposals, g_ptr_array_unref);
  g_object_unref (job->session);
  g_free (job);
}

static gboolean
share_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  ShareJob *job = data;

  return scan_share (job->library, (const ScanItem *) (gpointer) job->items->data, job->items->len,
                     job->place, &job->plan, ui_task_progress, progress, cancellable, &job->result,
                     error);
}

static void
share_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  ShareJob *job = data;

  if (ok && !ui_session_is_closing (job->session))
    {
      scan_catalog_set_shared (scan_library_catalog (job->library),
                               (const ScanItem *) (gpointer) job->items->data, job->items->len);
      ui_session_catalog_changed (job->session);
    }
  job->done (owner, job->result, ok ? job->place : NULL, error);
}

static gint64
delete_by (guint months)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = months > 0 ? g_date_time_add_months (now, (gint) months) : NULL;

  return then != NULL ? g_date_time_to_unix (then) : 0;
}

static void
share_progress (gpointer owner, gpointer data, const ScanProgress *progress)
{
  ShareJob *job = data;

  job->progress (owner, progress);
}

void
ui_share_run (gpointer owner, UiShareDraft *draft, UiShareDoneFunc done,
              UiShareProgressFunc progress, GCancellable *cancellable)
{
  ShareJob *job = g_new0 (ShareJob, 1);

  job->session = g_object_ref (draft->session);
  job->library = ui_session_library (draft->session);
  job->items = ui_share_draft_items (draft);
  job->boxes = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_box_free);
  ui_share_pictures_apply (draft->pictures, job->boxes);
  job->proposals = draft->proposals != NULL ? g_ptr_array_ref (draft->proposals) : NULL;
  job->to = *draft->to != '\0' ? g_strdup (draft->to) : NULL;
  job->purpose = g_strdup (draft->purpose);
  job->place = g_strdup (draft->place);
  job->done = done;
  job->progress = progress;
  job->plan = (ScanSharePlan){ .profile = draft->profile,
                               .to = job->to,
                               .purpose = job->purpose,
                               .delete_by = delete_by (draft->delete_months),
                               .keep_dates = draft->keep_dates,
                               .confirm_reviewed = draft->pictures->len > 0 &&
                                                   ui_share_pictures_looked (draft->pictures) ==
                                                       draft->pictures->len,
                               .leave_out_refused = draft->leave_out,
                               .boxes = job->boxes,
                               /* Marked, and left out of the share afterwards. */
                               .boxes_beyond = TRUE,
                               .proposals = job->proposals,
                               .zip = draft->zip,
                               .zip_words = draft->zip };
  ui_task_run (owner, draft->session, TRUE, share_work, share_done, share_progress, job,
               share_job_free, cancellable);
}
