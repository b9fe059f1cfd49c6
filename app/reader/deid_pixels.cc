/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_dataset.hh"
#include "dicom_pixels.hh"

#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"

#include <algorithm>
#include <cstring>

/* All frames of a copy; it has to fit into an arena beside its source. */
static const guint64 copy_max = (guint64) 1024 * 1024 * 1024;
/* What a copy may have beside them: a guess, the true size is asked for in the end. */
static const gsize other_max = 4 * 1024 * 1024;

namespace
{
/* What the copy holds: whole samples of 8, 16 or 32 bits, or one bit each. */
struct Layout
{
  guint32 rows, columns, samples, stored, frames;
  bool is_signed, planar;
  bool single_bits; /* a byte each while they are worked on, packed in the copy */
  DicomPhotometric photometric;
  size_t bytes;      /* of a sample */
  size_t frame_size; /* bytes */
};
}

/* As many frames as are promised are there; of compressed ones, a fragment for each at the least.
 */
static bool
has_all_frames (const DicomPixels &pixels)
{
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = NULL;
  DcmPixelSequence *sequence = NULL;

  if (!pixels.compressed)
    return (guint64) pixels.element->getLength () * 8 >=
           (guint64) pixels.rows * pixels.columns * pixels.samples * pixels.bits_allocated *
               pixels.frames / (pixels.halved ? 3 : 1) * (pixels.halved ? 2 : 1);
  DcmPixelData *data = OFstatic_cast (DcmPixelData *, pixels.element);
  data->getOriginalRepresentationKey (syntax, parameter);
  return data->getEncapsulatedRepresentation (syntax, parameter, sequence).good () &&
         sequence->card () > pixels.frames;
}

/* What the check unpacks itself is RLE in plain forms; of the rest a third process decodes the
 * source for it. */
static bool
check_needs_samples (DicomFile &file, const DicomPixels &pixels)
{
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = NULL;
  DcmPixelSequence *sequence = NULL;
  OFString model;

  if (!pixels.compressed)
    return false;
  DcmPixelData *data = OFstatic_cast (DcmPixelData *, pixels.element);
  data->getOriginalRepresentationKey (syntax, parameter);
  file.dataset ()->findAndGetOFString (DCM_PhotometricInterpretation, model);
  return pixels.codec != DICOM_CODEC_RLE ||
         data->getEncapsulatedRepresentation (syntax, parameter, sequence).bad () ||
         sequence->card () != pixels.frames + 1 ||
         (pixels.samples != 1 && model != "RGB" && model != "YBR_FULL");
}

/* The check knows no other: whole bytes, and single bits and halved chroma if uncompressed. */
static bool
is_provable (const DicomPixels &pixels)
{
  const bool single_bits = pixels.bits_allocated == 1 && pixels.samples == 1 && !pixels.compressed;

  return !pixels.is_float && (pixels.bits == pixels.bits_allocated || single_bits) &&
         (!pixels.halved ||
          (pixels.photometric == DICOM_YBR_FULL && !pixels.planar && pixels.columns % 2 == 0)) &&
         (pixels.compressed || pixels.photometric != DICOM_YBR_PARTIAL);
}

static bool
read_layout (DicomFile &file, DicomPixels &pixels, Layout &layout)
{
  DcmDataset *dataset = file.dataset ();

  /* What describing mends may as well be a trap: the file must say it right itself. */
  if (dicom_pixels_describe (file, pixels) != NULL || !is_provable (pixels) ||
      dicom_uint (dataset, DCM_BitsStored, pixels.bits_allocated) != pixels.bits_stored ||
      dicom_uint (dataset, DCM_HighBit, pixels.bits_stored - 1) != pixels.bits_stored - 1 ||
      pixels.high_bit + 1 != pixels.bits_stored ||
      (guint64) pixels.frame_size * pixels.frames > copy_max || !has_all_frames (pixels))
    return false;
  layout.rows = pixels.rows;
  layout.columns = pixels.columns;
  layout.samples = pixels.samples;
  layout.stored = pixels.bits_stored;
  layout.frames = pixels.frames;
  layout.is_signed = pixels.is_signed;
  layout.planar = pixels.planar && !pixels.compressed;
  layout.photometric = pixels.photometric;
  layout.single_bits = pixels.bits_allocated == 1;
  layout.bytes = pixels.bits / 8;
  layout.frame_size = pixels.frame_size;
  return true;
}

