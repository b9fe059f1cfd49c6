/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of shares as a PDF file, which is not locked. */
#pragma once

#include <adwaita.h>

#include "session.h"

/* Asks first, then where. shares: as scan_library_shares gives them. */
void ui_share_export_ask (GtkWindow *parent, UiSession *session, GPtrArray *shares);
