/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Into the trash, out of it, and out of the vault: the work behind the gallery and the trash
 * window. */
#pragma once

#include "session.h"

/* ok: it is done, and the catalog shows it; items, result and error are valid during the call. */
typedef void (*UiTrashDone) (gpointer owner, UiSession *session, const ScanItem *items,
                             guint n_items, gboolean ok, const ScanTrashResult *result,
                             const GError *error);
/* fraction: 0 to 1. */
typedef void (*UiTrashProgress) (gpointer owner, double fraction);

/* Does action to item, in a thread; done runs on the main thread unless the session is closing.
 * item: NULL, with SCAN_TRASH_PURGE, gives back the space of what was purged before.
 * only_here: purge without waiting for other computers. cancellable, on_progress: may be NULL.
 * owner: a GObject. */
void ui_trash_run (gpointer owner, UiSession *session, ScanTrashAction action, const ScanItem *item,
                   gboolean only_here, GCancellable *cancellable, UiTrashDone done,
                   UiTrashProgress on_progress);

/* The same for many at once, in one commit. */
void ui_trash_run_many (gpointer owner, UiSession *session, ScanTrashAction action,
                        const ScanItem *items, guint n_items, UiTrashDone done);
