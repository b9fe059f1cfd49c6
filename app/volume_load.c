/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a stack can become a block, and its way from the vault into one. */
#include "volume.h"

#include <math.h>

#include "arrangement.h"
#include "error.h"
#include "library_private.h"
#include "volume_places.h"

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
  return own.oriented && scan_places_same_direction (own.orientation, first->orientation);
}

static ScanVolumeFit
fit_positions (const GPtrArray *instances, double *ret_spacing)
{
  g_autofree double *positions = g_new (double, instances->len);

  for (guint i = 0; i < instances->len; i++)
    positions[i] = instance_at (instances, i)->position;
  return scan_places_fit (positions, instances->len, ret_spacing);
}

static gboolean
is_too_large (const ScanInstance *like, guint slices)
{
  return (guint64) like->rows * like->columns * slices * 2 > SCAN_VOLUME_MAX;
}

static gboolean
is_object (const GPtrArray *instances)
{
  return instances->len == 1 && instance_at (instances, 0)->frames > 1;
}

ScanVolumeFit
scan_volume_fit (const GPtrArray *instances, double *ret_spacing)
{
  const ScanInstance *first = instances->len > 0 ? instance_at (instances, 0) : NULL;
  ScanArrangement arrangement;
  ScanVolumeFit fit;
  double spacing = 0;

  if (first == NULL)
    return SCAN_VOLUME_NO_PLACES;
  scan_arrangement_unpack (first->arrangement, &arrangement);
  if (!arrangement.oriented)
    return SCAN_VOLUME_NO_PLACES;
  for (guint i = 0; i < instances->len; i++)
    {
      const ScanInstance *instance = instance_at (instances, i);

      if (isnan (instance->position) || (instance->frames != 1 && !is_object (instances)) ||
          !same_direction (instance, &arrangement))
        return SCAN_VOLUME_NO_PLACES;
      if (instance->rows != first->rows || instance->columns != first->columns)
        return SCAN_VOLUME_UNLIKE;
      if (!instance->renderable)
        return SCAN_VOLUME_HIDDEN;
    }
  if (MAX (instances->len, first->frames) < SCAN_VOLUME_SLICES_MIN)
    return SCAN_VOLUME_FEW;
  fit = is_object (instances) ? SCAN_VOLUME_FINE : fit_positions (instances, &spacing);
  if (fit == SCAN_VOLUME_FINE && is_too_large (first, instances->len))
    fit = SCAN_VOLUME_LARGE;
  if (ret_spacing != NULL)
    *ret_spacing = spacing;
  return fit;
}

typedef struct
{
  const ScanInstance *instance;
  guint frame;
} Slice;

typedef struct
{
  ScanLibrary *library;
  const GArray *slices; /* Slice */
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
                                  .total = load->slices->len };

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
  const Slice *from = &g_array_index (load->slices, Slice, slice);
  g_autoptr (ScanFrame) frame = NULL;
  g_autoptr (GError) error = NULL;
  ScanVolumeFit fit = SCAN_VOLUME_FINE;

  if (is_over (load))
    return;
  if (!g_cancellable_set_error_if_cancelled (load->cancellable, &error))
    frame =
        scan_library_frame (load->library, from->instance, from->frame, load->cancellable, &error);
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

/* Where the frames of an object lie; NULL without error: it does not tell. */
static GArray *
places_of (ScanLibrary *library, const ScanInstance *object, GCancellable *cancellable,
           GError **error)
{
  g_auto (ScanMemberSource) source = { 0 };
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GError) refused = NULL;
  GArray *places;

  if (!scan_library_source_open (library, object->member, &source, error))
    return NULL;
  if (!scan_reader_call (scan_library_readers (library), "places", NULL, &source.source, NULL,
                         SCAN_CALL_DEFAULT, 0, cancellable, &reply, &refused))
    {
      if (!g_error_matches (refused, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED))
        g_propagate_error (error, g_steal_pointer (&refused));
      return NULL;
    }
  places = scan_places_new (reply.bulk, object->frames);
  if (places == NULL)
    g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_READER,
                         "The reader gave an answer that makes no sense.");
  return places;
}

/* Slice of the stack; NULL with ret_fit, or with SCAN_VOLUME_FINE and error. */
static GArray *
slices_of (ScanLibrary *library, const GPtrArray *instances, guint viewed,
           GCancellable *cancellable, double *ret_spacing, ScanVolumeFit *ret_fit, GError **error)
{
  g_autoptr (GArray) slices = g_array_new (FALSE, TRUE, sizeof (Slice)), places = NULL,
                     frames = NULL;
  g_autoptr (GError) failure = NULL;

  *ret_fit = scan_volume_fit (instances, ret_spacing);
  if (*ret_fit == SCAN_VOLUME_FINE && is_object (instances))
    {
      places = places_of (library, instance_at (instances, 0), cancellable, &failure);
      if (places != NULL)
        *ret_fit = scan_places_choose (places, viewed, &frames, ret_spacing);
      else if (failure == NULL)
        *ret_fit = SCAN_VOLUME_NO_PLACES;
      else
        g_propagate_error (error, g_steal_pointer (&failure));
      if (frames != NULL && is_too_large (instance_at (instances, 0), frames->len))
        *ret_fit = SCAN_VOLUME_LARGE;
    }
  if (*ret_fit != SCAN_VOLUME_FINE || (is_object (instances) && frames == NULL))
    return NULL;
  for (guint i = 0; i < (frames != NULL ? frames->len : instances->len); i++)
    {
      const Slice slice = { instance_at (instances, frames != NULL ? 0 : i),
                            frames != NULL ? g_array_index (frames, guint, i) : 0 };

      g_array_append_val (slices, slice);
    }
  return g_steal_pointer (&slices);
}

ScanVolume *
scan_library_volume (ScanLibrary *library, const GPtrArray *instances, guint viewed,
                     ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                     ScanVolumeFit *ret_fit, GError **error)
{
  double spacing;
  g_autoptr (GArray) slices =
      slices_of (library, instances, viewed, cancellable, &spacing, ret_fit, error);
  Load load = { library, slices, NULL, cancellable, progress, user_data };
  g_autoptr (ScanFrame) middle = NULL;
  const Slice *like;
  GThreadPool *workers;

  if (slices == NULL)
    return NULL;
  like = &g_array_index (slices, Slice, slices->len / 2);
  middle = scan_library_frame (library, like->instance, like->frame, cancellable, error);
  if (middle == NULL)
    return NULL;
  load.volume = scan_volume_new (middle, slices->len, spacing, ret_fit);
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
  for (guint i = 0; i < slices->len; i++)
    g_thread_pool_push (workers, GUINT_TO_POINTER (i + 1), NULL);
  g_thread_pool_free (workers, FALSE, TRUE);
  g_mutex_clear (&load.lock);
  *ret_fit = load.fit;
  if (load.error == NULL && load.fit == SCAN_VOLUME_FINE)
    {
      scan_volume_finish (load.volume);
      return load.volume;
    }
  scan_volume_unref (load.volume);
  if (load.error != NULL && load.fit == SCAN_VOLUME_FINE)
    g_propagate_error (error, load.error);
  else
    g_clear_error (&load.error);
  return NULL;
}
