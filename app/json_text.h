/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCAN_JSON_TEXT_H
#define SCAN_JSON_TEXT_H

#include <json-glib/json-glib.h>

/* What was built, as JSON text (RFC 8259) with line breaks; free with g_free(). JSON-GLib 1.6 alone
 * writes numbers such as 1e+19 as "1e+19.0", which no program can read.
 * builder: a whole document; it is empty afterwards. */
char *scan_json_text (JsonBuilder *builder);

/* A number; null in place of infinity and of what is no number, for which JSON has no word. */
void scan_json_add_number (JsonBuilder *builder, double number);

#endif
