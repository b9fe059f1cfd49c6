/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `burned-in`: where writing may stand inside the pictures of an object. */
#include "deid_dataset.hh"
#include "dicom_frame.hh"
#include "text_find.h"

#include "deid_kinds.h"
#include "image.h"

#include <math.h>

/* What is searched in one call, so that it ends in time; a larger picture is alone in its call. */
static const guint64 pixels_max = 16 * 1024 * 1024;
/* A picture of which half the size will do: letters of 8 pixels in it are none for a person. */
static const guint64 pixels_halved = 24 * 1024 * 1024;
/* More than that is no writing on a picture, it is a page. */
static const guint boxes_max = 1000;

static bool
search_plane (const std::vector<guint8> &gray, guint rows, guint columns, GArray *boxes)
{
  if ((guint64) rows * columns <= pixels_halved)
    return reader_text_find (gray.data (), rows, columns, boxes);

  const guint low = rows / 2, narrow = columns / 2;
  const guint before = boxes->len;
  std::vector<guint8> half ((gsize) low * narrow);

  for (gsize y = 0; y < low; y++)
    for (gsize x = 0; x < narrow; x++)
      half[y * narrow + x] =
          (guint8) ((gray[2 * y * columns + 2 * x] + gray[2 * y * columns + 2 * x + 1] +
                     gray[(2 * y + 1) * columns + 2 * x] + gray[(2 * y + 1) * columns + 2 * x + 1] +
                     2) /
                    4);
  if (!reader_text_find (half.data (), low, narrow, boxes))
    return false;
  for (guint i = before; i < boxes->len; i++)
    {
      ReaderTextBox &box = g_array_index (boxes, ReaderTextBox, i);

      box = { 2 * box.x0, 2 * box.y0, 2 * box.x1, 2 * box.y1, box.votes, box.witness };
    }
  return true;
}

/* As a viewer first shows it, and over the whole range of its values: writing is often whiter than
 * any window. */
static bool
search_gray (const ScanFrame *frame, GArray *boxes)
{
  std::vector<guint8> gray ((gsize) frame->rows * frame->columns);
  ScanBrightness brightness;
  double low, high;

  scan_frame_default_brightness (frame, &brightness);
  scan_frame_to_gray (frame, &brightness, gray.data ());
  if (!search_plane (gray, frame->rows, frame->columns, boxes))
    return false;
  scan_frame_range (frame, &low, &high);
  if (!brightness.use_voi_lut && fabs (brightness.center - brightness.width / 2 - low) +
                                         fabs (brightness.center + brightness.width / 2 - high) <=
                                     (high - low) / 10)
    return true;
  brightness.use_voi_lut = FALSE;
  brightness.width = MAX (high - low, 1e-6) + (frame->voi_function == SCAN_VOI_LINEAR ? 1 : 0);
  brightness.center = (low + high) / 2;
  scan_frame_to_gray (frame, &brightness, gray.data ());
  return search_plane (gray, frame->rows, frame->columns, boxes);
}

/* Coloured writing on a coloured ground may stand out in one of these alone: the largest of the
 * three, the smallest, the brightness (ITU-R BT.601, in eighths). */
static bool
search_colour (const ScanFrame *frame, GArray *boxes)
{
  const gsize n = (gsize) frame->rows * frame->columns;
  std::vector<guint8> rgb (n * 3), plane (n);
  ScanBrightness brightness;
  bool gray = true;

  scan_frame_default_brightness (frame, &brightness);
  scan_frame_to_rgb (frame, &brightness, rgb.data ());
  for (gsize i = 0; i < n; i++)
    {
      const guint8 *at = &rgb[3 * i];

      plane[i] = MAX (MAX (at[0], at[1]), at[2]);
      gray = gray && plane[i] - MIN (MIN (at[0], at[1]), at[2]) <= 40;
    }
  if (!search_plane (plane, frame->rows, frame->columns, boxes))
    return false;
  if (gray)
    return true;
  for (gsize i = 0; i < n; i++)
    plane[i] = MIN (MIN (rgb[3 * i], rgb[3 * i + 1]), rgb[3 * i + 2]);
  if (!search_plane (plane, frame->rows, frame->columns, boxes))
    return false;
  for (gsize i = 0; i < n; i++)
    plane[i] = (guint8) ((2 * rgb[3 * i] + 5 * rgb[3 * i + 1] + rgb[3 * i + 2]) / 8);
  return search_plane (plane, frame->rows, frame->columns, boxes);
}

