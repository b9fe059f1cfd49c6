/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what the reader says of a picture to its place among those of its series. */
#include <math.h>
#include <string.h>

#include "import_private.h"

static double
double_of (GVariantDict *inspected, const char *keyword)
{
  double value = NAN;

  g_variant_dict_lookup (inspected, keyword, "d", &value);
  return isfinite (value) && fabs (value) < G_MAXFLOAT ? value : NAN;
}

/* Two digits, or -1. */
static gint
two_digits (const char *text)
{
  return g_ascii_isdigit (text[0]) && g_ascii_isdigit (text[1])
             ? (text[0] - '0') * 10 + (text[1] - '0')
             : -1;
}

/* Seconds of a date YYYYMMDD since 1970, 0 if it is none. */
static double
seconds_of_date (const char *date)
{
  const gint century = two_digits (date), year = century >= 0 ? two_digits (date + 2) : -1;
  const gint month = year >= 0 ? two_digits (date + 4) : -1;
  const gint day = month >= 0 ? two_digits (date + 6) : -1;
  GDate parsed;

  if (day < 0 ||
      !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) (century * 100 + year)))
    return 0;
  g_date_set_dmy (&parsed, (GDateDay) day, (GDateMonth) month, (GDateYear) (century * 100 + year));
  return ((double) g_date_get_julian (&parsed) - 719163) * 86400; /* 1 January 1970 */
}

/* Seconds of a time HHMMSS.FFFFFF, of which the end may be missing (PS3.5 6.2, TM); NAN if it is
 * none. */
static double
seconds_of_time (const char *time)
{
  const gint hours = two_digits (time), minutes = hours >= 0 ? two_digits (time + 2) : -1;
  double seconds = 0;

  if (hours < 0)
    return NAN;
  if (minutes >= 0 && two_digits (time + 4) >= 0)
    {
      char digits[16];

      g_strlcpy (digits, time + 4, sizeof digits);
      digits[2 + (digits[2] == '.' ? 1 + strspn (digits + 3, "0123456789") : 0)] = '\0';
      seconds = g_ascii_strtod (digits, NULL);
    }
  return hours * 3600.0 + MAX (minutes, 0) * 60.0 + seconds;
}

static double
time_of (GVariantDict *inspected)
{
  static const char *const pairs[][2] = { { "AcquisitionDate", "AcquisitionTime" },
                                          { "ContentDate", "ContentTime" } };
  const char *whole = "";

  g_variant_dict_lookup (inspected, "AcquisitionDateTime", "&s", &whole);
  if (strlen (whole) >= 10)
    return seconds_of_date (whole) + seconds_of_time (whole + 8);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      const char *date = "", *time = "";

      g_variant_dict_lookup (inspected, pairs[i][0], "&s", &date);
      if (g_variant_dict_lookup (inspected, pairs[i][1], "&s", &time) &&
          !isnan (seconds_of_time (time)))
        return seconds_of_date (date) + seconds_of_time (time);
    }
  return NAN;
}

/* FNV-1a in 16 bits, never 0. */
static guint16
hash_of (const char *text)
{
  guint32 hash = 2166136261u;

  for (; *text != '\0'; text++)
    hash = (hash ^ (guint8) *text) * 16777619u;
  hash ^= hash >> 16;
  return (guint16) hash != 0 ? (guint16) hash : 1;
}

static void
take_image_type (GVariantDict *inspected, ScanArrangement *arrangement)
{
  const char *text = "", *rest;
  g_auto (GStrv) values = NULL;

  g_variant_dict_lookup (inspected, "ImageType", "&s", &text);
  values = g_strsplit (text, "\\", -1);
  arrangement->localizer = g_strv_contains ((const char *const *) values, "LOCALIZER");
  rest = strchr (text, '\\');
  rest = rest != NULL ? strchr (rest + 1, '\\') : NULL;
  if (rest != NULL)
    arrangement->type = hash_of (rest + 1);
}

/* Directions are of length 1, or they are none. */
static void
take_orientation (GVariantDict *inspected, ScanArrangement *arrangement)
{
  g_autoptr (GVariant) array =
      g_variant_dict_lookup_value (inspected, "ImageOrientationPatient", G_VARIANT_TYPE ("ad"));
  gsize n = 0;
  const double *o = array != NULL ? g_variant_get_fixed_array (array, &n, sizeof (double)) : NULL;

  if (n != 6)
    return;
  for (guint i = 0; i < 6; i += 3)
    {
      const double square = o[i] * o[i] + o[i + 1] * o[i + 1] + o[i + 2] * o[i + 2];

      if (!(square > 0.9 && square < 1.1))
        return;
    }
  memcpy (arrangement->orientation, o, sizeof arrangement->orientation);
  arrangement->oriented = TRUE;
}

void
scan_import_arrangement (GVariantDict *inspected, guint8 ret_bytes[SCAN_ARRANGEMENT_MAX])
{
  ScanArrangement arrangement;

  scan_arrangement_init (&arrangement);
  if (inspected != NULL)
    {
      take_image_type (inspected, &arrangement);
      take_orientation (inspected, &arrangement);
      arrangement.b_value = double_of (inspected, "DiffusionBValue");
      arrangement.trigger = double_of (inspected, "TriggerTime");
      arrangement.echo = double_of (inspected, "EchoNumbers");
      if (isnan (arrangement.echo))
        arrangement.echo = double_of (inspected, "EchoTime");
      arrangement.time = time_of (inspected);
      g_variant_dict_lookup (inspected, "TemporalPositionIdentifier", "i", &arrangement.temporal);
      g_variant_dict_lookup (inspected, "AcquisitionNumber", "i", &arrangement.acquisition);
      g_variant_dict_lookup (inspected, "NumberOfSeriesRelatedInstances", "u",
                             &arrangement.series_total);
      g_variant_dict_lookup (inspected, "ImagesInAcquisition", "u", &arrangement.acquisition_total);
    }
  scan_arrangement_pack (&arrangement, ret_bytes);
}
