/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `deidentify`: one file in, one clean file out, or a refusal. */
#include "deid_dataset.hh"

#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dcwcache.h"

#include <cstring>

/* Ours, for the Implementation Class UID (PS3.7 D.3.3.2); a UUID-derived UID. */
#define IMPLEMENTATION_UID "2.25.193047102847710298374610293847561029384"

/* What follows it in (0012,0063) takes 25 of the 64 characters of a LO (PS3.5 6.2). */
static bool
is_plain (const char *software)
{
  for (const char *at = software; *at != '\0'; at++)
    if (!g_ascii_isprint (*at) || *at == '\\')
      return false;
  return strlen (software) <= 39;
}

static bool
read_plan (GVariant *arguments, DeidPlan &plan)
{
  g_autoptr (GVariant) key = g_variant_lookup_value (arguments, "key", G_VARIANT_TYPE ("ay"));
  g_autoptr (GVariant) boxes =
      g_variant_lookup_value (arguments, "boxes", G_VARIANT_TYPE ("a(iuuuu)"));
  const char *profile = "", *software = "";
  gboolean keep_dates = FALSE, reviewed = FALSE;
  gint date_shift = 0, time_shift = DEID_NO_TIMES, text_hits = DEID_NOT_SEARCHED;
  gsize key_size = 0;
  const guint8 *key_bytes;

  g_variant_lookup (arguments, "profile", "&s", &profile);
  g_variant_lookup (arguments, "software", "&s", &software);
  g_variant_lookup (arguments, "keep-dates", "b", &keep_dates);
  g_variant_lookup (arguments, "reviewed", "b", &reviewed);
  g_variant_lookup (arguments, "date-shift", "i", &date_shift);
  g_variant_lookup (arguments, "time-shift", "i", &time_shift);
  g_variant_lookup (arguments, "text-hits", "i", &text_hits);
  plan.scope.strict = g_str_equal (profile, "public");
  /* Nothing is kept that the strictest profile removes. */
  if (key == NULL || (!plan.scope.strict && !g_str_equal (profile, "second-opinion")) ||
      !is_plain (software) || (!keep_dates && date_shift > -7) || date_shift < -365 * 100 ||
      (plan.scope.strict && keep_dates) || time_shift < -86400 || time_shift > 86400)
    return false;
  key_bytes = (const guint8 *) g_variant_get_fixed_array (key, &key_size, 1);
  if (key_size != sizeof plan.key)
    return false;
  memcpy (plan.key, key_bytes, sizeof plan.key);
  plan.keep_dates = keep_dates;
  plan.reviewed = reviewed;
  plan.date_shift = date_shift;
  plan.time_shift = time_shift;
  plan.text_hits = text_hits;
  plan.software = software;
  for (gsize i = 0; boxes != NULL && i < g_variant_n_children (boxes); i++)
    {
      DeidBox box;

      g_variant_get_child (boxes, i, "(iuuuu)", &box.frame, &box.x, &box.y, &box.width,
                           &box.height);
      plan.boxes.push_back (box);
    }
  return true;
}

/* Elements of group 0000 are what zeros behind the last element read as. */
static bool
has_bytes_behind (DcmDataset *dataset)
{
  for (unsigned long i = 0; i < dataset->card (); i++)
    if (dataset->getElement (i)->getGTag () == 0x0000)
      return true;
  return false;
}

/* PS3.4 B.5, by the beginning of the SOP class. */
static const char *
why_not (const char *sop_class)
{
  static const struct
  {
    const char *root, *sentence;
  } reasons[] = {
    { "1.2.840.10008.5.1.4.1.1.88.59",
      "This is a list of pictures that somebody marked, no picture; "
      "it was left out." },
    { "1.2.840.10008.5.1.4.1.1.88.",
      "This is a written report: it may name you in any sentence, so it was left out." },
    { "1.2.840.10008.5.1.4.1.1.11.", "These are marks and notes that lie over pictures; their text "
                                     "cannot be cleaned, so they were "
                                     "left out." },
    { "1.2.840.10008.5.1.4.1.1.104.", "This is a document in the form of a scan: it may name you "
                                      "on any page, so it was left out." },
    { "1.2.840.10008.5.1.4.1.1.9.",
      "This is a recording of curves or sound, no picture; it was left "
      "out." },
    { "1.2.840.10008.5.1.4.1.1.66",
      "This marks or measures other pictures and cannot be cleaned; it "
      "was left out." },
    { "1.2.840.10008.5.1.4.1.1.481.",
      "This belongs to the planning of a treatment and cannot be cleaned; it was left out." },
    { "1.2.840.10008.5.1.4.1.1.77.",
      "This is a photograph or video: anything may be seen in it, so it "
      "was left out." },
    { "1.2.840.10008.1.3.10", "This is the contents list of a disc; a copy gets a new one." },
  };

  for (const auto &reason : reasons)
    if (g_str_has_prefix (sop_class, reason.root))
      return reason.sentence;
  return g_str_has_prefix (sop_class, "1.2.840.10008.")
             ? "This is not a picture of a kind that can be cleaned; it was left out."
             : "This is of a kind that only its maker knows, so it cannot be cleaned; it was left "
               "out.";
}

