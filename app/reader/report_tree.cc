/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structured reports: the tree of content items (PS3.3 C.17.3, C.18) as indented lines. Leniently:
 * what is not understood leaves its children standing. */
#include "report.hh"

static const guint depth_max = 64;

static void walk_children (DcmItem *item, const ReaderCharset &charset, guint level, guint depth,
                           ReportLines &lines);

static std::string
number_words (DcmItem *item, const ReaderCharset &charset)
{
  DcmItem *measured = dicom_item (item, DCM_MeasuredValueSequence);
  double number;

  if (measured == NULL)
    return report_code (item, DCM_NumericValueQualifierCodeSequence, charset);
  /* As it was written, for 12.50 says more than 12.5. */
  std::string value = dicom_text (measured, DCM_NumericValue, charset);
  if (value.find ('\\') != std::string::npos || value.length () > 10)
    value = dicom_number (measured, DCM_NumericValue, number) ? report_number (number) : value;
  const std::string unit = report_unit (measured, DCM_MeasurementUnitsCodeSequence, charset);
  const std::string doubt = report_code (item, DCM_NumericValueQualifierCodeSequence, charset);
  return value + unit + (doubt.empty () ? "" : " (" + doubt + ")");
}

static std::string
mark_words (const std::string &graphic)
{
  if (graphic == "POINT" || graphic == "MULTIPOINT")
    return "A point marked in the picture";
  if (graphic == "CIRCLE")
    return "A circle drawn in the picture";
  if (graphic == "ELLIPSE" || graphic == "ELLIPSOID")
    return "An oval drawn in the picture";
  if (graphic == "POLYLINE" || graphic == "POLYGON")
    return "A line drawn in the picture";
  return "A place marked in the picture";
}

/* Adds the item's own lines. Returns whether its children are a step further in. */
static bool
add_item (DcmItem *item, const std::string &type, const std::string &label,
          const ReaderCharset &charset, guint level, ReportLines &lines)
{
  if (type == "CONTAINER")
    {
      if (label.empty ())
        return false;
      lines.add (level, "heading", "", label);
    }
  else if (type == "TEXT")
    lines.add_lines (level, label, dicom_lines (item, DCM_TextValue, charset));
  else if (type == "NUM")
    lines.add (level, "text", label, number_words (item, charset));
  else if (type == "CODE")
    lines.add (level, "text", label, report_code (item, DCM_ConceptCodeSequence, charset));
  else if (type == "DATE")
    lines.add (level, "date", label, dicom_text (item, DCM_Date, charset));
  else if (type == "TIME")
    lines.add (level, "date", label, dicom_text (item, DCM_Time, charset));
  else if (type == "DATETIME")
    lines.add (level, "date", label, dicom_text (item, DCM_DateTime, charset));
  else if (type == "PNAME")
    lines.add (level, "person", label, dicom_text (item, DCM_PersonName, charset));
  else if (type == "IMAGE" || type == "COMPOSITE" || type == "WAVEFORM")
    report_pictures (lines, level, label, item, DCM_ReferencedSOPSequence);
  else if (type == "SCOORD" || type == "SCOORD3D")
    lines.add (level, "text", label, mark_words (dicom_text (item, DCM_GraphicType, charset)));
  else if (type == "TCOORD")
    lines.add (level, "text", label, "A moment of the recording");
  else if (type == "UIDREF")
    return false; /* a number for programs */
  else if (item->tagExists (DCM_ReferencedContentItemIdentifier))
    lines.add (level, "text", label, "(as stated elsewhere in this report)");
  else if (!label.empty ())
    lines.add (level, "text", label, "");
  return true;
}

static void
walk (DcmItem *item, const ReaderCharset &inherited, guint level, guint depth, ReportLines &lines)
{
  const ReaderCharset charset = dicom_charset (item, inherited);
  const std::string type = dicom_text (item, DCM_ValueType, charset);
  const std::string label = report_code (item, DCM_ConceptNameCodeSequence, charset);
  const bool deeper = add_item (item, type, label, charset, level, lines);

  walk_children (item, charset, deeper ? level + 1 : level, depth + 1, lines);
}

static void
walk_children (DcmItem *item, const ReaderCharset &charset, guint level, guint depth,
               ReportLines &lines)
{
  DcmElement *element = NULL;

  if (depth > depth_max || item->findAndGetElement (DCM_ContentSequence, element).bad () ||
      element->ident () != EVR_SQ)
    return;
  DcmSequenceOfItems *sequence = OFstatic_cast (DcmSequenceOfItems *, element);
  for (DcmObject *object = sequence->nextInContainer (NULL); object != NULL && !lines.full ();
       object = sequence->nextInContainer (object))
    if (object->ident () == EVR_item)
      walk (OFstatic_cast (DcmItem *, object), charset, level, depth, lines);
}

/* Who signed it, and how far it is (PS3.3 C.17.2). */
static void
add_state (DicomFile &file, ReportLines &lines)
{
  DcmDataset *dataset = file.dataset ();
  const std::string verified = dicom_text (dataset, DCM_VerificationFlag, file.charset);
  const std::string complete = dicom_text (dataset, DCM_CompletionFlag, file.charset);
  const unsigned long n = report_items (dataset, DCM_VerifyingObserverSequence);

  lines.add_value (0, "person", "Patient", dataset, DCM_PatientName, file.charset);
  lines.add_value (0, "date", "Date", dataset,
                   dataset->tagExistsWithValue (DCM_ContentDate) ? DCM_ContentDate : DCM_StudyDate,
                   file.charset);
  lines.add_value (0, "text", "Institution", dataset, DCM_InstitutionName, file.charset);
  if (complete == "PARTIAL")
    lines.add (0, "note", "", "This report is not complete.");
  if (verified == "UNVERIFIED")
    lines.add (0, "note", "", "This report has not been signed.");
  for (unsigned long i = 0; i < MIN (n, 16ul); i++)
    lines.add_value (0, "person", "Signed by",
                     dicom_item (dataset, DCM_VerifyingObserverSequence, i),
                     DCM_VerifyingObserverName, file.charset);
}

void
report_tree (DicomFile &file, ReportLines &lines)
{
  DcmDataset *dataset = file.dataset ();
  std::string title = report_code (dataset, DCM_ConceptNameCodeSequence, file.charset);

  if (title.empty ())
    title = dicom_text (dataset, DCM_SeriesDescription, file.charset);
  lines.add (0, "title", "", title.empty () ? "Report" : title);
  add_state (file, lines);
  walk_children (dataset, file.charset, 0, 0, lines);
}
