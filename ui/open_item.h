/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window that an item is looked at in. */
#pragma once

#include <adwaita.h>

#include "session.h"

/* item: a study or a document. */
void ui_open_item (GtkApplication *application, UiSession *session, const ScanItem *item);
