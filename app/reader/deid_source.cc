/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked about a source before anything of it is kept. */
#include "deid_dataset.hh"

#include "deid_codes.h"
#include "deid_text.h"

#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmdata/dcdicent.h"

#include <cstring>

static void
add_words (const std::string &text, bool numbers_too, std::set<std::string> &own)
{
  g_autofree char *lower = g_ascii_strdown (text.c_str (), -1);
  g_auto (GStrv) words = g_strsplit_set (lower, READER_DEID_WORD_ENDS, -1);

  for (char **word = words; *word != NULL; word++)
    {
      const bool number = strspn (*word, "0123456789") == strlen (*word);

      if (strlen (*word) >= (number ? 4 : 3) && (numbers_too || !number))
        own.insert (*word);
    }
}

static bool
names_somebody (const DcmTagKey &key)
{
  static const DcmTagKey tags[] = {
    DCM_PatientID,
    DCM_IssuerOfPatientID,
    DCM_RETIRED_OtherPatientIDs,
    DCM_AccessionNumber,
    DCM_AdmissionID,
    DCM_InstitutionName,
    DCM_InstitutionAddress,
    DCM_StationName,
    DCM_PatientAddress,
    DCM_RETIRED_MedicalRecordLocator,
    DCM_RequestedProcedureID,
  };

  for (const DcmTagKey &tag : tags)
    if (key == tag)
      return true;
  return false;
}

static void
collect_own (DcmItem *item, const ReaderCharset &inherited, guint depth, std::set<std::string> &own)
{
  const ReaderCharset charset = dicom_charset (item, inherited);

  if (depth > DEID_DEPTH_MAX)
    return;
  for (unsigned long i = 0; i < item->card (); i++)
    {
      DcmElement *element = item->getElement (i);
      const DcmTagKey key = element->getTag ().getXTag ();

      if (element->ident () == EVR_SQ)
        {
          DcmSequenceOfItems *sequence = OFstatic_cast (DcmSequenceOfItems *, element);

          for (DcmObject *at = sequence->nextInContainer (NULL); at != NULL;
               at = sequence->nextInContainer (at))
            collect_own (OFstatic_cast (DcmItem *, at), charset, depth + 1, own);
        }
      else if (element->ident () == EVR_PN)
        add_words (dicom_text (item, key, charset), false, own);
      else if (names_somebody (key))
        add_words (dicom_text (item, key, charset), true, own);
    }
}

void
deid_collect_own (DicomFile &file, std::set<std::string> &ret_own)
{
  collect_own (file.dataset (), ReaderCharset (), 0, ret_own);
}

bool
deid_tells_own (const std::set<std::string> &own, const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);
  g_auto (GStrv) words = g_strsplit_set (lower, READER_DEID_WORD_ENDS, -1);

  for (char **word = words; *word != NULL; word++)
    if (own.count (*word) > 0)
      return true;
  return false;
}

static bool
vr_fits (DcmEVR known, DcmEVR vr)
{
  switch (known)
    {
    case EVR_xs:
      return vr == EVR_US || vr == EVR_SS || vr == EVR_xs;
    case EVR_lt:
      return vr == EVR_US || vr == EVR_SS || vr == EVR_OW || vr == EVR_lt || vr == EVR_xs;
    case EVR_ox:
    case EVR_px:
      return vr == EVR_OB || vr == EVR_OW || vr == EVR_ox || vr == EVR_px;
    case EVR_up:
      return vr == EVR_UL || vr == EVR_up;
    default:
      return known == vr;
    }
}

/* EVR_UNKNOWN if the dictionary has no such attribute. */
static DcmEVR
known_vr (const DcmTagKey &key, int &ret_most)
{
  const DcmDataDictionary &dictionary = dcmDataDict.rdlock ();
  const DcmDictEntry *entry = dictionary.findEntry (key, NULL);
  const DcmEVR known = entry != NULL ? entry->getEVR () : EVR_UNKNOWN;

  ret_most = entry != NULL ? entry->getVMMax () : 0;
  dcmDataDict.rdunlock ();
  return known;
}

