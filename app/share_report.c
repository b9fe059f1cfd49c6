/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person reads beside the copies: plain words, no claim that was not checked. */
#include <string.h>

#include "risk.h"
#include "share_private.h"

#define COLUMNS 78

/* Words in lines of COLUMNS, behind so many spaces. */
static void
add_wrapped (GString *text, const char *words, guint indent)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  guint column = 0;

  for (char **word = list; *word != NULL; word++)
    {
      guint length = (guint) g_utf8_strlen (*word, -1);

      if (column > 0 && column + 1 + length > COLUMNS)
        {
          g_string_append_c (text, '\n');
          column = 0;
        }
      if (column == 0)
        {
          g_string_append_printf (text, "%*s", (int) indent, "");
          column = indent;
        }
      else
        {
          g_string_append_c (text, ' ');
          column++;
        }
      g_string_append (text, *word);
      column += length;
    }
  g_string_append_c (text, '\n');
}

static guint64
examined_by (const ScanShareResult *result, const char *name)
{
  for (guint i = 0; i < result->checks->len; i++)
    {
      const ScanCheck *check = g_ptr_array_index (result->checks, i);

      if (g_str_equal (check->name, name))
        return check->examined;
    }
  return 0;
}

static void
add_checks (GString *text, const ScanShareResult *result)
{
  const guint64 plain = examined_by (result, "pixels"),
                decoded = examined_by (result, "decoded-pixels");

  g_string_append (text, "What was checked\n\n");
  for (guint i = 0; i < result->checks->len; i++)
    {
      const ScanCheck *check = g_ptr_array_index (result->checks, i);

      g_string_append_printf (text, "  %-14s %s, %" G_GUINT64_FORMAT " examined\n", check->name,
                              check->passed ? "passed" : "FAILED", check->examined);
    }
  g_string_append_c (text, '\n');
  if (plain + decoded > 0)
    {
      g_autofree char *sentence = g_strdup_printf (
          "Every value of every picture was compared with the original by a program part that did "
          "not make the copies: equal outside covered areas, one flat value inside. "
          "%" G_GUINT64_FORMAT " of them stand in the original as they are, or in a packing that "
          "this part undoes itself.",
          plain);

      add_wrapped (text, sentence, 2);
      g_string_append_c (text, '\n');
    }
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
add_removed (GString *text, const ScanSharePlan *plan, const ScanShareResult *result)
{
  if (plan->profile == SCAN_PROFILE_NAMED)
    {
      g_string_append (text,
                       "What was removed\n\n  Nothing. These are exact copies; they carry the "
                       "patient's name.\n\n");
      return;
    }
  g_string_append_printf (text,
                          "What was removed or replaced\n\n"
                          "  attributes        %" G_GUINT64_FORMAT "\n"
                          "  private elements  %" G_GUINT64_FORMAT "\n"
                          "  overlays          %" G_GUINT64_FORMAT "\n"
                          "  covered areas     %" G_GUINT64_FORMAT "\n\n",
                          result->removed_attributes, result->removed_private,
                          result->removed_overlays, result->text_boxes);
}

static const char *
dates_sentence (const ScanSharePlan *plan)
{
  if (plan->profile == SCAN_PROFILE_PUBLIC)
    return "There are no dates and times; where a file must have one it is 1 January 1900.";
  return plan->keep_dates ? "The dates are the real ones, as the owner asked."
                          : "All dates were moved back by the same number of weeks: intervals are "
                            "true, no date is.";
}

char *
scan_share_report_doctor (const ScanSharePlan *plan, const ScanShareResult *result)
{
  GString *text = g_string_new ("REPORT ON THESE SCANS, FOR THE DOCTOR\n\n");

  g_string_append_printf (text,
                          "What this is\n\n  %" G_GUINT64_FORMAT " file(s) that the patient "
                          "chose from the scans that hospitals handed out.\n",
                          result->files);
  if (plan->profile == SCAN_PROFILE_NAMED)
    add_wrapped (text, "They are as the hospital made them, to the byte.", 2);
  else
    {
      add_wrapped (text,
                   "Name and numbers were replaced by a pseudonym that is the same in all files "
                   "here and in no others. UIDs are new and consistent.",
                   2);
      add_wrapped (text, dates_sentence (plan), 2);
      add_wrapped (text,
                   plan->profile == SCAN_PROFILE_SECOND_OPINION
                       ? "Age, sex, height and weight stay where they were recorded. Stored pixel "
                         "values are unchanged outside covered areas."
                       : "Stored pixel values are unchanged outside covered areas.",
                   2);
      add_wrapped (text,
                   "Not meant for comparison with other scans in your archive by name or UID.", 2);
    }
  g_string_append (text, "\nHow to open it\n\n");
  add_wrapped (
      text,
      "In any DICOM viewer or PACS import: open DICOMDIR, or the folder DICOM. There is no "
      "program on this medium and none is needed.",
      2);
  g_string_append_c (text, '\n');
  add_removed (text, plan, result);
  add_left_out (text, result);
  if (plan->profile != SCAN_PROFILE_NAMED)
    add_wrapped (text,
                 "Rules: DICOM PS3.15 2026d, Basic Application Level Confidentiality Profile with "
                 "the options named in each file at (0012,0064).",
                 0);
  return g_string_free (text, FALSE);
}

static void
add_unchecked (GString *text, const ScanSharePlan *plan, const ScanShareResult *result)
{
  const guint64 decoded = examined_by (result, "decoded-pixels");

  g_string_append (text, "What could not be checked\n\n");
  add_wrapped (text, "- What the pictures themselves show: a body, and with it a person.", 2);
  if (plan->profile == SCAN_PROFILE_NAMED)
    add_wrapped (text, "- Nothing was looked for: these copies carry the name.", 2);
  else
    add_wrapped (text,
                 plan->confirm_reviewed
                     ? "- Text inside pictures: it was looked for, and a person has looked. Nobody "
                       "can prove that none is left."
                     : "- Text inside pictures: pictures of kinds that often hold text were left "
                       "out; nobody looked at the others.",
                 2);
  if (decoded > 0)
    {
      g_autofree char *sentence = g_strdup_printf (
          "- The decoder of compressed pictures: %" G_GUINT64_FORMAT
          " pictures are compressed in the original. For the comparison they were unpacked a "
          "second time, in a process that had no part in the copies, but by the same decoder: a "
          "fault of its own would be in both.",
          decoded);

      add_wrapped (text, sentence, 2);
    }
  if (plan->zip && plan->zip_password == NULL && !plan->zip_words)
    add_wrapped (text, "- Who opens the package: it has no password.", 2);
  g_string_append_c (text, '\n');
}

static void
add_risks (GString *text, const ScanShareResult *result)
{
  if (result->risks == NULL || result->risks->len == 0)
    return;
  g_string_append (text, "What could still tell who you are\n\n");
  for (guint i = 0; i < result->risks->len; i++)
    {
      const ScanRisk *risk = g_ptr_array_index (result->risks, i);
      g_autofree char *source = g_strdup_printf ("Source: %s", risk->source);

      g_string_append_printf (text, "  [%s] %s\n", scan_risk_level_name (risk->level), risk->code);
      add_wrapped (text, risk->message, 4);
      add_wrapped (text, source, 4);
      add_wrapped (text, risk->advice, 4);
      g_string_append_c (text, '\n');
    }
  add_wrapped (text,
               "Rates against photographs are for a fixed list of candidates. Rates against other "
               "scans need somebody who holds another scan with your name.",
               2);
  g_string_append_c (text, '\n');
}

char *
scan_share_report_owner (const ScanSharePlan *plan, const ScanShareResult *result)
{
  GString *text = g_string_new ("REPORT ON THIS COPY, FOR THE PERSON WHOSE SCANS THESE ARE\n\n");

  g_string_append_printf (text, "  %" G_GUINT64_FORMAT " file(s).\n", result->files);
  if (plan->profile != SCAN_PROFILE_NAMED)
    add_wrapped (text, dates_sentence (plan), 2);
  g_string_append_c (text, '\n');
  add_removed (text, plan, result);
  add_checks (text, result);
  add_left_out (text, result);
  add_unchecked (text, plan, result);
  add_risks (text, result);
  g_string_append (text, "If a copy turns up\n\n");
  add_wrapped (
      text,
      "Scan Vault can tell from which share a found copy came (trace), as long as its "
      "UIDs, pseudonym or pixels are as they were. That names the share, not who passed it "
      "on; who removes the names anew or changes the pixels breaks it.",
      2);
  add_wrapped (text, "Please ask for these copies to be deleted when they are no longer needed.",
               2);
  return g_string_free (text, FALSE);
}
