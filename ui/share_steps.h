/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the share assistant. Each shows the draft, changes it and says that it did; the
 * window decides when a page comes. A page belongs to whoever adds it to a container and goes
 * before or with the draft, which it holds. */
#pragma once

#include <adwaita.h>

#include "share_draft.h"

/* 1: which sets of pictures. */
GtkWidget *ui_share_what_new (UiShareDraft *draft);

/* 2: for whom, that is what is removed. */
GtkWidget *ui_share_whom_new (UiShareDraft *draft);

/* 4: as what, to where, for what purpose. */
GtkWidget *ui_share_how_new (UiShareDraft *draft);
/* Proposes a place below the documents of the person if none is set. */
void ui_share_how_show (GtkWidget *how);

/* 3: what could still tell who the person is, and what has to be decided about it. */
GtkWidget *ui_share_check_new (UiShareDraft *draft);
/* Looks anew unless what was found is still true. Emits "changed" of the draft when it is done. */
void ui_share_check_show (GtkWidget *check);
/* All that was found has been decided. */
gboolean ui_share_check_is_done (GtkWidget *check);

/* Also 3: the pictures that need a look, with the boxes that will cover parts of them. When all
 * have been looked at, it activates the action share.looked of the window. */
GtkWidget *ui_share_look_new (UiShareDraft *draft);
/* Begins with the first that nobody has looked at. */
void ui_share_look_show (GtkWidget *look);

/* A table of what stands in the vault and what will stand in the copy, appended to box; made anew
 * for the draft as it is. */
GtkWidget *ui_share_table_new (UiShareDraft *draft);
/* The same of a share that was made, without its values: the facts that stayed, and one a line what
 * became of the others. "" for none. Free with g_free. */
char *ui_share_fields_kept (ScanProfile profile, gboolean keep_dates);
char *ui_share_fields_changed (ScanProfile profile, gboolean keep_dates);

/* 5: what was made, or why not. */
GtkWidget *ui_share_done_new (UiShareDraft *draft);
/* result: may be NULL; place: of the copy, NULL if none was made; error: why not. */
void ui_share_done_show (GtkWidget *done, const ScanShareResult *result, const char *place,
                         const GError *error);