static bool
is_acceptable (DicomFile &file, DeidPlan &plan, ReaderAnswer *answer)
{
  DcmDataset *dataset = file.dataset ();
  OFString sop_class, instance, modality;
  DcmElement *instance_element = NULL;
  double frames;

  dataset->findAndGetOFString (DCM_SOPClassUID, sop_class);
  dataset->findAndGetOFString (DCM_Modality, modality);
  plan.scope.kind = reader_deid_kind (sop_class.c_str ());
  if (file.cut_off || has_bytes_behind (dataset))
    return reader_answer_refuse (answer, "damaged",
                                 "The file is not complete, so it cannot be proved clean.");
  if (plan.scope.kind == READER_KIND_NONE)
    return reader_answer_refuse (answer, "kind-not-supported", why_not (sop_class.c_str ()));
  if (dataset->findAndGetElement (DCM_SOPInstanceUID, instance_element).bad () ||
      instance_element->getVM () != 1 || !dataset->tagExists (DCM_PixelData))
    return reader_answer_refuse (answer, "no-picture",
                                 "The file holds no picture that can be cleaned.");
  if (dicom_number (dataset, DCM_NumberOfFrames, frames) && !(frames >= 1))
    return reader_answer_refuse (answer, "damaged",
                                 "The file is damaged, so it cannot be proved clean.");
  /* Only what calls itself ultrasound is covered outside its regions, and checked for it. */
  if ((plan.scope.kind & READER_KIND_US) != 0 && modality != "US" && modality != "IVUS")
    return reader_answer_refuse (
        answer, "kind-not-supported",
        "The file says of itself that it is two different kinds of picture.");
  if (plan.scope.strict && deid_shows_a_head (dataset))
    return reader_answer_refuse (
        answer, "face",
        "A face can be drawn from this picture of a head, so it cannot be made public.");
  if (!plan.reviewed && (plan.text_hits > 0 || deid_needs_a_look (dataset, plan.scope.kind)))
    return reader_answer_refuse (
        answer, "needs-review",
        "A name may be written inside this picture. Somebody has to look at it first.");
  return true;
}

static void
append_meta (std::vector<guint8> &out, guint16 element, const char *vr, const std::string &value)
{
  const bool is_long = strcmp (vr, "OB") == 0;
  std::string padded = value;
  const guint8 head[] = { 0x02,           0x00,          (guint8) element, (guint8) (element >> 8),
                          (guint8) vr[0], (guint8) vr[1] };

  if (padded.size () % 2 != 0)
    padded += strcmp (vr, "UI") == 0 || is_long ? '\0' : ' ';
  out.insert (out.end (), head, head + sizeof head);
  if (is_long)
    out.insert (out.end (), 2, 0);
  for (guint i = 0; i < (is_long ? 4u : 2u); i++)
    out.push_back ((guint8) (padded.size () >> (8 * i)));
  out.insert (out.end (), padded.begin (), padded.end ());
}

/* PS3.10 7.1: an empty preamble, the prefix, and a file meta group of our own. */
static std::vector<guint8>
file_head (const std::string &sop_class, const std::string &instance)
{
  std::vector<guint8> meta, head (128, 0);
  const guint8 length_element[] = { 0x02, 0x00, 0x00, 0x00, 'U', 'L', 0x04, 0x00 };

  append_meta (meta, 0x0001, "OB", std::string ("\0\1", 2));
  append_meta (meta, 0x0002, "UI", sop_class);
  append_meta (meta, 0x0003, "UI", instance);
  append_meta (meta, 0x0010, "UI", UID_LittleEndianExplicitTransferSyntax);
  append_meta (meta, 0x0012, "UI", IMPLEMENTATION_UID);
  append_meta (meta, 0x0013, "SH", "SCANVAULT");
  head.insert (head.end (), { 'D', 'I', 'C', 'M' });
  head.insert (head.end (), length_element, length_element + sizeof length_element);
  for (guint i = 0; i < 4; i++)
    head.push_back ((guint8) (meta.size () >> (8 * i)));
  head.insert (head.end (), meta.begin (), meta.end ());
  return head;
}

static bool
write_dataset (DcmDataset *dataset, std::vector<guint8> &out)
{
  std::vector<guint8> chunk (1 << 20);
  DcmOutputBufferStream stream (chunk.data (), (offile_off_t) chunk.size ());
  DcmWriteCache cache;
  OFCondition result;

  out.reserve (out.size () +
               dataset->calcElementLength (EXS_LittleEndianExplicit, EET_ExplicitLength));
  dataset->transferInit ();
  do
    {
      void *bytes = NULL;
      offile_off_t n = 0;

      result = dataset->write (stream, EXS_LittleEndianExplicit, EET_ExplicitLength, &cache,
                               EGL_withoutGL, EPD_noChange);
      stream.flushBuffer (bytes, n);
      out.insert (out.end (), (guint8 *) bytes, (guint8 *) bytes + n);
    }
  while (result == EC_StreamNotifyClient);
  dataset->transferEnd ();
  return result.good ();
}

