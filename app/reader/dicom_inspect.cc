/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `inspect` verb: what the catalog needs to know of a file, from its headers alone. */
#include "dicom_pixels.hh"
#include "report.hh"
#include "dicom_series.hh"
#include "sniff.h"

struct TextKey
{
  const char *name;
  DcmTagKey key;
};

static const TextKey text_keys[] = {
  { "SOPClassUID", DCM_SOPClassUID },
  { "SOPInstanceUID", DCM_SOPInstanceUID },
  { "StudyInstanceUID", DCM_StudyInstanceUID },
  { "SeriesInstanceUID", DCM_SeriesInstanceUID },
  { "FrameOfReferenceUID", DCM_FrameOfReferenceUID },
  { "PatientName", DCM_PatientName },
  { "PatientID", DCM_PatientID },
  { "PatientBirthDate", DCM_PatientBirthDate },
  { "PatientSex", DCM_PatientSex },
  { "StudyDate", DCM_StudyDate },
  { "StudyTime", DCM_StudyTime },
  { "SeriesDate", DCM_SeriesDate },
  { "AcquisitionDate", DCM_AcquisitionDate },
  { "ContentDate", DCM_ContentDate },
  { "AcquisitionTime", DCM_AcquisitionTime },
  { "AcquisitionDateTime", DCM_AcquisitionDateTime },
  { "ContentTime", DCM_ContentTime },
  { "StudyDescription", DCM_StudyDescription },
  { "SeriesDescription", DCM_SeriesDescription },
  { "ProtocolName", DCM_ProtocolName },
  { "InstitutionName", DCM_InstitutionName },
  { "ReferringPhysicianName", DCM_ReferringPhysicianName },
  { "Modality", DCM_Modality },
  { "BodyPartExamined", DCM_BodyPartExamined },
  { "Laterality", DCM_Laterality },
  { "ImageType", DCM_ImageType },
  { "PhotometricInterpretation", DCM_PhotometricInterpretation },
  { "BurnedInAnnotation", DCM_BurnedInAnnotation },
  { "PatientIdentityRemoved", DCM_PatientIdentityRemoved },
  { "AccessionNumber", DCM_AccessionNumber },
};

static const TextKey uint_keys[] = {
  { "Rows", DCM_Rows },
  { "Columns", DCM_Columns },
  { "BitsAllocated", DCM_BitsAllocated },
  { "BitsStored", DCM_BitsStored },
  { "SamplesPerPixel", DCM_SamplesPerPixel },
};

/* Longer values than any of these attributes may have are cut: nobody wants 64 KiB in a list. */
static const gsize text_max = 1024;

static void
insert_text (GVariantDict *result, const char *name, std::string text)
{
  if (text.length () > text_max)
    {
      const char *end = g_utf8_find_prev_char (text.c_str (), text.c_str () + text_max);
      text.resize (end != NULL ? (gsize) (end - text.c_str ()) : 0);
    }
  if (!text.empty ())
    g_variant_dict_insert (result, name, "s", text.c_str ());
}

static bool
insert_numbers (GVariantDict *result, const char *name, DcmItem *item, const DcmTagKey &key,
                gsize n)
{
  std::vector<double> numbers = dicom_numbers (item, key);

  if (numbers.size () != n)
    return false;
  g_variant_dict_insert_value (
      result, name,
      g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, numbers.data (), n, sizeof (double)));
  return true;
}

/* From the dataset, else from the functional groups of frame 1. */
static void
insert_geometry (GVariantDict *result, DcmDataset *dataset)
{
  if (!insert_numbers (result, "ImagePositionPatient", dataset, DCM_ImagePositionPatient, 3))
    insert_numbers (result, "ImagePositionPatient",
                    dicom_functional_group (dataset, DCM_PlanePositionSequence, 0),
                    DCM_ImagePositionPatient, 3);
  if (!insert_numbers (result, "ImageOrientationPatient", dataset, DCM_ImageOrientationPatient, 6))
    insert_numbers (result, "ImageOrientationPatient",
                    dicom_functional_group (dataset, DCM_PlaneOrientationSequence, 0),
                    DCM_ImageOrientationPatient, 6);
  if (!insert_numbers (result, "PixelSpacing", dataset, DCM_PixelSpacing, 2) &&
      !insert_numbers (result, "PixelSpacing",
                       dicom_functional_group (dataset, DCM_PixelMeasuresSequence, 0),
                       DCM_PixelSpacing, 2))
    insert_numbers (result, "PixelSpacing", dataset, DCM_ImagerPixelSpacing, 2);
}

