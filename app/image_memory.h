/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for pictures and for bytes of scans on their way: it stays out of core dumps and is wiped
 * when it is given back. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* n bytes, zeroed; NULL when no memory is left. */
gpointer scan_image_alloc (gsize n);
/* NULL is fine. */
void scan_image_free (gpointer memory);
/* Bytes that own the memory, of which the first n count. */
GBytes *scan_image_take (gpointer memory, gsize n);

G_END_DECLS
