/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the owner should know about the vault, under the header, one at a time, until it is waved
 * away. */
#pragma once

#include <adwaita.h>

#include "session.h"

#define UI_TYPE_NOTICE_BAR (ui_notice_bar_get_type ())
G_DECLARE_FINAL_TYPE (UiNoticeBar, ui_notice_bar, UI, NOTICE_BAR, AdwBin)

/* Shows the session's notices, now and whenever they change; NULL: none. Damage is followed up by
 * the action "win.check" of the window around it. */
void ui_notice_bar_set_session (UiNoticeBar *self, UiSession *session);

/* Shows a translated constant before all notices, until it is closed or the session ends. */
void ui_notice_bar_tell (UiNoticeBar *self, const char *words);

/* Shows a translated constant where there is nothing else to show, until it is closed or the
 * session ends. */
void ui_notice_bar_remind (UiNoticeBar *self, const char *words);
