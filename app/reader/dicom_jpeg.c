/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_jpeg.h"

#include <string.h>

#define MARKER_APP0 0xe0
#define MARKER_APP14 0xee
#define MARKER_SOS 0xda

ReaderJpegColour
reader_jpeg_colour (const guint8 *data, gsize n)
{
  ReaderJpegColour colour = READER_JPEG_SILENT;

  if (n < 2 || data[0] != 0xff || data[1] != 0xd8)
    return READER_JPEG_SILENT;
  for (gsize at = 2; at + 4 <= n && data[at] == 0xff && data[at + 1] != MARKER_SOS;)
    {
      const gsize length = (gsize) data[at + 2] << 8 | data[at + 3];
      const guint8 *content = data + at + 4;

      if (length < 2 || length > n - at - 2)
        break;
      if (data[at + 1] == MARKER_APP0 && length >= 7 && memcmp (content, "JFIF", 5) == 0)
        colour = READER_JPEG_YBR;
      else if (data[at + 1] == MARKER_APP14 && length >= 14 && memcmp (content, "Adobe", 5) == 0 &&
               colour == READER_JPEG_SILENT)
        colour = content[11] == 0 ? READER_JPEG_RGB : READER_JPEG_YBR;
      at += 2 + length;
    }
  return colour;
}
