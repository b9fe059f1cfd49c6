/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who got what: the vault's list of shares, with a reminder of copies that should be deleted by
 * now, and the question whether a found file is one of them. */
#pragma once

#include <adwaita.h>

#include "session.h"

#define UI_TYPE_SHARED_PAGE (ui_shared_page_get_type ())
G_DECLARE_FINAL_TYPE (UiSharedPage, ui_shared_page, UI, SHARED_PAGE, AdwBin)

/* Emits "due-changed" (guint): how many copies should have been deleted by now. */

/* NULL: shows nothing and forgets all names. The list follows the catalog from now on. */
void ui_shared_page_set_session (UiSharedPage *self, UiSession *session);
