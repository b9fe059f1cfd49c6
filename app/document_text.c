/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader says can be read of an object, checked and put into words. */
#include <string.h>

#include "document.h"
#include "error.h"
#include "image_memory.h"
#include "library_private.h"
#include "plainname.h"
#include "reader_protocol.h"

#define TEXT_MAX ((gsize) 8 * 1024 * 1024) /* of an answer as a whole */
#define LINE_BYTES_MAX ((gsize) 64 * 1024)

static void
line_free (gpointer data)
{
  ScanLine *line = data;

  scan_image_free (line->label);
  scan_image_free (line->text);
  g_free (line);
}

/* A copy that is wiped when it is freed, without control characters, and no longer than a line may
 * be. NULL when no memory is left. */
static char *
copy_clean (const char *text)
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

/* DA, TM or DT (PS3.5 6.2) in words; as it is if it is none. */
static char *
date_words (const char *value)
{
  g_autofree char *day = g_strndup (value, 8);
  g_autofree char *date = is_digits (value, 8) ? scan_plain_date (day) : g_strdup ("");
  const char *time = is_digits (value, 8) ? value + 8 : value;

  if (*date == '\0')
    time = value;
  if (!is_digits (time, 4) || strspn (time, "0123456789.+-") != strlen (time))
    return *date != '\0' ? g_steal_pointer (&date) : g_strdup (value);
  return g_strdup_printf ("%s%s%.2s:%.2s", date, *date != '\0' ? ", " : "", time, time + 2);
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
      line->label = copy_clean (label);
      line->text = copy_clean (words != NULL ? words : text);
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
  lines = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (SCAN_TEXT_TYPE), bulk, FALSE));
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

ScanText *
scan_library_text (ScanLibrary *library, const guint8 member[32], GCancellable *cancellable,
                   GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_auto (ScanReaderReply) reply = { 0 };
  ScanText *text;

  if (!scan_library_source_open (library, member, &source, error) ||
      !scan_reader_call (scan_library_readers (library), "text", NULL, &source.source, NULL,
                         SCAN_CALL_DEFAULT, 0, cancellable, &reply, error))
    return NULL;
  text = scan_text_new (reply.result, reply.bulk);
  if (text == NULL)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                         "The reader gave an answer that makes no sense.");
  return text;
}

void
scan_text_free (ScanText *text)
{
  if (text == NULL)
    return;
  g_ptr_array_unref (text->lines);
  g_free (text);
}

static char *
picture_words (const ScanSeries *series, const ScanInstance *instance)
{
  const char *set = *series->description != '\0' ? series->description : series->modality;

  if (scan_instance_form (instance) != SCAN_FORM_PICTURES)
    return g_strdup_printf ("See the report “%s”", set);
  if (instance->number >= 0)
    return g_strdup_printf ("See picture %d of “%s”", instance->number, set);
  return g_strdup_printf ("See a picture of “%s”", set);
}

void
scan_text_name_pictures (ScanText *text, const ScanStudy *study)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; study != NULL && i < study->series->len; i++)
    {
      const ScanSeries *series = g_ptr_array_index (study->series, i);

      for (guint j = 0; j < series->instances->len; j++)
        {
          const ScanInstance *instance = g_ptr_array_index (series->instances, j);

          g_hash_table_insert (known, (gpointer) instance->uid, (gpointer) instance);
        }
    }
  for (guint i = 0; i < text->lines->len; i++)
    {
      ScanLine *line = g_ptr_array_index (text->lines, i);
      const ScanInstance *instance;
      g_autofree char *words = NULL;
      char *copy;

      if (line->kind != SCAN_LINE_PICTURE)
        continue;
      instance = g_hash_table_lookup (known, line->text);
      words = instance != NULL ? picture_words (instance->series, instance)
                               : g_strdup ("See a picture that is not in this vault");
      copy = copy_clean (words);
      if (copy == NULL)
        continue;
      scan_image_free (line->text);
      line->text = copy;
    }
}

char *
scan_line_words (const ScanLine *line)
{
  if (*line->label == '\0' || *line->text == '\0')
    return g_strdup (*line->label != '\0' ? line->label : line->text);
  return g_strdup_printf ("%s: %s", line->label, line->text);
}
