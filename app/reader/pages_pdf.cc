/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDF through Poppler. What a document would do (scripts, links, attachments, forms that send) is
 * never asked for: a page is drawn, no more. */
#include "pages.h"

#include <math.h>
#include <memory>
#include <new>
#include <string.h>

#include <poppler-document.h>
#include <poppler-font.h>
#include <poppler-global.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>

typedef std::unique_ptr<poppler::document> Document;

static const double points_per_inch = 72;
static const double natural_resolution = 150, resolution_max = 1200;
static const double page_max = 200000; /* points; PDF 2.0 annex C says 14,400 */

static gboolean fonts_open = TRUE;

/* A page that draws text in a font of the system's, so that fontconfig, FreeType and the tables of
 * Poppler are loaded. The document lives as long as the process: with the last one Poppler throws
 * its tables away. */
static const char warm_page[] =
    "%PDF-1.4\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 40 40]/Contents 4 0 R/Resources<</Font<<"
    "/A<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    "/B<</Type/Font/Subtype/Type1/BaseFont/Symbol>>>>>>>>endobj\n"
    "4 0 obj<</Length 52>>stream\n"
    "BT /A 9 Tf 2 20 Td (Aa1) Tj /B 9 Tf 0 -9 Td (a) Tj ET\n"
    "endstream endobj\n"
    "trailer<</Root 1 0 R>>\n";

/* Poppler goes on without a font or a table of letters that it cannot open, and says so here alone.
 */
static bool missed_font;

static void
listen (const std::string &message, void *data)
{
  for (const char *trouble :
       { "Couldn't create a font", "Couldn't find a font", "No font in show" })
    if (message.find (trouble) != std::string::npos)
      missed_font = true;
}

static poppler::image
render (const poppler::page &page, double resolution, int columns, int rows)
{
  poppler::page_renderer renderer;

  renderer.set_image_format (poppler::image::format_rgb24);
  renderer.set_paper_color (0xffffffff);
  renderer.set_render_hint (poppler::page_renderer::antialiasing);
  renderer.set_render_hint (poppler::page_renderer::text_antialiasing);
  return renderer.render_page (&page, resolution, resolution, 0, 0, columns, rows);
}

const char *
reader_pages_preload (void)
{
  try
    {
      poppler::set_debug_error_function (listen, NULL);
      static Document warm (
          poppler::document::load_from_raw_data (warm_page, sizeof warm_page - 1));
      std::unique_ptr<poppler::page> page (warm ? warm->create_page (0) : NULL);
      if (!page || !render (*page, points_per_inch, 40, 40).is_valid ())
        return "Poppler does not work.";
      std::unique_ptr<poppler::font_iterator> fonts (warm->create_font_iterator (0));
      fonts->next ();
    }
  catch (...)
    {
      return "Poppler does not work.";
    }
  return NULL;
}

void
reader_pages_set_fonts (gboolean open)
{
  fonts_open = open;
}

/* What Poppler throws, and what it returns, as an error of the answer. */
template <typename Body>
static gboolean
guard (const ReaderPagesFile *file, ReaderAnswer *answer, Body body)
{
  try
    {
      if (file->size > G_MAXINT32)
        return reader_answer_fail (answer, "unsupported", "The document is too large.");
      Document document (
          poppler::document::load_from_raw_data ((const char *) file->data, (int) file->size));
      if (!document)
        return reader_answer_fail (answer, "unreadable", NULL);
      if (document->is_locked ())
        return reader_answer_refuse (answer, "password", "This document asks for a password.");
      return body (*document);
    }
  catch (const std::bad_alloc &)
    {
      return reader_answer_fail (answer, "no-memory", NULL);
    }
  catch (...)
    {
      return reader_answer_fail (answer, "unreadable", NULL);
    }
}

