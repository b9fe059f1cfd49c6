/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identifiers and dates: each of the copy is what the key and the shift make of the source's,
 * computed here anew. */
#include <string.h>

#include "check.h"

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
                  *old_text = origin != NULL ? check_text (origin) : NULL;
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
      g_autofree char *expected = NULL;

      g_strchomp (values[i]);
      g_strchomp (old_values[i]);
      expected = expected_uid (plan, old_values[i]);
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

/* 19000101 and 000000 stand where a date or time has to be and none is told (Type 1). */
static gboolean
is_dummy (const char *text)
{
  return g_str_equal (text, "19000101") || g_str_equal (text, "000000");
}

static gint seconds_of (const char *text);

static void
check_date (const CheckElement *element, const CheckElement *origin, const CheckPlan *plan,
            GHashTable *source_dates, CheckReport *report)
{
  g_autofree char *text = check_text (element),
                  *old_text = origin != NULL ? check_text (origin) : NULL;
  guint here, there;

  if (*text == '\0')
    return;
  if (old_text == NULL)
    check_found (report, element, "a date stands where the source has none");
  else if (is_dummy (text))
    return;
  else if (plan->strict)
    check_found (report, element, "a date is told");
  else if (plan->keep_dates)
    {
      if (strncmp (text, old_text, strlen (text)) != 0)
        check_found (report, element, "a date was changed that was to be kept");
    }
  else if (!julian_of (text, &here) || !julian_of (old_text, &there) ||
           (gint) here - (gint) there != plan->date_shift)
    check_found (report, element, "a date was not moved as the others were");
  else if (g_hash_table_contains (source_dates, GUINT_TO_POINTER (here)))
    check_found (report, element, "a moved date is another date of the source");
  else if (element->vr[1] == 'T' && strlen (text) != 8 &&
           (plan->time_shift == CHECK_NO_TIMES || seconds_of (text + 8) < 0 ||
            strlen (old_text) < 14 ||
            seconds_of (text + 8) - seconds_of (old_text + 8) != plan->time_shift))
    check_found (report, element, "a time of day is told");
}

static gint
seconds_of (const char *text)
{
  if (strlen (text) < 6 || strspn (text, "0123456789") < 6)
    return -1;
  return ((text[0] - '0') * 10 + text[1] - '0') * 3600 +
         ((text[2] - '0') * 10 + text[3] - '0') * 60 + (text[4] - '0') * 10 + text[5] - '0';
}

static void
check_time (const CheckElement *element, const CheckElement *origin, const CheckPlan *plan,
            CheckReport *report)
{
  g_autofree char *text = check_text (element),
                  *old_text = origin != NULL ? check_text (origin) : NULL;

  if (*text == '\0')
    return;
  if (old_text == NULL)
    check_found (report, element, "a time stands where the source has none");
  else if (is_dummy (text))
    return;
  else if (plan->strict)
    check_found (report, element, "a time of day is told");
  else if (plan->keep_dates ? !g_str_equal (text, old_text)
                            : plan->time_shift == CHECK_NO_TIMES || seconds_of (text) < 0 ||
                                  seconds_of (text) - seconds_of (old_text) != plan->time_shift)
    check_found (report, element, "a time of day is not what it should be");
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
      const CheckElement *origin = check_at (source, element->place);

      if (g_str_equal (element->vr, "DA") || g_str_equal (element->vr, "DT"))
        check_date (element, origin, plan, source_dates, report);
      else if (g_str_equal (element->vr, "TM"))
        check_time (element, origin, plan, report);
      else
        continue;
      examined++;
    }
  return examined;
}
