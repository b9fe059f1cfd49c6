/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_pixels.hh"
#include "dicom_decode.hh"
#include "dicom_fragments.hh"

#include "dcmtk/dcmdata/dccodec.h"
#include "dcmtk/dcmdata/dcpixel.h"

#include <string.h>

const char dicom_damaged[] = "The compressed picture is damaged.";
const char dicom_part_missing[] = "Part of the picture is missing.";
const char dicom_no_data[] = "The picture is missing: its data ends before it.";

static bool
starts_with (const std::string &text, const char *prefix)
{
  return text.compare (0, strlen (prefix), prefix) == 0;
}

/* Transfer syntaxes (PS3.6 annex A) that DCMTK does not decode, and those of which there is more to
 * say. */
static const struct
{
  const char *uid;
  DicomCodec codec;
  const char *lossy; /* Lossy Image Compression Method */
} syntaxes[] = {
  { "1.2.840.10008.1.2.1.98", DICOM_CODEC_WRAPPED, NULL },
  { "1.2.840.10008.1.2.8.1", DICOM_CODEC_DEFLATE, NULL },
  { "1.2.840.10008.1.2.5", DICOM_CODEC_RLE, NULL },
  { "1.2.840.10008.1.2.4.50", DICOM_CODEC_DCMTK, "ISO_10918_1" },
  { "1.2.840.10008.1.2.4.51", DICOM_CODEC_DCMTK, "ISO_10918_1" },
  { "1.2.840.10008.1.2.4.53", DICOM_CODEC_DCMTK, "ISO_10918_1" },
  { "1.2.840.10008.1.2.4.55", DICOM_CODEC_DCMTK, "ISO_10918_1" },
  { "1.2.840.10008.1.2.4.81", DICOM_CODEC_DCMTK, "ISO_14495_1" },
  { "1.2.840.10008.1.2.4.90", DICOM_CODEC_J2K, NULL },
  { "1.2.840.10008.1.2.4.91", DICOM_CODEC_J2K, "ISO_15444_1" },
  { "1.2.840.10008.1.2.4.92", DICOM_CODEC_J2K, NULL },
  { "1.2.840.10008.1.2.4.93", DICOM_CODEC_J2K, "ISO_15444_1" },
  { "1.2.840.10008.1.2.4.201", DICOM_CODEC_J2K, NULL },
  { "1.2.840.10008.1.2.4.202", DICOM_CODEC_J2K, NULL },
  { "1.2.840.10008.1.2.4.203", DICOM_CODEC_J2K, "ISO_15444_15" },
  { "1.2.840.10008.1.2.4.110", DICOM_CODEC_JXL, NULL },
  { "1.2.840.10008.1.2.4.111", DICOM_CODEC_JXL, "ISO_10918_1" },
  { "1.2.840.10008.1.2.4.112", DICOM_CODEC_JXL, "ISO_18181_1" },
};

#define ELSEWHERE "The picture is not in this file: it was left on the hospital's server."

/* Families of them: what a UID begins with. */
static const struct
{
  const char *prefix, *problem;
} unsupported[] = {
  { "1.2.840.10008.1.2.4.94", ELSEWHERE },
  { "1.2.840.10008.1.2.4.95", ELSEWHERE },
  { "1.2.840.10008.1.2.4.204", ELSEWHERE },
  { "1.2.840.10008.1.2.4.205", ELSEWHERE },
  { "1.2.840.10008.1.2.4.100", "This is a film clip (MPEG-2); it cannot be shown yet." },
  { "1.2.840.10008.1.2.4.101", "This is a film clip (MPEG-2); it cannot be shown yet." },
  { "1.2.840.10008.1.2.4.102", "This is a film clip (H.264); it cannot be shown yet." },
  { "1.2.840.10008.1.2.4.103", "This is a film clip (H.264); it cannot be shown yet." },
  { "1.2.840.10008.1.2.4.104", "This is a film clip (H.264); it cannot be shown yet." },
  { "1.2.840.10008.1.2.4.105", "This is a film clip (H.264); it cannot be shown yet." },
  { "1.2.840.10008.1.2.4.106", "This is a film clip (H.264); it cannot be shown yet." },
  { "1.2.840.10008.1.2.4.107", "This is a film clip (HEVC); it cannot be shown yet." },
  { "1.2.840.10008.1.2.4.108", "This is a film clip (HEVC); it cannot be shown yet." },
  { "1.2.840.10008.1.2.7.", "This is a live transmission; it cannot be shown." },
};

const char *
dicom_lossy_method (const std::string &transfer_syntax)
{
  for (const auto &syntax : syntaxes)
    if (transfer_syntax == syntax.uid)
      return syntax.lossy;
  return NULL;
}

/* What takes a transfer syntax apart. Returns NULL, or why nothing does. */
static const char *
find_codec (const std::string &uid, E_TransferSyntax parsed, DicomPixels &pixels)
{
  for (const auto &family : unsupported)
    if (starts_with (uid, family.prefix))
      return family.problem;
  pixels.codec = DICOM_CODEC_NONE;
  if (!pixels.compressed)
    return NULL;
  for (const auto &syntax : syntaxes)
    if (uid == syntax.uid)
      {
        pixels.codec = syntax.codec;
        return NULL;
      }
  pixels.codec = DICOM_CODEC_DCMTK;
  if (!DcmCodecList::canChangeCoding (parsed, EXS_LittleEndianExplicit))
    return "The way in which this picture is compressed is not known.";
  return NULL;
}

