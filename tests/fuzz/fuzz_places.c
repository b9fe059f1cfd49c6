/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile reader may answer to `places`. Whatever is chosen are frames of the object, each
 * once, behind each other. */
#include <math.h>
#include <stdlib.h>

#include "volume_places.h"

#define FRAMES_MAX 400

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
use (const ScanPlaceRecord *records, guint n)
{
  g_autoptr (GBytes) bulk = g_bytes_new (records, n * sizeof *records);
  g_autoptr (GArray) places = scan_places_new (bulk, n);

  for (guint viewed = 0; viewed <= n; viewed += 1 + n / 5)
    {
      g_autoptr (GArray) frames = NULL;
      g_autofree gboolean *seen = g_new0 (gboolean, n);
      double spacing = 0;
      const ScanVolumeFit fit = scan_places_choose (places, viewed, &frames, &spacing);

      if ((fit == SCAN_VOLUME_FINE) != (frames != NULL))
        abort ();
      if (frames == NULL)
        continue;
      if (frames->len < SCAN_VOLUME_SLICES_MIN || !(spacing > 0) || !isfinite (spacing))
        abort ();
      for (guint i = 0; i < frames->len; i++)
        {
          const guint frame = g_array_index (frames, guint, i);

          if (frame >= n || seen[frame])
            abort ();
          seen[frame] = TRUE;
        }
      if (!seen[viewed])
        abort ();
    }
}

/* Few bytes are such records: a byte for the place, one for direction and stack, one for marks. */
static void
use_few (const guint8 *data, gsize size)
{
  static const double planes[][6] = { { 1, 0, 0, 0, 1, 0 }, { 1, 0, 0, 0, 0, -1 } };
  const guint n = (guint) MIN (size / 3, FRAMES_MAX);
  g_autofree ScanPlaceRecord *records = g_new0 (ScanPlaceRecord, n);

  for (guint i = 0; i < n; i++)
    {
      const guint8 *bytes = data + 3 * i;
      ScanPlaceRecord *record = &records[i];

      for (guint k = 0; k < 6; k++)
        record->orientation[k] = planes[bytes[1] & 1][k];
      record->origin[1 + (bytes[1] & 1)] = bytes[0] / 8.0;
      record->origin[2 - (bytes[1] & 1)] = bytes[0];
      record->spacing[0] = record->spacing[1] = 1 + (bytes[1] >> 6);
      record->marks[0] = bytes[1] >> 4 & 3;
      for (guint k = 0; k < 8; k++)
        record->marks[1 + k] = bytes[2] >> k & 3;
    }
  use (records, n);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint n = (guint) MIN (size / sizeof (ScanPlaceRecord), FRAMES_MAX);

  if (n > 0)
    use ((const ScanPlaceRecord *) (gconstpointer) data, n);
  if (size >= 3)
    use_few (data, size);
  return 0;
}
