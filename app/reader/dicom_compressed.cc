/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pixel data in fragments, by whatever it is compressed with. */
#include "codec_j2k.h"
#include "codec_jxl.h"
#include "dicom_decode.hh"
#include "dicom_fragments.hh"
#include "dicom_jpeg.h"
#include "dicom_rle.h"

#include "dcmtk/dcmdata/dccodec.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <string.h>
#include <zlib.h>

static const guint64 compressed_max = (guint64) 1024 * 1024 * 1024;

/* Enough of a codestream to hold its main header, but for very chatty ones. */
static const Uint32 header_max = 16 * 1024;

static bool
read_head (DicomFile &file, const DicomPixels &pixels, guint32 frame, Uint32 n_max,
           std::vector<guint8> &ret_head)
{
  Uint32 first, end;

  if (!dicom_fragments_find (file, pixels, frame, first, end))
    return false;
  ret_head.resize (MIN (n_max, dicom_fragments_length (file, pixels, first)));
  return dicom_fragments_peek (file, pixels, first, ret_head.data (), (Uint32) ret_head.size ());
}

/* A codestream that is deeper than the dataset says knows it better. */
static void
correct_depth (DicomFile &file, DicomPixels &pixels)
{
  std::vector<guint8> head;
  ReaderJ2kInfo info;

  if (pixels.is_float || !read_head (file, pixels, 0, header_max, head) ||
      !reader_j2k_probe (head.data (), head.size (), &info) ||
      info.precision <= pixels.bits_allocated)
    return;
  pixels.bits_stored = info.precision;
  pixels.high_bit = info.precision - 1;
  pixels.bits = pixels.bits_allocated = info.precision <= 16 ? 16 : 32;
}

const char *
dicom_compressed_check (DicomFile &file, DicomPixels &pixels)
{
  std::vector<guint8> head;

  if (dicom_fragments_count (file, pixels) < 2)
    return "The picture is missing: its compressed data is empty.";
  if (!read_head (file, pixels, 0, 12, head) || head.size () < 4)
    return dicom_damaged;
  switch (pixels.codec)
    {
    case DICOM_CODEC_RLE:
      /* PS3.5 G.5: the number of segments. */
      return head[0] == 0 || head[0] > 15 || head[1] != 0 ? dicom_damaged : NULL;
    case DICOM_CODEC_DCMTK:
      return head[0] != 0xff || head[1] != 0xd8 ? dicom_damaged : NULL;
    case DICOM_CODEC_J2K:
    case DICOM_CODEC_JXL:
      if (!dicom_fragments_begins (pixels, head.data (), (Uint32) head.size ()))
        return dicom_damaged;
      if (pixels.codec == DICOM_CODEC_J2K)
        correct_depth (file, pixels);
      return NULL;
    default:
      return NULL;
    }
}

void
dicom_pixels_reduce (DicomFile &file, DicomPixels &pixels, guint32 frame, guint32 side)
{
  std::vector<guint8> head;
  ReaderJ2kInfo info;
  guint32 longer = MAX (pixels.rows, pixels.columns);

  /* Indices of colours must not be averaged. */
  if (pixels.codec != DICOM_CODEC_J2K || pixels.photometric == DICOM_PALETTE ||
      frame >= pixels.frames || !read_head (file, pixels, frame, header_max, head) ||
      !reader_j2k_probe (head.data (), head.size (), &info) || !info.from_origin)
    return;
  while (pixels.reduced < info.halvings && (longer + 1) / 2 >= side)
    {
      pixels.reduced++;
      pixels.rows = (pixels.rows + 1) / 2;
      pixels.columns = (pixels.columns + 1) / 2;
      longer = MAX (pixels.rows, pixels.columns);
    }
  pixels.frame_size = (gsize) pixels.rows * pixels.columns * pixels.samples * (pixels.bits / 8);
}

