/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No value that was removed is in any byte of the copy. What is to be looked for is taken from the
 * source: every value that does not stand in the copy, equal, at its own place. See
 * app/reader/CHECK.md for what is searched how. */
#include <string.h>

#include "check.h"
#include "check_search.h"

/* Shorter needles would be met by chance: in pixels below LONG, in numbers below DIGITS. */
#define LONG 6
#define DIGITS 8
#define SHORT 4
#define NEEDLE_MAX 256

typedef enum
{
  WEAK,  /* a text that may also be a common word: no needle if the copy rightly holds it elsewhere
          */
  STRONG /* a name, number, date or identifier: always looked for */
} Strength;

typedef struct
{
  GHashTable *everywhere; /* lower-case bytes → itself: in any byte of the copy */
  GHashTable *in_words;   /* short ones: whole words of texts */
  GHashTable *whole;      /* short numbers: whole values */
  GString *kept; /* lower-case texts that rightly stand in the copy, each ended by a line feed */
} Needles;

static gboolean
is_text (const CheckElement *element)
{
  static const char texts[] = "AE AS CS DA DT LO LT PN SH ST TM UC UI UR UT ";

  for (const char *at = texts; *at != '\0'; at += 3)
    if (at[0] == element->vr[0] && at[1] == element->vr[1])
      return TRUE;
  if (!g_str_equal (element->vr, "??") && !g_str_equal (element->vr, "UN") &&
      !g_str_equal (element->vr, "OB"))
    return FALSE;
  /* The picture is compared sample by sample. */
  if (element->depth == 0 && element->group == 0x7FE0 && element->element == 0x0010)
    return FALSE;
  /* Bytes that read as text are text. */
  if (element->size < SHORT || element->size > 65536)
    return FALSE;
  for (gsize i = 0; i < element->size; i++)
    {
      guint8 c = element->value[i];

      if ((c < 0x20 && c != '\r' && c != '\n' && c != '\t' && c != 0x1B &&
           !(c == 0 && i + 1 == element->size)) ||
          c == 0x7F)
        return FALSE;
    }
  return TRUE;
}

static gboolean
looks_like_uid (const char *text)
{
  guint dots = 0;

  for (const char *at = text; *at != '\0'; at++)
    if (*at == '.')
      dots++;
    else if (!g_ascii_isdigit (*at))
      return FALSE;
  return dots >= 3;
}

static gboolean
looks_like_date (const char *text)
{
  return strlen (text) >= 8 && strspn (text, "0123456789") >= 8 &&
         (strncmp (text, "19", 2) == 0 || strncmp (text, "20", 2) == 0);
}

static gboolean
is_numeric (const char *text)
{
  return strspn (text, "0123456789+-.eE ") == strlen (text);
}

static gboolean
is_description (guint32 tag)
{
  return tag == 0x00081030 || tag == 0x0008103E || tag == 0x00181030 || tag == 0x00321060 ||
         tag == 0x00400254;
}

/* Names, numbers and addresses of people and places. */
static Strength
strength_of (const CheckElement *element, const char *text)
{
  static const guint32 tags[] = { 0x00080050, 0x00080080, 0x00080081, 0x00080092, 0x00080094,
                                  0x00081010, 0x00081040, 0x00100020, 0x00100021, 0x00101000,
                                  0x00101001, 0x00101005, 0x00101040, 0x00101060, 0x00101090,
                                  0x00102154, 0x00102155, 0x00380010, 0x00380300, 0x00380400,
                                  0x00181000 };
  guint32 tag = (guint32) element->group << 16 | element->element;

  if (g_str_equal (element->vr, "PN") || looks_like_uid (text))
    return STRONG;
  /* Where the file does not say what a text is, this parts the names of people; and some makers'
   * protocols. */
  if (strchr (text, '^') != NULL && (element->vr[0] == '?' || g_str_equal (element->vr, "UN")) &&
      !is_description (tag))
    return STRONG;
  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    if (tags[i] == tag)
      return STRONG;
  return WEAK;
}

/* Words that every copy of ours has, whoever it is of. */
static gboolean
is_our_word (const char *lower)
{
  static const char *const words[] = { "patient",  "removed",      "modified",    "unmodified",
                                       "derived",  "secondary",    "original",    "primary",
                                       "other",    "monochrome1",  "monochrome2", "monochrome",
                                       "ybr_full", "scanvault",    "unknown",     "identity",
                                       "linear",   "palette color" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], lower))
      return TRUE;
  return FALSE;
}

