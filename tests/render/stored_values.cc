/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stored values of a DICOM file's frames, for comparing them with another decoder's:
 *   stored-values FILE
 * writes a line "rows columns samples bits stored high signed float frames photometric", and behind
 * it the frames in a row as the `hash` verb takes them. Ends with 1 and a sentence if it cannot. */
#include "dicom_pixels.hh"

#include <stdio.h>

static const char *const names[] = { "MONOCHROME1", "MONOCHROME2", "PALETTE",
                                     "RGB",         "YBR_FULL",    "YBR_PARTIAL" };

static int
fail (const char *sentence)
{
  fprintf (stderr, "%s\n", sentence);
  return 1;
}

int
main (int argc, char **argv)
{
  g_autofree char *bytes = NULL;
  gsize size;
  ReaderSource source = {};
  ReaderAnswer answer = {};
  DicomFile file;
  DicomPixels pixels;
  DicomPhotometric photometric = DICOM_MONOCHROME2;
  const char *missing;

  if (argc != 2 || !g_file_get_contents (argv[1], &bytes, &size, NULL))
    return fail ("usage: stored-values FILE");
  if (reader_dicom_preload () != NULL)
    return fail ("the DICOM library is not complete");
  source.data = (const guint8 *) bytes;
  source.size = size;
  g_variant_dict_init (&answer.result, NULL);
  if (!dicom_open (&source, file, &answer))
    return fail (answer.message != NULL ? answer.message : answer.error);
  const char *problem = dicom_pixels_describe (file, pixels);
  if (problem != NULL)
    return fail (problem);

  std::vector<guint8> frame (pixels.frame_size);
  for (guint32 i = 0; i < pixels.frames; i++)
    {
      problem = dicom_pixels_decode (file, pixels, i, frame.data (), &photometric, &missing);
      if (problem != NULL || missing != NULL)
        return fail (problem != NULL ? problem : missing);
      if (i == 0)
        printf ("%u %u %u %u %u %u %d %d %u %s\n", pixels.rows, pixels.columns, pixels.samples,
                pixels.bits, pixels.bits_stored, pixels.high_bit, pixels.is_signed, pixels.is_float,
                pixels.frames, names[photometric]);
      fwrite (frame.data (), 1, frame.size (), stdout);
    }
  return ferror (stdout) ? 1 : 0;
}
