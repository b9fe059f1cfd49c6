/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which pictures text is to be expected, by what is recorded about them. */
#include "deid_dataset.hh"

template <size_t N>
static bool
is_one_of (const OFString &uid, const char *const (&list)[N])
{
  for (const char *entry : list)
    if (uid == entry)
      return true;
  return false;
}

bool
deid_needs_a_look (DcmDataset *dataset, ReaderKind kind)
{
  static const char *const telling_types[] = { "SECONDARY",    "SCREEN", "VOLREN",      "DOSE",
                                               "PATIENT_INFO", "RESULT", "REF_SURVIEW", "3D" };
  static const char *const modalities[] = { "US", "IVUS", "SC", "ES",  "XC", "OP",
                                            "OT", "GM",   "SM", "DOC", "IO", "PX" };
  static const DcmTagKey capture[] = { DCM_ConversionType, DCM_SecondaryCaptureDeviceID,
                                       DCM_SecondaryCaptureDeviceManufacturer,
                                       DCM_SecondaryCaptureDeviceManufacturerModelName,
                                       DCM_SecondaryCaptureDeviceSoftwareVersions };
  OFString burned, modality, type;

  dataset->findAndGetOFString (DCM_BurnedInAnnotation, burned);
  dataset->findAndGetOFString (DCM_Modality, modality);
  dataset->findAndGetOFStringArray (DCM_ImageType, type);
  if (burned == "YES" || (kind & (READER_KIND_US | READER_KIND_SC)) != 0 ||
      is_one_of (modality, modalities))
    return true;
  for (const DcmTagKey &tag : capture)
    if (dataset->tagExistsWithValue (tag))
      return true;
  /* Modalities that measure grey values show colour in results and captures alone. */
  if (dicom_uint (dataset, DCM_SamplesPerPixel, 1) != 1)
    return true;
  for (const char *word : telling_types)
    if (type.find (word) != OFString_npos)
      return true;
  return false;
}
