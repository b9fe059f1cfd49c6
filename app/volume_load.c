/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a stack can become a block, and its way from the vault into one. */
#include "volume.h"

#include <math.h>

#include "arrangement.h"
#include "error.h"

#define SAME_DIRECTION 0.01 /* cosines */
#define EVEN 0.1            /* of the distance that one may differ by */
#define ROUNDING 0.06       /* mm: places are often written with one digit */
#define GAP 1.5             /* distances */
#define PROGRESS_MS 100
#define DECODERS_MAX 4

static const ScanInstance *
instance_at (const GPtrArray *instances, guint i)
{
  return g_ptr_array_index (instances, i);
}

static gboolean
same_direction (const ScanInstance *instance, const ScanArrangement *first)
{
  ScanArrangement own;

  scan_arrangement_unpack (instance->arrangement, &own);
  if (!own.oriented)
    return FALSE;
  for (guint k = 0; k < 6; k++)
    if (fabs (own.orientation[k] - first->orientation[k]) > SAME_DIRECTION)
      return FALSE;
  return TRUE;
}

static ScanVolumeFit
fit_places (const GPtrArray *instances, double *ret_spacing)
{
  const guint n = instances->len;
  double spacing, most = 0, off = 0;
  double *steps = g_new (double, n);

  for (guint i = 1; i < n; i++)
    {
      steps[i] = instance_at (instances, i)->position - instance_at (instances, i - 1)->position;
      most = MAX (most, steps[i]);
    }
  spacing =
      (instance_at (instances, n - 1)->position - instance_at (instances, 0)->position) / (n - 1);
  for (guint i = 1; i < n; i++)
    off = MAX (off, fabs (steps[i] - spacing));
  g_free (steps);
  *ret_spacing = spacing;
  if (!(spacing > ROUNDING))
    return SCAN_VOLUME_UNEVEN;
  if (off <= EVEN * spacing + ROUNDING)
    return SCAN_VOLUME_FINE;
  return most >= GAP * spacing ? SCAN_VOLUME_GAPS : SCAN_VOLUME_UNEVEN;
}

ScanVolumeFit
scan_volume_fit (const GPtrArray *instances, double *ret_spacing)
{
  const ScanInstance *first = instances->len > 0 ? instance_at (instances, 0) : NULL;
  ScanArrangement arrangement;
  ScanVolumeFit fit;
  double spacing;

  if (first == NULL)
    return SCAN_VOLUME_NO_PLACES;
  scan_arrangement_unpack (first->arrangement, &arrangement);
  if (!arrangement.oriented)
    return SCAN_VOLUME_NO_PLACES;
  for (guint i = 0; i < instances->len; i++)
    {
      const ScanInstance *instance = instance_at (instances, i);

      if (isnan (instance->position) || instance->frames != 1 ||
          !same_direction (instance, &arrangement))
        return SCAN_VOLUME_NO_PLACES;
      if (instance->rows != first->rows || instance->columns != first->columns)
        return SCAN_VOLUME_UNLIKE;
      if (!instance->renderable)
        return SCAN_VOLUME_HIDDEN;
    }
  if (instances->len < SCAN_VOLUME_SLICES_MIN)
    return SCAN_VOLUME_FEW;
  fit = fit_places (instances, &spacing);
  if (fit == SCAN_VOLUME_FINE &&
      (guint64) first->rows * first->columns * instances->len * 2 > SCAN_VOLUME_MAX)
    fit = SCAN_VOLUME_LARGE;
  if (ret_spacing != NULL)
    *ret_spacing = spacing;
  return fit;
}

typedef struct
{
  ScanLibrary *library;
  const GPtrArray *instances;
  ScanVolume *volume;
  GCancellable *cancellable;
  ScanProgressFunc progress;
  gpointer user_data;
  GMutex lock; /* of what follows */
  guint done;
  gint64 told; /* µs, monotonic */
  ScanVolumeFit fit;
  GError *error;
} Load;

static void
tell (Load *load)
{
  const gint64 now = g_get_monotonic_time ();
  const ScanProgress progress = { .phase = SCAN_PHASE_WORKING,
                                  .done = load->done,
                                  .total = load->instances->len };

  if (load->progress == NULL || now - load->told < PROGRESS_MS * 1000)
    return;
  load->told = now;
  load->progress (&progress, load->user_data);
}

static gboolean
is_over (Load *load)
{
  gboolean over;

  g_mutex_lock (&load->lock);
  over = load->error != NULL || load->fit != SCAN_VOLUME_FINE;
  g_mutex_unlock (&load->lock);
  return over;
}

static void
load_slice (gpointer number, gpointer data)
{
  Load *load = data;
  const guint slice = GPOINTER_TO_UINT (number) - 1;
  g_autoptr (ScanFrame) frame = NULL;
  g_autoptr (GError) error = NULL;
  ScanVolumeFit fit = SCAN_VOLUME_FINE;

  if (is_over (load))
    return;
  if (!g_cancellable_set_error_if_cancelled (load->cancellable, &error))
    frame = scan_library_frame (load->library, instance_at (load->instances, slice), 0,
                                load->cancellable, &error);
  if (frame != NULL)
    fit = scan_volume_put (load->volume, slice, frame);
  g_mutex_lock (&load->lock);
  load->done++;
  if (fit != SCAN_VOLUME_FINE)
    load->fit = fit;
  if (error != NULL && load->error == NULL)
    load->error = g_steal_pointer (&error);
  tell (load);
  g_mutex_unlock (&load->lock);
}

ScanVolume *
scan_library_volume (ScanLibrary *library, const GPtrArray *instances, ScanProgressFunc progress,
                     gpointer user_data, GCancellable *cancellable, ScanVolumeFit *ret_fit,
                     GError **error)
{
  Load load = { library, instances, NULL, cancellable, progress, user_data };
  g_autoptr (ScanFrame) middle = NULL;
  GThreadPool *workers;
  double spacing;

  *ret_fit = scan_volume_fit (instances, &spacing);
  if (*ret_fit != SCAN_VOLUME_FINE)
    return NULL;
  middle = scan_library_frame (library, instance_at (instances, instances->len / 2), 0, cancellable,
                               error);
  if (middle == NULL)
    return NULL;
  load.volume = scan_volume_new (middle, instances->len, spacing, ret_fit);
  if (load.volume == NULL)
    {
      if (*ret_fit == SCAN_VOLUME_FINE)
        g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_MEMORY,
                             "There is not enough memory for all slices.");
      return NULL;
    }
  g_mutex_init (&load.lock);
  workers = g_thread_pool_new (
      load_slice, &load, (gint) CLAMP (g_get_num_processors () + 1, 2, DECODERS_MAX), FALSE, NULL);
  for (guint i = 0; i < instances->len; i++)
    g_thread_pool_push (workers, GUINT_TO_POINTER (i + 1), NULL);
  g_thread_pool_free (workers, FALSE, TRUE);
  g_mutex_clear (&load.lock);
  *ret_fit = load.fit;
  if (load.error == NULL && load.fit == SCAN_VOLUME_FINE)
    return load.volume;
  scan_volume_unref (load.volume);
  if (load.error != NULL && load.fit == SCAN_VOLUME_FINE)
    g_propagate_error (error, load.error);
  else
    g_clear_error (&load.error);
  return NULL;
}
