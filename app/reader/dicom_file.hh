/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An open DICOM file, as the DICOM verbs share it. C++ alone: no C file includes this. */
#pragma once

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmdata/dcfcache.h"

#include "dicom_text.h"
#include "reader_verbs.h"

#include <string>
#include <vector>

class DcmPixelItem;

/* The items of the pixel data, found once. */
struct DicomFragmentIndex
{
  DcmElement *element = NULL;        /* of this one */
  std::vector<DcmPixelItem *> items; /* the offset table first */
  std::vector<Uint32> firsts;        /* of each frame, as far as they are known */
};

struct DicomFile
{
  DcmFileFormat format;
  DcmFileCache cache;           /* one stream for all that is read late */
  ReaderSource *source;         /* not owned; must live as long as this */
  ReaderSource inflated_source; /* of a deflated file, else unused */
  std::vector<guint8> inflated;
  std::string
      transfer_syntax; /* as the file meta says; by the guess of the parser where it says nothing */
  bool cut_off; /* the file ends in the middle, or has no header where one belongs; what could be
                   read is there */
  ReaderCharset charset; /* of the dataset itself */
  DicomFragmentIndex fragments;

  DcmDataset *
  dataset ()
  {
    return format.getDataset ();
  }
};

/* Parses source into file; values longer than 4 KiB stay in the source until they are asked for.
 * Deflated files are inflated first, up to a limit. Fails (FALSE, with the answer an error) for
 * what is no DICOM, for damage that leaves nothing to use, and for sequences nested deeper than
 * DICOM_NESTING_MAX. Never throws. */
bool dicom_open (ReaderSource *source, DicomFile &file, ReaderAnswer *answer);

#define DICOM_NESTING_MAX 1024 /* DCMTK recurses; 20,000 levels exhaust its stack, 5,000 do not */

/* The character set that an item or dataset declares, or inherited if it declares none. */
ReaderCharset dicom_charset (DcmItem *item, const ReaderCharset &inherited);

/* Has the charset of a dataset learn from its names and descriptions: reader_charset_learn. */
void dicom_charset_learn (DcmItem *dataset, ReaderCharset &charset);

/* A text value as UTF-8 on one line; empty if absent. Multiple values stay joined by backslashes.
 */
std::string dicom_text (DcmItem *item, const DcmTagKey &key, const ReaderCharset &charset);

/* The same, line by line; empty if absent. */
std::vector<std::string> dicom_lines (DcmItem *item, const DcmTagKey &key,
                                      const ReaderCharset &charset);

/* Number n (from 0) of a numeric or decimal-string value. FALSE if absent or not a finite number.
 */
bool dicom_number (DcmItem *item, const DcmTagKey &key, double &ret_value, unsigned long n = 0);

/* All numbers of a value, as far as they are finite. */
std::vector<double> dicom_numbers (DcmItem *item, const DcmTagKey &key);

/* An unsigned value of VR US, or IS; fallback if absent. */
guint32 dicom_uint (DcmItem *item, const DcmTagKey &key, guint32 fallback = 0);

/* The 16-bit words of a value, whatever its VR says (US, SS, OW, OB, UN); empty if absent. */
std::vector<guint16> dicom_words (DcmItem *item, const DcmTagKey &key, bool *ret_signed = NULL);

/* Item n of a sequence, or NULL. */
DcmItem *dicom_item (DcmItem *item, const DcmTagKey &sequence, unsigned long n = 0);

/* The item of a functional group macro that holds for a frame: of the frame itself, else of all
 * frames (PS3.3 C.7.6.16). NULL if the object has none. */
DcmItem *dicom_functional_group (DcmItem *dataset, const DcmTagKey &macro, guint32 frame);

/* Runs body and turns what it throws into an error of the answer. */
template <typename Body>
gboolean
dicom_guard (ReaderAnswer *answer, Body body)
{
  try
    {
      return body ();
    }
  catch (const std::bad_alloc &)
    {
      return reader_answer_fail (answer, "no-memory", "There is not enough memory for this file.");
    }
  catch (...)
    {
      return reader_answer_fail (answer, "unreadable", "The file is damaged.");
    }
}
