/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the list of shares says of one of them. */
#pragma once

#include "session.h"
#include "share.h"

/* Its recipient, translated where nobody was noted; not to be freed. */
const char *ui_share_record_to (const ScanShareRecord *record);

/* A day in words, of seconds since 1970. Free with g_free. */
char *ui_share_record_day (gint64 seconds);

/* The names of its scans, each once, joined by separator; what is gone has no name any more. Free
 * with g_free. */
char *ui_share_record_scans (UiSession *session, const ScanShareRecord *record,
                             const char *separator);

/* "24 pictures · ZIP file", with the files where their number is another. Free with g_free. */
char *ui_share_record_size (const ScanShareRecord *record);

/* "Asked to delete it". Translated. */
const char *ui_words_share_status (ScanShareStatus status);
/* What an event says; later: it is not the first, which says that it was sent. Translated. */
const char *ui_share_event_title (const ScanShareEvent *event, gboolean later);
/* The same with its day: "Asked to delete it · 6 May 2024". Free with g_free. */
char *ui_share_event_words (const ScanShareEvent *event, gboolean later);

/* It should have been deleted by now, nobody was asked yet, and the reminder of it was neither put
 * off nor settled. */
gboolean ui_share_record_is_due (const ScanShareRecord *record);

/* The sentence of a letter that tells them which copy is meant. Free with g_free. */
char *ui_share_record_about (const ScanShareRecord *record);
