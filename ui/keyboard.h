/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keyboard may do to a passphrase that is typed unseen. */
#pragma once

#include <gdk/gdk.h>

/* "Caps Lock is on.", "Your keyboard types: German.", both, or NULL if there is nothing to say. The
 * layout is what the desktop has as the one in use (GNOME's input sources); other desktops are not
 * asked. Free with g_free. */
char *ui_keyboard_words (GdkDisplay *display);

/* The layout's name in the person's language ("German"), from an id of XKB ("de", "de+neo"), or
 * that id. Free with g_free. */
char *ui_keyboard_layout_name (const char *id);

/* The keyboard; NULL where there is none, such as on a desktop without a screen. */
GdkDevice *ui_keyboard_device (GdkDisplay *display);
