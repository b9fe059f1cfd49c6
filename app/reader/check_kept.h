/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that rightly stand in a copy, and whether another is a part of one of them: asked often of
 * many texts, so it takes the logarithm of their length. */
#pragma once

#include <glib.h>

typedef struct CheckKept CheckKept;

CheckKept *check_kept_new (void);
void check_kept_free (CheckKept *kept);

/* Upper and lower case alike (ASCII). Of more than 4 MB of different texts the last ones are
 * forgotten: then more is looked for in the copy than is needed. */
void check_kept_add (CheckKept *kept, const char *text);

/* part: lower case. FALSE of anything longer than CHECK_KEPT_PART. */
#define CHECK_KEPT_PART 256
gboolean check_kept_has (CheckKept *kept, const char *part);
