/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_kinds.h"

#include <string.h>

#include "check_codes_data.h"
#include "check_vrs_data.h"

/* One letter a family: Radiography, Mammography, Ct, mr (A), Nuclear, Pet, Ultrasound, X-ray
 * angiography, captureS; a + behind it: with functional groups. The tails of SOP classes below
 * 1.2.840.10008.5.1.4.1.1 (PS3.4 B.5). */
static const struct
{
  char family;
  const char *plain, *enhanced;
} families[] = {
  { 'R', " 1 1.1 1.1.1 1.3 1.3.1 ", " " },
  { 'M', " 1.2 1.2.1 ", " 13.1.3 13.1.4 13.1.5 " },
  { 'C', " 2 ", " 2.1 2.2 " },
  { 'A', " 4 ", " 4.1 4.3 4.4 " },
  { 'N', " 5 20 ", " " },
  { 'P', " 128 ", " 128.1 130 " },
  { 'U', " 3 3.1 6 6.1 ", " " },
  { 'X', " 12.1 12.2 ", " 12.1.1 12.2.1 13.1.1 13.1.2 " },
  { 'S', " 7 7.1 7.2 7.3 7.4 ", " " },
};

#define ENHANCED 0x100u

guint
check_kind (const char *sop_class)
{
  static const char root[] = "1.2.840.10008.5.1.4.1.1.";
  g_autofree char *tail = NULL;

  if (!g_str_has_prefix (sop_class, root))
    return 0;
  tail = g_strdup_printf (" %s ", sop_class + strlen (root));
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    if (strstr (families[i].plain, tail) != NULL)
      return (guint) families[i].family;
    else if (strstr (families[i].enhanced, tail) != NULL)
      return (guint) families[i].family | ENHANCED;
  return 0;
}

/* Where an area may stand: letters of families, + for all with functional groups. */
static gboolean
is_among (guint kind, const char *where)
{
  return strchr (where, (int) (kind & 0xFF)) != NULL ||
         ((kind & ENHANCED) != 0 && strchr (where, '+') != NULL);
}

static const struct
{
  guint32 first, last;
  const char *where;
} areas[] = {
  { 0x00180020, 0x00180025, "A" },       { 0x00180080, 0x00180087, "A" },
  { 0x00180089, 0x00180095, "A" },       { 0x00181310, 0x00181318, "A" },
  { 0x00186011, 0x001860FF, "U" },       { 0x00187000, 0x0018701A, "RMX+" },
  { 0x00189004, 0x00189FFF, "CAPXMR+" }, { 0x00286010, 0x00286190, "XUNAS+" },
  { 0x00540000, 0x0054021F, "NPS" },     { 0x00540223, 0x0054FFFF, "NPS" },
  { 0x52009229, 0x52009230, "S+" },
};

/* Attributes that may stand outside the technical groups; strict: also in the
 * strictest copy. */