/* The darkest stored value of a sample. */
static guint32
dark_value (const Layout &layout, DcmDataset *dataset, guint32 sample)
{
  if (layout.photometric == DICOM_MONOCHROME1)
    return (G_MAXUINT32 >> (32 - layout.stored)) >> (layout.is_signed ? 1 : 0);
  if (layout.photometric == DICOM_YBR_FULL)
    return sample == 0 ? 0 : 128;
  if (layout.photometric == DICOM_PALETTE)
    {
      const std::vector<guint16> red = dicom_words (dataset, DCM_RedPaletteColorLookupTableData);
      const std::vector<guint16> green =
          dicom_words (dataset, DCM_GreenPaletteColorLookupTableData);
      const std::vector<guint16> blue = dicom_words (dataset, DCM_BluePaletteColorLookupTableData);
      const double first =
          dicom_numbers (dataset, DCM_RedPaletteColorLookupTableDescriptor).size () > 1
              ? dicom_numbers (dataset, DCM_RedPaletteColorLookupTableDescriptor)[1]
              : 0;
      size_t darkest = 0;

      for (size_t i = 0; i < std::min (red.size (), std::min (green.size (), blue.size ())); i++)
        if ((guint32) red[i] + green[i] + blue[i] <
            (guint32) red[darkest] + green[darkest] + blue[darkest])
          darkest = i;
      return (guint32) (darkest + (size_t) std::max (0.0, first));
    }
  return layout.is_signed ? 0u - (1u << (layout.stored - 1)) : 0;
}

static void
put_sample (guint8 *frame, const Layout &layout, guint32 x, guint32 y, guint32 sample,
            guint32 value)
{
  const size_t pixel = (size_t) y * layout.columns + x;
  const size_t index = layout.planar ? (size_t) sample * layout.rows * layout.columns + pixel
                                     : pixel * layout.samples + sample;

  for (size_t i = 0; i < layout.bytes; i++)
    frame[index * layout.bytes + i] = (guint8) (value >> (8 * i));
}

static void
cover (guint8 *frame, const Layout &layout, DcmDataset *dataset, const std::vector<bool> &covered)
{
  guint32 dark[3] = { 0, 0, 0 };

  for (guint32 sample = 0; sample < layout.samples; sample++)
    dark[sample] = dark_value (layout, dataset, sample);
  for (guint32 y = 0; y < layout.rows; y++)
    for (guint32 x = 0; x < layout.columns; x++)
      if (covered[(size_t) y * layout.columns + x])
        for (guint32 sample = 0; sample < layout.samples; sample++)
          put_sample (frame, layout, x, y, sample, dark[sample]);
}

static bool
read_corner (DcmItem *region, const DcmTagKey &key, guint32 &ret_corner)
{
  DcmElement *element = NULL;
  Uint32 value = 0;

  if (region->findAndGetElement (key, element).bad () || element->ident () != EVR_UL ||
      element->getLength () != 4 || element->getUint32 (value).bad ())
    return false;
  ret_corner = value;
  return true;
}

/* Everything outside the ultrasound regions: there stand name, number, clinic and date (PS3.3
 * C.8.5.5). What is no area, or does not tell its four corners, is no region. FALSE if the object
 * has none. */
static bool
cover_outside_regions (DcmDataset *dataset, const Layout &layout, std::vector<bool> &covered)
{
  DcmItem *region;
  bool any = false;

  std::fill (covered.begin (), covered.end (), true);
  for (unsigned long i = 0;
       (region = dicom_item (dataset, DCM_SequenceOfUltrasoundRegions, i)) != NULL; i++)
    {
      guint32 left, top, right, bottom;

      if (!read_corner (region, DCM_RegionLocationMinX0, left) ||
          !read_corner (region, DCM_RegionLocationMinY0, top) ||
          !read_corner (region, DCM_RegionLocationMaxX1, right) ||
          !read_corner (region, DCM_RegionLocationMaxY1, bottom) || right <= left || bottom <= top)
        continue;
      any = true;
      for (guint32 y = top; y <= bottom && y < layout.rows; y++)
        for (guint32 x = left; x <= right && x < layout.columns; x++)
          covered[(size_t) y * layout.columns + x] = false;
    }
  if (!any)
    std::fill (covered.begin (), covered.end (), false);
  return any;
}

