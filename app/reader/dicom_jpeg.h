/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Markers of a JPEG stream (ITU-T T.81, B): what it says about its own colours, and those without a
 * meaning. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  READER_JPEG_SILENT, /* says nothing: believe the dataset */
  READER_JPEG_RGB,
  READER_JPEG_YBR
} ReaderJpegColour;

/* Reads the markers at the beginning of a stream, as far as data goes. A JFIF header means YCbCr
 * (ITU-T T.871, 7); Adobe's APP14 names the transform (ITU-T T.872, 6.5.3). Some files are said to
 * be RGB and are not. */
ReaderJpegColour reader_jpeg_colour (const guint8 *data, gsize n);

/* Takes the TEM markers (ITU-T T.81, B.1.1.3) out that stand in front of the first frame header:
 * they say nothing, and DCMTK 3.6.7, in its search for the depth, stays at the first one for ever.
 * Not for JPEG-LS, which stuffs bits instead of bytes: there they may be part of the picture.
 * Returns the bytes that are left of n. */
gsize reader_jpeg_drop_tem (guint8 *data, gsize n);

G_END_DECLS