/* As shown, in points. FALSE: there is no such page, or its size makes no sense. */
static bool
measure (const poppler::page *page, double &ret_width, double &ret_height)
{
  if (page == NULL)
    return false;
  const poppler::rectf box = page->page_rect (poppler::crop_box);
  const poppler::page::orientation_enum way = page->orientation ();
  const bool turned = way == poppler::page::landscape || way == poppler::page::seascape;

  ret_width = fabs (turned ? box.height () : box.width ());
  ret_height = fabs (turned ? box.width () : box.height ());
  return isfinite (ret_width) && isfinite (ret_height) && ret_width > 0 && ret_height > 0 &&
         ret_width <= page_max && ret_height <= page_max;
}

static gboolean
list (const ReaderPagesFile *file, GArray *ret_sizes, const char **ret_problem,
      ReaderAnswer *answer)
{
  return guard (file, answer, [&] (poppler::document &document) -> gboolean {
    const int n = document.pages ();

    if (n <= 0)
      return reader_answer_fail (answer, "unreadable", "The document has no pages.");
    for (int i = 0; i < MIN (n, READER_PAGES_MAX); i++)
      {
        std::unique_ptr<poppler::page> page (document.create_page (i));
        double width, height;
        /* A4, so that the pages behind it keep their numbers. */
        ReaderPageSize size = { 595, 842 };

        if (measure (page.get (), width, height))
          size = { (guint) MAX (1, width + 0.5), (guint) MAX (1, height + 0.5) };
        else
          *ret_problem = reader_pages_cut_off;
        g_array_append_val (ret_sizes, size);
      }
    if (n > READER_PAGES_MAX)
      *ret_problem = reader_pages_many;
    return TRUE;
  });
}

/* Drawing such a page succeeds, and its text is simply not there. */
static bool
lacks_fonts (poppler::document &document, guint page)
{
  std::unique_ptr<poppler::font_iterator> fonts (document.create_font_iterator ((int) page));

  if (!fonts || !fonts->has_next ())
    return false;
  for (const poppler::font_info &font : fonts->next ())
    if (!font.is_embedded () && (!fonts_open || font.file ().empty ()))
      return true;
  return false;
}

static gboolean
draw_page (poppler::document &document, ReaderPageJob *job)
{
  std::unique_ptr<poppler::page> page (document.create_page ((int) job->page));
  double width, height;

  if (!measure (page.get (), width, height))
    return reader_answer_fail (job->answer, "unreadable", NULL);
  const double longest = MAX (width, height);
  const double most = points_per_inch * READER_PAGE_SIDE_MAX / longest;
  const double resolution = job->side > 0
                                ? MIN (points_per_inch * job->side / longest, resolution_max)
                                : MIN (natural_resolution, most);
  const int columns = MAX (1, (int) (width * resolution / points_per_inch + 0.5));
  const int rows = MAX (1, (int) (height * resolution / points_per_inch + 0.5));
  /* The room first: a larger arena may be needed, and the drawing would be lost. */
  guint8 *out = reader_answer_bulk (job->answer, (gsize) columns * rows * 3);

  if (out == NULL)
    return FALSE;
  missed_font = false;
  poppler::image image = render (*page, resolution, columns, rows);
  if (!image.is_valid () || image.format () != poppler::image::format_rgb24 ||
      image.width () != columns || image.height () != rows)
    return reader_answer_fail (job->answer, "no-memory", NULL);
  for (int y = 0; y < rows; y++)
    memcpy (out + (gsize) y * columns * 3, image.const_data () + (gsize) y * image.bytes_per_row (),
            (gsize) columns * 3);
  g_variant_dict_insert (&job->answer->result, "rows", "u", (guint32) rows);
  g_variant_dict_insert (&job->answer->result, "columns", "u", (guint32) columns);
  if (missed_font || lacks_fonts (document, job->page))
    job->problem = reader_pages_no_fonts;
  return TRUE;
}

static gboolean
draw (const ReaderPagesFile *file, ReaderPageJob *job)
{
  return guard (file, job->answer, [&] (poppler::document &document) -> gboolean {
    if (job->page >= (guint) MAX (0, MIN (document.pages (), READER_PAGES_MAX)))
      return reader_answer_fail (job->answer, "bad-request", NULL);
    return draw_page (document, job);
  });
}

const ReaderPagesFormat reader_pages_pdf = { "pdf", list, draw };