/* A box that covers nothing would be told as if it did. */
static bool
boxes_fit (const DeidPlan &plan, const Layout &layout)
{
  for (const DeidBox &box : plan.boxes)
    if (box.width == 0 || box.height == 0 || box.x >= layout.columns || box.y >= layout.rows ||
        (box.frame >= 0 && (guint32) box.frame >= layout.frames) || box.frame < -1)
      return false;
  return true;
}

static bool
add_boxes (const DeidPlan &plan, const Layout &layout, guint32 frame, std::vector<bool> &covered)
{
  bool any = false;

  for (const DeidBox &box : plan.boxes)
    {
      if (box.frame >= 0 && (guint32) box.frame != frame)
        continue;
      for (guint64 y = box.y; y < (guint64) box.y + box.height && y < layout.rows; y++)
        for (guint64 x = box.x; x < (guint64) box.x + box.width && x < layout.columns; x++)
          {
            covered[(size_t) y * layout.columns + (size_t) x] = true;
            any = true;
          }
    }
  return any;
}

/* Puts colour back into planes, as the source has it: the check compares the two byte by byte. */
static void
separate (const Layout &layout, guint8 *frame)
{
  const size_t n = (size_t) layout.rows * layout.columns;
  const std::vector<guint8> mixed (frame, frame + layout.frame_size);

  for (size_t pixel = 0; pixel < n; pixel++)
    for (size_t sample = 0; sample < layout.samples; sample++)
      memcpy (frame + (sample * n + pixel) * layout.bytes,
              mixed.data () + (pixel * layout.samples + sample) * layout.bytes, layout.bytes);
}

/* Stored values alone: overlays and other things may hide in the bits above them (PS3.5 8.1.1), and
 * the decoder clears those. What was compressed as YBR becomes RGB. */
static bool
decode_frames (DicomFile &file, const DicomPixels &source, Layout &layout,
               std::vector<guint8> &pixels)
{
  pixels.reserve (layout.frame_size * layout.frames + 1);
  for (guint32 frame = 0; frame < layout.frames; frame++)
    {
      DicomPhotometric photometric = source.photometric;
      const char *missing = NULL;

      pixels.resize (layout.frame_size * (frame + 1));
      guint8 *here = pixels.data () + layout.frame_size * frame;
      if (dicom_pixels_decode (file, source, frame, here, &photometric, &missing) != NULL ||
          missing != NULL)
        return false;
      if (source.compressed && photometric >= DICOM_RGB)
        {
          dicom_colour_to_rgb (source, photometric, here);
          layout.photometric = DICOM_RGB;
        }
      if (layout.planar)
        separate (layout, here);
    }
  return true;
}

/* PS3.5 8.1.1: eight in a byte, the first in the lowest bit, frames without a gap. */
static std::vector<guint8>
pack_bits (const std::vector<guint8> &pixels)
{
  std::vector<guint8> packed ((pixels.size () + 7) / 8, 0);

  for (size_t i = 0; i < pixels.size (); i++)
    packed[i / 8] = (guint8) (packed[i / 8] | (pixels[i] & 1) << (i % 8));
  return packed;
}

static void
insert_pixels (DcmDataset *target, const Layout &layout, const std::vector<guint8> &pixels)
{
  DcmPixelData *element = new DcmPixelData (DcmTag (DCM_PixelData));
  OFCondition result;

  if (layout.bytes > 1)
    {
      element->setVR (EVR_OW);
      result = element->putUint16Array ((const Uint16 *) pixels.data (),
                                        (unsigned long) (pixels.size () / 2));
    }
  else
    {
      element->setVR (EVR_OB);
      result = element->putUint8Array (pixels.data (), (unsigned long) pixels.size ());
    }
  if (result.bad () || target->insert (element, OFTrue).bad ())
    {
      delete element;
      throw std::bad_alloc ();
    }
}

static bool
is_enhanced (const OFString &sop_class)
{
  static const char *const classes[] = {
    UID_EnhancedCTImageStorage,  UID_EnhancedMRImageStorage, UID_EnhancedMRColorImageStorage,
    UID_EnhancedPETImageStorage, UID_EnhancedXAImageStorage, UID_EnhancedXRFImageStorage
  };

  for (const char *enhanced : classes)
    if (sop_class == enhanced)
      return true;
  return false;
}

