/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which frames of a multi-frame object are slices of one body: what a reader says of their places
 * (the verb `places`), checked, and the choice among them. */
#pragma once

#include "reader_protocol.h"
#include "volume.h"

/* bulk: the answer for an object of so many frames. ScanPlaceRecord; what cannot be true has become
 * unknown. Free with g_array_unref. NULL if it is no such answer. */
GArray *scan_places_new (GBytes *bulk, guint frames);

/* Those frames (guint, in the order of their places) that are slices of one stack with the frame
 * that is viewed: of its stack (StackID), direction and pixel spacing. Where several of them lie at
 * one place, those that share with the viewed one what tells them apart: of the marks, one after
 * another, that which keeps most places, and is not the same for all. Where no mark helps, but
 * every place has the same number of frames, the first of each place belong together, and the
 * second, and so on. SCAN_VOLUME_FINE with ret_frames and the mm from slice to slice; _NO_PLACES,
 * _FEW, _REPEATED, _GAPS or _UNEVEN. */
ScanVolumeFit scan_places_choose (const GArray *places, guint viewed, GArray **ret_frames,
                                  double *ret_spacing);

/* Whether n positions along a normal, in mm and in order, are evenly apart. */
ScanVolumeFit scan_places_fit (const double *positions, guint n, double *ret_spacing);

/* Two directions of a row and a column are one. */
gboolean scan_places_same_direction (const double a[6], const double b[6]);