static const char *
describe_photometric (DcmDataset *dataset, DicomPixels &pixels)
{
  std::string name = dicom_text (dataset, DCM_PhotometricInterpretation, ReaderCharset ());

  pixels.halved = false;
  if (name == "MONOCHROME1")
    pixels.photometric = DICOM_MONOCHROME1;
  else if (name == "PALETTE COLOR")
    pixels.photometric = DICOM_PALETTE;
  else if (name == "RGB" || name == "YBR_RCT" || name == "YBR_ICT")
    pixels.photometric = DICOM_RGB; /* the JPEG 2000 transforms are undone by its decoder */
  else if (starts_with (name, "YBR_FULL"))
    pixels.photometric = DICOM_YBR_FULL;
  else if (starts_with (name, "YBR_PARTIAL"))
    pixels.photometric = DICOM_YBR_PARTIAL;
  else if (name == "HSV" || name == "ARGB" || name == "CMYK")
    return "Its colours are recorded in a way that is no longer in use.";
  else
    pixels.photometric = pixels.samples == 3 ? DICOM_RGB : DICOM_MONOCHROME2;

  const bool colour = pixels.photometric >= DICOM_RGB;
  if (pixels.samples == 3 && !colour)
    pixels.photometric = DICOM_RGB;
  else if (pixels.samples == 1 && colour)
    pixels.photometric = DICOM_MONOCHROME2;
  /* How chroma of every second line stands when it is not compressed is written nowhere. */
  if (g_str_has_suffix (name.c_str (), "_420") && !pixels.compressed &&
      pixels.element->getLength () / pixels.columns / pixels.rows < 3)
    return "Its colours are recorded in a way that is not known.";
  if (pixels.samples == 3 && pixels.codec <= DICOM_CODEC_DEFLATE && pixels.bits_allocated == 8 &&
      (name == "YBR_FULL_422" || name == "YBR_PARTIAL_422"))
    pixels.halved = true;
  return NULL;
}

static bool
is_compressed (DcmElement *element)
{
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = NULL;

  if (element->ident () != EVR_PixelData)
    return false;
  OFstatic_cast (DcmPixelData *, element)->getOriginalRepresentationKey (syntax, parameter);
  return syntax != EXS_Unknown && DcmXfer (syntax).isEncapsulated ();
}

const char *
dicom_pixels_describe (DicomFile &file, DicomPixels &ret_pixels)
{
  DcmDataset *dataset = file.dataset ();
  DicomPixels pixels = {};
  const char *problem;
  double number;

  if (dataset->findAndGetElement (DCM_PixelData, pixels.element).bad () &&
      dataset->findAndGetElement (DCM_FloatPixelData, pixels.element).bad () &&
      dataset->findAndGetElement (DCM_DoubleFloatPixelData, pixels.element).bad ())
    return file.cut_off ? "The file ends before the picture." : "This object holds no picture.";
  pixels.compressed = is_compressed (pixels.element);
  problem = find_codec (file.transfer_syntax, dataset->getOriginalXfer (), pixels);
  if (problem != NULL)
    return problem;

  pixels.rows = dicom_uint (dataset, DCM_Rows);
  pixels.columns = dicom_uint (dataset, DCM_Columns);
  pixels.samples = dicom_uint (dataset, DCM_SamplesPerPixel, 1);
  pixels.frames = 1;
  if (dicom_number (dataset, DCM_NumberOfFrames, number) && number >= 1 && number <= G_MAXINT32)
    pixels.frames = (guint32) number;
  if (pixels.rows == 0 || pixels.columns == 0 || pixels.rows > 65535 || pixels.columns > 65535)
    return "The size of the picture is not recorded.";
  if (pixels.samples != 1 && pixels.samples != 3)
    return "Its colours are recorded in a way that is not known.";

  const DcmTagKey key = pixels.element->getTag ();
  pixels.bits_allocated = dicom_uint (dataset, DCM_BitsAllocated);
  if (key == DCM_FloatPixelData || key == DCM_DoubleFloatPixelData)
    {
      pixels.is_float = true;
      pixels.bits_allocated = pixels.bits = pixels.bits_stored =
          key == DCM_FloatPixelData ? 32 : 64;
      pixels.high_bit = pixels.bits - 1;
    }
  else
    {
      if (pixels.bits_allocated == 0 || pixels.bits_allocated > 32)
        return "The depth of the picture is not one that can be shown.";
      pixels.bits_stored = dicom_uint (dataset, DCM_BitsStored, pixels.bits_allocated);
      if (pixels.bits_stored == 0 || pixels.bits_stored > pixels.bits_allocated)
        pixels.bits_stored = pixels.bits_allocated;
      pixels.high_bit = dicom_uint (dataset, DCM_HighBit, pixels.bits_stored - 1);
      if (pixels.high_bit >= pixels.bits_allocated || pixels.high_bit + 1 < pixels.bits_stored)
        pixels.high_bit = pixels.bits_stored - 1;
      pixels.is_signed = dicom_uint (dataset, DCM_PixelRepresentation) == 1;
      pixels.bits = pixels.bits_allocated <= 8 ? 8 : pixels.bits_allocated <= 16 ? 16 : 32;
    }
  pixels.planar = pixels.samples == 3 && dicom_uint (dataset, DCM_PlanarConfiguration) == 1;
  problem = describe_photometric (dataset, pixels);
  if (problem != NULL)
    return problem;
  if (pixels.photometric >= DICOM_RGB && pixels.is_float)
    return "Its colours are recorded in a way that is not known.";
  if (pixels.photometric == DICOM_PALETTE &&
      dicom_words (dataset, DCM_RedPaletteColorLookupTableDescriptor).size () < 3)
    return "The table of its colours is missing.";

  if (pixels.compressed)
    {
      problem = dicom_compressed_check (file, pixels);
      if (problem != NULL)
        return problem;
    }
  const guint64 size = (guint64) pixels.rows * pixels.columns * pixels.samples * (pixels.bits / 8);
  if (size > dicom_frame_size_max)
    return "The picture is too large.";
  pixels.frame_size = (gsize) size;
  if (!pixels.compressed && pixels.element->getLength () == 0 &&
      DcmXfer (file.transfer_syntax.c_str ()).getXfer () == EXS_Unknown)
    return "The way in which this picture is compressed is not known.";
  if (!pixels.compressed && pixels.element->getLength () == 0)
    return "The picture is missing: its data is empty.";
  ret_pixels = pixels;
  return NULL;
}

