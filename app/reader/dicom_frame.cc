/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `frame` verb: stored values of one frame, and all that says how they are meant to look. */
#include "dicom_frame.hh"
#include "dicom_planes.hh"
#include "report.hh"
#include "dicom_series.hh"

#include <algorithm>
#include <math.h>
#include <string.h>

/* No physical quantity comes near; what lies beyond is damage, and whoever gets the frame refuses
 * it. */
static const double number_max = 1e15;

static bool
sane (double number)
{
  return fabs (number) <= number_max;
}

static void
insert_rescale (GVariantDict *result, DicomFile &file, guint32 frame)
{
  DcmItem *item =
      dicom_functional_group (file.dataset (), DCM_PixelValueTransformationSequence, frame);
  double slope = 1, intercept = 0;

  if (item == NULL)
    item = file.dataset ();
  if (!dicom_number (item, DCM_RescaleSlope, slope) || !sane (slope) ||
      fabs (slope) < 1 / number_max)
    slope = 1;
  if (!dicom_number (item, DCM_RescaleIntercept, intercept) || !sane (intercept))
    intercept = 0;
  g_variant_dict_insert (result, "slope", "d", slope);
  g_variant_dict_insert (result, "intercept", "d", intercept);
  g_variant_dict_insert (result, "units", "s",
                         dicom_text (item, DCM_RescaleType, file.charset).c_str ());
}

static std::vector<std::string>
split (const std::string &text)
{
  std::vector<std::string> parts;
  gsize from = 0, to;

  while ((to = text.find ('\\', from)) != std::string::npos)
    {
      parts.push_back (text.substr (from, to - from));
      from = to + 1;
    }
  parts.push_back (text.substr (from));
  return parts;
}

static void
insert_windows (GVariantDict *result, DcmItem *item, const ReaderCharset &charset)
{
  GVariantBuilder windows;
  std::vector<double> centers = dicom_numbers (item, DCM_WindowCenter);
  std::vector<double> widths = dicom_numbers (item, DCM_WindowWidth);
  std::vector<std::string> names =
      split (dicom_text (item, DCM_WindowCenterWidthExplanation, charset));
  std::string function = dicom_text (item, DCM_VOILUTFunction, charset);

  g_variant_builder_init (&windows, G_VARIANT_TYPE ("a(dds)"));
  for (gsize i = 0; i < centers.size () && i < widths.size () && i < 64; i++)
    if (widths[i] > 0 && sane (widths[i]) && sane (centers[i]))
      g_variant_builder_add (&windows, "(dds)", centers[i], widths[i],
                             i < names.size () ? names[i].c_str () : "");
  g_variant_dict_insert (result, "windows", "a(dds)", &windows);
  if (function != "LINEAR_EXACT" && function != "SIGMOID")
    function = "LINEAR";
  g_variant_dict_insert (result, "voi-function", "s", function.c_str ());
}

struct Lut
{
  gint32 first;
  guint32 bits;
  std::vector<guint16> entries;
};

/* An item of the Modality or VOI LUT Sequence (PS3.3 C.11.1.1, C.11.2.1.1). */
static bool
read_lut (DcmItem *item, bool values_signed, Lut &ret_lut)
{
  bool is_signed = false;
  std::vector<guint16> descriptor = dicom_words (item, DCM_LUTDescriptor, &is_signed);
  std::vector<guint16> data = dicom_words (item, DCM_LUTData);

  if (descriptor.size () < 3 || data.empty ())
    return false;
  const gsize n = descriptor[0] == 0 ? 65536 : descriptor[0];
  ret_lut.first = is_signed || values_signed ? (gint16) descriptor[1] : descriptor[1];
  ret_lut.bits = descriptor[2];
  if (ret_lut.bits <= 8 && data.size () * 2 <= n + 1)
    {
      std::vector<guint16> bytes;

      for (guint16 word : data)
        {
          bytes.push_back (word & 0xff);
          bytes.push_back (word >> 8);
        }
      data = bytes;
    }
  if (data.size () > n)
    data.resize (n);
  /* Descriptors lie about the depth; the entries do not. */
  guint16 top = 0;
  for (guint16 entry : data)
    top = MAX (top, entry);
  ret_lut.bits = CLAMP (ret_lut.bits, 8, 16);
  while (ret_lut.bits < 16 && top >> ret_lut.bits != 0)
    ret_lut.bits++;
  ret_lut.entries = data;
  return true;
}

static GVariant *
lut_variant (const Lut &lut)
{
  return g_variant_new ("(iu@ay)", lut.first, lut.bits,
                        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, lut.entries.data (),
                                                   lut.entries.size () * 2, 1));
}

