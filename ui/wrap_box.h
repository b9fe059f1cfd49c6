/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Widgets side by side, in as many lines as their room needs: buttons whose words are long, in
 * large letters, or in a narrow window. */
#pragma once

#include <gtk/gtk.h>

#define UI_TYPE_WRAP_BOX (ui_wrap_box_get_type ())
G_DECLARE_FINAL_TYPE (UiWrapBox, ui_wrap_box, UI, WRAP_BOX, GtkWidget)

GtkWidget *ui_wrap_box_new (void);
/* Takes child, behind all others; in a template it is <child>. */
void ui_wrap_box_append (UiWrapBox *self, GtkWidget *child);
