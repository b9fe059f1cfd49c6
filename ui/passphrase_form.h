/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a person chooses a new passphrase: suggested words, an own one typed twice, and how good it
 * is. */
#pragma once

#include <adwaita.h>

#include "secret.h"

/* Signals: "changed"; "activate", when Return is pressed. */
#define UI_TYPE_PASSPHRASE_FORM (ui_passphrase_form_get_type ())
G_DECLARE_FINAL_TYPE (UiPassphraseForm, ui_passphrase_form, UI, PASSPHRASE_FORM, AdwBin)

/* Suggests words and takes the focus. */
void ui_passphrase_form_start (UiPassphraseForm *self);
/* Typed twice alike, and good enough. */
gboolean ui_passphrase_form_is_good (UiPassphraseForm *self);
/* A copy of it; NULL unless it is good, or no locked memory is left. */
UiSecret *ui_passphrase_form_get (UiPassphraseForm *self);
/* Shows what went wrong, translated; NULL: nothing. */
void ui_passphrase_form_alert (UiPassphraseForm *self, const char *words);
/* Forgets what was typed and suggested. */
void ui_passphrase_form_clear (UiPassphraseForm *self);
