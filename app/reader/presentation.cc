/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presentation states (PS3.3 A.33) in the form in which the keeper applies them: the verb
 * `presentation`. report_state.cc tells the same in words. */
#include "dicom_planes.hh"
#include "report.hh"
#include "reader_protocol.h"

#include <map>
#include <math.h>
#include <string.h>

static const gsize text_max = 4096, label_max = 256;

/* Pictures that something holds for: each pair of instance and frames once. */
class Referents
{
public:
  /* Of an object that has a Referenced Image Sequence; FALSE if it has one that says nothing. */
  bool add (DcmItem *item, std::vector<guint32> &ret_indices);
  GVariant *finish ();
  bool cut = false;

private:
  struct One
  {
    std::string uid;
    std::vector<guint32> frames;
  };
  std::vector<One> all_;
  std::map<std::string, guint32> known_;
  gsize uses_ = 0;
};

static std::vector<guint32>
frames_of (DcmItem *reference)
{
  std::vector<guint32> frames;

  for (double number : dicom_numbers (reference, DCM_ReferencedFrameNumber))
    if (number >= 1 && number <= G_MAXINT32 && frames.size () < SCAN_PRESENTATION_FRAMES_MAX)
      frames.push_back ((guint32) number);
  return frames;
}

bool
Referents::add (DcmItem *item, std::vector<guint32> &ret_indices)
{
  const unsigned long n = report_items (item, DCM_ReferencedImageSequence);

  for (unsigned long i = 0; i < n; i++)
    {
      DcmItem *reference = dicom_item (item, DCM_ReferencedImageSequence, i);
      One one = { dicom_text (reference, DCM_ReferencedSOPInstanceUID, ReaderCharset ()),
                  frames_of (reference) };
      std::string key = one.uid;

      if (one.uid.empty () || one.uid.length () > 64)
        continue;
      for (guint32 frame : one.frames)
        key += " " + std::to_string (frame);
      if (known_.find (key) == known_.end ())
        {
          if (all_.size () >= SCAN_PRESENTATION_PICTURES_MAX)
            {
              cut = true;
              return !ret_indices.empty ();
            }
          known_[key] = (guint32) all_.size ();
          all_.push_back (one);
        }
      if (++uses_ > 8 * SCAN_PRESENTATION_PICTURES_MAX)
        {
          cut = true;
          return !ret_indices.empty ();
        }
      ret_indices.push_back (known_[key]);
    }
  return n == 0 || !ret_indices.empty ();
}

GVariant *
Referents::finish ()
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sau)"));
  for (const One &one : all_)
    g_variant_builder_add (&builder, "(s@au)", one.uid.c_str (),
                           g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, one.frames.data (),
                                                      one.frames.size (), sizeof (guint32)));
  return g_variant_builder_end (&builder);
}

static GVariant *
indices_variant (const std::vector<guint32> &indices)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, indices.data (), indices.size (),
                                    sizeof (guint32));
}

static GVariant *
doubles_variant (const std::vector<double> &numbers)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, numbers.data (), numbers.size (),
                                    sizeof (double));
}

static bool
sane (const std::vector<double> &numbers)
{
  for (double number : numbers)
    if (!(fabs (number) <= SCAN_PRESENTATION_NUMBER_MAX))
      return false;
  return true;
}

/* What is gathered on the way. */
struct Presentation
{
  DicomFile &file;
  Referents referents;
  bool left_out;
  gsize numbers, texts, drawn;
};

static GVariant *
windows_of (Presentation &state)
{
  DcmDataset *dataset = state.file.dataset ();
  const unsigned long n = report_items (dataset, DCM_SoftcopyVOILUTSequence);
  GVariantBuilder builder;
  gsize count = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(audd)"));
  for (unsigned long i = 0; i < n; i++)
    {
      DcmItem *item = dicom_item (dataset, DCM_SoftcopyVOILUTSequence, i);
      const std::string function = dicom_text (item, DCM_VOILUTFunction, ReaderCharset ());
      std::vector<guint32> pictures;
      double center, width;

      if (!state.referents.add (item, pictures))
        continue;
      if (count >= SCAN_PRESENTATION_WINDOWS_MAX || (!function.empty () && function != "LINEAR") ||
          !dicom_number (item, DCM_WindowCenter, center) ||
          !dicom_number (item, DCM_WindowWidth, width) || !sane ({ center, width }) || width < 1)
        {
          state.left_out = true;
          continue;
        }
      count++;
      g_variant_builder_add (&builder, "(@audd)", indices_variant (pictures), center, width);
    }
  return g_variant_builder_end (&builder);
}

