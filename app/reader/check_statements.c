/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a copy says of the person and of itself. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "check_made.h"

static gboolean
has_vr_of_a_number (const CheckElement *element)
{
  return g_str_equal (element->vr, "LO") || g_str_equal (element->vr, "??");
}

/* HMAC-SHA256 (key, "pid" NUL length value): 80 bits as base32. Only where the source's numbers are
 * ASCII, which is itself in every character set. */
static gboolean
is_expected_pseudonym (const CheckFile *source, const CheckPlan *plan, const char *text)
{
  const CheckElement *id = check_find (source, 0x0010, 0x0020),
                     *issuer = check_find (source, 0x0010, 0x0021);
  /* NULs are left out of what numbers the patient, as everywhere in the vault. */
  g_autofree char *id_text = id != NULL ? check_dense_text (id) : g_strdup (""),
                  *issuer_text = issuer != NULL ? check_dense_text (issuer) : g_strdup ("");
  g_autoptr (GByteArray) value = g_byte_array_new ();
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, plan->key, sizeof plan->key);
  guint8 sum[32];
  gsize n = sizeof sum;
  guint32 length;
  guint64 bits = 0;

  for (const char *at = id_text; *at != '\0'; at++)
    if ((guint8) *at < 0x20 || (guint8) *at > 0x7E)
      return TRUE;
  for (const char *at = issuer_text; *at != '\0'; at++)
    if ((guint8) *at < 0x20 || (guint8) *at > 0x7E)
      return TRUE;
  /* What a reader shows of odd spaces is its affair. */
  if (strstr (id_text, "  ") != NULL || strstr (issuer_text, "  ") != NULL || *id_text == ' ' ||
      *issuer_text == ' ' || (id != NULL && id->depth == 0 && !has_vr_of_a_number (id)) ||
      (issuer != NULL && !has_vr_of_a_number (issuer)))
    return TRUE;
  g_byte_array_append (value, (const guint8 *) id_text, (guint) strlen (id_text));
  if (*issuer_text != '\0')
    {
      g_byte_array_append (value, (const guint8 *) "", 1);
      g_byte_array_append (value, (const guint8 *) issuer_text, (guint) strlen (issuer_text));
    }
  length = GUINT32_TO_BE (value->len);
  g_hmac_update (hmac, (const guchar *) "pid", 4);
  g_hmac_update (hmac, (const guchar *) &length, sizeof length);
  g_hmac_update (hmac, value->data, value->len);
  g_hmac_get_digest (hmac, sum, &n);
  for (guint i = 0; i < 16; i++)
    {
      if (i % 8 == 0)
        bits = (guint64) sum[i / 8 * 5] << 32 | (guint64) sum[i / 8 * 5 + 1] << 24 |
               (guint64) sum[i / 8 * 5 + 2] << 16 | (guint64) sum[i / 8 * 5 + 3] << 8 |
               sum[i / 8 * 5 + 4];
      if (text[i] != "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bits >> (35 - 5 * (i % 8)) & 31])
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_base32 (const char *text, gsize n)
{
  return strlen (text) == n && strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == n;
}

static void
check_patient (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
               CheckReport *report)
{
  const CheckElement *name = check_find (copy, 0x0010, 0x0010),
                     *id = check_find (copy, 0x0010, 0x0020);
  const CheckElement *birth = check_find (copy, 0x0010, 0x0030),
                     *sex = check_find (copy, 0x0010, 0x0040);
  g_autofree char *name_text = name != NULL ? check_text (name) : NULL;
  g_autofree char *id_text = id != NULL ? check_text (id) : NULL;

  if (id_text == NULL || !is_base32 (id_text, 16) || !is_expected_pseudonym (source, plan, id_text))
    check_found (report, id, "this is not a pseudonym of ours");
  else if (name_text == NULL || !g_str_has_prefix (name_text, "Patient^") ||
           strncmp (name_text + 8, id_text, 8) != 0 || strlen (name_text) != 16)
    check_found (report, name, "this is not the name of the pseudonym");
  if (birth != NULL && birth->size != 0)
    check_found (report, birth, "a date of birth is told");
  if (plan->strict && sex != NULL && sex->size != 0)
    check_found (report, sex, "the sex is told");
}

/* As the source says, but for ages above 89 years (PS3.15 E.3.7), which 090Y stands for. */
static void
check_age (const CheckFile *source, const CheckFile *copy, CheckReport *report)
{
  const CheckElement *age = check_find (copy, 0x0010, 0x1010),
                     *origin = check_find (source, 0x0010, 0x1010);
  g_autofree char *text = age != NULL ? check_text (age) : NULL;
  g_autofree char *old = origin != NULL ? check_made_text (origin) : NULL;

  if (text == NULL || *text == '\0')
    return;
  if (old == NULL || strlen (text) != 4 || strspn (text, "0123456789") != 3 ||
      strchr ("DWMY", text[3]) == NULL || (text[3] == 'Y' && atoi (text) > 90) ||
      (g_str_equal (text, "090Y") ? atoi (old) < 90 || strlen (old) != 4 || old[3] != 'Y'
                                  : !g_str_equal (text, old)))
    check_found (report, age, "this is not the age that may be told");
}

static gboolean
text_is (const CheckFile *copy, guint16 group, guint16 element, const char *expected)
{
  const CheckElement *found = check_find (copy, group, element);
  g_autofree char *text = found != NULL ? check_text (found) : NULL;

  return g_strcmp0 (text, expected) == 0;
}

static gboolean
is_text (const CheckElement *element, guint16 number, const char *expected)
{
  g_autofree char *text = check_text (element);

  return element->depth == 1 && element->group == 0x0008 && element->element == number &&
         g_str_equal (text, expected);
}

/* Exactly the codes of what was to be done (PS3.15 E.1.1, PS3.16 CID 7050). */
static void
check_what_was_done (const CheckFile *copy, const CheckPlan *plan, gboolean cleaned,
                     CheckReport *report)
{
  static const char scheme[] = "DCM";
  const struct
  {
    const char *code, *meaning;
    gboolean expected;
  } codes[] = {
    { "113100", "Basic Application Confidentiality Profile", TRUE },
    { "113101", "Clean Pixel Data Option", cleaned },
    { "113105", "Clean Descriptors Option", !plan->strict },
    { "113106", "Retain Longitudinal Temporal Information Full Dates Option",
      !plan->strict && plan->keep_dates },
    { "113107", "Retain Longitudinal Temporal Information Modified Dates Option",
      !plan->strict && !plan->keep_dates },
    { "113108", "Retain Patient Characteristics Option", !plan->strict },
  };
  const char *dates = plan->strict ? "REMOVED" : plan->keep_dates ? "UNMODIFIED" : "MODIFIED";
  g_autofree char *method =
      g_strdup_printf ("%s; PS3.15 2026d; profile %s", plan->software, plan->strict ? "C" : "B");
  const CheckElement *statements = check_find (copy, 0x0012, 0x0064), *at = NULL, *end = NULL;
  guint n = 0;
  gboolean good = statements != NULL;

  if (statements != NULL)
    {
      at = statements + 1;
      end = &g_array_index (copy->elements, CheckElement, copy->elements->len);
    }
  for (gsize k = 0; k < G_N_ELEMENTS (codes) && good; k++)
    if (codes[k].expected)
      {
        good = end - at >= 3 && is_text (at, 0x0100, codes[k].code) &&
               is_text (at + 1, 0x0102, scheme) && is_text (at + 2, 0x0104, codes[k].meaning);
        at += 3;
        n++;
      }
  /* check_origin proves that nothing else is in the items. */
  if (!good || statements->n_items != n || (at < end && at->depth > 0))
    check_found (report, NULL, "the codes in (0012,0064) are not those of what was done");
  if (!text_is (copy, 0x0012, 0x0062, "YES"))
    check_found (report, NULL, "(0012,0062) does not say YES");
  if (!text_is (copy, 0x0012, 0x0063, method))
    check_found (report, NULL, "(0012,0063) does not say how it was done");
  if (!text_is (copy, 0x0028, 0x0303, dates))
    check_found (report, NULL, "(0028,0303) does not say what was done to dates");
}

/* "NO" is ours if the pixels were cleaned, and the maker's if the source says it. */
static void
check_burned_in (const CheckFile *source, const CheckFile *copy, gboolean cleaned,
                 CheckReport *report)
{
  const CheckElement *says = check_find (copy, 0x0028, 0x0301),
                     *origin = check_find (source, 0x0028, 0x0301);
  g_autofree char *text = says != NULL ? check_text (says) : NULL;
  g_autofree char *old = origin != NULL ? check_text (origin) : NULL;

  if (text != NULL && !(cleaned && g_str_equal (text, "NO")) && g_strcmp0 (text, old) != 0)
    check_found (report, says, "what it says of burned-in text was not found");
  if (check_find (copy, 0x0028, 0x0302) != NULL && !text_is (copy, 0x0028, 0x0302, "YES"))
    check_found (report, NULL, "(0028,0302) says that no face can be seen");
}

void
check_statements (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
                  gboolean cleaned, CheckReport *report)
{
  check_patient (source, copy, plan, report);
  check_age (source, copy, report);
  check_what_was_done (copy, plan, cleaned, report);
  check_burned_in (source, copy, cleaned, report);
}
