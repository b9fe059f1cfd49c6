/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "planes_cut.h"

#include "task.h"

struct _UiPlanesCut
{
  GObject parent_instance;
  UiSession *session;
  ScanVolume *volume;
  UiCutFunc cut;
  gpointer owner; /* NULL once stopped */
  UiFrame *whole; /* stands for the block */
  guint at[SCAN_N_PLANES], done[SCAN_N_PLANES];
  UiBrightness brightness;
  guint look, done_look; /* numbers of a brightness */
  gboolean running, any;
};

G_DEFINE_FINAL_TYPE (UiPlanesCut, ui_planes_cut, G_TYPE_OBJECT)

typedef struct
{
  ScanVolume *volume;
  UiFrame *whole; /* NULL: to be made */
  UiBrightness brightness;
  guint at[SCAN_N_PLANES], look;
  gboolean wanted[SCAN_N_PLANES];
  UiRendered *rendered[SCAN_N_PLANES];
  UiFrame *frames[SCAN_N_PLANES];
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  for (guint i = 0; i < SCAN_N_PLANES; i++)
    {
      g_clear_pointer (&job->rendered[i], ui_rendered_unref);
      g_clear_pointer (&job->frames[i], ui_frame_unref);
    }
  g_clear_pointer (&job->whole, ui_frame_unref);
  g_clear_pointer (&job->volume, scan_volume_unref);
  g_free (job);
}

static UiFrame *
cut_frame (const Job *job, ScanPlane plane)
{
  ScanFrame *frame = scan_volume_slice (job->volume, plane, job->at[plane]);
  ScanBrightness recorded;
  double low, high;

  if (frame == NULL)
    return NULL;
  if (job->whole != NULL)
    return ui_frame_new (frame, &job->whole->recorded, job->whole->low, job->whole->high);
  scan_frame_default_brightness (frame, &recorded);
  scan_frame_range (frame, &low, &high);
  return ui_frame_new (frame, &recorded, low, high);
}

static gboolean
cut_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Job *job = data;

  /* One brightness for all, or it would flicker from slice to slice. */
  if (job->whole == NULL)
    job->whole = cut_frame (job, SCAN_PLANE_ACROSS);
  for (guint i = 0; i < SCAN_N_PLANES && job->whole != NULL; i++)
    {
      UiLook look = { .state = NULL };

      if (!job->wanted[i])
        continue;
      job->frames[i] = cut_frame (job, i);
      if (job->frames[i] == NULL)
        continue;
      ui_brightness_apply (&job->brightness, &job->frames[i]->recorded, &look.brightness);
      job->rendered[i] = ui_rendered_new (job->frames[i], &look);
    }
  return TRUE;
}

/* The last reference wipes the block. */
static void
forget (UiPlanesCut *self, ScanVolume *volume)
{
  ui_task_forget (self->session, volume, (GDestroyNotify) scan_volume_unref);
}

static void start (UiPlanesCut *self);

static void
cut_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiPlanesCut *self = owner;
  Job *job = data;

  self->running = FALSE;
  if (self->owner == NULL)
    {
      forget (self, g_steal_pointer (&job->volume));
      return;
    }
  if (self->whole == NULL && job->whole != NULL)
    self->whole = ui_frame_ref (job->whole);
  self->any = TRUE;
  self->done_look = job->look;
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    {
      if (!job->wanted[i])
        continue;
      self->done[i] = job->at[i];
      if (job->rendered[i] != NULL)
        self->cut (self->owner, i, job->at[i], job->rendered[i], job->frames[i]);
    }
  start (self);
}

gboolean
ui_planes_cut_is_ready (UiPlanesCut *self)
{
  if (!self->any || self->running || self->look != self->done_look)
    return FALSE;
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    if (self->at[i] != self->done[i])
      return FALSE;
  return TRUE;
}

static void
start (UiPlanesCut *self)
{
  Job *job;

  if (self->running || self->owner == NULL || ui_planes_cut_is_ready (self) ||
      ui_session_is_closing (self->session))
    return;
  self->running = TRUE;
  job = g_new0 (Job, 1);
  job->volume = scan_volume_ref (self->volume);
  if (self->whole != NULL)
    job->whole = ui_frame_ref (self->whole);
  job->brightness = self->brightness;
  job->look = self->look;
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    {
      job->at[i] = self->at[i];
      job->wanted[i] = !self->any || self->at[i] != self->done[i] || self->look != self->done_look;
    }
  ui_task_run (self, self->session, FALSE, cut_work, cut_done, NULL, job, job_free, NULL);
}

void
ui_planes_cut_want (UiPlanesCut *self, const guint at[SCAN_N_PLANES],
                    const UiBrightness *brightness)
{
  for (guint i = 0; i < SCAN_N_PLANES; i++)
    self->at[i] = at[i];
  if (self->brightness.own != brightness->own ||
      self->brightness.negative != brightness->negative ||
      self->brightness.chosen.center != brightness->chosen.center ||
      self->brightness.chosen.width != brightness->chosen.width)
    self->look++;
  self->brightness = *brightness;
  start (self);
}

UiFrame *
ui_planes_cut_frame (UiPlanesCut *self)
{
  return self->whole;
}

void
ui_planes_cut_stop (UiPlanesCut *self)
{
  self->owner = NULL;
  if (self->volume != NULL)
    forget (self, g_steal_pointer (&self->volume));
}

static void
ui_planes_cut_finalize (GObject *object)
{
  UiPlanesCut *self = UI_PLANES_CUT (object);

  g_clear_pointer (&self->whole, ui_frame_unref);
  g_clear_pointer (&self->volume, scan_volume_unref);
  g_object_unref (self->session);
  G_OBJECT_CLASS (ui_planes_cut_parent_class)->finalize (object);
}

static void
ui_planes_cut_class_init (UiPlanesCutClass *class)
{
  G_OBJECT_CLASS (class)->finalize = ui_planes_cut_finalize;
}

static void
ui_planes_cut_init (UiPlanesCut *self)
{
}

UiPlanesCut *
ui_planes_cut_new (UiSession *session, ScanVolume *volume, UiCutFunc cut, gpointer owner)
{
  UiPlanesCut *self = g_object_new (UI_TYPE_PLANES_CUT, NULL);

  self->session = g_object_ref (session);
  self->volume = scan_volume_ref (volume);
  self->cut = cut;
  self->owner = owner;
  return self;
}
