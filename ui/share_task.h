/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Carrying out a draft of a share in a thread. */
#pragma once

#include "share_draft.h"

/* On the main thread, once. result: borrowed, may be NULL; place: of the copy, NULL if none was
 * made; owner is alive, but may have been disposed of. */
typedef void (*UiShareDoneFunc) (gpointer owner, const ScanShareResult *result, const char *place,
                                 const GError *error);
typedef void (*UiShareProgressFunc) (gpointer owner, const ScanProgress *progress);

/* What the draft says is copied: it may change meanwhile. */
void ui_share_run (gpointer owner, UiShareDraft *draft, UiShareDoneFunc done,
                   UiShareProgressFunc progress, GCancellable *cancellable);
