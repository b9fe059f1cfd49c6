/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one way from the main thread into a worker thread and back. */
#pragma once

#include "session.h"

/* In the worker thread. progress goes to scan_… functions together with ui_task_progress. */
typedef gboolean (*UiWorkFunc) (gpointer job, gpointer progress, GCancellable *cancellable,
                                GError **error);
/* On the main thread. Always called, also after a cancel; owner is alive, but may have been
 * disposed of. */
typedef void (*UiDoneFunc) (gpointer owner, gpointer job, gboolean ok, const GError *error);
typedef void (*UiProgressFunc) (gpointer owner, gpointer job, const ScanProgress *progress);

/* Runs work(job) in a thread, then done on the main thread, then free_job.
 * owner: a GObject, kept alive meanwhile. session: NULL for work on no open vault; else the library
 * stays open until done has run, and the work is cancelled when the session closes. Work that was
 * cancelled before it began is not run, and done does not wait for the work before it. exclusive:
 * not beside other exclusive work of the session (imports, shares). on_progress (may be NULL): on
 * the main thread, the latest state alone, never a backlog. cancellable: may be NULL. */
void ui_task_run (gpointer owner, UiSession *session, gboolean exclusive, UiWorkFunc work,
                  UiDoneFunc done, UiProgressFunc on_progress, gpointer job,
                  GDestroyNotify free_job, GCancellable *cancellable);

/* A ScanProgressFunc; user_data is the progress argument of UiWorkFunc. [any thread] */
void ui_task_progress (const ScanProgress *progress, gpointer user_data);

/* Frees data in a thread: wiping hundreds of MB takes too long for the main thread. owner: a
 * GObject, kept until then. */
void ui_task_forget (gpointer owner, gpointer data, GDestroyNotify free_data);
