/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thumbnails out of the vault into pictures on the screen. */
#pragma once

#include <gtk/gtk.h>

#include "session.h"

/* Shows the series' thumbnail in picture as soon as a thread has read it, and hides placeholder
 * (may be NULL) then. The latest textures are kept as long as the session. Without a thumbnail nothing
 * changes. */
void ui_thumb_load (UiSession *session, const ScanSeries *series, GtkPicture *picture,
                    GtkWidget *placeholder);

/* The same for a document's first page; a document without pages keeps its placeholder. */
void ui_document_thumb_load (UiSession *session, const ScanDocument *document, GtkPicture *picture,
                             GtkWidget *placeholder);

/* The same for one frame (from 0) of an instance, made by the reader. done (data) follows on the
 * main thread in any case, also before this returns; data: a GObject, kept alive until then. */
void ui_instance_thumb_load (UiSession *session, const ScanInstance *instance, guint frame,
                             GtkPicture *picture, void (*done) (gpointer data), gpointer data);

/* Forgets what the picture shows or waits for, and shows the placeholder. */
void ui_thumb_clear (GtkPicture *picture, GtkWidget *placeholder);

/* [any thread] A texture over a copy of the picture that is wiped when it is freed. NULL when no
 * memory is left. */
GdkTexture *ui_texture_new (const ScanPicture *picture);
