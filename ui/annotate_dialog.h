/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for an own title, or for tags. */
#pragma once

#include <adwaita.h>

#include "annotation.h"
#include "session.h"

/* Writes what is typed when it is confirmed, with undo over toasts. item: a study or document. */
void ui_rename_show (GtkWindow *parent, AdwToastOverlay *toasts, UiSession *session,
                     const ScanItem *item);
/* Adds tags to all items; of a single one the tags are shown and can be changed. */
void ui_tag_show (GtkWindow *parent, AdwToastOverlay *toasts, UiSession *session,
                  const ScanItem *items, guint n_items);

/* "knee, Dr Adams" as tags; free with g_strfreev. */
GStrv ui_tags_from_text (const char *text);
