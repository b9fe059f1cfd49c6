/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slices whose stored values do not mean the same, brought to one scale: those of a PET have a
 * slope each (PS3.3 C.11.1, C.8.9.4), others are stored wide or as floating point numbers.
 *
 * A value is told in 16 bits, stored * slope + intercept. One scale for all is the slope that they
 * share, where they share it and all values are in its reach: then nothing is lost if their
 * intercepts are whole steps apart. Else the range of all values is cut into 65,535 steps, and no
 * value is off by more than half of one: 1/131,070 of the range, finer than a screen of 256 grays
 * or a person can tell. */
#pragma once

#include "image.h"

typedef struct
{
  double slope, intercept;
  gboolean is_signed; /* the 16 bits */
  gboolean has_padding;
  gint64 padding_first, padding_last; /* stored values that are no picture */
} ScanScale;

/* The scale of a frame of 8 or 16 bits. */
void scan_scale_of (const ScanFrame *frame, ScanScale *ret_scale);

/* One value is the same in both, as far as 16 bits can show. */
gboolean scan_scale_is_same (const ScanScale *a, const ScanScale *b);

/* Whether a gray frame must be narrowed. */
gboolean scan_scale_is_wide (const ScanFrame *frame);

/* A wide frame in 16 bits of a scale of its own; words: one for each pixel. */
void scan_scale_narrow (const ScanFrame *frame, guint16 *words, ScanScale *ret_scale);

/* Rewrites slices, of n words each and one behind the other, from their own scales to one. */
void scan_scale_level (guint16 *words, gsize n, guint slices, const ScanScale *scales,
                       ScanScale *ret_scale);
