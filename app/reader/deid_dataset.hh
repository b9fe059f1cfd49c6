/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A de-identified data set, built anew from another. C++ alone. */
#pragma once

#include "dicom_file.hh"

#include "deid_keys.h"

#include <string>
#include <vector>

struct DeidBox
{
  gint frame; /* from 0, or -1 = every frame */
  guint32 x, y, width, height;
};

struct DeidPlan
{
  guint8 key[READER_DEID_KEY_SIZE];
  bool keep_dates, reviewed;
  gint date_shift, time_shift;
  std::vector<DeidBox> boxes;
  std::string software;
};

struct DeidCounts
{
  guint32 attributes, priv, overlays, boxes;
};

/* Copies what the rules allow from source to target, recursively; pixels are left out. */
void deid_copy_attributes (DcmItem *source, DcmItem *target, const DeidPlan &plan, guint depth, DeidCounts &counts);

/* What every copy has to say: pseudonym, empty Type 2 attributes, and what was done (PS3.15 E.1.1, PS3.3 C.12.1). pixels_cleaned: the
 * Clean Pixel Data option was carried out. */
void deid_add_statements (DcmDataset *source, DcmDataset *target, const DeidPlan &plan, bool pixels_cleaned);

/* Decodes all frames, clears what is no stored bit, covers what the plan or the ultrasound regions say, and puts the pixels
 * into target. ret_cleaned: something was covered. FALSE with the answer a refusal. */
bool deid_copy_pixels (DicomFile &file, DcmDataset *target, const DeidPlan &plan, ReaderAnswer *answer,
                       DeidCounts &counts, bool &ret_cleaned);
