/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `survey`: the dates and times of a file that a copy would have, before any is moved. */
#include "deid_dataset.hh"
#include "deid_text.h"

#include <set>

/* A share of one scan has few; a file with more is no scan, and it is refused. */
static const size_t dates_max = 4096;

namespace
{
struct Found
{
  std::set<guint32> dates; /* Julian days */
  gint first = -1, last = -1;
};
}

static void
note (DcmEVR vr, const std::string &value, Found &found)
{
  char date[9], time[17];
  const std::string clock = vr == EVR_TM ? value
                            : vr == EVR_DT && value.size () > 8
                                ? value.substr (8, value.find_first_of ("+-") - 8)
                                : "";

  if (vr != EVR_TM && reader_deid_shift_date (value.substr (0, 8).c_str (), 0, date) &&
      found.dates.size () <= dates_max)
    {
      const guint32 n = (guint32) g_ascii_strtoull (date, NULL, 10);
      GDate day;

      g_date_clear (&day, 1);
      g_date_set_dmy (&day, (GDateDay) (n % 100), (GDateMonth) (n / 100 % 100),
                      (GDateYear) (n / 10000));
      found.dates.insert (g_date_get_julian (&day));
    }
  if (!clock.empty () && reader_deid_shift_time (clock.c_str (), 0, time))
    {
      const gint seconds = reader_deid_seconds (time);

      found.first = found.first < 0 ? seconds : MIN (found.first, seconds);
      found.last = MAX (found.last, seconds);
    }
}

static void
survey (DcmItem *item, const ReaderDeidScope &scope, guint depth, Found &found)
{
  for (unsigned long i = 0; i < item->card () && depth <= DEID_DEPTH_MAX; i++)
    {
      DcmElement *element = item->getElement (i);
      const DcmEVR vr = deid_true_vr (element);
      const DcmTagKey key = element->getTag ().getXTag ();

      if (element->ident () == EVR_SQ)
        {
          DcmSequenceOfItems *sequence = OFstatic_cast (DcmSequenceOfItems *, element);

          for (unsigned long n = 0; n < sequence->card (); n++)
            survey (sequence->getItem (n), scope, depth + 1, found);
          continue;
        }
      if (vr != EVR_DA && vr != EVR_TM && vr != EVR_DT)
        continue;
      OFString value;
      /* Any date of the source is one that no moved date may equal; times that go are not asked. */
      const bool stays =
          reader_deid_action (&scope, key.getGroup (), key.getElement (),
                              DcmVR (vr).getValidVRName (), depth) == READER_DEID_DATE;
      if (element->getOFStringArray (value).good () && (stays || vr != EVR_TM))
        note (vr, stays ? value.c_str () : std::string (value.c_str ()).substr (0, 8), found);
    }
}

gboolean
reader_verb_survey (const ReaderCall *call, ReaderAnswer *answer)
{
  return dicom_guard (answer, [&] () -> gboolean {
    DicomFile file;
    Found found;
    ReaderDeidScope scope = { READER_KIND_NONE, FALSE };
    OFString sop_class;
    GVariantBuilder dates;

    if (!dicom_open (call->source, file, answer))
      return FALSE;
    file.dataset ()->findAndGetOFString (DCM_SOPClassUID, sop_class);
    scope.kind = reader_deid_kind (sop_class.c_str ());
    survey (file.dataset (), scope, 0, found);
    if (found.dates.size () > dates_max)
      return reader_answer_refuse (answer, "too-many-dates",
                                   "More dates stand in this file than any scan has.");
    g_variant_builder_init (&dates, G_VARIANT_TYPE ("au"));
    for (guint32 date : found.dates)
      g_variant_builder_add (&dates, "u", date);
    g_variant_dict_insert_value (&answer->result, "dates", g_variant_builder_end (&dates));
    g_variant_dict_insert (&answer->result, "first-time", "i", found.first);
    g_variant_dict_insert (&answer->result, "last-time", "i", found.last);
    return TRUE;
  });
}
