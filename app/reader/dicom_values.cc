/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values out of a parsed dataset, whatever is wrong with them. */
#include "dicom_file.hh"

#include <math.h>
#include <string.h>

static DcmElement *
find (DcmItem *item, const DcmTagKey &key)
{
  DcmElement *element = NULL;

  if (item == NULL || item->findAndGetElement (key, element).bad ())
    return NULL;
  return element;
}

/* The bytes of a text value, or of one whose VR was not known. */
static bool
raw_text (DcmElement *element, std::string &ret_bytes)
{
  OFString string;

  /* The length as it stands in the file: the other one reads the value to find its own. */
  if (element == NULL || element->getLengthField () > 1024 * 1024)
    return false;
  if (element->isaString ())
    {
      char *bytes = NULL;
      Uint32 length = 0;

      if (OFstatic_cast (DcmByteString *, element)->getString (bytes, length).bad () ||
          bytes == NULL)
        return false;
      ret_bytes.assign (bytes, length);
      return true;
    }
  if (element->ident () == EVR_UN || element->ident () == EVR_OB)
    {
      Uint8 *bytes = NULL;

      if (element->getUint8Array (bytes).bad () || bytes == NULL)
        return false;
      ret_bytes.assign ((const char *) bytes, element->getLength ());
      return true;
    }
  if (element->ident () == EVR_SQ || element->getOFStringArray (string).bad ())
    return false;
  ret_bytes.assign (string.c_str (), string.length ());
  return true;
}

ReaderCharset
dicom_charset (DcmItem *item, const ReaderCharset &inherited)
{
  std::string bytes;

  if (!raw_text (find (item, DCM_SpecificCharacterSet), bytes))
    return inherited;
  return reader_charset_parse (bytes.c_str (), bytes.length ());
}

/* Where names and words stand that a patient's own language is likely in. */
static const DcmTagKey sample_keys[] = { DCM_PatientName,
                                         DCM_ReferringPhysicianName,
                                         DCM_InstitutionName,
                                         DCM_StudyDescription,
                                         DCM_PhysiciansOfRecord,
                                         DCM_OperatorsName,
                                         DCM_PerformingPhysicianName };

void
dicom_charset_learn (DcmItem *dataset, ReaderCharset &charset)
{
  std::string sample, bytes;

  for (const DcmTagKey &key : sample_keys)
    if (raw_text (find (dataset, key), bytes) && bytes.find ('\x1b') == std::string::npos)
      sample += bytes + "\\";
  reader_charset_learn (&charset, sample.data (), sample.length ());
}

std::string
dicom_text (DcmItem *item, const DcmTagKey &key, const ReaderCharset &charset)
{
  DcmElement *element = find (item, key);
  std::string bytes;

  if (!raw_text (element, bytes))
    return "";
  const bool name =
      element->ident () == EVR_PN || (!element->isaString () && DcmTag (key).getEVR () == EVR_PN);
  char *utf8 =
      reader_text_to_utf8 (bytes.data (), bytes.length (), &charset, name ? READER_TEXT_NAME : 0);
  std::string text = utf8;
  g_free (utf8);
  return text;
}

std::vector<std::string>
dicom_lines (DcmItem *item, const DcmTagKey &key, const ReaderCharset &charset)
{
  std::vector<std::string> lines;
  std::string bytes;

  if (!raw_text (find (item, key), bytes))
    return lines;
  g_autofree char *utf8 = reader_text_to_utf8 (bytes.data (), bytes.length (), &charset, TRUE);
  for (const char *p = utf8; *p != '\0';)
    {
      const gsize n = strcspn (p, "\r\n");

      if (n > 0)
        lines.push_back (std::string (p, n));
      p += n;
      p += strspn (p, "\r\n");
    }
  return lines;
}

