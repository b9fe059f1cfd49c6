/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "volume_places.h"

#include <math.h>
#include <string.h>

#define SAME_DIRECTION 0.01 /* cosines */
#define SAME_POSITION 0.01  /* mm */
#define SAME_SPACING 0.01   /* of it */
#define FAR 1e6             /* mm: no body is so large */
#define EVEN 0.1            /* of the distance that one may differ by */
#define ROUNDING 0.06       /* mm: places are often written with one digit */
#define GAP 1.5             /* distances */

/* A frame at its place along the normal. */
typedef struct
{
  guint frame;
  double position;
} At;

static const At *
at (const GArray *frames, guint i)
{
  return &g_array_index (frames, At, i);
}

static const ScanPlaceRecord *
record_at (const GArray *places, guint i)
{
  return &g_array_index (places, ScanPlaceRecord, i);
}

gboolean
scan_places_same_direction (const double a[6], const double b[6])
{
  for (guint i = 0; i < 6; i++)
    if (!(fabs (a[i] - b[i]) <= SAME_DIRECTION))
      return FALSE;
  return TRUE;
}

/* ---- what a reader says ---- */

static double
dot (const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Both of length 1 and at a right angle, as far as files keep to that. */
static gboolean
is_plane (const double o[6])
{
  return fabs (dot (o, o + 3)) <= 0.1 && fabs (dot (o, o) - 1) <= 0.1 &&
         fabs (dot (o + 3, o + 3) - 1) <= 0.1;
}

static gboolean
is_placed (const ScanPlaceRecord *record)
{
  return !isnan (record->orientation[0]) && !isnan (record->origin[0]);
}

GArray *
scan_places_new (GBytes *bulk, guint frames)
{
  gsize size;
  const void *data = bulk != NULL ? g_bytes_get_data (bulk, &size) : NULL;
  GArray *places;

  if (data == NULL || frames == 0 || frames > SCAN_PLACES_MAX ||
      size != frames * sizeof (ScanPlaceRecord))
    return NULL;
  places = g_array_sized_new (FALSE, FALSE, sizeof (ScanPlaceRecord), frames);
  g_array_append_vals (places, data, frames);
  for (guint i = 0; i < frames; i++)
    {
      ScanPlaceRecord *record = &g_array_index (places, ScanPlaceRecord, i);
      const double *origin = record->origin, *spacing = record->spacing;

      if (!is_plane (record->orientation))
        record->orientation[0] = NAN;
      if (!(fabs (origin[0]) < FAR && fabs (origin[1]) < FAR && fabs (origin[2]) < FAR))
        record->origin[0] = NAN;
      if (!(spacing[0] > 0 && spacing[0] < FAR && spacing[1] > 0 && spacing[1] < FAR))
        record->spacing[0] = record->spacing[1] = 0;
    }
  return places;
}

/* ---- the choice ---- */

static gint
by_position (gconstpointer a, gconstpointer b)
{
  const At *left = a, *right = b;

  if (left->position != right->position)
    return left->position < right->position ? -1 : 1;
  return left->frame < right->frame ? -1 : left->frame > right->frame;
}

static gboolean
is_repeated (const GArray *frames, guint i)
{
  return i > 0 && at (frames, i)->position - at (frames, i - 1)->position < SAME_POSITION;
}

static guint
count_places (const GArray *frames)
{
  guint n = 0;

  for (guint i = 0; i < frames->len; i++)
    n += !is_repeated (frames, i);
  return n;
}

static gboolean
same_spacing (const double a[2], const double b[2])
{
  return fabs (a[0] - b[0]) <= SAME_SPACING * a[0] && fabs (a[1] - b[1]) <= SAME_SPACING * a[1];
}

/* What may be slices of one stack with the viewed frame, in the order of places. */
static GArray *
stack_of (const GArray *places, guint viewed)
{
  const ScanPlaceRecord *like = record_at (places, viewed);
  const double *o = like->orientation;
  const double normal[] = { o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5],
                            o[0] * o[4] - o[1] * o[3] };
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (At));

  for (guint i = 0; i < places->len; i++)
    {
      const ScanPlaceRecord *record = record_at (places, i);
      const At one = { i, dot (record->origin, normal) };

      if (is_placed (record) && record->marks[0] == like->marks[0] &&
          scan_places_same_direction (record->orientation, o) &&
          same_spacing (record->spacing, like->spacing))
        g_array_append_val (frames, one);
    }
  g_array_sort (frames, by_position);
  return frames;
}

