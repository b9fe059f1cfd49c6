/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "play.h"

#define RETRY_MS 10

/* A timer and no tick of the frame clock, which would keep the processor busy between pictures. */
struct UiPlay
{
  guint timer;
  gint64 due; /* µs, monotonic */
  UiPlayStep step;
  gpointer data;
};

static gboolean on_due (gpointer data);

static void
wait (UiPlay *play)
{
  const gint64 left = play->due - g_get_monotonic_time ();

  play->timer = g_timeout_add ((guint) (MAX (left, 0) / 1000), on_due, play);
}

static gboolean
on_due (gpointer data)
{
  UiPlay *play = data;
  const double ms = play->step (play->data);
  const gint64 now = g_get_monotonic_time ();

  /* What comes too late is not made up for by haste. */
  if (ms > 0)
    play->due = MAX (play->due + (gint64) (ms * 1000), now + 1000);
  else
    play->due = now + RETRY_MS * 1000;
  wait (play);
  return G_SOURCE_REMOVE;
}

UiPlay *
ui_play_start (double first, UiPlayStep step, gpointer data)
{
  UiPlay *play = g_new0 (UiPlay, 1);

  play->due = g_get_monotonic_time () + (gint64) (first * 1000);
  play->step = step;
  play->data = data;
  wait (play);
  return play;
}

void
ui_play_stop (UiPlay *play)
{
  g_source_remove (play->timer);
  g_free (play);
}
