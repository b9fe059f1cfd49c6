/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of de-identified copies: which stay, and how dates move. Plain C over strings. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Every word of a free text is in our vocabulary of anatomy and technique (numbers of at most three digits pass). */
gboolean reader_deid_words_known (const char *text);

/* A code string (PS3.5 6.2: at most 16 of A-Z 0-9 _ and space; values parted by backslash) of which every word is in the
 * vocabulary or has at most three characters. */
gboolean reader_deid_codes_known (const char *text);

/* Decimal or integer strings, parted by backslash. */
gboolean reader_deid_is_numbers (const char *text);

/* Age nnnD/W/M/Y: ret_age gets what may be told, above 89 years "090Y" (ret_age: 5 bytes). */
gboolean reader_deid_age (const char *text, char ret_age[5]);

/* Defined terms of the characteristics that stay (sex, neutered, smoking). */
gboolean reader_deid_characteristic_known (guint16 element, const char *text);

/* Moves a whole, valid date by days: "20240303". ret_date: 9 bytes. */
gboolean reader_deid_shift_date (const char *date, gint days, char ret_date[9]);

/* Moves a whole, valid time "HHMMSS[.ffffff]" by seconds; FALSE if it would cross midnight. ret_time: 17 bytes. */
gboolean reader_deid_shift_time (const char *time, gint seconds, char ret_time[17]);

/* Date and time of a DT, without its offset. seconds < 0: the date alone. ret_datetime: 27 bytes. */
gboolean reader_deid_shift_datetime (const char *datetime, gint days, gint seconds, char ret_datetime[27]);

G_END_DECLS
