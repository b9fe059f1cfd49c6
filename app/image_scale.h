/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights of resampling along one axis; shared by scaling and drawing. */
#pragma once

#include "image.h"

typedef enum
{
  SCAN_FILTER_NEAREST,
  SCAN_FILTER_BILINEAR,
  SCAN_FILTER_BOX /* average of what an output pixel covers */
} ScanFilter;

typedef struct
{
  guint from, n; /* source pixels; n = 0: outside, black */
  const float *weights;
} ScanTap;

typedef struct
{
  guint n;
  ScanTap *taps;
  float *weights;
  guint from, to; /* source pixels that are used at all; 0, 0 = none */
} ScanTaps;

/* n output pixels over length source pixels; the middle of output pixel i falls on the source
 * coordinate first + step * i, where source pixel k covers k to k + 1. */
ScanTaps *scan_taps_new (guint n, double first, double step, guint length, ScanFilter filter);
void scan_taps_free (ScanTaps *taps);

/* The weighted sum of the rows that tap names, columns from to to, into sums (as long as a row of
 * the picture). */
void scan_taps_rows (const ScanTap *tap, const ScanPicture *picture, guint from, guint to,
                     float *sums);