static const struct
{
  guint32 tag;
  guint strict;
} allowed[] = {
  { 0x00080008, 1 }, { 0x00080016, 1 }, { 0x00080018, 1 }, { 0x00080020, 1 }, { 0x00080021, 1 },
  { 0x00080022, 1 }, { 0x00080023, 1 }, { 0x0008002A, 1 }, { 0x00080030, 1 }, { 0x00080031, 1 },
  { 0x00080032, 1 }, { 0x00080033, 1 }, { 0x00080050, 1 }, { 0x00080060, 1 }, { 0x00080064, 1 },
  { 0x00080068, 1 }, { 0x00080070, 1 }, { 0x00080090, 1 }, { 0x00081030, 0 }, { 0x0008103E, 0 },
  { 0x00081090, 1 }, { 0x00081115, 1 }, { 0x00081140, 1 }, { 0x0008114A, 1 }, { 0x00081150, 1 },
  { 0x00081155, 1 }, { 0x00081160, 1 }, { 0x00081199, 1 }, { 0x00082112, 1 }, { 0x00082142, 1 },
  { 0x00082143, 1 }, { 0x00082144, 1 }, { 0x00082218, 1 }, { 0x00082220, 1 }, { 0x00082228, 1 },
  { 0x00082230, 1 }, { 0x00083010, 1 }, { 0x00089007, 1 }, { 0x00089092, 1 }, { 0x00089124, 1 },
  { 0x00089154, 1 }, { 0x00089205, 1 }, { 0x00089206, 1 }, { 0x00089207, 1 }, { 0x00089208, 1 },
  { 0x00089209, 1 }, { 0x00089215, 1 }, { 0x00100010, 1 }, { 0x00100020, 1 }, { 0x00100030, 1 },
  { 0x00100040, 1 }, { 0x00101010, 0 }, { 0x00101020, 0 }, { 0x00101030, 0 }, { 0x001021A0, 0 },
  { 0x001021C0, 0 }, { 0x00102203, 0 }, { 0x00120062, 1 }, { 0x00120063, 1 }, { 0x00120064, 1 },
  { 0x20500020, 1 }, { 0x00400302, 1 }, { 0x00400303, 1 }, { 0x00400306, 1 }, { 0x00400312, 1 },
  { 0x00400314, 1 }, { 0x00400316, 1 }, { 0x00400318, 1 }, { 0x00400555, 1 }, { 0x004008EA, 1 },
  { 0x00408302, 1 }, { 0x00409096, 1 }, { 0x00409210, 1 }, { 0x00409211, 1 }, { 0x00409212, 1 },
  { 0x00409213, 1 }, { 0x00409214, 1 }, { 0x00409216, 1 }, { 0x00409224, 1 }, { 0x00409225, 1 },
  { 0x0040A170, 1 }, { 0x52009229, 1 }, { 0x52009230, 1 }, { 0x7FE00010, 1 },
};

gboolean
check_may_stand (guint kind, gboolean strict, guint16 group, guint16 element, guint depth)
{
  const guint32 tag = (guint32) group << 16 | element;

  if (element == 0x0000 || tag == 0x0018A001)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (areas); i++)
    if (tag >= areas[i].first && tag <= areas[i].last && !is_among (kind, areas[i].where))
      return FALSE;
  if (group == 0x0018 || group == 0x0020 || group == 0x0028 || group == 0x0054)
    return TRUE;
  if (depth > 0 && (group == 0x0010 || group == 0x0012 || group == 0x7FE0))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (allowed); i++)
    if (allowed[i].tag == tag)
      return allowed[i].strict != 0 || !strict;
  return FALSE;
}

