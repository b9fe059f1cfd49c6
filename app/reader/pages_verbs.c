/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "pages.h"

const char reader_pages_cut_off[] = "cut-off";
const char reader_pages_no_fonts[] = "fonts-missing";
const char reader_pages_many[] = "too-many-pages";

/* Software looks for the PDF header in the first KiB (PDF 32000 annex H.3.4.1). */
#define PDF_HEADER_WITHIN 1024

static const ReaderPagesFormat *
format_of (const ReaderPagesFile *file)
{
  const guint8 *p = file->data;

  if (file->size >= 8 && memcmp (p, "\x89PNG\r\n\x1a\n", 8) == 0)
    return &reader_pages_png;
  if (file->size >= 3 && memcmp (p, "\xff\xd8\xff", 3) == 0)
    return &reader_pages_jpeg;
  if (file->size >= 4 && (memcmp (p, "II*\0", 4) == 0 || memcmp (p, "MM\0*", 4) == 0 ||
                          memcmp (p, "II+\0", 4) == 0 || memcmp (p, "MM\0+", 4) == 0))
    return &reader_pages_tiff;
  if (memmem (p, MIN (file->size, PDF_HEADER_WITHIN), "%PDF-", 5) != NULL)
    return &reader_pages_pdf;
  return NULL;
}

static const ReaderPagesFormat *
open_source (const ReaderCall *call, ReaderPagesFile *ret_file, ReaderAnswer *answer)
{
  const ReaderPagesFormat *format;

  /* The keeper puts whole documents into the arena. */
  if (call->source == NULL || call->source->data == NULL)
    {
      reader_answer_fail (answer, "bad-request", NULL);
      return NULL;
    }
  *ret_file = (ReaderPagesFile){ call->source->data, (gsize) call->source->size };
  format = format_of (ret_file);
  if (format == NULL)
    reader_answer_fail (answer, "unsupported",
                        "This is no PDF document and no picture that can be shown.");
  return format;
}

gboolean
reader_verb_pages (const ReaderCall *call, ReaderAnswer *answer)
{
  ReaderPagesFile file;
  const ReaderPagesFormat *format = open_source (call, &file, answer);
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (ReaderPageSize));
  const char *problem = NULL;
  GVariantBuilder list;

  if (format == NULL || !format->list (&file, sizes, &problem, answer))
    return FALSE;
  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(uu)"));
  for (guint i = 0; i < sizes->len; i++)
    {
      const ReaderPageSize *size = &g_array_index (sizes, ReaderPageSize, i);

      g_variant_builder_add (&list, "(uu)", size->columns, size->rows);
    }
  g_variant_dict_insert (&answer->result, "type", "s", format->type);
  g_variant_dict_insert (&answer->result, "sizes", "a(uu)", &list);
  if (problem != NULL)
    g_variant_dict_insert (&answer->result, "problem", "s", problem);
  return TRUE;
}

gboolean
reader_verb_page (const ReaderCall *call, ReaderAnswer *answer)
{
  ReaderPagesFile file;
  ReaderPageJob job = { .answer = answer };
  const ReaderPagesFormat *format = open_source (call, &file, answer);

  if (format == NULL)
    return FALSE;
  g_variant_lookup (call->arguments, "page", "u", &job.page);
  g_variant_lookup (call->arguments, "size", "u", &job.side);
  if (job.side > READER_PAGE_SIDE_MAX || job.page >= READER_PAGES_MAX ||
      ((format == &reader_pages_jpeg || format == &reader_pages_png) && job.page > 0))
    return reader_answer_fail (answer, "bad-request", NULL);
  if (!format->draw (&file, &job))
    return FALSE;
  if (job.problem != NULL)
    g_variant_dict_insert (&answer->result, "problem", "s", job.problem);
  return TRUE;
}
