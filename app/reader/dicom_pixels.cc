/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_pixels.hh"
#include "dicom_jpeg.h"
#include "dicom_rle.h"

#include "dcmtk/dcmdata/dccodec.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <string.h>

static const gsize frame_size_max = (gsize) 1024 * 1024 * 1024;

static bool
starts_with (const std::string &text, const char *prefix)
{
  return text.compare (0, strlen (prefix), prefix) == 0;
}

/* Why a transfer syntax cannot be decoded; NULL if it can. */
static const char *
unsupported_syntax (const std::string &uid, E_TransferSyntax syntax)
{
  static const char jpeg2000[] = "1.2.840.10008.1.2.4.9", video[] = "1.2.840.10008.1.2.4.10",
                    high_throughput[] = "1.2.840.10008.1.2.4.20",
                    jpeg_xl[] = "1.2.840.10008.1.2.4.11";

  if (starts_with (uid, jpeg2000))
    return "Pictures in JPEG 2000 cannot be shown yet.";
  if (starts_with (uid, high_throughput))
    return "Pictures in High-Throughput JPEG 2000 cannot be shown yet.";
  if (starts_with (uid, jpeg_xl))
    return "Pictures in JPEG XL cannot be shown.";
  if (starts_with (uid, video))
    return "This is a film clip; film clips cannot be shown.";
  if (syntax == EXS_Unknown || !DcmXfer (syntax).isEncapsulated ())
    return NULL; /* an unknown one: what was parsed decides */
  if (!DcmCodecList::canChangeCoding (syntax, EXS_LittleEndianExplicit))
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
  if (pixels.samples == 3 && !pixels.compressed && pixels.bits_allocated == 8 &&
      (name == "YBR_FULL_422" || name == "YBR_PARTIAL_422"))
    pixels.halved = true;
  return NULL;
}

/* Bytes of one uncompressed frame as bits in the file. */
static guint64
raw_bits (const DicomPixels &pixels)
{
  guint64 samples = (guint64) pixels.rows * pixels.columns * pixels.samples;

  if (pixels.halved)
    samples = samples / 3 * 2;
  return samples * pixels.bits_allocated;
}

static DcmPixelSequence *
pixel_sequence (DicomFile &file, const DicomPixels &pixels)
{
  DcmPixelData *data = OFstatic_cast (DcmPixelData *, pixels.element);
  DcmPixelSequence *sequence = NULL;
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = NULL;

  if (pixels.element->ident () != EVR_PixelData)
    return NULL;
  data->getOriginalRepresentationKey (syntax, parameter);
  if (data->getEncapsulatedRepresentation (syntax, parameter, sequence).bad ())
    return NULL;
  return sequence;
}

static bool
is_rle (DicomFile &file)
{
  return file.transfer_syntax == UID_RLELosslessTransferSyntax;
}

/* Looks at the first frame's first bytes: what is no picture of the promised kind is known without
 * decoding. */
static const char *
check_first_fragment (DicomFile &file, const DicomPixels &pixels)
{
  DcmPixelSequence *sequence = pixel_sequence (file, pixels);
  DcmPixelItem *item = NULL;
  guint8 head[4];
  const char *damaged = "The compressed picture is damaged.";

  if (sequence == NULL || sequence->card () < 2)
    return "The picture is missing: its compressed data is empty.";
  if (sequence->getItem (item, 1).bad () || item == NULL || item->getLength () < sizeof head ||
      item->getPartialValue (head, 0, sizeof head, &file.cache).bad ())
    return damaged;
  if (is_rle (file))
    {
      /* PS3.5 G.5: the number of segments. */
      if (head[0] == 0 || head[0] > 15 || head[1] != 0)
        return damaged;
    }
  else if (head[0] != 0xff || head[1] != 0xd8)
    return damaged;
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
  problem = unsupported_syntax (file.transfer_syntax, dataset->getOriginalXfer ());
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

  const guint64 size = (guint64) pixels.rows * pixels.columns * pixels.samples * (pixels.bits / 8);
  if (size > frame_size_max)
    return "The picture is too large.";
  pixels.frame_size = (gsize) size;
  if (pixels.compressed)
    {
      problem = check_first_fragment (file, pixels);
      if (problem != NULL)
        return problem;
    }
  else if (pixels.element->getLength () == 0 &&
           DcmXfer (file.transfer_syntax.c_str ()).getXfer () == EXS_Unknown)
    return "The way in which this picture is compressed is not known.";
  else if (pixels.element->getLength () == 0)
    return "The picture is missing: its data is empty.";
  ret_pixels = pixels;
  return NULL;
}

