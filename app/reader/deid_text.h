/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of de-identified copies: which stay, and how dates move. Plain C over strings. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define READER_DEID_WORD_ENDS " _-/,.;:()+\\*&^="

/* Bytes of an LO (PS3.5 6.2), all values of it. */
#define READER_DEID_DESCRIPTION_MAX 64

/* Every word of a free text is in our vocabulary of anatomy and technique (two numbers of at most
 * three digits pass). None longer than READER_DEID_DESCRIPTION_MAX passes, nor one with '=', '@' or
 * '#', which no technique has. */
gboolean reader_deid_words_known (const char *text);

/* Upper-case words that pass in free text, and those that pass in code strings. */
gboolean reader_deid_word_known (const char *word);
gboolean reader_deid_term_known (const char *word);
/* Whether a word is one of n that stand in the order of strcmp. */
gboolean reader_deid_word_in (const char *word, const char *const *sorted, gsize n);

/* Code strings (PS3.5 6.2: at most 16 of A-Z 0-9 _ and space; values parted by backslash): every
 * word of every value is known, but for one of at most three letters. */
gboolean reader_deid_codes_known (const char *text);

/* Without the values that are not known. Free the result. */
char *reader_deid_clean_codes (const char *text);

/* The same for (0008,0008) and (0008,9007), where the place of a value has a meaning (PS3.3
 * C.7.6.1.1.2): what is not known becomes DERIVED, SECONDARY or OTHER. */
char *reader_deid_clean_image_type (const char *text);

/* Defined terms of Rescale Type and Modality LUT Type (PS3.3 C.11.1.1.2). */
gboolean reader_deid_rescale_known (const char *text);

/* One to three digits. */
gboolean reader_deid_is_short_number (const char *text);

/* Decimal or integer strings, parted by backslash, with spaces around them at most. */
gboolean reader_deid_is_numbers (const char *text);

/* Age nnnD/W/M/Y: ret_age gets what may be told, above 89 years "090Y" (ret_age: 5 bytes). */
gboolean reader_deid_age (const char *text, char ret_age[5]);

/* Defined terms of the characteristics that stay (sex, neutered, smoking). */
gboolean reader_deid_characteristic_known (guint16 element, const char *text);

/* Moves a whole, valid date by days: "20240303". ret_date: 9 bytes. */
gboolean reader_deid_shift_date (const char *date, gint days, char ret_date[9]);

/* Moves a whole, valid time "HHMMSS[.ffffff]" by seconds; FALSE if it would cross midnight.
 * ret_time: 17 bytes. */
gboolean reader_deid_shift_time (const char *time, gint seconds, char ret_time[17]);

/* Seconds of the day of a whole, valid time; -1 if it is none. */
gint reader_deid_seconds (const char *time);

/* Date and time of a DT, without its offset. seconds of -1: the date alone. ret_datetime: 27 bytes.
 */
gboolean reader_deid_shift_datetime (const char *datetime, gint days, gint seconds,
                                     char ret_datetime[27]);

G_END_DECLS
