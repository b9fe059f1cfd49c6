/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter of system calls that a locked-in reader lives behind. SANDBOX.md explains it; the
 * tests try every call there is against these tables. */
#pragma once

#include <glib.h>

typedef enum
{
  READER_CALL_ALLOWED,
  READER_CALL_BY_ARGUMENT, /* allowed with certain arguments, refused with EPERM or fatal else */
  READER_CALL_REFUSED      /* EPERM: libraries ask it in passing and live without */
} ReaderCallRule;

typedef struct
{
  int number; /* negative where this processor has no such call */
  const char *name;
  ReaderCallRule rule;
  gboolean rare; /* allowed or refused for what no test can bring about on every machine */
} ReaderCallEntry;

/* The calls that the filter names, with what it does about them; every other call ends the process.
 * fonts: of a reader that may read the system's fonts. Constant; *ret_n is their number. A call
 * of scanvault-reader's table that is in the table of fonts too follows the latter where fonts. */
const ReaderCallEntry *reader_filter_calls (gsize *ret_n);
const ReaderCallEntry *reader_filter_font_calls (gsize *ret_n);

/* Loads the filter, for good. left_out: the name of a call that is left out of the tables, so that
 * a test sees who needs it; NULL in every real reader. FALSE: the process must end. */
gboolean reader_filter_load (gboolean fonts, const char *left_out);
