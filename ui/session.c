/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

typedef struct
{
  void (*func) (gpointer user_data);
  gpointer user_data;
} Callback;

struct _UiSession
{
  GObject parent_instance;
  ScanLibrary *library;
  GPtrArray *cancellables; /* of all work that has begun or waits */
  GQueue waiting;          /* Callback: exclusive work in line */
  gboolean exclusive_runs;
  gboolean closing;
  gboolean close_started;
  GArray *when_closed; /* Callback */
};

G_DEFINE_FINAL_TYPE (UiSession, ui_session, G_TYPE_OBJECT)

enum
{
  SIGNAL_CLOSING,
  SIGNAL_CATALOG_CHANGED,
  SIGNAL_NOTICES_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
ui_session_finalize (GObject *object)
{
  UiSession *self = UI_SESSION (object);

  g_clear_pointer (&self->library, scan_library_close);
  g_clear_pointer (&self->cancellables, g_ptr_array_unref);
  g_clear_pointer (&self->when_closed, g_array_unref);
  G_OBJECT_CLASS (ui_session_parent_class)->finalize (object);
}

static void
ui_session_class_init (UiSessionClass *class)
{
  G_OBJECT_CLASS (class)->finalize = ui_session_finalize;
  signals[SIGNAL_CLOSING] = g_signal_new ("closing", UI_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CATALOG_CHANGED] = g_signal_new (
      "catalog-changed", UI_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NOTICES_CHANGED] = g_signal_new (
      "notices-changed", UI_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_session_init (UiSession *self)
{
  self->cancellables = g_ptr_array_new_with_free_func (g_object_unref);
  self->when_closed = g_array_new (FALSE, FALSE, sizeof (Callback));
  g_queue_init (&self->waiting);
}

UiSession *
ui_session_new (ScanLibrary *library)
{
  UiSession *self = g_object_new (UI_TYPE_SESSION, NULL);

  self->library = library;
  return self;
}

ScanLibrary *
ui_session_library (UiSession *self)
{
  return self->library;
}

ScanCatalog *
ui_session_catalog (UiSession *self)
{
  return scan_library_catalog (self->library);
}

gboolean
ui_session_is_closing (UiSession *self)
{
  return self->closing;
}

gboolean
ui_session_is_busy (UiSession *self)
{
  return self->exclusive_runs || !g_queue_is_empty (&self->waiting);
}

void
ui_session_catalog_changed (UiSession *self)
{
  if (!self->closing)
    g_signal_emit (self, signals[SIGNAL_CATALOG_CHANGED], 0);
}

void
ui_session_notices_changed (UiSession *self)
{
  if (!self->closing)
    g_signal_emit (self, signals[SIGNAL_NOTICES_CHANGED], 0);
}

static void
close_thread (GTask *task, gpointer source, gpointer library, GCancellable *cancellable)
{
  scan_library_close (library);
  g_task_return_boolean (task, TRUE);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  UiSession *self = UI_SESSION (source);

  for (guint i = 0; i < self->when_closed->len; i++)
    {
      Callback *callback = &g_array_index (self->when_closed, Callback, i);

      callback->func (callback->user_data);
    }
  g_array_set_size (self->when_closed, 0);
}

static void
close_when_idle (UiSession *self)
{
  g_autoptr (GTask) task = NULL;

  if (!self->closing || self->close_started || self->cancellables->len > 0)
    return;
  self->close_started = TRUE;
  task = g_task_new (self, NULL, on_closed, NULL);
  g_task_set_task_data (task, g_steal_pointer (&self->library), NULL);
  g_task_run_in_thread (task, close_thread);
}

void
ui_session_close (UiSession *self, void (*done) (gpointer user_data), gpointer user_data)
{
  Callback callback = { done, user_data };
  G_GNUC_UNUSED g_autoptr (UiSession) keep = g_object_ref (self);

  g_array_append_val (self->when_closed, callback);
  if (!self->closing)
    {
      self->closing = TRUE;
      g_signal_emit (self, signals[SIGNAL_CLOSING], 0);
      for (guint i = 0; i < self->cancellables->len; i++)
        g_cancellable_cancel (g_ptr_array_index (self->cancellables, i));
    }
  close_when_idle (self);
}

static void
start_next (UiSession *self)
{
  Callback *next = self->exclusive_runs ? NULL : g_queue_pop_head (&self->waiting);

  if (next == NULL)
    return;
  self->exclusive_runs = TRUE;
  next->func (next->user_data);
  g_free (next);
}

void
ui_session_begin_work (UiSession *self, GCancellable *cancellable, gboolean exclusive,
                       void (*start) (gpointer user_data), gpointer user_data)
{
  g_ptr_array_add (self->cancellables, g_object_ref (cancellable));
  if (self->closing)
    g_cancellable_cancel (cancellable);
  if (exclusive)
    {
      Callback *callback = g_new (Callback, 1);

      *callback = (Callback){ start, user_data };
      g_queue_push_tail (&self->waiting, callback);
      start_next (self);
    }
  else
    start (user_data);
}

gboolean
ui_session_leave_line (UiSession *self, void (*start) (gpointer user_data), gpointer user_data)
{
  for (GList *at = self->waiting.head; at != NULL; at = at->next)
    {
      Callback *callback = at->data;

      if (callback->func != start || callback->user_data != user_data)
        continue;
      g_queue_delete_link (&self->waiting, at);
      g_free (callback);
      return TRUE;
    }
  return FALSE;
}

void
ui_session_end_work (UiSession *self, GCancellable *cancellable, gboolean exclusive)
{
  g_ptr_array_remove_fast (self->cancellables, cancellable);
  if (exclusive)
    {
      self->exclusive_runs = FALSE;
      start_next (self);
    }
  close_when_idle (self);
}
