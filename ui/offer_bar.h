/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sentence with one or two offers at the foot of the main window, whatever page is shown: nothing
 * happens unless one of them is taken. */
#pragma once

#include <adwaita.h>

#define UI_TYPE_OFFER_BAR (ui_offer_bar_get_type ())
G_DECLARE_FINAL_TYPE (UiOfferBar, ui_offer_bar, UI, OFFER_BAR, AdwBin)

/* All are copied; first or second may be NULL. Emits "first", "second" or "declined" and hides. */
void ui_offer_bar_show (UiOfferBar *self, const char *words, const char *first, const char *second);
void ui_offer_bar_hide (UiOfferBar *self);
