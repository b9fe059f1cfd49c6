/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet_print.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "lockdown.h"
#include "secret.h"
#include "sheet_page.h"

#define MARGIN 42.0 /* points */

typedef struct
{
  UiSecret *key;
  char *vault;
} PrintJob;

static void
job_free (gpointer data, GClosure *closure)
{
  PrintJob *job = data;

  g_clear_pointer (&job->key, ui_secret_free);
  g_free (job->vault);
  g_free (job);
}

static void
on_draw_page (GtkPrintOperation *operation, GtkPrintContext *context, int page, PrintJob *job)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%-d %B %Y");
  const UiSheet sheet = { job->key->text, job->vault, date };

  if (!ui_sheet_draw (gtk_print_context_get_cairo_context (context),
                      gtk_print_context_get_width (context), gtk_print_context_get_height (context),
                      &sheet))
    gtk_print_operation_cancel (operation);
}

static void
tell_failure (GtkWindow *parent)
{
  GtkWidget *dialog = adw_message_dialog_new (
      parent, _ ("The sheet was not printed"),
      _ ("Please check the printer, or write the nine groups on paper by hand."));

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("Close"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_set_application (GTK_WINDOW (dialog), gtk_window_get_application (parent));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_done (GtkPrintOperation *operation, GtkPrintOperationResult result, GtkWindow *parent)
{
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR && gtk_widget_get_visible (GTK_WIDGET (parent)))
    tell_failure (parent);
}

void
ui_sheet_print (GtkWindow *parent, const char *key, const char *vault)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) page = gtk_page_setup_new ();
  PrintJob *job = g_new0 (PrintJob, 1);
  GtkPrintOperationResult result;

  job->key = ui_secret_new (key);
  job->vault = g_path_get_basename (vault);
  if (job->key == NULL || !scan_temp_is_memory ())
    {
      job_free (job, NULL);
      tell_failure (parent);
      return;
    }
  gtk_page_setup_set_top_margin (page, MARGIN, GTK_UNIT_POINTS);
  gtk_page_setup_set_bottom_margin (page, MARGIN, GTK_UNIT_POINTS);
  gtk_page_setup_set_left_margin (page, MARGIN, GTK_UNIT_POINTS);
  gtk_page_setup_set_right_margin (page, MARGIN, GTK_UNIT_POINTS);
  gtk_print_operation_set_default_page_setup (operation, page);
  gtk_print_operation_set_n_pages (operation, 1);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  /* Spoolers show and log it: no vault's name. */
  gtk_print_operation_set_job_name (operation, _ ("Recovery sheet"));
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (on_draw_page), job, job_free, 0);
  g_signal_connect_object (operation, "done", G_CALLBACK (on_done), parent, 0);
  result =
      gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, parent, NULL);
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR)
    tell_failure (parent);
}
