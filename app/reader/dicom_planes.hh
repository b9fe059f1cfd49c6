/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies over a picture: overlays that are drawn on it, and a shutter that covers its margins.
 * Both are planes of a bit for each pixel, row by row, the lowest bit of a byte first. */
#pragma once

#include "dicom_pixels.hh"
#include "image_shutter.h"

/* Bytes of a plane. */
gsize dicom_plane_size (const DicomPixels &pixels);

/* Whether there is an overlay or a shutter to ask for. */
bool dicom_planes_exist (DicomFile &file);

/* All overlays of a frame in one (PS3.3 C.9.2; groups 6000 to 601E), from Overlay Data or from bits
 * of the pixels that are not stored values (PS3.5 8.1.2). What lies outside of the frame is cut
 * off. FALSE if nothing is drawn on it. */
bool dicom_overlay_plane (DicomFile &file, const DicomPixels &pixels, guint32 frame,
                          std::vector<guint8> &ret_plane);

/* The shapes of a shutter, but a bitmap; the vertices stand in ret_vertices. FALSE if there are
 * none.
 */
bool dicom_shutter_read (DcmItem *item, ScanShutter &ret_shutter,
                         std::vector<double> &ret_vertices);

/* What a shutter covers of a frame: rectangle, circle, polygon (PS3.3 C.7.6.11) and bitmap
 * (C.7.6.15); *ret_level is the gray to put there, 0 to 65535. FALSE if it covers nothing, or
 * everything, which nobody can have meant. */
bool dicom_shutter_plane (DicomFile &file, const DicomPixels &pixels, guint32 frame,
                          std::vector<guint8> &ret_plane, guint32 *ret_level);