static const char *
decode_rle (const DicomPixels &pixels, const std::vector<guint8> &bytes, guint8 *out,
            const char **ret_problem)
{
  const gsize n = (gsize) pixels.rows * pixels.columns;
  bool whole;

  if (bytes.size () <= 64)
    return dicom_damaged;
  if (pixels.bits_allocated == 1)
    {
      /* Eight pixels a byte; each frame begins with a byte of its own. */
      std::vector<guint8> bits ((n + 7) / 8);

      whole = reader_rle_decode (bytes.data (), bytes.size (), bits.size (), 1, 1, bits.data ());
      dicom_raw_unpack (pixels, bits.data (), bits.size (), 0, out);
    }
  else if (pixels.bits != pixels.bits_allocated)
    return dicom_damaged;
  else
    whole =
        reader_rle_decode (bytes.data (), bytes.size (), n, pixels.samples, pixels.bits / 8, out);
  if (!whole)
    *ret_problem = dicom_part_missing;
  return NULL;
}

static const char *
decode_j2k (const DicomPixels &pixels, const std::vector<guint8> &bytes, guint8 *out,
            const char **ret_problem)
{
  const guint32 grid = 1u << pixels.reduced;
  ReaderJ2kInfo info;

  /* What the codestream says is checked against the dataset before anything is allocated. */
  if (!reader_j2k_probe (bytes.data (), bytes.size (), &info) ||
      ((guint64) info.width + grid - 1) / grid != pixels.columns ||
      ((guint64) info.height + grid - 1) / grid != pixels.rows ||
      info.components < pixels.samples || info.precision > pixels.bits)
    return dicom_damaged;
  switch (reader_j2k_decode (bytes.data (), bytes.size (), &info, pixels.reduced, pixels.samples,
                             pixels.bits, out))
    {
    case READER_J2K_PARTIAL:
      *ret_problem = dicom_part_missing;
      return NULL;
    case READER_J2K_WHOLE:
      return NULL;
    default:
      return dicom_damaged;
    }
}

static const char *
decode_jxl (const DicomPixels &pixels, const std::vector<guint8> &bytes, guint8 *out,
            DicomPhotometric *photometric, const char **ret_problem)
{
  gboolean own_colour = FALSE;

  switch (reader_jxl_decode (bytes.data (), bytes.size (), pixels.columns, pixels.rows,
                             pixels.samples, pixels.bits, out, &own_colour))
    {
    case READER_JXL_PARTIAL:
      *ret_problem = dicom_part_missing;
      break;
    case READER_JXL_WHOLE:
      break;
    default:
      return dicom_damaged;
    }
  if (own_colour && pixels.samples == 3)
    *photometric = DICOM_RGB;
  return NULL;
}

/* Each frame is a deflated stream of its own (PS3.5 A.4.13). */
static const char *
decode_deflated (const DicomPixels &pixels, const std::vector<guint8> &bytes, guint8 *out,
                 const char **ret_problem)
{
  std::vector<guint8> raw ((gsize) (dicom_raw_bits (pixels) + 7) / 8);
  z_stream z = {};

  if (inflateInit2 (&z, -MAX_WBITS) != Z_OK)
    throw std::bad_alloc ();
  z.next_in = (Bytef *) bytes.data ();
  z.avail_in = (uInt) bytes.size ();
  z.next_out = raw.data ();
  z.avail_out = (uInt) raw.size ();
  inflate (&z, Z_FINISH);
  const gsize n = raw.size () - z.avail_out;
  inflateEnd (&z);
  if (n == 0)
    return dicom_damaged;
  if (n < raw.size ())
    *ret_problem = dicom_part_missing;
  dicom_raw_unpack (pixels, raw.data (), n, 0, out);
  return NULL;
}

static const char *
decode_wrapped (const DicomPixels &pixels, const std::vector<guint8> &bytes, guint8 *out,
                const char **ret_problem)
{
  if (bytes.size () < (dicom_raw_bits (pixels) + 7) / 8)
    *ret_problem = dicom_part_missing;
  dicom_raw_unpack (pixels, bytes.data (), bytes.size (), 0, out);
  return NULL;
}

