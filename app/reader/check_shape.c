/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The copy's form: only what may be there, and everything that has to be said. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "check_kinds.h"

static guint32
tag_of (const CheckElement *element)
{
  return (guint32) element->group << 16 | element->element;
}

static gboolean
is_code_tag (const CheckElement *element)
{
  return tag_of (element) == 0x00080100 || tag_of (element) == 0x00080102 ||
         tag_of (element) == 0x00080104;
}

static gboolean
may_stand (const CheckElement *element, guint kind, gboolean strict)
{
  if (element->in_meta)
    return element->element <= 0x0003 || element->element == 0x0010 || element->element == 0x0012 ||
           element->element == 0x0013;
  if (element->depth > 0 && is_code_tag (element))
    return TRUE;
  return check_may_stand (kind, strict, element->group, element->element, element->depth);
}

static gboolean
vr_is (const CheckElement *element, const char *list)
{
  for (const char *at = list; *at != '\0'; at += 3)
    if (at[0] == element->vr[0] && at[1] == element->vr[1])
      return TRUE;
  return FALSE;
}

static gboolean
text_may_stand (const CheckElement *element, const char *text, gboolean strict)
{
  static const char terms[] = " OD HU US MGML Z_EFF ED EDW HU_MOD PCT ";
  g_autofree char *padded = g_strdup_printf (" %s ", text);

  if (element->depth > 0 && is_code_tag (element))
    return TRUE;
  switch (check_text_rule (element->group, element->element, strict))
    {
    case CHECK_TEXT_NONE:
      return FALSE;
    case CHECK_TEXT_EMPTY:
      return element->size == 0;
    case CHECK_TEXT_CONSTANT:
      return element->size == 0 || g_str_equal (text, "REMOVED");
    case CHECK_TEXT_TERM:
      return strstr (terms, padded) != NULL;
    case CHECK_TEXT_NUMBER:
      return strlen (text) >= 1 && strlen (text) <= 3 &&
             strspn (text, "0123456789") == strlen (text);
    case CHECK_TEXT_WORDS:
      /* That its words are known is the writer's rule; that they are none that was to go,
       * check_values proves. Here: nothing that a description of a technique does not have. */
      return strlen (text) <= 64 && strpbrk (text, "@#=") == NULL;
    case CHECK_TEXT_OURS:
      break;
    }
  return TRUE;
}

/* Texts are ASCII: whatever alphabet a name was in, no text of the copy can spell it. */
static gboolean
is_ascii (const CheckElement *element)
{
  for (gsize i = 0; i < element->size; i++)
    if ((element->value[i] < 0x20 || element->value[i] > 0x7E) &&
        !(element->value[i] == 0 && i + 1 == element->size && g_str_equal (element->vr, "UI")))
      return FALSE;
  return TRUE;
}

/* Of the file's head: version and length are numbers, the rest short texts (PS3.10 7.1). */
static gboolean
meta_may_stand (const CheckElement *element)
{
  switch (element->element)
    {
    case 0x0000:
      return vr_is (element, "UL ") && element->size == 4;
    case 0x0001:
      return vr_is (element, "OB ") && element->size == 2 && element->value[0] == 0 &&
             element->value[1] == 1;
    case 0x0013:
      return vr_is (element, "SH ") && element->size <= 16 && is_ascii (element);
    default:
      return vr_is (element, "UI ") && element->size <= 64 && is_ascii (element);
    }
}

static gboolean
value_may_stand (const CheckElement *element, gboolean strict)
{
  static const char coded[] = "AS CS DA DS DT IS TM UI ", binary[] = "FD FL SL SS UL US AT SQ ";
  const guint32 tag = tag_of (element);

  if (element->in_meta)
    return meta_may_stand (element);
  if (vr_is (element, binary))
    return TRUE;
  if (vr_is (element, coded))
    return is_ascii (element);
  if (vr_is (element, "OW OB "))
    return tag == 0x7FE00010 || tag == 0x00283006 ||
           (element->group == 0x0028 && (element->element & 0xFFD8) == 0x1200);
  if (vr_is (element, "LO SH PN UC ST LT UT "))
    {
      g_autofree char *text = check_text (element);

      return is_ascii (element) && text_may_stand (element, text, strict);
    }
  return FALSE;
}

