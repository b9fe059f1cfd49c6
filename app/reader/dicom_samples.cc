/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `samples` verb: the stored values of all frames, for the check of a copy whose source is
 * compressed. */
#include "dicom_pixels.hh"

static const char *
colour_name (DicomPhotometric photometric)
{
  switch (photometric)
    {
    case DICOM_RGB:
      return "RGB";
    case DICOM_YBR_FULL:
      return "YBR_FULL";
    case DICOM_YBR_PARTIAL:
      return "YBR_PARTIAL";
    default:
      return "";
    }
}

static gboolean
samples (const ReaderCall *call, ReaderAnswer *answer)
{
  DicomFile file;
  DicomPixels pixels;
  const char *colour = NULL;
  gsize size = 0;

  if (!dicom_open (call->source, file, answer))
    return FALSE;
  const char *problem = dicom_pixels_describe (file, pixels);
  if (problem != NULL)
    return reader_answer_fail (answer, "unsupported", problem);
  if (!g_size_checked_mul (&size, pixels.frame_size, pixels.frames))
    size = G_MAXSIZE;
  guint8 *bulk = reader_answer_bulk (answer, size);
  if (bulk == NULL)
    return FALSE;
  for (guint32 i = 0; i < pixels.frames; i++)
    {
      DicomPhotometric photometric = pixels.photometric;
      const char *missing = NULL;

      problem = dicom_pixels_decode (file, pixels, i, bulk + i * pixels.frame_size, &photometric,
                                     &missing);
      if (problem == NULL)
        problem = missing;
      if (problem != NULL)
        return reader_answer_fail (answer, "unreadable", problem);
      if (colour != NULL && strcmp (colour, colour_name (photometric)) != 0)
        return reader_answer_fail (answer, "unsupported", "The pictures differ in their colours.");
      colour = colour_name (photometric);
    }
  g_variant_dict_insert (&answer->result, "frames", "u", pixels.frames);
  g_variant_dict_insert (&answer->result, "colour", "s", colour != NULL ? colour : "");
  return TRUE;
}

gboolean
reader_verb_samples (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] { return samples (call, answer); });
}
