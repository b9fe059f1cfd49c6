/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says that the vault is not where it was, and asks what to do. Signals: "try-again",
 * "open-existing", "make-new". */
#pragma once

#include <adwaita.h>

#define UI_TYPE_GONE_PAGE (ui_gone_page_get_type ())
G_DECLARE_FINAL_TYPE (UiGonePage, ui_gone_page, UI, GONE_PAGE, AdwBin)

void ui_gone_page_set_folder (UiGonePage *self, const char *folder);
