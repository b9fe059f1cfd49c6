/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_overlay.hh"

#include <math.h>
#include <string.h>

static const gsize vertices_max = 2048;

/* The plane has a bit for what is covered; opened columns of a row lose it no more than once. */
static void
cover_outside (const DicomPixels &pixels, guint32 row, double from, double to,
               std::vector<guint8> &plane)
{
  for (guint32 x = 0; x < pixels.columns; x++)
    if (x + 1.0 < from || x + 1.0 > to)
      {
        const gsize at = (gsize) row * pixels.columns + x;
        plane[at / 8] |= (guint8) (1 << at % 8);
      }
}

/* Rows and columns count from 1; the edges themselves are seen (PS3.3 C.7.6.11). */
static void
cover_by_rectangle (const DicomPixels &pixels, DcmItem *item, std::vector<guint8> &plane)
{
  double left, right, upper, lower;

  if (!dicom_number (item, DCM_ShutterLeftVerticalEdge, left) ||
      !dicom_number (item, DCM_ShutterRightVerticalEdge, right) ||
      !dicom_number (item, DCM_ShutterUpperHorizontalEdge, upper) ||
      !dicom_number (item, DCM_ShutterLowerHorizontalEdge, lower))
    return;
  for (guint32 y = 0; y < pixels.rows; y++)
    if (y + 1.0 < upper || y + 1.0 > lower)
      cover_outside (pixels, y, 1, 0, plane);
    else
      cover_outside (pixels, y, left, right, plane);
}

static void
cover_by_circle (const DicomPixels &pixels, DcmItem *item, std::vector<guint8> &plane)
{
  const std::vector<double> center = dicom_numbers (item, DCM_CenterOfCircularShutter);
  double radius;

  if (center.size () != 2 || !dicom_number (item, DCM_RadiusOfCircularShutter, radius) ||
      radius <= 0)
    return;
  for (guint32 y = 0; y < pixels.rows; y++)
    {
      const double away = y + 1.0 - center[0], half = radius * radius - away * away;

      if (half < 0)
        cover_outside (pixels, y, 1, 0, plane);
      else
        cover_outside (pixels, y, center[1] - sqrt (half), center[1] + sqrt (half), plane);
    }
}

/* Inside is where a line from the left crosses an odd number of sides. */
static void
cover_by_polygon (const DicomPixels &pixels, DcmItem *item, std::vector<guint8> &plane)
{
  const std::vector<double> v = dicom_numbers (item, DCM_VerticesOfThePolygonalShutter);
  const gsize n = v.size () / 2;

  if (n < 3 || n > vertices_max)
    return;
  for (guint32 y = 0; y < pixels.rows; y++)
    {
      std::vector<int> turns (pixels.columns + 1, 0);

      for (gsize i = 0; i < n; i++)
        {
          const gsize k = (i + 1) % n;
          const double row = y + 1.0, y0 = v[2 * i], y1 = v[2 * k];

          if ((y0 <= row) == (y1 <= row))
            continue;
          const double x = v[2 * i + 1] + (row - y0) / (y1 - y0) * (v[2 * k + 1] - v[2 * i + 1]);
          turns[(gsize) CLAMP (ceil (x) - 1, 0, (double) pixels.columns)]++;
        }
      int crossed = 0;
      for (guint32 x = 0; x < pixels.columns; x++)
        {
          crossed += turns[x];
          if (crossed % 2 == 0)
            {
              const gsize at = (gsize) y * pixels.columns + x;
              plane[at / 8] |= (guint8) (1 << at % 8);
            }
        }
    }
}

/* Whether some pixels are covered and some are not. */
static bool
is_mixed (const DicomPixels &pixels, const std::vector<guint8> &plane)
{
  const gsize n = (gsize) pixels.rows * pixels.columns;
  gsize covered = 0;

  for (guint8 byte : plane)
    covered += (gsize) __builtin_popcount (byte);
  return covered > 0 && covered < n;
}

bool
dicom_shutter_plane (DicomFile &file, const DicomPixels &pixels, guint32 frame,
                     std::vector<guint8> &ret_plane, guint32 *ret_level)
{
  DcmItem *item = dicom_functional_group (file.dataset (), DCM_FrameDisplayShutterSequence, frame);

  if (item == NULL)
    item = file.dataset ();
  const std::string shapes = dicom_text (item, DCM_ShutterShape, ReaderCharset ());
  if (shapes.empty ())
    return false;
  ret_plane.assign (dicom_plane_size (pixels), 0);
  if (shapes.find ("RECTANGULAR") != std::string::npos)
    cover_by_rectangle (pixels, item, ret_plane);
  if (shapes.find ("CIRCULAR") != std::string::npos)
    cover_by_circle (pixels, item, ret_plane);
  if (shapes.find ("POLYGONAL") != std::string::npos)
    cover_by_polygon (pixels, item, ret_plane);
  if (shapes.find ("BITMAP") != std::string::npos)
    dicom_overlay_draw (file, pixels, (Uint16) dicom_uint (item, DCM_ShutterOverlayGroup), frame,
                        ret_plane);
  *ret_level = MIN (dicom_uint (item, DCM_ShutterPresentationValue), 65535);
  return is_mixed (pixels, ret_plane);
}
