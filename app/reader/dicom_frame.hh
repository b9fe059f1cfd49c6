/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One frame with all that says how it is meant to look. */
#pragma once

#include "dicom_pixels.hh"

#include <functional>

/* Gives room for n bytes, or NULL with the answer an error. */
typedef std::function<guint8 *(gsize n)> DicomBuffer;

/* What is wanted of an object. */
struct DicomFrameWish
{
  guint32 frame;
  guint32 side; /* > 0: a smaller picture will do, but none whose longer side is below this */
  bool planes;  /* overlay and shutter too, behind the pixels */
};

/* Does what the `frame` verb does for an open file: pixels into what buffer gives, the rest into
 * result. FALSE with the answer an error. May throw. */
bool dicom_frame_decode (DicomFile &file, const DicomFrameWish &wish, const DicomBuffer &buffer,
                         ReaderAnswer *answer, GVariantDict *result);