/* Corners of what was displayed, from 1; needed where marks are placed by it. */
static GVariant *
areas_of (Presentation &state)
{
  DcmDataset *dataset = state.file.dataset ();
  const unsigned long n = report_items (dataset, DCM_DisplayedAreaSelectionSequence);
  GVariantBuilder builder;
  gsize count = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(auad)"));
  for (unsigned long i = 0; i < n && count < SCAN_PRESENTATION_WINDOWS_MAX; i++)
    {
      DcmItem *item = dicom_item (dataset, DCM_DisplayedAreaSelectionSequence, i);
      std::vector<double> corners = dicom_numbers (item, DCM_DisplayedAreaTopLeftHandCorner);
      const std::vector<double> last = dicom_numbers (item, DCM_DisplayedAreaBottomRightHandCorner);
      std::vector<guint32> pictures;

      corners.insert (corners.end (), last.begin (), last.end ());
      if (!state.referents.add (item, pictures) || corners.size () != 4 || !sane (corners))
        continue;
      count++;
      g_variant_builder_add (&builder, "(@au@ad)", indices_variant (pictures),
                             doubles_variant (corners));
    }
  return g_variant_builder_end (&builder);
}

/* Whether coordinates are fractions of what was displayed; false: pixels. Other units: not ok. */
static bool
units_of (DcmItem *item, const DcmTagKey &key, bool &ret_display)
{
  const std::string units = dicom_text (item, key, ReaderCharset ());

  ret_display = units == "DISPLAY";
  return ret_display || units == "PIXEL";
}

static void
add_drawn (Presentation &state, DcmItem *item, const std::vector<guint32> &pictures,
           GVariantBuilder *drawn)
{
  static const char *const types[] = { "POINT",  "POLYLINE", "INTERPOLATED",
                                       "CIRCLE", "ELLIPSE",  NULL };
  const std::string type = dicom_text (item, DCM_GraphicType, ReaderCharset ());
  const std::vector<double> points = dicom_numbers (item, DCM_GraphicData);
  const bool filled = dicom_text (item, DCM_GraphicFilled, ReaderCharset ()) == "Y";
  bool display;

  if (!units_of (item, DCM_GraphicAnnotationUnits, display) ||
      !g_strv_contains (types, type.c_str ()) || points.size () < 2 || points.size () % 2 != 0 ||
      !sane (points) || state.drawn >= SCAN_PRESENTATION_MARKS_MAX ||
      state.numbers + points.size () > SCAN_PRESENTATION_NUMBERS_MAX)
    {
      state.left_out = true;
      return;
    }
  state.drawn++;
  state.numbers += points.size ();
  g_variant_builder_add (drawn, "(@ausbb@ad)", indices_variant (pictures), type.c_str (),
                         (gboolean) filled, (gboolean) display, doubles_variant (points));
}

static std::string
bounded (const std::string &words, gsize most)
{
  if (words.length () <= most)
    return words;
  const char *end = g_utf8_find_prev_char (words.c_str (), words.c_str () + most);
  return words.substr (0, end != NULL ? (gsize) (end - words.c_str ()) : 0) + "…";
}

static std::string
words_of (DcmItem *item, const ReaderCharset &charset)
{
  std::string words;

  for (const std::string &line : dicom_lines (item, DCM_UnformattedTextValue, charset))
    words += (words.empty () ? "" : "\n") + line;
  return bounded (words, text_max);
}

