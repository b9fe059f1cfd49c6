/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "letter_text.h"

#include <glib/gi18n.h>

#include "words.h"

#define BLANK "______________________________"

const char *
ui_letter_title (UiLetter letter)
{
  static const char *const titles[UI_N_LETTERS] = {
    [UI_LETTER_AI] = N_ ("Do you use artificial intelligence on my scans?"),
    [UI_LETTER_RESEARCH] = N_ ("Please do not use my data for research"),
    [UI_LETTER_DELETE] = N_ ("Please delete my data"),
    [UI_LETTER_ACCESS] = N_ ("Please give me my scans and reports"),
  };

  return _ (titles[letter]);
}

const char *
ui_country_name (UiCountry country)
{
  static const char *const names[UI_N_COUNTRIES] = {
    [UI_COUNTRY_EU] = N_ ("European Union"),
    [UI_COUNTRY_UK] = N_ ("United Kingdom"),
    [UI_COUNTRY_US] = N_ ("United States"),
    [UI_COUNTRY_OTHER] = N_ ("Another country"),
  };

  return _ (names[country]);
}

static const char *
request (UiLetter letter)
{
  switch (letter)
    {
    case UI_LETTER_AI:
      return _ ("Please tell me whether computer programs that learned from data are used on my "
                "scans, which ones, who runs them and where, whether my scans leave your house for "
                "that, and whether they are used to train such programs.");
    case UI_LETTER_RESEARCH:
      return _ ("Please do not use my scans and my other data for research, nor pass them on for "
                "research or for the training of computer programs, and tell me if that was done "
                "before.");
    case UI_LETTER_DELETE:
      return _ ("Please delete what you hold of me: scans, reports, and copies of them. If you "
                "passed them on, please tell those who got them. Please tell me when it is done.");
    case UI_LETTER_ACCESS:
    default:
      return _ ("Please give me a copy of all my scans in DICOM format, and of the reports on "
                "them, on a disc or stick, or as a download.");
    }
}

static char *
right_under_gdpr (UiLetter letter, const char *law)
{
  switch (letter)
    {
    case UI_LETTER_AI:
      return g_strdup_printf (
          _ ("I ask under Article 15 of the %s, which also covers automated decisions and the "
             "logic behind them (paragraph 1, letter h). Your answer is due within one month."),
          law);
    case UI_LETTER_RESEARCH:
      return g_strdup_printf (
          _ ("I object to this use under Article 21 of the %s, and withdraw any consent that I "
             "gave to it (Article 7, paragraph 3)."),
          law);
    case UI_LETTER_DELETE:
      return g_strdup_printf (
          _ ("I ask for this under Article 17 of the %s. If a law obliges you to keep something, "
             "please name that law, and tell me until when."),
          law);
    case UI_LETTER_ACCESS:
    default:
      return g_strdup_printf (
          _ ("I ask for this under Article 15 of the %s. The first copy is free of charge, and "
             "your answer is due within one month (Article 12)."),
          law);
    }
}

char *
ui_letter_right (UiLetter letter, UiCountry country)
{
  if (country == UI_COUNTRY_EU || country == UI_COUNTRY_UK)
    return right_under_gdpr (letter, country == UI_COUNTRY_EU
                                         ? _ ("General Data Protection Regulation (EU) 2016/679")
                                         : _ ("UK General Data Protection Regulation"));
  if (country == UI_COUNTRY_US && letter == UI_LETTER_ACCESS)
    return g_strdup (_ ("I ask for this under the HIPAA Privacy Rule, 45 CFR 164.524. Your answer "
                        "is due within 30 days."));
  if (country == UI_COUNTRY_US && letter == UI_LETTER_RESEARCH)
    return g_strdup (_ ("I revoke any authorization for research that I gave (HIPAA Privacy Rule, "
                        "45 CFR 164.508(b)(5))."));
  return NULL;
}

static const char *
or_blank (const char *text)
{
  return *text != '\0' ? text : BLANK;
}

char *
ui_letter_text (UiLetter letter, UiCountry country, const char *to, const char *name,
                const char *birth, const char *about)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = ui_words_day (now);
  g_autofree char *right = ui_letter_right (letter, country);
  GString *text = g_string_new (ui_letter_title (letter));

  g_string_append (text, "\n\n");
  g_string_append_printf (text, _ ("To: %s"), or_blank (to));
  g_string_append_c (text, '\n');
  g_string_append_printf (text, _ ("From: %s"), or_blank (name));
  g_string_append_c (text, '\n');
  g_string_append_printf (text, _ ("Born: %s"), or_blank (birth));
  g_string_append_c (text, '\n');
  g_string_append_printf (text, _ ("Date: %s"), date);
  g_string_append_printf (text, "\n\n%s", request (letter));
  if (about != NULL)
    g_string_append_printf (text, "\n\n%s", about);
  if (right != NULL)
    g_string_append_printf (text, "\n\n%s", right);
  g_string_append_printf (text, "\n\n%s\n\n%s\n\n\n%s", _ ("Please answer in writing."),
                          _ ("Thank you very much"), or_blank (name));
  return g_string_free (text, FALSE);
}
