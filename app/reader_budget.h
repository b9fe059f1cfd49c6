/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one request may cost, by its verb and the size of its sources. Figures of our own: several
 * times what the slowest honest file of that size took on one slow core. */
#pragma once

#include <glib.h>

typedef struct
{
  guint64 cpu_ms;    /* of a processor; a reader has one thread */
  guint64 wall_ms;   /* of the clock, while the reader has the word: twice that, since others want
                        the processor too */
  guint64 arena_max; /* the largest arena that the request may ask for, bytes */
} ScanBudget;

/* verb as in reader_protocol.h; one that is not in the table gets what `frame` gets. bytes: of all
 * sources together. */
ScanBudget scan_budget (const char *verb, guint64 bytes);

/* RLIMIT_AS in bytes of a reader with that arena: 400 MiB and the arena, and for an arena above the
 * default twice the arena more, since the object in there is parsed and its pictures are decoded.
 */
gsize scan_budget_address_space (gsize arena_size);

/* How often a reader may ask for ranges of a source of that size, and for how many bytes in all. */
guint64 scan_budget_ranges (guint64 size);
guint64 scan_budget_range_bytes (guint64 size);