bool
dicom_pixels_raw16 (const DicomPixels &pixels)
{
  return !pixels.compressed && !pixels.is_float && pixels.bits_allocated == 16;
}

/* Samples of any number of bits, packed one after the other, lowest bit first (PS3.5 8.1.1, annex
 * D). */
template <typename Word>
static void
unpack_bits (const guint8 *in, gsize n_in, guint bit, guint width, Word *out, gsize n)
{
  const guint64 mask = width >= 64 ? ~(guint64) 0 : ((guint64) 1 << width) - 1;
  guint64 have = 0;
  guint n_have = 0;
  gsize at = 0;

  if (bit > 0 && n_in > 0)
    {
      have = in[at++] >> bit;
      n_have = 8 - bit;
    }
  for (gsize i = 0; i < n; i++)
    {
      while (n_have < width)
        {
          have |= (guint64) (at < n_in ? in[at] : 0) << n_have;
          at++;
          n_have += 8;
        }
      out[i] = (Word) (have & mask);
      have >>= width;
      n_have -= width;
    }
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

/* Y1 Y2 B R for each two pixels (PS3.3 C.7.6.3.1.2) becomes Y B R for each. */
static void
spread_chroma (const DicomPixels &pixels, const guint8 *in, guint8 *out)
{
  const gsize n = (gsize) pixels.rows * pixels.columns;

  for (gsize i = 0; i < n; i++)
    {
      const guint8 *pair = in + i / 2 * 4;

      out[i * 3] = pair[i & 1];
      out[i * 3 + 1] = pair[2];
      out[i * 3 + 2] = pair[3];
    }
}

/* n bytes of the pixel data. Big endian data is turned by whole words, which a frame need not start
 * at. */
static bool
read_value (DicomFile &file, const DicomPixels &pixels, bool words, guint64 from, gsize n,
            guint8 *out)
{
  const gsize before = words ? from & 1 : 0;
  const guint64 length = pixels.element->getLength ();
  gsize all = before + n;

  if (words && (all & 1) != 0 && from + n < length)
    all++;
  if (all == n)
    return pixels.element->getPartialValue (out, (Uint32) from, (Uint32) n, &file.cache).good ();
  std::vector<guint8> aligned (all);
  if (pixels.element
          ->getPartialValue (aligned.data (), (Uint32) (from - before), (Uint32) all, &file.cache)
          .bad ())
    return false;
  memcpy (out, aligned.data () + before, n);
  return true;
}

/* The longest part from there on that the file still holds; the rest of out is zero. Returns its
 * length. */
static gsize
readable_part (DicomFile &file, const DicomPixels &pixels, bool words, guint64 from, gsize n,
               guint8 *out)
{
  gsize good = 0, bad = n;

  while (bad - good > 2)
    {
      const gsize middle = (good + (bad - good) / 2) & ~(gsize) 1;

      if (middle == good)
        break;
      if (read_value (file, pixels, words, from, middle, out))
        good = middle;
      else
        bad = middle;
    }
  memset (out, 0, n);
  return good > 0 && read_value (file, pixels, words, from, good, out) ? good : 0;
}

static const char *
decode_raw (DicomFile &file, const DicomPixels &pixels, guint32 frame, guint8 *out,
            const char **ret_problem)
{
  const guint64 bits = raw_bits (pixels), first_bit = bits * frame;
  const guint64 length = pixels.element->getLength ();
  guint64 from = first_bit / 8, to = (first_bit + bits + 7) / 8;
  const bool direct = pixels.bits == pixels.bits_allocated && !pixels.halved && first_bit % 8 == 0;
  std::vector<guint8> packed;
  guint8 *raw = out;

  if (from >= length)
    return "The picture is missing: its data ends before it.";
  const gsize want = (gsize) (to - from);
  gsize have = want;
  if (to > length)
    {
      have = (gsize) (length - from);
      *ret_problem = "Part of the picture is missing.";
    }
  if (!direct)
    {
      packed.assign (want + 4, 0);
      raw = packed.data ();
    }
  else if (have < want)
    memset (out, 0, want);

  const DcmEVR vr = pixels.element->getVR ();
  const bool words = vr != EVR_OB && vr != EVR_UN;
  if (!read_value (file, pixels, words, from, have, raw))
    {
      /* The element promises more than the file holds. */
      have = file.cut_off ? readable_part (file, pixels, words, from, have, raw) : 0;
      if (have == 0)
        return "The picture cannot be read.";
      *ret_problem = "Part of the picture is missing.";
    }

  if (words && pixels.bits_allocated == 32 && vr == EVR_OW &&
      DcmXfer (file.dataset ()->getOriginalXfer ()).getByteOrder () == EBO_BigEndian)
    for (gsize i = 0; i + 3 < have; i += 4)
      {
        guint16 word;

        memcpy (&word, raw + i, 2);
        memcpy (raw + i, raw + i + 2, 2);
        memcpy (raw + i + 2, &word, 2);
      }
  if (pixels.halved)
    spread_chroma (pixels, raw, out);
  else if (!direct)
    {
      const gsize n = pixels.frame_size / (pixels.bits / 8);
      const guint bit = (guint) (first_bit % 8);

      if (pixels.bits == 8)
        unpack_bits (raw, want, bit, pixels.bits_allocated, out, n);
      else if (pixels.bits == 16)
        unpack_bits (raw, want, bit, pixels.bits_allocated, (guint16 *) out, n);
      else
        unpack_bits (raw, want, bit, pixels.bits_allocated, (guint32 *) out, n);
    }
  return NULL;
}

/* The fragment that a frame begins with; 0 = the codec finds out by the offset table. Without such
 * a table, a fragment that begins like a JPEG stream begins a frame (PS3.5 A.4). */
static Uint32
first_fragment (DicomFile &file, const DicomPixels &pixels, guint32 frame)
{
  DcmPixelSequence *sequence = pixel_sequence (file, pixels);
  DcmPixelItem *item = NULL;
  const unsigned long n = sequence != NULL ? sequence->card () : 0;
  guint32 seen = 0;

  if (n == pixels.frames + 1ul)
    return frame + 1;
  if (frame == 0 || n < 2 || sequence->getItem (item, 0).bad () || item->getLength () > 0)
    return 0;
  for (unsigned long i = 1; i < n; i++)
    {
      guint8 head[3];

      if (sequence->getItem (item, i).good () && item->getLength () >= 4 &&
          item->getPartialValue (head, 0, sizeof head, &file.cache).good () && head[0] == 0xff &&
          head[1] == 0xd8 && head[2] == 0xff && seen++ == frame)
        return (Uint32) i;
    }
  return 0;
}

/* The bytes of an RLE frame, all its fragments joined. */
static bool
rle_bytes (DicomFile &file, const DicomPixels &pixels, guint32 frame,
           std::vector<guint8> &ret_bytes)
{
  DcmPixelSequence *sequence = pixel_sequence (file, pixels);
  const unsigned long n = sequence != NULL ? sequence->card () : 0;
  DcmPixelItem *item = NULL;
  unsigned long first = 1, end = n;

  if (n == pixels.frames + 1ul)
    {
      first = frame + 1ul;
      end = first + 1;
    }
  else if (pixels.frames > 1)
    {
      /* Offsets of the first fragments, counted from the end of the table's item (PS3.5 A.4). */
      std::vector<guint8> table;
      guint64 at = 0, from, to;

      if (n < 2 || sequence->getItem (item, 0).bad () || item->getLength () / 4 != pixels.frames)
        return false;
      table.resize (item->getLength ());
      if (item->getPartialValue (table.data (), 0, (Uint32) table.size (), &file.cache).bad ())
        return false;
      const auto offset = [&] (guint32 i) {
        return (guint64) table[4 * i] | (guint64) table[4 * i + 1] << 8 |
               (guint64) table[4 * i + 2] << 16 | (guint64) table[4 * i + 3] << 24;
      };
      from = offset (frame);
      to = frame + 1 < pixels.frames ? offset (frame + 1) : G_MAXUINT64;
      first = end = n;
      for (unsigned long i = 1; i < n && sequence->getItem (item, i).good (); i++)
        {
          if (at == from)
            first = i;
          if (at >= to)
            {
              end = i;
              break;
            }
          at += 8 + (guint64) item->getLength ();
        }
    }
  for (unsigned long i = first; i < end; i++)
    {
      if (sequence->getItem (item, i).bad ())
        return false;
      const gsize used = ret_bytes.size (), length = item->getLength ();
      ret_bytes.resize (used + length);
      if (length > 0 &&
          item->getPartialValue (ret_bytes.data () + used, 0, (Uint32) length, &file.cache).bad ())
        return false;
    }
  return true;
}

static const char *
decode_rle (DicomFile &file, const DicomPixels &pixels, guint32 frame, guint8 *out,
            const char **ret_problem)
{
  std::vector<guint8> bytes;

  const gsize n = (gsize) pixels.rows * pixels.columns;
  const bool packed = pixels.bits_allocated == 1;
  bool whole;

  if ((pixels.bits != pixels.bits_allocated && !packed) ||
      !rle_bytes (file, pixels, frame, bytes) || bytes.size () <= 64)
    return "The compressed picture is damaged.";
  if (packed)
    {
      /* Eight pixels a byte; each frame begins with a byte of its own. */
      std::vector<guint8> bits ((n + 7) / 8);

      whole = reader_rle_decode (bytes.data (), bytes.size (), bits.size (), 1, 1, bits.data ());
      unpack_bits (bits.data (), bits.size (), 0, 1, out, n);
    }
  else
    whole =
        reader_rle_decode (bytes.data (), bytes.size (), n, pixels.samples, pixels.bits / 8, out);
  if (!whole)
    *ret_problem = "Part of the picture is missing.";
  return NULL;
}

/* How the colours of a lossy JPEG frame are coded: some datasets get it wrong. */
static DicomPhotometric
jpeg_photometric (DicomFile &file, const DicomPixels &pixels, Uint32 fragment)
{
  static const char *const lossy[] = { "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51",
                                       "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55" };
  DcmPixelSequence *sequence = pixel_sequence (file, pixels);
  DcmPixelItem *item = NULL;
  guint8 head[1024];
  bool known = false;

  for (const char *uid : lossy)
    known = known || file.transfer_syntax == uid;
  /* Without a fragment the codec has found the frame by itself; frames of one object do not differ
   * in this. */
  if (!known || pixels.samples != 3 || sequence == NULL ||
      sequence->getItem (item, MAX (fragment, 1)).bad ())
    return pixels.photometric;
  const Uint32 n = MIN (item->getLength (), (Uint32) sizeof head);
  if (item->getPartialValue (head, 0, n, &file.cache).bad ())
    return pixels.photometric;
  switch (reader_jpeg_colour (head, n))
    {
    case READER_JPEG_RGB:
      return DICOM_RGB;
    case READER_JPEG_YBR:
      return DICOM_YBR_FULL;
    default:
      return pixels.photometric;
    }
}

static const char *
decode_compressed (DicomFile &file, const DicomPixels &pixels, guint32 frame, guint8 *out,
                   DicomPhotometric *photometric)
{
  DcmPixelData *data = OFstatic_cast (DcmPixelData *, pixels.element);
  DcmDataset *dataset = file.dataset ();
  std::vector<guint8> padded;
  OFString model;
  const Uint32 first = first_fragment (file, pixels, frame);
  Uint32 fragment = first, size = 0;
  guint8 *to = out;

  if (data->getUncompressedFrameSize (dataset, size).bad () || size < pixels.frame_size)
    return "The compressed picture is damaged.";
  size += size & 1; /* the decoders want room for whole words */
  if (size != pixels.frame_size)
    {
      if (size > frame_size_max)
        return "The picture is too large.";
      padded.resize (size);
      to = padded.data ();
    }
  if (data->getUncompressedFrame (dataset, frame, fragment, to, size, model, &file.cache).bad ())
    return "The compressed picture is damaged.";
  if (to != out)
    memcpy (out, to, pixels.frame_size);
  *photometric = jpeg_photometric (file, pixels, first);
  return NULL;
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
    error = decode_raw (file, pixels, frame, out, ret_problem);
  else if (is_rle (file))
    error = decode_rle (file, pixels, frame, out, ret_problem);
  else
    error = decode_compressed (file, pixels, frame, out, ret_photometric);
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
  if (pixels.planar && !pixels.compressed)
    interleave (pixels, out);
  return NULL;
}
