/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "document_private.h"

#include <string.h>

#include "error.h"
#include "library_private.h"

#define STORAGE "1.2.840.10008.5.1.4.1.1."
#define ENCAPSULATED_PDF STORAGE "104.1"

struct ScanPages
{
  ScanLibrary *library;
  guint8 member[32];
  GBytes *enclosed; /* the document inside a DICOM object; NULL: the member itself */
  const char *type;
  const char *problem;
  GArray *sizes; /* ScanPageSize */
};

ScanForm
scan_instance_form (const ScanInstance *instance)
{
  if (g_str_equal (instance->sop_class, ENCAPSULATED_PDF))
    return SCAN_FORM_PAGES;
  return instance->renderable && instance->frames > 0 ? SCAN_FORM_PICTURES : SCAN_FORM_TEXT;
}

gboolean
scan_instance_has_text (const ScanInstance *instance)
{
  /* Recordings, segmentations, doses (PS3.6 annex A). */
  static const char *const drawn_and_told[] = { STORAGE "9.", STORAGE "66.4", STORAGE "66.7",
                                                STORAGE "481.2" };

  for (guint i = 0; i < G_N_ELEMENTS (drawn_and_told); i++)
    if (g_str_has_prefix (instance->sop_class, drawn_and_told[i]))
      return TRUE;
  return scan_instance_form (instance) == SCAN_FORM_TEXT;
}

ScanForm
scan_document_form (const ScanDocument *document)
{
  static const char *const drawn[] = { "pdf", "jpeg", "png", "tiff", NULL };

  if (g_strv_contains (drawn, document->type))
    return SCAN_FORM_PAGES;
  return g_str_equal (document->type, "text") ? SCAN_FORM_TEXT : SCAN_FORM_NONE;
}

const char *
scan_form_name (ScanForm form)
{
  static const char *const names[] = { "none", "pictures", "pages", "text" };

  return names[form];
}

ScanInstance *
scan_series_document (const ScanSeries *series)
{
  for (guint i = 0; i < series->instances->len; i++)
    {
      ScanInstance *instance = g_ptr_array_index (series->instances, i);

      if (scan_instance_form (instance) != SCAN_FORM_PICTURES)
        return instance;
    }
  return NULL;
}

static gboolean
fail_senseless (GError **error)
{
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                       "The reader gave an answer that makes no sense.");
  return FALSE;
}

/* The document inside a DICOM object. */
static GBytes *
take_out (ScanLibrary *library, const guint8 member[32], GCancellable *cancellable, GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_auto (ScanReaderReply) reply = { 0 };

  if (!scan_library_source_open (library, member, &source, error) ||
      !scan_reader_call (scan_library_readers (library), "enclosed", NULL, &source.source, NULL,
                         SCAN_CALL_DEFAULT, 0, cancellable, &reply, error))
    return NULL;
  if (reply.bulk == NULL || g_bytes_get_size (reply.bulk) == 0)
    {
      fail_senseless (error);
      return NULL;
    }
  return g_steal_pointer (&reply.bulk);
}

static gboolean
ask (ScanPages *pages, const char *verb, GVariant *arguments, GCancellable *cancellable,
     ScanReaderReply *ret_reply, GError **error)
{
  ScanReaderPool *readers = scan_library_page_readers (pages->library, error);
  g_autoptr (GVariant) owned = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;
  g_auto (ScanMemberSource) source = { 0 };

  if (readers == NULL)
    return FALSE;
  if (pages->enclosed != NULL)
    source.source.data = g_bytes_get_data (pages->enclosed, &source.source.size);
  else if (!scan_library_source_open (pages->library, pages->member, &source, error))
    return FALSE;
  return scan_reader_call (readers, verb, owned, &source.source, NULL, SCAN_CALL_DEFAULT, 0,
                           cancellable, ret_reply, error);
}

ScanPages *
scan_library_pages (ScanLibrary *library, const guint8 member[32], gboolean enclosed,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (ScanPages) pages = g_new0 (ScanPages, 1);
  g_auto (ScanReaderReply) reply = { 0 };

  pages->library = library;
  pages->sizes = g_array_new (FALSE, FALSE, sizeof (ScanPageSize));
  memcpy (pages->member, member, sizeof pages->member);
  if (enclosed && (pages->enclosed = take_out (library, member, cancellable, error)) == NULL)
    return NULL;
  if (!ask (pages, "pages", NULL, cancellable, &reply, error))
    return NULL;
  pages->problem = scan_page_sentence (reply.result);
  if (!scan_page_sizes (reply.result, pages->sizes, &pages->type))
    {
      fail_senseless (error);
      return NULL;
    }
  return g_steal_pointer (&pages);
}

void
scan_pages_free (ScanPages *pages)
{
  if (pages == NULL)
    return;
  g_clear_pointer (&pages->enclosed, g_bytes_unref);
  g_array_unref (pages->sizes);
  g_free (pages);
}

guint
scan_pages_count (const ScanPages *pages)
{
  return pages->sizes->len;
}

ScanPageSize
scan_pages_size (const ScanPages *pages, guint page)
{
  return g_array_index (pages->sizes, ScanPageSize, page);
}

const char *
scan_pages_type (const ScanPages *pages)
{
  return pages->type;
}

const char *
scan_pages_problem (const ScanPages *pages)
{
  return pages->problem;
}

ScanPicture *
scan_pages_picture (ScanPages *pages, guint page, guint side, const char **ret_problem,
                    GCancellable *cancellable, GError **error)
{
  g_auto (ScanReaderReply) reply = { 0 };
  GVariantDict arguments = G_VARIANT_DICT_INIT (NULL);
  ScanPicture *picture;

  g_variant_dict_insert (&arguments, "page", "u", page);
  g_variant_dict_insert (&arguments, "size", "u", MIN (side, SCAN_PAGE_SIDE_MAX));
  if (!ask (pages, "page", g_variant_dict_end (&arguments), cancellable, &reply, error))
    return NULL;
  picture = scan_picture_from_reply (
      &reply, side > 0 ? MIN (side, SCAN_PAGE_SIDE_MAX) : SCAN_PAGE_SIDE_MAX, error);
  if (picture != NULL && ret_problem != NULL)
    *ret_problem = scan_page_sentence (reply.result);
  return picture;
}

ScanPicture *
scan_library_document_thumbnail (ScanLibrary *library, const ScanDocument *document,
                                 GCancellable *cancellable, GError **error)
{
  g_autoptr (ScanPages) pages = NULL;

  if (scan_document_form (document) != SCAN_FORM_PAGES)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED,
                           "This document has no picture.");
      return NULL;
    }
  pages = scan_library_pages (library, document->member, FALSE, cancellable, error);
  return pages != NULL ? scan_pages_picture (pages, 0, SCAN_THUMB_SIDE, NULL, cancellable, error)
                       : NULL;
}
