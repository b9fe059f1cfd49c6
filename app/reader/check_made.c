/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_made.h"

#include <string.h>

#include "check_kinds.h"

char *
check_made_text (const CheckElement *origin)
{
  g_autoptr (GString) text = g_string_sized_new (origin->size);
  g_auto (GStrv) values = NULL;
  gboolean ended = FALSE;

  for (gsize i = 0; i < origin->size; i++)
    {
      const char c = (char) origin->value[i];

      ended = c != '\\' && (ended || c == '\0');
      if (!ended)
        g_string_append_c (text, c);
    }
  values = g_strsplit (text->str, "\\", -1);
  for (char **value = values; *value != NULL; value++)
    {
      char *begin = *value;
      gsize n;

      while (*begin == ' ')
        begin++;
      n = strlen (begin);
      while (n > 0 && begin[n - 1] == ' ')
        n--;
      memmove (*value, begin, n);
      (*value)[n] = '\0';
    }
  return g_strjoinv ("\\", values);
}

gboolean
check_made_cover (const CheckFile *source, const CheckPlan *plan)
{
  const CheckElement *modality = check_find (source, 0x0008, 0x0060);
  g_autofree char *text = modality != NULL ? check_text (modality) : NULL;
  guint rows = check_number (source, check_find (source, 0x0028, 0x0010), 0);
  guint columns = check_number (source, check_find (source, 0x0028, 0x0011), 0);
  g_autofree guint8 *covered = NULL;

  if (plan->boxes->len > 0)
    return TRUE;
  if (g_strcmp0 (text, "US") != 0 && g_strcmp0 (text, "IVUS") != 0)
    return FALSE;
  covered = g_try_malloc0 ((gsize) rows * columns + 1);
  return covered != NULL && check_outside_regions (source, rows, columns, covered);
}

/* Of the types of image and frame (PS3.3 C.7.6.1.1.2): a covered picture is no original. */
static gboolean
is_type (const CheckFile *source, const CheckElement *element, guint place, const char *value,
         const char *old, const CheckPlan *plan)
{
  static const char *const fallback[] = { "DERIVED", "SECONDARY" };

  if (place == 0 && element->depth == 0 && element->element == 0x0008 &&
      g_str_equal (old, "ORIGINAL") && check_made_cover (source, plan))
    return g_str_equal (value, "DERIVED") || g_str_equal (value, "MIXED") ||
           g_str_equal (value, "OTHER");
  return g_str_equal (value, old) || g_str_equal (value, "OTHER") ||
         (place < G_N_ELEMENTS (fallback) && g_str_equal (value, fallback[place]));
}

gboolean
check_made_codes (const CheckFile *source, const CheckElement *element, const char *text,
                  const char *old, const CheckPlan *plan)
{
  g_auto (GStrv) values = g_strsplit (text, "\\", -1), olds = g_strsplit (old, "\\", -1);
  const gboolean placed = check_tag (element) == 0x00080008 || check_tag (element) == 0x00089007;
  guint at = 0;

  if (placed && g_strv_length (values) != g_strv_length (olds))
    return FALSE;
  for (guint i = 0; values[i] != NULL; i++)
    {
      if (placed)
        {
          if (!is_type (source, element, i, values[i], olds[i], plan))
            return FALSE;
          continue;
        }
      while (olds[at] != NULL && !g_str_equal (olds[at], values[i]))
        at++;
      if (olds[at] == NULL)
        return FALSE;
      at++;
    }
  return TRUE;
}

gboolean
check_made_is_code (const CheckElement *element)
{
  return element->depth > 0 && element->group == 0x0008 &&
         (element->element == 0x0100 || element->element == 0x0102 || element->element == 0x0104);
}

/* The first value, or "". */
static char *
first_of (const CheckElement *origin)
{
  g_autofree char *text = origin != NULL ? check_made_text (origin) : g_strdup ("");

  return g_strndup (text, strcspn (text, "\\"));
}

