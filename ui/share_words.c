/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_words.h"

#include <glib/gi18n.h>

static const struct
{
  const char *code, *title, *tick;
} risks[] = {
  { "name-stays", N_ ("Your name is in the copy"), N_ ("They have to know my name") },
  { "face", N_ ("A face can be drawn from scans of the head"),
    N_ ("Keep them in: I trust this person not to pass them on") },
  { "face-maybe", N_ ("This may be a scan of the head"),
    N_ ("I know what it shows, and want to share it") },
  { "burned-in-text", N_ ("Your name may be written in the pictures"),
    N_ ("I have looked through the pictures in the viewer") },
  { "free-text", N_ ("Reports and letters are left out"), N_ ("I know that they are left out") },
  { "chest-x-ray", N_ ("A chest X-ray is like a fingerprint"), NULL },
  { "bones", N_ ("Bones are like a fingerprint"), NULL },
  { "brain-mri", N_ ("The folds of the brain are like a fingerprint"), NULL },
  { "dates-real", N_ ("The real dates stay"), NULL },
  { "dates-moved", N_ ("The dates are moved"), NULL },
  { "ai-memorising", N_ ("Programs that learn from pictures can remember them"), NULL },
  { "implants", N_ ("Implants can be seen"), NULL },
  { "rare-findings", N_ ("Something rare can point to you"), NULL },
  { "small-population", N_ ("Age and sex can be enough to guess"), NULL },
  { "descriptions", N_ ("Names of examinations stay"), NULL },
};

const char *
ui_words_risk_title (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (risks); i++)
    if (g_str_equal (risks[i].code, code))
      return _ (risks[i].title);
  return code;
}

const char *
ui_words_risk_tick (const ScanRisk *risk, ScanProfile profile)
{
  if (profile == SCAN_PROFILE_PUBLIC && g_str_equal (risk->code, "face"))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (risks); i++)
    if (g_str_equal (risks[i].code, risk->code) && risks[i].tick != NULL)
      return _ (risks[i].tick);
  return risk->level == SCAN_RISK_HIGH ? _ ("I know this, and want to share it all the same")
                                       : _ ("I have looked at this");
}

const char *
ui_words_risk_level (ScanRiskLevel level)
{
  switch (level)
    {
    case SCAN_RISK_HIGH:
      return _ ("To be decided");
    case SCAN_RISK_MEDIUM:
      return _ ("Please look");
    case SCAN_RISK_LOW:
      break;
    }
  return _ ("Good to know");
}

const char *
ui_words_risk_icon (ScanRiskLevel level)
{
  switch (level)
    {
    case SCAN_RISK_HIGH:
      return "dialog-error-symbolic";
    case SCAN_RISK_MEDIUM:
      return "dialog-warning-symbolic";
    case SCAN_RISK_LOW:
      break;
    }
  return "dialog-information-symbolic";
}

const char *
ui_words_profile (ScanProfile profile)
{
  switch (profile)
    {
    case SCAN_PROFILE_NAMED:
      return _ ("with my name");
    case SCAN_PROFILE_SECOND_OPINION:
      return _ ("second opinion, without my name");
    case SCAN_PROFILE_PUBLIC:
      break;
    }
  return _ ("research or public, without my name");
}