static void
insert_luts (GVariantDict *result, DcmDataset *dataset, DcmItem *voi, const DicomPixels &pixels)
{
  /* All of it travels in one packet. */
  const gsize entries_max = 90 * 1024;
  gsize entries = 0;
  GVariantBuilder luts;
  Lut lut;
  double intercept = 0;

  if (read_lut (dicom_item (dataset, DCM_ModalityLUTSequence), pixels.is_signed, lut))
    {
      entries = lut.entries.size ();
      g_variant_dict_insert_value (result, "modality-lut", lut_variant (lut));
    }
  dicom_number (dataset, DCM_RescaleIntercept, intercept);
  g_variant_builder_init (&luts, G_VARIANT_TYPE ("a(iuay)"));
  for (unsigned long i = 0; i < 4; i++)
    {
      DcmItem *item = dicom_item (voi, DCM_VOILUTSequence, i);

      if (item == NULL || !read_lut (item, pixels.is_signed || intercept < 0, lut) ||
          entries + lut.entries.size () > entries_max)
        continue;
      entries += lut.entries.size ();
      g_variant_builder_add_value (&luts, lut_variant (lut));
    }
  g_variant_dict_insert (result, "voi-luts", "a(iuay)", &luts);
}

static void
insert_padding (GVariantDict *result, DcmDataset *dataset, const DicomPixels &pixels)
{
  std::vector<guint16> first = dicom_words (dataset, DCM_PixelPaddingValue);
  std::vector<guint16> last = dicom_words (dataset, DCM_PixelPaddingRangeLimit);
  gint32 low, high;

  if (first.empty () || pixels.is_float)
    return;
  if (last.empty ())
    last = first;
  low = pixels.is_signed ? (gint16) first[0] : first[0];
  high = pixels.is_signed ? (gint16) last[0] : last[0];
  g_variant_dict_insert (result, "padding", "(ii)", MIN (low, high), MAX (low, high));
}

/* Row and column spacing in mm; false if they are absent or cannot be. */
static bool
spacing_of (DcmItem *item, const DcmTagKey &key, std::vector<double> &spacing)
{
  spacing = dicom_numbers (item, key);
  return spacing.size () == 2 && spacing[0] > 0 && spacing[1] > 0 && sane (spacing[0]) &&
         sane (spacing[1]);
}

/* PixelSpacing of a projection is true within the body only where somebody calibrated it: it then
 * says how, or is another one than that of the detector (PS3.3 10.7.1.1). */
static const char *
place_of_pixel_spacing (DcmDataset *dataset, const std::vector<double> &spacing)
{
  static const char *const projections[] = { "CR", "DX", "IO", "MG", "PX", "RF", "RG", "XA" };
  const std::string modality = dicom_text (dataset, DCM_Modality, ReaderCharset ());
  std::vector<double> raw;

  if (!dicom_text (dataset, DCM_PixelSpacingCalibrationType, ReaderCharset ()).empty ())
    return "body";
  if (spacing_of (dataset, DCM_ImagerPixelSpacing, raw))
    return raw == spacing ? "detector" : "body";
  if (spacing_of (dataset, DCM_NominalScannedPixelSpacing, raw))
    return raw == spacing ? "film" : "body";
  for (const char *projection : projections)
    if (modality == projection)
      return "detector";
  return "body";
}

static void
insert_spacing (GVariantDict *result, DcmDataset *dataset, guint32 frame)
{
  std::vector<double> spacing;
  const char *place;

  if (spacing_of (dicom_functional_group (dataset, DCM_PixelMeasuresSequence, frame),
                  DCM_PixelSpacing, spacing) ||
      spacing_of (dataset, DCM_PixelSpacing, spacing))
    place = place_of_pixel_spacing (dataset, spacing);
  else if (spacing_of (dataset, DCM_ImagerPixelSpacing, spacing))
    place = "detector";
  else if (spacing_of (dataset, DCM_NominalScannedPixelSpacing, spacing))
    place = "film";
  else
    return;
  g_variant_dict_insert_value (
      result, "spacing",
      g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, spacing.data (), 2, sizeof (double)));
  g_variant_dict_insert (result, "spacing-at", "s", place);
}

static void
insert_shape (GVariantDict *result, DcmDataset *dataset, guint32 frame)
{
  insert_spacing (result, dataset, frame);

  std::vector<double> aspect = dicom_numbers (dataset, DCM_PixelAspectRatio);
  if (aspect.size () == 2 && aspect[0] >= 1 && aspect[1] >= 1 && aspect[0] <= 65535 &&
      aspect[1] <= 65535)
    g_variant_dict_insert (result, "aspect", "(uu)", (guint32) aspect[0], (guint32) aspect[1]);
}

