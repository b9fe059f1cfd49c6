/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of an import: every file accounted for, in plain words. */
#pragma once

#include <adwaita.h>

#include "import.h"
#include "session.h"

#define UI_TYPE_ADD_RESULT (ui_add_result_get_type ())
G_DECLARE_FINAL_TYPE (UiAddResult, ui_add_result, UI, ADD_RESULT, AdwWindow)

/* Opens the window over parent. error: why the import ended early, or NULL. Copies what it needs.
 */
void ui_add_result_show (GtkWindow *parent, UiSession *session, char **paths,
                         const ScanImportResult *result, const GError *error);
