/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grayscale pipeline one value at a time, in double: exact, and the basis of every table. */
#include "image_private.h"

#include <math.h>

static double
lut_entry (const ScanLut *lut, double value)
{
  /* Values beyond the ends take the first or last entry (PS3.3 C.11.1.1.1, C.11.2.1.1). */
  double index = floor (value + 0.5) - lut->first;

  return lut->entries[(guint) CLAMP (index, 0, (double) lut->n - 1)];
}

double
scan_frame_modality (const ScanFrame *frame, double stored)
{
  if (frame->modality_lut.n > 0)
    return lut_entry (&frame->modality_lut, stored);
  return stored * frame->slope + frame->intercept;
}

double
scan_frame_stored (const ScanFrame *frame, gsize i)
{
  const void *pixels = g_bytes_get_data (frame->pixels, NULL);

  if (frame->is_float)
    {
      double value =
          frame->bits == 32 ? (double) ((const float *) pixels)[i] : ((const double *) pixels)[i];

      return isfinite (value) ? value : 0;
    }
  switch (frame->bits)
    {
    case 8:
      return frame->is_signed ? ((const gint8 *) pixels)[i] : ((const guint8 *) pixels)[i];
    case 16:
      return frame->is_signed ? ((const gint16 *) pixels)[i] : ((const guint16 *) pixels)[i];
    default:
      return frame->is_signed ? (double) ((const gint32 *) pixels)[i]
                              : (double) ((const guint32 *) pixels)[i];
    }
}

gboolean
scan_frame_is_padding (const ScanFrame *frame, double stored)
{
  return frame->has_padding && stored >= (double) frame->padding_first &&
         stored <= (double) frame->padding_last;
}

double
scan_frame_value (const ScanFrame *frame, guint row, guint column)
{
  if (frame->samples != 1 || row >= frame->rows || column >= frame->columns)
    return 0;
  return scan_frame_modality (frame,
                              scan_frame_stored (frame, (gsize) row * frame->columns + column));
}

gboolean
scan_frame_shown_inverse (const ScanFrame *frame, const ScanBrightness *brightness)
{
  return frame->inverse != (brightness->negative != FALSE);
}

double
scan_brightness_apply (const ScanFrame *frame, const ScanBrightness *brightness, double value)
{
  const double c = brightness->center, w = brightness->width;

  if (brightness->use_voi_lut && frame->voi_lut.n > 0)
    return lut_entry (&frame->voi_lut, value) * 255 / ((1u << frame->voi_lut.bits) - 1);
  switch (frame->voi_function)
    {
    case SCAN_VOI_SIGMOID:
      return 255 / (1 + exp (-4 * (value - c) / w));
    case SCAN_VOI_LINEAR_EXACT:
      return CLAMP (((value - c) / w + 0.5) * 255, 0, 255);
    case SCAN_VOI_LINEAR:
    default:
      /* A width of 1 is a threshold. */
      if (w <= 1)
        return value <= c - 0.5 ? 0 : 255;
      return CLAMP (((value - (c - 0.5)) / (w - 1) + 0.5) * 255, 0, 255);
    }
}
