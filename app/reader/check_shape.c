/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The copy's form: only what may be there, and everything that has to be said. */
#include <string.h>

#include "check.h"

/* Attributes that may stand outside the technical groups. */
static const guint32 allowed[] = {
  0x00080008, 0x00080016, 0x00080018, 0x00080020, 0x00080021, 0x00080022, 0x00080023, 0x0008002A,
  0x00080030, 0x00080031, 0x00080032, 0x00080033, 0x00080050, 0x00080060, 0x00080064, 0x00080068,
  0x00080070, 0x00080090, 0x00081030, 0x0008103E, 0x00081090, 0x00081140, 0x00081150, 0x00081155,
  0x00081160, 0x00082112, 0x00082142, 0x00082143, 0x00082144, 0x00089007, 0x00089205, 0x00089206,
  0x00089207, 0x00089208, 0x00089209, 0x00100010, 0x00100020, 0x00100030, 0x00100040, 0x00101010,
  0x00101020, 0x00101030, 0x001021A0, 0x001021C0, 0x00102203, 0x00120062, 0x00120063, 0x00120064,
  0x20500020, 0x52009229, 0x52009230, 0x7FE00010,
};
/* Inside (0012,0064) alone: a code. */
static const guint32 code_tags[] = { 0x00080100, 0x00080102, 0x00080104 };

static gboolean
is_in (const guint32 *list, gsize n, guint32 tag)
{
  for (gsize i = 0; i < n; i++)
    if (list[i] == tag)
      return TRUE;
  return FALSE;
}

static gboolean
may_stand (const CheckElement *element, gboolean in_codes)
{
  guint32 tag = (guint32) element->group << 16 | element->element;

  if (element->in_meta)
    return element->element <= 0x0003 || element->element == 0x0010 || element->element == 0x0012 ||
           element->element == 0x0013;
  if (in_codes)
    return is_in (code_tags, G_N_ELEMENTS (code_tags), tag);
  if (element->element == 0x0000)
    return FALSE;
  if (element->group == 0x0018 || element->group == 0x0020 || element->group == 0x0028 ||
      element->group == 0x0054)
    return TRUE;
  return is_in (allowed, G_N_ELEMENTS (allowed), tag) &&
         (element->depth == 0 || (element->group != 0x0010 && element->group != 0x7FE0));
}

static gboolean
vr_may_stand (const CheckElement *element)
{
  static const char plain[] = "AS CS DA DS DT FD FL IS SL SQ SS TM UI UL US AT ";
  static const guint32 texts[] = { 0x00080050, 0x00080070, 0x00081030, 0x0008103E, 0x00081090,
                                   0x00080100, 0x00080102, 0x00080104, 0x00100020, 0x00120063,
                                   0x00180010, 0x00180024, 0x00181030, 0x00200010, 0x00201040,
                                   0x00281055, 0x00283003 };
  guint32 tag = (guint32) element->group << 16 | element->element;

  if (element->in_meta)
    return TRUE;
  for (const char *at = plain; *at != '\0'; at += 3)
    if (at[0] == element->vr[0] && at[1] == element->vr[1])
      return TRUE;
  if (g_str_equal (element->vr, "PN"))
    return tag == 0x00100010 || (tag == 0x00080090 && element->size == 0);
  if (g_str_equal (element->vr, "OW") || g_str_equal (element->vr, "OB"))
    return tag == 0x7FE00010 || tag == 0x00283006 ||
           (element->group == 0x0028 && (element->element & 0xFFD8) == 0x1200);
  return (g_str_equal (element->vr, "LO") || g_str_equal (element->vr, "SH")) &&
         is_in (texts, G_N_ELEMENTS (texts), tag);
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
  if (origin != NULL && g_str_equal (origin->vr, "UN") && element->size > 0 && !element->is_parent)
    check_found (report, element, "a value of unknown kind was kept");
}

static gboolean
is_base32 (const char *text, gsize n)
{
  return strlen (text) == n && strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == n;
}

static void
check_patient (const CheckFile *copy, CheckReport *report)
{
  const CheckElement *name = check_find (copy, 0x0010, 0x0010),
                     *id = check_find (copy, 0x0010, 0x0020);
  const CheckElement *birth = check_find (copy, 0x0010, 0x0030);
  g_autofree char *name_text = name != NULL ? check_text (name) : NULL;
  g_autofree char *id_text = id != NULL ? check_text (id) : NULL;

  if (id_text == NULL || !is_base32 (id_text, 16))
    check_found (report, id, "this is not a pseudonym of ours");
  else if (name_text == NULL || !g_str_has_prefix (name_text, "Patient^") ||
           strncmp (name_text + 8, id_text, 8) != 0 || strlen (name_text) != 16)
    check_found (report, name, "this is not the name of the pseudonym");
  if (birth != NULL && birth->size != 0)
    check_found (report, birth, "a date of birth is told");
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
  const char *expected[] = { "113100", "113105", plan->keep_dates ? "113106" : "113107", "113108",
                             "113101" };
  guint n_expected = cleaned && plan->reviewed ? 5 : 4, n = 0, seen = 0;

  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);
      g_autofree char *text = NULL;

      if (element->group != 0x0008 || element->element != 0x0100)
        continue;
      text = check_text (element);
      n++;
      for (guint k = 0; k < n_expected; k++)
        if (g_str_equal (text, expected[k]))
          seen |= 1u << k;
    }
  if (n != n_expected || seen != (1u << n_expected) - 1)
    check_found (report, NULL, "the codes in (0012,0064) are not those of what was done");
  if (!text_is (copy, 0x0012, 0x0062, "YES"))
    check_found (report, NULL, "(0012,0062) does not say YES");
  if (!text_is (copy, 0x0028, 0x0303, plan->keep_dates ? "UNMODIFIED" : "MODIFIED"))
    check_found (report, NULL, "(0028,0303) does not say what was done to dates");
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
  guint codes_depth = 0;

  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);

      if (element->depth == 0)
        codes_depth = element->group == 0x0012 && element->element == 0x0064 ? 1 : 0;
      if (!may_stand (element, codes_depth != 0 && element->depth > 0))
        check_found (report, element, "this attribute may not stand in a copy");
      else if (!vr_may_stand (element))
        check_found (report, element, "a value of this kind may not stand in a copy");
      else if (!element->in_meta && element->group != 0x7FE0)
        check_number_size (element, check_at (source, element->place), report);
      if (element->size % 2 != 0)
        check_found (report, element, "the length is odd");
    }
  if (copy->encapsulated)
    check_found (report, NULL, "the pictures are compressed");
  check_head (copy, report);
  check_patient (copy, report);
  check_statements (copy, plan, was_covered (source, plan), report);
  return copy->elements->len;
}
