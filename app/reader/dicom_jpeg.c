/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_jpeg.h"

#include <string.h>

#define MARKER_TEM 0x01
#define MARKER_SOF0 0xc0
#define MARKER_DHT 0xc4
#define MARKER_JPG 0xc8
#define MARKER_DAC 0xcc
#define MARKER_SOF15 0xcf
#define MARKER_RST0 0xd0
#define MARKER_EOI 0xd9
#define MARKER_SOS 0xda
#define MARKER_APP0 0xe0
#define MARKER_APP14 0xee

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

static gboolean
is_frame_header (guint8 marker)
{
  return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT &&
         marker != MARKER_JPG && marker != MARKER_DAC;
}

gsize
reader_jpeg_drop_tem (guint8 *data, gsize n)
{
  gsize from = 0, to = 0;

  while (from + 4 <= n && data[from] == 0xff && !is_frame_header (data[from + 1]))
    {
      const guint8 marker = data[from + 1];
      gsize length = 2;

      if (marker == 0xff) /* a fill byte */
        length = 1;
      else if (marker >= MARKER_SOF0 && (marker < MARKER_RST0 || marker > MARKER_EOI))
        length = MIN (n - from, 2 + ((gsize) data[from + 2] << 8 | data[from + 3]));
      if (marker != MARKER_TEM)
        {
          memmove (data + to, data + from, length);
          to += length;
        }
      from += length;
    }
  memmove (data + to, data + from, n - from);
  return to + n - from;
}