/* How the colours of a lossy JPEG frame are coded: some datasets get it wrong. */
static DicomPhotometric
jpeg_photometric (DicomFile &file, const DicomPixels &pixels, guint32 frame)
{
  static const char *const lossy[] = { "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51",
                                       "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55" };
  std::vector<guint8> head;
  bool known = false;

  for (const char *uid : lossy)
    known = known || file.transfer_syntax == uid;
  if (!known || pixels.samples != 3 || !read_head (file, pixels, frame, 1024, head))
    return pixels.photometric;
  switch (reader_jpeg_colour (head.data (), head.size ()))
    {
    case READER_JPEG_RGB:
      return DICOM_RGB;
    case READER_JPEG_YBR:
      return DICOM_YBR_FULL;
    default:
      return pixels.photometric;
    }
}

/* Where the lines of a colour JPEG-LS frame are not woven together, each colour is a scan of its
 * own (ITU-T T.87 C.2.3). */
static bool
has_scan_for_each_colour (const std::vector<guint8> &bytes)
{
  for (gsize at = 2; at + 4 < bytes.size () && bytes[at] == 0xff;
       at += 2 + (gsize) (bytes[at + 2] << 8 | bytes[at + 3]))
    if (bytes[at + 1] == 0xda)
      return bytes[at + 4] == 1;
  return false;
}

/* CharLS fails over a stream that ends too soon, but leaves what it has decoded where it was to go:
 * that which does not depend on what stood there. */
template <typename Decode>
static bool
keep_decoded_part (const DicomPixels &pixels, const std::vector<guint8> &bytes, Uint32 size,
                   guint8 *to, Decode decode)
{
  std::vector<guint8> other (size, 0xff);
  gsize kept = 0;

  decode (other.data ());
  for (Uint32 i = 0; i < size; i++)
    if (to[i] == other[i])
      kept++;
    else
      to[i] = 0;
  if (kept > 0 && pixels.samples == 3 && has_scan_for_each_colour (bytes))
    {
      const gsize n = (gsize) pixels.rows * pixels.columns, width = pixels.bits / 8;

      memcpy (other.data (), to, size);
      for (gsize i = 0; i < n; i++)
        for (gsize s = 0; s < 3; s++)
          memcpy (to + (i * 3 + s) * width, other.data () + (s * n + i) * width, width);
    }
  return kept > 0;
}

static bool
is_jpeg_ls (const DicomFile &file)
{
  return file.transfer_syntax == UID_JPEGLSLosslessTransferSyntax ||
         file.transfer_syntax == UID_JPEGLSLossyTransferSyntax;
}

/* Whether DCMTK would search this item for ever (see reader_jpeg_drop_tem). */
static bool
has_tem (DicomFile &file, const DicomPixels &pixels, Uint32 item)
{
  /* No item is longer than the file that it stands in, whatever it says. */
  std::vector<guint8> bytes (
      MIN ((guint64) dicom_fragments_length (file, pixels, item), file.source->size));

  return !bytes.empty () && !is_jpeg_ls (file) &&
         dicom_fragments_peek (file, pixels, item, bytes.data (), (Uint32) bytes.size ()) &&
         reader_jpeg_drop_tem (bytes.data (), bytes.size ()) < bytes.size ();
}

/* What is there of a JPEG frame that is cut off, in pieces that DCMTK does not find together, or
 * holds markers that it stumbles over: all its bytes as one, with an end. */
