/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendered.h"

#define SLOW_PIXELS ((gsize) 1200 * 1000)
#define SMALLEST_PIXELS ((gsize) 600 * 1000)

gboolean
ui_rendered_is_slow (const UiFrame *frame)
{
  return (gsize) frame->frame->rows * frame->frame->columns > SLOW_PIXELS;
}

UiRendered *
ui_rendered_new (const UiFrame *frame, const ScanBrightness *brightness)
{
  UiRendered *self = g_new0 (UiRendered, 1);
  const ScanPicture *last;
  guint side = MAX (frame->frame->rows, frame->frame->columns) * 4, columns, rows;

  g_atomic_ref_count_init (&self->refs);
  self->levels[0] = scan_frame_render (frame->frame, brightness);
  if (self->levels[0] == NULL)
    {
      g_free (self);
      return NULL;
    }
  self->n_levels = 1;
  last = self->levels[0];
  while (self->n_levels < UI_RENDERED_LEVELS && (gsize) last->rows * last->columns > SLOW_PIXELS &&
         (gsize) last->rows * last->columns / 4 > SMALLEST_PIXELS / 4)
    {
      ScanPicture *half =
          scan_picture_scale (last, MAX (last->columns / 2, 1), MAX (last->rows / 2, 1));

      if (half == NULL)
        break;
      self->levels[self->n_levels++] = half;
      last = half;
    }
  scan_frame_display_size (frame->frame, side, &columns, &rows);
  self->aspect_x = (double) columns / frame->frame->columns;
  self->aspect_y = (double) rows / frame->frame->rows;
  if (self->aspect_x < self->aspect_y)
    {
      self->aspect_y /= self->aspect_x;
      self->aspect_x = 1;
    }
  else
    {
      self->aspect_x /= self->aspect_y;
      self->aspect_y = 1;
    }
  /* Rounding to whole pixels must not blur a picture of square pixels. */
  if (self->aspect_x < 1.002 && self->aspect_y < 1.002)
    self->aspect_x = self->aspect_y = 1;
  return self;
}

UiRendered *
ui_rendered_ref (UiRendered *rendered)
{
  g_atomic_ref_count_inc (&rendered->refs);
  return rendered;
}

void
ui_rendered_unref (UiRendered *rendered)
{
  if (!g_atomic_ref_count_dec (&rendered->refs))
    return;
  for (guint i = 0; i < rendered->n_levels; i++)
    scan_picture_free (rendered->levels[i]);
  g_free (rendered);
}

const ScanPicture *
ui_rendered_level (const UiRendered *rendered, double scale)
{
  guint level = 0;

  while (level + 1 < rendered->n_levels && scale <= 0.5)
    {
      scale *= 2;
      level++;
    }
  return rendered->levels[level];
}
