/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Just look, do not keep": what files hold, as long as this window is open. A single scan opens in
 * the viewer at once; this window stays behind it and says that nothing is kept. */
#pragma once

#include <adwaita.h>

#define UI_TYPE_LOOK_WINDOW (ui_look_window_get_type ())
G_DECLARE_FINAL_TYPE (UiLookWindow, ui_look_window, UI, LOOK_WINDOW, AdwWindow)

/* keep is called with the same paths when the person wants to have them in the vault after all;
 * owner: a GObject, known weakly. */
void ui_look (GtkWindow *parent, char **paths, void (*keep) (gpointer owner, char **paths),
              gpointer owner);
