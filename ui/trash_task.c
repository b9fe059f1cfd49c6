/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trash_task.h"

#include "task.h"

typedef struct
{
  UiSession *session;
  ScanTrashJob *trash;
  ScanItem *items;
  guint n_items;
  gboolean only_here;
  UiTrashDone done;
  UiTrashProgress on_progress;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->session);
  g_free (job->items);
  g_free (job);
}

static gboolean
trash_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Job *job = data;

  return scan_trash_run (job->trash, job->only_here, ui_task_progress, progress, cancellable,
                         error);
}

static void
trash_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  Job *job = data;
  g_auto (ScanTrashResult) result = { 0 };

  scan_trash_apply (job->trash, &result);
  if (ui_session_is_closing (job->session))
    return;
  if (ok)
    ui_session_catalog_changed (job->session);
  job->done (owner, job->session, job->items, job->n_items, ok, &result, error);
}

static void
trash_progress (gpointer owner, gpointer data, const ScanProgress *progress)
{
  Job *job = data;

  if (progress->total > 0 && !ui_session_is_closing (job->session))
    job->on_progress (owner, (double) progress->done / (double) progress->total);
}

static void
start (gpointer owner, UiSession *session, ScanTrashAction action, const ScanItem *items,
       guint n_items, gboolean only_here, GCancellable *cancellable, UiTrashDone done,
       UiTrashProgress on_progress)
{
  Job *job = g_new0 (Job, 1);

  job->session = g_object_ref (session);
  job->trash = scan_trash_new (ui_session_library (session), action, items, n_items);
  job->items = g_memdup2 (items, n_items * sizeof *items);
  job->n_items = n_items;
  job->only_here = only_here;
  job->done = done;
  job->on_progress = on_progress;
  ui_task_run (owner, session, TRUE, trash_work, trash_done,
               on_progress != NULL ? trash_progress : NULL, job, job_free, cancellable);
}

void
ui_trash_run (gpointer owner, UiSession *session, ScanTrashAction action, const ScanItem *item,
              gboolean only_here, GCancellable *cancellable, UiTrashDone done,
              UiTrashProgress on_progress)
{
  start (owner, session, action, item, item != NULL ? 1 : 0, only_here, cancellable, done,
         on_progress);
}

void
ui_trash_run_many (gpointer owner, UiSession *session, ScanTrashAction action,
                   const ScanItem *items, guint n_items, UiTrashDone done)
{
  start (owner, session, action, items, n_items, FALSE, NULL, done, NULL);
}
