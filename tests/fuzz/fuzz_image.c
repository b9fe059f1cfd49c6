/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile reader may answer to `frame`: the first two bytes are the length of a serialised
 * a{sv}, then comes it, then the pixels. Whatever is believed must be drawable. */
#include "image.h"

#include <stdlib.h>

#define PIXELS_MAX (256 * 1024)

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
use (const ScanFrame *frame)
{
  ScanBrightness brightness;
  guint columns, rows;
  double low, high;

  scan_frame_default_brightness (frame, &brightness);
  scan_frame_range (frame, &low, &high);
  if (!(low < high))
    abort ();
  scan_frame_value (frame, frame->rows - 1, frame->columns - 1);
  scan_frame_display_size (frame, 64, &columns, &rows);
  for (int negative = 0; negative < 2; negative++)
    {
      g_autoptr (ScanPicture) picture = NULL;
      g_autoptr (ScanPicture) small = NULL;
      guint8 viewport[16 * 16 * 4];

      brightness.negative = negative;
      picture = scan_frame_render (frame, &brightness);
      small = scan_picture_scale (picture, columns, rows);
      scan_picture_draw (small, columns / 3.0, rows / 3.0, 0.7, 5, viewport, 16, 16, 64);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) header = NULL;
  g_autoptr (GBytes) bulk = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autoptr (ScanFrame) frame = NULL;
  gsize n;

  if (size < 2)
    return 0;
  n = MIN ((gsize) (data[0] | data[1] << 8), size - 2);
  if (size - 2 - n > PIXELS_MAX)
    return 0;
  header = g_bytes_new (data + 2, n);
  bulk = g_bytes_new (data + 2 + n, size - 2 - n);
  result = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, header, FALSE));
  /* The transport lets nothing else through. */
  if (!g_variant_is_normal_form (result))
    return 0;
  frame = scan_frame_new (result, bulk);
  if (frame != NULL)
    use (frame);
  return 0;
}
