/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presentation states (PS3.3 A.33): how somebody wanted pictures to be looked at, in words. */
#include "report.hh"

static void
add_marks (DcmItem *annotation, const ReaderCharset &charset, ReportLines &lines)
{
  const unsigned long texts = report_items (annotation, DCM_TextObjectSequence);
  const unsigned long drawn = report_items (annotation, DCM_GraphicObjectSequence);

  report_pictures (lines, 1, "For", annotation, DCM_ReferencedImageSequence);
  for (unsigned long i = 0; i < texts && !lines.full (); i++)
    lines.add_value (1, "text", "Note", dicom_item (annotation, DCM_TextObjectSequence, i),
                     DCM_UnformattedTextValue, charset);
  if (drawn > 0)
    lines.add (1, "text", "Drawn marks", std::to_string (drawn));
}

static void
add_window (DcmItem *voi, const ReaderCharset &charset, ReportLines &lines)
{
  const std::vector<double> centers = dicom_numbers (voi, DCM_WindowCenter);
  const std::vector<double> widths = dicom_numbers (voi, DCM_WindowWidth);
  const std::string name = dicom_text (voi, DCM_WindowCenterWidthExplanation, charset);

  report_pictures (lines, 1, "For", voi, DCM_ReferencedImageSequence);
  for (gsize i = 0; i < centers.size () && i < widths.size () && i < 16; i++)
    lines.add (1, "text", "Brightness",
               "centre " + report_number (centers[i]) + ", width " + report_number (widths[i]) +
                   (name.empty () ? "" : " (" + name + ")"));
  if (report_items (voi, DCM_VOILUTSequence) > 0)
    lines.add (1, "text", "Brightness", "by a table of its own");
}

static void
add_turn (DcmItem *dataset, const ReaderCharset &charset, ReportLines &lines)
{
  double degrees = 0;

  if (dicom_number (dataset, DCM_ImageRotation, degrees) && degrees != 0)
    lines.add (1, "text", "Turned", report_number (degrees) + " degrees");
  if (dicom_text (dataset, DCM_ImageHorizontalFlip, charset) == "Y")
    lines.add (1, "text", "Mirrored", "left and right");
}

void
report_state (DicomFile &file, ReportLines &lines)
{
  DcmDataset *dataset = file.dataset ();
  const std::string label = dicom_text (dataset, DCM_ContentLabel, file.charset);
  const unsigned long series = report_items (dataset, DCM_ReferencedSeriesSequence);
  const unsigned long marks = report_items (dataset, DCM_GraphicAnnotationSequence);
  const unsigned long windows = report_items (dataset, DCM_SoftcopyVOILUTSequence);

  lines.add (0, "title", "", "Display notes");
  lines.add (0, "note", "",
             "This says how somebody wanted pictures to be looked at. It holds no picture itself.");
  if (!label.empty ())
    lines.add (0, "text", "Name", label);
  lines.add_value (0, "text", "Description", dataset, DCM_ContentDescription, file.charset);
  lines.add_value (0, "date", "Made on", dataset, DCM_PresentationCreationDate, file.charset);
  lines.add_value (0, "person", "Made by", dataset, DCM_ContentCreatorName, file.charset);
  if (series > 0)
    lines.add (0, "heading", "", "Pictures");
  for (unsigned long i = 0; i < series && !lines.full (); i++)
    report_pictures (lines, 1, "", dicom_item (dataset, DCM_ReferencedSeriesSequence, i),
                     DCM_ReferencedImageSequence);
  if (marks > 0)
    lines.add (0, "heading", "", "Notes on the pictures");
  for (unsigned long i = 0; i < marks && !lines.full (); i++)
    add_marks (dicom_item (dataset, DCM_GraphicAnnotationSequence, i), file.charset, lines);
  if (windows > 0 || report_items (dataset, DCM_DisplayedAreaSelectionSequence) > 0)
    lines.add (0, "heading", "", "How they are shown");
  for (unsigned long i = 0; i < windows && !lines.full (); i++)
    add_window (dicom_item (dataset, DCM_SoftcopyVOILUTSequence, i), file.charset, lines);
  if (dicom_text (dataset, DCM_PresentationLUTShape, file.charset) == "INVERSE")
    lines.add (1, "text", "Brightness", "as a negative");
  add_turn (dataset, file.charset, lines);
}
