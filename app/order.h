/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order in which the pictures of a series are looked at, and the stacks that it falls into.
 *
 * What goes into a stack of its own, in this order:
 * 1. each multi-frame object: a clip;
 * 2. localizers (ImageType LOCALIZER), all together;
 * 3. pictures without a direction or a position in space (X-rays, ultrasound), all together: by
 *    InstanceNumber;
 * 4. of the rest, each size (Rows, Columns) and direction (ImageOrientationPatient, to a tenth of a
 *    degree); but one stack, by InstanceNumber, where more than half of the pictures have
 *    directions of their own (radial slices);
 * 5. where several pictures of such a stack lie at one position: each DiffusionBValue, echo
 *    (EchoNumbers, else EchoTime), kind (ImageType from its third value on: magnitude and phase,
 *    water and fat), TemporalPositionIdentifier, AcquisitionNumber and time of acquisition, one
 *    after another as far as they tell such pictures apart and leave two pictures or more in a
 *    stack on average; what differs in TriggerTime becomes a stack a position, in the order of
 *    time: a beating heart, one slice after another. Where nothing of that helps, but every
 *    position has the same number of pictures, the first of each position by InstanceNumber are a
 *    stack, and the second, and so on. Pictures that all lie at one position stay together, in the
 *    order of time.
 * 6. objects without pictures, at the end.
 *
 * Within a stack: by position along the normal (PS3.3 C.7.6.2.1.1), then InstanceNumber, then time,
 * then UID. The stacks: by their smallest InstanceNumber. Rows without an arrangement (written by
 * an earlier version) stay together. */
#pragma once

#include "catalog.h"

typedef enum
{
  SCAN_STACK_PICTURES, /* without positions: by number */
  SCAN_STACK_SLICES,   /* by position */
  SCAN_STACK_LOCALIZER,
  SCAN_STACK_CLIP,        /* one multi-frame object */
  SCAN_STACK_MOVING,      /* one position, in the order of time */
  SCAN_STACK_B_VALUE,     /* slices that share what value tells: s/mm² */
  SCAN_STACK_ECHO,        /* number, or ms */
  SCAN_STACK_TYPE,        /* no value */
  SCAN_STACK_TEMPORAL,    /* TemporalPositionIdentifier */
  SCAN_STACK_ACQUISITION, /* AcquisitionNumber */
  SCAN_STACK_TIME,        /* seconds since 1970 */
  SCAN_STACK_REPEAT,      /* from 1 */
  SCAN_STACK_NO_PICTURES
} ScanStackKind;

typedef struct
{
  ScanStackKind kind;   /* what set it apart last */
  double value;         /* NAN if the kind has none */
  guint first, n;       /* in the series' instances */
  gboolean by_position; /* SLICES and the kinds that split them: every position is known */
} ScanStack;

/* "slices", "b-value" …: the kind in the answers of the command line. */
const char *scan_stack_kind_name (ScanStackKind kind);

/* Puts instances (ScanInstance) into viewing order. Returns the stacks (ScanStack) if asked for;
 * none for no instances. Free with g_array_unref. */
GArray *scan_series_arrange (GPtrArray *instances);

/* The same without the stacks, and without work where there is one and it is in order. */
void scan_series_sort (GPtrArray *instances);
