/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relock.h"

#include <gio/gio.h>
#include <linux/close_range.h>
#include <signal.h>
#include <unistd.h>

#include "recent.h"

/* The name on the bus must be free before the new process asks for it, or that takes this one,
 * which is about to go, for the running program. */
static void
leave_bus (GApplication *application)
{
  GDBusConnection *bus = g_application_get_dbus_connection (application);

  if (bus != NULL)
    g_dbus_connection_close_sync (bus, NULL, NULL);
}

static GPtrArray *
arguments (GtkWindow *window, const UiOptions *options, const char *folder, gboolean adding_stopped)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  int width, height;

  /* Without what a theme draws around the window, unlike the widget's own size. */
  gtk_window_get_default_size (window, &width, &height);
  g_ptr_array_add (words, g_strdup (g_get_prgname ()));
  if (options->vault != NULL)
    g_ptr_array_add (words, g_strdup_printf ("--vault=%s", folder));
  g_ptr_array_add (words, g_strdup_printf ("--locked=%s", folder));
  g_ptr_array_add (words, g_strdup_printf ("--window-size=%dx%d%s", width, height,
                                           gtk_window_is_maximized (window) ? "m" : ""));
  if (adding_stopped)
    g_ptr_array_add (words, g_strdup ("--adding-stopped"));
  if (options->sample != NULL)
    g_ptr_array_add (words, g_strdup_printf ("--offer-sample=%s", options->sample));
  if (options->kdf_test)
    g_ptr_array_add (words, g_strdup ("--kdf-test"));
  if (options->idle_seconds > 0)
    g_ptr_array_add (words, g_strdup_printf ("--idle-seconds=%d", options->idle_seconds));
  g_ptr_array_add (words, NULL);
  return words;
}

void
ui_relock (GtkWindow *window, const UiOptions *options, const char *folder, gboolean adding_stopped)
{
  g_autoptr (GPtrArray) words = arguments (window, options, folder, adding_stopped);
  sigset_t none;

  /* What was copied on request goes with the lock, unless somebody copied something else since. */
  if (gdk_clipboard_is_local (gtk_widget_get_clipboard (GTK_WIDGET (window))))
    gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (window)), NULL);
  ui_recent_forget ();
  leave_bus (G_APPLICATION (gtk_window_get_application (window)));
  gdk_display_flush (gtk_widget_get_display (GTK_WIDGET (window)));
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  /* Nothing of what was open, the display's connection among it, outlives the exchange. */
  close_range (3, ~0u, CLOSE_RANGE_CLOEXEC);
  execv ("/proc/self/exe", (char **) words->pdata);
}
