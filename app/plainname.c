/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plainname.h"

#include <string.h>

typedef struct
{
  const char *code;
  const char *words;
} Term;

/* Modalities of DICOM PS3.3 C.7.3.1.1.1 that a patient may hold. */
static const Term modalities[] = {
  { "CT", "CT" },
  { "MR", "MRI" },
  { "CR", "X-ray" },
  { "DX", "X-ray" },
  { "DR", "X-ray" },
  { "RF", "X-ray video" },
  { "XA", "Angiography" },
  { "MG", "Mammogram" },
  { "US", "Ultrasound" },
  { "IVUS", "Ultrasound" },
  { "NM", "Nuclear scan" },
  { "PT", "PET scan" },
  { "ECG", "ECG" },
  { "OT", "Picture" },
  { "SC", "Picture" },
  { "XC", "Photo" },
  { "ES", "Endoscopy" },
  { "OP", "Eye picture" },
  { "OPT", "Eye scan" },
  { "SM", "Microscope picture" },
  { "IO", "Dental X-ray" },
  { "PX", "Dental X-ray" },
  { "SR", "Report" },
  { "DOC", "Report" },
  { "RTDOSE", "Radiotherapy plan" },
  { "RTPLAN", "Radiotherapy plan" },
  { "RTSTRUCT", "Radiotherapy plan" },
  { "SEG", "Outline of a scan" },
  { "PR", "Display notes" },
  { "KO", "Marked pictures" },
};

/* Defined terms of Body Part Examined (DICOM PS3.16 Annex L), and words found in descriptions.
 * Longer words stand before those that they contain. */
static const Term body_parts[] = {
  { "CHEST", "chest" },         { "THORAX", "chest" },      { "LUNG", "lungs" },
  { "HEART", "heart" },         { "CARDIAC", "heart" },     { "CORONARY", "heart" },
  { "BREAST", "breast" },       { "ABDOMEN", "abdomen" },   { "PELVIS", "pelvis" },
  { "LIVER", "liver" },         { "KIDNEY", "kidneys" },    { "PROSTATE", "prostate" },
  { "UTERUS", "womb" },         { "HEAD", "head" },         { "BRAIN", "brain" },
  { "SKULL", "skull" },         { "NECK", "neck" },         { "CSPINE", "neck spine" },
  { "CERVICAL", "neck spine" }, { "TSPINE", "upper back" }, { "LSPINE", "lower back" },
  { "LUMBAR", "lower back" },   { "SPINE", "spine" },       { "SHOULDER", "shoulder" },
  { "ELBOW", "elbow" },         { "WRIST", "wrist" },       { "HAND", "hand" },
  { "FINGER", "finger" },       { "HIP", "hip" },           { "KNEE", "knee" },
  { "ANKLE", "ankle" },         { "FOOT", "foot" },         { "JAW", "jaw" },
  { "TEETH", "teeth" },         { "THYROID", "thyroid" },   { "EYE", "eye" },
};

static const char *
find_code (const Term *terms, gsize n, const char *code)
{
  for (gsize i = 0; i < n; i++)
    if (g_ascii_strcasecmp (terms[i].code, code) == 0)
      return terms[i].words;
  return NULL;
}

static gboolean
contains_word (const char *text, const char *word)
{
  gsize n = strlen (word);

  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_strncasecmp (at, word, n) == 0 && (at == text || !g_ascii_isalpha (at[-1])) &&
        !g_ascii_isalpha (at[n]))
      return TRUE;
  return FALSE;
}

static const char *
body_part_words (const char *body_part, const char *description)
{
  const char *words = NULL;

  if (body_part != NULL && *body_part != '\0')
    words = find_code (body_parts, G_N_ELEMENTS (body_parts), body_part);
  if (words == NULL && description != NULL)
    for (gsize i = 0; i < G_N_ELEMENTS (body_parts) && words == NULL; i++)
      if (contains_word (description, body_parts[i].code))
        words = body_parts[i].words;
  return words;
}

char *
scan_plain_title (const char *modality, const char *body_part, const char *description)
{
  const char *kind = NULL;
  const char *part = body_part_words (body_part, description);

  if (modality != NULL)
    kind = find_code (modalities, G_N_ELEMENTS (modalities), modality);
  if (kind == NULL)
    kind = "Scan";
  if (part != NULL)
    return g_strdup_printf ("%s of the %s", kind, part);
  if (g_str_equal (kind, "CT") || g_str_equal (kind, "MRI"))
    return g_strdup_printf ("%s scan", kind);
  return g_strdup (kind);
}

char *
scan_plain_date (const char *dicom_date)
{
  static const char *months[] = { "January",   "February", "March",    "April",
                                  "May",       "June",     "July",     "August",
                                  "September", "October",  "November", "December" };
  guint year, month, day;

  if (dicom_date == NULL || strlen (dicom_date) != 8 || strspn (dicom_date, "0123456789") != 8)
    return g_strdup ("");
  year = (guint) ((dicom_date[0] - '0') * 1000 + (dicom_date[1] - '0') * 100 +
                  (dicom_date[2] - '0') * 10 + (dicom_date[3] - '0'));
  month = (guint) ((dicom_date[4] - '0') * 10 + (dicom_date[5] - '0'));
  day = (guint) ((dicom_date[6] - '0') * 10 + (dicom_date[7] - '0'));
  if (!g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return g_strdup ("");
  return g_strdup_printf ("%u %s %u", day, months[month - 1], year);
}

char *
scan_plain_name (const char *title, const char *dicom_date)
{
  g_autofree char *date = scan_plain_date (dicom_date);

  return *date != '\0' ? g_strdup_printf ("%s, %s", title, date) : g_strdup (title);
}
