/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frame_store.h"

#include "error.h"
#include "task.h"
#include "words.h"

#define MEMORY_MAX ((gsize) 256 * 1024 * 1024)
#define AHEAD 32
#define BEHIND 8
#define DECODERS 3 /* more than cores, so that a slow frame does not hold up the rest */

typedef struct
{
  const ScanInstance *instance;
  guint frame; /* of the instance */
  UiFrame *decoded;
  const char *problem;
  GCancellable *loading;
} Slot;

struct _UiFrameStore
{
  GObject parent_instance;
  UiSession *session;
  GArray *slots; /* Slot */
  guint current;
  int direction;
  gsize memory;
  guint decoders;
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (UiFrameStore, ui_frame_store, G_TYPE_OBJECT)

enum
{
  SIGNAL_SETTLED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

UiFrame *
ui_frame_new (ScanFrame *frame, const ScanBrightness *recorded, double low, double high)
{
  UiFrame *self = g_new0 (UiFrame, 1);

  g_atomic_ref_count_init (&self->refs);
  self->frame = frame;
  self->bytes = g_bytes_get_size (frame->pixels);
  self->recorded = *recorded;
  self->low = low;
  self->high = high;
  return self;
}

UiFrame *
ui_frame_ref (UiFrame *frame)
{
  g_atomic_ref_count_inc (&frame->refs);
  return frame;
}

void
ui_frame_unref (UiFrame *frame)
{
  if (!g_atomic_ref_count_dec (&frame->refs))
    return;
  scan_frame_free (frame->frame);
  g_free (frame);
}

static void
slot_clear (gpointer data)
{
  Slot *slot = data;

  g_clear_pointer (&slot->decoded, ui_frame_unref);
  g_clear_object (&slot->loading);
}

static void
ui_frame_store_finalize (GObject *object)
{
  UiFrameStore *self = UI_FRAME_STORE (object);

  g_array_unref (self->slots);
  g_object_unref (self->session);
  G_OBJECT_CLASS (ui_frame_store_parent_class)->finalize (object);
}

static void
ui_frame_store_class_init (UiFrameStoreClass *class)
{
  G_OBJECT_CLASS (class)->finalize = ui_frame_store_finalize;
  signals[SIGNAL_SETTLED] = g_signal_new ("settled", UI_TYPE_FRAME_STORE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
ui_frame_store_init (UiFrameStore *self)
{
  self->slots = g_array_new (FALSE, TRUE, sizeof (Slot));
  g_array_set_clear_func (self->slots, slot_clear);
}

UiFrameStore *
ui_frame_store_new (UiSession *session, const GPtrArray *instances)
{
  UiFrameStore *self = g_object_new (UI_TYPE_FRAME_STORE, NULL);

  self->session = g_object_ref (session);
  for (guint i = 0; i < instances->len; i++)
    {
      const ScanInstance *instance = g_ptr_array_index (instances, i);

      for (guint frame = 0; frame < instance->frames; frame++)
        {
          Slot slot = { .instance = instance, .frame = frame };

          g_array_append_val (self->slots, slot);
        }
    }
  return self;
}

guint
ui_frame_store_count (UiFrameStore *self)
{
  return self->slots->len;
}

static Slot *
slot_at (UiFrameStore *self, guint index)
{
  return &g_array_index (self->slots, Slot, index);
}

const ScanInstance *
ui_frame_store_instance (UiFrameStore *self, guint index, guint *ret_frame)
{
  *ret_frame = slot_at (self, index)->frame;
  return slot_at (self, index)->instance;
}

static guint
distance (UiFrameStore *self, guint index)
{
  return index > self->current ? index - self->current : self->current - index;
}

/* Throws away what is furthest from the current frame. */
static void
keep_in_budget (UiFrameStore *self)
{
  while (self->memory > MEMORY_MAX)
    {
      guint worst = self->current;

      for (guint i = 0; i < self->slots->len; i++)
        if (slot_at (self, i)->decoded != NULL && distance (self, i) > distance (self, worst))
          worst = i;
      if (worst == self->current)
        return;
      self->memory -= slot_at (self, worst)->decoded->bytes;
      g_clear_pointer (&slot_at (self, worst)->decoded, ui_frame_unref);
    }
}

typedef struct
{
  ScanLibrary *library;
  const ScanInstance *instance;
  guint frame;
  guint index;
  UiFrame *decoded;
} DecodeJob;

static void
decode_job_free (gpointer data)
{
  DecodeJob *job = data;

  g_clear_pointer (&job->decoded, ui_frame_unref);
  g_free (job);
}

static gboolean
decode_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  DecodeJob *job = data;
  ScanFrame *frame =
      scan_library_frame (job->library, job->instance, job->frame, cancellable, error);
  ScanBrightness recorded;
  double low, high;

  if (frame == NULL)
    return FALSE;
  scan_frame_default_brightness (frame, &recorded);
  scan_frame_range (frame, &low, &high);
  job->decoded = ui_frame_new (frame, &recorded, low, high);
  return TRUE;
}

static void start_decoders (UiFrameStore *self);

static void
decode_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiFrameStore *self = owner;
  DecodeJob *job = data;
  Slot *slot = slot_at (self, job->index);

  self->decoders--;
  g_clear_object (&slot->loading);
  if (self->stopped)
    return;
  if (ok)
    {
      slot->decoded = g_steal_pointer (&job->decoded);
      self->memory += slot->decoded->bytes;
      keep_in_budget (self);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    slot->problem = ui_words_error (error, UI_TOPIC_PICTURE);
  start_decoders (self);
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0, job->index);
}

static void
decode (UiFrameStore *self, guint index)
{
  Slot *slot = slot_at (self, index);
  DecodeJob *job;

  if (!slot->instance->renderable)
    {
      const GError unsupported = { SCAN_ERROR, SCAN_ERROR_UNSUPPORTED, NULL };

      slot->problem = ui_words_error (&unsupported, UI_TOPIC_PICTURE);
      return;
    }
  job = g_new0 (DecodeJob, 1);
  job->library = ui_session_library (self->session);
  job->instance = slot->instance;
  job->frame = slot->frame;
  job->index = index;
  slot->loading = g_cancellable_new ();
  self->decoders++;
  ui_task_run (self, self->session, FALSE, decode_work, decode_done, NULL, job, decode_job_free,
               slot->loading);
}

/* The next frame worth decoding: the current one, then those ahead, then those behind. */
static gboolean
next_wanted (UiFrameStore *self, guint *ret_index)
{
  const UiFrame *sample = slot_at (self, self->current)->decoded;
  /* Half of the memory for what lies ahead, so that the way back is not thrown away. */
  guint fits =
      sample != NULL ? (guint) MIN (MEMORY_MAX / 2 / MAX (sample->bytes, 1), AHEAD) : AHEAD;

  for (guint i = 0; i <= AHEAD + BEHIND; i++)
    {
      gint64 offset = i <= AHEAD ? (gint64) i : (gint64) AHEAD - i;
      gint64 index = (gint64) self->current + offset * self->direction;
      const Slot *slot;

      if (index < 0 || index >= self->slots->len || ABS (offset) > fits)
        continue;
      slot = slot_at (self, (guint) index);
      if (slot->decoded != NULL || slot->loading != NULL || slot->problem != NULL)
        continue;
      *ret_index = (guint) index;
      return TRUE;
    }
  return FALSE;
}

static void
start_decoders (UiFrameStore *self)
{
  guint index;

  while (self->decoders < DECODERS && !ui_session_is_closing (self->session) &&
         next_wanted (self, &index))
    decode (self, index);
}

void
ui_frame_store_go (UiFrameStore *self, guint index, int direction)
{
  if (index >= self->slots->len || self->stopped)
    return;
  self->current = index;
  self->direction = direction < 0 ? -1 : 1;
  for (guint i = 0; i < self->slots->len; i++)
    if (slot_at (self, i)->loading != NULL && distance (self, i) > AHEAD)
      g_cancellable_cancel (slot_at (self, i)->loading);
  start_decoders (self);
}

UiFrame *
ui_frame_store_get (UiFrameStore *self, guint index)
{
  return index < self->slots->len ? slot_at (self, index)->decoded : NULL;
}

const char *
ui_frame_store_problem (UiFrameStore *self, guint index)
{
  return index < self->slots->len ? slot_at (self, index)->problem : NULL;
}

void
ui_frame_store_stop (UiFrameStore *self)
{
  GPtrArray *decoded = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_frame_unref);

  self->stopped = TRUE;
  for (guint i = 0; i < self->slots->len; i++)
    {
      Slot *slot = slot_at (self, i);

      if (slot->loading != NULL)
        g_cancellable_cancel (slot->loading);
      if (slot->decoded != NULL)
        g_ptr_array_add (decoded, g_steal_pointer (&slot->decoded));
    }
  ui_task_forget (self, decoded, (GDestroyNotify) g_ptr_array_unref);
}
