/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "autolock.h"

#include <time.h>

#include "lock_signals.h"

#define BUSY_LOOK_SECONDS 5

struct UiAutolock
{
  UiAutolockHooks hooks;
  guint idle_seconds, timer;
  gint64 last_input; /* seconds, counting also while the computer sleeps */
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

/* Only what a person does counts, not that windows are painted. */
static gboolean
on_event (GtkEventControllerLegacy *controller, GdkEvent *event, UiAutolock *self)
{
  switch (gdk_event_get_event_type (event))
    {
    case GDK_MOTION_NOTIFY:
    case GDK_BUTTON_PRESS:
    case GDK_KEY_PRESS:
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
  return FALSE;
}

#define CONTROLLER "ui-autolock"

/* In front of everything that could take an event for itself. */
static void
watch_window (UiAutolock *self, GtkWidget *window)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_name (controller, CONTROLLER);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "event", G_CALLBACK (on_event), self);
  gtk_widget_add_controller (window, controller);
}

static void
unwatch_window (UiAutolock *self, GtkWidget *window)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (window);

  for (guint i = g_list_model_get_n_items (controllers); i-- > 0;)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (g_strcmp0 (gtk_event_controller_get_name (controller), CONTROLLER) == 0)
        gtk_widget_remove_controller (window, controller);
    }
}

static void
for_each_window (UiAutolock *self, guint from, guint n,
                 void (*func) (UiAutolock *self, GtkWidget *window))
{
  for (guint i = from; i < from + n; i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (self->toplevels, i);

      func (self, window);
    }
}

static void
on_windows_changed (GListModel *model, guint position, guint removed, guint added, UiAutolock *self)
{
  /* A window that opens or closes is somebody's doing. */
  self->last_input = seconds_now ();
  for_each_window (self, position, added, watch_window);
}

static void
on_signal (gpointer data)
{
  UiAutolock *self = data;

  self->hooks.lock (self->hooks.user_data);
}

UiAutolock *
ui_autolock_new (const UiAutolockHooks *hooks, guint idle_seconds)
{
  UiAutolock *self = g_new0 (UiAutolock, 1);

  self->hooks = *hooks;
  self->last_input = seconds_now ();
  self->toplevels = g_object_ref (gtk_window_get_toplevels ());
  g_signal_connect (self->toplevels, "items-changed", G_CALLBACK (on_windows_changed), self);
  for_each_window (self, 0, g_list_model_get_n_items (self->toplevels), watch_window);
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
  g_signal_handlers_disconnect_by_func (self->toplevels, on_windows_changed, self);
  for_each_window (self, 0, g_list_model_get_n_items (self->toplevels), unwatch_window);
  g_object_unref (self->toplevels);
  ui_lock_signals_free (self->signals);
  g_free (self);
}
