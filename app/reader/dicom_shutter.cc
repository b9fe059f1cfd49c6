/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_overlay.hh"

bool
dicom_shutter_read (DcmItem *item, ScanShutter &ret_shutter, std::vector<double> &ret_vertices)
{
  const std::string shapes = dicom_text (item, DCM_ShutterShape, ReaderCharset ());
  ScanShutter shutter = {};

  ret_vertices.clear ();
  if (shapes.find ("RECTANGULAR") != std::string::npos)
    shutter.rectangle = dicom_number (item, DCM_ShutterLeftVerticalEdge, shutter.left) &&
                        dicom_number (item, DCM_ShutterRightVerticalEdge, shutter.right) &&
                        dicom_number (item, DCM_ShutterUpperHorizontalEdge, shutter.upper) &&
                        dicom_number (item, DCM_ShutterLowerHorizontalEdge, shutter.lower);
  if (shapes.find ("CIRCULAR") != std::string::npos)
    {
      const std::vector<double> center = dicom_numbers (item, DCM_CenterOfCircularShutter);
      double radius;

      if (center.size () == 2 && dicom_number (item, DCM_RadiusOfCircularShutter, radius) &&
          radius > 0)
        {
          shutter.row = center[0];
          shutter.column = center[1];
          shutter.radius = radius;
        }
    }
  if (shapes.find ("POLYGONAL") != std::string::npos)
    {
      ret_vertices = dicom_numbers (item, DCM_VerticesOfThePolygonalShutter);
      const gsize n = ret_vertices.size () / 2;
      if (n >= 3 && n <= SCAN_SHUTTER_VERTICES_MAX)
        shutter.n_vertices = (guint) n;
    }
  shutter.vertices = ret_vertices.data ();
  ret_shutter = shutter;
  return shutter.rectangle || shutter.radius > 0 || shutter.n_vertices > 0;
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
  ScanShutter shutter;
  std::vector<double> vertices;
  if (dicom_shutter_read (item, shutter, vertices))
    scan_shutter_cover (&shutter, pixels.rows, pixels.columns, ret_plane.data ());
  if (shapes.find ("BITMAP") != std::string::npos)
    dicom_overlay_draw (file, pixels, (Uint16) dicom_uint (item, DCM_ShutterOverlayGroup), frame,
                        ret_plane);
  *ret_level = MIN (dicom_uint (item, DCM_ShutterPresentationValue), 65535);
  return scan_plane_is_mixed (ret_plane.data (), pixels.rows, pixels.columns);
}
