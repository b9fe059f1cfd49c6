/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "open_item.h"

#include "document.h"
#include "document_window.h"
#include "viewer_window.h"

void
ui_open_item (GtkApplication *application, UiSession *session, const ScanItem *item)
{
  const ScanSeries *only = item->kind == SCAN_ITEM_STUDY && item->study->series->len == 1
                               ? g_ptr_array_index (item->study->series, 0)
                               : NULL;

  if (item->kind == SCAN_ITEM_DOCUMENT)
    ui_document_window_show (application, session, item);
  else if (only != NULL && scan_series_frames (only) == 0 && scan_series_document (only) != NULL)
    ui_document_window_show (application, session,
                             &(ScanItem){ SCAN_ITEM_SERIES, { .series = (ScanSeries *) only } });
  else
    gtk_window_present (GTK_WINDOW (ui_viewer_window_new (application, session, item->study)));
}
