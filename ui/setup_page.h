/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First run: welcome, passphrase, recovery sheet, proof that the sheet was written down. */
#pragma once

#include <adwaita.h>

#include "options.h"

#define UI_TYPE_SETUP_PAGE (ui_setup_page_get_type ())
G_DECLARE_FINAL_TYPE (UiSetupPage, ui_setup_page, UI, SETUP_PAGE, AdwBin)

/* Emits "created" (UiSession) when the new vault is there, and its sheet is shown; "finished" when
 * the person is through; "open-existing" when another vault shall be chosen. */

/* Goes past the welcome. */
void ui_setup_page_start (UiSetupPage *self);

/* Forgets the vault that was made, its sheet, and what was typed. */
void ui_setup_page_clear (UiSetupPage *self);

/* folder: where the vault will be made. options: borrowed. */
void ui_setup_page_set_folder (UiSetupPage *self, const char *folder, const UiOptions *options);
