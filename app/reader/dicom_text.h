/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of DICOM values in any of its character sets, as UTF-8. PS3.3 C.12.1.1.2 lists the sets,
 * PS3.5 6.1 says how escape sequences switch between them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define READER_CHARSET_SETS 8

/* What (0008,0005) Specific Character Set says. */
typedef struct
{
  gboolean declared; /* it is there, and its first value is known */
  guint n;           /* sets in use; 0 = ASCII */
  guint8 sets[READER_CHARSET_SETS];
  guint8 guess; /* a ReaderGuess for what stands in none of them; 0: each value for itself */
} ReaderCharset;

/* What a value is, for reader_text_to_utf8. */
enum
{
  READER_TEXT_LINES = 1,  /* line ends stay, and do not become spaces */
  READER_TEXT_SINGLE = 2, /* a backslash is a backslash: LT, ST, UT */
  READER_TEXT_NAME = 4    /* ^ and = are delimiters: PN */
};

/* Opens a converter for every character set and keeps it open: later nothing may be loaded. Returns
 * NULL, or a constant sentence. Once, at start. */
const char *reader_text_preload (void);

/* Reads the value of (0008,0005), length bytes, values joined by backslashes. NULL = absent. */
ReaderCharset reader_charset_parse (const char *value, gsize length);

/* Where the file declares no character set, or none that has bytes above 127: guesses the encoding
 * from a sample of its text, n bytes, so that short values are read like the rest. */
void reader_charset_learn (ReaderCharset *charset, const char *sample, gsize n);

/* The text as valid UTF-8, to be freed by g_free: never fails. flags: of READER_TEXT_*. NUL and
 * other control characters are left out; padding at both ends goes.
 *
 * Read as declared wherever that gives every byte a meaning. Repaired are, unless the value has
 * escape sequences:
 * - bytes above 127 without a declared set that has them, and bytes that have no meaning in it (C1
 *   controls of the ISO 8859 sets included): charset->guess if it fits, else reader_guess;
 * - UTF-8 under the name of an 8-bit set: valid UTF-8 with a byte from 0x80 to 0x9f, or any under
 *   the name of Latin-1;
 * - what is declared as Latin-1, which some write without knowing, and by the rules of
 *   reader_guess_against_latin is something else.
 * With escape sequences, bytes above 127 that none of them announced (some announce a set once a
 * value, not once a component) belong to the set announced last, else to the first declared one
 * that has such bytes. What cannot be converted in the end becomes U+FFFD. */
char *reader_text_to_utf8 (const char *bytes, gsize length, const ReaderCharset *charset,
                           guint flags);

G_END_DECLS
