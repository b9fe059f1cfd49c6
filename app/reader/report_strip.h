/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws recorded curves (an ECG above all) as they look on paper: a grid of millimetres, 25 mm for
 * a second, 10 mm for a millivolt where the unit is known. Plain C over arrays. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define REPORT_STRIP_TRACES_MAX 64
#define REPORT_STRIP_SECONDS 10.0 /* of one strip */

typedef struct
{
  const char *name;    /* of the lead, UTF-8; may be "" */
  const char *unit;    /* of values, "" if unknown */
  const float *values; /* n of the strip; NAN where nothing was recorded */
  double millivolts;   /* one unit is so many millivolts; 0 = no voltage */
} ReportTrace;

typedef struct
{
  const char *title; /* may be "" */
  guint n_traces;    /* 1 to REPORT_STRIP_TRACES_MAX */
  const ReportTrace *traces;
  gsize n;      /* samples of each trace */
  double rate;  /* samples a second, > 0 */
  double start; /* seconds from the beginning of the recording */
  double width; /* seconds from edge to edge, see report_strip_size */
} ReportStrip;

/* The size in pixels of a strip of so many seconds (0 < seconds <= REPORT_STRIP_SECONDS are drawn
 * at their length, but at least 2.4). */
void report_strip_size (guint n_traces, double seconds, guint *ret_columns, guint *ret_rows);

/* Draws it into rgb, columns × rows × 3 bytes as report_strip_size says for strip->n_traces and
 * strip->width. Values that are no numbers are gaps; all others are drawn, and cut at the edges. */
void report_strip_draw (const ReportStrip *strip, guint8 *rgb);

G_END_DECLS
