/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes that may stand in a copy: those of DICOM's own context groups (PS3.16), with the meaning
 * that our table has, never the one that the source writes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a code that is not in the table becomes, so that sequences of Type 1 stay whole: "Unknown"
 * of SNOMED CT (PS3.16 CID 6096). */
#define READER_DEID_CODE_UNKNOWN "261665006"
#define READER_DEID_CODE_UNKNOWN_SCHEME "SCT"

/* The meaning of a code, or NULL if it is not in the table. scheme: Coding Scheme Designator;
 * SNM3 and 99SDM are taken for SRT, which they became (PS3.16 chapter 8). *ret_scheme is set to the
 * designator to be written. Constant strings. */
const char *reader_deid_code_meaning (const char *scheme, const char *value,
                                      const char **ret_scheme);

G_END_DECLS
