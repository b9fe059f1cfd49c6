/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where one picture lies in another: the line in which two slices of different directions meet. */
#pragma once

#include "image.h"

/* By ImagePositionPatient, ImageOrientationPatient and PixelSpacing (DICOM PS3.3 C.7.6.2.1.1) of
 * two frames of one FrameOfReferenceUID (C.7.4.1). ret_points: x and y of both ends, in pixels of
 * shown, whose left upper corner is 0, 0; the part that lies in both pictures. FALSE: they do not
 * meet, or are parallel within 5 degrees, or it is not known where they are. */
gboolean scan_frames_cross (const ScanFrame *shown, const ScanFrame *other, double ret_points[4]);
