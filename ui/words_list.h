/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Short common words for suggested passphrases, sorted, each one once, more than 1024 of them: six
 * drawn at random are worth more than 60 bits. */
#pragma once

#include <glib.h>

extern const char *const ui_words_list[];
extern const guint ui_n_words_list;
