// SPDX-License-Identifier: GPL-3.0-or-later
// The verb `medium`: which files a DICOMDIR says that its medium holds (PS3.3 annex F). A hint for
// the person, never a list to go by.
#include "dicom_file.hh"

#include <string.h>

static const gsize names_max = 16 * 1024 * 1024; // bytes; longer lists are cut off

// Components of a Referenced File ID (PS3.3 F.3.2.2), joined by "/"; empty if there are none.
static std::string
file_of (DcmItem *record)
{
  OFString component;
  std::string file;

  for (unsigned long i = 0; i < 8; i++)
    {
      if (record->findAndGetOFString (DCM_ReferencedFileID, component, i).bad () ||
          component.empty ())
        break;
      if (!file.empty ())
        file += '/';
      file.append (component.c_str ());
    }
  return file;
}

static gboolean
list_files (const ReaderCall *call, ReaderAnswer *answer)
{
  DicomFile file;
  std::string names;
  guint32 listed = 0;

  if (!dicom_open (call->source, file, answer))
    return FALSE;
  DcmSequenceOfItems *records = NULL;
  if (file.dataset ()->findAndGetSequence (DCM_DirectoryRecordSequence, records).good () &&
      records != NULL)
    {
      DcmObject *record = NULL;

      // Item by item: asking for a number walks the list each time.
      while ((record = records->nextInContainer (record)) != NULL)
        {
          const std::string name = file_of (static_cast<DcmItem *> (record));

          if (name.empty () || names.size () + name.size () >= names_max)
            continue;
          names.append (name);
          names += '\0';
          listed++;
        }
    }
  guint8 *bulk = reader_answer_bulk (answer, names.size ());
  if (bulk == NULL)
    return FALSE;
  memcpy (bulk, names.data (), names.size ());
  g_variant_dict_insert (&answer->result, "listed", "u", listed);
  return TRUE;
}

gboolean
reader_verb_medium (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] { return list_files (call, answer); });
}
