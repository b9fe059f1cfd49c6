/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `places` verb: where each frame of an object lies, and what tells apart frames that lie at
 * one place. */
#include "dicom_pixels.hh"
#include "reader_protocol.h"

#include <math.h>
#include <string.h>

/* The functional groups of one frame, in which an element is looked for before those of all. */
struct Groups
{
  DcmItem *own, *shared;

  DcmItem *
  macro (const DcmTagKey &key) const
  {
    DcmItem *found = dicom_item (own, key);

    return found != NULL ? found : dicom_item (shared, key);
  }
};

static void
take_numbers (DcmItem *item, const DcmTagKey &key, gsize n, double *to)
{
  const std::vector<double> numbers = dicom_numbers (item, key);

  if (numbers.size () == n)
    memcpy (to, numbers.data (), n * sizeof (double));
  else
    for (gsize i = 0; i < n; i++)
      to[i] = NAN;
}

/* 0 only for what is not there. */
static guint32
mark_of (const std::string &text)
{
  const guint32 hash = g_str_hash (text.c_str ());

  return text.empty () ? 0 : MAX (hash, 1);
}

static guint32
mark_of_value (DcmItem *item, const DcmTagKey &key)
{
  std::string text;

  for (const double number : dicom_numbers (item, key))
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      text += g_ascii_dtostr (digits, sizeof digits, number);
      text += '\\';
    }
  if (text.empty ())
    text = dicom_text (item, key, ReaderCharset ());
  return mark_of (text);
}

/* Which dimensions (PS3.3 C.7.6.17) say no more than where a frame lies. */
static std::vector<bool>
places_among_dimensions (DcmDataset *dataset)
{
  std::vector<bool> places;
  DcmItem *item;

  for (unsigned long i = 0; i < SCAN_PLACE_DIMENSIONS_MAX &&
                            (item = dicom_item (dataset, DCM_DimensionIndexSequence, i)) != NULL;
       i++)
    {
      DcmElement *element = NULL;
      DcmTagKey pointer;

      if (item->findAndGetElement (DCM_DimensionIndexPointer, element).good () &&
          element->ident () == EVR_AT)
        OFstatic_cast (DcmAttributeTag *, element)->getTagVal (pointer);
      places.push_back (pointer == DCM_InStackPositionNumber ||
                        pointer == DCM_ImagePositionPatient || pointer == DCM_StackID);
    }
  return places;
}

static void
take_dimensions (DcmItem *content, const std::vector<bool> &places, guint32 *to)
{
  std::vector<double> indices;

  if (content != NULL)
    {
      const Uint32 *values = NULL;
      unsigned long n = 0;

      if (content->findAndGetUint32Array (DCM_DimensionIndexValues, values, &n).good () &&
          values != NULL)
        indices.assign (values, values + MIN (n, SCAN_PLACE_DIMENSIONS_MAX));
    }
  for (gsize i = 0; i < SCAN_PLACE_DIMENSIONS_MAX; i++)
    to[i] = i < indices.size () && i < places.size () && !places[i] ? (guint32) indices[i] : 0;
}

static void
describe (DcmDataset *dataset, const Groups &groups, const std::vector<bool> &places,
          ScanPlaceRecord &record)
{
  static const DcmTagKey frame_types[] = { DCM_MRImageFrameTypeSequence,
                                           DCM_CTImageFrameTypeSequence, DCM_PETFrameTypeSequence };
  DcmItem *content = groups.macro (DCM_FrameContentSequence),
          *orientation = groups.macro (DCM_PlaneOrientationSequence),
          *position = groups.macro (DCM_PlanePositionSequence),
          *measures = groups.macro (DCM_PixelMeasuresSequence);
  guint32 *mark = record.marks;

  take_numbers (orientation != NULL ? orientation : dataset, DCM_ImageOrientationPatient, 6,
                record.orientation);
  take_numbers (position != NULL ? position : dataset, DCM_ImagePositionPatient, 3, record.origin);
  take_numbers (measures != NULL ? measures : dataset, DCM_PixelSpacing, 2, record.spacing);
  *mark++ = mark_of_value (content, DCM_StackID);
  *mark++ = mark_of_value (content, DCM_TemporalPositionIndex);
  *mark++ = mark_of_value (groups.macro (DCM_MRDiffusionSequence), DCM_DiffusionBValue);
  *mark++ = mark_of_value (
      dicom_item (groups.macro (DCM_MRDiffusionSequence), DCM_DiffusionGradientDirectionSequence),
      DCM_DiffusionGradientOrientation);
  *mark++ = mark_of_value (groups.macro (DCM_MREchoSequence), DCM_EffectiveEchoTime);
  *mark = 0;
  for (const DcmTagKey &key : frame_types)
    if (*mark == 0)
      *mark = mark_of_value (groups.macro (key), DCM_FrameType);
  mark++;
  *mark++ = mark_of_value (groups.macro (DCM_CardiacSynchronizationSequence),
                           DCM_NominalCardiacTriggerDelayTime);
  *mark++ =
      mark_of_value (groups.macro (DCM_TemporalPositionSequence), DCM_TemporalPositionTimeOffset);
  *mark++ = mark_of_value (content, DCM_FrameAcquisitionNumber);
  take_dimensions (content, places, mark);
}

static gboolean
answer_with (DicomFile &file, ReaderAnswer *answer)
{
  DcmDataset *dataset = file.dataset ();
  DcmItem *shared = dicom_item (dataset, DCM_SharedFunctionalGroupsSequence);
  DcmSequenceOfItems *frames = NULL;
  const std::vector<bool> places = places_among_dimensions (dataset);
  DicomPixels pixels;
  const char *problem = dicom_pixels_describe (file, pixels);

  if (problem != NULL)
    return reader_answer_fail (answer, "unsupported", problem);
  if (dataset->findAndGetSequence (DCM_PerFrameFunctionalGroupsSequence, frames).bad () ||
      frames == NULL || frames->card () == 0)
    return reader_answer_fail (answer, "unsupported", "The pictures do not tell where they lie.");
  if (frames->card () != pixels.frames || pixels.frames > SCAN_PLACES_MAX)
    return reader_answer_fail (answer, "unsupported",
                               "The object says something of other pictures than it has.");

  const gsize n = pixels.frames * sizeof (ScanPlaceRecord);
  guint8 *to = reader_answer_bulk (answer, n);
  if (to == NULL)
    return FALSE;
  /* Not by index: a list is walked from its beginning for each. */
  for (DcmObject *item = frames->nextInContainer (NULL); item != NULL;
       item = frames->nextInContainer (item), to += sizeof (ScanPlaceRecord))
    {
      ScanPlaceRecord record = {};

      describe (dataset, { OFstatic_cast (DcmItem *, item), shared }, places, record);
      memcpy (to, &record, sizeof record);
    }
  g_variant_dict_insert (&answer->result, "frames", "u", pixels.frames);
  return TRUE;
}

gboolean
reader_verb_places (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] () -> gboolean {
    DicomFile file;

    return dicom_open (call->source, file, answer) && answer_with (file, answer);
  });
}
