/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Copy vault to…": a second copy on a stick or another disk, made or brought up to date. */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

/* Says when the vault was last copied and asks where to; then copies, with progress and cancel. */
void ui_copy_vault (GtkWindow *parent, UiSession *session);
