/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One letter to a clinic: who, in which country, the text to be changed at will, and the ways to
 * get it on paper. Nothing is sent. */
#pragma once

#include <adwaita.h>

#include "letter_text.h"
#include "session.h"

/* to: whom it goes to, or NULL to choose from the places of the scans. about: which copy is meant,
 * or NULL. nameless: that copy went out without the name, so the letter does not tell it. */
void ui_letter_window_show (GtkWindow *parent, UiSession *session, UiLetter letter, const char *to,
                            const char *about, gboolean nameless);
