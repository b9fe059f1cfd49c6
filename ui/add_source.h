/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where scans were added from: it still holds unlocked copies, and can be shown or ejected. */
#pragma once

#include <adwaita.h>

/* paths: what was added. */
GtkWidget *ui_add_source_new (char **paths);
