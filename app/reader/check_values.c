/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No value that was removed is in any byte of the copy. What is to be looked for is taken from the
 * source: every value that does not stand in the copy, equal, at its own place. See
 * app/reader/CHECK.md for what is searched how. */
#include <string.h>

#include "check_needles.h"
#include "check_search.h"

/* Each long needle as it stands, as UTF-8 if it was Latin-1, and as UTF-16 both ways. */
static void
add_spellings (CheckSearch *search, const char *needle)
{
  gsize n = strlen (needle);
  g_autofree char *utf8 =
      g_utf8_validate (needle, (gssize) n, NULL)
          ? g_strdup (needle)
          : g_convert (needle, (gssize) n, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
  g_autofree gunichar2 *wide = NULL;
  glong units = 0;

  check_search_add (search, (const guint8 *) needle, n);
  if (utf8 == NULL)
    return;
  if (!g_str_equal (utf8, needle))
    check_search_add (search, (const guint8 *) utf8, strlen (utf8));
  wide = g_utf8_to_utf16 (utf8, -1, NULL, &units, NULL);
  if (wide == NULL)
    return;
  check_search_add (search, (const guint8 *) wide, (gsize) units * 2);
  for (glong i = 0; i < units; i++)
    wide[i] = GUINT16_SWAP_LE_BE (wide[i]);
  check_search_add (search, (const guint8 *) wide, (gsize) units * 2);
}

static const CheckElement *
element_at_offset (const CheckFile *copy, gsize offset)
{
  const CheckElement *found = NULL;

  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);
      gsize begin = (gsize) (element->value - copy->bytes);

      if (offset >= begin && offset < begin + element->size)
        found = element;
    }
  return found;
}

/* Forty random digits hold some date by chance. That they are the key's, and nothing else,
 * check_uids proves; of the pseudonym, the statements and the codes, check_shape. */
static gboolean
is_proved_elsewhere (const CheckElement *element)
{
  if (g_str_equal (element->vr, "UI"))
    return element->size > 5 && memcmp (element->value, "2.25.", 5) == 0;
  return element->group == 0x0012 ||
         (element->depth == 0 && element->group == 0x0010 && element->element <= 0x0020) ||
         (element->depth > 0 && element->group == 0x0008 && element->element >= 0x0100 &&
          element->element <= 0x0104);
}

static guint64
search_everywhere (const CheckNeedles *needles, const CheckFile *copy, CheckReport *report)
{
  CheckSearch *search = check_search_new ();
  GHashTableIter iter;
  gpointer needle;
  gsize hit;

  g_hash_table_iter_init (&iter, needles->everywhere);
  while (g_hash_table_iter_next (&iter, &needle, NULL))
    add_spellings (search, needle);
  for (gsize from = 0; check_search_run (search, copy->bytes, copy->size, from, &hit);
       from = hit + 1)
    {
      const CheckElement *where = element_at_offset (copy, hit);

      /* Group 0004 is how a DICOMDIR is built, in its own terms (PS3.3 F.3). */
      if (where != NULL && (is_proved_elsewhere (where) || where->group == 0x0004))
        continue;
      check_found (report, where, "a value of the source is still there");
      if (report->n_findings > 50)
        break;
    }
  check_search_free (search);
  return copy->size;
}

/* A long number that names somebody, in a number's place. */
static void
search_numbers (const CheckNeedles *needles, const CheckElement *element, CheckReport *report)
{
  g_auto (GStrv) values = check_values_of (element);

  for (char **value = values; *value != NULL; value++)
    if (strlen (*value) >= CHECK_LONG && g_hash_table_contains (needles->whole, *value))
      check_found (report, element, "a number of the source is still there");
}

static void
search_texts (const CheckNeedles *needles, const CheckFile *copy, CheckReport *report)
{
  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);
      static const char codes[] = "CS AS UI DS IS ";
      gboolean is_code = FALSE;

      if (!element->is_parent &&
          (g_str_equal (element->vr, "DS") || g_str_equal (element->vr, "IS")))
        search_numbers (needles, element, report);
      if (element->is_parent || element->in_meta || element->group == 0x0012 ||
          !check_is_text (element) || (element->depth > 0 && element->group == 0x0008))
        continue;
      for (const char *at = codes; *at != '\0'; at += 3)
        is_code = is_code || (at[0] == element->vr[0] && at[1] == element->vr[1]);
      /* Codes are defined terms: a short name may equal one. */
      if (is_code)
        continue;
      g_autofree char *text = check_text (element);
      g_autofree char *lower = g_ascii_strdown (text, -1);
      g_auto (GStrv) words = g_strsplit_set (lower, " ^=\\,.;:()[]_-/", -1);

      for (char **word = words; *word != NULL; word++)
        if (**word != '\0' && g_hash_table_contains (needles->in_words, *word))
          check_found (report, element, "a word of the source is still there");
      if (g_hash_table_contains (needles->whole, lower) ||
          g_hash_table_contains (needles->in_words, lower))
        check_found (report, element, "a value of the source is still there");
    }
}

guint64
check_values (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan,
              CheckReport *report)
{
  CheckNeedles needles;
  guint64 examined;

  check_needles_collect (&needles, source, copy, plan);
  examined = search_everywhere (&needles, copy, report);
  search_texts (&needles, copy, report);
  check_needles_clear (&needles);
  return examined;
}
