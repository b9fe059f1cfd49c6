/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside document_*.c: what is made of a reader's answers. */
#pragma once

#include "document.h"

/* What an answer of `pages` or `page` says stands in the way, as a constant sentence of ours; NULL:
 * nothing, or something unknown. */
const char *scan_page_sentence (GVariant *result);

/* The pages that an answer of `pages` lists (ScanPageSize, sizes of 1 and more), and their type, a
 * constant. FALSE: no sound reader says so. */
gboolean scan_page_sizes (GVariant *result, GArray *ret_sizes, const char **ret_type);

/* A copy in memory of scan_image_alloc, without control characters, and no longer than a line may
 * be. NULL when no memory is left. */
char *scan_text_copy (const char *text);
