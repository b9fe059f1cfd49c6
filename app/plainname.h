/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain names: "CT of the chest" instead of "CT THX W/O". English, unless the program has said how
 * to put them into its language: the window does, the command line does not. */
#pragma once

#include <glib.h>

/* Every plain name made from now on goes through this function, which gives the words in the
 * person's language and never frees or changes them (gettext does so); NULL for English. Call it
 * before there is a second thread. */
void scan_plain_set_language (const char *(*function) (const char *english));

/* Words or a format in the language that was set; what is given back stays good. */
const char *scan_plain_words (const char *english) G_GNUC_FORMAT (1);

/* A study's title from the first modality, BodyPartExamined and description; never guesses a side.
 * Any argument may be NULL or "". Free with g_free. Examples: "CT of the chest", "X-ray", "Scan".
 */
char *scan_plain_title (const char *modality, const char *body_part, const char *description);

/* "3 March 2024" from "20240303"; "" (a copy) if it is no date. Free with g_free. */
char *scan_plain_date (const char *dicom_date);

/* "CT of the chest, 3 March 2024"; without a date only the title. Free with g_free. */
char *scan_plain_name (const char *title, const char *dicom_date);

/* A person's name in natural order, from a value of VR PN (PS3.5 6.2.1): component groups
 * alphabetic = ideographic = phonetic, in each family ^ given ^ middle ^ prefix ^ suffix. Free with
 * g_free.
 *
 * - In letters: prefix given middle family suffix. "Müller^Anna^Maria^Dr." → "Dr. Anna Maria
 *   Müller".
 * - In Chinese characters, kana or Hangul the family name comes first and titles last; Hangul are
 *   written together, the rest with a space, which shows where the family name ends: "山田 太郎",
 *   "홍길동".
 * - The ideographic group is shown first, and the alphabetic in parentheses where it is written in
 *   another script, in the same order then: "山田 太郎 (Yamada Tarou)". The phonetic group is shown
 *   only where the others are empty.
 * The value itself, with all its groups, is what is kept and handed on. */
char *scan_plain_person (const char *dicom_name);
