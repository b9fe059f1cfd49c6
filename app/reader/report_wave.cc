/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waveforms (PS3.3 C.10.9): multiplex groups of channels, in words and as strips. */
#include "report.hh"

#include <math.h>
#include <string.h>

static const guint32 frames_max = 500;
static const double rate_max = 1e6, samples_max = 4e9;
static const gsize piece_max = (gsize) 256 * 1024 * 1024;

struct Group
{
  DcmItem *item;
  guint32 channels, bits;
  double samples, rate;
  std::string coding; /* Waveform Sample Interpretation */
  guint32 strips;
};

/* Sounds are coded so (PS3.3 C.10.9.1.5): nothing to look at. */
static bool
is_sound (const std::string &coding)
{
  return coding == "MB" || coding == "AB";
}

/* FALSE: cannot be drawn. */
static bool
read_group (DcmItem *item, Group &group)
{
  group.item = item;
  group.channels = dicom_uint (item, DCM_NumberOfWaveformChannels);
  group.bits = dicom_uint (item, DCM_WaveformBitsAllocated);
  group.coding = dicom_text (item, DCM_WaveformSampleInterpretation, ReaderCharset ());
  if (!dicom_number (item, DCM_NumberOfWaveformSamples, group.samples) ||
      !dicom_number (item, DCM_SamplingFrequency, group.rate))
    return false;
  if (group.channels == 0 || group.channels > 65535 || !(group.samples >= 2) ||
      group.samples > samples_max || !(group.rate >= 1e-3) || group.rate > rate_max ||
      (group.bits != 8 && group.bits != 16 && group.bits != 32) || is_sound (group.coding) ||
      !item->tagExistsWithValue (DCM_WaveformData))
    return false;
  const double strips = ceil (group.samples / group.rate / REPORT_STRIP_SECONDS - 1e-6);
  group.strips = (guint32) CLAMP (strips, 1, frames_max);
  return true;
}

static std::vector<Group>
read_groups (DicomFile &file)
{
  std::vector<Group> groups;
  const unsigned long n = report_items (file.dataset (), DCM_WaveformSequence);

  for (unsigned long i = 0; i < MIN (n, 100ul); i++)
    {
      Group group;

      if (read_group (dicom_item (file.dataset (), DCM_WaveformSequence, i), group))
        groups.push_back (group);
    }
  return groups;
}

static guint32
drawn_channels (const Group &group)
{
  return MIN (group.channels, REPORT_STRIP_TRACES_MAX);
}

/* Seconds from edge to edge. */
static double
strip_width (const Group &group)
{
  return group.strips > 1 ? REPORT_STRIP_SECONDS : group.samples / group.rate;
}

bool
report_strips (DicomFile &file, guint32 &ret_frames, guint32 &ret_rows, guint32 &ret_columns)
{
  const std::vector<Group> groups = read_groups (file);

  if (groups.empty ())
    return false;
  ret_frames = 0;
  for (const Group &group : groups)
    ret_frames = MIN (ret_frames + group.strips, frames_max);
  report_strip_size (drawn_channels (groups[0]), strip_width (groups[0]), &ret_columns, &ret_rows);
  return true;
}

static DcmItem *
channel_of (const Group &group, guint32 channel)
{
  return dicom_item (group.item, DCM_ChannelDefinitionSequence, channel);
}

static std::string
channel_name (const Group &group, guint32 channel, const ReaderCharset &charset)
{
  DcmItem *definition = channel_of (group, channel);
  std::string name = definition != NULL ? dicom_text (definition, DCM_ChannelLabel, charset) : "";

  if (name.empty ())
    name = report_code (definition, DCM_ChannelSourceSequence, charset);
  /* "Lead II" (SCPECG) and "Lead V1 - 1st": what is printed beside a trace is the lead alone. */
  if (name.compare (0, 5, "Lead ") == 0)
    name = name.substr (5);
  if (name.compare (0, 2, "I ") == 0 && name.find ("(Einthoven)") != std::string::npos)
    name = "I";
  return name.empty () ? "Channel " + std::to_string (channel + 1) : name;
}

/* How stored samples become values (PS3.3 C.10.9.1.4.2). */
struct Calibration
{
  double factor, baseline, millivolts;
  std::string unit;
};

static Calibration
calibration_of (const Group &group, guint32 channel, const ReaderCharset &charset)
{
  static const struct
  {
    const char *unit;
    double millivolts;
  } voltages[] = { { "V", 1000 }, { "mV", 1 }, { "uV", 1e-3 }, { "nV", 1e-6 } };
  Calibration calibration = { 1, 0, 0, "" };
  DcmItem *definition = channel_of (group, channel);
  double sensitivity = 1, correction = 1;

  if (definition == NULL || !dicom_number (definition, DCM_ChannelSensitivity, sensitivity) ||
      sensitivity == 0 || fabs (sensitivity) > 1e12)
    return calibration;
  if (!dicom_number (definition, DCM_ChannelSensitivityCorrectionFactor, correction) ||
      correction == 0 || fabs (correction) > 1e12)
    correction = 1;
  calibration.factor = sensitivity * correction;
  if (!dicom_number (definition, DCM_ChannelBaseline, calibration.baseline) ||
      fabs (calibration.baseline) > 1e12)
    calibration.baseline = 0;
  DcmItem *code = dicom_item (definition, DCM_ChannelSensitivityUnitsSequence);
  calibration.unit = code != NULL ? dicom_text (code, DCM_CodeValue, charset) : "";
  for (const auto &voltage : voltages)
    if (calibration.unit == voltage.unit)
      calibration.millivolts = voltage.millivolts;
  return calibration;
}