CheckText
check_text_rule (guint16 group, guint16 element, gboolean strict)
{
  static const struct
  {
    guint32 tag;
    CheckText rule, strict;
  } rules[] = {
    { 0x00080050, CHECK_TEXT_EMPTY, CHECK_TEXT_EMPTY },
    { 0x00080070, CHECK_TEXT_WORDS, CHECK_TEXT_CONSTANT },
    { 0x00080090, CHECK_TEXT_EMPTY, CHECK_TEXT_EMPTY },
    { 0x00081030, CHECK_TEXT_WORDS, CHECK_TEXT_NONE },
    { 0x0008103E, CHECK_TEXT_WORDS, CHECK_TEXT_NONE },
    { 0x00081090, CHECK_TEXT_WORDS, CHECK_TEXT_CONSTANT },
    { 0x00100010, CHECK_TEXT_OURS, CHECK_TEXT_OURS },
    { 0x00100020, CHECK_TEXT_OURS, CHECK_TEXT_OURS },
    { 0x00120063, CHECK_TEXT_OURS, CHECK_TEXT_OURS },
    { 0x00180010, CHECK_TEXT_EMPTY, CHECK_TEXT_EMPTY },
    { 0x00180024, CHECK_TEXT_WORDS, CHECK_TEXT_NONE },
    { 0x00181000, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00181020, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00181030, CHECK_TEXT_WORDS, CHECK_TEXT_CONSTANT },
    { 0x001811BB, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00181250, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00181251, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x0018700A, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00189005, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00189041, CHECK_TEXT_EMPTY, CHECK_TEXT_EMPTY },
    { 0x00189047, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00189050, CHECK_TEXT_EMPTY, CHECK_TEXT_EMPTY },
    { 0x00189080, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00189367, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00189371, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
    { 0x00200010, CHECK_TEXT_EMPTY, CHECK_TEXT_EMPTY },
    { 0x00201040, CHECK_TEXT_EMPTY, CHECK_TEXT_EMPTY },
    { 0x00209056, CHECK_TEXT_NUMBER, CHECK_TEXT_NUMBER },
    { 0x00281054, CHECK_TEXT_TERM, CHECK_TEXT_TERM },
    { 0x00281055, CHECK_TEXT_WORDS, CHECK_TEXT_NONE },
    { 0x00283003, CHECK_TEXT_WORDS, CHECK_TEXT_CONSTANT },
    { 0x00283004, CHECK_TEXT_TERM, CHECK_TEXT_TERM },
    { 0x00409210, CHECK_TEXT_CONSTANT, CHECK_TEXT_CONSTANT },
  };
  const guint32 tag = (guint32) group << 16 | element;

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (rules[i].tag == tag)
      return strict ? rules[i].strict : rules[i].rule;
  return CHECK_TEXT_NONE;
}

const char *
check_constant (guint16 group, guint16 element)
{
  static const struct
  {
    const char *text;
    guint32 tags[20]; /* 0: no more */
  } constants[] = {
    { "REMOVED",
      { 0x00080070, 0x00081090, 0x00181000, 0x00181020, 0x00181030, 0x001811BB, 0x00181250,
        0x00181251, 0x0018700A, 0x00189005, 0x00189047, 0x00189080, 0x00189367, 0x00189371,
        0x00283003, 0x00409210 } },
    { "19000101",
      { 0x00080021, 0x00080023, 0x0008002A, 0x00181078, 0x00189074, 0x00189151, 0x00189369,
        0x0018936A, 0x00189516, 0x00189517, 0x00189701, 0x00189804 } },
    { "000000", { 0x00080031, 0x00080033 } },
    { "US", { 0x00281054, 0x00283004 } },
    { "1", { 0x00209056 } },
  };
  const guint32 tag = (guint32) group << 16 | element;

  for (gsize i = 0; i < G_N_ELEMENTS (constants); i++)
    for (const guint32 *at = constants[i].tags; *at != 0; at++)
      if (*at == tag)
        return constants[i].text;
  return NULL;
}

const char *
check_code_meaning (const char *scheme, const char *value)
{
  gsize low = 0, high = G_N_ELEMENTS (code_rows);

  while (low < high)
    {
      const gsize middle = (low + high) / 2;
      int way = strcmp (code_rows[middle].scheme, scheme);

      if (way == 0)
        way = strcmp (code_rows[middle].value, value);
      if (way == 0)
        return code_rows[middle].meaning;
      if (way < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

gboolean
check_vr_fits (const CheckElement *element)
{
  const guint32 tag = (guint32) element->group << 16 | element->element;
  gsize low = 0, high = G_N_ELEMENTS (vr_rows);

  while (low < high)
    {
      const gsize middle = (low + high) / 2;

      if (vr_rows[middle].tag == tag)
        {
          for (const char *at = vr_rows[middle].vrs; *at != '\0'; at += 3)
            if (at[0] == element->vr[0] && at[1] == element->vr[1])
              return TRUE;
          return FALSE;
        }
      if (vr_rows[middle].tag < tag)
        low = middle + 1;
      else
        high = middle;
    }
  return FALSE;
}
