/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brightness over whole frames. */
#include "image_private.h"

#include <math.h>
#include <string.h>

/* The resolver functions behind target_clones run before a sanitizer is ready. */
#if defined(__x86_64__) && !defined(SCANVAULT_SANITIZED)
#define FOR_EACH_CPU __attribute__ ((target_clones ("avx2", "default")))
#else
#define FOR_EACH_CPU
#endif

/* A straight line through 8 bits: (stored - origin) * a + b, cut to 0..255, then inverted by the
 * mask. The subtraction is exact, so narrow windows far from zero lose nothing in single precision;
 * farther than reach from the origin all is black or white. Everything is cut as whole numbers,
 * which the compiler can do many at a time without leave to forget about NaN. */
typedef struct
{
  int origin, reach;
  float a, b;
  guint8 mask;
} Line;

#define LINE_OVER(name, type)                                                            \
  FOR_EACH_CPU static void name (const type *restrict in, guint8 *restrict out, gsize n, \
                                 Line line)                                              \
  {                                                                                      \
    const int origin = line.origin, reach = line.reach;                                  \
    const float a = line.a, b = line.b;                                                  \
    const guint8 mask = line.mask;                                                       \
    for (gsize i = 0; i < n; i++)                                                        \
      {                                                                                  \
        int away = in[i] - origin, level;                                                \
        away = away < -reach ? -reach : away;                                            \
        away = away > reach ? reach : away;                                              \
        level = (int) ((float) away * a + b);                                            \
        level = level < 0 ? 0 : level;                                                   \
        level = level > 255 ? 255 : level;                                               \
        out[i] = (guint8) (level ^ mask);                                                \
      }                                                                                  \
  }

LINE_OVER (line_u8, guint8)
LINE_OVER (line_i8, gint8)
LINE_OVER (line_u16, guint16)
LINE_OVER (line_i16, gint16)

/* The window as a line over stored values, if it is one. */
static gboolean
window_line (const ScanFrame *frame, const ScanBrightness *brightness, Line *ret_line)
{
  double c = brightness->center, w = brightness->width, stored_center, a;

  if (frame->modality_lut.n > 0 || frame->is_float || frame->bits > 16 ||
      (brightness->use_voi_lut && frame->voi_lut.n > 0))
    return FALSE;
  if (frame->voi_function == SCAN_VOI_LINEAR)
    {
      c -= 0.5;
      w -= 1;
    }
  else if (frame->voi_function != SCAN_VOI_LINEAR_EXACT)
    return FALSE;
  if (!(w > 1e-6))
    return FALSE;

  a = frame->slope * 255 / w;
  stored_center = (c - frame->intercept) / frame->slope;
  if (!isfinite (a) || fabs (a) > 1e6 || !(fabs (stored_center) < 1e6))
    return FALSE;
  ret_line->origin = (int) floor (stored_center);
  ret_line->a = (float) a;
  /* At least 512 levels: b is below 129 + |a|, or a single step is more than that. */
  ret_line->reach = (int) MIN (1024 / fabs (a) + 2, 2e6);
  /* Half a level more, so that cutting off the fraction rounds. */
  ret_line->b = (float) ((ret_line->origin - stored_center) * a + 127.5 + 0.5);
  ret_line->mask = scan_frame_shown_inverse (frame, brightness) ? 255 : 0;
  return TRUE;
}

static guint8
to_level (double level, gboolean inverse)
{
  guint8 rounded = (guint8) (level + 0.5);

  return inverse ? 255 - rounded : rounded;
}

/* A level for each stored value of 8 or 16 bits. */
static guint8 *
build_table (const ScanFrame *frame, const ScanBrightness *brightness)
{
  const guint n = 1u << frame->bits;
  const gboolean inverse = scan_frame_shown_inverse (frame, brightness);
  guint8 *table = g_malloc (n);

  for (guint i = 0; i < n; i++)
    {
      double stored = !frame->is_signed ? (double) i : frame->bits == 8 ? (gint8) i : (gint16) i;

      table[i] = to_level (
          scan_brightness_apply (frame, brightness, scan_frame_modality (frame, stored)), inverse);
    }
  return table;
}

static void
apply_table (const ScanFrame *frame, const guint8 *table, guint8 *out, gsize n)
{
  const void *pixels = g_bytes_get_data (frame->pixels, NULL);

  if (frame->bits == 8)
    for (gsize i = 0; i < n; i++)
      out[i] = table[((const guint8 *) pixels)[i]];
  else
    for (gsize i = 0; i < n; i++)
      out[i] = table[((const guint16 *) pixels)[i]];
}

