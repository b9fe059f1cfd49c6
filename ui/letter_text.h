/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of letters that a patient writes to a clinic. They name a law only where that law gives
 * the right that the letter asks for. */
#pragma once

#include <glib.h>

typedef enum
{
  UI_LETTER_AI,       /* is artificial intelligence used on my scans? */
  UI_LETTER_RESEARCH, /* do not use my data for research */
  UI_LETTER_DELETE,   /* delete my data, or the copy that was shared */
  UI_LETTER_ACCESS,   /* give me my scans */
  UI_N_LETTERS
} UiLetter;

typedef enum
{
  UI_COUNTRY_EU, /* Regulation (EU) 2016/679 */
  UI_COUNTRY_UK, /* UK GDPR, which has the same articles */
  UI_COUNTRY_US, /* HIPAA Privacy Rule, 45 CFR 164 Subpart E */
  UI_COUNTRY_OTHER,
  UI_N_COUNTRIES
} UiCountry;

/* Translated. */
const char *ui_letter_title (UiLetter letter);
const char *ui_country_name (UiCountry country);

/* What the law gives, or NULL where it gives no such right that is known here. Sources, by letter:
 * access GDPR Art. 15 (3), 12 (3) and (5), 45 CFR 164.524; research Art. 21, 7 (3), 45 CFR
 * 164.508 (b)(5); deletion Art. 17, none in HIPAA; automated decisions Art. 15 (1)(h), none in
 * HIPAA. Free with g_free. */
char *ui_letter_right (UiLetter letter, UiCountry country);

/* The whole letter. to, name, birth: "" leaves a line to be filled in by hand. about: sentences on
 * which copy is meant, or NULL. Free with g_free. */
char *ui_letter_text (UiLetter letter, UiCountry country, const char *to, const char *name,
                      const char *birth, const char *about);
