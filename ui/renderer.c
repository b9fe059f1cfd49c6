/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "renderer.h"

#include "task.h"

typedef struct
{
  UiFrame *frame;
  UiLook look;
  guint tag, generation;
  UiRendered *rendered;
} Job;

struct _UiRenderer
{
  GObject parent_instance;
  UiSession *session;
  UiRenderedFunc shown;
  gpointer owner; /* NULL once stopped */
  gboolean running;
  Job *next;        /* the wish that waits for the one that runs */
  guint generation; /* of wishes that are still to be shown */
};

G_DEFINE_FINAL_TYPE (UiRenderer, ui_renderer, G_TYPE_OBJECT)

static void
job_free (gpointer data)
{
  Job *job = data;

  ui_frame_unref (job->frame);
  scan_presentation_unref (job->look.state);
  g_clear_pointer (&job->rendered, ui_rendered_unref);
  g_free (job);
}

static void
ui_renderer_finalize (GObject *object)
{
  UiRenderer *self = UI_RENDERER (object);

  g_clear_pointer (&self->next, job_free);
  g_object_unref (self->session);
  G_OBJECT_CLASS (ui_renderer_parent_class)->finalize (object);
}

static void
ui_renderer_class_init (UiRendererClass *class)
{
  G_OBJECT_CLASS (class)->finalize = ui_renderer_finalize;
}

static void
ui_renderer_init (UiRenderer *self)
{
}

UiRenderer *
ui_renderer_new (UiSession *session, UiRenderedFunc shown, gpointer owner)
{
  UiRenderer *self = g_object_new (UI_TYPE_RENDERER, NULL);

  self->session = g_object_ref (session);
  self->shown = shown;
  self->owner = owner;
  return self;
}

static gboolean
render_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Job *job = data;

  job->rendered = ui_rendered_new (job->frame, &job->look);
  return TRUE;
}

static void run (UiRenderer *self, Job *job);

static void
render_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiRenderer *self = owner;
  Job *job = data, *next = g_steal_pointer (&self->next);

  self->running = FALSE;
  /* A wish for another picture makes this one one too many. */
  if (self->owner != NULL && job->rendered != NULL && job->generation == self->generation &&
      (next == NULL || next->tag == job->tag))
    self->shown (self->owner, job->rendered, job->frame, &job->look, job->tag);
  if (next != NULL)
    run (self, next);
}

static void
run (UiRenderer *self, Job *job)
{
  self->running = TRUE;
  ui_task_run (self, self->session, FALSE, render_work, render_done, NULL, job, job_free, NULL);
}

void
ui_renderer_want (UiRenderer *self, UiFrame *frame, const UiLook *look, guint tag)
{
  Job *job;

  if (self->owner == NULL)
    return;
  if (!ui_rendered_is_slow (frame))
    {
      g_autoptr (UiRendered) rendered = ui_rendered_new (frame, look);

      ui_renderer_forget (self);
      if (rendered != NULL)
        self->shown (self->owner, rendered, frame, look, tag);
      return;
    }
  job = g_new0 (Job, 1);
  job->frame = ui_frame_ref (frame);
  job->look = *look;
  if (look->state != NULL)
    scan_presentation_ref (look->state);
  job->tag = tag;
  job->generation = self->generation;
  g_clear_pointer (&self->next, job_free);
  if (self->running)
    self->next = job;
  else
    run (self, job);
}

void
ui_renderer_forget (UiRenderer *self)
{
  self->generation++;
  g_clear_pointer (&self->next, job_free);
}

void
ui_renderer_stop (UiRenderer *self)
{
  ui_renderer_forget (self);
  self->owner = NULL;
}
