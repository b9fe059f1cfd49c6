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

/* "dicom", "document", … */
const char *reader_sniff_kind_name (SniffKind kind);

G_END_DECLS
