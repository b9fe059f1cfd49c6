/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A de-identified data set, built anew from another. C++ alone. */
#pragma once

#include "dicom_file.hh"

#include "deid_keys.h"
#include "deid_rules.h"

#include <set>
#include <string>
#include <vector>

#define DEID_DEPTH_MAX 16
#define DEID_NO_TIMES (-1)
#define DEID_NOT_SEARCHED (-1)

struct DeidBox
{
  gint frame; /* from 0, or -1 = every frame */
  guint32 x, y, width, height;
};

struct DeidPlan
{
  guint8 key[READER_DEID_KEY_SIZE];
  ReaderDeidScope scope;
  bool keep_dates, reviewed;
  gint date_shift, time_shift; /* days; seconds, DEID_NO_TIMES: times go */
  gint text_hits; /* places that may be writing, found in all pictures; DEID_NOT_SEARCHED */
  std::vector<DeidBox> boxes;
  std::string software;
  std::set<std::string> own; /* lower-case words and numbers that name the patient or the site */

  ~DeidPlan ()
  {
    explicit_bzero (key, sizeof key);
  }
};

struct DeidCounts
{
  guint32 attributes, priv, overlays, boxes;
  bool needs_samples; /* reader_protocol.h */
  bool too_deep; /* sequences beyond DEID_DEPTH_MAX: there is no copy then */
};

/* The words of names and the identifiers of a source. A description that holds one of them is not
 * kept even if all its words are known: a patient may be called Foot. */
void deid_collect_own (DicomFile &file, std::set<std::string> &ret_own);

/* Whether text, of a kept description or an integer string, has a word of own. */
bool deid_tells_own (const std::set<std::string> &own, const char *text);

/* The VR that a value is taken for: the dictionary's where both are strings and the file is wrong. */
DcmEVR deid_true_vr (DcmElement *element);

/* Whether VR and number of values are those of the dictionary: what is not known stays out. */
bool deid_fits_dictionary (DcmElement *element);

/* Whether the picture shows a face, as far as the source says so: a head in CT, MR or PET by body
 * part, anatomic code or description. */
bool deid_shows_a_head (DcmDataset *source);

/* Whether text is to be expected in the pictures: ultrasound, captures, results, colour. */
bool deid_needs_a_look (DcmDataset *source, ReaderKind kind);

/* Copies what the rules allow from source to target, recursively; pixels are left out. */
void deid_copy_attributes (DcmItem *source, DcmItem *target, const DeidPlan &plan, guint depth,
                           DeidCounts &counts);

/* What every copy has to say: pseudonym, empty Type 2 attributes, and what was done (PS3.15 E.1.1,
 * PS3.3 C.12.1). pixels_cleaned: the Clean Pixel Data option was carried out. */
void deid_add_statements (DicomFile &file, DcmDataset *target, const DeidPlan &plan,
                          bool pixels_cleaned);

/* Whether everything by which the picture is found and read stands in target as it does in source:
 * a copy without its slope or spacing would show something else. */
bool deid_is_usable (DcmDataset *source, DcmDataset *target);

/* Decodes all frames, clears what is no stored bit, covers what the plan or the ultrasound regions
 * say, and puts the pixels into target. ret_cleaned: a person has looked, and something was covered
 * or all pictures were searched for writing. FALSE with the answer a refusal. */
bool deid_copy_pixels (DicomFile &file, DcmDataset *target, const DeidPlan &plan,
                       ReaderAnswer *answer, DeidCounts &counts, bool &ret_cleaned);
