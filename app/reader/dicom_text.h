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
} ReaderCharset;

/* Opens a converter for every character set and keeps it open: later nothing may be loaded. Returns
 * NULL, or a constant sentence. Once, at start. */
const char *reader_text_preload (void);

/* Reads the value of (0008,0005), length bytes, values joined by backslashes. NULL = absent. */
ReaderCharset reader_charset_parse (const char *value, gsize length);

/* The text as valid UTF-8, to be freed by g_free: never fails. Without a declared character set the
 * bytes are taken as UTF-8 if they are valid UTF-8, else as Latin-1. What cannot be converted
 * becomes U+FFFD. NUL and other control characters are left out; line ends stay if keep_lines, else
 * become spaces. Padding at both ends goes. */
char *reader_text_to_utf8 (const char *bytes, gsize length, const ReaderCharset *charset,
                           gboolean keep_lines);

G_END_DECLS