/* What decoding changed is told as it is now; a picture that was once compressed with loss stays
 * marked. */
static void
describe_pixels (DicomFile &file, DcmDataset *target, const Layout &layout, bool cleaned)
{
  const char *lossy = dicom_lossy_method (file.transfer_syntax);
  static const char *const names[] = { "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR",
                                       "RGB",         "YBR_FULL",    "YBR_PARTIAL" };
  OFString type;

  target->putAndInsertString (DCM_PhotometricInterpretation, names[layout.photometric]);
  if (layout.samples > 1)
    target->putAndInsertUint16 (DCM_PlanarConfiguration, layout.planar ? 1 : 0);
  target->findAndDeleteElement (DCM_SmallestImagePixelValue);
  target->findAndDeleteElement (DCM_LargestImagePixelValue);
  if (lossy != NULL)
    {
      target->putAndInsertString (DCM_LossyImageCompression, "01");
      if (!target->tagExistsWithValue (DCM_LossyImageCompressionMethod))
        target->putAndInsertString (DCM_LossyImageCompressionMethod, lossy);
    }
  if (cleaned && target->findAndGetOFStringArray (DCM_ImageType, type).good () &&
      type.substr (0, 8) == "ORIGINAL")
    {
      OFString sop_class;

      /* What describes the acquisition may stand in an enhanced object only if some frame is as it
       * was acquired (PS3.3 C.8.13.4, C.8.15.2, C.8.16.1). */
      target->findAndGetOFString (DCM_SOPClassUID, sop_class);
      target->putAndInsertString (DCM_ImageType, ((is_enhanced (sop_class) ? "MIXED" : "DERIVED") +
                                                  std::string (type.c_str () + 8))
                                                     .c_str ());
    }
}

bool
deid_copy_pixels (DicomFile &file, DcmDataset *target, const DeidPlan &plan, ReaderAnswer *answer,
                  DeidCounts &counts, bool &ret_cleaned)
{
  DcmDataset *source = file.dataset ();
  DicomPixels described;
  Layout layout;
  OFString modality;
  std::vector<guint8> pixels;

  if (!read_layout (file, described, layout))
    return reader_answer_refuse (
        answer, "pixels-not-decodable",
        "The pictures are in a form that cannot be cleaned and checked yet.");
  /* A packed source says nothing of how large its copy is: better told now than by running out of
   * memory half-way. */
  const size_t size = layout.frame_size * layout.frames;
  if (described.compressed && size > answer->arena_size)
    {
      reader_answer_bulk (answer, size + other_max);
      return false;
    }
  if (!boxes_fit (plan, layout))
    return reader_answer_fail (answer, "bad-request", "A box does not lie in the picture.");
  if (!decode_frames (file, described, layout, pixels))
    return reader_answer_refuse (
        answer, "pixels-not-decodable",
        "The pictures are damaged, so they cannot be cleaned and checked.");

  counts.needs_samples = check_needs_samples (file, described);
  source->findAndGetOFString (DCM_Modality, modality);
  const bool ultrasound = modality == "US" || modality == "IVUS";
  std::vector<bool> outside ((size_t) layout.rows * layout.columns, false);
  const bool regions = ultrasound && cover_outside_regions (source, layout, outside);
  if (ultrasound && !regions && plan.boxes.empty ())
    {
      reader_answer_refuse (answer, "needs-boxes",
                            "This ultrasound does not say where its pictures are, so boxes must be "
                            "drawn over the text first.");
      return false;
    }
  bool any = regions;
  for (guint32 frame = 0; frame < layout.frames; frame++)
    {
      std::vector<bool> covered = outside;
      const bool boxed = add_boxes (plan, layout, frame, covered);

      if (boxed || regions)
        cover (pixels.data () + frame * layout.frame_size, layout, source, covered);
      any = any || boxed;
    }
  if (any)
    counts.boxes += (guint32) std::max<size_t> (plan.boxes.size (), 1);
  ret_cleaned = plan.reviewed && (any || plan.text_hits != DEID_NOT_SEARCHED);
  if (layout.single_bits)
    pixels = pack_bits (pixels);
  if (pixels.size () % 2 != 0)
    pixels.push_back (0);
  insert_pixels (target, layout, pixels);
  describe_pixels (file, target, layout, any);
  return true;
}
