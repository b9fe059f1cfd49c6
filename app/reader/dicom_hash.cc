/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `hash` verb: a fingerprint of the stored values of all frames, whatever they are compressed
 * with. */
#include "dicom_pixels.hh"

static gboolean
hash (const ReaderCall *call, ReaderAnswer *answer)
{
  DicomFile file;
  DicomPixels pixels;
  DicomPhotometric photometric;
  const char *missing = NULL;

  if (!dicom_open (call->source, file, answer))
    return FALSE;
  const char *problem = dicom_pixels_describe (file, pixels);
  if (problem != NULL)
    return reader_answer_fail (answer, "unsupported", problem);

  std::vector<guint8> frame (pixels.frame_size);
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint32 i = 0; i < pixels.frames && problem == NULL; i++)
    {
      problem = dicom_pixels_decode (file, pixels, i, frame.data (), &photometric, &missing);
      if (problem == NULL && missing != NULL)
        problem = missing;
      if (problem == NULL)
        g_checksum_update (checksum, frame.data (), (gssize) frame.size ());
    }
  if (problem == NULL)
    {
      g_variant_dict_insert (&answer->result, "frames", "u", pixels.frames);
      g_variant_dict_insert (&answer->result, "sha256", "s", g_checksum_get_string (checksum));
    }
  g_checksum_free (checksum);
  return problem == NULL || reader_answer_fail (answer, "unreadable", problem);
}

gboolean
reader_verb_hash (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] { return hash (call, answer); });
}