static void
add_needle (Needles *needles, const char *text, gsize n, Strength strength)
{
  g_autofree char *lower = NULL;
  gsize digits;

  while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\r' || text[n - 1] == '\n'))
    n--;
  while (n > 0 && *text == ' ')
    {
      text++;
      n--;
    }
  n = MIN (n, NEEDLE_MAX);
  if (n < 2)
    return;
  lower = g_ascii_strdown (text, (gssize) n);
  if (is_our_word (lower))
    return;
  digits = strspn (lower, "0123456789./:- ");
  if (strength == WEAK && (n < SHORT || strstr (needles->kept->str, lower) != NULL))
    return;
  /* What a flat part of a picture reads as. */
  if (strspn (lower, (const char[]){ lower[0], '\0' }) == n && n < DIGITS)
    {
      if (n >= SHORT)
        g_hash_table_add (needles->in_words, g_steal_pointer (&lower));
      return;
    }
  if (digits == n)
    {
      if (n >= DIGITS)
        g_hash_table_add (needles->everywhere, g_steal_pointer (&lower));
      else if (n >= SHORT && strength == STRONG)
        g_hash_table_add (needles->whole, g_steal_pointer (&lower));
    }
  else if (n >= LONG)
    g_hash_table_add (needles->everywhere, g_steal_pointer (&lower));
  else if (n >= SHORT)
    g_hash_table_add (needles->in_words, g_steal_pointer (&lower));
  else if (strength == STRONG)
    g_hash_table_add (needles->whole, g_steal_pointer (&lower));
}

static void
add_name (Needles *needles, const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, "^= ,", -1);

  add_needle (needles, text, strlen (text), STRONG);
  for (char **part = parts; *part != NULL; part++)
    add_needle (needles, *part, strlen (*part), STRONG);
}

static void
add_date (Needles *needles, const char *text)
{
  static const char separators[] = { '-', '.', '/' };
  char form[16];

  add_needle (needles, text, 8, STRONG);
  for (gsize i = 0; i < G_N_ELEMENTS (separators); i++)
    {
      char c = separators[i];

      g_snprintf (form, sizeof form, "%.4s%c%.2s%c%.2s", text, c, text + 4, c, text + 6);
      add_needle (needles, form, strlen (form), STRONG);
      g_snprintf (form, sizeof form, "%.2s%c%.2s%c%.4s", text + 6, c, text + 4, c, text);
      add_needle (needles, form, strlen (form), STRONG);
      g_snprintf (form, sizeof form, "%.2s%c%.2s%c%.4s", text + 4, c, text + 6, c, text);
      add_needle (needles, form, strlen (form), STRONG);
    }
}

/* A number with and without its punctuation; of one that names somebody also the digits alone. */
static void
add_identifier (Needles *needles, const char *text, Strength strength)
{
  GString *bare = g_string_new (NULL);

  add_needle (needles, text, strlen (text), strength);
  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_isalnum (*at) || (guint8) *at >= 0x80)
      g_string_append_c (bare, *at);
  if (bare->len != strlen (text) && bare->len >= LONG && strength == STRONG)
    add_needle (needles, bare->str, bare->len, strength);
  for (const char *at = bare->str; strength == STRONG && *at != '\0';)
    {
      gsize digits = strspn (at, "0123456789");

      if (digits >= LONG)
        add_needle (needles, at, digits, strength);
      at += MAX (digits, 1);
    }
  g_string_free (bare, TRUE);
}

static gboolean
is_registered (const char *text)
{
  return g_str_has_prefix (text, "1.2.840.10008.");
}

static void
add_value (Needles *needles, const CheckElement *element, const char *text, const CheckPlan *plan)
{
  Strength strength = strength_of (element, text);
  gboolean is_date = g_str_equal (element->vr, "DA") || g_str_equal (element->vr, "DT") ||
                     (element->vr[0] == '?' && looks_like_date (text) && strlen (text) == 8);

  if (*text == '\0' || is_registered (text))
    return;
  if (is_date)
    {
      /* In the strictest copy 19000101 stands for every date that has to be there. */
      if (!plan->keep_dates && looks_like_date (text) &&
          !(plan->strict && strncmp (text, "19000101", 8) == 0))
        add_date (needles, text);
    }
  else if (g_str_equal (element->vr, "TM"))
    {
      if (!plan->keep_dates && strlen (text) > 6)
        add_needle (needles, text, strlen (text), WEAK);
    }
  else if (strength == STRONG && !looks_like_uid (text) &&
           (g_str_equal (element->vr, "PN") || strchr (text, '^') != NULL))
    add_name (needles, text);
  else if (strength == STRONG || !is_numeric (text) || g_str_equal (element->vr, "LO") ||
           g_str_equal (element->vr, "SH"))
    add_identifier (needles, text, strength);
}

