/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identifiers and dates: each of the copy is what the key and the shift make of the source's,
 * computed here anew. */
#include <string.h>

#include "check_kinds.h"
#include "check_made.h"

/* "2.25." and the first 16 bytes of HMAC-SHA256 (key, "uid" NUL length value), as a version 4 UUID,
 * in decimal. */
static char *
expected_uid (const CheckPlan *plan, const char *uid)
{
  guint32 words[4];
  guint8 sum[32];
  gsize n = sizeof sum;
  guint32 length = GUINT32_TO_BE ((guint32) strlen (uid));
  GString *digits = g_string_new (NULL);
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, plan->key, sizeof plan->key);

  g_hmac_update (hmac, (const guchar *) "uid", 4);
  g_hmac_update (hmac, (const guchar *) &length, sizeof length);
  g_hmac_update (hmac, (const guchar *) uid, (gssize) strlen (uid));
  g_hmac_get_digest (hmac, sum, &n);
  g_hmac_unref (hmac);
  sum[6] = (guint8) (0x40 | (sum[6] & 15));
  sum[8] = (guint8) (0x80 | (sum[8] & 63));
  for (guint i = 0; i < 4; i++)
    words[i] = (guint32) sum[4 * i] << 24 | (guint32) sum[4 * i + 1] << 16 |
               (guint32) sum[4 * i + 2] << 8 | sum[4 * i + 3];
  while ((words[0] | words[1] | words[2] | words[3]) != 0)
    {
      guint64 rest = 0;

      for (guint i = 0; i < 4; i++)
        {
          rest = rest << 32 | words[i];
          words[i] = (guint32) (rest / 10);
          rest %= 10;
        }
      g_string_prepend_c (digits, (char) ('0' + rest));
    }
  g_string_prepend (digits, "2.25.");
  return g_string_free (digits, FALSE);
}

static gboolean
is_registered_root (const char *uid)
{
  return g_str_has_prefix (uid, "1.2.840.10008.");
}

static void
check_uid_values (const CheckElement *element, const CheckElement *origin, const CheckPlan *plan,
                  CheckReport *report)
{
  g_autofree char *text = check_text (element),
                  *old_text = origin != NULL ? check_made_text (origin) : NULL;
  g_auto (GStrv) values = g_strsplit (text, "\\", -1);
  g_auto (GStrv) old_values = old_text != NULL ? g_strsplit (old_text, "\\", -1) : NULL;

  if (*text == '\0')
    return;
  if (old_values == NULL || g_strv_length (values) != g_strv_length (old_values))
    {
      check_found (report, element, "an identifier stands where the source has none");
      return;
    }
  for (guint i = 0; values[i] != NULL; i++)
    {
      g_autofree char *expected = expected_uid (plan, old_values[i]);

      if (strlen (values[i]) > 64)
        check_found (report, element, "an identifier is too long");
      else if (!g_str_equal (values[i], expected) &&
               !(is_registered_root (values[i]) && g_str_equal (values[i], old_values[i])))
        check_found (report, element, "an identifier is not the one that the key makes");
    }
}

guint64
check_uids (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
            CheckReport *report)
{
  guint64 examined = 0;

  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);

      if (!g_str_equal (element->vr, "UI") || element->in_meta)
        continue;
      examined++;
      check_uid_values (element, check_at (source, element->place), plan, report);
    }
  return examined;
}

static gboolean
julian_of (const char *text, guint *ret_julian)
{
  GDate date;
  guint number = 0;

  if (strlen (text) < 8 || strspn (text, "0123456789") < 8)
    return FALSE;
  for (guint i = 0; i < 8; i++)
    number = number * 10 + (guint) (text[i] - '0');
  if (!g_date_valid_dmy ((GDateDay) (number % 100), (GDateMonth) (number / 100 % 100),
                         (GDateYear) (number / 10000)))
    return FALSE;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) (number % 100), (GDateMonth) (number / 100 % 100),
                  (GDateYear) (number / 10000));
  *ret_julian = g_date_get_julian (&date);
  return TRUE;
}

