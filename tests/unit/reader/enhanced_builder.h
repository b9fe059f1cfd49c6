/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Multi-frame objects whose frames have places of their own (PS3.3 C.7.6.16), for tests. */
#pragma once

#include "dicom_builder.h"

typedef struct
{
  const char *orientation, *place; /* DS; NULL: the frame does not tell */
  const char *slope, *intercept;   /* DS */
  const char *stack;               /* StackID; NULL: none */
  guint position, time;            /* InStackPositionNumber, TemporalPositionIndex; 0: none */
  double b_value;                  /* DiffusionBValue; negative: none */
} EnhancedFrame;

/* Of groups 0020 to 7fe0, what stands behind the UIDs: n frames of side × side pixels of 16 bits
 * without sign, `spacing` (DS, row and column) apart for all. */
void build_enhanced (Build *build, guint side, const char *spacing, const EnhancedFrame *frames,
                     guint n, const guint16 *words);
