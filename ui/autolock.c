/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autolock.h"

#include <time.h>

#include "lock_signals.h"

#define BUSY_LOOK_SECONDS 5

struct UiAutolock
{
  UiAutolockHooks hooks;
  guint idle_seconds, timer, key; /* sources */
  gint64 last_input;              /* seconds, counting also while the computer sleeps */
  gulong hook;                    /* of all surfaces' events */
  GListModel *toplevels;
  UiLockSignals *signals;
};

static gint64
seconds_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

static void set_timer (UiAutolock *self, guint seconds);

static gboolean
on_timer (gpointer data)
{
  UiAutolock *self = data;
  gint64 idle = seconds_now () - self->last_input;

  self->timer = 0;
  if (self->hooks.is_busy (self->hooks.user_data))
    {
      self->last_input = seconds_now ();
      set_timer (self, MIN (self->idle_seconds, BUSY_LOOK_SECONDS));
    }
  else if (idle >= self->idle_seconds)
    self->hooks.lock (self->hooks.user_data);
  else
    set_timer (self, self->idle_seconds - (guint) idle);
  return G_SOURCE_REMOVE;
}

static void
set_timer (UiAutolock *self, guint seconds)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->idle_seconds > 0)
    self->timer = g_timeout_add_seconds (MAX (seconds, 1), on_timer, self);
}

static gboolean
lock_by_key (gpointer data)
{
  UiAutolock *self = data;

  self->key = 0;
  self->hooks.lock (self->hooks.user_data);
  return G_SOURCE_REMOVE;
}

/* Whatever a person does, in windows, menus and the desktop's own dialogs: a window's controllers
 * do not see what an open menu is sent. Only that counts, not that windows are painted. */
static gboolean
on_event (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer data)
{
  UiAutolock *self = data;
  GdkEvent *event = g_value_peek_pointer (&values[1]);

  switch (gdk_event_get_event_type (event))
    {
    case GDK_KEY_PRESS:
      /* After the event, whose window may go with the lock. */
      if (self->key == 0 &&
          gdk_key_event_matches (event, GDK_KEY_l, GDK_CONTROL_MASK) != GDK_KEY_MATCH_NONE)
        self->key = g_idle_add_full (G_PRIORITY_HIGH, lock_by_key, self, NULL);
      self->last_input = seconds_now ();
      break;
    case GDK_MOTION_NOTIFY:
    case GDK_BUTTON_PRESS:
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
    case GDK_TOUCH_UPDATE:
    case GDK_TOUCHPAD_SWIPE:
    case GDK_TOUCHPAD_PINCH:
    case GDK_DROP_START:
      self->last_input = seconds_now ();
      break;
    default:
      break;
    }
  return TRUE;
}

static void
on_windows_changed (GListModel *model, guint position, guint removed, guint added, UiAutolock *self)
{
  /* A window that opens or closes is somebody's doing. */
  self->last_input = seconds_now ();
}

static void
on_signal (gpointer data)
{
  UiAutolock *self = data;

  self->hooks.lock (self->hooks.user_data);
}

static guint
event_signal (void)
{
  return g_signal_lookup ("event", GDK_TYPE_SURFACE);
}

UiAutolock *
ui_autolock_new (const UiAutolockHooks *hooks, guint idle_seconds)
{
  UiAutolock *self = g_new0 (UiAutolock, 1);

  self->hooks = *hooks;
  self->last_input = seconds_now ();
  self->toplevels = g_object_ref (gtk_window_get_toplevels ());
  g_signal_connect (self->toplevels, "items-changed", G_CALLBACK (on_windows_changed), self);
  self->hook = g_signal_add_emission_hook (event_signal (), 0, on_event, self, NULL);
  self->signals = ui_lock_signals_new (on_signal, self);
  ui_autolock_set_idle (self, idle_seconds);
  return self;
}

void
ui_autolock_set_idle (UiAutolock *self, guint idle_seconds)
{
  self->idle_seconds = idle_seconds;
  set_timer (self, idle_seconds);
}

void
ui_autolock_free (UiAutolock *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->key, g_source_remove);
  g_signal_handlers_disconnect_by_func (self->toplevels, on_windows_changed, self);
  g_signal_remove_emission_hook (event_signal (), self->hook);
  g_object_unref (self->toplevels);
  ui_lock_signals_free (self->signals);
  g_free (self);
}
