/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two scans, or two sets of one, beside each other: the older one at the left. Scrolling goes
 * together by the place in the body where both tell it, brightness and size go together always,
 * unless the person unlinks them. */
#pragma once

#include "compare_side.h"

#define UI_TYPE_COMPARE_WINDOW (ui_compare_window_get_type ())
G_DECLARE_FINAL_TYPE (UiCompareWindow, ui_compare_window, UI, COMPARE_WINDOW, AdwWindow)

/* set: of the first scan, as the viewer has it, by its first instance; NULL: the one that stands
 * for it. Goes away when the session closes. */
UiCompareWindow *ui_compare_window_new (GtkApplication *application, UiSession *session,
                                        ScanStudy *one, const ScanInstance *set, ScanStudy *other);
