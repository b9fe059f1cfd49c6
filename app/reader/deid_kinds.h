/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of images that can be cleaned, by SOP class (PS3.4 B.5), and what each may hold. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  READER_KIND_NONE = 0, /* refused */
  READER_KIND_CR = 1 << 0,
  READER_KIND_DX = 1 << 1, /* also intra-oral */
  READER_KIND_MG = 1 << 2,
  READER_KIND_CT = 1 << 3,
  READER_KIND_MR = 1 << 4,
  READER_KIND_NM = 1 << 5,
  READER_KIND_PT = 1 << 6,
  READER_KIND_US = 1 << 7,
  READER_KIND_XA = 1 << 8,       /* also radiofluoroscopy and cone-beam */
  READER_KIND_SC = 1 << 9,       /* captures: of unknown content */
  READER_KIND_ENHANCED = 1 << 10 /* beside another: with functional groups */
} ReaderKind;

/* The kind of a SOP class; READER_KIND_NONE for all that cannot be cleaned. */
ReaderKind reader_deid_kind (const char *sop_class);

/* FALSE: an attribute of this area has no place in an image of the kind (PS3.3 A). */
gboolean reader_deid_kind_allows (ReaderKind kind, guint16 group, guint16 element);

/* What has to stand where a source had a value that does not stay (Type 1 and 2 of PS3.3): NULL,
 * nothing; "", the attribute without a value; else a constant to take its place. depth: 0 = root.
 */
const char *reader_deid_replacement (ReaderKind kind, guint16 group, guint16 element, guint depth);

G_END_DECLS