static void
insert_int (GVariantDict *result, const char *name, DcmDataset *dataset, const DcmTagKey &key)
{
  double number;

  if (dicom_number (dataset, key, number) && number >= G_MININT32 && number <= G_MAXINT32)
    g_variant_dict_insert (result, name, "i", (gint32) number);
}

static gboolean
inspect_dicom (const ReaderCall *call, ReaderAnswer *answer)
{
  DicomFile file;
  DicomPixels pixels;
  GVariantDict *result = &answer->result;

  if (!dicom_open (call->source, file, answer))
    return FALSE;
  DcmDataset *dataset = file.dataset ();
  const std::string media_class =
      dicom_text (file.format.getMetaInfo (), DCM_MediaStorageSOPClassUID, ReaderCharset ());

  if (media_class == UID_MediaStorageDirectoryStorage)
    {
      g_variant_dict_insert (result, "kind", "s", "document");
      g_variant_dict_insert (result, "type", "s", "dicomdir");
      g_variant_dict_insert (result, "renderable", "b", FALSE);
      return TRUE;
    }
  g_variant_dict_insert (result, "kind", "s", "dicom");
  g_variant_dict_insert (result, "type", "s", "");

  for (const TextKey &text : text_keys)
    insert_text (result, text.name, dicom_text (dataset, text.key, file.charset));
  for (const TextKey &number : uint_keys)
    if (dataset->tagExists (number.key))
      g_variant_dict_insert (result, number.name, "u", dicom_uint (dataset, number.key));
  insert_text (result, "TransferSyntaxUID", file.transfer_syntax);
  insert_int (result, "SeriesNumber", dataset, DCM_SeriesNumber);
  insert_int (result, "InstanceNumber", dataset, DCM_InstanceNumber);
  insert_geometry (result, dataset);
  dicom_insert_series_place (result, dataset);

  const std::string sop_class = dicom_text (dataset, DCM_SOPClassUID, ReaderCharset ());
  const char *class_name = dcmFindNameOfUID (sop_class.c_str (), NULL);
  if (class_name != NULL)
    g_variant_dict_insert (result, "SOPClassName", "s", class_name);

  const char *problem = dicom_pixels_describe (file, pixels);
  if (problem != NULL)
    return report_describe (file, sop_class, problem, result);
  g_variant_dict_insert (result, "form", "s", "pictures");
  g_variant_dict_insert (result, "renderable", "b", problem == NULL);
  if (problem == NULL)
    {
      g_variant_dict_insert (result, "NumberOfFrames", "u", pixels.frames);
      g_variant_dict_insert (result, "raw16", "b", dicom_pixels_raw16 (pixels));
      const double frame_time = dicom_frame_time (dataset, 0, pixels.frames);
      if (frame_time > 0)
        g_variant_dict_insert (result, "frame-time", "d", frame_time);
      if (file.cut_off)
        problem = "The file is damaged or cut off.";
      else
        problem = dicom_pixels_missing (file, pixels);
    }
  if (problem != NULL)
    g_variant_dict_insert (result, "problem", "s", problem);
  return TRUE;
}

gboolean
reader_verb_inspect (const ReaderCall *call, ReaderAnswer *answer)
{
  const char *type;
  SniffKind kind = reader_sniff (call->source, &type);

  if (kind == SNIFF_DICOM)
    return dicom_guard (answer, [&] { return inspect_dicom (call, answer); });
  g_variant_dict_insert (&answer->result, "kind", "s", reader_sniff_kind_name (kind));
  g_variant_dict_insert (&answer->result, "type", "s", type);
  if (kind == SNIFF_DOCUMENT)
    return report_describe_document (type, &answer->result);
  g_variant_dict_insert (&answer->result, "renderable", "b", FALSE);
  return TRUE;
}
