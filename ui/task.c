/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "task.h"

typedef struct
{
  gatomicrefcount refs;
  gpointer owner;
  UiSession *session;
  gboolean exclusive;
  UiWorkFunc work;
  UiDoneFunc done;
  UiProgressFunc on_progress;
  gpointer job;
  GDestroyNotify free_job;
  GCancellable *cancellable;
  gulong on_cancel; /* while the work is in line */

  GMutex lock; /* guards what follows */
  ScanProgress latest;
  char *latest_what;
  gboolean posted;
  gboolean finished;
} Task;

static void
task_unref (gpointer data)
{
  Task *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_object_unref (self->owner);
  g_free (self->latest_what);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
show_progress (gpointer data)
{
  Task *self = data;
  ScanProgress latest;
  g_autofree char *what = NULL;
  gboolean finished;

  g_mutex_lock (&self->lock);
  latest = self->latest;
  what = g_steal_pointer (&self->latest_what);
  latest.what = what;
  finished = self->finished;
  self->posted = FALSE;
  g_mutex_unlock (&self->lock);
  if (!finished)
    self->on_progress (self->owner, self->job, &latest);
  return G_SOURCE_REMOVE;
}

void
ui_task_progress (const ScanProgress *progress, gpointer user_data)
{
  Task *self = user_data;
  gboolean post;

  if (self->on_progress == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->latest = *progress;
  g_free (self->latest_what);
  self->latest_what = g_strdup (progress->what);
  post = !self->posted;
  self->posted = TRUE;
  g_mutex_unlock (&self->lock);
  if (post)
    {
      g_atomic_ref_count_inc (&self->refs);
      g_idle_add_full (G_PRIORITY_DEFAULT, show_progress, self, task_unref);
    }
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Task *self = data;
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, &error) ||
      !self->work (self->job, self, cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
finish (Task *self, gboolean ok, const GError *error)
{
  g_mutex_lock (&self->lock);
  self->finished = TRUE;
  g_mutex_unlock (&self->lock);
  self->done (self->owner, self->job, ok, error);
  if (self->free_job != NULL)
    self->free_job (self->job);
  if (self->session != NULL)
    ui_session_end_work (self->session, self->cancellable, self->exclusive);
  task_unref (self);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  finish (data, ok, error);
}

static void
stop_listening (Task *self)
{
  g_clear_signal_handler (&self->on_cancel, self->cancellable);
}

static void
start (gpointer data)
{
  Task *self = data;
  g_autoptr (GTask) task = NULL;

  stop_listening (self);
  task = g_task_new (self->owner, self->cancellable, on_done, self);

  /* What was done counts, even when the cancel came too late. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, run);
}

static gboolean
leave_line (gpointer data)
{
  Task *self = data;
  g_autoptr (GError) error = NULL;

  if (!ui_session_leave_line (self->session, start, self))
    return G_SOURCE_REMOVE;
  stop_listening (self);
  self->exclusive = FALSE;
  g_cancellable_set_error_if_cancelled (self->cancellable, &error);
  finish (self, FALSE, error);
  return G_SOURCE_REMOVE;
}

/* In any thread. Who stops work that waits for other work does not wait for that. */
static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Task *self = data;

  g_atomic_ref_count_inc (&self->refs);
  g_idle_add_full (G_PRIORITY_DEFAULT, leave_line, self, task_unref);
}

void
ui_task_run (gpointer owner, UiSession *session, gboolean exclusive, UiWorkFunc work,
             UiDoneFunc done, UiProgressFunc on_progress, gpointer job, GDestroyNotify free_job,
             GCancellable *cancellable)
{
  Task *self = g_new0 (Task, 1);

  g_atomic_ref_count_init (&self->refs);
  self->owner = g_object_ref (owner);
  self->session = session != NULL ? g_object_ref (session) : NULL;
  self->exclusive = exclusive;
  self->work = work;
  self->done = done;
  self->on_progress = on_progress;
  self->job = job;
  self->free_job = free_job;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  g_mutex_init (&self->lock);
  if (session != NULL && exclusive)
    self->on_cancel =
        g_signal_connect (self->cancellable, "cancelled", G_CALLBACK (on_cancelled), self);
  if (session != NULL)
    ui_session_begin_work (session, self->cancellable, exclusive, start, self);
  else
    start (self);
}

typedef struct
{
  gpointer data;
  GDestroyNotify free_data;
} Forgotten;

static gboolean
forget_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Forgotten *forgotten = data;

  forgotten->free_data (forgotten->data);
  return TRUE;
}

static void
forget_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
}

void
ui_task_forget (gpointer owner, gpointer data, GDestroyNotify free_data)
{
  Forgotten *forgotten = g_new (Forgotten, 1);

  *forgotten = (Forgotten){ data, free_data };
  ui_task_run (owner, NULL, FALSE, forget_work, forget_done, NULL, forgotten, g_free, NULL);
}
