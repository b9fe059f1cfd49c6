/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many pictures a series should have: from what its pictures tell, never below what is there.
 *
 * - Slices of a stack that lie at regular distances (six of ten or more at the median distance):
 *   where the next lies a whole number of distances away, what is between is missing, if
 *   InstanceNumber leaves it out too. Where numbers do not follow the positions, distances alone
 *   count, if nine of ten are regular.
 * - Of CT, MR, PET and nuclear pictures without positions, one stack: numbers that are left out, if
 *   they are a quarter of the range at most.
 * - Where three stacks or more share their kind (points in time, b-values) and at least half of
 * them have the same, largest number of pictures: what others lack.
 * - NumberOfSeriesRelatedInstances, as the largest that any picture tells.
 * - ImagesInAcquisition: what an acquisition lacks of it, if no other series of the scan has
 *   pictures of that acquisition that make it up.
 *
 * What is in the trash has arrived. A second file of the same SOPInstanceUID makes up for none. */
#pragma once

#include "order.h"

typedef struct
{
  guint after;   /* index in the series, in viewing order, of the picture before the gap */
  guint missing; /* at least 1 */
} ScanGap;

typedef struct
{
  guint arrived;
  guint expected;      /* arrived, or more */
  GArray *stacks;      /* ScanStack, over pictures */
  GArray *gaps;        /* ScanGap */
  GPtrArray *pictures; /* ScanInstance in viewing order, with those in the trash */
} ScanCompleteness;

/* Free with scan_completeness_free. */
ScanCompleteness *scan_series_completeness (ScanCatalog *catalog, const ScanSeries *series);
void scan_completeness_free (ScanCompleteness *completeness);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScanCompleteness, scan_completeness_free)

/* How many pictures a stack lacks: by its gaps, or beside its like. */
guint scan_completeness_missing (const ScanCompleteness *completeness, const ScanStack *stack);

/* The usual distance between the slices of a stack, in mm; 0 if there is none. */
double scan_stack_spacing (const GPtrArray *pictures, const ScanStack *stack);

/* "axial", "coronal", "sagittal" or "oblique", by the axis of the patient that is nearest to the
 * normal, within 30 degrees; "" if unknown. */
const char *scan_stack_plane (const GPtrArray *pictures, const ScanStack *stack);
