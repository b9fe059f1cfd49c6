/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One page of a document on the screen: white until its picture comes. */
#pragma once

#include <gtk/gtk.h>

#define UI_TYPE_DOCUMENT_PAGE (ui_document_page_get_type ())
G_DECLARE_FINAL_TYPE (UiDocumentPage, ui_document_page, UI, DOCUMENT_PAGE, GtkWidget)

/* label: "Page 2 of 5", for screen readers. */
GtkWidget *ui_document_page_new (const char *label);
/* In pixels of the screen's scale, both > 0. */
void ui_document_page_set_size (UiDocumentPage *self, int width, int height);
/* NULL: white. */
void ui_document_page_set_texture (UiDocumentPage *self, GdkTexture *texture);
