/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long work still takes, in words. */
#pragma once

#include <glib.h>

/* seconds: since the work began; done: the part of it that is done, 0 to 1. "about 2 minutes left",
 * or NULL while nothing can be said yet: at the very start, when a guess would be wild. Free with
 * g_free. */
char *ui_time_left (double seconds, double done);
