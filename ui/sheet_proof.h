/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for two groups of the recovery sheet, to prove that it is on paper. Signal: "proved". */
#pragma once

#include <adwaita.h>

#include "session.h"

#define UI_TYPE_SHEET_PROOF (ui_sheet_proof_get_type ())
G_DECLARE_FINAL_TYPE (UiSheetProof, ui_sheet_proof, UI, SHEET_PROOF, AdwBin)

/* Picks two groups of key, which is copied into secure memory, and puts the cursor into the first
 * entry. */
void ui_sheet_proof_start (UiSheetProof *self, const char *key);
/* Forgets the key and what was typed. */
void ui_sheet_proof_clear (UiSheetProof *self);

/* Notes in the vault that the sheet is proved; done (owner) runs on the main thread when that is
 * written, or failed: then its owner is reminded once more. owner: a GObject. */
void ui_sheet_set_proved (gpointer owner, UiSession *session, void (*done) (gpointer owner));
