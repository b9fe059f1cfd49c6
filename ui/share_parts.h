/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of the share assistant are made of. */
#pragma once

#include <adwaita.h>

/* A page that scrolls, with a heading; ret_box: where its contents are appended. */
GtkWidget *ui_share_page_new (const char *heading, GtkWidget **ret_box);

/* A list of rows, appended to box. */
GtkListBox *ui_share_list_new (GtkWidget *box);
void ui_share_list_clear (GtkListBox *list);

/* Appended to list; title and subtitle (may be NULL) are no markup. */
GtkWidget *ui_share_row_new (GtkListBox *list, const char *title, const char *subtitle);

/* A row with a check button before it, which a click anywhere in the row toggles; group: of a
 * choice, or NULL. The title is the button's name. */
GtkCheckButton *ui_share_tick_new (GtkListBox *list, const char *title, const char *subtitle,
                                   GtkCheckButton *group);

/* A heading of a part of a page, appended to box. */
GtkWidget *ui_share_heading_new (GtkWidget *box, const char *words);
/* A sentence, appended to box. */
GtkWidget *ui_share_label_new (GtkWidget *box, const char *words);
