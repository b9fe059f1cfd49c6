/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_needles.h"

#include <string.h>

#include "check_made.h"

/* Shorter ones than CHECK_LONG would be met by chance in pixels, below DIGITS in numbers. */
#define DIGITS 8
#define SHORT 4
#define NEEDLE_MAX CHECK_KEPT_PART

typedef enum
{
  WEAK,  /* a text that may also be a common word: no needle if the copy rightly holds it elsewhere
          */
  STRONG /* a name, number, date or identifier: always looked for */
} Strength;

gboolean
check_is_text (const CheckElement *element)
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
  /* Bytes that read as text are text; NULs may stand in it, and behind it. */
  if (element->size < SHORT || element->size > 65536)
    return FALSE;
  for (gsize i = 0; i < element->size; i++)
    {
      guint8 c = element->value[i];

      if ((c < 0x20 && c != '\r' && c != '\n' && c != '\t' && c != 0x1B && c != 0) || c == 0x7F)
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
add_needle (CheckNeedles *needles, const char *text, gsize n, Strength strength)
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
  if (strength == WEAK && (n < SHORT || check_kept_has (needles->kept, lower)))
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
  else if (n >= CHECK_LONG)
    g_hash_table_add (needles->everywhere, g_steal_pointer (&lower));
  else if (n >= SHORT)
    g_hash_table_add (needles->in_words, g_steal_pointer (&lower));
  else if (strength == STRONG)
    g_hash_table_add (needles->whole, g_steal_pointer (&lower));
}

static void
add_name (CheckNeedles *needles, const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, "^= ,", -1);

  add_needle (needles, text, strlen (text), STRONG);
  for (char **part = parts; *part != NULL; part++)
    add_needle (needles, *part, strlen (*part), STRONG);
}

static void
add_date (CheckNeedles *needles, const char *text)
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
add_identifier (CheckNeedles *needles, const char *text, Strength strength)
{
  GString *bare = g_string_new (NULL);

  add_needle (needles, text, strlen (text), strength);
  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_isalnum (*at) || (guint8) *at >= 0x80)
      g_string_append_c (bare, *at);
  if (bare->len != strlen (text) && bare->len >= CHECK_LONG && strength == STRONG)
    add_needle (needles, bare->str, bare->len, strength);
  for (const char *at = bare->str; strength == STRONG && *at != '\0';)
    {
      gsize digits = strspn (at, "0123456789");

      if (digits >= CHECK_LONG)
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
add_value (CheckNeedles *needles, const CheckElement *element, const char *text,
           const CheckPlan *plan)
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

char **
check_values_of (const CheckElement *element)
{
  g_autofree char *text = check_text (element);
  char **values = g_strsplit (text, "\\", -1);

  for (char **value = values; *value != NULL; value++)
    g_strstrip (*value);
  return values;
}

static void
add_values (GHashTable *set, const char *text)
{
  g_autofree char **values = g_strsplit (text, "\\", -1);

  for (char **value = values; *value != NULL; value++)
    g_hash_table_add (set, g_strstrip (*value));
}

/* The values at the same place of the other file, as they stand and as they are to be taken. NULL:
 * it has no such place. */
static GHashTable *
values_at (const CheckFile *other, guint64 place)
{
  const CheckElement *there = check_at (other, place);
  g_autofree char *text = NULL, *made = NULL;
  GHashTable *set;

  if (there == NULL)
    return NULL;
  set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  add_values (set, text = check_text (there));
  if (memchr (there->value, 0, there->size) != NULL)
    add_values (set, made = check_made_text (there));
  return set;
}

/* Texts of the copy that are the source's at their place, or our own statements. */
static void
collect_kept (CheckNeedles *needles, const CheckFile *source, const CheckFile *copy)
{
  for (guint i = 0; i < copy->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (copy->elements, CheckElement, i);
      gboolean ours = element->group == 0x0012 || (element->depth > 0 && element->group == 0x0008);
      g_autoptr (GHashTable) there = NULL;
      g_auto (GStrv) values = NULL;

      if (element->is_parent || !check_is_text (element))
        continue;
      values = check_values_of (element);
      there = ours ? NULL : values_at (source, element->place);
      for (char **value = values; *value != NULL; value++)
        if (ours || (there != NULL && g_hash_table_contains (there, *value)))
          check_kept_add (needles->kept, *value);
    }
}

/* People name files after people; a name of letters alone may as well be a common word. */
static void
add_file_name (CheckNeedles *needles, const char *name)
{
  const char *dot = strrchr (name, '.');
  gsize n = dot != NULL && dot != name ? (gsize) (dot - name) : strlen (name);

  if (n >= DIGITS)
    add_needle (needles, name, n, WEAK);
}

/* A name or number is looked for even where it was left in its place. */
static gboolean
is_needle (const CheckElement *element, const char *value, GHashTable *there)
{
  return there == NULL || !g_hash_table_contains (there, value) ||
         (strength_of (element, value) == STRONG && !looks_like_uid (value) && !element->in_meta);
}

/* A text with NULs inside reads as one without them, or as several. */
static void
add_parts_at_nuls (CheckNeedles *needles, const CheckElement *element, GHashTable *there,
                   const CheckPlan *plan)
{
  g_autofree char *text = check_text (element), *dense = check_dense_text (element), *both = NULL;
  g_auto (GStrv) values = NULL;

  if (strlen (text) == strlen (dense))
    return;
  for (gsize i = 0; text[i] != '\0'; i++)
    if (element->value[i] == 0)
      text[i] = '\\';
  both = g_strconcat (dense, "\\", text, NULL);
  values = g_strsplit (both, "\\", -1);
  for (char **value = values; *value != NULL; value++)
    if (is_needle (element, g_strstrip (*value), there))
      add_value (needles, element, *value, plan);
}

static void
collect_values (CheckNeedles *needles, const CheckFile *source, const CheckFile *copy,
                const CheckPlan *plan)
{
  for (guint i = 0; i < source->elements->len; i++)
    {
      const CheckElement *element = &g_array_index (source->elements, CheckElement, i);

      if (element->is_parent || element->size < 2 || !check_is_text (element))
        continue;
      g_auto (GStrv) values = check_values_of (element);
      g_autoptr (GHashTable) there = values_at (copy, element->place);

      for (char **value = values; *value != NULL; value++)
        if (is_needle (element, *value, there))
          add_value (needles, element, *value, plan);
      if (memchr (element->value, 0, element->size) != NULL)
        add_parts_at_nuls (needles, element, there, plan);
    }
  add_file_name (needles, plan->name);
  if (source->has_preamble)
    for (gsize at = 0; at + CHECK_LONG <= 128; at++)
      {
        gsize n = 0;

        while (at + n < 128 && source->bytes[at + n] >= 0x20 && source->bytes[at + n] < 0x7F)
          n++;
        if (n >= CHECK_LONG)
          add_needle (needles, (const char *) source->bytes + at, n, STRONG);
        at += n;
      }
}

void
check_needles_collect (CheckNeedles *needles, const CheckFile *source, const CheckFile *copy,
                       const CheckPlan *plan)
{
  needles->everywhere = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  needles->in_words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  needles->whole = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  needles->kept = check_kept_new ();
  collect_kept (needles, source, copy);
  collect_values (needles, source, copy, plan);
}

void
check_needles_clear (CheckNeedles *needles)
{
  g_hash_table_unref (needles->everywhere);
  g_hash_table_unref (needles->in_words);
  g_hash_table_unref (needles->whole);
  check_kept_free (needles->kept);
}
