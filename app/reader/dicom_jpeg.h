/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a lossy JPEG stream says about its own colours. */
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

G_END_DECLS
