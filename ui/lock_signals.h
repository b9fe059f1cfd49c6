/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the desktop says that means "lock": the screen locks, the computer goes to sleep, the
 * session ends. Over D-Bus; where a bus or a service is missing, nothing is heard from it. */
#pragma once

#include <gio/gio.h>

typedef struct UiLockSignals UiLockSignals;

/* func may be called more than once, on the main thread, until ui_lock_signals_free, which func may
 * call itself. While this lives, the computer waits a moment before it sleeps, so that there is
 * time to lock; freeing it lets it go. */
UiLockSignals *ui_lock_signals_new (void (*func) (gpointer user_data), gpointer user_data);
void ui_lock_signals_free (UiLockSignals *self);
