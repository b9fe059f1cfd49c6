/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lengths and angles on a frame. Plain geometry over ScanFrame, nothing else.
 *
 * PixelSpacing (DICOM PS3.3 C.7.6.2.1.1 Image Plane, order of values 10.7.1.3) has the distance
 * between the middles of neighbouring rows first (down), then that of columns (across): pixels need
 * not be square. What the distance is of: see ScanSpacing. */
#pragma once

#include "image.h"

G_BEGIN_DECLS

/* Lengths on the frame are known in mm. */
gboolean scan_measure_in_mm (const ScanFrame *frame);

/* How long a line is, from and to: x to the right and y down, in pixels of the frame before any
 * turn. In mm if scan_measure_in_mm, else in widths of a pixel, where PixelAspectRatio (PS3.3
 * C.7.6.3.1.7, vertical size before horizontal) tells how many of them a pixel is high. */
double scan_measure_length (const ScanFrame *frame, const double from[2], const double to[2]);

/* The angle at the second of three points (x, y each, as above), 0 to 180 degrees, in the same
 * plane of even scale: a turn or mirror changes nothing. NAN if a side has no length. */
double scan_measure_angle (const ScanFrame *frame, const double points[6]);

G_END_DECLS