std::vector<double>
dicom_numbers (DcmItem *item, const DcmTagKey &key)
{
  std::vector<double> numbers;
  DcmElement *element = find (item, key);
  std::string bytes;

  if (element == NULL || element->getLength () > 64 * 1024)
    return numbers;
  if (!element->isaString () && element->ident () != EVR_UN)
    {
      for (unsigned long i = 0; i < element->getVM (); i++)
        {
          Float64 number;
          OFString text;

          if (element->getFloat64 (number, i).bad ())
            {
              if (element->getOFString (text, i).bad ())
                break;
              number = g_ascii_strtod (text.c_str (), NULL);
            }
          if (!isfinite (number))
            break;
          numbers.push_back (number);
        }
      return numbers;
    }
  if (!raw_text (element, bytes))
    return numbers;
  for (char &c : bytes)
    if (c == '\0')
      c = ' ';
  const char *p = bytes.c_str ();
  while (p != NULL && *p != '\0')
    {
      char *end = NULL;
      /* Some write a decimal comma. */
      std::string one (p, strcspn (p, "\\"));
      for (char &c : one)
        if (c == ',')
          c = '.';
      double number = g_ascii_strtod (one.c_str (), &end);

      if (end == one.c_str () || !isfinite (number))
        break;
      numbers.push_back (number);
      p = strchr (p, '\\');
      if (p != NULL)
        p++;
    }
  return numbers;
}

bool
dicom_number (DcmItem *item, const DcmTagKey &key, double &ret_value, unsigned long n)
{
  std::vector<double> numbers = dicom_numbers (item, key);

  if (n >= numbers.size ())
    return false;
  ret_value = numbers[n];
  return true;
}

guint32
dicom_uint (DcmItem *item, const DcmTagKey &key, guint32 fallback)
{
  DcmElement *element = find (item, key);
  double number;
  Uint16 word;

  if (element != NULL && element->ident () == EVR_US && element->getUint16 (word).good ())
    return word;
  if (element == NULL || !dicom_number (item, key, number) || number < 0 || number > G_MAXUINT32)
    return fallback;
  return (guint32) number;
}

/* A table has 65,536 entries at most; no more memory is taken than for some of these. */
static const Uint32 words_max = 1024 * 1024;

std::vector<guint16>
dicom_words (DcmItem *item, const DcmTagKey &key, bool *ret_signed)
{
  std::vector<guint16> words;
  DcmElement *element = find (item, key);
  Uint16 *u16 = NULL;
  Sint16 *s16 = NULL;
  Uint8 *u8 = NULL;

  if (element == NULL || element->getLengthField () > words_max)
    return words;
  const Uint32 length = element->getLength ();
  if (ret_signed != NULL)
    *ret_signed = element->ident () == EVR_SS;
  if (element->ident () == EVR_SS && element->getSint16Array (s16).good () && s16 != NULL)
    for (Uint32 i = 0; i < length / 2; i++)
      words.push_back ((guint16) s16[i]);
  else if (element->getUint16Array (u16).good () && u16 != NULL)
    words.assign (u16, u16 + length / 2);
  else if (element->getUint8Array (u8).good () && u8 != NULL)
    for (Uint32 i = 0; i + 1 < length; i += 2)
      words.push_back ((guint16) (u8[i] | u8[i + 1] << 8));
  return words;
}

DcmItem *
dicom_item (DcmItem *item, const DcmTagKey &key, unsigned long n)
{
  DcmElement *element = find (item, key);

  if (element == NULL || element->ident () != EVR_SQ)
    return NULL;
  DcmSequenceOfItems *sequence = OFstatic_cast (DcmSequenceOfItems *, element);
  return n < sequence->card () ? sequence->getItem (n) : NULL;
}

DcmItem *
dicom_functional_group (DcmItem *dataset, const DcmTagKey &macro, guint32 frame)
{
  DcmItem *found =
      dicom_item (dicom_item (dataset, DCM_PerFrameFunctionalGroupsSequence, frame), macro);

  if (found == NULL)
    found = dicom_item (dicom_item (dataset, DCM_SharedFunctionalGroupsSequence), macro);
  return found;
}
