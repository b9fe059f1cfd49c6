/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `probe` verb of the test build: a reader that misbehaves on request. Never in the product. */
#pragma once

#include "sandbox.h"

/* Id of the request that is being served, for lies about it. */
extern guint32 probe_request_id;

/* Takes the test switches from the command line ("no-landlock", "unlocked", "sandbox-fails",
 * "dies-at-start") and notes, before the lock-in, what only an open process can see. FALSE: no
 * lock-in is wanted. */
gboolean probe_prepare (int argc, char **argv, ReaderSandbox *sandbox);
