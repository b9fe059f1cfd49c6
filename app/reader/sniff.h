/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file is, by its content. A name is never asked. */
#pragma once

#include "reader_verbs.h"

G_BEGIN_DECLS

typedef enum
{
  SNIFF_UNKNOWN,
  SNIFF_DICOM,
  SNIFF_DOCUMENT,
  SNIFF_ARCHIVE,
  SNIFF_PROGRAM
} SniffKind;

/* Looks at the beginning (and, for ISO images and short texts, a little more). *ret_type is a
 * constant: for documents and archives the type as the `inspect` verb names it, else "". */
SniffKind reader_sniff (ReaderSource *source, const char **ret_type);

/* Where the first group of a DICOM file begins whose preamble is too short or too long, or whose
 * "DICM" is missing, or behind up to 1 KiB of something else or before zeros, or which has a few
 * bytes too many in front. 0: at its proper place, or it is no such file. */
guint64 reader_sniff_displaced (ReaderSource *source);

/* Where within the first 4 KiB group 0008 begins with explicit VRs, for a file whose meta cannot be
 * read; 0 if nowhere. */
guint64 reader_sniff_dataset (ReaderSource *source);

/* "dicom", "document", … */
const char *reader_sniff_kind_name (SniffKind kind);

G_END_DECLS