static float
sample_value (const guint8 *at, const Group &group)
{
  const bool is_unsigned = group.coding == "UB" || group.coding == "US" || group.coding == "UL";
  gint16 s16;
  gint32 s32;

  switch (group.bits)
    {
    case 8:
      return is_unsigned ? (float) *at : (float) (gint8) *at;
    case 16:
      memcpy (&s16, at, sizeof s16);
      return is_unsigned ? (float) (guint16) s16 : (float) s16;
    default:
      memcpy (&s32, at, sizeof s32);
      return is_unsigned ? (float) (guint32) s32 : (float) s32;
    }
}

/* What stands for "nothing recorded"; NAN if nothing does. */
static float
padding_of (const Group &group)
{
  DcmElement *element = NULL;
  guint8 bytes[4] = { 0 };

  if (group.item->findAndGetElement (DCM_WaveformPaddingValue, element).bad () ||
      element->getLength () < group.bits / 8 ||
      element->getPartialValue (bytes, 0, group.bits / 8).bad ())
    return NAN;
  return sample_value (bytes, group);
}

/* Samples from first on, of all channels, as far as the data goes. FALSE: none. */
static bool
read_samples (DicomFile &file, const Group &group, guint64 first, gsize &n,
              std::vector<guint8> &ret_bytes)
{
  DcmElement *element = NULL;
  const guint64 step = (guint64) group.channels * (group.bits / 8);

  if (group.item->findAndGetElement (DCM_WaveformData, element).bad ())
    return false;
  const guint64 length = element->getLength (), from = first * step;
  if (from >= length)
    return false;
  n = (gsize) MIN ((guint64) n, (length - from) / step);
  if (n == 0 || n * step > piece_max)
    return false;
  ret_bytes.resize (n * step);
  return element
      ->getPartialValue (ret_bytes.data (), (Uint32) from, (Uint32) ret_bytes.size (), &file.cache)
      .good ();
}

struct Traces
{
  std::vector<ReportTrace> traces;
  std::vector<std::string> names, units;
  std::vector<std::vector<float> > values;
};

static void
make_traces (DicomFile &file, const Group &group, const std::vector<guint8> &bytes, gsize n,
             Traces &out)
{
  const guint32 channels = drawn_channels (group);
  const gsize width = group.bits / 8;
  const float padding = padding_of (group);

  out.names.resize (channels);
  out.units.resize (channels);
  out.values.resize (channels);
  out.traces.resize (channels);
  for (guint32 c = 0; c < channels; c++)
    {
      const Calibration calibration = calibration_of (group, c, file.charset);

      out.names[c] = channel_name (group, c, file.charset);
      out.units[c] = calibration.unit;
      out.values[c].resize (n);
      for (gsize i = 0; i < n; i++)
        {
          const float raw = sample_value (bytes.data () + (i * group.channels + c) * width, group);

          out.values[c][i] =
              raw == padding ? NAN : (float) (raw * calibration.factor + calibration.baseline);
        }
      out.traces[c] = ReportTrace{ out.names[c].c_str (), out.units[c].c_str (),
                                   out.values[c].data (), calibration.millivolts };
    }
}

static void
describe_frame (guint32 frames, guint rows, guint columns, GVariantDict *result)
{
  GVariantBuilder windows, luts;

  g_variant_builder_init (&windows, G_VARIANT_TYPE ("a(dds)"));
  g_variant_builder_init (&luts, G_VARIANT_TYPE ("a(iuay)"));
  g_variant_dict_insert (result, "rows", "u", rows);
  g_variant_dict_insert (result, "columns", "u", columns);
  g_variant_dict_insert (result, "samples", "u", (guint32) 3);
  g_variant_dict_insert (result, "bits", "u", (guint32) 8);
  g_variant_dict_insert (result, "stored", "u", (guint32) 8);
  g_variant_dict_insert (result, "signed", "b", FALSE);
  g_variant_dict_insert (result, "float", "b", FALSE);
  g_variant_dict_insert (result, "frames", "u", frames);
  g_variant_dict_insert (result, "photometric", "s", "RGB");
  g_variant_dict_insert (result, "slope", "d", 1.0);
  g_variant_dict_insert (result, "intercept", "d", 0.0);
  g_variant_dict_insert (result, "units", "s", "");
  g_variant_dict_insert (result, "windows", "a(dds)", &windows);
  g_variant_dict_insert (result, "voi-function", "s", "LINEAR");
  g_variant_dict_insert (result, "voi-luts", "a(iuay)", &luts);
  g_variant_dict_insert (result, "inverse", "b", FALSE);
}