void
scan_frame_to_gray (const ScanFrame *frame, const ScanBrightness *brightness, guint8 *gray8)
{
  const gsize n = (gsize) frame->rows * frame->columns;
  const void *pixels = g_bytes_get_data (frame->pixels, NULL);
  Line line;

  g_return_if_fail (frame->samples == 1);
  if (window_line (frame, brightness, &line))
    {
      if (frame->bits == 8 && frame->is_signed)
        line_i8 (pixels, gray8, n, line);
      else if (frame->bits == 8)
        line_u8 (pixels, gray8, n, line);
      else if (frame->is_signed)
        line_i16 (pixels, gray8, n, line);
      else
        line_u16 (pixels, gray8, n, line);
    }
  else if (frame->bits <= 16)
    {
      g_autofree guint8 *table = build_table (frame, brightness);

      apply_table (frame, table, gray8, n);
    }
  else
    {
      const gboolean inverse = scan_frame_shown_inverse (frame, brightness);

      for (gsize i = 0; i < n; i++)
        gray8[i] = to_level (
            scan_brightness_apply (frame, brightness,
                                   scan_frame_modality (frame, scan_frame_stored (frame, i))),
            inverse);
    }
}

void
scan_frame_to_rgb (const ScanFrame *frame, const ScanBrightness *brightness, guint8 *rgb8)
{
  const gsize n = (gsize) frame->rows * frame->columns * 3;
  g_autofree guint8 *table = NULL;
  /* Colour is no measurement: the window acts on the channels as they are. */
  ScanFrame plain = *frame;
  ScanBrightness window = *brightness;

  g_return_if_fail (frame->samples == 3);
  plain.slope = 1;
  plain.intercept = 0;
  plain.modality_lut.n = 0;
  plain.voi_function = SCAN_VOI_LINEAR;
  window.use_voi_lut = FALSE;
  table = build_table (&plain, &window);
  apply_table (&plain, table, rgb8, n);
}

/* Gray as windowed, but for the values that have a colour; those beyond the palette have its last
 * one. */
static void
gray_and_colours (const ScanFrame *frame, const ScanBrightness *brightness, guint8 *rgb8)
{
  const gsize n = (gsize) frame->rows * frame->columns;
  const guint8 *colours = g_bytes_get_data (frame->palette, NULL);
  const double last = (double) (g_bytes_get_size (frame->palette) / 3) - 1;
  g_autofree guint8 *gray = g_malloc (n);

  scan_frame_to_gray (frame, brightness, gray);
  for (gsize i = 0; i < n; i++)
    {
      const double index = scan_frame_stored (frame, i) - frame->palette_first;

      if (index < 0)
        memset (rgb8 + i * 3, gray[i], 3);
      else
        memcpy (rgb8 + i * 3, colours + (gsize) MIN (index, last) * 3, 3);
    }
}

static void
lay_over (GBytes *plane, guint8 level, ScanPicture *picture)
{
  const guint8 *bits = g_bytes_get_data (plane, NULL);
  const gsize n = (gsize) picture->rows * picture->columns, channels = picture->channels;

  for (gsize i = 0; i < n; i += 8)
    {
      const guint8 eight = bits[i / 8];

      for (gsize k = 0; eight != 0 && k < 8 && i + k < n; k++)
        if ((eight >> k & 1) != 0)
          memset (picture->pixels + (i + k) * channels, level, channels);
    }
}

ScanPicture *
scan_frame_render (const ScanFrame *frame, const ScanBrightness *brightness)
{
  ScanPicture *picture = scan_picture_new (frame->rows, frame->columns,
                                           frame->samples == 3 || frame->palette != NULL ? 3 : 1);

  if (picture == NULL)
    return NULL;
  if (frame->samples == 3)
    scan_frame_to_rgb (frame, brightness, picture->pixels);
  else if (frame->palette != NULL)
    gray_and_colours (frame, brightness, picture->pixels);
  else
    scan_frame_to_gray (frame, brightness, picture->pixels);
  if (brightness->shutter != NULL && !brightness->hide_shutter)
    lay_over (brightness->shutter, brightness->shutter_level, picture);
  else if (frame->shutter != NULL && !brightness->hide_shutter)
    lay_over (frame->shutter, frame->shutter_level, picture);
  if (frame->overlay != NULL && !brightness->hide_overlay)
    lay_over (frame->overlay, 255, picture);
  return picture;
}
