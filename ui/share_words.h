/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the share assistant says about risks, profiles and evidence. All results are translated
 * constants unless said otherwise. */
#pragma once

#include "risk.h"

/* "Your name is in the copy", by ScanRisk.code; the code itself if it is not known. */
const char *ui_words_risk_title (const char *code);
/* What a person agrees to who goes on all the same; NULL: only leaving it out helps. */
const char *ui_words_risk_tick (const ScanRisk *risk, ScanProfile profile);
/* "To be decided", "Please look", "Good to know" */
const char *ui_words_risk_level (ScanRiskLevel level);
const char *ui_words_risk_icon (ScanRiskLevel level);

/* "without my name" */
const char *ui_words_profile (ScanProfile profile);