/* The date at the beginning of a text, moved; "" if there is none. */
static char *
moved_date (const char *text, gint days)
{
  guint julian;
  GDate date;
  gint moved;

  if (!julian_of (text, &julian))
    return g_strdup ("");
  moved = (gint) julian + days;
  if (!g_date_valid_julian ((guint32) MAX (moved, 0)))
    return g_strdup ("");
  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) moved);
  return g_strdup_printf ("%04u%02u%02u", (guint) g_date_get_year (&date),
                          (guint) g_date_get_month (&date), (guint) g_date_get_day (&date));
}

static gint
seconds_of (const char *text)
{
  if (strlen (text) < 6 || strspn (text, "0123456789") < 6)
    return -1;
  return ((text[0] - '0') * 10 + text[1] - '0') * 3600 +
         ((text[2] - '0') * 10 + text[3] - '0') * 60 + (text[4] - '0') * 10 + text[5] - '0';
}

/* The time at the beginning of a text, moved; the parts of a second stay. "" if there is none. */
static char *
moved_time (const char *text, gint seconds)
{
  const gint moved = seconds_of (text) + seconds;

  if (seconds_of (text) < 0 || moved < 0 || moved >= 86400)
    return g_strdup ("");
  return g_strdup_printf ("%02d%02d%02d%s", moved / 3600, moved / 60 % 60, moved % 60, text + 6);
}

/* What a date, time or both of the source becomes: one value of which every character is known. */
static char *
moved (const CheckElement *element, const char *old, const CheckPlan *plan)
{
  const gint days = plan->keep_dates ? 0 : plan->date_shift,
             seconds = plan->keep_dates ? 0 : plan->time_shift;
  g_autofree char *date = NULL, *time = NULL, *zoneless = g_strndup (old, strcspn (old, "+-"));

  if (g_str_equal (element->vr, "TM"))
    return seconds != CHECK_NO_TIMES ? moved_time (old, seconds) : g_strdup ("");
  if (g_str_equal (element->vr, "DA"))
    return strlen (old) == 8 ? moved_date (old, days) : g_strdup ("");
  date = moved_date (zoneless, days);
  time = seconds != CHECK_NO_TIMES && strlen (zoneless) > 8 ? moved_time (zoneless + 8, seconds)
                                                            : g_strdup ("");
  return g_strconcat (date, time, NULL);
}

static void
check_date (const CheckElement *element, const CheckElement *origin, const CheckPlan *plan,
            GHashTable *source_dates, CheckReport *report)
{
  const gboolean is_time = g_str_equal (element->vr, "TM");
  g_autofree char *text = check_text (element),
                  *old = origin != NULL ? check_made_text (origin) : NULL;
  g_autofree char *expected = old != NULL ? moved (element, old, plan) : NULL;
  guint here;

  if (*text == '\0')
    return;
  if (expected == NULL)
    check_found (report, element, "a date or time stands where the source has none");
  else if (g_strcmp0 (text, check_constant (element->group, element->element)) == 0)
    return;
  else if (plan->strict)
    check_found (report, element, "a date or time is told");
  else if (!g_str_equal (text, expected))
    check_found (report, element, "a date or time was not moved as the others were");
  else if (!plan->keep_dates && !is_time && julian_of (text, &here) &&
           g_hash_table_contains (source_dates, GUINT_TO_POINTER (here)))
    check_found (report, element, "a moved date is another date of the source");
}

static GHashTable *
dates_of (const CheckFile *source)
{
  GHashTable *dates = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < source->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (source->elements, CheckElement, i);
      guint julian;

      if (element->is_parent || element->size < 8 || element->size > 64 ||
          !(g_str_equal (element->vr, "DA") || g_str_equal (element->vr, "DT")))
        continue;
      g_autofree char *text = check_text (element);
      if (julian_of (text, &julian))
        g_hash_table_add (dates, GUINT_TO_POINTER (julian));
    }
  return dates;
}

guint64
check_dates (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
             CheckReport *report)
{
  g_autoptr (GHashTable) source_dates = dates_of (source);
  guint64 examined = 0;

  if (!plan->strict && !plan->keep_dates && (plan->date_shift == 0 || plan->date_shift % 7 != 0))
    check_found (report, NULL, "the shift of dates is not a number of weeks");
  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);

      if (!g_str_equal (element->vr, "DA") && !g_str_equal (element->vr, "DT") &&
          !g_str_equal (element->vr, "TM"))
        continue;
      check_date (element, check_at (source, element->place), plan, source_dates, report);
      examined++;
    }
  return examined;
}
