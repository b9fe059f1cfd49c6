/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person reads beside the copies: plain words, no claim that was not checked. */
#include "share_private.h"

static void
add_checks (GString *text, const ScanShareResult *result)
{
  g_string_append (text, "What was checked\n\n");
  for (guint i = 0; i < result->checks->len; i++)
    {
      const ScanCheck *check = g_ptr_array_index (result->checks, i);

      g_string_append_printf (text, "  %-14s %s, %" G_GUINT64_FORMAT " examined\n", check->name,
                              check->passed ? "passed" : "FAILED", check->examined);
    }
  g_string_append_c (text, '\n');
}

static void
add_left_out (GString *text, const ScanShareResult *result)
{
  if (result->refused->len == 0)
    return;
  g_string_append_printf (text, "What was left out: %u item(s)\n\n", result->refused->len);
  for (guint i = 0; i < result->refused->len; i++)
    {
      const char *message = ((ScanRefusal *) g_ptr_array_index (result->refused, i))->message;
      guint before = 0, all = 0;

      for (guint k = 0; k < result->refused->len; k++)
        if (g_str_equal (((ScanRefusal *) g_ptr_array_index (result->refused, k))->message,
                         message))
          {
            all++;
            before += k < i;
          }
      if (before == 0)
        g_string_append_printf (text, "  %u × %s\n", all, message);
    }
  g_string_append_c (text, '\n');
}

static void
add_second_opinion (GString *text, const ScanSharePlan *plan, const ScanShareResult *result)
{
  g_string_append (text, "Name and numbers were replaced. Age, sex, height and weight stay where "
                         "they were recorded.\n");
  g_string_append (text, plan->keep_dates ? "The dates are the real ones, as the owner asked.\n"
                                          : "All dates were moved back by the same number of "
                                            "weeks, so intervals are true but no date is.\n");
  g_string_append_printf (text,
                          "\nWhat was removed or replaced\n\n  attributes        %" G_GUINT64_FORMAT
                          "\n  private elements  %" G_GUINT64_FORMAT
                          "\n  overlays          %" G_GUINT64_FORMAT
                          "\n  covered areas     %" G_GUINT64_FORMAT "\n\n",
                          result->removed_attributes, result->removed_private,
                          result->removed_overlays, result->text_boxes);
  add_checks (text, result);
  add_left_out (text, result);
  g_string_append (text, "What no program can promise\n\n"
                         "  The pictures show a body. Whoever holds another scan of the same "
                         "person, or for head scans\n"
                         "  a photo, may recognise it.\n");
  g_string_append (
      text,
      plan->confirm_reviewed
          ? "  Text inside a picture was looked for by a person, not proved absent.\n"
          : "  Pictures of kinds that may hold text were left out; nobody looked at the others.\n");
  g_string_append (text, "  Please delete these copies when they are no longer needed.\n\n"
                         "Rules: DICOM PS3.15 2026d, Basic Application Level Confidentiality "
                         "Profile with the options\n"
                         "named in each file at (0012,0064).\n");
}

char *
scan_share_report (const ScanSharePlan *plan, const ScanShareResult *result, gint32 date_shift)
{
  GString *text = g_string_new ("SCAN VAULT: REPORT ON THIS COPY\n\n");

  g_string_append_printf (text, "%" G_GUINT64_FORMAT " file(s).\n\n", result->files);
  if (plan->profile == SCAN_PROFILE_NAMED)
    {
      g_string_append (
          text, "These are exact copies. They carry the patient's name. Nothing was removed.\n\n");
      add_checks (text, result);
      add_left_out (text, result);
    }
  else
    add_second_opinion (text, plan, result);
  return g_string_free (text, FALSE);
}

char *
scan_share_readme (const ScanSharePlan *plan)
{
  return g_strdup_printf ("MEDICAL SCANS IN DICOM FORMAT\n\n"
                          "The folder DICOM holds medical pictures. Open it with any DICOM viewer: "
                          "choose \"open folder\" and pick DICOM.\n"
                          "There is no program on this medium.\n\n"
                          "%s\n\nREPORT.TXT says what was done and what was checked.\n",
                          plan->profile == SCAN_PROFILE_NAMED
                              ? "These copies carry the patient's name."
                              : "The patient's name and numbers were replaced in these copies.");
}
