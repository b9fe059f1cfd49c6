/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "volume.h"

#include <math.h>
#include <string.h>

#include "image_memory.h"
#include "volume_places.h"
#include "volume_scale.h"

#define LEAN_PART 0.03    /* a slice may be off by that part of its distance, and by a pixel */
#define SAME_SPACING 0.01 /* of it */

/* An axis of the patient within the stack. */
typedef struct
{
  guint count;
  double spacing; /* mm */
  gssize stride;  /* values to the next one along the axis; negative: the stack runs against it */
  double
      direction[3]; /* of the axis of the stack, turned so that it runs along that of the patient */
} Axis;

struct ScanVolume
{
  gatomicrefcount refs;
  guint rows, columns, slices;
  guint16 *values;   /* by slice, row, column */
  ScanScale *scales; /* of the slices */
  gint mixed;        /* atomic: they are not the same */
  ScanFrame like;    /* what all slices share; without pixels */
  double spacing, normal[3];
  double origin[3]; /* of the first slice that was put */
  gint first;       /* its number; -1: none */
  GMutex lock;      /* of these two */
  gsize start;      /* of the value at the beginning of all three axes */
  Axis axes[SCAN_N_PLANES];
};

static void
cross (const double a[3], const double b[3], double ret_product[3])
{
  for (guint k = 0; k < 3; k++)
    ret_product[k] = a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3];
}

/* Which axis of the stack stands for each of the patient's: the choice with the smallest angles. */
static void
match_axes (double directions[3][3], guint ret_of[3])
{
  static const guint orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                     { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
  double best = -1;

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      double sum = 0;

      for (guint k = 0; k < 3; k++)
        sum += fabs (directions[orders[i][k]][k]);
      if (sum > best + 1e-9)
        {
          best = sum;
          memcpy (ret_of, orders[i], sizeof orders[i]);
        }
    }
}

static void
lay_out (ScanVolume *self)
{
  const guint counts[] = { self->columns, self->rows, self->slices };
  const double spacings[] = { self->like.column_spacing, self->like.row_spacing, self->spacing };
  const gssize strides[] = { 1, self->columns, (gssize) self->columns * self->rows };
  double directions[3][3];
  guint of[3];

  memcpy (directions[0], self->like.orientation, sizeof directions[0]);
  memcpy (directions[1], self->like.orientation + 3, sizeof directions[1]);
  cross (directions[0], directions[1], self->normal);
  memcpy (directions[2], self->normal, sizeof directions[2]);
  match_axes (directions, of);
  for (guint k = 0; k < 3; k++)
    {
      Axis *axis = &self->axes[k];
      const gboolean against = directions[of[k]][k] < 0;

      axis->count = counts[of[k]];
      axis->spacing = spacings[of[k]];
      axis->stride = against ? -strides[of[k]] : strides[of[k]];
      if (against)
        self->start += (gsize) strides[of[k]] * (counts[of[k]] - 1);
      for (guint i = 0; i < 3; i++)
        axis->direction[i] = against ? -directions[of[k]][i] : directions[of[k]][i];
    }
}

/* A deep copy of what tells of the values, without windows beyond the first. */
static void
copy_meaning (const ScanFrame *from, ScanFrame *to)
{
  *to = *from;
  to->pixels = to->overlay = to->shutter = to->palette = NULL;
  to->has_origin = FALSE;
  to->frame_of_reference = NULL;
  to->windows = g_array_new (FALSE, TRUE, sizeof (ScanWindow));
  if (from->windows->len > 0)
    {
      ScanWindow window = g_array_index (from->windows, ScanWindow, 0);

      window.explanation = NULL;
      g_array_append_val (to->windows, window);
    }
  to->modality_lut.entries = g_memdup2 (from->modality_lut.entries,
                                        from->modality_lut.n * sizeof *from->modality_lut.entries);
  to->voi_lut.entries =
      g_memdup2 (from->voi_lut.entries, from->voi_lut.n * sizeof *from->voi_lut.entries);
}

static ScanVolumeFit
fit_values (const ScanFrame *frame)
{
  if (frame->samples != 1 || frame->palette != NULL)
    return SCAN_VOLUME_COLOUR;
  return scan_scale_is_wide (frame) && frame->modality_lut.n > 0 ? SCAN_VOLUME_UNLIKE
                                                                 : SCAN_VOLUME_FINE;
}