/* The pseudonym, and the constants that stand where something has to: whatever stood there. */
static gboolean
is_ours (const CheckElement *element)
{
  static const char *const constants[] = { "REMOVED", "19000101", "000000", "US", "1" };
  g_autofree char *text = check_text (element);

  for (gsize i = 0; i < G_N_ELEMENTS (constants); i++)
    if (g_str_equal (text, constants[i]) && !vr_is (element, "CS AS DS IS US SS "))
      return TRUE;
  return tag_of (element) == 0x00100010 || tag_of (element) == 0x00100020;
}

/* A number of the wrong length is no number, and what the source called unknown must not have
 * become known. */
static void
check_number_size (const CheckElement *element, const CheckElement *origin, CheckReport *report)
{
  static const struct
  {
    char vr[3];
    guint size;
  } numbers[] = { { "US", 2 }, { "SS", 2 }, { "UL", 4 }, { "SL", 4 },
                  { "FL", 4 }, { "FD", 8 }, { "AT", 4 } };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (element->vr, numbers[i].vr) && element->size % numbers[i].size != 0)
      check_found (report, element, "the length is not that of a number");
  if (origin != NULL && g_str_equal (origin->vr, "UN") && element->size > 0 &&
      !element->is_parent && !is_ours (element))
    check_found (report, element, "a value of unknown kind was kept");
}

/* HMAC-SHA256 (key, "pid" NUL length value): 80 bits as base32. Only where the source's numbers are
 * ASCII, which is itself in every character set. */
static gboolean
is_expected_pseudonym (const CheckFile *source, const CheckPlan *plan, const char *text)
{
  const CheckElement *id = check_find (source, 0x0010, 0x0020),
                     *issuer = check_find (source, 0x0010, 0x0021);
  g_autofree char *id_text = id != NULL ? check_text (id) : g_strdup (""),
                  *issuer_text = issuer != NULL ? check_text (issuer) : g_strdup ("");
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
      *issuer_text == ' ' || (id != NULL && id->depth == 0 && !vr_is (id, "LO ?? ")) ||
      (issuer != NULL && !vr_is (issuer, "LO ?? ")))
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
  g_autofree char *old = origin != NULL ? check_text (origin) : NULL;

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

/* Exactly the codes of what was to be done (PS3.15 E.1.1, PS3.16 CID 7050). */
static void
check_statements (const CheckFile *copy, const CheckPlan *plan, gboolean cleaned,
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
  guint n = 0, wrong = 0, seen = 0, n_expected = 0;
  gboolean inside = FALSE;

  for (gsize k = 0; k < G_N_ELEMENTS (codes); k++)
    n_expected += codes[k].expected ? 1 : 0;
  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *at = &g_array_index (copy->elements, CheckElement, i);
      gboolean good = FALSE;

      if (at->depth == 0)
        inside = tag_of (at) == 0x00120064;
      if (at->depth == 0 || tag_of (at) != 0x00080100)
        continue;
      if (i + 2 < copy->elements->len && tag_of (at + 1) == 0x00080102 &&
          tag_of (at + 2) == 0x00080104 && at[1].depth == at->depth && at[2].depth == at->depth)
        {
          g_autofree char *value = check_text (at), *designator = check_text (at + 1),
                          *meaning = check_text (at + 2);

          for (gsize k = 0; k < G_N_ELEMENTS (codes) && inside; k++)
            if (codes[k].expected && g_str_equal (value, codes[k].code) &&
                g_str_equal (designator, scheme) && g_str_equal (meaning, codes[k].meaning))
              {
                good = TRUE;
                seen |= 1u << k;
              }
          if (!inside)
            good = check_is_code (designator, value, meaning);
        }
      n += inside ? 1 : 0;
      if (!good && inside)
        wrong++;
      else if (!good)
        check_found (report, at, "this code is none that may stand");
    }
  for (gsize k = 0; k < G_N_ELEMENTS (codes); k++)
    wrong += codes[k].expected && (seen & (1u << k)) == 0 ? 1 : 0;
  if (n != n_expected || wrong > 0)
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
  if (text_is (copy, 0x0028, 0x0302, "NO"))
    check_found (report, NULL, "(0028,0302) says that no face can be seen");
}

