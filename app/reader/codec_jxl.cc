/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec_jxl.h"

#include <jxl/decode.h>
#include <math.h>
#include <string.h>
#include <vector>

namespace
{
struct Decoder
{
  JxlDecoder *jxl = JxlDecoderCreate (NULL);

  ~Decoder ()
  {
    if (jxl != NULL)
      JxlDecoderDestroy (jxl);
  }
};

/* libjxl stretches samples to the whole range of what it writes into; this takes that back. */
template <typename In, typename Out>
void
unstretch (const guint8 *from, gsize n, double in_top, double out_top, guint8 *to)
{
  const In *in = (const In *) from;
  Out *out = (Out *) to;

  for (gsize i = 0; i < n; i++)
    out[i] = (Out) CLAMP (floor ((double) in[i] * out_top / in_top + 0.5), 0, out_top);
}
}

static ReaderJxlResult
decode (const guint8 *data, gsize n, guint32 columns, guint32 rows, guint samples, guint bits,
        guint8 *out, gboolean *ret_own_colour)
{
  const gsize count = (gsize) columns * rows * samples;
  JxlPixelFormat format = { samples, JXL_TYPE_UINT8, JXL_LITTLE_ENDIAN, 0 };
  ReaderJxlResult result = READER_JXL_WHOLE;
  std::vector<guint8> pixels;
  JxlBasicInfo info = {};
  Decoder decoder;

  if (decoder.jxl == NULL)
    throw std::bad_alloc ();
  JxlDecoder *jxl = decoder.jxl;
  if (JxlDecoderSubscribeEvents (jxl, JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE) != JXL_DEC_SUCCESS ||
      JxlDecoderSetKeepOrientation (jxl, JXL_TRUE) != JXL_DEC_SUCCESS ||
      JxlDecoderSetInput (jxl, data, n) != JXL_DEC_SUCCESS)
    return READER_JXL_DAMAGED;
  JxlDecoderCloseInput (jxl);
  for (bool done = false; !done;)
    switch (JxlDecoderProcessInput (jxl))
      {
      case JXL_DEC_BASIC_INFO:
        if (JxlDecoderGetBasicInfo (jxl, &info) != JXL_DEC_SUCCESS)
          return READER_JXL_DAMAGED;
        if (info.xsize != columns || info.ysize != rows || info.num_color_channels != samples ||
            info.bits_per_sample > bits || info.bits_per_sample == 0 ||
            info.exponent_bits_per_sample != 0)
          return READER_JXL_DIFFERENT;
        if (info.bits_per_sample > 8)
          format.data_type = info.bits_per_sample > 16 ? JXL_TYPE_FLOAT : JXL_TYPE_UINT16;
        break;
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
        {
          gsize size;

          if (JxlDecoderImageOutBufferSize (jxl, &format, &size) != JXL_DEC_SUCCESS ||
              size / count > 4)
            return READER_JXL_DAMAGED;
          pixels.resize (size);
          if (JxlDecoderSetImageOutBuffer (jxl, &format, pixels.data (), size) != JXL_DEC_SUCCESS)
            return READER_JXL_DAMAGED;
          break;
        }
      case JXL_DEC_FULL_IMAGE:
      case JXL_DEC_SUCCESS:
        done = true;
        break;
      default: /* an error, or more input wanted */
        if (pixels.empty () || JxlDecoderFlushImage (jxl) != JXL_DEC_SUCCESS)
          return READER_JXL_DAMAGED;
        result = READER_JXL_PARTIAL;
        done = true;
      }

  const double top = ldexp (1, (int) info.bits_per_sample) - 1;
  const bool narrow = format.data_type == JXL_TYPE_UINT8;
  if (pixels.empty ())
    return READER_JXL_DAMAGED;
  if (format.data_type == JXL_TYPE_FLOAT)
    unstretch<float, guint32> (pixels.data (), count, 1, top, out);
  else if (narrow && bits == 8)
    unstretch<guint8, guint8> (pixels.data (), count, 255, top, out);
  else if (narrow && bits == 16)
    unstretch<guint8, guint16> (pixels.data (), count, 255, top, out);
  else if (narrow)
    unstretch<guint8, guint32> (pixels.data (), count, 255, top, out);
  else if (bits == 16)
    unstretch<guint16, guint16> (pixels.data (), count, 65535, top, out);
  else
    unstretch<guint16, guint32> (pixels.data (), count, 65535, top, out);
  *ret_own_colour = !info.uses_original_profile;
  return result;
}

ReaderJxlResult
reader_jxl_decode (const guint8 *data, gsize n, guint32 columns, guint32 rows, guint samples,
                   guint bits, guint8 *out, gboolean *ret_own_colour)
{
  try
    {
      return decode (data, n, columns, rows, samples, bits, out, ret_own_colour);
    }
  catch (...)
    {
      return READER_JXL_DAMAGED; /* or too large for the memory that there is */
    }
}
