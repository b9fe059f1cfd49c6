/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the owner wants to be reminded of: that a letter should have been answered, or a copy that
 * was shared be deleted. */
#pragma once

#include "library.h"

typedef enum
{
  SCAN_REMIND_AI, /* a letter that asks for the use of artificial intelligence */
  SCAN_REMIND_RESEARCH,
  SCAN_REMIND_DELETION,
  SCAN_REMIND_ACCESS,
  SCAN_REMIND_SHARE, /* a copy that was shared, with a day by which they should delete it */
  SCAN_N_REMIND
} ScanRemind;

typedef struct
{
  char *id;      /* 32 hexadecimal digits; of a share its own */
  gint64 due;    /* seconds since 1970 */
  ScanRemind of; /* which letter, or a share */
  char *to;      /* whom it went to; "": not said */
} ScanReminder;
void scan_reminder_free (ScanReminder *reminder);

/* All that wait, the earliest first; of two computers the last writer wins, each reminder for
 * itself. A share is among them from its making on, due on the day that was agreed, until it is put
 * off, settled, or noted in the ledger that they were asked. Free with g_ptr_array_unref. */
GPtrArray *scan_library_reminders (ScanLibrary *library);

/* Writes the reminder as it is now; id NULL: a new one, which a share's cannot be. due 0: it is
 * done, and gone. Written again with its id it is back. What was agreed stays in the ledger as it
 * is. Errors: NO_ITEM (no such id), FULL, IO. [any thread, but no other transaction beside] */
gboolean scan_library_set_reminder (ScanLibrary *library, const ScanReminder *reminder,
                                    GError **error);