static std::string
string_of (DcmDataset *dataset, const DcmTagKey &tag)
{
  OFString value;

  dataset->findAndGetOFString (tag, value);
  return value.c_str ();
}

static void
tell (DcmDataset *copy, const DeidCounts &counts, ReaderAnswer *answer)
{
  static const struct
  {
    const char *keyword;
    DcmTagKey tag;
  } texts[] = { { "SOPClassUID", DCM_SOPClassUID },
                { "SOPInstanceUID", DCM_SOPInstanceUID },
                { "SeriesInstanceUID", DCM_SeriesInstanceUID },
                { "StudyInstanceUID", DCM_StudyInstanceUID },
                { "PatientID", DCM_PatientID },
                { "Modality", DCM_Modality },
                { "StudyDate", DCM_StudyDate } };
  GVariantBuilder codes;
  DcmItem *item;

  for (const auto &text : texts)
    g_variant_dict_insert (&answer->result, text.keyword, "s", string_of (copy, text.tag).c_str ());
  g_variant_dict_insert (&answer->result, "removed-attributes", "u", counts.attributes);
  g_variant_dict_insert (&answer->result, "removed-private", "u", counts.priv);
  g_variant_dict_insert (&answer->result, "removed-overlays", "u", counts.overlays);
  g_variant_dict_insert (&answer->result, "text-boxes", "u", counts.boxes);
  g_variant_dict_insert (&answer->result, "needs-samples", "b", counts.needs_samples);
  g_variant_dict_insert (&answer->result, "frames", "u",
                         MAX (1, dicom_uint (copy, DCM_NumberOfFrames, 1)));
  g_variant_dict_insert (&answer->result, "SeriesNumber", "i",
                         (gint) dicom_uint (copy, DCM_SeriesNumber));
  g_variant_dict_insert (&answer->result, "InstanceNumber", "i",
                         (gint) dicom_uint (copy, DCM_InstanceNumber));
  g_variant_builder_init (&codes, G_VARIANT_TYPE ("as"));
  for (unsigned long i = 0;
       (item = dicom_item (copy, DCM_DeidentificationMethodCodeSequence, i)) != NULL; i++)
    {
      OFString code;

      item->findAndGetOFString (DCM_CodeValue, code);
      g_variant_builder_add (&codes, "s", code.c_str ());
    }
  g_variant_dict_insert_value (&answer->result, "codes", g_variant_builder_end (&codes));
}

/* What the file calls UN is to stay so, and is left out: its bytes may be anything. */
static bool
open_strictly (ReaderSource *source, DicomFile &file, ReaderAnswer *answer)
{
  const OFBool before = dcmEnableUnknownVRConversion.get ();

  dcmEnableUnknownVRConversion.set (OFFalse);
  const bool opened = dicom_open (source, file, answer);
  dcmEnableUnknownVRConversion.set (before);
  return opened;
}

gboolean
reader_verb_deidentify (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] () -> gboolean {
    DeidPlan plan;
    DicomFile file;
    DcmDataset copy;
    DeidCounts counts = {};
    bool cleaned = false;

    if (!read_plan (call->arguments, plan))
      return reader_answer_fail (answer, "bad-request", "The request makes no sense.");
    if (!open_strictly (call->source, file, answer))
      return FALSE;
    if (!is_acceptable (file, plan, answer))
      return FALSE;
    deid_collect_own (file, plan.own);
    deid_copy_attributes (file.dataset (), &copy, plan, 0, counts);
    if (counts.too_deep)
      return reader_answer_refuse (answer, "damaged",
                                   "The parts of the file are nested too deeply to be cleaned.");
    if (!deid_copy_pixels (file, &copy, plan, answer, counts, cleaned))
      return FALSE;
    if (!deid_is_usable (file.dataset (), &copy))
      return reader_answer_refuse (answer, "damaged",
                                   "A value that the picture needs is not what it should be.");
    /* A person who has looked and found nothing to cover has done it as well. */
    deid_add_statements (file, &copy, plan, cleaned || (plan.scope.strict && plan.reviewed));

    std::vector<guint8> out =
        file_head (string_of (&copy, DCM_SOPClassUID), string_of (&copy, DCM_SOPInstanceUID));
    if (!write_dataset (&copy, out))
      return reader_answer_refuse (answer, "not-writable", "The copy could not be written.");
    tell (&copy, counts, answer);
    guint8 *bulk = reader_answer_bulk (answer, out.size ());
    if (bulk == NULL)
      return FALSE;
    memcpy (bulk, out.data (), out.size ());
    return TRUE;
  });
}