/* Only a pair of directions that can be true: anything else would name wrong sides. */
static void
insert_orientation (GVariantDict *result, DcmDataset *dataset, guint32 frame)
{
  DcmItem *plane = dicom_functional_group (dataset, DCM_PlaneOrientationSequence, frame);
  const std::vector<double> o =
      dicom_numbers (plane != NULL ? plane : dataset, DCM_ImageOrientationPatient);

  if (o.size () == 6)
    {
      const double row = o[0] * o[0] + o[1] * o[1] + o[2] * o[2];
      const double column = o[3] * o[3] + o[4] * o[4] + o[5] * o[5];
      const double across = o[0] * o[3] + o[1] * o[4] + o[2] * o[5];

      if (fabs (row - 1) < 0.01 && fabs (column - 1) < 0.01 && fabs (across) < 0.01)
        g_variant_dict_insert_value (
            result, "orientation",
            g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, o.data (), 6, sizeof (double)));
      return;
    }
  const std::string both = dicom_text (dataset, DCM_PatientOrientation, ReaderCharset ());
  const gsize cut = both.find ('\\');
  if (cut == std::string::npos)
    return;
  const std::string letters[] = { both.substr (0, cut), both.substr (cut + 1) };
  for (const std::string &one : letters)
    if (one.empty () || one.length () > 3 || one.find_first_not_of ("RLAPHF") != std::string::npos)
      return;
  g_variant_dict_insert (result, "letters", "(ss)", letters[0].c_str (), letters[1].c_str ());
}

static void
insert_origin (GVariantDict *result, DcmDataset *dataset, guint32 frame)
{
  DcmItem *plane = dicom_functional_group (dataset, DCM_PlanePositionSequence, frame);
  const std::vector<double> place =
      dicom_numbers (plane != NULL ? plane : dataset, DCM_ImagePositionPatient);

  if (place.size () != 3)
    return;
  for (const double number : place)
    if (!(fabs (number) < 1e6))
      return;
  g_variant_dict_insert_value (
      result, "origin",
      g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, place.data (), 3, sizeof (double)));
}

static void
insert_frame_of_reference (GVariantDict *result, const DicomFile &file, DcmDataset *dataset)
{
  const std::string uid = dicom_text (dataset, DCM_FrameOfReferenceUID, file.charset);

  if (!uid.empty () && uid.length () <= 64 &&
      uid.find_first_not_of ("0123456789.") == std::string::npos)
    g_variant_dict_insert (result, "frame-of-reference", "s", uid.c_str ());
}

static void
insert_looks (GVariantDict *result, DicomFile &file, const DicomPixels &pixels, guint32 frame)
{
  DcmDataset *dataset = file.dataset ();
  DcmItem *voi = dicom_functional_group (dataset, DCM_FrameVOILUTSequence, frame);

  if (voi == NULL)
    voi = dataset;
  insert_rescale (result, file, frame);
  insert_windows (result, voi, file.charset);
  insert_luts (result, dataset, voi, pixels);
  insert_padding (result, dataset, pixels);
  insert_shape (result, dataset, frame);
  insert_orientation (result, dataset, frame);
  insert_origin (result, dataset, frame);
  insert_frame_of_reference (result, file, dataset);
  g_variant_dict_insert (result, "inverse", "b",
                         dicom_text (dataset, DCM_PresentationLUTShape, file.charset) == "INVERSE");
}

/* What lies over the picture, and the colours of some of its values, go behind the pixels. */
struct Planes
{
  bool overlay, shutter, palette;
  std::vector<guint8> overlay_bits, shutter_bits, colours;
  guint32 level;
  gint32 first;

  gsize
  size () const
  {
    return (overlay ? overlay_bits.size () : 0) + (shutter ? shutter_bits.size () : 0) +
           (palette ? colours.size () : 0);
  }

  void
  put (guint8 *to, GVariantDict *result) const
  {
    if (overlay)
      to = std::copy (overlay_bits.begin (), overlay_bits.end (), to);
    if (shutter)
      {
        to = std::copy (shutter_bits.begin (), shutter_bits.end (), to);
        g_variant_dict_insert (result, "shutter-level", "u", level);
      }
    if (palette)
      {
        std::copy (colours.begin (), colours.end (), to);
        g_variant_dict_insert (result, "palette", "(iu)", first, (guint32) colours.size () / 3);
      }
    g_variant_dict_insert (result, "overlay", "b", overlay);
    g_variant_dict_insert (result, "shutter", "b", shutter);
  }
};

/* What came out of decoding. */
struct Decoded
{
  guint32 samples, bits, stored;
  bool is_signed;
  const char *missing;
};

/* Decodes to gray or RGB; out = the room that buffer gives, extra bytes more than the pixels take.
 */
