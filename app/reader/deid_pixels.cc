/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_dataset.hh"

#include "dcmtk/dcmdata/dcpixel.h"

#include <algorithm>
#include <cstring>

namespace
{
struct Layout
{
  guint32 rows, columns, samples, allocated, stored, high, frames;
  bool is_signed, planar;
  std::string photometric;
  size_t bytes;      /* of a sample */
  size_t frame_size; /* bytes */
};
}

static bool
read_layout (DcmDataset *dataset, Layout &layout)
{
  OFString photometric;

  layout.rows = dicom_uint (dataset, DCM_Rows);
  layout.columns = dicom_uint (dataset, DCM_Columns);
  layout.samples = dicom_uint (dataset, DCM_SamplesPerPixel, 1);
  layout.allocated = dicom_uint (dataset, DCM_BitsAllocated);
  layout.stored = dicom_uint (dataset, DCM_BitsStored, layout.allocated);
  layout.high = dicom_uint (dataset, DCM_HighBit, layout.stored - 1);
  layout.frames = std::max<guint32> (1, dicom_uint (dataset, DCM_NumberOfFrames, 1));
  layout.is_signed = dicom_uint (dataset, DCM_PixelRepresentation) == 1;
  layout.planar = layout.samples > 1 && dicom_uint (dataset, DCM_PlanarConfiguration) == 1;
  dataset->findAndGetOFString (DCM_PhotometricInterpretation, photometric);
  layout.photometric = photometric.c_str ();
  layout.bytes = layout.allocated / 8;
  if (layout.rows == 0 || layout.columns == 0 || (layout.samples != 1 && layout.samples != 3))
    return false;
  /* Other depths and subsampled colour cannot be proved clean yet. */
  if ((layout.allocated != 8 && layout.allocated != 16) || layout.stored == 0 || layout.stored > layout.allocated ||
      layout.high + 1 != layout.stored || layout.photometric == "YBR_FULL_422" || layout.photometric == "YBR_PARTIAL_422" ||
      layout.photometric == "YBR_PARTIAL_420")
    return false;
  layout.frame_size = (size_t) layout.rows * layout.columns * layout.samples * layout.bytes;
  return layout.frames < G_MAXSIZE / layout.frame_size;
}

/* Overlays and other things may hide in the bits above the stored ones (PS3.5 8.1.1). */
static void
clear_high_bits (guint8 *pixels, size_t n, const Layout &layout)
{
  const guint16 mask = (guint16) ((1u << layout.stored) - 1), sign = (guint16) (1u << (layout.stored - 1));

  if (layout.stored == layout.allocated)
    return;
  for (size_t i = 0; i < n; i += layout.bytes)
    {
      guint16 value = pixels[i];

      if (layout.bytes == 2)
        value = (guint16) (value | pixels[i + 1] << 8);
      value &= mask;
      if (layout.is_signed && (value & sign) != 0)
        value = (guint16) (value | (guint16) ~mask);
      pixels[i] = (guint8) value;
      if (layout.bytes == 2)
        pixels[i + 1] = (guint8) (value >> 8);
    }
}

/* The darkest stored value of a sample. */
static guint16
dark_value (const Layout &layout, DcmDataset *dataset, guint32 sample)
{
  if (layout.photometric == "MONOCHROME1")
    return (guint16) (layout.is_signed ? (1u << (layout.stored - 1)) - 1 : (1u << layout.stored) - 1);
  if (layout.photometric == "YBR_FULL")
    return sample == 0 ? 0 : 128;
  if (layout.photometric == "PALETTE COLOR")
    {
      const std::vector<guint16> red = dicom_words (dataset, DCM_RedPaletteColorLookupTableData);
      const std::vector<guint16> green = dicom_words (dataset, DCM_GreenPaletteColorLookupTableData);
      const std::vector<guint16> blue = dicom_words (dataset, DCM_BluePaletteColorLookupTableData);
      const double first = dicom_numbers (dataset, DCM_RedPaletteColorLookupTableDescriptor).size () > 1
                               ? dicom_numbers (dataset, DCM_RedPaletteColorLookupTableDescriptor)[1]
                               : 0;
      size_t darkest = 0;

      for (size_t i = 0; i < std::min (red.size (), std::min (green.size (), blue.size ())); i++)
        if ((guint32) red[i] + green[i] + blue[i] < (guint32) red[darkest] + green[darkest] + blue[darkest])
          darkest = i;
      return (guint16) (darkest + (size_t) std::max (0.0, first));
    }
  return layout.is_signed ? (guint16) (0u - (1u << (layout.stored - 1))) : 0;
}

