/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be done with an attribute: Table E.1-1 of DICOM PS3.15 2026d, what stands beyond it,
 * and what is left by default, which is nothing. app/reader/DEID.md tells the reasons. */
#pragma once

#include <glib.h>

#include "deid_kinds.h"

G_BEGIN_DECLS

typedef struct
{
  guint16 group, element;
  char source;   /* 'E' of Table E.1-1, 'B' beyond it */
  char basic[8]; /* X Z D U and their combinations */
  char characteristics, full_dates, modified_dates, descriptors; /* 'K' keep, 'C' clean, 0 */
} ReaderDeidRow;

typedef enum
{
  READER_DEID_DROP,
  READER_DEID_EMPTY,          /* stands without a value, for IODs that want it */
  READER_DEID_UID,            /* mapped unless registered */
  READER_DEID_DATE,           /* DA, TM, DT by the share's shift, or kept */
  READER_DEID_DESCRIPTION,    /* kept if every word is in the vocabulary */
  READER_DEID_CODE,           /* CS: kept if every word is a known term or very short */
  READER_DEID_NUMBER,         /* DS, IS: kept if it is a number */
  READER_DEID_BINARY,         /* US SS UL SL FL FD AT and look-up tables: kept */
  READER_DEID_TERM,           /* LO of defined terms: kept if it is one */
  READER_DEID_STACK,          /* SH, a short number; any other becomes 1 */
  READER_DEID_SEQUENCE,       /* rebuilt by the same rules; a code in an item if it is known */
  READER_DEID_CHARACTERISTIC, /* age, sex, size, weight: kept at the root if plausible */
  READER_DEID_PIXELS          /* handled apart */
} ReaderDeidAction;

typedef struct
{
  ReaderKind kind; /* of the image */
  gboolean strict; /* profile C, "public": no date, no description, nothing about the person */
} ReaderDeidScope;

/* The action for an attribute of a VR (two letters) at a depth (0 = root). */
ReaderDeidAction reader_deid_action (const ReaderDeidScope *scope, guint16 group, guint16 element,
                                     const char *vr, guint depth);

/* The row of the table, or NULL; and how many rows came from where. */
const ReaderDeidRow *reader_deid_row (guint16 group, guint16 element);
void reader_deid_row_counts (guint *ret_standard, guint *ret_beyond);

/* Attributes of Type 1 and 2 of the modules that every image has: they are to stand in the copy, if
 * need be without a value (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1). */
gboolean reader_deid_is_required (guint16 group, guint16 element);

G_END_DECLS
