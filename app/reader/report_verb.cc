/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.hh"
#include "sniff.h"

#include <string.h>

static const gsize plain_max = 1024 * 1024;

/* SR storage classes and key object selection (PS3.6 annex A: …88), presentation states (…11),
 * waveforms (…9). The tree is known by its own root too, since some write it under a class of
 * theirs. */
ReportKind
report_kind (DicomFile &file, const std::string &sop_class)
{
  static const char root[] = "1.2.840.10008.5.1.4.1.1.";
  DcmDataset *dataset = file.dataset ();
  const bool storage = sop_class.compare (0, strlen (root), root) == 0;
  const std::string rest = storage ? sop_class.substr (strlen (root)) : "";

  if (rest.compare (0, 3, "88.") == 0)
    return REPORT_TREE;
  if (rest.compare (0, 3, "11.") == 0)
    return REPORT_STATE;
  if (dataset->tagExists (DCM_WaveformSequence))
    return REPORT_WAVE;
  return dataset->tagExists (DCM_ContentSequence) ? REPORT_TREE : REPORT_OBJECT;
}

gboolean
report_describe (DicomFile &file, const std::string &sop_class, const char *problem,
                 GVariantDict *result)
{
  DcmDataset *dataset = file.dataset ();
  const bool pages = sop_class == UID_EncapsulatedPDFStorage &&
                     dataset->tagExistsWithValue (DCM_EncapsulatedDocument);
  const bool readable =
      report_kind (file, sop_class) != REPORT_OBJECT || report_reason (sop_class) != NULL;
  guint32 frames, rows, columns;
  const bool strips = !pages && report_strips (file, frames, rows, columns);

  if (strips)
    {
      g_variant_dict_insert (result, "NumberOfFrames", "u", frames);
      g_variant_dict_insert (result, "Rows", "u", rows);
      g_variant_dict_insert (result, "Columns", "u", columns);
    }
  g_variant_dict_insert (result, "renderable", "b", (gboolean) (pages || strips));
  g_variant_dict_insert (result, "form", "s",
                         strips     ? "strip"
                         : pages    ? "pages"
                         : readable ? "text"
                                    : "none");
  if (pages || strips)
    problem = file.cut_off ? "The file is damaged or cut off." : NULL;
  else if (report_reason (sop_class) != NULL && !dataset->tagExists (DCM_PixelData))
    problem = report_reason (sop_class);
  if (problem != NULL)
    g_variant_dict_insert (result, "problem", "s", problem);
  return TRUE;
}

gboolean
report_describe_document (const char *type, GVariantDict *result)
{
  static const char *const drawn[] = { "pdf", "jpeg", "png", "tiff", NULL };
  const gboolean pages = g_strv_contains (drawn, type);

  g_variant_dict_insert (result, "renderable", "b", pages);
  g_variant_dict_insert (result, "form", "s",
                         pages                        ? "pages"
                         : strcmp (type, "text") == 0 ? "text"
                                                      : "none");
  return TRUE;
}

static gboolean
text_of_object (const ReaderCall *call, ReaderAnswer *answer)
{
  DicomFile file;
  ReportLines lines;

  if (!dicom_open (call->source, file, answer))
    return FALSE;
  switch (report_kind (file, dicom_text (file.dataset (), DCM_SOPClassUID, ReaderCharset ())))
    {
    case REPORT_TREE:
      report_tree (file, lines);
      break;
    case REPORT_STATE:
      report_state (file, lines);
      break;
    case REPORT_WAVE:
      report_wave (file, lines);
      break;
    case REPORT_OBJECT:
      report_object (file, lines);
      break;
    }
  if (file.cut_off)
    lines.add (0, "note", "", "The file is damaged or cut off.");
  return lines.finish (answer);
}