static void
put_sample (guint8 *frame, const Layout &layout, guint32 x, guint32 y, guint32 sample, guint16 value)
{
  const size_t pixel = (size_t) y * layout.columns + x;
  const size_t index =
      layout.planar ? (size_t) sample * layout.rows * layout.columns + pixel : pixel * layout.samples + sample;

  frame[index * layout.bytes] = (guint8) value;
  if (layout.bytes == 2)
    frame[index * layout.bytes + 1] = (guint8) (value >> 8);
}

static void
cover (guint8 *frame, const Layout &layout, DcmDataset *dataset, const std::vector<bool> &covered)
{
  guint16 dark[3] = { 0, 0, 0 };

  for (guint32 sample = 0; sample < layout.samples; sample++)
    dark[sample] = dark_value (layout, dataset, sample);
  for (guint32 y = 0; y < layout.rows; y++)
    for (guint32 x = 0; x < layout.columns; x++)
      if (covered[(size_t) y * layout.columns + x])
        for (guint32 sample = 0; sample < layout.samples; sample++)
          put_sample (frame, layout, x, y, sample, dark[sample]);
}

/* Everything outside the ultrasound regions: there stand name, number, clinic and date (PS3.3 C.8.5.5). FALSE if the object has no
 * regions. */
static bool
cover_outside_regions (DcmDataset *dataset, const Layout &layout, std::vector<bool> &covered)
{
  DcmItem *region;
  bool any = false;

  std::fill (covered.begin (), covered.end (), true);
  for (unsigned long i = 0; (region = dicom_item (dataset, DCM_SequenceOfUltrasoundRegions, i)) != NULL; i++)
    {
      const guint32 left = dicom_uint (region, DCM_RegionLocationMinX0), top = dicom_uint (region, DCM_RegionLocationMinY0);
      const guint32 right = dicom_uint (region, DCM_RegionLocationMaxX1), bottom = dicom_uint (region, DCM_RegionLocationMaxY1);

      for (guint32 y = top; y <= bottom && y < layout.rows; y++)
        for (guint32 x = left; x <= right && x < layout.columns; x++)
          covered[(size_t) y * layout.columns + x] = false;
      any = any || (right > left && bottom > top);
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
    if (box.width == 0 || box.height == 0 || box.x >= layout.columns || box.y >= layout.rows
        || (box.frame >= 0 && (guint32) box.frame >= layout.frames) || box.frame < -1)
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

/* Decodes the pixels of the dataset itself; others, of icons, may be in any form. */
static bool
decode (DcmDataset *dataset)
{
  DcmElement *element = NULL;
  DcmStack stack;

  if (dataset->findAndGetElement (DCM_PixelData, element).bad () || element->ident () != EVR_PixelData)
    return false;
  DcmPixelData *pixels = OFstatic_cast (DcmPixelData *, element);
  stack.push (dataset);
  stack.push (pixels);
  return pixels->chooseRepresentation (EXS_LittleEndianExplicit, NULL, stack).good ()
         && pixels->canWriteXfer (EXS_LittleEndianExplicit, dataset->getOriginalXfer ());
}

/* The raw bytes of the decoded pixels; on our little-endian hosts words and bytes stand alike. */
static const guint8 *
raw_bytes (DcmDataset *dataset, size_t &ret_size)
{
  DcmElement *element = NULL;
  Uint8 *bytes = NULL;
  Uint16 *words = NULL;

  if (dataset->findAndGetElement (DCM_PixelData, element).bad () || element == NULL)
    return NULL;
  ret_size = element->getLength ();
  if (element->getUint8Array (bytes).good () && bytes != NULL)
    return bytes;
  if (element->getUint16Array (words).good () && words != NULL)
    return (const guint8 *) words;
  return NULL;
}

static void
insert_pixels (DcmDataset *target, const Layout &layout, const std::vector<guint8> &pixels)
{
  DcmPixelData *element = new DcmPixelData (DcmTag (DCM_PixelData));
  OFCondition result;

  if (layout.bytes == 2)
    {
      element->setVR (EVR_OW);
      result = element->putUint16Array ((const Uint16 *) pixels.data (), (unsigned long) (pixels.size () / 2));
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

/* What decoding changed is told as it is now; a picture that was once compressed with loss stays marked. */
static void
describe_pixels (DicomFile &file, DcmDataset *target, const Layout &layout, bool cleaned)
{
  const std::string &syntax = file.transfer_syntax;
  const bool lossy = syntax == "1.2.840.10008.1.2.4.50" || syntax == "1.2.840.10008.1.2.4.51" || syntax == "1.2.840.10008.1.2.4.81";
  OFString type;

  target->putAndInsertString (DCM_PhotometricInterpretation, layout.photometric.c_str ());
  target->putAndInsertUint16 (DCM_BitsAllocated, (Uint16) layout.allocated);
  target->putAndInsertUint16 (DCM_BitsStored, (Uint16) layout.stored);
  target->putAndInsertUint16 (DCM_HighBit, (Uint16) layout.high);
  if (layout.samples > 1)
    target->putAndInsertUint16 (DCM_PlanarConfiguration, layout.planar ? 1 : 0);
  target->findAndDeleteElement (DCM_SmallestImagePixelValue);
  target->findAndDeleteElement (DCM_LargestImagePixelValue);
  if (lossy)
    {
      target->putAndInsertString (DCM_LossyImageCompression, "01");
      if (!target->tagExistsWithValue (DCM_LossyImageCompressionMethod))
        target->putAndInsertString (DCM_LossyImageCompressionMethod,
                                    syntax == "1.2.840.10008.1.2.4.81" ? "ISO_14495_1" : "ISO_10918_1");
    }
  if (cleaned && target->findAndGetOFStringArray (DCM_ImageType, type).good () && type.substr (0, 8) == "ORIGINAL")
    target->putAndInsertString (DCM_ImageType, ("DERIVED" + std::string (type.c_str () + 8)).c_str ());
}

bool
deid_copy_pixels (DicomFile &file, DcmDataset *target, const DeidPlan &plan, ReaderAnswer *answer, DeidCounts &counts,
                  bool &ret_cleaned)
{
  DcmDataset *source = file.dataset ();
  Layout layout;
  OFString modality;
  size_t size = 0;
  const guint8 *raw;

  if (!decode (source) || !read_layout (source, layout) || (raw = raw_bytes (source, size)) == NULL
      || size < layout.frame_size * layout.frames)
    {
      reader_answer_refuse (answer, "pixels-not-decodable",
                            "The pictures are in a form that cannot be cleaned and checked yet.");
      return false;
    }
  if (!boxes_fit (plan, layout))
    {
      reader_answer_fail (answer, "bad-request", "A box does not lie in the picture.");
      return false;
    }
  std::vector<guint8> pixels (raw, raw + layout.frame_size * layout.frames);
  clear_high_bits (pixels.data (), pixels.size (), layout);

  source->findAndGetOFString (DCM_Modality, modality);
  const bool ultrasound = modality == "US" || modality == "IVUS";
  std::vector<bool> outside ((size_t) layout.rows * layout.columns, false);
  const bool regions = ultrasound && cover_outside_regions (source, layout, outside);
  if (ultrasound && !regions && plan.boxes.empty ())
    {
      reader_answer_refuse (answer, "needs-boxes",
                            "This ultrasound does not say where its pictures are, so boxes must be drawn over the text first.");
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
  ret_cleaned = any && plan.reviewed;
  if (pixels.size () % 2 != 0)
    pixels.push_back (0);
  insert_pixels (target, layout, pixels);
  describe_pixels (file, target, layout, any);
  return true;
}
