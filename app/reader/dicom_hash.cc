/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `hash` verb: a fingerprint of the stored values of all frames, whatever they are compressed
 * with. */
#include "dicom_pixels.hh"

#include <string.h>

#include "reader_protocol.h"

static void
add_digest (GChecksum *checksum, std::vector<guint8> &sums)
{
  guint8 digest[32];
  gsize n = sizeof digest;

  g_checksum_get_digest (checksum, digest, &n);
  sums.insert (sums.end (), digest, digest + SCAN_FRAME_SUM);
}

// A single frame has the sum of the whole.
static void
add_sum (const std::vector<guint8> &frame, guint32 frames, std::vector<guint8> &sums)
{
  if (frames == 1)
    return;
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, frame.data (), (gssize) frame.size ());
  add_digest (checksum, sums);
  g_checksum_free (checksum);
}

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
  std::vector<guint8> sums;
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint32 i = 0; i < pixels.frames && problem == NULL; i++)
    {
      problem = dicom_pixels_decode (file, pixels, i, frame.data (), &photometric, &missing);
      if (problem == NULL && missing != NULL)
        problem = missing;
      if (problem == NULL)
        {
          g_checksum_update (checksum, frame.data (), (gssize) frame.size ());
          add_sum (frame, pixels.frames, sums);
        }
    }
  if (problem == NULL)
    {
      g_variant_dict_insert (&answer->result, "frames", "u", pixels.frames);
      g_variant_dict_insert (&answer->result, "sha256", "s", g_checksum_get_string (checksum));
    }
  if (problem == NULL && pixels.frames == 1)
    add_digest (checksum, sums);
  g_checksum_free (checksum);
  if (problem == NULL)
    {
      guint8 *bulk = reader_answer_bulk (answer, sums.size ());

      if (bulk == NULL)
        return FALSE;
      memcpy (bulk, sums.data (), sums.size ());
    }
  return problem == NULL || reader_answer_fail (answer, "unreadable", problem);
}

gboolean
reader_verb_hash (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] { return hash (call, answer); });
}