static bool
draw (DicomFile &file, const Group &group, guint32 strip_number, const DicomBuffer &buffer,
      ReaderAnswer *answer, guint &ret_rows, guint &ret_columns)
{
  const guint64 first = (guint64) floor (strip_number * REPORT_STRIP_SECONDS * group.rate);
  const double left = group.samples - (double) first;
  gsize n = (gsize) MIN (left, ceil (REPORT_STRIP_SECONDS * group.rate) + 1);
  std::vector<guint8> bytes;
  Traces traces;
  const std::string title = dicom_text (group.item, DCM_MultiplexGroupLabel, file.charset);

  if (!read_samples (file, group, first, n, bytes))
    return reader_answer_fail (answer, "unreadable", "Part of the recording is missing.");
  make_traces (file, group, bytes, n, traces);
  ReportStrip strip = { title.c_str (), (guint) traces.traces.size (), traces.traces.data (), n,
                        group.rate,     (double) first / group.rate,   strip_width (group) };
  report_strip_size (strip.n_traces, strip.width, &ret_columns, &ret_rows);
  guint8 *out = buffer ((gsize) ret_columns * ret_rows * 3);
  if (out == NULL)
    return false;
  report_strip_draw (&strip, out);
  return true;
}

bool
report_strip_decode (DicomFile &file, guint32 frame, const DicomBuffer &buffer,
                     ReaderAnswer *answer, GVariantDict *result)
{
  guint32 frames = 0, first_rows, first_columns;
  guint rows, columns;

  if (!report_strips (file, frames, first_rows, first_columns))
    return reader_answer_fail (answer, "unsupported",
                               "This recording cannot be drawn as a picture.");
  if (frame >= frames)
    return reader_answer_fail (answer, "bad-request", "There is no such picture in this object.");
  guint32 number = frame;
  for (const Group &group : read_groups (file))
    {
      if (number >= group.strips)
        {
          number -= group.strips;
          continue;
        }
      if (!draw (file, group, number, buffer, answer, rows, columns))
        return false;
      describe_frame (frames, rows, columns, result);
      return true;
    }
  return reader_answer_fail (answer, "unreadable", "Part of the recording is missing.");
}

static std::string
annotation_words (DcmItem *annotation, const ReaderCharset &charset)
{
  std::string words = dicom_text (annotation, DCM_UnformattedTextValue, charset);
  const std::string number = dicom_text (annotation, DCM_NumericValue, charset);

  if (words.empty () && !number.empty ())
    words = number + report_unit (annotation, DCM_MeasurementUnitsCodeSequence, charset);
  if (words.empty ())
    words = report_code (annotation, DCM_ConceptCodeSequence, charset);
  return words;
}

void
report_wave (DicomFile &file, ReportLines &lines)
{
  DcmDataset *dataset = file.dataset ();
  const unsigned long groups = report_items (dataset, DCM_WaveformSequence);
  const unsigned long annotations = report_items (dataset, DCM_WaveformAnnotationSequence);

  lines.add (0, "title", "", "Recording");
  lines.add_value (0, "person", "Patient", dataset, DCM_PatientName, file.charset);
  lines.add_value (0, "date", "Recorded on", dataset, DCM_AcquisitionDateTime, file.charset);
  lines.add_value (0, "text", "Made with", dataset, DCM_ManufacturerModelName, file.charset);
  for (unsigned long i = 0; i < groups && !lines.full (); i++)
    {
      Group group;
      DcmItem *item = dicom_item (dataset, DCM_WaveformSequence, i);
      const std::string label = dicom_text (item, DCM_MultiplexGroupLabel, file.charset);
      std::string names;

      lines.add (0, "heading", "", label.empty () ? "Curves " + std::to_string (i + 1) : label);
      if (!read_group (item, group))
        {
          lines.add (1, "note", "",
                     is_sound (group.coding) ? "This is a sound. It cannot be played here yet."
                                             : "These curves cannot be drawn.");
          continue;
        }
      for (guint32 c = 0; c < drawn_channels (group); c++)
        names += (c > 0 ? ", " : "") + channel_name (group, c, file.charset);
      lines.add (1, "text", "Leads", names);
      lines.add (1, "text", "Length", report_number (group.samples / group.rate) + " s");
      lines.add (1, "text", "Samples a second", report_number (group.rate));
    }
  if (annotations > 0)
    lines.add (0, "heading", "", "Notes of the machine");
  for (unsigned long i = 0; i < annotations && !lines.full (); i++)
    {
      DcmItem *annotation = dicom_item (dataset, DCM_WaveformAnnotationSequence, i);
      const std::string words = annotation_words (annotation, file.charset);

      if (!words.empty ())
        lines.add (1, "text", report_code (annotation, DCM_ConceptNameCodeSequence, file.charset),
                   words);
    }
}