static void
check_head (const CheckFile *copy, CheckReport *report)
{
  const CheckElement *instance = check_find (copy, 0x0008, 0x0018),
                     *meta = check_find (copy, 0x0002, 0x0003);

  if (!copy->has_preamble)
    check_found (report, NULL, "the copy has no DICOM prefix");
  for (gsize i = 0; i < 128 && i < copy->size; i++)
    if (copy->bytes[i] != 0)
      {
        check_found (report, NULL, "the preamble is not empty");
        break;
      }
  if (!g_str_equal (copy->syntax, "1.2.840.10008.1.2.1"))
    check_found (report, NULL, "the copy is not in explicit little endian");
  if (instance == NULL || meta == NULL)
    check_found (report, NULL, "the copy does not name itself");
  else
    {
      g_autofree char *a = check_text (instance), *b = check_text (meta);

      if (!g_str_equal (a, b))
        check_found (report, meta, "the file's head names another instance");
    }
}

static gboolean
was_covered (const CheckFile *source, const CheckPlan *plan)
{
  const CheckElement *modality = check_find (source, 0x0008, 0x0060);
  g_autofree char *text = modality != NULL ? check_text (modality) : NULL;
  guint rows = check_number (source, check_find (source, 0x0028, 0x0010), 0);
  guint columns = check_number (source, check_find (source, 0x0028, 0x0011), 0);
  g_autofree guint8 *covered = g_try_malloc0 ((gsize) rows * columns + 1);

  if (plan->boxes->len > 0)
    return TRUE;
  return covered != NULL && (g_strcmp0 (text, "US") == 0 || g_strcmp0 (text, "IVUS") == 0) &&
         check_outside_regions (source, rows, columns, covered);
}

guint64
check_shape (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
             CheckReport *report)
{
  const CheckElement *sop_class = check_find (copy, 0x0008, 0x0016);
  g_autofree char *class_text = sop_class != NULL ? check_text (sop_class) : g_strdup ("");
  const guint kind = check_kind (class_text);
  const gboolean cleaned = plan->reviewed && (plan->strict || plan->text_hits >= 0 || was_covered (source, plan));

  if (plan->text_hits > 0 && !plan->reviewed)
    check_found (report, NULL, "there may be writing in the pictures, and nobody has looked");
  if (kind == 0)
    check_found (report, sop_class, "this is not a kind of picture that can be cleaned");
  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);

      if (!may_stand (element, kind, plan->strict))
        check_found (report, element, "this attribute may not stand in a copy");
      else if (!value_may_stand (element, plan->strict))
        check_found (report, element, "a value of this kind may not stand in a copy");
      else if (!element->in_meta && element->group != 0x7FE0)
        check_number_size (element, check_at (source, element->place), report);
      if (element->size % 2 != 0)
        check_found (report, element, "the length is odd");
      /* Only one of two would be looked at by what follows. */
      if (check_at (copy, element->place) != element)
        check_found (report, element, "an attribute stands twice");
    }
  if (copy->encapsulated)
    check_found (report, NULL, "the pictures are compressed");
  check_head (copy, report);
  check_patient (source, copy, plan, report);
  check_age (source, copy, report);
  check_statements (copy, plan, cleaned, report);
  check_burned_in (source, copy, cleaned, report);
  return copy->elements->len;
}
