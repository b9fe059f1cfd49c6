/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for passwords and suggested passphrases: to be read over the telephone and typed on any
 * keyboard. */
#ifndef SCAN_ENGLISH_WORDS_H
#define SCAN_ENGLISH_WORDS_H

#include <glib.h>

#define SCAN_ENGLISH_WORDS 2048

/* A word of 3 to 6 lower-case letters, from a list that is sorted and without doubles. The
 * passwords of packages are made again from it, so it never changes. index: below
 * SCAN_ENGLISH_WORDS; others are taken modulo it. */
const char *scan_english_word (guint index);

#endif
