/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One unlocked vault as the windows see it: the library, the work that runs on it, and the end of
 * both.
 *
 * Main thread only. Windows that show something of the vault connect to "closing" and go away;
 * pages that list it connect to "catalog-changed", what tells of its state to "notices-changed".
 */
#pragma once

#include <gio/gio.h>

#include "library.h"

#define UI_TYPE_SESSION (ui_session_get_type ())
G_DECLARE_FINAL_TYPE (UiSession, ui_session, UI, SESSION, GObject)

/* Takes the library. */
UiSession *ui_session_new (ScanLibrary *library);

/* NULL once the session is closed. */
ScanLibrary *ui_session_library (UiSession *self);
ScanCatalog *ui_session_catalog (UiSession *self);

/* From the moment of ui_session_close; nothing new may be shown or started then. */
gboolean ui_session_is_closing (UiSession *self);

/* Work runs or waits that its owner asked for and waits for: an import or a share. */
gboolean ui_session_is_busy (UiSession *self);

/* Tells pages that an import changed the catalog. */
void ui_session_catalog_changed (UiSession *self);

/* Tells whoever shows scan_library_notices to look again. */
void ui_session_notices_changed (UiSession *self);

/* Cancels all work, waits for its end, closes the library in a thread, then calls done on the main
 * thread. A second call only adds its callback to the wait. */
void ui_session_close (UiSession *self, void (*done) (gpointer user_data), gpointer user_data);

/* For ui/task.c alone. Registers work: start is called at once, or, for exclusive work, when the
 * exclusive work before it has ended. Each start is followed by one ui_session_end_work. */
void ui_session_begin_work (UiSession *self, GCancellable *cancellable, gboolean exclusive,
                            void (*start) (gpointer user_data), gpointer user_data);
/* Takes exclusive work out of the line that has not been started; FALSE if it has. It is then ended
 * as work that is not exclusive. */
gboolean ui_session_leave_line (UiSession *self, void (*start) (gpointer user_data),
                                gpointer user_data);
void ui_session_end_work (UiSession *self, GCancellable *cancellable, gboolean exclusive);
