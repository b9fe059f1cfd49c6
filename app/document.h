/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is no picture: documents page by page (PDF, JPEG, PNG, TIFF, and the document inside a DICOM
 * object), and whatever can be read as text (reports, plain texts).
 *
 * Pages come from scanvault-pages, everything else from scanvault-reader; both are hostile until
 * their answers have been checked. Nothing of a document is parsed here. */
#pragma once

#include "library.h"

/* How an item is shown. */
typedef enum
{
  SCAN_FORM_NONE,     /* kept; a copy can be saved */
  SCAN_FORM_PICTURES, /* frames, by scan_library_frame */
  SCAN_FORM_PAGES,    /* by scan_library_pages */
  SCAN_FORM_TEXT      /* by scan_library_text */
} ScanForm;

ScanForm scan_instance_form (const ScanInstance *instance);
ScanForm scan_document_form (const ScanDocument *document);
/* scan_library_text says something worth reading: a report, and also what a recording's machine
 * noted, what is outlined, what a dose is of. */
gboolean scan_instance_has_text (const ScanInstance *instance);
/* "none" "pictures" "pages" "text". */
const char *scan_form_name (ScanForm form);
/* The first instance of a series that is shown as pages or text and not as a picture; NULL if none.
 */
ScanInstance *scan_series_document (const ScanSeries *series);

/* ---- pages ---- */

#define SCAN_PAGE_SIDE_MAX 8192

typedef struct
{
  guint columns, rows; /* as shown: points of a PDF page, pixels of a picture */
} ScanPageSize;

typedef struct ScanPages ScanPages;

/* [any thread] Opens a document of the vault. enclosed: member is a DICOM object that holds the
 * document. Errors: MISSING, DAMAGED, UNREADABLE, UNSUPPORTED, REFUSED (it asks for a password),
 * READER, NO_MEMORY, NO_SANDBOX, G_IO_ERROR_CANCELLED. */
ScanPages *scan_library_pages (ScanLibrary *library, const guint8 member[32], gboolean enclosed,
                               GCancellable *cancellable, GError **error);
/* [any thread] Wipes what was held of the document. NULL is fine. */
void scan_pages_free (ScanPages *pages);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanPages, scan_pages_free)

guint scan_pages_count (const ScanPages *pages); /* 1 or more */
ScanPageSize scan_pages_size (const ScanPages *pages, guint page);
/* "pdf" "jpeg" "png" "tiff" */
const char *scan_pages_type (const ScanPages *pages);
/* A constant sentence about the document as a whole, or NULL. */
const char *scan_pages_problem (const ScanPages *pages);

/* [any thread] One page (from 0) as RGB on white, its longer side at most side pixels, never more
 * than SCAN_PAGE_SIDE_MAX; 0 = its natural size (PDF: 150 dots an inch). Pictures are never
 * enlarged. ret_problem (may be NULL): a constant sentence about this page, or NULL. Errors as
 * above. */
ScanPicture *scan_pages_picture (ScanPages *pages, guint page, guint side, const char **ret_problem,
                                 GCancellable *cancellable, GError **error);

/* [any thread] A small picture of a document's first page. Errors as above. */
ScanPicture *scan_library_document_thumbnail (ScanLibrary *library, const ScanDocument *document,
                                              GCancellable *cancellable, GError **error);

/* ---- text ---- */

typedef enum
{
  SCAN_LINE_TITLE,
  SCAN_LINE_HEADING,
  SCAN_LINE_TEXT,    /* label and text; either may be "" */
  SCAN_LINE_PICTURE, /* a picture that is meant; see scan_text_name_pictures */
  SCAN_LINE_NOTE,    /* said by the program about the object */
  SCAN_LINE_PLAIN    /* one line of a plain text, spaces and all */
} ScanLineKind;

typedef struct
{
  guint level; /* of nesting, from 0 */
  ScanLineKind kind;
  char *label, *text; /* valid UTF-8 of one line, never NULL */
} ScanLine;

typedef struct
{
  GPtrArray *lines; /* ScanLine */
  gboolean cut;     /* there was more */
} ScanText;

/* [any thread] What can be read of a report or another object without pictures, or of a plain text.
 * Dates and names are in plain words. Errors: as above. */
ScanText *scan_library_text (ScanLibrary *library, const guint8 member[32],
                             GCancellable *cancellable, GError **error);
/* Wiped. NULL is fine. */
void scan_text_free (ScanText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanText, scan_text_free)

/* Checks an answer of the `text` verb and makes words of it; NULL if it does not hold. For
 * scan_library_text, tests and the fuzz target. */
ScanText *scan_text_new (GVariant *result, GBytes *bulk);

/* Says of each picture that is meant which one of the study it is ("Picture 3 of Chest"), or that
 * it is not in this vault. study: NULL = none. On the thread that owns the library. Once. */
void scan_text_name_pictures (ScanText *text, const ScanStudy *study);

/* One line as people read it, without its indentation: "Label: text". Free with g_free. */
char *scan_line_words (const ScanLine *line);
