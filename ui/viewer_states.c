/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_states.h"

#include <glib/gi18n.h>
#include <string.h>

#include "plainname.h"
#include "task.h"

#define STATES_MAX 50 /* of a study */

struct _UiViewerStates
{
  GObject parent_instance;
  UiSession *session;
  GPtrArray *members; /* 32 bytes each, still to be read, the next one last */
  GPtrArray *read;    /* ScanPresentation, the latest first */
  gboolean has_choice;
  ScanPresentation *choice; /* of read, or NULL */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (UiViewerStates, ui_viewer_states, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

typedef struct
{
  ScanLibrary *library;
  guint8 member[32];
  ScanPresentation *state;
} ReadJob;

static void
read_job_free (gpointer data)
{
  ReadJob *job = data;

  scan_presentation_unref (job->state);
  g_free (job);
}

static gboolean
read_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  ReadJob *job = data;

  job->state = scan_library_presentation (job->library, job->member, cancellable, error);
  return job->state != NULL;
}

static void read_next (UiViewerStates *self);

static void
add_state (UiViewerStates *self, ScanPresentation *state)
{
  guint at = 0;

  while (at < self->read->len && strcmp (scan_presentation_made (self->read->pdata[at]),
                                         scan_presentation_made (state)) >= 0)
    at++;
  g_ptr_array_insert (self->read, (gint) at, state);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* One that cannot be read stands in the strip, and says so when it is opened. */
static void
read_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiViewerStates *self = owner;
  ReadJob *job = data;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (ok)
    add_state (self, g_steal_pointer (&job->state));
  read_next (self);
}

static void
read_next (UiViewerStates *self)
{
  ReadJob *job;
  g_autofree guint8 *member = NULL;

  if (self->members->len == 0 || ui_session_is_closing (self->session))
    return;
  member = g_ptr_array_steal_index (self->members, self->members->len - 1);
  job = g_new0 (ReadJob, 1);
  job->library = ui_session_library (self->session);
  memcpy (job->member, member, sizeof job->member);
  ui_task_run (self, self->session, FALSE, read_work, read_done, NULL, job, read_job_free,
               self->cancellable);
}

static void
ui_viewer_states_finalize (GObject *object)
{
  UiViewerStates *self = UI_VIEWER_STATES (object);

  g_ptr_array_unref (self->members);
  g_ptr_array_unref (self->read);
  g_object_unref (self->session);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (ui_viewer_states_parent_class)->finalize (object);
}

static void
ui_viewer_states_class_init (UiViewerStatesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = ui_viewer_states_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", UI_TYPE_VIEWER_STATES, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_viewer_states_init (UiViewerStates *self)
{
  self->members = g_ptr_array_new_with_free_func (g_free);
  self->read = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_presentation_unref);
  self->cancellable = g_cancellable_new ();
}

UiViewerStates *
ui_viewer_states_new (UiSession *session, const ScanStudy *study)
{
  UiViewerStates *self = g_object_new (UI_TYPE_VIEWER_STATES, NULL);

  self->session = g_object_ref (session);
  for (guint i = 0; i < study->series->len; i++)
    {
      const ScanSeries *series = g_ptr_array_index (study->series, i);

      for (guint k = 0; k < series->instances->len; k++)
        {
          const ScanInstance *instance = g_ptr_array_index (series->instances, k);

          if (scan_instance_is_presentation (instance) && self->members->len < STATES_MAX)
            g_ptr_array_add (self->members, g_memdup2 (instance->member, 32));
        }
    }
  read_next (self);
  return self;
}

void
ui_viewer_states_stop (UiViewerStates *self)
{
  g_cancellable_cancel (self->cancellable);
}

static gboolean
is_for_set (const ScanPresentation *state, const UiViewerSet *set)
{
  for (guint i = 0; i < set->instances->len; i++)
    if (scan_presentation_names (state,
                                 ((ScanInstance *) g_ptr_array_index (set->instances, i))->uid))
      return TRUE;
  return FALSE;
}

GPtrArray *
ui_viewer_states_for_set (UiViewerStates *self, const UiViewerSet *set)
{
  GPtrArray *states = g_ptr_array_new ();

  for (guint i = 0; i < self->read->len; i++)
    if (is_for_set (g_ptr_array_index (self->read, i), set))
      g_ptr_array_add (states, g_ptr_array_index (self->read, i));
  return states;
}

ScanPresentation *
ui_viewer_states_for (UiViewerStates *self, const ScanInstance *instance, guint frame)
{
  if (self->has_choice)
    return self->choice != NULL && scan_presentation_is_for (self->choice, instance->uid, frame)
               ? self->choice
               : NULL;
  for (guint i = 0; i < self->read->len; i++)
    if (scan_presentation_is_for (g_ptr_array_index (self->read, i), instance->uid, frame))
      return g_ptr_array_index (self->read, i);
  return NULL;
}

void
ui_viewer_states_choose (UiViewerStates *self, ScanPresentation *state)
{
  if (self->has_choice && self->choice == state)
    return;
  self->has_choice = TRUE;
  self->choice = state;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

char *
ui_viewer_state_words (const ScanPresentation *state)
{
  g_autofree char *day = g_strndup (scan_presentation_made (state), 8);
  g_autofree char *date = scan_plain_date (day);
  const char *label = scan_presentation_label (state);

  if (*label == '\0')
    label = _ ("Display notes");
  return *date != '\0' ? g_strdup_printf ("%s, %s", label, date) : g_strdup (label);
}
