/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dicom_planes.hh"

/* Sets the bits of one overlay in a plane. FALSE if none was. */
bool dicom_overlay_draw (DicomFile &file, const DicomPixels &pixels, Uint16 group, guint32 frame,
                         std::vector<guint8> &plane);