const char *
dicom_pixels_missing (DicomFile &file, const DicomPixels &pixels)
{
  Uint32 first, end;

  if (pixels.compressed)
    return dicom_fragments_find (file, pixels, pixels.frames - 1, first, end) ? NULL
                                                                              : dicom_part_missing;
  /* Not by a product that overflows: there may be 2^31 frames. */
  return pixels.element->getLength () * (guint64) 8 / dicom_raw_bits (pixels) < pixels.frames
             ? dicom_part_missing
             : NULL;
}

bool
dicom_pixels_raw16 (const DicomPixels &pixels)
{
  return !pixels.compressed && !pixels.is_float && pixels.bits_allocated == 16;
}

/* Only the bits that are stored count; the rest may hold overlays or noise. */
template <typename Word, typename Signed>
static void
mask_bits (const DicomPixels &pixels, Word *values, gsize n)
{
  const guint all = sizeof (Word) * 8;
  const guint stored = pixels.bits_stored;
  const guint left = all - 1 - pixels.high_bit;
  const guint right = all - stored;

  if (stored == all || n == 0)
    return;
  if (pixels.is_signed)
    for (gsize i = 0; i < n; i++)
      values[i] = (Word) ((Signed) (Word) (values[i] << left) >> right);
  else
    for (gsize i = 0; i < n; i++)
      values[i] = (Word) ((Word) (values[i] << left) >> right);
}

static void
interleave (const DicomPixels &pixels, guint8 *frame)
{
  const gsize n = (gsize) pixels.rows * pixels.columns, width = pixels.bits / 8;
  std::vector<guint8> planes (frame, frame + pixels.frame_size);

  for (gsize s = 0; s < 3; s++)
    {
      const guint8 *from = planes.data () + s * n * width;
      guint8 *to = frame + s * width;

      if (width == 1)
        for (gsize i = 0; i < n; i++)
          to[i * 3] = from[i];
      else
        for (gsize i = 0; i < n; i++)
          memcpy (to + i * 3 * width, from + i * width, width);
    }
}

const char *
dicom_pixels_decode (DicomFile &file, const DicomPixels &pixels, guint32 frame, guint8 *out,
                     DicomPhotometric *ret_photometric, const char **ret_problem)
{
  const char *error;

  if (frame >= pixels.frames)
    return "There is no such picture in this object.";
  *ret_photometric = pixels.photometric;
  *ret_problem = NULL;
  if (!pixels.compressed)
    error = dicom_raw_decode (file, pixels, frame, out, ret_problem);
  else
    error = dicom_compressed_decode (file, pixels, frame, out, ret_photometric, ret_problem);
  if (error != NULL)
    return error;

  const gsize n = pixels.frame_size / (pixels.bits / 8);
  if (!pixels.is_float && pixels.bits == 8)
    mask_bits<guint8, gint8> (pixels, out, n);
  else if (!pixels.is_float && pixels.bits == 16)
    mask_bits<guint16, gint16> (pixels, (guint16 *) out, n);
  else if (!pixels.is_float && pixels.bits == 32)
    mask_bits<guint32, gint32> (pixels, (guint32 *) out, n);

  /* Decoders hand out colour by pixel. */
  if (pixels.planar && pixels.codec <= DICOM_CODEC_DEFLATE)
    interleave (pixels, out);
  return NULL;
}
