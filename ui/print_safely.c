/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print_safely.h"

#include "lockdown.h"
#include "recent.h"

GtkPrintOperation *
ui_print_new (double margin, const char *job_name)
{
  GtkPrintOperation *operation;
  g_autoptr (GtkPageSetup) page = NULL;

  if (!scan_temp_is_memory ())
    return NULL;
  operation = gtk_print_operation_new ();
  page = gtk_page_setup_new ();
  gtk_page_setup_set_top_margin (page, margin, GTK_UNIT_POINTS);
  gtk_page_setup_set_bottom_margin (page, margin, GTK_UNIT_POINTS);
  gtk_page_setup_set_left_margin (page, margin, GTK_UNIT_POINTS);
  gtk_page_setup_set_right_margin (page, margin, GTK_UNIT_POINTS);
  gtk_print_operation_set_default_page_setup (operation, page);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_job_name (operation, job_name);
  gtk_print_operation_set_allow_async (operation, TRUE);
  ui_recent_guard (G_OBJECT (operation));
  return operation;
}

static gboolean
end_preview (gpointer preview)
{
  gtk_print_operation_preview_end_preview (preview);
  return G_SOURCE_REMOVE;
}

static void
on_preview_ready (GtkPrintOperationPreview *preview)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, end_preview, g_object_ref (preview), g_object_unref);
}

void
ui_print_hold_preview (GtkPrintOperationPreview *preview, GtkPrintContext *context)
{
  cairo_surface_t *nowhere = cairo_recording_surface_create (CAIRO_CONTENT_COLOR, NULL);
  cairo_t *cr = cairo_create (nowhere);

  /* Without one GTK does not come to "ready". */
  gtk_print_context_set_cairo_context (context, cr, 72, 72);
  cairo_destroy (cr);
  cairo_surface_destroy (nowhere);
  g_signal_connect (preview, "ready", G_CALLBACK (on_preview_ready), NULL);
}
