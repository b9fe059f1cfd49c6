/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In what encoding text stands whose file does not say so, or says so wrongly. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  READER_GUESS_NONE,
  READER_GUESS_UTF8,
  READER_GUESS_LATIN,    /* Windows-1252: Latin-1, and letters where that has controls */
  READER_GUESS_CYRILLIC, /* Windows-1251 */
  READER_GUESS_JAPANESE, /* Shift-JIS */
  READER_GUESS_KOREAN,   /* EUC-KR, with its extension of Windows */
  READER_GUESS_CHINESE   /* GB 18030, which has GBK and GB 2312 in it */
} ReaderGuess;

/* Opens the converters, as reader_text_preload does, which calls it. */
const char *reader_guess_preload (void);

/* The likeliest encoding of text with bytes above 127; READER_GUESS_NONE if there are none. hint:
 * what else the file leads one to expect.
 *
 * Valid UTF-8 is UTF-8, also if its last character is cut off: other text is hardly ever valid by
 * chance. Else each encoding in which every byte has a meaning gets a score from 0 to 1, the mean
 * over what it makes of the bytes, and the highest wins: kana and Hangul, the first levels of JIS X
 * 0208 and GB 2312 (the characters in daily use) and words of small Cyrillic letters score highest;
 * the rare second levels, symbols and extensions low; a Latin letter high only beside ASCII letters
 * or by itself, since letters above 127 hardly ever stand together. Hangul all look like common
 * Chinese characters: a frequent family name as the first character decides. Without anything
 * convincing it is Latin. */
ReaderGuess reader_guess (const guint8 *bytes, gsize n, ReaderGuess hint);

/* The bytes are taken for Latin-1 by their file, but make no sense as such and much in another
 * encoding, which is returned; else READER_GUESS_NONE. */
ReaderGuess reader_guess_against_latin (const guint8 *bytes, gsize n);

/* Appends the text as UTF-8. FALSE if a byte has no meaning in that encoding; nothing is appended
 * then. */
gboolean reader_guess_convert (ReaderGuess guess, const guint8 *bytes, gsize n, GString *out);

G_END_DECLS
