/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "brightness.h"

#include <math.h>

#define DRAG_FOR_RANGE 400.0  /* pixels of a drag that go through the whole range of values */
#define NARROWEST (1 / 500.0) /* windows, against the range */
#define WIDEST 2.0

/* Keys 2 to 5; 1 is as recorded. */
static const struct
{
  double center, width; /* Hounsfield units */
} presets[] = { { 40, 400 }, { -600, 1500 }, { 480, 2500 }, { 40, 80 } };

void
ui_brightness_apply (const UiBrightness *self, const ScanBrightness *recorded,
                     ScanBrightness *ret_shown)
{
  *ret_shown = *recorded;
  if (self->own)
    {
      ret_shown->center = self->chosen.center;
      ret_shown->width = self->chosen.width;
      ret_shown->use_voi_lut = FALSE;
    }
  ret_shown->negative ^= self->negative;
}

ScanBrightness
ui_brightness_begin (const UiBrightness *self, const UiFrame *frame, const ScanBrightness *recorded)
{
  ScanBrightness from = self->own ? self->chosen : *recorded;

  if (from.use_voi_lut || from.width <= 0)
    {
      from.center = (frame->low + frame->high) / 2;
      from.width = frame->high - frame->low;
      from.use_voi_lut = FALSE;
    }
  return from;
}

static void
choose (UiBrightness *self, const UiFrame *frame, double center, double width)
{
  const double range = frame->high - frame->low;

  self->own = TRUE;
  self->chosen = (ScanBrightness){ .center = CLAMP (center, frame->low, frame->high),
                                   .width = CLAMP (width, range * NARROWEST, range * WIDEST) };
}

void
ui_brightness_drag (UiBrightness *self, const UiFrame *frame, const ScanBrightness *from, double dx,
                    double dy)
{
  const double step = (frame->high - frame->low) / DRAG_FOR_RANGE;

  choose (self, frame, from->center + dy * step, from->width + dx * step);
}

/* A lower centre is brighter. The width goes by ratio: what is narrow needs fine steps. */
void
ui_brightness_levels (const UiFrame *frame, const ScanBrightness *shown, double *ret_brightness,
                      double *ret_contrast)
{
  const double range = frame->high - frame->low;
  const double width = CLAMP (shown->width, range * NARROWEST, range * WIDEST) / range;

  *ret_brightness = CLAMP ((frame->high - shown->center) / range * 100, 0, 100);
  *ret_contrast = CLAMP (log (WIDEST / width) / log (WIDEST / NARROWEST) * 100, 0, 100);
}

void
ui_brightness_set_levels (UiBrightness *self, const UiFrame *frame, double brightness,
                          double contrast)
{
  const double range = frame->high - frame->low;

  choose (self, frame, frame->high - brightness / 100 * range,
          range * WIDEST * pow (NARROWEST / WIDEST, contrast / 100));
}

gboolean
ui_brightness_preset (UiBrightness *self, int number, gboolean hounsfield)
{
  if (number == 1)
    {
      self->own = FALSE;
      return TRUE;
    }
  if (!hounsfield || number < 2 || number >= 2 + (int) G_N_ELEMENTS (presets))
    return FALSE;
  self->own = TRUE;
  self->chosen =
      (ScanBrightness){ .center = presets[number - 2].center, .width = presets[number - 2].width };
  return TRUE;
}