static GArray *
with_mark (const GArray *places, const GArray *frames, guint viewed, guint mark)
{
  const guint32 wanted = record_at (places, viewed)->marks[mark];
  GArray *chosen = g_array_new (FALSE, FALSE, sizeof (At));

  for (guint i = 0; i < frames->len; i++)
    if (record_at (places, at (frames, i)->frame)->marks[mark] == wanted)
      g_array_append_val (chosen, *at (frames, i));
  return chosen;
}

/* Leaves those that share the most telling mark with the viewed frame. FALSE: no mark tells. */
static gboolean
narrow (const GArray *places, guint viewed, GArray **frames)
{
  GArray *best = NULL;
  guint most = 0;

  for (guint mark = 1; mark < SCAN_PLACE_MARKS; mark++)
    {
      g_autoptr (GArray) chosen = with_mark (places, *frames, viewed, mark);
      const guint n = count_places (chosen);

      if (chosen->len == (*frames)->len || n < MAX (most, SCAN_VOLUME_SLICES_MIN) ||
          (n == most && chosen->len >= best->len))
        continue;
      most = n;
      g_clear_pointer (&best, g_array_unref);
      best = g_steal_pointer (&chosen);
    }
  if (best == NULL)
    return FALSE;
  g_array_unref (*frames);
  *frames = best;
  return TRUE;
}

/* Leaves one frame of each place, if all places have as many. */
static gboolean
take_repeat (guint viewed, GArray **frames)
{
  const guint each = (*frames)->len / count_places (*frames);
  guint own = 0, nth = 0;
  GArray *chosen;

  for (guint i = 0; i < (*frames)->len; i++)
    {
      nth = is_repeated (*frames, i) ? nth + 1 : 0;
      if ((i % each == 0) != (nth == 0))
        return FALSE;
      if (at (*frames, i)->frame == viewed)
        own = nth;
    }
  if ((*frames)->len % each != 0)
    return FALSE;
  chosen = g_array_new (FALSE, FALSE, sizeof (At));
  for (guint i = own; i < (*frames)->len; i += each)
    g_array_append_val (chosen, *at (*frames, i));
  g_array_unref (*frames);
  *frames = chosen;
  return TRUE;
}

ScanVolumeFit
scan_places_fit (const double *positions, guint n, double *ret_spacing)
{
  const double spacing = n > 1 ? (positions[n - 1] - positions[0]) / (n - 1) : 0;
  double most = 0, off = 0, least = INFINITY;

  for (guint i = 1; i < n; i++)
    {
      const double step = positions[i] - positions[i - 1];

      most = MAX (most, step);
      least = MIN (least, step);
      off = MAX (off, fabs (step - spacing));
    }
  *ret_spacing = spacing;
  if (least < SAME_POSITION)
    return SCAN_VOLUME_REPEATED;
  if (!(spacing > ROUNDING))
    return SCAN_VOLUME_UNEVEN;
  if (off <= EVEN * spacing + ROUNDING)
    return SCAN_VOLUME_FINE;
  return most >= GAP * spacing ? SCAN_VOLUME_GAPS : SCAN_VOLUME_UNEVEN;
}

static ScanVolumeFit
fit_frames (const GArray *frames, double *ret_spacing)
{
  g_autofree double *positions = g_new (double, frames->len);

  if (frames->len < SCAN_VOLUME_SLICES_MIN)
    return SCAN_VOLUME_FEW;
  for (guint i = 0; i < frames->len; i++)
    positions[i] = at (frames, i)->position;
  return scan_places_fit (positions, frames->len, ret_spacing);
}

ScanVolumeFit
scan_places_choose (const GArray *places, guint viewed, GArray **ret_frames, double *ret_spacing)
{
  g_autoptr (GArray) frames = NULL;
  gboolean apart = TRUE;
  ScanVolumeFit fit;

  if (viewed >= places->len || !is_placed (record_at (places, viewed)))
    return SCAN_VOLUME_NO_PLACES;
  frames = stack_of (places, viewed);
  if (count_places (frames) < SCAN_VOLUME_SLICES_MIN)
    return SCAN_VOLUME_FEW;
  while (apart && count_places (frames) < frames->len)
    apart = narrow (places, viewed, &frames) || take_repeat (viewed, &frames);
  if (!apart)
    return SCAN_VOLUME_REPEATED;
  fit = fit_frames (frames, ret_spacing);
  if (fit != SCAN_VOLUME_FINE)
    return fit;
  *ret_frames = g_array_sized_new (FALSE, FALSE, sizeof (guint), frames->len);
  for (guint i = 0; i < frames->len; i++)
    g_array_append_val (*ret_frames, at (frames, i)->frame);
  return SCAN_VOLUME_FINE;
}
