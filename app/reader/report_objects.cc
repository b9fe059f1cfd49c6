/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept and named: segmentations, radiotherapy, and everything else that has no picture. */
#include "report.hh"

#include <string.h>

struct Class
{
  const char *root; /* a SOP class, or what several begin with */
  const char *title, *reason;
};

/* PS3.6 annex A. Longer roots stand before shorter ones that they begin with. */
static const Class classes[] = {
  { "1.2.840.10008.5.1.4.1.1.66.1", "Alignment of scans",
    "It holds numbers that bring two scans into the same place, no picture." },
  { "1.2.840.10008.5.1.4.1.1.66.3", "Alignment of scans",
    "It holds numbers that bring two scans into the same place, no picture." },
  { "1.2.840.10008.5.1.4.1.1.66.4", "Outlines of organs or findings",
    "It holds outlines over the pictures of another series, no picture of its own." },
  { "1.2.840.10008.5.1.4.1.1.66.7", "Outlines of organs or findings",
    "It holds outlines over the pictures of another series, no picture of its own." },
  { "1.2.840.10008.5.1.4.1.1.66.5", "Surfaces of organs or findings",
    "It holds surfaces in space that were made from another series, no picture." },
  { "1.2.840.10008.5.1.4.1.1.66.6", "Nerve paths",
    "It holds lines in space that were made from another series, no picture." },
  { "1.2.840.10008.5.1.4.1.1.66", "Raw data of a machine",
    "It holds the machine's own data, which only its maker's programs read." },
  { "1.2.840.10008.5.1.4.1.1.67", "Table of real values",
    "It holds numbers that give the values of other pictures their meaning, no picture." },
  { "1.2.840.10008.5.1.4.1.1.481.2", "Radiotherapy dose",
    "It holds how much radiation goes where, as numbers." },
  { "1.2.840.10008.5.1.4.1.1.481.3", "Radiotherapy outlines",
    "It holds outlines over the pictures of another series, no picture of its own." },
  { "1.2.840.10008.5.1.4.1.1.481.5", "Radiotherapy plan",
    "It holds numbers for the treatment machine, no picture." },
  { "1.2.840.10008.5.1.4.1.1.481.8", "Radiotherapy plan",
    "It holds numbers for the treatment machine, no picture." },
  { "1.2.840.10008.5.1.4.1.1.481.4", "Record of a radiotherapy session",
    "It holds what the treatment machine did, as numbers." },
  { "1.2.840.10008.5.1.4.1.1.481.6", "Record of a radiotherapy session",
    "It holds what the treatment machine did, as numbers." },
  { "1.2.840.10008.5.1.4.1.1.481.7", "Summary of radiotherapy",
    "It holds what the treatment machine did, as numbers." },
  { "1.2.840.10008.5.1.4.1.1.4.2", "Chemistry of tissue (MR spectroscopy)",
    "It holds measured curves, which are not drawn yet." },
  { "1.2.840.10008.5.1.4.1.1.104.1", "Document", "Its pages are shown." },
  { "1.2.840.10008.5.1.4.1.1.104.2", "Letter for clinic programs (CDA)",
    "It is written for programs of clinics; a copy can be saved." },
  { "1.2.840.10008.5.1.4.1.1.104.3", "Shape for a 3D printer (STL)",
    "It holds a shape in space; a copy can be opened with a 3D program." },
  { "1.2.840.10008.5.1.4.1.1.104.4", "Shape in space (OBJ)",
    "It holds a shape in space; a copy can be opened with a 3D program." },
  { "1.2.840.10008.5.1.4.1.1.104.5", "Materials of a shape (MTL)",
    "It holds the colours of a shape in space, no picture." },
  { "1.2.840.10008.5.1.4.1.1.91.1", "Marks on microscope pictures",
    "It holds marks over the pictures of another series, no picture of its own." },
  { "1.2.840.10008.5.1.4.38.", "Layout for a doctor's screen",
    "It says how a doctor's screen arranges pictures, and holds none." },
  { "1.2.840.10008.5.1.4.39.", "Table of colours",
    "It says in which colours other pictures are shown, and holds none." },
  { "1.2.840.10008.5.1.4.1.1.78.", "Glasses or eye measurement",
    "It holds measured numbers, no picture." },
  { "1.2.840.10008.5.1.4.1.1.80.", "Eye measurement", "It holds measured numbers, no picture." },
  { "1.2.840.10008.5.1.4.1.1.79.", "Eye measurement", "It holds measured numbers, no picture." },
};

static const Class *
find_class (const std::string &sop_class)
{
  for (const Class &one : classes)
    {
      const gsize n = strlen (one.root);

      if (sop_class.compare (0, n, one.root) == 0 &&
          (sop_class.length () == n || sop_class[n] == '.' || one.root[n - 1] == '.'))
        return &one;
    }
  return NULL;
}

const char *
report_reason (const std::string &sop_class)
{
  const Class *found = find_class (sop_class);

  return found != NULL ? found->reason : NULL;
}