/* Line by line, tabs as spaces. UTF-8 if it is valid, else Latin-1. */
static gboolean
plain_text (const ReaderCall *call, ReaderAnswer *answer)
{
  const gsize n = MIN (call->source->size, plain_max);
  std::vector<char> bytes (n + 1);
  ReportLines lines;

  if (reader_source_read (call->source, 0, bytes.data (), n) != (gint64) n)
    return reader_answer_fail (answer, "unreadable", NULL);
  if (n >= 5 && memcmp (bytes.data (), "{\\rtf", 5) == 0)
    return reader_answer_fail (answer, "unsupported", "This is a document of a word processor.");
  gsize from = 0;
  if (n >= 3 && memcmp (bytes.data (), "\xef\xbb\xbf", 3) == 0)
    from = 3;
  const bool utf8 = g_utf8_validate (bytes.data () + from, (gssize) (n - from), NULL);
  while (from < n && !lines.full ())
    {
      const gsize length = strcspn (bytes.data () + from, "\r\n");
      std::string line;

      for (gsize i = from; i < from + length; i++)
        {
          const guint8 byte = (guint8) bytes[i];

          if (byte == '\t')
            line += "    ";
          else if (byte >= 0x80 && !utf8)
            {
              line += (char) (0xc0 | byte >> 6);
              line += (char) (0x80 | (byte & 0x3f));
            }
          else if (byte >= 0x20 && byte != 0x7f)
            line += (char) byte;
        }
      lines.add (0, "line", "", line);
      from += length;
      from += from + 1 < n && bytes[from] == '\r' && bytes[from + 1] == '\n' ? 2 : 1;
    }
  return lines.finish (answer);
}

gboolean
reader_verb_text (const ReaderCall *call, ReaderAnswer *answer)
{
  const char *type;
  const SniffKind kind = reader_sniff (call->source, &type);

  return dicom_guard (answer, [&] () -> gboolean {
    if (kind == SNIFF_DICOM)
      return text_of_object (call, answer);
    if (kind == SNIFF_DOCUMENT && strcmp (type, "text") == 0)
      return plain_text (call, answer);
    return reader_answer_fail (answer, "unsupported", "This is no text.");
  });
}

/* By the class, else by what the object says of the type (PS3.3 C.24.2). */
static const char *
enclosed_type (DcmDataset *dataset)
{
  static const struct
  {
    const char *mime, *type;
  } types[] = { { "application/pdf", "pdf" }, { "text/XML", "cda" },  { "model/stl", "stl" },
                { "model/obj", "obj" },       { "model/mtl", "mtl" }, { "image/jpeg", "jpeg" } };
  const std::string mime =
      dicom_text (dataset, DCM_MIMETypeOfEncapsulatedDocument, ReaderCharset ());

  for (const auto &one : types)
    if (g_ascii_strcasecmp (one.mime, mime.c_str ()) == 0)
      return one.type;
  return "";
}

static gboolean
enclosed (const ReaderCall *call, ReaderAnswer *answer)
{
  DicomFile file;
  DcmElement *element = NULL;

  if (!dicom_open (call->source, file, answer))
    return FALSE;
  DcmDataset *dataset = file.dataset ();
  if (dataset->findAndGetElement (DCM_EncapsulatedDocument, element).bad () ||
      element->getLength () == 0)
    return reader_answer_fail (answer, "unsupported", "This object holds no document.");
  const Uint32 stored = element->getLength ();
  const guint32 length = dicom_uint (dataset, DCM_EncapsulatedDocumentLength, stored);
  const Uint32 n = length > 0 && length < stored && stored - length <= 1 ? length : stored;
  guint8 *out = reader_answer_bulk (answer, n);
  if (out == NULL)
    return FALSE;
  if (element->getPartialValue (out, 0, n, &file.cache).bad ())
    return reader_answer_fail (answer, "unreadable", "The document in this file is not complete.");
  g_variant_dict_insert (&answer->result, "type", "s", enclosed_type (dataset));
  return TRUE;
}

gboolean
reader_verb_enclosed (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] { return enclosed (call, answer); });
}
