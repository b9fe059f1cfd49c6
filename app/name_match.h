/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How alike two names of clinics or practices are, for lists in which they are spelled otherwise
 * than on a scan. Nothing is looked up anywhere. */
#pragma once

#include <glib.h>

typedef enum
{
  SCAN_ALIKE_NOT,   /* below SCAN_ALIKE_LEAST */
  SCAN_ALIKE_SAME,  /* the same words in the same order, but for case, accents and signs */
  SCAN_ALIKE_ORDER, /* the same words in another order */
  SCAN_ALIKE_PART,  /* all words of one are in the other */
  SCAN_ALIKE_CLOSE  /* words differ by some letters, or some words differ */
} ScanAlike;

/* Per cent; what is below is no match. Found by trying names that are and are not one clinic's. */
#define SCAN_ALIKE_LEAST 70

/* What is said of a name longer than this is said of its beginning. */
#define SCAN_ALIKE_LONGEST 200 /* characters */

/* Compares two names, UTF-8. ret_percent (may be NULL): 0 to 100. Words are paired with the word of
 * the other name that takes the fewest changes of letters (Levenshtein 1966); the score is the
 * Dice coefficient of the pairs, each counted by its likeness. Words that most clinics have in
 * their names ("hospital", "Klinik") count a third. A name without letters or digits is like
 * nothing. */
ScanAlike scan_name_alike (const char *left, const char *right, guint *ret_percent);

/* The name in one line of a list: the whole line, or, of a table, what stands before the first
 * comma, semicolon or tab; a quoted name may hold these. Without spaces around it; free with
 * g_free. */
char *scan_name_of_line (const char *line);
