/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The privacy desk: letters to clinics, lists of breaches, and what to think of. All of it stays on
 * this computer. */
#pragma once

#include <adwaita.h>

#include "session.h"

#define UI_TYPE_PRIVACY_PAGE (ui_privacy_page_get_type ())
G_DECLARE_FINAL_TYPE (UiPrivacyPage, ui_privacy_page, UI, PRIVACY_PAGE, AdwBin)

/* NULL: shows nothing of the vault. */
void ui_privacy_page_set_session (UiPrivacyPage *self, UiSession *session);
