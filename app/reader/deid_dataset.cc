/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deid_dataset.hh"

#include "deid_rules.h"
#include "deid_text.h"

#include "dcmtk/dcmdata/dcuid.h"

#include <cstring>

static std::string
text_of (DcmElement *element)
{
  OFString text;

  if (element->getOFStringArray (text).bad ())
    return std::string ();
  std::string value (text.c_str (), text.length ());
  while (!value.empty () && (value.back () == ' ' || value.back () == '\0'))
    value.pop_back ();
  return value;
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

      while (!uid.empty () && (uid.back () == ' ' || uid.back () == '\0'))
        uid.pop_back ();
      if (!mapped.empty () || at > 0)
        mapped += '\\';
      /* Registered in PS3.6 or PS3.16: the same for everybody. */
      if (!uid.empty () && dcmFindNameOfUID (uid.c_str ()) == NULL)
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
  gint days = plan.keep_dates ? 0 : plan.date_shift, seconds = plan.keep_dates ? 0 : plan.time_shift;
  char date[9], time[17], datetime[27];

  if (vr == EVR_DA)
    return reader_deid_shift_date (value.c_str (), days, date) ? date : "";
  if (vr == EVR_TM)
    return seconds >= 0 && reader_deid_shift_time (value.c_str (), seconds, time) ? time : "";
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

static void
copy_binary (DcmElement *element, DcmItem *target)
{
  DcmElement *copy = OFstatic_cast (DcmElement *, element->clone ());

  if (copy == NULL)
    throw std::bad_alloc ();
  if (target->insert (copy, OFTrue).bad ())
    {
      delete copy;
      throw std::bad_alloc ();
    }
}

static bool
copy_sequence (DcmElement *element, DcmItem *target, const DeidPlan &plan, guint depth, DeidCounts &counts)
{
  DcmSequenceOfItems *from = OFstatic_cast (DcmSequenceOfItems *, element);
  DcmSequenceOfItems *to = new DcmSequenceOfItems (element->getTag ());
  bool any = false;

  for (unsigned long i = 0; i < from->card (); i++)
    {
      DcmItem *item = new DcmItem ();

      deid_copy_attributes (from->getItem (i), item, plan, depth + 1, counts);
      any = any || item->card () > 0;
      if (to->append (item).bad ())
        throw std::bad_alloc ();
    }
  if (!any || target->insert (to, OFTrue).bad ())
    {
      delete to;
      return false;
    }
  return true;
}

/* TRUE if the attribute stands in the copy with a value. */
static bool
copy_element (DcmElement *element, DcmItem *target, const DeidPlan &plan, guint depth, DeidCounts &counts,
              bool &ret_changed)
{
  const DcmTagKey key = element->getTag ().getXTag ();
  const DcmEVR vr = element->ident ();
  const char *vr_name = DcmVR (element->getTag ().getEVR ()).getValidVRName ();
  std::string value, kept;
  DcmEVR own_vr = vr;

  switch (reader_deid_action (key.getGroup (), key.getElement (), vr_name, depth))
    {
    case READER_DEID_DROP:
    case READER_DEID_PIXELS:
      return false;
    case READER_DEID_EMPTY:
      ret_changed = element->getLength () > 0;
      target->insertEmptyElement (DcmTag (key), OFTrue);
      return true;
    case READER_DEID_BINARY:
      copy_binary (element, target);
      return true;
    case READER_DEID_SEQUENCE:
      return copy_sequence (element, target, plan, depth, counts);
    case READER_DEID_UID:
      value = text_of (element);
      kept = map_uids (value, plan);
      own_vr = EVR_UI;
      break;
    case READER_DEID_DATE:
      value = text_of (element);
      kept = move_date (vr, value, plan);
      break;
    case READER_DEID_DESCRIPTION:
      value = text_of (element);
      kept = reader_deid_words_known (value.c_str ()) ? value : "";
      break;
    case READER_DEID_CODE:
      value = text_of (element);
      kept = reader_deid_codes_known (value.c_str ()) ? value : "";
      break;
    case READER_DEID_NUMBER:
      value = text_of (element);
      kept = reader_deid_is_numbers (value.c_str ()) ? value : "";
      break;
    case READER_DEID_CHARACTERISTIC:
      value = text_of (element);
      kept = characteristic (key, value);
      break;
    }
  ret_changed = kept != value;
  if (kept.empty () && !(depth == 0 && reader_deid_is_required (key.getGroup (), key.getElement ())))
    return false;
  put_text_as (target, key, own_vr, kept);
  return true;
}

void
deid_copy_attributes (DcmItem *source, DcmItem *target, const DeidPlan &plan, guint depth, DeidCounts &counts)
{
  for (unsigned long i = 0; i < source->card (); i++)
    {
      DcmElement *element = source->getElement (i);
      const guint16 group = element->getGTag ();
      bool changed = false;

      if (group == 0x7FE0 && depth == 0)
        continue;
      if (copy_element (element, target, plan, depth, counts, changed) && !changed)
        continue;
      counts.attributes++;
      if (group % 2 != 0)
        counts.priv++;
      if ((group & 0xFF00) == 0x6000 && element->getETag () == 0x3000)
        counts.overlays++;
    }
}

static void
add_code (DcmDataset *target, const char *value, const char *meaning)
{
  DcmItem *item = NULL;

  if (target->findOrCreateSequenceItem (DCM_DeidentificationMethodCodeSequence, item, -2).bad () || item == NULL)
    throw std::bad_alloc ();
  put_text (item, DCM_CodeValue, value);
  put_text (item, DCM_CodingSchemeDesignator, "DCM");
  put_text (item, DCM_CodeMeaning, meaning);
}

static bool
shows_a_head (DcmDataset *source)
{
  static const char *const words[] = { "HEAD", "BRAIN", "SKULL", "FACE", "ORBIT", "SINUS", "NECK" };
  static const DcmTagKey tags[] = { DCM_BodyPartExamined, DCM_StudyDescription, DCM_SeriesDescription, DCM_ProtocolName };
  OFString modality, text;

  source->findAndGetOFString (DCM_Modality, modality);
  if (modality != "CT" && modality != "MR" && modality != "PT")
    return false;
  for (const DcmTagKey &tag : tags)
    if (source->findAndGetOFStringArray (tag, text).good ())
      {
        g_autofree char *upper = g_ascii_strup (text.c_str (), -1);

        for (const char *word : words)
          if (strstr (upper, word) != NULL)
            return true;
      }
  return false;
}

/* Type 2 attributes of the modules that every image has. */
static void
add_empty (DcmDataset *target)
{
  static const DcmTagKey tags[] = { DCM_PatientBirthDate, DCM_PatientSex, DCM_StudyDate, DCM_StudyTime,
                                    DCM_AccessionNumber, DCM_ReferringPhysicianName, DCM_StudyID, DCM_SeriesNumber,
                                    DCM_InstanceNumber, DCM_Manufacturer };

  for (const DcmTagKey &tag : tags)
    if (!target->tagExists (tag))
      target->insertEmptyElement (DcmTag (tag), OFTrue);
}

void
deid_add_statements (DcmDataset *source, DcmDataset *target, const DeidPlan &plan, bool pixels_cleaned)
{
  OFString patient, issuer;
  char pseudonym[17];

  source->findAndGetOFStringArray (DCM_PatientID, patient);
  source->findAndGetOFStringArray (DCM_IssuerOfPatientID, issuer);
  reader_deid_patient (plan.key, patient.c_str (), issuer.c_str (), pseudonym);
  put_text (target, DCM_PatientID, pseudonym);
  put_text (target, DCM_PatientName, "Patient^" + std::string (pseudonym, 8));
  add_empty (target);
  put_text (target, DCM_PatientIdentityRemoved, "YES");
  put_text (target, DCM_DeidentificationMethod, plan.software + "; PS3.15 2026d; profile B");
  add_code (target, "113100", "Basic Application Confidentiality Profile");
  if (pixels_cleaned)
    add_code (target, "113101", "Clean Pixel Data Option");
  add_code (target, "113105", "Clean Descriptors Option");
  if (plan.keep_dates)
    add_code (target, "113106", "Retain Longitudinal Temporal Information Full Dates Option");
  else
    add_code (target, "113107", "Retain Longitudinal Temporal Information Modified Dates Option");
  add_code (target, "113108", "Retain Patient Characteristics Option");
  put_text (target, DCM_LongitudinalTemporalInformationModified, plan.keep_dates ? "UNMODIFIED" : "MODIFIED");
  if (pixels_cleaned)
    put_text (target, DCM_BurnedInAnnotation, "NO");
  if (shows_a_head (source))
    put_text (target, DCM_RecognizableVisualFeatures, "YES");
}
