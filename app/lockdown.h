/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the process that holds keys gives up at its start. */
#pragma once

#include <glib.h>

/* No core dumps and no tracing by other processes of this user. First thing in main. */
void scan_lockdown_memory (void);

/* The process and its children can make no internet socket (AF_INET, AF_INET6, AF_PACKET) and no
 * io_uring, for good. To be called before threads are started. Errors: SCAN_ERROR_NO_SANDBOX. */
gboolean scan_lockdown_network (GError **error);
