/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.hh"

#include "reader_protocol.h"

#include <string.h>

static const gsize bytes_max = 4 * 1024 * 1024;
static const gsize text_max = 16 * 1024;

ReportLines::ReportLines () : count_ (0), bytes_ (0), cut_ (false)
{
  g_variant_builder_init (&builder_, G_VARIANT_TYPE (SCAN_TEXT_TYPE));
}

ReportLines::~ReportLines ()
{
  g_variant_builder_clear (&builder_);
}

static std::string
bounded (const std::string &text)
{
  if (text.length () <= text_max)
    return text;
  const char *end = g_utf8_find_prev_char (text.c_str (), text.c_str () + text_max);
  return text.substr (0, end != NULL ? (gsize) (end - text.c_str ()) : 0) + "…";
}

void
ReportLines::add (guint level, const char *kind, const std::string &label, const std::string &text)
{
  const std::string a = bounded (label), b = bounded (text);

  if (count_ >= SCAN_TEXT_LINES_MAX || bytes_ + a.length () + b.length () > bytes_max)
    {
      cut_ = true;
      return;
    }
  g_variant_builder_add (&builder_, "(usss)", (guint32) MIN (level, SCAN_TEXT_LEVEL_MAX), kind,
                         a.c_str (), b.c_str ());
  count_++;
  bytes_ += a.length () + b.length ();
}

void
ReportLines::add_lines (guint level, const std::string &label,
                        const std::vector<std::string> &lines)
{
  for (gsize i = 0; i < lines.size (); i++)
    add (level, "text", i == 0 ? label : "", lines[i]);
}

void
ReportLines::add_value (guint level, const char *kind, const char *label, DcmItem *item,
                        const DcmTagKey &key, const ReaderCharset &charset)
{
  if (item == NULL)
    return;
  if (strcmp (kind, "text") == 0)
    {
      add_lines (level, label, dicom_lines (item, key, charset));
      return;
    }
  const std::string text = dicom_text (item, key, charset);
  if (!text.empty ())
    add (level, kind, label, text);
}

void
ReportLines::add_code (guint level, const char *label, DcmItem *item, const DcmTagKey &sequence,
                       const ReaderCharset &charset)
{
  const std::string meaning = report_code (item, sequence, charset);

  if (!meaning.empty ())
    add (level, "text", label, meaning);
}

gboolean
ReportLines::finish (ReaderAnswer *answer)
{
  g_autoptr (GVariant) lines = g_variant_ref_sink (g_variant_builder_end (&builder_));
  const gsize n = g_variant_get_size (lines);
  guint8 *out = reader_answer_bulk (answer, n);

  /* So that it can be cleared again. */
  g_variant_builder_init (&builder_, G_VARIANT_TYPE (SCAN_TEXT_TYPE));
  if (out == NULL)
    return FALSE;
  g_variant_store (lines, out);
  g_variant_dict_insert (&answer->result, "cut", "b", (gboolean) cut_);
  return TRUE;
}

unsigned long
report_items (DcmItem *item, const DcmTagKey &sequence)
{
  DcmElement *element = NULL;

  if (item == NULL || item->findAndGetElement (sequence, element).bad () ||
      element->ident () != EVR_SQ)
    return 0;
  return OFstatic_cast (DcmSequenceOfItems *, element)->card ();
}

std::string
report_code (DcmItem *item, const DcmTagKey &sequence, const ReaderCharset &charset,
             unsigned long n)
{
  DcmItem *code = item != NULL ? dicom_item (item, sequence, n) : NULL;

  if (code == NULL)
    return "";
  const ReaderCharset own = dicom_charset (code, charset);
  for (const DcmTagKey &key : { DCM_CodeMeaning, DCM_CodeValue, DCM_LongCodeValue })
    {
      const std::string text = dicom_text (code, key, own);

      if (!text.empty ())
        return text;
    }
  return "";
}

/* Units of UCUM are mostly what people write ("mm", "kg/m2"); where they are not ("{beats}/min",
 * "[degF]"), their meaning is taken. "1" is a mere number. */
std::string
report_unit (DcmItem *item, const DcmTagKey &sequence, const ReaderCharset &charset)
{
  DcmItem *code = item != NULL ? dicom_item (item, sequence) : NULL;

  if (code == NULL)
    return "";
  const std::string value = dicom_text (code, DCM_CodeValue, charset);
  const std::string scheme = dicom_text (code, DCM_CodingSchemeDesignator, charset);
  if (value == "1" || (value.length () > 1 && value[0] == '{' && value.back () == '}'))
    return "";
  if (scheme == "UCUM" && !value.empty () && value.find_first_of ("{}[]*'\"") == std::string::npos)
    return value == "%" ? " %" : value == "Cel" ? " °C" : value == "um" ? " µm" : " " + value;
  const std::string meaning = report_code (item, sequence, charset);
  return meaning.empty () || meaning == "no units" ? "" : " " + meaning;
}

std::string
report_number (double number)
{
  char text[64];

  g_snprintf (text, sizeof text, "%.6g", number);
  return text;
}

void
report_pictures (ReportLines &lines, guint level, const std::string &label, DcmItem *item,
                 const DcmTagKey &sequence)
{
  const unsigned long n = report_items (item, sequence);

  for (unsigned long i = 0; i < n && !lines.full (); i++)
    {
      DcmItem *reference = dicom_item (item, sequence, i);
      const std::string uid =
          dicom_text (reference, DCM_ReferencedSOPInstanceUID, ReaderCharset ());

      if (!uid.empty ())
        lines.add (level, "picture", label, uid);
    }
}
