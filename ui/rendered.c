/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendered.h"

#define SLOW_PIXELS ((gsize) 1200 * 1000)
#define SMALLEST_PIXELS ((gsize) 600 * 1000)

gboolean
ui_rendered_is_slow (const UiFrame *frame)
{
  return (gsize) frame->frame->rows * frame->frame->columns > SLOW_PIXELS;
}

static ScanPicture *
render (const ScanFrame *frame, const UiLook *look)
{
  ScanBrightness brightness = look->brightness;
  g_autoptr (GBytes) shutter = NULL;
  g_autoptr (ScanPicture) picture = NULL;

  if (look->state != NULL && !brightness.hide_shutter)
    shutter = scan_presentation_shutter (look->state, frame->rows, frame->columns,
                                         &brightness.shutter_level);
  brightness.shutter = shutter;
  picture = scan_frame_render (frame, &brightness);
  if (picture == NULL || scan_turn_is_none (look->turn))
    return g_steal_pointer (&picture);
  return scan_picture_turn (picture, look->turn);
}

/* How pixels of the turned frame are stretched, and how large they are. */
static void
set_aspect (UiRendered *self, const ScanFrame *frame)
{
  const guint side = MAX (frame->rows, frame->columns) * 4;
  guint columns, rows;
  double x, y;

  scan_frame_display_size (frame, side, &columns, &rows);
  x = (double) columns / frame->columns;
  y = (double) rows / frame->rows;
  self->aspect_x = MAX (x / y, 1);
  self->aspect_y = MAX (y / x, 1);
  /* Rounding to whole pixels must not blur a picture of square pixels. */
  if (self->aspect_x < 1.002 && self->aspect_y < 1.002)
    self->aspect_x = self->aspect_y = 1;
  if (frame->row_spacing > 0 && frame->column_spacing > 0)
    self->mm = MIN (frame->row_spacing, frame->column_spacing);
  self->spacing = frame->spacing;
  if (self->turn.quarters % 2 != 0)
    {
      x = self->aspect_x;
      self->aspect_x = self->aspect_y;
      self->aspect_y = x;
    }
}

UiRendered *
ui_rendered_new (const UiFrame *frame, const UiLook *look)
{
  UiRendered *self = g_new0 (UiRendered, 1);
  const ScanPicture *last;

  g_atomic_ref_count_init (&self->refs);
  self->levels[0] = render (frame->frame, look);
  if (self->levels[0] == NULL)
    {
      g_free (self);
      return NULL;
    }
  self->turn = look->turn;
  self->rows = frame->frame->rows;
  self->columns = frame->frame->columns;
  set_aspect (self, frame->frame);
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