static void
add_text (Presentation &state, DcmItem *item, const std::vector<guint32> &pictures,
          GVariantBuilder *texts)
{
  const std::string words = words_of (item, state.file.charset);
  std::vector<double> box = dicom_numbers (item, DCM_BoundingBoxTopLeftHandCorner);
  const std::vector<double> corner = dicom_numbers (item, DCM_BoundingBoxBottomRightHandCorner);
  std::vector<double> anchor = dicom_numbers (item, DCM_AnchorPoint);
  const bool visible = dicom_text (item, DCM_AnchorPointVisibility, ReaderCharset ()) == "Y";
  bool box_display = false, anchor_display = false;

  box.insert (box.end (), corner.begin (), corner.end ());
  if (box.size () != 4 || !sane (box) ||
      !units_of (item, DCM_BoundingBoxAnnotationUnits, box_display))
    box.clear ();
  if (anchor.size () != 2 || !sane (anchor) ||
      !units_of (item, DCM_AnchorPointAnnotationUnits, anchor_display))
    anchor.clear ();
  if (words.empty ())
    return;
  if ((box.empty () && anchor.empty ()) || state.texts >= SCAN_PRESENTATION_MARKS_MAX)
    {
      state.left_out = true;
      return;
    }
  state.texts++;
  g_variant_builder_add (texts, "(@ausb@adb@adb)", indices_variant (pictures), words.c_str (),
                         (gboolean) box_display, doubles_variant (box), (gboolean) anchor_display,
                         doubles_variant (anchor), (gboolean) visible);
}

static void
marks_of (Presentation &state, GVariantBuilder *drawn, GVariantBuilder *texts)
{
  DcmDataset *dataset = state.file.dataset ();
  const unsigned long n = report_items (dataset, DCM_GraphicAnnotationSequence);

  for (unsigned long i = 0; i < n; i++)
    {
      DcmItem *annotation = dicom_item (dataset, DCM_GraphicAnnotationSequence, i);
      const unsigned long n_drawn = report_items (annotation, DCM_GraphicObjectSequence);
      const unsigned long n_texts = report_items (annotation, DCM_TextObjectSequence);
      std::vector<guint32> pictures;

      if (!state.referents.add (annotation, pictures))
        continue;
      state.left_out = state.left_out || report_items (annotation, DCM_CompoundGraphicSequence) > 0;
      for (unsigned long k = 0; k < n_drawn; k++)
        add_drawn (state, dicom_item (annotation, DCM_GraphicObjectSequence, k), pictures, drawn);
      for (unsigned long k = 0; k < n_texts; k++)
        add_text (state, dicom_item (annotation, DCM_TextObjectSequence, k), pictures, texts);
    }
}

/* Quarter turns; others are not done. */
static guint32
quarters_of (Presentation &state)
{
  double degrees = 0;

  if (!dicom_number (state.file.dataset (), DCM_ImageRotation, degrees))
    return 0;
  const double quarters = floor (degrees / 90 + 0.5);
  if (fabs (degrees) > 3600 || fabs (quarters * 90 - degrees) > 0.01)
    {
      state.left_out = true;
      return 0;
    }
  return (guint32) (((int) quarters % 4 + 4) % 4);
}

static GVariant *
shutter_of (Presentation &state)
{
  DcmDataset *dataset = state.file.dataset ();
  std::vector<double> rectangle, circle, vertices;
  ScanShutter shutter;

  if (dicom_shutter_read (dataset, shutter, vertices))
    {
      if (shutter.rectangle)
        rectangle = { shutter.left, shutter.right, shutter.upper, shutter.lower };
      if (shutter.radius > 0)
        circle = { shutter.row, shutter.column, shutter.radius };
      vertices.resize (2 * shutter.n_vertices);
      if (!sane (rectangle) || !sane (circle) || !sane (vertices))
        {
          state.left_out = true;
          rectangle.clear ();
          circle.clear ();
          vertices.clear ();
        }
    }
  state.left_out =
      state.left_out ||
      dicom_text (dataset, DCM_ShutterShape, ReaderCharset ()).find ("BITMAP") != std::string::npos;
  return g_variant_new ("(@ad@ad@adu)", doubles_variant (rectangle), doubles_variant (circle),
                        doubles_variant (vertices),
                        MIN (dicom_uint (dataset, DCM_ShutterPresentationValue), 65535));
}

/* Slope and intercept of stored values; none: a table of its own, which is not done. */
static GVariant *
rescale_of (Presentation &state)
{
  DcmDataset *dataset = state.file.dataset ();
  std::vector<double> rescale = { 1, 0 };

  if (report_items (dataset, DCM_ModalityLUTSequence) > 0)
    {
      state.left_out = true;
      rescale.clear ();
    }
  else
    {
      dicom_number (dataset, DCM_RescaleSlope, rescale[0]);
      dicom_number (dataset, DCM_RescaleIntercept, rescale[1]);
      if (!sane (rescale) || fabs (rescale[0]) < 1 / SCAN_PRESENTATION_NUMBER_MAX)
        rescale = { 1, 0 };
    }
  return doubles_variant (rescale);
}

