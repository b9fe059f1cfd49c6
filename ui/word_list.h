/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Common words for suggested passphrases, in the languages of the interface: 3 to 8 letters from a
 * to z, and spelled so, without accents, in their language; sorted, each one once, and more than
 * 1024 a language, so that six drawn at random are worth more than 60 bits. */
#pragma once

#include <glib.h>

typedef struct
{
  const char *language; /* ISO 639-1 */
  const char *const *words;
  guint n;
} UiWordList;

/* All lists; constant. ret_n: how many there are. */
const UiWordList *ui_word_lists (guint *ret_n);

/* The list of the first of these languages that there is one for, else the English one.
 * languages: names of locales, the best first and NULL last, as by g_get_language_names(). */
const UiWordList *ui_word_list_for (const char *const *languages);

/* Words with blanks between them, from which the lists are made. */
extern const char ui_word_list_de[];
extern const char ui_word_list_es[];
extern const char ui_word_list_fr[];
