/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `picture` verb: a small RGB picture, as a viewer would first show it. */
#include "dicom_frame.hh"

#include "image.h"

#include <string.h>

static const guint32 side_max = 4096;

static gboolean
paint (ScanFrame *frame, guint32 side, gboolean overlays, ReaderAnswer *answer)
{
  ScanBrightness brightness;
  guint columns, rows;

  scan_frame_default_brightness (frame, &brightness);
  brightness.hide_overlay = !overlays;
  scan_frame_display_size (frame, side, &columns, &rows);
  g_autoptr (ScanPicture) full = scan_frame_render (frame, &brightness);
  g_autoptr (ScanPicture) small = full != NULL ? scan_picture_scale (full, columns, rows) : NULL;
  if (small == NULL)
    return reader_answer_fail (answer, "no-memory", "There is not enough memory for this picture.");

  const gsize n = (gsize) rows * columns;
  guint8 *out = reader_answer_bulk (answer, n * 3);
  if (out == NULL)
    return FALSE;
  if (small->channels == 3)
    memcpy (out, small->pixels, n * 3);
  else
    for (gsize i = 0; i < n; i++)
      out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = small->pixels[i];
  g_variant_dict_insert (&answer->result, "rows", "u", rows);
  g_variant_dict_insert (&answer->result, "columns", "u", columns);
  return TRUE;
}

static gboolean
picture (const ReaderCall *call, ReaderAnswer *answer)
{
  DicomFile file;
  guint32 index = 0, side = 0;
  gboolean overlays = TRUE;
  g_auto (GVariantDict) described = G_VARIANT_DICT_INIT (NULL);
  std::vector<guint8> pixels;

  g_variant_lookup (call->arguments, "frame", "u", &index);
  g_variant_lookup (call->arguments, "overlays", "b", &overlays);
  if (!g_variant_lookup (call->arguments, "size", "u", &side) || side == 0 || side > side_max)
    return reader_answer_fail (answer, "bad-request", NULL);
  if (!dicom_open (call->source, file, answer))
    return FALSE;
  const auto room = [&] (gsize n) {
    pixels.resize (n);
    return pixels.data ();
  };
  if (!dicom_frame_decode (file, { index, side, true }, room, answer, &described))
    return FALSE;

  g_autoptr (GVariant) result = g_variant_ref_sink (g_variant_dict_end (&described));
  g_autoptr (GBytes) bulk = g_bytes_new_static (pixels.data (), pixels.size ());
  g_autoptr (ScanFrame) frame = scan_frame_new (result, bulk);
  if (frame == NULL)
    return reader_answer_fail (answer, "unreadable",
                               "What is recorded about the picture makes no sense.");
  return paint (frame, side, overlays, answer);
}

gboolean
reader_verb_picture (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] { return picture (call, answer); });
}
