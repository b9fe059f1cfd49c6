/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lock_signals.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#define LOGIN "org.freedesktop.login1"
#define LOGIN_PATH "/org/freedesktop/login1"
#define LOGIN_MANAGER "org.freedesktop.login1.Manager"

typedef struct
{
  GDBusConnection *bus;
  guint subscriptions[4];
  guint n;
} Ears;

struct UiLockSignals
{
  void (*func) (gpointer user_data);
  gpointer user_data;
  GCancellable *cancellable;
  Ears session, system;
  int delay; /* descriptor that makes the computer wait before it sleeps, -1: none */
};

/* "ActiveChanged (TRUE)" of a screen saver, "PrepareForSleep (TRUE)" of the login service, and
 * "Lock" of a session, which says nothing more. */
static void
on_signal (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer data)
{
  UiLockSignals *self = data;
  gboolean on = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &on);
  if (on)
    self->func (self->user_data);
}

static void
listen_to (UiLockSignals *self, Ears *ears, const char *sender, const char *path,
           const char *interface, const char *signal)
{
  g_assert (ears->n < G_N_ELEMENTS (ears->subscriptions));
  ears->subscriptions[ears->n++] =
      g_dbus_connection_signal_subscribe (ears->bus, sender, interface, signal, path, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, on_signal, self, NULL);
}

static void
got_session_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  GDBusConnection *bus = g_bus_get_finish (result, NULL);
  UiLockSignals *self = data;

  /* Cancelled means that self is gone, and then there is no bus. */
  if (bus == NULL)
    return;
  self->session.bus = bus;
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  listen_to (self, &self->session, NULL, NULL, "org.freedesktop.ScreenSaver", "ActiveChanged");
  listen_to (self, &self->session, NULL, NULL, "org.gnome.ScreenSaver", "ActiveChanged");
}

static void
got_own_session (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  UiLockSignals *self = data;
  const char *path;

  if (answer == NULL)
    return;
  g_variant_get (answer, "(&o)", &path);
  listen_to (self, &self->system, LOGIN, path, "org.freedesktop.login1.Session", "Lock");
}

static void
got_delay (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GUnixFDList) descriptors = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), &descriptors, result, NULL);
  UiLockSignals *self = data;

  if (answer != NULL && descriptors != NULL && g_unix_fd_list_get_length (descriptors) > 0)
    self->delay = g_unix_fd_list_get (descriptors, 0, NULL);
}

static void
got_system_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  GDBusConnection *bus = g_bus_get_finish (result, NULL);
  UiLockSignals *self = data;
  const char *session = g_getenv ("XDG_SESSION_ID");

  if (bus == NULL)
    return;
  self->system.bus = bus;
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  listen_to (self, &self->system, LOGIN, LOGIN_PATH, LOGIN_MANAGER, "PrepareForSleep");
  g_dbus_connection_call (
      bus, LOGIN, LOGIN_PATH, LOGIN_MANAGER, session != NULL ? "GetSession" : "GetSessionByPID",
      session != NULL ? g_variant_new ("(s)", session) : g_variant_new ("(u)", (guint32) getpid ()),
      G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable,
      got_own_session, self);
  g_dbus_connection_call_with_unix_fd_list (
      bus, LOGIN, LOGIN_PATH, LOGIN_MANAGER, "Inhibit",
      g_variant_new ("(ssss)", "sleep", "Scan Vault", "Locks the vault first", "delay"),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, self->cancellable,
      got_delay, self);
}

UiLockSignals *
ui_lock_signals_new (void (*func) (gpointer user_data), gpointer user_data)
{
  UiLockSignals *self = g_new0 (UiLockSignals, 1);

  self->func = func;
  self->user_data = user_data;
  self->delay = -1;
  self->cancellable = g_cancellable_new ();
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, got_session_bus, self);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, got_system_bus, self);
  return self;
}

static void
stop_listening (Ears *ears)
{
  for (guint i = 0; i < ears->n; i++)
    g_dbus_connection_signal_unsubscribe (ears->bus, ears->subscriptions[i]);
  g_clear_object (&ears->bus);
}

void
ui_lock_signals_free (UiLockSignals *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  stop_listening (&self->session);
  stop_listening (&self->system);
  if (self->delay >= 0)
    close (self->delay);
  g_free (self);
}
