/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suggesting passphrases and saying how good one is. */
#pragma once

#include <glib.h>

/* Six words of the list of the user's language (word_list.h), drawn by the system's generator, with
 * blanks between. Free with g_free. NULL if the system has no random numbers. */
char *ui_passphrase_suggest (void);

/* A cautious estimate of the passphrase's bits: words of any list count log2 of its length each; in
 * other text a character counts the less, the more it follows from the one before. */
double ui_passphrase_bits (const char *passphrase);

#define UI_PASSPHRASE_ENOUGH \
  45.0 /* bits that a vault asks for: years of guessing on a thousand computers */

/* How long guessing would take, in words; translated, constant. "" for an empty passphrase. */
const char *ui_passphrase_strength (double bits);
