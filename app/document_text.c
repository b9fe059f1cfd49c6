/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports and texts of the vault, as lines. */
#include "document_private.h"
#include "error.h"
#include "image_memory.h"
#include "library_private.h"

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
      copy = scan_text_copy (words);
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
