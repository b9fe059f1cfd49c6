/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_dataset.hh"

#include "deid_codes.h"
#include "deid_text.h"

#include "dcmtk/dcmdata/dcuid.h"

#include <algorithm>
#include <cstring>
#include <memory>

/* What a value of a VR may have whose length is told in 16 bits (PS3.5 7.1.2), as that of all
 * numbers and texts that are kept is. A longer one, of a file that names no VRs, could only be
 * written as UN. */
static const Uint32 value_max = 65534;

/* A value as a C program meant it: up to its first NUL, without the spaces around it. */
static std::string
bare_value (const std::string &raw)
{
  const std::string value = raw.substr (0, raw.find ('\0'));
  const size_t first = value.find_first_not_of (' '), last = value.find_last_not_of (' ');

  return first == std::string::npos ? "" : value.substr (first, last - first + 1);
}

static std::string
text_of (DcmElement *element)
{
  char *bytes = NULL;
  Uint32 n = 0;

  /* Not the text as DCMTK puts it together, which takes the square of the number of values. */
  if (!element->isaString () ||
      OFstatic_cast (DcmByteString *, element)->getString (bytes, n).bad () || bytes == NULL)
    return std::string ();
  const std::string all (bytes, n);
  std::string values;
  for (size_t at = 0, end; at <= all.size (); at = end + 1)
    {
      end = std::min (all.find ('\\', at), all.size ());
      values += (at > 0 ? "\\" : "") + bare_value (all.substr (at, end - at));
    }
  return values;
}

/* The first value of a text, or "". */
static std::string
first_of (DcmItem *item, const DcmTagKey &key)
{
  DcmElement *element = NULL;

  if (item->findAndGetElement (key, element).bad ())
    return std::string ();
  const std::string values = text_of (element);
  return values.substr (0, values.find ('\\'));
}

static void
put_text (DcmItem *target, const DcmTag &tag, const std::string &value)
{
  if (target->putAndInsertString (tag, value.c_str (), OFTrue).bad ())
    throw std::bad_alloc ();
}

/* A value of an own VR, so that a wrong one in the source does not come along. */
static void
put_text_as (DcmItem *target, const DcmTagKey &key, DcmEVR vr, const std::string &value)
{
  put_text (target, DcmTag (key, DcmVR (vr)), value);
}

static std::string
map_uids (const std::string &value, const DeidPlan &plan)
{
  std::string mapped;
  size_t at = 0;

  while (at <= value.size () && !value.empty ())
    {
      size_t end = value.find ('\\', at);
      std::string uid = value.substr (at, end == std::string::npos ? end : end - at);
      char fresh[65];

      if (!mapped.empty () || at > 0)
        mapped += '\\';
      /* Registered in PS3.6 or PS3.16: the same for everybody. DCMTK's table has UIDs of makers
       * too. */
      if (!uid.empty () && (uid.compare (0, strlen ("1.2.840.10008."), "1.2.840.10008.") != 0 ||
                            dcmFindNameOfUID (uid.c_str ()) == NULL))
        {
          reader_deid_uid (plan.key, uid.c_str (), fresh);
          mapped += fresh;
        }
      else
        mapped += uid;
      if (end == std::string::npos)
        break;
      at = end + 1;
    }
  return mapped;
}

/* A moved or kept date, time or both; empty if the value is not whole and valid. */
static std::string
move_date (DcmEVR vr, const std::string &value, const DeidPlan &plan)
{
  gint days = plan.keep_dates ? 0 : plan.date_shift,
       seconds = plan.keep_dates ? 0 : plan.time_shift;
  char date[9], time[17], datetime[27];

  if (vr == EVR_DA)
    return reader_deid_shift_date (value.c_str (), days, date) ? date : "";
  if (vr == EVR_TM)
    return seconds != DEID_NO_TIMES && reader_deid_shift_time (value.c_str (), seconds, time) ? time
                                                                                              : "";
  return reader_deid_shift_datetime (value.c_str (), days, seconds, datetime) ? datetime : "";
}

static std::string
characteristic (const DcmTagKey &key, const std::string &value)
{
  char age[5];
  double number;

  if (key == DCM_PatientAge)
    return reader_deid_age (value.c_str (), age) ? age : "";
  if (key == DCM_PatientSize || key == DCM_PatientWeight)
    {
      if (!reader_deid_is_numbers (value.c_str ()) || value.find ('\\') != std::string::npos)
        return "";
      number = g_ascii_strtod (value.c_str (), NULL);
      return key == DCM_PatientSize ? (number >= 0.2 && number <= 2.5 ? value : "")
                                    : (number >= 0.2 && number <= 400 ? value : "");
    }
  return reader_deid_characteristic_known (key.getElement (), value.c_str ()) ? value : "";
}

