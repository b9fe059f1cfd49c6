/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `probe` verb of the test build: a reader that misbehaves on request. Never in the product. */
#pragma once

#include "reader_verbs.h"
#include "sandbox.h"

/* Id of the request that is being served, for lies about it. */
extern guint32 probe_request_id;

/* Takes the test switches from the command line ("no-landlock", "unlocked", "sandbox-fails",
 * "dies-at-start", "without-CALL") and notes, before the lock-in, what only an open process can
 * see. FALSE: no lock-in is wanted. */
gboolean probe_prepare (int argc, char **argv, ReaderSandbox *sandbox);

/* TRUE if what names something that a reader says that was taken over; then it was said, or stands
 * in answer. */
gboolean probe_lie (const char *what, ReaderAnswer *answer);

/* The next request ends the process. */
extern gboolean probe_doomed;
