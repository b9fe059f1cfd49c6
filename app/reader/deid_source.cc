/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked about a source before anything of it is kept. */
#include "deid_dataset.hh"

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

          for (unsigned long n = 0; n < sequence->card (); n++)
            collect_own (sequence->getItem (n), charset, depth + 1, own);
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

bool
deid_fits_dictionary (DcmElement *element)
{
  const DcmDataDictionary &dictionary = dcmDataDict.rdlock ();
  const DcmDictEntry *entry = dictionary.findEntry (element->getTag ().getXTag (), NULL);
  const DcmEVR known = entry != NULL ? entry->getEVR () : EVR_UNKNOWN;
  const int most = entry != NULL ? entry->getVMMax () : 0;

  dcmDataDict.rdunlock ();
  if (entry == NULL || !vr_fits (known, element->getTag ().getEVR ()))
    return false;
  return known == EVR_SQ || most == DcmVariableVM || element->getVM () <= (unsigned long) most;
}
