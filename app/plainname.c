/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plainname.h"
#include "translate.h"

#include <string.h>

static const char *(*translate) (const char *english);

typedef struct
{
  const char *code;
  const char *words;
} Term;

/* Modalities of DICOM PS3.3 C.7.3.1.1.1 that a patient may hold. */
static const Term modalities[] = {
  { "CT", N_ ("CT") },
  { "MR", N_ ("MRI") },
  { "CR", N_ ("X-ray") },
  { "DX", N_ ("X-ray") },
  { "DR", N_ ("X-ray") },
  { "RF", N_ ("X-ray video") },
  { "XA", N_ ("Angiography") },
  { "MG", N_ ("Mammogram") },
  { "US", N_ ("Ultrasound") },
  { "IVUS", N_ ("Ultrasound") },
  { "NM", N_ ("Nuclear scan") },
  { "PT", N_ ("PET scan") },
  { "ECG", N_ ("ECG") },
  { "OT", N_ ("Picture") },
  { "SC", N_ ("Picture") },
  { "XC", N_ ("Photo") },
  { "ES", N_ ("Endoscopy") },
  { "OP", N_ ("Eye picture") },
  { "OPT", N_ ("Eye scan") },
  { "SM", N_ ("Microscope picture") },
  { "IO", N_ ("Dental X-ray") },
  { "PX", N_ ("Dental X-ray") },
  { "SR", N_ ("Report") },
  { "DOC", N_ ("Report") },
  { "RTDOSE", N_ ("Radiotherapy plan") },
  { "RTPLAN", N_ ("Radiotherapy plan") },
  { "RTSTRUCT", N_ ("Radiotherapy plan") },
  { "SEG", N_ ("Outline of a scan") },
  { "PR", N_ ("Display notes") },
  { "KO", N_ ("Marked pictures") },
};

/* Defined terms of Body Part Examined (DICOM PS3.16 Annex L), and words found in descriptions.
 * Longer words stand before those that they contain. */
static const Term body_parts[] = {
  { "CHEST", N_ ("chest") },
  { "THORAX", N_ ("chest") },
  { "LUNG", N_ ("lungs") },
  { "HEART", N_ ("heart") },
  { "CARDIAC", N_ ("heart") },
  { "CORONARY", N_ ("heart") },
  { "BREAST", N_ ("breast") },
  { "ABDOMEN", N_ ("abdomen") },
  { "PELVIS", N_ ("pelvis") },
  { "LIVER", N_ ("liver") },
  { "KIDNEY", N_ ("kidneys") },
  { "PROSTATE", N_ ("prostate") },
  { "UTERUS", N_ ("womb") },
  { "HEAD", N_ ("head") },
  { "BRAIN", N_ ("brain") },
  { "SKULL", N_ ("skull") },
  { "NECK", N_ ("neck") },
  { "CSPINE", N_ ("neck spine") },
  { "CERVICAL", N_ ("neck spine") },
  { "TSPINE", N_ ("upper back") },
  { "LSPINE", N_ ("lower back") },
  { "LUMBAR", N_ ("lower back") },
  { "SPINE", N_ ("spine") },
  { "SHOULDER", N_ ("shoulder") },
  { "ELBOW", N_ ("elbow") },
  { "WRIST", N_ ("wrist") },
  { "HAND", N_ ("hand") },
  { "FINGER", N_ ("finger") },
  { "HIP", N_ ("hip") },
  { "KNEE", N_ ("knee") },
  { "ANKLE", N_ ("ankle") },
  { "FOOT", N_ ("foot") },
  { "JAW", N_ ("jaw") },
  { "TEETH", N_ ("teeth") },
  { "THYROID", N_ ("thyroid") },
  { "EYE", N_ ("eye") },
};

void
scan_plain_set_language (const char *(*function) (const char *english))
{
  translate = function;
}

const char *
scan_plain_words (const char *english)
{
  return translate != NULL ? translate (english) : english;
}

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
    kind = N_ ("Scan");
  /* Translators: "CT of the chest". Both words stand in this catalog; "%s: %s" is fine where an
   * article would have to fit the word. */
  if (part != NULL)
    return g_strdup_printf (scan_plain_words (N_ ("%s of the %s")), scan_plain_words (kind),
                            scan_plain_words (part));
  /* Translators: "CT scan". */
  if (g_str_equal (kind, "CT") || g_str_equal (kind, "MRI"))
    return g_strdup_printf (scan_plain_words (N_ ("%s scan")), scan_plain_words (kind));
  return g_strdup (scan_plain_words (kind));
}

char *
scan_plain_date (const char *dicom_date)
{
  static const char *months[] = { N_ ("January"), N_ ("February"), N_ ("March"),
                                  N_ ("April"),   N_ ("May"),      N_ ("June"),
                                  N_ ("July"),    N_ ("August"),   N_ ("September"),
                                  N_ ("October"), N_ ("November"), N_ ("December") };
  guint year, month, day;

  if (dicom_date == NULL || strlen (dicom_date) != 8 || strspn (dicom_date, "0123456789") != 8)
    return g_strdup ("");
  year = (guint) ((dicom_date[0] - '0') * 1000 + (dicom_date[1] - '0') * 100 +
                  (dicom_date[2] - '0') * 10 + (dicom_date[3] - '0'));
  month = (guint) ((dicom_date[4] - '0') * 10 + (dicom_date[5] - '0'));
  day = (guint) ((dicom_date[6] - '0') * 10 + (dicom_date[7] - '0'));
  if (!g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return g_strdup ("");
  /* Translators: day, month and year, as in "3 March 2024". */
  return g_strdup_printf (scan_plain_words (N_ ("%u %s %u")), day,
                          scan_plain_words (months[month - 1]), year);
}

char *
scan_plain_name (const char *title, const char *dicom_date)
{
  g_autofree char *date = scan_plain_date (dicom_date);

  return *date != '\0' ? g_strdup_printf ("%s, %s", title, date) : g_strdup (title);
}
