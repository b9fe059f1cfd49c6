/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls `deidentify` and `verify` in this process, on files that the test builds. */
#pragma once

#include "../../gen/dicom_writer.h"
#include "reader_verbs.h"

typedef struct
{
  gboolean done;
  const char *error, *code;
  GBytes *copy;     /* NULL unless done */
  GVariant *result; /* a{sv} */
} Outcome;

void outcome_clear (Outcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

#define FIXTURE_SHIFT (-7 * 60)

/* arguments of both verbs; extra may be NULL: a{sv} whose members replace the defaults. */
GVariant *fixture_arguments (GVariant *extra);

Outcome fixture_deidentify (GByteArray *file, GVariant *extra);

/* The number of findings of `verify`; prints them on the test's log. -1: the verb failed. */
gint fixture_verify (GByteArray *source, gconstpointer copy, gsize n, GVariant *extra);

/* samples, colour: what is said of the source; samples NULL: nothing. */
gint fixture_verify_with (GByteArray *source, gconstpointer copy, gsize n, GBytes *samples,
                          const char *colour, GVariant *extra);

/* A small CT with the attributes that every image has, as a data set without head; the name is
 * "Crimsonberry^Philomena". */
Dicom *fixture_ct_head (void);
void fixture_ct_tail (Dicom *dicom);
GByteArray *fixture_file (Dicom *dicom);

gboolean fixture_contains (GBytes *bytes, const char *needle);
