/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_overlay.hh"

#include <string.h>

static const Uint32 overlay_max = 64 * 1024 * 1024;
static const double side_max = 65535;

gsize
dicom_plane_size (const DicomPixels &pixels)
{
  return scan_plane_size (pixels.rows, pixels.columns);
}

/* The groups of the 6000s that a dataset has, in one go. */
static std::vector<Uint16>
overlay_groups (DicomFile &file)
{
  std::vector<Uint16> groups;
  DcmDataset *dataset = file.dataset ();

  for (DcmObject *object = dataset->nextInContainer (NULL); object != NULL;
       object = dataset->nextInContainer (object))
    {
      const Uint16 group = object->getGTag ();

      if (group >= 0x6000 && group <= 0x601e && group % 2 == 0 &&
          (groups.empty () || groups.back () != group))
        groups.push_back (group);
    }
  return groups;
}

bool
dicom_planes_exist (DicomFile &file)
{
  return file.dataset ()->tagExists (DCM_ShutterShape) ||
         dicom_functional_group (file.dataset (), DCM_FrameDisplayShutterSequence, 0) != NULL ||
         !overlay_groups (file).empty ();
}

/* One overlay (PS3.3 C.9.2, C.9.3). */
struct Overlay
{
  guint32 rows, columns;
  gint64 top, left; /* of its first pixel, from 0; anywhere */
  guint32 position; /* the bit of a sample, if it stands in the pixels */
  guint32 frame;    /* which of its frames, from 0 */
  DcmElement *data; /* NULL: in the pixels */
};

/* FALSE if there is none of that group for this frame. */
static bool
read_overlay (DcmDataset *dataset, Uint16 group, guint32 frame, Overlay &ret_overlay)
{
  Overlay overlay = {};
  double frames = 1, first = 1, rows, columns;
  std::vector<double> origin = dicom_numbers (dataset, DcmTagKey (group, 0x0050));

  if (!dicom_number (dataset, DcmTagKey (group, 0x0010), rows) ||
      !dicom_number (dataset, DcmTagKey (group, 0x0011), columns) || rows < 1 || columns < 1 ||
      rows > side_max || columns > side_max)
    return false;
  overlay.rows = (guint32) rows;
  overlay.columns = (guint32) columns;
  origin.resize (2, 1);
  overlay.top = (gint64) CLAMP (origin[0], -side_max, side_max) - 1;
  overlay.left = (gint64) CLAMP (origin[1], -side_max, side_max) - 1;
  overlay.position = dicom_uint (dataset, DcmTagKey (group, 0x0102));
  if (dataset->findAndGetElement (DcmTagKey (group, 0x3000), overlay.data).bad () ||
      overlay.data->getLength () == 0)
    overlay.data = NULL;
  /* Without frames of its own it lies on all of the picture's. */
  if (overlay.data == NULL)
    overlay.frame = frame;
  else if (dicom_number (dataset, DcmTagKey (group, 0x0015), frames) && frames > 1)
    {
      dicom_number (dataset, DcmTagKey (group, 0x0051), first);
      if (frame + 1.0 < first || frame + 1.0 >= first + frames)
        return false;
      overlay.frame = (guint32) (frame + 1 - first);
    }
  ret_overlay = overlay;
  return true;
}

static bool
set_pixel (const DicomPixels &pixels, gint64 y, gint64 x, std::vector<guint8> &plane)
{
  if (y < 0 || x < 0 || y >= (gint64) pixels.rows || x >= (gint64) pixels.columns)
    return false;
  const gsize at = (gsize) y * pixels.columns + (gsize) x;
  plane[at / 8] |= (guint8) (1 << at % 8);
  return true;
}

static bool
draw_data (DicomFile &file, const DicomPixels &pixels, const Overlay &overlay, Uint16 group,
           std::vector<guint8> &plane)
{
  const Uint32 length = overlay.data->getLength ();
  const guint64 first = (guint64) overlay.frame * overlay.rows * overlay.columns;
  bool any = false;

  if (length > overlay_max || length > file.source->size)
    return false;
  const std::vector<guint16> words = dicom_words (file.dataset (), DcmTagKey (group, 0x3000));
  for (guint32 y = 0; y < overlay.rows; y++)
    {
      const guint64 line = first + (guint64) y * overlay.columns;

      if ((line + overlay.columns) / 16 > words.size ())
        break; /* cut off */
      for (guint32 x = 0; x < overlay.columns; x++)
        {
          const guint64 bit = line + x;

          if (bit / 16 < words.size () && (words[bit / 16] >> bit % 16 & 1) != 0)
            any = set_pixel (pixels, overlay.top + y, overlay.left + x, plane) || any;
        }
    }
  return any;
}

/* An overlay in the bits of the pixels, which are the size of the picture. */
static bool
draw_embedded (DicomFile &file, const DicomPixels &pixels, const Overlay &overlay,
               std::vector<guint8> &plane)
{
  const bool is_value = overlay.position <= pixels.high_bit &&
                        overlay.position + pixels.bits_stored > pixels.high_bit;
  DicomPixels whole = pixels;
  DicomPhotometric photometric;
  const char *missing;
  bool any = false;

  if (pixels.is_float || pixels.samples != 1 || is_value ||
      overlay.position >= pixels.bits_allocated || overlay.rows != pixels.rows ||
      overlay.columns != pixels.columns)
    return false;
  whole.bits_stored = whole.bits;
  whole.high_bit = whole.bits - 1;
  whole.is_signed = false;
  std::vector<guint8> samples (whole.frame_size);
  if (dicom_pixels_decode (file, whole, overlay.frame, samples.data (), &photometric, &missing) !=
      NULL)
    return false;
  const gsize n = (gsize) pixels.rows * pixels.columns, width = pixels.bits / 8;
  for (gsize i = 0; i < n; i++)
    if ((samples[i * width + overlay.position / 8] >> overlay.position % 8 & 1) != 0)
      {
        plane[i / 8] |= (guint8) (1 << i % 8);
        any = true;
      }
  return any;
}

bool
dicom_overlay_draw (DicomFile &file, const DicomPixels &pixels, Uint16 group, guint32 frame,
                    std::vector<guint8> &plane)
{
  Overlay overlay;

  if (!read_overlay (file.dataset (), group, frame, overlay))
    return false;
  return overlay.data != NULL ? draw_data (file, pixels, overlay, group, plane)
                              : draw_embedded (file, pixels, overlay, plane);
}

bool
dicom_overlay_plane (DicomFile &file, const DicomPixels &pixels, guint32 frame,
                     std::vector<guint8> &ret_plane)
{
  const std::vector<Uint16> groups = overlay_groups (file);
  const guint32 shutter = dicom_uint (file.dataset (), DCM_ShutterOverlayGroup, 0);
  bool any = false;

  if (groups.empty ())
    return false;
  ret_plane.assign (dicom_plane_size (pixels), 0);
  for (Uint16 group : groups)
    if (group != shutter)
      any = dicom_overlay_draw (file, pixels, group, frame, ret_plane) || any;
  return any;
}
