/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which scan another one is compared with. */
#pragma once

#include <adwaita.h>

#include "session.h"

/* Offers the other scans with pictures of the same person: those of the same part of the body
 * first, then the rest, the oldest first; and the scan itself if it has several sets. Opens the
 * comparison with the chosen one. set: the set that is seen now, by its first instance. */
void ui_compare_choose (GtkWindow *parent, UiSession *session, ScanStudy *study,
                        const ScanInstance *set);
