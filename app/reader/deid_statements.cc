/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every copy says of itself: who it is of, and what was done. */
#include "deid_dataset.hh"

static void
put_text (DcmItem *target, const DcmTag &tag, const std::string &value)
{
  if (target->putAndInsertString (tag, value.c_str (), OFTrue).bad ())
    throw std::bad_alloc ();
}

static void
add_code (DcmDataset *target, const char *value, const char *meaning)
{
  DcmItem *item = NULL;

  if (target->findOrCreateSequenceItem (DCM_DeidentificationMethodCodeSequence, item, -2).bad () ||
      item == NULL)
    throw std::bad_alloc ();
  put_text (item, DCM_CodeValue, value);
  put_text (item, DCM_CodingSchemeDesignator, "DCM");
  put_text (item, DCM_CodeMeaning, meaning);
}

/* Type 2 attributes of the modules that every image has. */
static void
add_empty (DcmDataset *target, const DeidPlan &plan)
{
  static const DcmTagKey tags[] = { DCM_PatientBirthDate, DCM_PatientSex,
                                    DCM_StudyDate,        DCM_StudyTime,
                                    DCM_AccessionNumber,  DCM_ReferringPhysicianName,
                                    DCM_StudyID,          DCM_SeriesNumber,
                                    DCM_InstanceNumber,   DCM_Manufacturer };

  /* Of Type 1 in enhanced images: a missing one is not made better by an empty one. */
  for (const DcmTagKey &tag : tags)
    if (!target->tagExists (tag) &&
        !(tag == DCM_Manufacturer && (plan.scope.kind & READER_KIND_ENHANCED) != 0))
      target->insertEmptyElement (DcmTag (tag), OFTrue);
}

/* PS3.3 C.8.11.1, C.8.13.1.1, C.8.15.2: Type 1 in projection X-ray, 1C in enhanced images. What the
 * maker says is passed on, not vouched for. */
static void
keep_burned_in_statement (DcmDataset *source, DcmDataset *target, const DeidPlan &plan)
{
  OFString burned;

  if ((plan.scope.kind & (READER_KIND_ENHANCED | READER_KIND_DX | READER_KIND_MG)) != 0 &&
      source->findAndGetOFString (DCM_BurnedInAnnotation, burned).good () &&
      (burned == "NO" || burned == "YES"))
    put_text (target, DCM_BurnedInAnnotation, burned.c_str ());
}

static void
add_codes (DcmDataset *target, const DeidPlan &plan, bool pixels_cleaned)
{
  add_code (target, "113100", "Basic Application Confidentiality Profile");
  if (pixels_cleaned)
    add_code (target, "113101", "Clean Pixel Data Option");
  if (plan.scope.strict)
    return;
  add_code (target, "113105", "Clean Descriptors Option");
  if (plan.keep_dates)
    add_code (target, "113106", "Retain Longitudinal Temporal Information Full Dates Option");
  else
    add_code (target, "113107", "Retain Longitudinal Temporal Information Modified Dates Option");
  add_code (target, "113108", "Retain Patient Characteristics Option");
}

void
deid_add_statements (DicomFile &file, DcmDataset *target, const DeidPlan &plan, bool pixels_cleaned)
{
  DcmDataset *source = file.dataset ();
  const std::string patient = dicom_text (source, DCM_PatientID, file.charset);
  const std::string issuer = dicom_text (source, DCM_IssuerOfPatientID, file.charset);
  char pseudonym[17];

  reader_deid_patient (plan.key, patient.c_str (), issuer.c_str (), pseudonym);
  put_text (target, DCM_PatientID, pseudonym);
  put_text (target, DCM_PatientName, "Patient^" + std::string (pseudonym, 8));
  add_empty (target, plan);
  put_text (target, DCM_PatientIdentityRemoved, "YES");
  put_text (target, DCM_DeidentificationMethod,
            plan.software + "; PS3.15 2026d; profile " + (plan.scope.strict ? "C" : "B"));
  add_codes (target, plan, pixels_cleaned);
  put_text (target, DCM_LongitudinalTemporalInformationModified,
            plan.scope.strict ? "REMOVED"
            : plan.keep_dates ? "UNMODIFIED"
                              : "MODIFIED");
  if (pixels_cleaned)
    put_text (target, DCM_BurnedInAnnotation, "NO");
  else
    keep_burned_in_statement (source, target, plan);
  if (deid_shows_a_head (source))
    put_text (target, DCM_RecognizableVisualFeatures, "YES");
}
