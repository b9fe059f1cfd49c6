/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet_print.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ask.h"
#include "print_safely.h"
#include "secret.h"
#include "sheet_page.h"
#include "words.h"

#define MARGIN 42.0 /* points */

typedef struct
{
  UiSession *session;
  UiSecret *key;
  char *vault;
} PrintJob;

static void
job_free (gpointer data)
{
  PrintJob *job = data;

  g_clear_pointer (&job->key, ui_secret_free);
  g_clear_object (&job->session);
  g_free (job->vault);
  g_free (job);
}

static gboolean
draw (cairo_t *cr, double width, double height, const PrintJob *job)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = ui_words_day (now);
  const UiSheet sheet = { job->key->text, job->vault, date };

  return ui_sheet_draw (cr, width, height, &sheet);
}

static void
on_draw_page (GtkPrintOperation *operation, GtkPrintContext *context, int page, PrintJob *job)
{
  if (ui_session_is_closing (job->session) ||
      !draw (gtk_print_context_get_cairo_context (context), gtk_print_context_get_width (context),
             gtk_print_context_get_height (context), job))
    gtk_print_operation_cancel (operation);
}

static void
draw_preview (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  cairo_translate (cr, MARGIN, MARGIN);
  draw (cr, width - 2 * MARGIN, height - 2 * MARGIN, data);
}

/* Takes job. */
static void
show_preview (GtkWindow *parent, UiSession *session, int width, int height, PrintJob *job)
{
  GtkWindow *window = g_object_new (ADW_TYPE_WINDOW, "modal", TRUE, "title", _ ("Preview"),
                                    "default-width", 680, "default-height", 720, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *area = gtk_drawing_area_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), width);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (area), height);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_preview, job, job_free);
  gtk_widget_set_halign (area, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (area, "paper");
  gtk_accessible_update_property (GTK_ACCESSIBLE (area), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The sheet as it will be printed"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), area);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_window_set_content (ADW_WINDOW (window), box);
  ui_vault_window_present (window, parent, session);
}

static gboolean
on_preview (GtkPrintOperation *operation, GtkPrintOperationPreview *preview,
            GtkPrintContext *context, GtkWindow *parent, const PrintJob *job)
{
  GtkPageSetup *setup = gtk_print_context_get_page_setup (context);
  PrintJob *shown = g_new0 (PrintJob, 1);

  ui_print_hold_preview (preview, context);
  shown->session = g_object_ref (job->session);
  shown->key = ui_secret_new (job->key->text);
  shown->vault = g_strdup (job->vault);
  if (parent != NULL && shown->key != NULL && !ui_session_is_closing (job->session))
    show_preview (parent, job->session,
                  (int) gtk_page_setup_get_paper_width (setup, GTK_UNIT_POINTS),
                  (int) gtk_page_setup_get_paper_height (setup, GTK_UNIT_POINTS), shown);
  else
    job_free (shown);
  return TRUE;
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

GtkPrintOperation *
ui_sheet_print_new (UiSession *session, const char *key, const char *vault)
{
  /* No vault's name. */
  GtkPrintOperation *operation = ui_print_new (MARGIN, _ ("Recovery sheet"));
  PrintJob *job;

  if (operation == NULL)
    return NULL;
  job = g_new0 (PrintJob, 1);
  g_object_set_data_full (G_OBJECT (operation), "job", job, job_free);
  job->key = ui_secret_new (key);
  job->session = g_object_ref (session);
  job->vault = g_path_get_basename (vault);
  if (job->key == NULL)
    {
      g_object_unref (operation);
      return NULL;
    }
  gtk_print_operation_set_n_pages (operation, 1);
  g_signal_connect (operation, "draw-page", G_CALLBACK (on_draw_page), job);
  g_signal_connect (operation, "preview", G_CALLBACK (on_preview), job);
  return operation;
}

void
ui_sheet_print (GtkWindow *parent, UiSession *session, const char *key, const char *vault)
{
  g_autoptr (GtkPrintOperation) operation = ui_sheet_print_new (session, key, vault);

  if (operation == NULL)
    {
      tell_failure (parent);
      return;
    }
  g_signal_connect_object (operation, "done", G_CALLBACK (on_done), parent, 0);
  if (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, parent, NULL) ==
      GTK_PRINT_OPERATION_RESULT_ERROR)
    tell_failure (parent);
}