/* As many bytes as the descriptor promises entries (PS3.3 C.11.1.1, C.7.9.1): anything more is no
 * table. */
static bool
is_lookup_table_whole (DcmElement *table, DcmItem *item)
{
  const DcmTagKey key = table->getTag ().getXTag ();
  DcmTagKey descriptor (key.getGroup (), (Uint16) (key.getElement () - 0x0100));
  Uint16 entries = 0;

  if (key == DCM_LUTData)
    descriptor = DCM_LUTDescriptor;
  else if (key.getElement () >=
           0x1221) /* segments, whose number nothing tells: they are not kept */
    return false;
  const std::vector<guint16> words = dicom_words (item, descriptor);
  if (words.size () < 3)
    return false;
  entries = words[0];
  const guint32 n = entries == 0 ? 65536 : entries, size = table->getLength ();
  return size == 2 * n || size == n + n % 2;
}

/* Whole numbers, and no more of them than an attribute can have. */
static bool
is_numbers (DcmElement *element)
{
  static const struct
  {
    DcmEVR vr;
    Uint32 size;
  } sizes[] = { { EVR_US, 2 }, { EVR_SS, 2 }, { EVR_UL, 4 }, { EVR_up, 4 },
                { EVR_SL, 4 }, { EVR_FL, 4 }, { EVR_FD, 8 }, { EVR_AT, 4 } };

  for (const auto &entry : sizes)
    if (element->ident () == entry.vr)
      return element->getLength () % entry.size == 0 && element->getLength () <= value_max;
  return false;
}

static bool
copy_binary (DcmElement *element, DcmItem *source, DcmItem *target)
{
  const bool table =
      element->getTag ().getGroup () == 0x0028 &&
      (element->getTag ().getXTag () == DCM_LUTData ||
       (element->getTag ().getElement () >= 0x1201 && element->getTag ().getElement () < 0x1300));

  /* PS3.3 C.7.2.2: 1 to 4. */
  if (element->getTag ().getXTag () == DCM_PregnancyStatus &&
      (dicom_uint (source, DCM_PregnancyStatus) < 1 ||
       dicom_uint (source, DCM_PregnancyStatus) > 4))
    return false;
  if (table ? !is_lookup_table_whole (element, source) : !is_numbers (element))
    return false;
  std::unique_ptr<DcmElement> copy (OFstatic_cast (DcmElement *, element->clone ()));
  if (copy == nullptr || target->insert (copy.get (), OFTrue).bad ())
    throw std::bad_alloc ();
  copy.release ();
  return true;
}

/* A code in our own words if it is one of DICOM's, else that it is unknown: sequences of Type 1
 * want an item, and what the site's own codes say may name the site. */
static void
copy_code (DcmItem *from, DcmItem *to)
{
  const std::string scheme = first_of (from, DCM_CodingSchemeDesignator);
  std::string value = first_of (from, DCM_CodeValue);
  const char *written = READER_DEID_CODE_UNKNOWN_SCHEME, *meaning;

  if (!from->tagExists (DCM_CodeValue) && !from->tagExists (DCM_LongCodeValue) &&
      !from->tagExists (DCM_URNCodeValue))
    return;
  meaning = reader_deid_code_meaning (scheme.c_str (), value.c_str (), &written);
  if (meaning == NULL)
    {
      value = READER_DEID_CODE_UNKNOWN;
      meaning = reader_deid_code_meaning (written, value.c_str (), &written);
    }
  put_text (to, DCM_CodeValue, value);
  put_text (to, DCM_CodingSchemeDesignator, written);
  put_text (to, DCM_CodeMeaning, meaning);
}

/* Type 2: they stand even if nothing of their items does (PS3.3 C.7.6.16.2.6, C.8.4.14, C.8.9.2,
 * C.8.11.7). */
static bool
may_be_empty (const DcmTagKey &key)
{
  return key == DCM_DerivationImageSequence || key == DCM_PatientOrientationCodeSequence ||
         key == DCM_PatientGantryRelationshipCodeSequence || key == DCM_ViewModifierCodeSequence ||
         key == DCM_RadiopharmaceuticalInformationSequence ||
         key == DCM_EnergyWindowInformationSequence || key == DCM_DetectorInformationSequence;
}