static bool
decode_joined (DicomFile &file, const DicomPixels &pixels, guint32 frame, Uint32 size, guint8 *to,
               const char **ret_problem)
{
  DcmPixelData *data = OFstatic_cast (DcmPixelData *, pixels.element);
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = NULL;
  std::vector<guint8> bytes;
  Uint32 first = 1;
  OFString model;

  if (!dicom_fragments_join (file, pixels, frame, compressed_max, bytes))
    return false;
  if (!is_jpeg_ls (file))
    bytes.resize (reader_jpeg_drop_tem (bytes.data (), bytes.size ()));
  while (!bytes.empty () && bytes.back () == 0)
    bytes.pop_back ();
  if (bytes.size () < 2 || bytes[bytes.size () - 2] != 0xff || bytes.back () != 0xd9)
    {
      *ret_problem = dicom_part_missing;
      bytes.push_back (0xff);
      bytes.push_back (0xd9);
    }
  bytes.resize (bytes.size () + bytes.size () % 2);
  DcmPixelSequence sequence (DcmTag (DCM_PixelData, EVR_OB));
  DcmPixelItem *table = new DcmPixelItem (DcmTag (DCM_Item, EVR_OB));
  DcmPixelItem *item = new DcmPixelItem (DcmTag (DCM_Item, EVR_OB));
  sequence.insert (table);
  sequence.insert (item);
  data->getOriginalRepresentationKey (syntax, parameter);
  const auto decode = [&] (guint8 *out) {
    first = 1;
    return DcmCodecList::decodeFrame (syntax, parameter, &sequence, file.dataset (), 0, first, out,
                                      size, model)
        .good ();
  };
  memset (to, 0, size);
  if (item->putUint8Array (bytes.data (), (Uint32) bytes.size ()).bad ())
    return false;
  if (decode (to))
    return true;
  if (!is_jpeg_ls (file))
    return false;
  *ret_problem = dicom_part_missing;
  return keep_decoded_part (pixels, bytes, size, to, decode);
}

static const char *
decode_by_dcmtk (DicomFile &file, const DicomPixels &pixels, guint32 frame, guint8 *out,
                 DicomPhotometric *photometric, const char **ret_problem)
{
  DcmPixelData *data = OFstatic_cast (DcmPixelData *, pixels.element);
  DcmDataset *dataset = file.dataset ();
  std::vector<guint8> padded;
  OFString model;
  Uint32 fragment = 0, end, size = 0;
  guint8 *to = out;

  if (data->getUncompressedFrameSize (dataset, size).bad () || size < pixels.frame_size)
    return dicom_damaged;
  size += size & 1; /* the decoders want room for whole words */
  if (size != pixels.frame_size)
    {
      if (size > dicom_frame_size_max)
        return "The picture is too large.";
      padded.resize (size);
      to = padded.data ();
    }
  /* Without a fragment the codec tries by itself. Of one that the file ends in, it would take the
   * rest from memory that was never written. */
  const bool found = dicom_fragments_find (file, pixels, frame, fragment, end);
  bool endless = found && has_tem (file, pixels, fragment);
  if (!found)
    for (Uint32 i = dicom_fragments_count (file, pixels); i > 0 && !endless; i--)
      endless = has_tem (file, pixels, i - 1);
  if (!found)
    fragment = 0;
  if (endless || (file.cut_off && !dicom_fragments_whole (file, pixels, frame)) ||
      data->getUncompressedFrame (dataset, frame, fragment, to, size, model, &file.cache).bad ())
    {
      if (!found)
        return dicom_no_data;
      if (!decode_joined (file, pixels, frame, size, to, ret_problem))
        return dicom_damaged;
    }
  if (to != out)
    memcpy (out, to, pixels.frame_size);
  *photometric = jpeg_photometric (file, pixels, frame);
  return NULL;
}

const char *
dicom_compressed_decode (DicomFile &file, const DicomPixels &pixels, guint32 frame, guint8 *out,
                         DicomPhotometric *photometric, const char **ret_problem)
{
  std::vector<guint8> bytes;

  if (pixels.codec == DICOM_CODEC_DCMTK)
    return decode_by_dcmtk (file, pixels, frame, out, photometric, ret_problem);
  if (!dicom_fragments_join (file, pixels, frame, compressed_max, bytes))
    return dicom_no_data;
  switch (pixels.codec)
    {
    case DICOM_CODEC_RLE:
      return decode_rle (pixels, bytes, out, ret_problem);
    case DICOM_CODEC_J2K:
      return decode_j2k (pixels, bytes, out, ret_problem);
    case DICOM_CODEC_JXL:
      return decode_jxl (pixels, bytes, out, photometric, ret_problem);
    case DICOM_CODEC_DEFLATE:
      return decode_deflated (pixels, bytes, out, ret_problem);
    case DICOM_CODEC_WRAPPED:
      return decode_wrapped (pixels, bytes, out, ret_problem);
    default:
      return dicom_damaged;
    }
}