ScanVolume *
scan_volume_new (const ScanFrame *like, guint slices, double spacing, ScanVolumeFit *ret_fit)
{
  const guint64 bytes = (guint64) like->rows * like->columns * slices * 2;
  ScanVolume *self;

  *ret_fit = fit_values (like);
  if (*ret_fit != SCAN_VOLUME_FINE)
    return NULL;
  if (!like->oriented || !(like->row_spacing > 0) || !(like->column_spacing > 0) ||
      !(spacing > 0) || slices == 0)
    *ret_fit = SCAN_VOLUME_NO_PLACES;
  else if (bytes > SCAN_VOLUME_MAX)
    *ret_fit = SCAN_VOLUME_LARGE;
  if (*ret_fit != SCAN_VOLUME_FINE)
    return NULL;
  self = g_new0 (ScanVolume, 1);
  self->values = scan_image_alloc (bytes);
  if (self->values == NULL)
    {
      g_free (self);
      return NULL;
    }
  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->rows = like->rows;
  self->columns = like->columns;
  self->slices = slices;
  self->spacing = spacing;
  self->first = -1;
  self->scales = g_new0 (ScanScale, slices);
  copy_meaning (like, &self->like);
  self->like.bits = 16;
  self->like.is_float = FALSE;
  lay_out (self);
  return self;
}

ScanVolume *
scan_volume_ref (ScanVolume *volume)
{
  g_atomic_ref_count_inc (&volume->refs);
  return volume;
}

void
scan_volume_unref (ScanVolume *volume)
{
  if (!g_atomic_ref_count_dec (&volume->refs))
    return;
  scan_image_free (volume->values);
  g_free (volume->scales);
  g_array_unref (volume->like.windows);
  g_free (volume->like.modality_lut.entries);
  g_free (volume->like.voi_lut.entries);
  g_mutex_clear (&volume->lock);
  g_free (volume);
}

/* Behind the first one, along the normal. */
static ScanVolumeFit
fit_place (ScanVolume *self, guint slice, const ScanFrame *frame)
{
  double off = 0, along, distance;

  if (!frame->oriented || !frame->has_origin)
    return SCAN_VOLUME_NO_PLACES;
  g_mutex_lock (&self->lock);
  if (self->first < 0)
    {
      self->first = (gint) slice;
      memcpy (self->origin, frame->origin, sizeof self->origin);
    }
  g_mutex_unlock (&self->lock);
  if (!scan_places_same_direction (frame->orientation, self->like.orientation))
    return SCAN_VOLUME_LEANING;
  distance = ((gint) slice - self->first) * self->spacing;
  for (guint k = 0; k < 3; k++)
    {
      along = frame->origin[k] - self->origin[k] - distance * self->normal[k];
      off += along * along;
    }
  return sqrt (off) <= LEAN_PART * fabs (distance) +
                           MAX (self->like.row_spacing, self->like.column_spacing)
             ? SCAN_VOLUME_FINE
             : SCAN_VOLUME_LEANING;
}

static gboolean
same_table (const ScanLut *a, const ScanLut *b)
{
  return a->n == b->n && a->first == b->first &&
         (a->n == 0 || memcmp (a->entries, b->entries, a->n * sizeof *a->entries) == 0);
}

static gboolean
is_alike (const ScanVolume *self, const ScanFrame *frame)
{
  const ScanFrame *like = &self->like;

  return frame->rows == self->rows && frame->columns == self->columns &&
         frame->inverse == like->inverse &&
         same_table (&frame->modality_lut, &like->modality_lut) &&
         fabs (frame->row_spacing - like->row_spacing) <= SAME_SPACING * like->row_spacing &&
         fabs (frame->column_spacing - like->column_spacing) <= SAME_SPACING * like->column_spacing;
}

static void
take_words (const ScanFrame *frame, guint16 *to, ScanScale *ret_scale)
{
  const gsize n = (gsize) frame->rows * frame->columns;
  const guint8 *bytes = g_bytes_get_data (frame->pixels, NULL);

  if (scan_scale_is_wide (frame))
    {
      scan_scale_narrow (frame, to, ret_scale);
      return;
    }
  scan_scale_of (frame, ret_scale);
  if (frame->bits == 16)
    memcpy (to, bytes, n * 2);
  else
    for (gsize i = 0; i < n; i++)
      to[i] = frame->is_signed ? (guint16) (gint8) bytes[i] : bytes[i];
}

ScanVolumeFit
scan_volume_put (ScanVolume *volume, guint slice, const ScanFrame *frame)
{
  ScanVolumeFit fit = fit_values (frame);
  ScanScale like;

  if (fit != SCAN_VOLUME_FINE)
    return fit;
  if (slice >= volume->slices || !is_alike (volume, frame))
    return SCAN_VOLUME_UNLIKE;
  fit = fit_place (volume, slice, frame);
  if (fit != SCAN_VOLUME_FINE)
    return fit;
  take_words (frame, volume->values + (gsize) volume->rows * volume->columns * slice,
              &volume->scales[slice]);
  scan_scale_of (&volume->like, &like);
  if (scan_scale_is_same (&like, &volume->scales[slice]) && !scan_scale_is_wide (frame))
    return SCAN_VOLUME_FINE;
  /* Values of a table are what they are; their scale says nothing. */
  if (frame->modality_lut.n > 0)
    return frame->is_signed == volume->like.is_signed ? SCAN_VOLUME_FINE : SCAN_VOLUME_UNLIKE;
  g_atomic_int_set (&volume->mixed, TRUE);
  return SCAN_VOLUME_FINE;
}

