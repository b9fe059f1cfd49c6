/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One frame with all that says how it is meant to look. */
#pragma once

#include "dicom_pixels.hh"

#include <functional>

/* Gives room for n bytes, or NULL with the answer an error. */
typedef std::function<guint8 *(gsize n)> DicomBuffer;

/* Does what the `frame` verb does for an open file: pixels into what buffer gives, the rest into
 * result. side > 0: a smaller picture will do, if that is less work, but none whose longer side is
 * below side. FALSE with the answer an error. May throw. */
bool dicom_frame_decode (DicomFile &file, guint32 frame, guint32 side, const DicomBuffer &buffer,
                         ReaderAnswer *answer, GVariantDict *result);