/* Of the modules of other kinds of states, and of what is seldom met, nothing is applied. */
static bool
holds_more (DicomFile &file)
{
  static const DcmTagKey keys[] = { DCM_PresentationLUTSequence, DCM_MaskSubtractionSequence,
                                    DCM_BlendingSequence,
                                    DCM_RedPaletteColorLookupTableDescriptor };
  DcmDataset *dataset = file.dataset ();

  for (const DcmTagKey &key : keys)
    if (dataset->tagExistsWithValue (key))
      return true;
  for (Uint16 group = 0x6000; group <= 0x601e; group = (Uint16) (group + 2))
    if (dataset->tagExistsWithValue (DcmTagKey (group, 0x3000)))
      return true;
  return false;
}

static GVariant *
own_pictures (Presentation &state)
{
  DcmDataset *dataset = state.file.dataset ();
  const unsigned long n = report_items (dataset, DCM_ReferencedSeriesSequence);
  std::vector<guint32> pictures;

  for (unsigned long i = 0; i < n; i++)
    state.referents.add (dicom_item (dataset, DCM_ReferencedSeriesSequence, i), pictures);
  return indices_variant (pictures);
}

static GVariant *
describe (DicomFile &file)
{
  DcmDataset *dataset = file.dataset ();
  Presentation state = { file, {}, holds_more (file), 0, 0, 0 };
  const std::string shape = dicom_text (dataset, DCM_PresentationLUTShape, file.charset);
  std::string label = dicom_text (dataset, DCM_ContentDescription, file.charset);
  GVariantBuilder drawn, texts;

  if (label.empty ())
    label = dicom_text (dataset, DCM_ContentLabel, file.charset);
  label = bounded (label, label_max);
  const std::string made = dicom_text (dataset, DCM_PresentationCreationDate, file.charset) +
                           dicom_text (dataset, DCM_PresentationCreationTime, file.charset);
  g_variant_builder_init (&drawn, G_VARIANT_TYPE ("a(ausbbad)"));
  g_variant_builder_init (&texts, G_VARIANT_TYPE ("a(ausbadbadb)"));
  GVariant *own = own_pictures (state);
  GVariant *windows = windows_of (state);
  GVariant *areas = areas_of (state);
  GVariant *rescale = rescale_of (state);
  GVariant *shutter = shutter_of (state);
  const guint32 quarters = quarters_of (state);
  marks_of (state, &drawn, &texts);
  GVariant *const fields[] = {
    g_variant_new_string (label.c_str ()),
    g_variant_new_string (bounded (made, label_max).c_str ()),
    g_variant_new_uint32 (quarters),
    g_variant_new_boolean (dicom_text (dataset, DCM_ImageHorizontalFlip, file.charset) == "Y"),
    g_variant_new_int32 (shape.empty ()       ? -1
                         : shape == "INVERSE" ? 1
                                              : 0),
    g_variant_new_boolean (state.left_out || state.referents.cut),
    rescale,
    state.referents.finish (),
    own,
    windows,
    areas,
    shutter,
    g_variant_builder_end (&drawn),
    g_variant_builder_end (&texts),
  };
  return g_variant_ref_sink (g_variant_new_tuple (fields, G_N_ELEMENTS (fields)));
}

static gboolean
answer_with (DicomFile &file, ReaderAnswer *answer)
{
  g_autoptr (GVariant) state = describe (file);
  g_autoptr (GVariant) normal = g_variant_get_normal_form (state);
  guint8 *out = reader_answer_bulk (answer, g_variant_get_size (normal));

  if (out == NULL)
    return FALSE;
  g_variant_store (normal, out);
  return TRUE;
}

gboolean
reader_verb_presentation (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] () -> gboolean {
    DicomFile file;

    if (!dicom_open (call->source, file, answer))
      return FALSE;
    if (report_kind (file, dicom_text (file.dataset (), DCM_SOPClassUID, ReaderCharset ())) !=
        REPORT_STATE)
      return reader_answer_fail (answer, "unsupported", "This is no presentation state.");
    return answer_with (file, answer);
  });
}
