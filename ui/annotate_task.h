/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing titles, notes, tags and stars, with a moment to think better of it. */
#pragma once

#include <adwaita.h>

#include "annotation.h"
#include "session.h"

/* Writes the changes in a thread; then the catalog has changed, and a toast over toasts says so
 * with words (translated; NULL: no toast) and offers to undo. */
void ui_annotate (AdwToastOverlay *toasts, UiSession *session, const ScanAnnotationChange *changes,
                  guint n_changes, const char *words);

/* The favourite's star of many: on for all, unless all have it. */
void ui_annotate_toggle_favourite (AdwToastOverlay *toasts, UiSession *session,
                                   const ScanItem *items, guint n_items);
