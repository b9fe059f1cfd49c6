/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One entry of the list of shares in full, and what became of it. */
#pragma once

#include <adwaita.h>

#include "session.h"
#include "share.h"

/* shares: as scan_library_shares gives them; index: of the entry. */
void ui_share_details_show (GtkWindow *parent, UiSession *session, GPtrArray *shares, guint index);

/* The letter that asks for deletion of this copy. */
void ui_share_details_write (GtkWindow *parent, UiSession *session, const ScanShareRecord *record);
