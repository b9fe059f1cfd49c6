/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reminders that lie in the vault: made from a letter or with a share, shown and settled in the
 * privacy desk. */
#pragma once

#include <adwaita.h>

#include "letter_text.h"
#include "reminder.h"
#include "session.h"

/* Notes one for a letter, to be looked at on that day. told: says whether it was, if it is still
 * shown then. */
void ui_reminder_add (UiSession *session, UiLetter letter, const char *to, gint64 due,
                      GtkLabel *told);

/* Reads them, then calls done on the main thread with ScanReminder; owner as in ui_task_run. */
void ui_reminders_read (gpointer owner, UiSession *session,
                        void (*done) (gpointer owner, GPtrArray *reminders));

/* A row of the list, with buttons that settle it or put it off; their toasts offer to undo. */
void ui_reminder_row_new (GtkListBox *list, UiSession *session, const ScanReminder *reminder);

gboolean ui_reminder_is_due (const ScanReminder *reminder);