static bool
copy_sequence (DcmElement *element, DcmItem *target, const DeidPlan &plan, guint depth,
               DeidCounts &counts)
{
  DcmSequenceOfItems *from = OFstatic_cast (DcmSequenceOfItems *, element);
  std::unique_ptr<DcmSequenceOfItems> to (
      new DcmSequenceOfItems (DcmTag (element->getTag ().getXTag (), EVR_SQ)));
  bool any = from->card () == 0;

  if (depth >= DEID_DEPTH_MAX)
    {
      counts.too_deep = true;
      return false;
    }
  /* Not by their numbers: each of those is counted from the first. */
  for (DcmObject *at = from->nextInContainer (NULL); at != NULL; at = from->nextInContainer (at))
    {
      DcmItem *here = OFstatic_cast (DcmItem *, at);
      std::unique_ptr<DcmItem> item (new DcmItem ());

      copy_code (here, item.get ());
      deid_copy_attributes (here, item.get (), plan, depth + 1, counts);
      any = any || item->card () > 0;
      if (to->append (item.get ()).bad ())
        throw std::bad_alloc ();
      item.release ();
    }
  if (!any && !may_be_empty (element->getTag ().getXTag ()))
    return false;
  if (!any)
    to->clear ();
  if (target->insert (to.get (), OFTrue).bad ())
    throw std::bad_alloc ();
  to.release ();
  return true;
}

static std::string
take (char *text)
{
  std::string taken = text;

  g_free (text);
  return taken;
}

/* A code of the picture's form is no name; any other may be one, or an abbreviation of it. */
static std::string
clean_codes (const DcmTagKey &key, const std::string &value, const DeidPlan &plan)
{
  const bool placed = key == DCM_ImageType || key == DCM_FrameType;
  const std::string clean = take (placed ? reader_deid_clean_image_type (value.c_str ())
                                         : reader_deid_clean_codes (value.c_str ()));
  g_auto (GStrv) values = g_strsplit (clean.c_str (), "\\", -1);
  std::string kept;
  bool first = true;

  /* Closed sets of terms, without which left and right cannot be told apart. */
  if (key == DCM_Modality || key == DCM_PatientPosition || key == DCM_PatientOrientation ||
      key == DCM_Laterality || key == DCM_ImageLaterality || key == DCM_FrameLaterality ||
      key.getGroup () == 0x0028)
    return clean;
  for (char **at = values; *at != NULL; at++)
    {
      const bool own = deid_tells_own (plan.own, *at);

      if (own && !placed)
        continue;
      kept += (first ? "" : "\\") + std::string (own ? "OTHER" : *at);
      first = false;
    }
  return kept;
}

/* What is left of a value; empty = nothing. */
static std::string
clean_value (ReaderDeidAction action, const DcmTagKey &key, DcmEVR vr, const std::string &value,
             const DeidPlan &plan)
{
  switch (action)
    {
    case READER_DEID_UID:
      return map_uids (value, plan);
    case READER_DEID_DATE:
      return move_date (vr, value, plan);
    case READER_DEID_DESCRIPTION:
      return reader_deid_words_known (value.c_str ()) && !deid_tells_own (plan.own, value.c_str ())
                 ? value
                 : "";
    case READER_DEID_CODE:
      return clean_codes (key, value, plan);
    case READER_DEID_NUMBER:
      /* Some sites number a series as they number the patient. */
      return reader_deid_is_numbers (value.c_str ()) &&
                     !(vr == EVR_IS && deid_tells_own (plan.own, value.c_str ()))
                 ? value
                 : "";
    case READER_DEID_CHARACTERISTIC:
      return characteristic (key, value);
    case READER_DEID_TERM:
      return reader_deid_rescale_known (value.c_str ()) ? value : "";
    case READER_DEID_STACK:
      return reader_deid_is_short_number (value.c_str ()) &&
                     !deid_tells_own (plan.own, value.c_str ())
                 ? value
                 : "1";
    default:
      return "";
    }
}

/* TRUE if the attribute stands in the copy with what the source says, or with what was made of it.
 */