gboolean
check_made_code (const CheckFile *source, const CheckFile *copy, const CheckElement *element)
{
  const guint64 item = element->item;
  g_autofree char *value = first_of (check_in (source, item, 0x0008, 0x0100)),
                  *scheme = first_of (check_in (source, item, 0x0008, 0x0102)),
                  *text = check_text (element);
  const char *written = scheme, *meaning;

  if ((check_in (source, item, 0x0008, 0x0100) == NULL &&
       check_in (source, item, 0x0008, 0x0119) == NULL &&
       check_in (source, item, 0x0008, 0x0120) == NULL) ||
      check_in (copy, item, 0x0008, 0x0100) == NULL ||
      check_in (copy, item, 0x0008, 0x0102) == NULL ||
      check_in (copy, item, 0x0008, 0x0104) == NULL)
    return FALSE;
  /* PS3.16 8.1: other names of the same scheme. */
  if (g_str_equal (scheme, "SNM3") || g_str_equal (scheme, "99SDM"))
    written = "SRT";
  meaning = check_code_meaning (written, value);
  if (meaning == NULL)
    {
      written = "SCT";
      meaning = "Unknown";
      g_free (value);
      value = g_strdup ("261665006");
    }
  return g_str_equal (text, element->element == 0x0100   ? value
                            : element->element == 0x0102 ? written
                                                         : meaning);
}

gboolean
check_made_is_picture_form (const CheckElement *element)
{
  const guint32 tag = check_tag (element);

  return element->depth == 0 &&
         (tag == 0x00280004 || tag == 0x00280006 || tag == 0x00282110 || tag == 0x00282114);
}

/* What the samples of the copy are (PS3.3 C.7.6.3.1.2): what was compressed as YBR becomes RGB, of
 * the other forms each is written as one that needs no more explanation. */
static const char *
expected_model (const CheckFile *source, const char *name, guint samples)
{
  const char *model = samples == 3 ? "RGB" : "MONOCHROME2";

  if (samples == 1 && (g_str_equal (name, "MONOCHROME1") || g_str_equal (name, "PALETTE COLOR")))
    return name;
  if (samples != 3 || source->encapsulated)
    return model;
  return g_str_has_prefix (name, "YBR_FULL")      ? "YBR_FULL"
         : g_str_has_prefix (name, "YBR_PARTIAL") ? "YBR_PARTIAL"
                                                  : model;
}

/* Lossy Image Compression Method of transfer syntaxes (PS3.3 C.7.6.1.1.5.1), or NULL. */
static const char *
lossy_method (const char *syntax)
{
  static const struct
  {
    const char *tails, *method;
  } methods[] = {
    { " 4.50 4.51 4.53 4.55 4.111 ", "ISO_10918_1" },
    { " 4.81 ", "ISO_14495_1" },
    { " 4.91 4.93 ", "ISO_15444_1" },
    { " 4.203 ", "ISO_15444_15" },
    { " 4.112 ", "ISO_18181_1" },
  };
  static const char root[] = "1.2.840.10008.1.2.";
  g_autofree char *tail = NULL;

  if (!g_str_has_prefix (syntax, root))
    return NULL;
  tail = g_strdup_printf (" %s ", syntax + strlen (root));
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (strstr (methods[i].tails, tail) != NULL)
      return methods[i].method;
  return NULL;
}

gboolean
check_made_picture_form (const CheckFile *source, const CheckElement *element,
                         const CheckElement *origin)
{
  g_autofree char *text = check_text (element),
                  *old = origin != NULL ? check_made_text (origin) : g_strdup ("");
  const char *method = lossy_method (source->syntax);
  const guint samples = check_number (source, check_find (source, 0x0028, 0x0002), 1);

  switch (element->element)
    {
    case 0x0004:
      return g_str_equal (text, expected_model (source, old, samples));
    case 0x0006:
      /* Of grey pictures it means nothing, and stays empty if it was. */
      if (element->size == 0)
        return origin != NULL && origin->size == 0 && samples == 1;
      return element->size == 2 && element->value[1] == 0 &&
             element->value[0] ==
                 (samples > 1 && source->encapsulated ? 0 : check_number (source, origin, 0));
    case 0x2110:
      /* What is no code at all is emptied. */
      return g_str_equal (text, method != NULL ? "01" : old) ||
             (method == NULL && origin != NULL && *text == '\0');
    default:
      return (method != NULL && g_str_equal (text, method)) ||
             (origin != NULL && check_made_codes (source, element, text, old, NULL));
    }
}
