/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

gboolean
reader_deid_is_short_number (const char *word)
{
  gsize n = strlen (word);

  return n > 0 && n <= 3 && strspn (word, "0123456789") == n;
}

gboolean
reader_deid_words_known (const char *text)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *upper = NULL;
  guint numbers = 0;

  if (strlen (text) > READER_DEID_DESCRIPTION_MAX || strpbrk (text, "@#=") != NULL)
    return FALSE;
  for (const char *at = text; *at != '\0'; at++)
    if ((guchar) *at >= 0x80)
      return FALSE;
  upper = g_ascii_strup (text, -1);
  words = g_strsplit_set (upper, READER_DEID_WORD_ENDS, -1);
  for (char **word = words; *word != NULL; word++)
    if (reader_deid_is_short_number (*word))
      numbers++;
    else if (**word != '\0' && !reader_deid_word_known (*word))
      return FALSE;
  /* Three short numbers may be a date. */
  return numbers < 3;
}

/* A single value. Makers' own abbreviations are let through, but only one of at most three letters.
 */
static gboolean
is_code_known (const char *value)
{
  g_auto (GStrv) words = NULL;
  guint unknown = 0;

  if (strlen (value) > 16 ||
      strspn (value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ") != strlen (value))
    return FALSE;
  words = g_strsplit_set (value, " _", -1);
  for (char **word = words; *word != NULL; word++)
    if (!reader_deid_term_known (*word) && **word != '\0')
      {
        if (strlen (*word) > 3)
          return FALSE;
        unknown++;
      }
  return unknown <= 1;
}

gboolean
reader_deid_codes_known (const char *text)
{
  g_autofree char *clean = reader_deid_clean_codes (text);
  g_auto (GStrv) values = g_strsplit (text, "\\", -1), left = g_strsplit (clean, "\\", -1);

  return g_strv_length (values) == g_strv_length (left);
}

char *
reader_deid_clean_codes (const char *text)
{
  g_auto (GStrv) values = g_strsplit (text, "\\", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (char **value = values; *value != NULL; value++)
    if (is_code_known (g_strstrip (*value)))
      g_ptr_array_add (kept, *value);
  g_ptr_array_add (kept, NULL);
  return g_strjoinv ("\\", (char **) kept->pdata);
}

char *
reader_deid_clean_image_type (const char *text)
{
  static const char *const fallback[] = { "DERIVED", "SECONDARY" };
  char **values = g_strsplit (text, "\\", -1);
  char *clean;

  for (guint i = 0; values[i] != NULL; i++)
    if (!is_code_known (g_strstrip (values[i])) ||
        (i < G_N_ELEMENTS (fallback) && *values[i] == '\0'))
      {
        g_free (values[i]);
        values[i] = g_strdup (i < G_N_ELEMENTS (fallback) ? fallback[i] : "OTHER");
      }
  clean = g_strjoinv ("\\", values);
  g_strfreev (values);
  return clean;
}

gboolean
reader_deid_is_numbers (const char *text)
{
  g_auto (GStrv) values = g_strsplit (text, "\\", -1);

  for (char **value = values; *value != NULL; value++)
    {
      char *end;

      if (strspn (*value, "0123456789+-.eE ") != strlen (*value))
        return FALSE;
      g_strstrip (*value);
      if (**value == '\0')
        continue;
      if (strlen (*value) > 16)
        return FALSE;
      g_ascii_strtod (*value, &end);
      if (*end != '\0')
        return FALSE;
    }
  return TRUE;
}

gboolean
reader_deid_rescale_known (const char *text)
{
  static const char *const terms[] = { "OD", "HU",  "US",     "MGML", "Z_EFF",
                                       "ED", "EDW", "HU_MOD", "PCT" };

  for (gsize i = 0; i < G_N_ELEMENTS (terms); i++)
    if (g_str_equal (terms[i], text))
      return TRUE;
  return FALSE;
}

gboolean
reader_deid_age (const char *text, char ret_age[5])
{
  if (strlen (text) != 4 || strspn (text, "0123456789") != 3 || strchr ("DWMY", text[3]) == NULL)
    return FALSE;
  /* PS3.15 E.3.7: ages above 89 single a person out. */
  strcpy (ret_age, text[3] == 'Y' && atoi (text) > 89 ? "090Y" : text);
  return TRUE;
}

gboolean
reader_deid_characteristic_known (guint16 element, const char *text)
{
  static const char *const sex[] = { "M", "F", "O" };
  static const char *const other[] = { "YES", "NO", "UNKNOWN", "ALTERED", "UNALTERED" };
  const char *const *terms = element == 0x0040 ? sex : other;
  gsize n = element == 0x0040 ? G_N_ELEMENTS (sex) : G_N_ELEMENTS (other);

  for (gsize i = 0; i < n; i++)
    if (g_str_equal (terms[i], text))
      return TRUE;
  return FALSE;
}

gboolean
reader_deid_shift_date (const char *date, gint days, char ret_date[9])
{
  GDate moved;
  guint number;

  if (strlen (date) != 8 || strspn (date, "0123456789") != 8)
    return FALSE;
  number = (guint) g_ascii_strtoull (date, NULL, 10);
  if (!g_date_valid_dmy ((GDateDay) (number % 100), (GDateMonth) (number / 100 % 100),
                         (GDateYear) (number / 10000)) ||
      number < 18500000)
    return FALSE;
  g_date_clear (&moved, 1);
  g_date_set_dmy (&moved, (GDateDay) (number % 100), (GDateMonth) (number / 100 % 100),
                  (GDateYear) (number / 10000));
  if (days < 0)
    g_date_subtract_days (&moved, (guint) -days);
  else
    g_date_add_days (&moved, (guint) days);
  g_snprintf (ret_date, 9, "%04u%02u%02u", g_date_get_year (&moved) % 10000u,
              (guint) g_date_get_month (&moved), (guint) g_date_get_day (&moved));
  return TRUE;
}

static gboolean
is_whole_time (const char *time)
{
  gsize n = strlen (time);

  return n >= 6 && n <= 13 && strspn (time, "0123456789") >= 6 &&
         (n == 6 || (time[6] == '.' && n > 7)) &&
         (n == 6 || strspn (time + 7, "0123456789") == n - 7) && strncmp (time, "24", 2) < 0 &&
         time[2] < '6' && time[4] < '6';
}

gint
reader_deid_seconds (const char *time)
{
  return is_whole_time (time) ? ((time[0] - '0') * 10 + time[1] - '0') * 3600 +
                                    ((time[2] - '0') * 10 + time[3] - '0') * 60 +
                                    (time[4] - '0') * 10 + time[5] - '0'
                              : -1;
}

gboolean
reader_deid_shift_time (const char *time, gint seconds, char ret_time[17])
{
  const gint total = reader_deid_seconds (time) + seconds;

  if (!is_whole_time (time))
    return FALSE;
  if (total < 0 || total >= 86400)
    return FALSE;
  g_snprintf (ret_time, 17, "%02d%02d%02d%s", total / 3600, total / 60 % 60, total % 60, time + 6);
  return TRUE;
}

gboolean
reader_deid_shift_datetime (const char *datetime, gint days, gint seconds, char ret_datetime[27])
{
  char date[9] = { 0 }, moved_date[9], time[18] = { 0 }, moved_time[17] = "";
  gsize n = strcspn (datetime, "+-");

  if (n < 8)
    return FALSE;
  memcpy (date, datetime, 8);
  if (!reader_deid_shift_date (date, days, moved_date))
    return FALSE;
  if (seconds != -1 && n > 8)
    {
      if (n - 8 >= sizeof time)
        return FALSE;
      memcpy (time, datetime + 8, n - 8);
      if (!reader_deid_shift_time (time, seconds, moved_time))
        return FALSE;
    }
  g_snprintf (ret_datetime, 27, "%s%s", moved_date, moved_time);
  return TRUE;
}
