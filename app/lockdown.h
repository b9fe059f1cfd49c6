/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the process that holds keys gives up at its start. */
#pragma once

#include <glib.h>

/* No core dumps and no tracing by other processes of this user. First thing in main. */
void scan_lockdown_memory (void);

/* What libraries write as temporary files goes to memory, where there is a place for that. Before
 * g_get_tmp_dir is asked for the first time. */
void scan_lockdown_temp (void);
/* Whether that is so. */
gboolean scan_temp_is_memory (void);

/* The process and its children can make no socket but those of AF_UNIX and AF_NETLINK, and no
 * io_uring, for good. To be called before threads are started. Errors: SCAN_ERROR_NO_SANDBOX. */
gboolean scan_lockdown_network (GError **error);
