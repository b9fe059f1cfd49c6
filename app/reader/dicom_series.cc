/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_series.hh"

#include <math.h>

/* Slower is no film, faster no eye sees. */
static const double frame_time_max = 60 * 1000;
static const double frame_time_min = 1;

static void
insert_double (GVariantDict *result, const char *name, DcmItem *item, const DcmTagKey &key)
{
  double number;

  if (dicom_number (item, key, number))
    g_variant_dict_insert (result, name, "d", number);
}

static void
insert_whole (GVariantDict *result, const char *name, DcmItem *item, const DcmTagKey &key)
{
  double number;

  if (dicom_number (item, key, number) && number >= 0 && number <= G_MAXINT32)
    g_variant_dict_insert (result, name, "i", (gint32) number);
}

static void
insert_count (GVariantDict *result, const char *name, DcmItem *item, const DcmTagKey &key)
{
  double number;

  if (dicom_number (item, key, number) && number >= 1 && number <= G_MAXINT32)
    g_variant_dict_insert (result, name, "u", (guint32) number);
}

/* Number 0 of a private element: where its creator has reserved a block (PS3.5 7.8.1). */
static bool
private_number (DcmItem *item, guint16 group, guint16 element, const char *creator,
                double &ret_number)
{
  for (guint16 block = 0x10; block < 0x20; block++)
    if (dicom_text (item, DcmTagKey (group, block), ReaderCharset ()) == creator)
      return dicom_number (item, DcmTagKey (group, (guint16) (block << 8 | element)), ret_number);
  return false;
}

static void
insert_b_value (GVariantDict *result, DcmDataset *dataset)
{
  double b;
  bool found = dicom_number (dataset, DCM_DiffusionBValue, b) ||
               private_number (dataset, 0x0019, 0x0c, "SIEMENS MR HEADER", b) ||
               private_number (dataset, 0x2001, 0x03, "Philips Imaging DD 001", b);

  if (!found && private_number (dataset, 0x0043, 0x39, "GEMS_PARM_01", b))
    {
      found = true;
      b = fmod (b, 100000); /* some versions of GE add a multiple of this as a flag */
    }
  if (found && b >= 0 && b < 100000)
    g_variant_dict_insert (result, "DiffusionBValue", "d", b);
}

void
dicom_insert_series_place (GVariantDict *result, DcmDataset *dataset)
{
  insert_whole (result, "TemporalPositionIdentifier", dataset, DCM_TemporalPositionIdentifier);
  insert_whole (result, "AcquisitionNumber", dataset, DCM_AcquisitionNumber);
  insert_double (result, "EchoNumbers", dataset, DCM_EchoNumbers);
  insert_double (result, "EchoTime", dataset, DCM_EchoTime);
  insert_double (result, "TriggerTime", dataset, DCM_TriggerTime);
  insert_count (result, "NumberOfSeriesRelatedInstances", dataset,
                DCM_NumberOfSeriesRelatedInstances);
  insert_count (result, "ImagesInAcquisition", dataset, DCM_ImagesInAcquisition);
  if (dicom_text (dataset, DCM_Modality, ReaderCharset ()) == "MR")
    insert_b_value (result, dataset);
}

static bool
is_frame_time (double ms)
{
  return ms >= frame_time_min && ms <= frame_time_max;
}

double
dicom_frame_time (DcmDataset *dataset, guint32 frame, guint32 frames)
{
  double number;

  if (frames < 2)
    return 0;
  if (dicom_number (dataset, DCM_RecommendedDisplayFrameRate, number) && number > 0 &&
      is_frame_time (1000 / number))
    return 1000 / number;

  /* Entry k is the time from frame k - 1 to frame k; the last frame is shown as long as the rest on
   * average. */
  const std::vector<double> vector = dicom_numbers (dataset, DCM_FrameTimeVector);
  if (vector.size () >= 2)
    {
      if ((gsize) frame + 1 < vector.size () && is_frame_time (vector[frame + 1]))
        return vector[frame + 1];
      double sum = 0;
      for (gsize i = 1; i < vector.size (); i++)
        sum += vector[i];
      if (is_frame_time (sum / (double) (vector.size () - 1)))
        return sum / (double) (vector.size () - 1);
    }
  if (dicom_number (dataset, DCM_FrameTime, number) && is_frame_time (number))
    return number;
  if (dicom_number (dataset, DCM_CineRate, number) && number > 0 && is_frame_time (1000 / number))
    return 1000 / number;
  return 0;
}