static bool
copy_element (DcmElement *element, DcmItem *source, DcmItem *target, const DeidPlan &plan,
              guint depth, DeidCounts &counts, bool &ret_changed)
{
  const DcmTagKey key = element->getTag ().getXTag ();
  const DcmEVR vr = deid_true_vr (element);
  const char *vr_name =
      DcmVR (vr == element->ident () ? element->getTag ().getEVR () : vr).getValidVRName ();
  ReaderDeidAction action =
      reader_deid_action (&plan.scope, key.getGroup (), key.getElement (), vr_name, depth);

  if (action == READER_DEID_EMPTY)
    {
      ret_changed = element->getLength () > 0;
      target->insertEmptyElement (DcmTag (key), OFTrue);
      return true;
    }
  if (action == READER_DEID_DROP || action == READER_DEID_PIXELS || !deid_fits_dictionary (element))
    return false;
  if (action == READER_DEID_BINARY)
    return copy_binary (element, source, target);
  if (action == READER_DEID_SEQUENCE)
    return copy_sequence (element, target, plan, depth, counts);

  const std::string value = text_of (element), kept = clean_value (action, key, vr, value, plan);
  ret_changed = kept != value;
  if (kept.size () > value_max)
    return false;
  /* An empty code or number tells nothing, and some are Type 2. */
  if (kept.empty () && action != READER_DEID_CODE && action != READER_DEID_NUMBER)
    return false;
  put_text_as (target, key, vr, kept);
  return true;
}

/* What images of this kind need is there even if the source's value is not. */
static void
replace_element (DcmElement *element, DcmItem *target, const DeidPlan &plan, guint depth)
{
  const DcmTagKey key = element->getTag ().getXTag ();
  const char *text =
      reader_deid_replacement (plan.scope.kind, key.getGroup (), key.getElement (), depth);

  if (text == NULL && depth == 0 && reader_deid_is_required (key.getGroup (), key.getElement ()))
    text = "";
  if (text == NULL)
    return;
  if (*text == '\0')
    target->insertEmptyElement (DcmTag (key), OFTrue);
  else
    put_text (target, DcmTag (key), text);
}

void
deid_copy_attributes (DcmItem *source, DcmItem *target, const DeidPlan &plan, guint depth,
                      DeidCounts &counts)
{
  for (unsigned long i = 0; i < source->card (); i++)
    {
      DcmElement *element = source->getElement (i);
      const guint16 group = element->getGTag ();
      bool changed = false;

      if (group == 0x7FE0 && depth == 0)
        continue;
      const bool stands = copy_element (element, source, target, plan, depth, counts, changed);
      if (stands && !changed)
        continue;
      if (!stands)
        replace_element (element, target, plan, depth);
      counts.attributes++;
      if (group % 2 != 0)
        counts.priv++;
      if ((group & 0xFF00) == 0x6000 && element->getETag () == 0x3000)
        counts.overlays++;
    }
}

bool
deid_is_usable (DcmDataset *source, DcmDataset *target)
{
  static const DcmTagKey needed[] = {
    DCM_SOPClassUID,
    DCM_SOPInstanceUID,
    DCM_StudyInstanceUID,
    DCM_SeriesInstanceUID,
    DCM_Modality,
    DCM_SamplesPerPixel,
    DCM_PhotometricInterpretation,
    DCM_NumberOfFrames,
    DCM_Rows,
    DCM_Columns,
    DCM_PixelSpacing,
    DCM_ImagerPixelSpacing,
    DCM_PixelAspectRatio,
    DCM_ImagePositionPatient,
    DCM_ImageOrientationPatient,
    DCM_BitsAllocated,
    DCM_BitsStored,
    DCM_HighBit,
    DCM_PixelRepresentation,
    DCM_RescaleIntercept,
    DCM_RescaleSlope,
    DCM_RedPaletteColorLookupTableDescriptor,
    DCM_ModalityLUTSequence,
    DCM_SharedFunctionalGroupsSequence,
    DCM_PerFrameFunctionalGroupsSequence,
  };
  static const DcmTagKey tables[] = { DCM_RedPaletteColorLookupTableData,
                                      DCM_GreenPaletteColorLookupTableData,
                                      DCM_BluePaletteColorLookupTableData };
  OFString photometric;

  for (const DcmTagKey &tag : needed)
    if (source->tagExistsWithValue (tag) && !target->tagExistsWithValue (tag))
      return false;
  target->findAndGetOFString (DCM_PhotometricInterpretation, photometric);
  if (photometric == "PALETTE COLOR")
    for (const DcmTagKey &tag : tables)
      if (!target->tagExistsWithValue (tag))
        return false;
  return true;
}
