/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The copy's form: only what may be there, and everything that has to be said. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "check_kinds.h"
#include "check_made.h"

static gboolean
is_code_tag (const CheckElement *element)
{
  return check_tag (element) == 0x00080100 || check_tag (element) == 0x00080102 ||
         check_tag (element) == 0x00080104;
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

/* Of the file's head (PS3.10 7.1): ours is the same in every copy, but for the picture that it
 * names. */
static gboolean
meta_may_stand (const CheckElement *element)
{
  static const struct
  {
    guint16 element;
    const char *text;
  } constants[] = {
    { 0x0010, "1.2.840.10008.1.2.1" },
    { 0x0012, "2.25.193047102847710298374610293847561029384" },
    { 0x0013, "SCANVAULT" },
  };
  g_autofree char *text = check_text (element);

  if (element->element == 0x0000)
    return check_vr_is (element, "UL ") && element->size == 4;
  if (element->element == 0x0001)
    return check_vr_is (element, "OB ") && element->size == 2 && element->value[0] == 0 &&
           element->value[1] == 1;
  for (gsize i = 0; i < G_N_ELEMENTS (constants); i++)
    if (element->element == constants[i].element && !g_str_equal (text, constants[i].text))
      return FALSE;
  return check_vr_is (element, element->element == 0x0013 ? "SH " : "UI ") && is_ascii (element) &&
         element->size <= 64 && check_is_padded_once (element);
}

static gboolean
value_may_stand (const CheckElement *element, gboolean strict)
{
  static const char coded[] = "AS CS DA DS DT IS TM UI ", binary[] = "FD FL SL SS UL US AT SQ ";
  const guint32 tag = check_tag (element);

  if (element->in_meta)
    return meta_may_stand (element);
  if (!check_vr_fits (element))
    return FALSE;
  if (check_vr_is (element, binary))
    return TRUE;
  if (check_vr_is (element, coded))
    return is_ascii (element);
  if (check_vr_is (element, "OW OB "))
    return tag == 0x7FE00010 || tag == 0x00283006 ||
           (element->group == 0x0028 && (element->element & 0xFFD8) == 0x1200);
  if (check_vr_is (element, "LO SH PN UC ST LT UT "))
    {
      g_autofree char *text = check_text (element);

      return is_ascii (element) && text_may_stand (element, text, strict);
    }
  return FALSE;
}

/* A number of the wrong length is no number. */
static void
check_number_size (const CheckElement *element, CheckReport *report)
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
}

static gboolean
is_same_text (const CheckElement *a, const CheckElement *b)
{
  g_autofree char *one = a != NULL ? check_text (a) : NULL,
                  *other = b != NULL ? check_text (b) : NULL;

  return one != NULL && other != NULL && g_str_equal (one, other);
}

/* (0002,0000) tells where the head ends, and nothing else. */
static gboolean
is_head_length_right (const CheckFile *copy)
{
  const CheckElement *length = check_find (copy, 0x0002, 0x0000), *last = length;
  guint32 told = 0;

  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);

      if (element->in_meta)
        last = element;
    }
  for (guint i = 0; length != NULL && i < 4 && i < length->size; i++)
    told |= (guint32) length->value[i] << (8 * i);
  return length != NULL &&
         (gsize) (last->value + last->size - (length->value + length->size)) == told;
}

static void
check_head (const CheckFile *copy, CheckReport *report)
{
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
  if (!is_head_length_right (copy))
    check_found (report, NULL, "the file's head does not end where it says");
  if (!is_same_text (check_find (copy, 0x0008, 0x0018), check_find (copy, 0x0002, 0x0003)) ||
      !is_same_text (check_find (copy, 0x0008, 0x0016), check_find (copy, 0x0002, 0x0002)))
    check_found (report, NULL, "the file's head names another picture");
}

guint64
check_shape (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
             CheckReport *report)
{
  const CheckElement *sop_class = check_find (copy, 0x0008, 0x0016);
  g_autofree char *class_text = sop_class != NULL ? check_text (sop_class) : g_strdup ("");
  const guint kind = check_kind (class_text);
  const gboolean cleaned =
      plan->reviewed && (plan->strict || plan->text_hits >= 0 || check_made_cover (source, plan));

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
        check_number_size (element, report);
      if (element->size % 2 != 0)
        check_found (report, element, "the length is odd");
      /* Only one of two would be looked at by what follows. */
      if (check_at (copy, element->place) != element)
        check_found (report, element, "an attribute stands twice");
    }
  if (copy->is_loose)
    check_found (report, NULL, "the copy is not written in the one way that hides nothing");
  if (copy->encapsulated)
    check_found (report, NULL, "the pictures are compressed");
  check_head (copy, report);
  check_statements (source, copy, plan, cleaned, report);
  return copy->elements->len;
}