static bool
decode_pixels (DicomFile &file, const DicomPixels &pixels, guint32 frame, gsize extra,
               const DicomBuffer &buffer, ReaderAnswer *answer, Decoded &decoded,
               guint8 **ret_behind)
{
  const bool palette = pixels.photometric == DICOM_PALETTE;
  const bool wide = pixels.samples == 3 && pixels.bits == 32;
  const gsize n =
      palette ? (gsize) pixels.rows * pixels.columns * 3 : pixels.frame_size / (wide ? 2 : 1);
  DicomPhotometric photometric;
  std::vector<guint8> apart (palette || wide ? pixels.frame_size : 0);

  decoded = { pixels.samples, pixels.bits, pixels.bits_stored, pixels.is_signed, NULL };
  guint8 *out = buffer (n + extra);
  if (out == NULL)
    return false;
  guint8 *to = palette || wide ? apart.data () : out;
  const char *problem =
      dicom_pixels_decode (file, pixels, frame, to, &photometric, &decoded.missing);
  if (problem == NULL && palette)
    {
      problem = dicom_palette_to_rgb (file, pixels, to, out);
      decoded = { 3, 8, 8, false, decoded.missing };
    }
  else if (problem == NULL && pixels.samples == 3)
    {
      dicom_colour_to_rgb (pixels, photometric, to);
      decoded.is_signed = false;
    }
  if (problem == NULL && wide)
    {
      memcpy (out, to, dicom_colour_narrow (pixels, to));
      decoded.bits = 16;
      decoded.stored = MIN (decoded.stored, 16);
    }
  *ret_behind = out + n;
  return problem == NULL || reader_answer_fail (answer, "unreadable", problem);
}

bool
dicom_frame_decode (DicomFile &file, const DicomFrameWish &wish, const DicomBuffer &buffer,
                    ReaderAnswer *answer, GVariantDict *result)
{
  const guint32 frame = wish.frame;
  DicomPixels pixels;
  Planes planes = {};
  Decoded decoded;
  const char *problem = dicom_pixels_describe (file, pixels);
  guint8 *behind;

  if (problem != NULL && file.dataset ()->tagExists (DCM_WaveformSequence))
    return report_strip_decode (file, frame, buffer, answer, result);
  if (problem != NULL)
    return reader_answer_fail (answer, "unsupported", problem);
  if (frame >= pixels.frames)
    return reader_answer_fail (answer, "bad-request", "There is no such picture in this object.");
  planes.palette = dicom_supplemental_palette (file, pixels, &planes.first, planes.colours);
  if (wish.planes && dicom_planes_exist (file))
    {
      planes.overlay = dicom_overlay_plane (file, pixels, frame, planes.overlay_bits);
      planes.shutter =
          dicom_shutter_plane (file, pixels, frame, planes.shutter_bits, &planes.level);
    }
  else if (wish.side > 0 && !planes.palette)
    dicom_pixels_reduce (file, pixels, frame, wish.side);
  if (!decode_pixels (file, pixels, frame, planes.size (), buffer, answer, decoded, &behind))
    return false;
  planes.put (behind, result);

  g_variant_dict_insert (result, "rows", "u", pixels.rows);
  g_variant_dict_insert (result, "columns", "u", pixels.columns);
  g_variant_dict_insert (result, "samples", "u", decoded.samples);
  g_variant_dict_insert (result, "bits", "u", decoded.bits);
  g_variant_dict_insert (result, "stored", "u", decoded.stored);
  g_variant_dict_insert (result, "signed", "b", decoded.is_signed);
  g_variant_dict_insert (result, "float", "b", pixels.is_float);
  g_variant_dict_insert (result, "frames", "u", pixels.frames);
  g_variant_dict_insert (result, "photometric", "s",
                         decoded.samples == 3                      ? "RGB"
                         : pixels.photometric == DICOM_MONOCHROME1 ? "MONOCHROME1"
                                                                   : "MONOCHROME2");
  insert_looks (result, file, pixels, frame);
  const double frame_time = dicom_frame_time (file.dataset (), frame, pixels.frames);
  if (frame_time > 0)
    g_variant_dict_insert (result, "frame-time", "d", frame_time);
  if (decoded.missing != NULL)
    g_variant_dict_insert (result, "problem", "s", decoded.missing);
  return true;
}

gboolean
reader_verb_frame (const ReaderCall *call, ReaderAnswer *answer)
{
  guint32 frame = 0;
  gboolean planes = TRUE;

  g_variant_lookup (call->arguments, "frame", "u", &frame);
  g_variant_lookup (call->arguments, "planes", "b", &planes);
  return dicom_guard (answer, [&] () -> gboolean {
    DicomFile file;

    return dicom_open (call->source, file, answer) &&
           dicom_frame_decode (
               file, { frame, 0, planes != FALSE },
               [&] (gsize n) { return reader_answer_bulk (answer, n); }, answer, &answer->result);
  });
}