static void
add_segments (DcmDataset *dataset, const ReaderCharset &charset, ReportLines &lines)
{
  const unsigned long n = report_items (dataset, DCM_SegmentSequence);

  if (n > 0)
    lines.add (0, "heading", "", "What is outlined");
  for (unsigned long i = 0; i < n && !lines.full (); i++)
    {
      DcmItem *segment = dicom_item (dataset, DCM_SegmentSequence, i);
      std::string label = dicom_text (segment, DCM_SegmentLabel, charset);

      if (label.empty ())
        label = "Part " + std::to_string (i + 1);
      lines.add (1, "text", label,
                 report_code (segment, DCM_SegmentedPropertyTypeCodeSequence, charset));
      lines.add_value (2, "text", "Description", segment, DCM_SegmentDescription, charset);
      lines.add_value (2, "text", "Made by", segment, DCM_SegmentAlgorithmName, charset);
    }
}

static void
add_structures (DcmDataset *dataset, const ReaderCharset &charset, ReportLines &lines)
{
  const unsigned long n = report_items (dataset, DCM_StructureSetROISequence);

  lines.add_value (0, "text", "Name", dataset, DCM_StructureSetLabel, charset);
  if (n > 0)
    lines.add (0, "heading", "", "What is outlined");
  for (unsigned long i = 0; i < n && !lines.full (); i++)
    {
      DcmItem *structure = dicom_item (dataset, DCM_StructureSetROISequence, i);
      DcmItem *contours = dicom_item (dataset, DCM_ROIContourSequence, i);
      const unsigned long drawn = report_items (contours, DCM_ContourSequence);

      lines.add (1, "text", dicom_text (structure, DCM_ROIName, charset),
                 drawn > 0 ? std::to_string (drawn) + " outlines" : "");
      lines.add_value (2, "text", "Description", structure, DCM_ROIDescription, charset);
    }
}

static void
add_plan (DcmDataset *dataset, const ReaderCharset &charset, ReportLines &lines)
{
  const unsigned long beams = report_items (dataset, DCM_BeamSequence);
  const unsigned long groups = report_items (dataset, DCM_FractionGroupSequence);

  lines.add_value (0, "text", "Name", dataset, DCM_RTPlanLabel, charset);
  lines.add_value (0, "text", "Description", dataset, DCM_RTPlanDescription, charset);
  lines.add_value (0, "date", "Planned on", dataset, DCM_RTPlanDate, charset);
  lines.add_value (0, "text", "Purpose", dataset, DCM_PlanIntent, charset);
  for (unsigned long i = 0; i < groups && !lines.full (); i++)
    lines.add_value (0, "text", "Sessions planned",
                     dicom_item (dataset, DCM_FractionGroupSequence, i),
                     DCM_NumberOfFractionsPlanned, charset);
  for (unsigned long i = 0; i < report_items (dataset, DCM_DoseReferenceSequence); i++)
    {
      DcmItem *dose = dicom_item (dataset, DCM_DoseReferenceSequence, i);
      double gray;

      if (dicom_number (dose, DCM_TargetPrescriptionDose, gray))
        lines.add (0, "text", "Dose prescribed", report_number (gray) + " Gy");
    }
  if (beams > 0)
    lines.add (0, "heading", "", "Beams");
  for (unsigned long i = 0; i < beams && !lines.full (); i++)
    {
      DcmItem *beam = dicom_item (dataset, DCM_BeamSequence, i);
      std::string name = dicom_text (beam, DCM_BeamName, charset);
      std::string radiation = dicom_text (beam, DCM_RadiationType, charset);

      for (char &c : radiation)
        c = g_ascii_tolower (c);
      lines.add (1, "text", name.empty () ? "Beam " + std::to_string (i + 1) : name, radiation);
    }
}

static void
add_dose (DcmDataset *dataset, const ReaderCharset &charset, ReportLines &lines)
{
  lines.add_value (0, "text", "Unit", dataset, DCM_DoseUnits, charset);
  lines.add_value (0, "text", "Of", dataset, DCM_DoseSummationType, charset);
  lines.add_value (0, "text", "Comment", dataset, DCM_DoseComment, charset);
}

void
report_object (DicomFile &file, ReportLines &lines)
{
  DcmDataset *dataset = file.dataset ();
  const std::string sop_class = dicom_text (dataset, DCM_SOPClassUID, ReaderCharset ());
  const Class *known = find_class (sop_class);

  lines.add (0, "title", "", known != NULL ? known->title : "Part of a scan without pictures");
  lines.add (0, "note", "",
             known != NULL ? known->reason : "It is kept as it is, but there is nothing to see.");
  lines.add_value (0, "text", "Title", dataset, DCM_DocumentTitle, file.charset);
  lines.add_value (0, "text", "Name", dataset, DCM_ContentLabel, file.charset);
  lines.add_value (0, "text", "Description", dataset,
                   dataset->tagExistsWithValue (DCM_ContentDescription) ? DCM_ContentDescription
                                                                        : DCM_SeriesDescription,
                   file.charset);
  lines.add_value (0, "person", "Patient", dataset, DCM_PatientName, file.charset);
  lines.add_value (0, "date", "Date", dataset,
                   dataset->tagExistsWithValue (DCM_ContentDate) ? DCM_ContentDate : DCM_StudyDate,
                   file.charset);
  lines.add_value (0, "text", "Made with", dataset, DCM_ManufacturerModelName, file.charset);
  add_segments (dataset, file.charset, lines);
  if (dataset->tagExists (DCM_StructureSetROISequence))
    add_structures (dataset, file.charset, lines);
  if (dataset->tagExists (DCM_RTPlanLabel))
    add_plan (dataset, file.charset, lines);
  if (dataset->tagExists (DCM_DoseUnits))
    add_dose (dataset, file.charset, lines);
}
