/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "upkeep.h"

#include "task.h"

#define QUIET_SECONDS 5 /* the gallery and its thumbnails come first */
#define TIMER "ui-upkeep-timer"

static gboolean
upkeep_work (gpointer library, gpointer progress, GCancellable *cancellable, GError **error)
{
  return scan_library_maintain (library, cancellable, error);
}

/* A failure is no news for the person: the next upkeep tries again, and what is damaged is told by
 * the notices. */
static void
upkeep_done (gpointer owner, gpointer library, gboolean ok, const GError *error)
{
  if (!ok && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("upkeep: %s", error->message);
  ui_session_notices_changed (owner);
}

static gboolean
on_timer (gpointer data)
{
  UiSession *session = data;

  if (ui_session_is_closing (session))
    {
      g_object_set_data (G_OBJECT (session), TIMER, NULL);
      return G_SOURCE_REMOVE;
    }
  if (ui_session_is_busy (session))
    return G_SOURCE_CONTINUE;
  g_object_set_data (G_OBJECT (session), TIMER, NULL);
  ui_task_run (session, session, FALSE, upkeep_work, upkeep_done, NULL,
               ui_session_library (session), NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
schedule (UiSession *session)
{
  guint timer;

  if (g_object_get_data (G_OBJECT (session), TIMER) != NULL)
    return;
  timer = g_timeout_add_seconds_full (G_PRIORITY_LOW, QUIET_SECONDS, on_timer,
                                      g_object_ref (session), g_object_unref);
  g_object_set_data (G_OBJECT (session), TIMER, GUINT_TO_POINTER (timer));
}

static void
on_closing (UiSession *session)
{
  guint timer = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (session), TIMER));

  g_object_set_data (G_OBJECT (session), TIMER, NULL);
  if (timer != 0)
    g_source_remove (timer);
}

void
ui_upkeep_start (UiSession *session)
{
  g_signal_connect (session, "catalog-changed", G_CALLBACK (schedule), NULL);
  g_signal_connect (session, "closing", G_CALLBACK (on_closing), NULL);
  schedule (session);
}
