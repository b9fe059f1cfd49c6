/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many byte strings looked for at once, upper and lower case alike (ASCII). */
#pragma once

#include <glib.h>

typedef struct CheckSearch CheckSearch;

CheckSearch *check_search_new (void);
void check_search_free (CheckSearch *search);

/* needle: lower case, at least 4 bytes; copied. */
void check_search_add (CheckSearch *search, const guint8 *needle, gsize n);

/* The first place at or behind `from` where any of them begins. Takes the logarithm of their number
 * at a place, however alike they are. */
gboolean check_search_run (CheckSearch *search, const guint8 *bytes, gsize size, gsize from,
                           gsize *ret_hit);
