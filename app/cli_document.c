/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verbs render, list and show say of documents and reports. */
#include <string.h>

#include "cli.h"
#include "document.h"
#include "error.h"

#define REPORTS_MAX 50 /* of a series, that show prints */

gboolean
cli_document_item (const ScanItem *item, ScanDocumentPlace *ret_place)
{
  ScanInstance *instance = NULL;
  ScanSeries *series = NULL;

  memset (ret_place, 0, sizeof *ret_place);
  if (item->kind == SCAN_ITEM_DOCUMENT)
    {
      ret_place->member = item->document->member;
      ret_place->form = scan_document_form (item->document);
      return TRUE;
    }
  if (item->kind == SCAN_ITEM_INSTANCE)
    instance = item->instance;
  else if (item->kind == SCAN_ITEM_SERIES)
    series = item->series;
  else if (item->study->series->len == 1)
    series = g_ptr_array_index (item->study->series, 0);
  if (series != NULL && scan_series_frames (series) == 0)
    instance = scan_series_document (series);
  if (instance == NULL || scan_instance_form (instance) == SCAN_FORM_PICTURES)
    return FALSE;
  ret_place->member = instance->member;
  ret_place->form = scan_instance_form (instance);
  ret_place->enclosed = TRUE;
  return TRUE;
}

ScanPicture *
cli_document_picture (Cli *cli, ScanLibrary *library, const ScanDocumentPlace *place, gint64 page,
                      guint side, GError **error)
{
  g_autoptr (ScanPages) pages = NULL;
  const char *problem = NULL;
  ScanPicture *picture;

  if (place->form != SCAN_FORM_PAGES)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED,
                           place->form == SCAN_FORM_TEXT
                               ? "This is text, not a picture; the verb show prints it."
                               : "This item holds no picture that can be drawn.");
      return NULL;
    }
  pages = scan_library_pages (library, place->member, place->enclosed, cli_cancellable (), error);
  if (pages == NULL)
    return NULL;
  if (page >= scan_pages_count (pages))
    {
      g_set_error (error, SCAN_ERROR, SCAN_ERROR_USAGE, "This item has %u pages.",
                   scan_pages_count (pages));
      return NULL;
    }
  picture = scan_pages_picture (pages, (guint) page, side, &problem, cli_cancellable (), error);
  if (picture == NULL)
    return NULL;
  cli_put_int (cli, "pages", scan_pages_count (pages));
  if (problem != NULL)
    {
      cli_put_string (cli, "problem", problem);
      cli_say (cli, "%s", problem);
    }
  return picture;
}

/* What stands in the way of showing is told, and no failure of `show`. */
static void
put_problem (Cli *cli, const char *sentence)
{
  cli_put_string (cli, "problem", sentence);
  cli_say (cli, "%s", sentence);
}

static void
put_pages (Cli *cli, ScanLibrary *library, const ScanDocumentPlace *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ScanPages) pages =
      scan_library_pages (library, place->member, place->enclosed, cli_cancellable (), &error);

  if (pages == NULL)
    {
      put_problem (cli, error->message);
      return;
    }
  cli_put_int (cli, "pages", scan_pages_count (pages));
  cli_say (cli, "%u pages", scan_pages_count (pages));
  if (scan_pages_problem (pages) != NULL)
    put_problem (cli, scan_pages_problem (pages));
}

static void
put_lines (Cli *cli, ScanText *text, const ScanStudy *study)
{
  scan_text_name_pictures (text, study);
  for (guint i = 0; i < text->lines->len; i++)
    {
      const ScanLine *line = g_ptr_array_index (text->lines, i);
      g_autofree char *words = scan_line_words (line);
      g_autofree char *indented = g_strdup_printf ("%*s%s", (int) line->level * 2, "", words);

      json_builder_add_string_value (cli->out, indented);
      cli_say (cli, "%s", indented);
    }
}

static void
put_text (Cli *cli, ScanLibrary *library, const guint8 *const *members, guint n,
          const ScanStudy *study)
{
  g_autoptr (GError) error = NULL;
  gboolean cut = FALSE;

  cli_begin_array (cli, "text");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) failed = NULL;
      g_autoptr (ScanText) text =
          scan_library_text (library, members[i], cli_cancellable (), &failed);

      if (text != NULL)
        {
          put_lines (cli, text, study);
          cut |= text->cut;
        }
      else if (error == NULL)
        error = g_steal_pointer (&failed);
    }
  json_builder_end_array (cli->out);
  if (error != NULL)
    put_problem (cli, error->message);
  else if (cut)
    put_problem (cli, "There is more text than is shown.");
}

void
cli_put_document (Cli *cli, ScanLibrary *library, const ScanDocument *document)
{
  ScanItem item = { SCAN_ITEM_DOCUMENT, { .document = (ScanDocument *) document } };
  ScanDocumentPlace place;

  cli_document_item (&item, &place);
  if (place.form == SCAN_FORM_PAGES)
    put_pages (cli, library, &place);
  else if (place.form == SCAN_FORM_TEXT)
    put_text (cli, library, &place.member, 1, document->study);
}

void
cli_put_report (Cli *cli, ScanLibrary *library, const ScanInstance *instance)
{
  const ScanDocumentPlace place = { instance->member, scan_instance_form (instance), TRUE };

  cli_put_string (cli, "shown_as", scan_form_name (place.form));
  if (place.form == SCAN_FORM_PAGES)
    put_pages (cli, library, &place);
  else if (scan_instance_has_text (instance))
    put_text (cli, library, &place.member, 1, instance->series->study);
}

void
cli_put_reports (Cli *cli, ScanLibrary *library, const ScanSeries *series)
{
  const guint8 *members[REPORTS_MAX];
  guint n = 0;

  for (guint i = 0; i < series->instances->len && n < REPORTS_MAX; i++)
    {
      const ScanInstance *instance = g_ptr_array_index (series->instances, i);

      if (scan_instance_has_text (instance))
        members[n++] = instance->member;
    }
  if (n > 0)
    put_text (cli, library, members, n, series->study);
  else if (scan_series_document (series) != NULL)
    {
      const ScanDocumentPlace place = { scan_series_document (series)->member, SCAN_FORM_PAGES,
                                        TRUE };

      put_pages (cli, library, &place);
    }
}
