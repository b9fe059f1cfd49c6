/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locking from wherever the person is: by Ctrl+L in any window, the desktop's own dialogs among
 * them; after a time without a key or a pointer; when the screen locks, when the computer goes to
 * sleep, and when the desktop session ends. */
#pragma once

#include <gtk/gtk.h>

typedef struct UiAutolock UiAutolock;

typedef struct
{
  /* Locks the vault. May free the UiAutolock. */
  void (*lock) (gpointer user_data);
  /* Something runs that its owner waits for, an import for example: the idle time does not cut it
   * short, and begins anew when it has ended. */
  gboolean (*is_busy) (gpointer user_data);
  gpointer user_data;
} UiAutolockHooks;

/* idle_seconds: 0 = never by idle time alone. Watches all windows of the program. Where there is no
 * bus, only the idle time counts. Main thread. */
UiAutolock *ui_autolock_new (const UiAutolockHooks *hooks, guint idle_seconds);
void ui_autolock_set_idle (UiAutolock *self, guint idle_seconds);
void ui_autolock_free (UiAutolock *self);
