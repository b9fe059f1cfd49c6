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

typedef struct
{
  guint8 key[32];
  gboolean keep_dates, reviewed;
  gint date_shift, time_shift;
  GArray *boxes; /* CheckBox */
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
guint64 check_values (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);
guint64 check_uids (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);
guint64 check_dates (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);
guint64 check_pixels (const CheckFile *source, const CheckFile *copy, const CheckPlan *plan, CheckReport *report);

/* Ultrasound regions of the source: fills covered (rows * columns) with what must be blank; FALSE if it has none. */
gboolean check_outside_regions (const CheckFile *source, guint rows, guint columns, guint8 *covered);
