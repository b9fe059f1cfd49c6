/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What readers say of documents, checked: nothing of it is believed, and what remains is put into
 * words. Needs no library, so that a fuzz target can be made of it. */
#include <string.h>

#include "document_private.h"
#include "image_memory.h"
#include "plainname.h"
#include "reader_protocol.h"
#include "translate.h"

#define PAGES_MAX 4000
#define PAGE_SIZE_MAX ((guint) G_MAXINT32)
#define TEXT_MAX ((gsize) 8 * 1024 * 1024) /* of an answer as a whole */
#define LINE_BYTES_MAX ((gsize) 64 * 1024)

const char *
scan_page_sentence (GVariant *result)
{
  static const struct
  {
    const char *code, *sentence;
  } sentences[] = {
    { "cut-off", N_ ("Part of this document is damaged or missing.") },
    { "too-many-pages", N_ ("This document has more pages than are shown.") },
    { "fonts-missing", N_ ("Some letters of this page come from fonts that are not part of the "
                           "document; its text may be missing.") },
  };
  const char *code = "";

  g_variant_lookup (result, "problem", "&s", &code);
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (g_str_equal (sentences[i].code, code))
      return sentences[i].sentence;
  return NULL;
}

/* A page without size would be divided by. */
gboolean
scan_page_sizes (GVariant *result, GArray *ret_sizes, const char **ret_type)
{
  static const char *const types[] = { "pdf", "jpeg", "png", "tiff" };
  g_autoptr (GVariant) sizes = g_variant_lookup_value (result, "sizes", G_VARIANT_TYPE ("a(uu)"));
  const char *type = "";
  gsize n = sizes != NULL ? g_variant_n_children (sizes) : 0;

  *ret_type = NULL;
  g_variant_lookup (result, "type", "&s", &type);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i], type))
      *ret_type = types[i];
  if (*ret_type == NULL || n == 0 || n > PAGES_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      ScanPageSize size;

      g_variant_get_child (sizes, i, "(uu)", &size.columns, &size.rows);
      size.columns = CLAMP (size.columns, 1, PAGE_SIZE_MAX);
      size.rows = CLAMP (size.rows, 1, PAGE_SIZE_MAX);
      g_array_append_val (ret_sizes, size);
    }
  return TRUE;
}

static void
line_free (gpointer data)
{
  ScanLine *line = data;

  scan_image_free (line->label);
  scan_image_free (line->text);
  g_free (line);
}

char *
scan_text_copy (const char *text)
{
  char *copy = scan_image_alloc (MIN (strlen (text), LINE_BYTES_MAX) + 1), *to = copy;

  for (const char *p = text; copy != NULL && *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);
      const gsize n = (gsize) (g_utf8_next_char (p) - p);

      if ((gsize) (to - copy) + n > LINE_BYTES_MAX)
        break;
      /* Nor what turns the direction of other text around it. */
      if (g_unichar_iscntrl (c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
          c == 0x2028 || c == 0x2029)
        continue;
      memcpy (to, p, n);
      to += n;
    }
  return copy;
}

static gboolean
is_digits (const char *text, gsize n)
{
  return strlen (text) >= n && strspn (text, "0123456789") >= n;
}

/* TM, or what stands behind the day of a DT: HHMM and more (PS3.5 6.2). */
static gboolean
is_time (const char *text)
{
  return is_digits (text, 4) && strspn (text, "0123456789.+-") == strlen (text) &&
         (text[0] - '0') * 10 + text[1] - '0' < 24 && text[2] < '6';
}

/* DA, TM or DT in words; as it is if it is none. */
static char *
date_words (const char *value)
{
  g_autofree char *day = g_strndup (value, 8);
  g_autofree char *date = NULL;

  if (!is_digits (value, 8))
    return is_time (value) ? g_strdup_printf ("%.2s:%.2s", value, value + 2) : g_strdup (value);
  date = scan_plain_date (day);
  if (*date == '\0')
    return g_strdup (value);
  return is_time (value + 8) ? g_strdup_printf ("%s, %.2s:%.2s", date, value + 8, value + 10)
                             : g_steal_pointer (&date);
}

static gboolean
kind_of (const char *name, ScanLineKind *ret_kind)
{
  static const struct
  {
    const char *name;
    ScanLineKind kind;
  } kinds[] = {
    { "title", SCAN_LINE_TITLE },     { "heading", SCAN_LINE_HEADING }, { "text", SCAN_LINE_TEXT },
    { "date", SCAN_LINE_TEXT },       { "person", SCAN_LINE_TEXT },     { "note", SCAN_LINE_NOTE },
    { "picture", SCAN_LINE_PICTURE }, { "line", SCAN_LINE_PLAIN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, name))
      {
        *ret_kind = kinds[i].kind;
        return TRUE;
      }
  return FALSE;
}

/* NULL: no sound reader says so, or no memory is left. */
static ScanLine *
line_new (GVariant *child)
{
  const char *name, *label, *text;
  g_autofree char *words = NULL;
  ScanLine *line = g_new0 (ScanLine, 1);

  g_variant_get (child, "(u&s&s&s)", &line->level, &name, &label, &text);
  line->level = MIN (line->level, SCAN_TEXT_LEVEL_MAX);
  if (kind_of (name, &line->kind))
    {
      if (g_str_equal (name, "date"))
        words = date_words (text);
      else if (g_str_equal (name, "person"))
        words = scan_plain_person (text);
      line->label = scan_text_copy (label);
      line->text = scan_text_copy (words != NULL ? words : text);
    }
  if (line->label != NULL && line->text != NULL)
    return line;
  line_free (line);
  return NULL;
}

ScanText *
scan_text_new (GVariant *result, GBytes *bulk)
{
  g_autoptr (ScanText) text = g_new0 (ScanText, 1);
  g_autoptr (GVariant) lines = NULL;
  gsize n;

  text->lines = g_ptr_array_new_with_free_func (line_free);
  if (bulk == NULL || g_bytes_get_size (bulk) > TEXT_MAX)
    return NULL;
  lines =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_TEXT_TYPE), bulk, FALSE));
  if (!g_variant_is_normal_form (lines))
    return NULL;
  n = g_variant_n_children (lines);
  if (n > SCAN_TEXT_LINES_MAX)
    return NULL;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (lines, i);
      ScanLine *line = line_new (child);

      if (line == NULL)
        return NULL;
      g_ptr_array_add (text->lines, line);
    }
  g_variant_lookup (result, "cut", "b", &text->cut);
  return g_steal_pointer (&text);
}

void
scan_text_free (ScanText *text)
{
  if (text == NULL)
    return;
  g_ptr_array_unref (text->lines);
  g_free (text);
}
