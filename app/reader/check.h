/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the independent check. Each looks at source and copy and adds what it finds to the report; a report
 * without findings is the only proof. */
#pragma once

#include "check_walk.h"

typedef struct
{
  gint frame;
  guint x, y, width, height;
} CheckBox;

#define CHECK_NO_TIMES (-1)

typedef struct
{
  guint8 key[32];
  gboolean strict; /* profile C, "public" */
  gboolean keep_dates, reviewed;
  gint date_shift, time_shift; /* days; seconds, CHECK_NO_TIMES: times were to go */
  gint text_hits;              /* places that may be writing; -1: nobody searched */
  const char *software;        /* what (0012,0063) begins with; of the request */
  const char *name;            /* the source's own file name, or "" */
  GArray *boxes; /* CheckBox */
  const guint8 *samples; /* the source's stored values as another process decoded them, or NULL */
  gsize n_samples;       /* bytes */
  const char *colour;    /* of them: "RGB", "YBR_FULL", "YBR_PARTIAL" or "" */
} CheckPlan;

typedef struct
{
  GVariantBuilder findings; /* a(ss) */
  guint n_findings;
  const char *check; /* the one that is at work */
} CheckReport;

/* One sentence, at most a few hundred of them: a constant that says what, and where. Never a value. */
void check_found (CheckReport *report, const CheckElement *where, const char *what);

/* Each returns how many things it examined. */
guint64 check_shape (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);
guint64 check_origin (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);
guint64 check_values (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);
guint64 check_uids (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);
guint64 check_dates (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);
guint64 check_pixels (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);
/* Whether the source is compressed in a way that only a codec undoes: check_pixels then compares with plan->samples. */
gboolean check_needs_samples (const CheckFile *source);

/* Ultrasound regions of the source: fills covered (rows * columns) with what must be blank; FALSE if it has none. */
gboolean check_outside_regions (const CheckFile *source, guint rows, guint columns, guint8 *covered);

/* A part of check_shape: the pseudonym, the age, and what the copy says was done. cleaned: 113101 was earned. */
void check_statements (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, gboolean cleaned, CheckReport *report);