void
scan_volume_finish (ScanVolume *volume)
{
  ScanFrame *like = &volume->like;
  ScanScale scale;

  if (!g_atomic_int_get (&volume->mixed))
    return;
  scan_scale_level (volume->values, (gsize) volume->rows * volume->columns, volume->slices,
                    volume->scales, &scale);
  like->slope = scale.slope;
  like->intercept = scale.intercept;
  like->is_signed = scale.is_signed;
  like->has_padding = scale.has_padding;
  like->padding_first = scale.padding_first;
  like->padding_last = scale.padding_last;
  like->stored = 16;
  volume->mixed = FALSE;
}

guint
scan_volume_slices (const ScanVolume *volume)
{
  return volume->slices;
}

guint
scan_volume_count (const ScanVolume *volume, ScanPlane plane)
{
  return volume->axes[plane].count;
}

/* The axes that run to the right and down on a picture; up: the second runs up instead. */
static void
axes_of (ScanPlane plane, guint *ret_right, guint *ret_down, gboolean *ret_up)
{
  *ret_right = plane == SCAN_PLANE_SIDE ? 1 : 0;
  *ret_down = plane == SCAN_PLANE_ACROSS ? 1 : 2;
  *ret_up = plane != SCAN_PLANE_ACROSS;
}

ScanFrame *
scan_volume_slice (const ScanVolume *volume, ScanPlane plane, guint index)
{
  guint right, down;
  gboolean up;
  const Axis *x, *y;
  const guint16 *from;
  guint16 *to;
  gssize step;
  gsize n;
  ScanFrame *frame;

  axes_of (plane, &right, &down, &up);
  x = &volume->axes[right];
  y = &volume->axes[down];
  n = (gsize) x->count * y->count * 2;
  to = scan_image_alloc (n);
  if (to == NULL)
    return NULL;
  frame = g_new0 (ScanFrame, 1);
  copy_meaning (&volume->like, frame);
  frame->pixels = scan_image_take (to, n);
  frame->rows = y->count;
  frame->columns = x->count;
  frame->row_spacing = y->spacing;
  frame->column_spacing = x->spacing;
  frame->spacing = SCAN_SPACING_BODY;
  for (guint k = 0; k < 3; k++)
    {
      frame->orientation[k] = x->direction[k];
      frame->orientation[3 + k] = up ? -y->direction[k] : y->direction[k];
    }
  from = volume->values + volume->start +
         (gssize) MIN (index, volume->axes[plane].count - 1) * volume->axes[plane].stride;
  step = up ? -y->stride : y->stride;
  if (up)
    from += (gssize) (y->count - 1) * y->stride;
  for (guint row = 0; row < y->count; row++, from += step, to += x->count)
    if (x->stride == 1)
      memcpy (to, from, (gsize) x->count * 2);
    else
      for (guint column = 0; column < x->count; column++)
        to[column] = from[column * x->stride];
  return frame;
}

void
scan_volume_to_picture (const ScanVolume *volume, ScanPlane plane, const guint at[SCAN_N_PLANES],
                        double ret_point[2])
{
  guint right, down;
  gboolean up;

  axes_of (plane, &right, &down, &up);
  ret_point[0] = at[right] + 0.5;
  ret_point[1] = up ? volume->axes[down].count - at[down] - 0.5 : at[down] + 0.5;
}

void
scan_volume_from_picture (const ScanVolume *volume, ScanPlane plane, const double point[2],
                          guint at[SCAN_N_PLANES])
{
  guint right, down;
  gboolean up;
  double x, y;

  axes_of (plane, &right, &down, &up);
  x = CLAMP (floor (point[0]), 0, volume->axes[right].count - 1);
  y = CLAMP (floor (point[1]), 0, volume->axes[down].count - 1);
  at[right] = (guint) x;
  at[down] = up ? volume->axes[down].count - 1 - (guint) y : (guint) y;
}

double
scan_volume_place (const ScanVolume *volume, ScanPlane plane, guint index)
{
  const Axis *axis = &volume->axes[plane];

  return (index - (axis->count - 1) / 2.0) * axis->spacing;
}
