/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page that asks for the passphrase, or for the recovery sheet. */
#pragma once

#include <adwaita.h>

#define UI_TYPE_LOCK_PAGE (ui_lock_page_get_type ())
G_DECLARE_FINAL_TYPE (UiLockPage, ui_lock_page, UI, LOCK_PAGE, AdwBin)

/* Emits "opened" (UiSession) when a passphrase opened the vault, "recovered" (UiSession) when its
 * recovery sheet did; "gone" when its folder turns out to hold none any more; "open-existing" when
 * another vault shall be chosen. */

/* Which vault it opens. */
void ui_lock_page_set_folder (UiLockPage *self, const char *folder);
/* Asks for nothing while the vault is being closed. */
void ui_lock_page_wait (UiLockPage *self);
/* Empties the page and puts the cursor into the passphrase. */
void ui_lock_page_reset (UiLockPage *self);

/* Puts the focus where the secret is typed; what was typed stays. */
void ui_lock_page_focus (UiLockPage *self);