static void
add_boxes (GArray *found, guint32 frame, guint rows, guint columns, GVariantBuilder *boxes)
{
  if (found->len > boxes_max)
    {
      g_variant_builder_add (boxes, "(uuuuu)", frame, 0u, 0u, columns, rows);
      return;
    }
  for (guint i = 0; i < found->len; i++)
    {
      const ReaderTextBox &box = g_array_index (found, ReaderTextBox, i);

      g_variant_builder_add (boxes, "(uuuuu)", frame, (guint) box.x0, (guint) box.y0,
                             (guint) (box.x1 - box.x0), (guint) (box.y1 - box.y0));
    }
}

static bool
search_frame (DicomFile &file, guint32 index, ReaderAnswer *answer, GVariantBuilder *boxes)
{
  g_auto (GVariantDict) described = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (ReaderTextBox));
  std::vector<guint8> pixels;
  const auto room = [&] (gsize n) {
    pixels.resize (n);
    return pixels.data ();
  };

  if (!dicom_frame_decode (file, { index, 0, false }, room, answer, &described))
    return false;
  g_autoptr (GVariant) result = g_variant_ref_sink (g_variant_dict_end (&described));
  g_autoptr (GBytes) bulk = g_bytes_new_static (pixels.data (), pixels.size ());
  g_autoptr (ScanFrame) frame = scan_frame_new (result, bulk);
  if (frame == NULL)
    return reader_answer_fail (answer, "unreadable",
                               "What is recorded about the picture makes no sense.");
  if (!(frame->samples == 3 ? search_colour (frame, found) : search_gray (frame, found)))
    return reader_answer_fail (answer, "no-memory", "There is not enough memory for this picture.");
  reader_text_settle (found, frame->rows, frame->columns);
  add_boxes (found, index, frame->rows, frame->columns, boxes);
  return true;
}

static gboolean
burned_in (const ReaderCall *call, ReaderAnswer *answer)
{
  DicomFile file;
  DicomPixels pixels;
  guint32 from = 0;
  OFString sop_class, series;

  g_variant_lookup (call->arguments, "from", "u", &from);
  if (!dicom_open (call->source, file, answer))
    return FALSE;
  const char *problem = dicom_pixels_describe (file, pixels);
  if (problem != NULL)
    return reader_answer_fail (answer, "unsupported", problem);
  if (from >= pixels.frames)
    return reader_answer_fail (answer, "bad-request", "There is no such picture in this object.");
  const guint64 size = (guint64) pixels.rows * pixels.columns;
  const guint32 until =
      (guint32) MIN ((guint64) pixels.frames, from + MAX ((guint64) 1, pixels_max / size));
  GVariantBuilder boxes;

  g_variant_builder_init (&boxes, G_VARIANT_TYPE ("a(uuuuu)"));
  for (guint32 frame = from; frame < until; frame++)
    if (!search_frame (file, frame, answer, &boxes))
      {
        g_variant_builder_clear (&boxes);
        return FALSE;
      }
  file.dataset ()->findAndGetOFString (DCM_SOPClassUID, sop_class);
  file.dataset ()->findAndGetOFString (DCM_SeriesInstanceUID, series);
  if (g_utf8_validate (series.c_str (), -1, NULL))
    g_variant_dict_insert (&answer->result, "SeriesInstanceUID", "s", series.c_str ());
  g_variant_dict_insert (&answer->result, "rows", "u", pixels.rows);
  g_variant_dict_insert (&answer->result, "columns", "u", pixels.columns);
  g_variant_dict_insert (&answer->result, "frames", "u", pixels.frames);
  g_variant_dict_insert (&answer->result, "until", "u", until);
  g_variant_dict_insert (
      &answer->result, "expected", "b",
      (gboolean) deid_needs_a_look (file.dataset (), reader_deid_kind (sop_class.c_str ())));
  g_variant_dict_insert_value (&answer->result, "boxes", g_variant_builder_end (&boxes));
  return TRUE;
}

gboolean
reader_verb_burned_in (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] { return burned_in (call, answer); });
}