/* One of the values at the same place of the other file. */
static gboolean
stands_equal (const CheckFile *other, guint64 place, const char *value)
{
  const CheckElement *there = check_at (other, place);
  g_autofree char *text = there != NULL ? check_text (there) : NULL;
  g_auto (GStrv) values = text != NULL ? g_strsplit (text, "\\", -1) : NULL;

  for (char **at = values; at != NULL && *at != NULL; at++)
    if (g_str_equal (g_strstrip (*at), value))
      return TRUE;
  return FALSE;
}

static char **
values_of (const CheckElement *element)
{
  g_autofree char *text = check_text (element);
  char **values = g_strsplit (text, "\\", -1);

  for (char **value = values; *value != NULL; value++)
    g_strstrip (*value);
  return values;
}

/* Texts of the copy that are the source's at their place, or our own statements. */
static void
collect_kept (Needles *needles, const CheckFile *source, const CheckFile *copy)
{
  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);
      gboolean ours = element->group == 0x0012 || (element->depth > 0 && element->group == 0x0008);
      g_auto (GStrv) values = NULL;

      if (element->is_parent || !is_text (element))
        continue;
      values = values_of (element);
      for (char **value = values; *value != NULL; value++)
        if (ours || stands_equal (source, element->place, *value))
          {
            g_autofree char *lower = g_ascii_strdown (*value, -1);

            g_string_append (needles->kept, lower);
            g_string_append_c (needles->kept, '\n');
          }
    }
}

/* People name files after people; a name of letters alone may as well be a common word. */
static void
add_file_name (Needles *needles, const char *name)
{
  const char *dot = strrchr (name, '.');
  gsize n = dot != NULL && dot != name ? (gsize) (dot - name) : strlen (name);

  if (n >= DIGITS)
    add_needle (needles, name, n, WEAK);
}

static void
collect_needles (Needles *needles, const CheckFile *source, const CheckFile *copy,
                 const CheckPlan *plan)
{
  for (guint i = 0; i < source->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (source->elements, CheckElement, i);

      if (element->is_parent || element->size < 2 || !is_text (element))
        continue;
      g_auto (GStrv) values = values_of (element);

      /* A name or number is looked for even where it was left in its place. */
      for (char **value = values; *value != NULL; value++)
        if (!stands_equal (copy, element->place, *value) ||
            (strength_of (element, *value) == STRONG && !looks_like_uid (*value) &&
             !element->in_meta))
          add_value (needles, element, *value, plan);
    }
  add_file_name (needles, plan->name);
  if (source->has_preamble)
    for (gsize at = 0; at + LONG <= 128; at++)
      {
        gsize n = 0;

        while (at + n < 128 && source->bytes[at + n] >= 0x20 && source->bytes[at + n] < 0x7F)
          n++;
        if (n >= LONG)
          add_needle (needles, (const char *) source->bytes + at, n, STRONG);
        at += n;
      }
}

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
search_everywhere (const Needles *needles, const CheckFile *copy, CheckReport *report)
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
search_numbers (const Needles *needles, const CheckElement *element, CheckReport *report)
{
  g_auto (GStrv) values = values_of (element);

  for (char **value = values; *value != NULL; value++)
    if (strlen (*value) >= LONG && g_hash_table_contains (needles->whole, *value))
      check_found (report, element, "a number of the source is still there");
}

static void
search_texts (const Needles *needles, const CheckFile *copy, CheckReport *report)
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
          !is_text (element) || (element->depth > 0 && element->group == 0x0008))
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
  Needles needles = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                      g_string_new ("\n") };
  guint64 examined;

  collect_kept (&needles, source, copy);
  collect_needles (&needles, source, copy, plan);
  examined = search_everywhere (&needles, copy, report);
  search_texts (&needles, copy, report);
  g_hash_table_unref (needles.everywhere);
  g_hash_table_unref (needles.in_words);
  g_hash_table_unref (needles.whole);
  g_string_free (needles.kept, TRUE);
  return examined;
}
