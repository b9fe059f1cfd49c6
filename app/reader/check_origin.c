/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where each value of the copy comes from: default deny. It is the source's at the same place, or
 * one of the few that are made, each of which has a rule. Items are never left out singly, so the
 * numbers of items are part of the place. */
#include <string.h>

#include "check.h"
#include "check_kinds.h"
#include "check_made.h"

/* The bytes of a number that change places with the byte order; 0: no number. */
static gsize
width_of (const CheckElement *element)
{
  static const struct
  {
    const char *vrs;
    gsize width;
  } widths[] = {
    { "OB ", 1 },
    { "US SS OW AT ", 2 },
    { "UL SL FL ", 4 },
    { "FD ", 8 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    if (check_vr_is (element, widths[i].vrs))
      return widths[i].width;
  return 0;
}

/* An odd byte of the source is made even by a zero. */
static gboolean
is_same_number (const CheckFile *source, const CheckElement *origin, const CheckElement *element,
                gsize width)
{
  const gsize flip = source->big_endian ? width - 1 : 0;

  if (element->size != origin->size + origin->size % 2 ||
      (!g_str_equal (origin->vr, "??") && !g_str_equal (origin->vr, element->vr)))
    return FALSE;
  for (gsize i = 0; i < origin->size; i++)
    if ((i ^ flip) >= origin->size || element->value[i] != origin->value[i ^ flip])
      return FALSE;
  return origin->size % 2 == 0 || element->value[origin->size] == 0;
}

/* What the source lacks and every picture has (Type 2), empty. */
static gboolean
is_added_empty (const CheckElement *element)
{
  static const guint32 tags[] = { 0x00080020, 0x00080030, 0x00080050, 0x00080070, 0x00080090,
                                  0x00100030, 0x00100040, 0x00200010, 0x00200011, 0x00200013 };

  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    if (element->depth == 0 && element->size == 0 && check_tag (element) == tags[i])
      return TRUE;
  return FALSE;
}

/* Whether a rule of its own proves the value, in this or another check. */
static gboolean
has_own_rule (const CheckElement *element)
{
  static const guint32 ours[] = {
    0x00100010, 0x00100020,                         /* the pseudonym */
    0x00101010,                                     /* the age */
    0x00120062, 0x00120063, 0x00120064,             /* the statements */
    0x00280301, 0x00280302, 0x00280303, 0x7FE00010, /* … and the pictures */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    if (element->depth == 0 && check_tag (element) == ours[i])
      return TRUE;
  return FALSE;
}

static gboolean
is_text_as_in_source (const CheckFile *source, const CheckElement *element,
                      const CheckElement *origin, const CheckPlan *plan)
{
  g_autofree char *text = check_text (element), *old = check_made_text (origin);

  if (check_vr_is (element, "CS "))
    return check_made_codes (source, element, text, old, plan);
  return g_str_equal (text, old);
}

/* NULL, or what is wrong. */
static const char *
wrong_with (const CheckFile *source, const CheckFile *copy, const CheckElement *element,
            const CheckPlan *plan)
{
  const CheckElement *origin = check_at (source, element->place);
  const char *constant = check_constant (element->group, element->element);
  const gsize width = width_of (element);
  g_autofree char *text = NULL;

  if (width == 0 && !element->is_parent && !check_is_padded_once (element))
    return "there is something behind a text";
  if (has_own_rule (element) || is_added_empty (element))
    return NULL;
  if (check_made_is_picture_form (element))
    return check_made_picture_form (source, element, origin) ? NULL
                                                             : "this does not describe the picture";
  if (check_made_is_code (element))
    return check_made_code (source, copy, element) ? NULL : "this code is none that may stand";
  if (origin == NULL || origin->group != element->group || origin->element != element->element)
    return "a value stands where the source has none";
  if (element->is_parent)
    return element->n_items == 0 || (origin->is_parent && origin->n_items == element->n_items)
               ? NULL
               : "there are not as many items as in the source";
  if (element->size == 0)
    return NULL;
  if (origin->is_parent)
    return "a value stands where the source has items";
  if (width > 0)
    return is_same_number (source, origin, element, width) ? NULL
                                                           : "a number is not that of the source";
  text = check_text (element);
  if (g_strcmp0 (text, constant) == 0)
    return NULL;
  if (g_str_equal (origin->vr, "UN"))
    return "a value of unknown kind was kept";
  /* Computed anew by check_uids and check_dates. */
  if (check_vr_is (element, "UI DA TM DT "))
    return NULL;
  return is_text_as_in_source (source, element, origin, plan) ? NULL
                                                              : "a text is not that of the source";
}

guint64
check_origin (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
              CheckReport *report)
{
  gboolean inside = FALSE;
  guint64 examined = 0;

  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);
      const char *wrong;

      if (element->depth == 0)
        inside = check_tag (element) == 0x00120064;
      if (element->in_meta)
        continue;
      examined++;
      /* The statements are ours; which codes they are check_shape proves. */
      if (inside && element->depth > 0)
        wrong =
            element->depth == 1 && check_made_is_code (element) && check_is_padded_once (element)
                ? NULL
                : "there is more than codes in (0012,0064)";
      else
        wrong = wrong_with (source, copy, element, plan);
      if (wrong != NULL)
        check_found (report, element, wrong);
    }
  return examined;
}
