/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A note on paper for who gets a copy: what it is, how to open it, what was removed. Never the
 * password, which goes another way. */
#pragma once

#include <gtk/gtk.h>

#include "share_draft.h"

/* contact: how to reach the patient, "" for no such line. Free with g_free. */
char *ui_share_note_text (UiShareDraft *draft, const char *contact);

/* What stands on the assistant's last page: an entry for the contact, and the buttons. */
GtkWidget *ui_share_note_new (UiShareDraft *draft);