static bool
is_string (DcmEVR vr)
{
  switch (vr)
    {
    case EVR_AE:
    case EVR_AS:
    case EVR_CS:
    case EVR_DA:
    case EVR_DS:
    case EVR_DT:
    case EVR_IS:
    case EVR_LO:
    case EVR_LT:
    case EVR_PN:
    case EVR_SH:
    case EVR_ST:
    case EVR_TM:
    case EVR_UC:
    case EVR_UI:
    case EVR_UR:
    case EVR_UT:
      return true;
    default:
      return false;
    }
}

DcmEVR
deid_true_vr (DcmElement *element)
{
  int most;
  const DcmEVR known = known_vr (element->getTag ().getXTag (), most);

  return is_string (known) && is_string (element->ident ()) ? known : element->ident ();
}

bool
deid_fits_dictionary (DcmElement *element)
{
  int most;
  const DcmEVR known = known_vr (element->getTag ().getXTag (), most);

  if (is_string (known) && is_string (element->ident ()))
    return most == DcmVariableVM || element->getVM () <= (unsigned long) most;
  if (known == EVR_UNKNOWN || !vr_fits (known, element->getTag ().getEVR ()))
    return false;
  return known == EVR_SQ || most == DcmVariableVM || element->getVM () <= (unsigned long) most;
}

/* Beginnings of words. "IAC" and the like are what sites write for the inner ear. */
static bool
speaks_of_a_head (const char *text)
{
  static const char *const stems[] = {
    "HEAD",   "BRAIN", "SKULL",  "FACE",   "FACIAL", "ORBIT", "SINUS",   "CRANI",   "NEURO",
    "CEREB",  "NECK",  "MANDIB", "MAXILL", "DENTAL", "KOPF",  "SCHADEL", "TETE",    "CRANE",
    "CABEZA", "TESTA", "PITUIT", "SELLA",  "IAC",    "NASAL", "EYE",     "MASTOID",
  };
  g_autofree char *upper = g_ascii_strup (text, -1);

  for (const char *stem : stems)
    for (const char *at = strstr (upper, stem); at != NULL; at = strstr (at + 1, stem))
      if (at == upper || !g_ascii_isalpha (at[-1]))
        return true;
  return false;
}

/* Items one by one: their numbers are counted from the first each time. NULL: no more. */
static DcmItem *
next_item (DcmItem *item, const DcmTagKey &sequence, DcmItem *before)
{
  DcmSequenceOfItems *items = NULL;

  if (item->findAndGetSequence (sequence, items).bad () || items == NULL)
    return NULL;
  return OFstatic_cast (DcmItem *, items->nextInContainer (before));
}

static bool
has_code_of_a_head (DcmItem *item, guint depth)
{
  DcmItem *inner = NULL;

  while ((inner = next_item (item, DCM_AnatomicRegionSequence, inner)) != NULL)
    {
      OFString scheme, value, told;
      const char *written;

      inner->findAndGetOFString (DCM_CodingSchemeDesignator, scheme);
      inner->findAndGetOFString (DCM_CodeValue, value);
      inner->findAndGetOFString (DCM_CodeMeaning, told);
      const char *meaning = reader_deid_code_meaning (scheme.c_str (), value.c_str (), &written);
      if (speaks_of_a_head (meaning != NULL ? meaning : told.c_str ()))
        return true;
    }
  static const DcmTagKey places[] = { DCM_SharedFunctionalGroupsSequence,
                                      DCM_PerFrameFunctionalGroupsSequence,
                                      DCM_FrameAnatomySequence };
  for (const DcmTagKey &place : places)
    while (depth < 2 && (inner = next_item (item, place, inner)) != NULL)
      if (has_code_of_a_head (inner, depth + 1))
        return true;
  return false;
}

bool
deid_shows_a_head (DcmDataset *source)
{
  static const DcmTagKey tags[] = { DCM_BodyPartExamined,
                                    DCM_StudyDescription,
                                    DCM_SeriesDescription,
                                    DCM_ProtocolName,
                                    DCM_RequestedProcedureDescription,
                                    DCM_PerformedProcedureStepDescription };
  OFString modality, text;

  source->findAndGetOFString (DCM_Modality, modality);
  if (modality != "CT" && modality != "MR" && modality != "PT")
    return false;
  for (const DcmTagKey &tag : tags)
    if (source->findAndGetOFStringArray (tag, text).good () && speaks_of_a_head (text.c_str ()))
      return true;
  return has_code_of_a_head (source, 0);
}
