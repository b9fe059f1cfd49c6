/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper.h"

#include <cairo-pdf.h>
#include <glib/gi18n.h>
#include <string.h>

#include "ask.h"
#include "file_chooser.h"
#include "print_safely.h"

#define MARGIN 64.0 /* points */
#define WIDTH 595.0 /* of A4 */
#define HEIGHT 842.0
#define FONT "Sans 11"

static PangoLayout *
layout_new (PangoLayout *layout, const char *text, double width)
{
  PangoFontDescription *font = pango_font_description_from_string (FONT);
  PangoAttrList *attributes = pango_attr_list_new ();
  PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

  bold->end_index = (guint) strcspn (text, "\n");
  pango_attr_list_insert (attributes, bold);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, text, -1);
  pango_attr_list_unref (attributes);
  pango_font_description_free (font);
  return layout;
}

/* Draws the page (from 0), or none if cr is NULL. Returns how many there are. */
static int
draw_page (cairo_t *cr, PangoLayout *layout, int page, double height)
{
  PangoLayoutIter *iter = pango_layout_get_iter (layout);
  double top = 0;
  int at = 0;

  do
    {
      PangoRectangle box;
      double y, base;

      pango_layout_iter_get_line_extents (iter, NULL, &box);
      y = (double) box.y / PANGO_SCALE;
      if (y + (double) box.height / PANGO_SCALE - top > height && y > top)
        {
          top = y;
          at++;
        }
      base = (double) pango_layout_iter_get_baseline (iter) / PANGO_SCALE;
      if (cr != NULL && at == page)
        {
          cairo_move_to (cr, (double) box.x / PANGO_SCALE, base - top);
          pango_cairo_show_layout_line (cr, pango_layout_iter_get_line_readonly (iter));
        }
    }
  while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
  return at + 1;
}

static cairo_status_t
collect (void *bytes, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (bytes, data, length);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
ui_paper_pdf (const char *text)
{
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (collect, bytes, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  g_autoptr (PangoLayout) layout =
      layout_new (pango_cairo_create_layout (cr), text, WIDTH - 2 * MARGIN);
  const int n = draw_page (NULL, layout, 0, HEIGHT - 2 * MARGIN);

  cairo_translate (cr, MARGIN, MARGIN);
  for (int page = 0; page < n; page++)
    {
      draw_page (cr, layout, page, HEIGHT - 2 * MARGIN);
      cairo_show_page (cr);
    }
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (bytes);
}

/* ---- printing ---- */

typedef struct
{
  UiSession *session;
  char *text;
} PrintJob;

static void
print_job_free (gpointer data)
{
  PrintJob *job = data;

  g_object_unref (job->session);
  g_free (job->text);
  g_free (job);
}

static PangoLayout *
print_layout (GtkPrintContext *context, const PrintJob *job)
{
  return layout_new (gtk_print_context_create_pango_layout (context), job->text,
                     gtk_print_context_get_width (context));
}

static void
on_begin_print (GtkPrintOperation *operation, GtkPrintContext *context, const PrintJob *job)
{
  g_autoptr (PangoLayout) layout = print_layout (context, job);

  gtk_print_operation_set_n_pages (
      operation, draw_page (NULL, layout, 0, gtk_print_context_get_height (context)));
}

static void
on_draw_page (GtkPrintOperation *operation, GtkPrintContext *context, int page, const PrintJob *job)
{
  g_autoptr (PangoLayout) layout = NULL;

  if (ui_session_is_closing (job->session))
    {
      gtk_print_operation_cancel (operation);
      return;
    }
  layout = print_layout (context, job);
  draw_page (gtk_print_context_get_cairo_context (context), layout, page,
             gtk_print_context_get_height (context));
}

/* The text is on the screen anyway. */
static gboolean
on_preview (GtkPrintOperation *operation, GtkPrintOperationPreview *preview,
            GtkPrintContext *context, GtkWindow *parent)
{
  ui_print_hold_preview (preview, context);
  return TRUE;
}

/* A message that says nothing of the vault, and may outlive it. */
static void
tell (GtkWindow *parent, const char *heading, const char *words)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, words);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("Close"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_set_application (GTK_WINDOW (dialog), gtk_window_get_application (parent));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
tell_unprinted (GtkWindow *parent)
{
  tell (parent, _ ("This was not printed"),
        _ ("Please check the printer, or save it as a PDF file."));
}

static void
on_done (GtkPrintOperation *operation, GtkPrintOperationResult result, GtkWindow *parent)
{
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR && gtk_widget_get_visible (GTK_WIDGET (parent)))
    tell_unprinted (parent);
}

void
ui_paper_print (GtkWindow *parent, UiSession *session, const char *job_name, const char *text)
{
  g_autoptr (GtkPrintOperation) operation = ui_print_new (MARGIN, job_name);
  PrintJob *job;

  if (operation == NULL)
    {
      tell_unprinted (parent);
      return;
    }
  job = g_new0 (PrintJob, 1);
  job->session = g_object_ref (session);
  job->text = g_strdup (text);
  g_object_set_data_full (G_OBJECT (operation), "job", job, print_job_free);
  g_signal_connect (operation, "begin-print", G_CALLBACK (on_begin_print), job);
  g_signal_connect (operation, "draw-page", G_CALLBACK (on_draw_page), job);
  g_signal_connect (operation, "preview", G_CALLBACK (on_preview), NULL);
  g_signal_connect_object (operation, "done", G_CALLBACK (on_done), parent, 0);
  if (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, parent, NULL) ==
      GTK_PRINT_OPERATION_RESULT_ERROR)
    tell_unprinted (parent);
}

/* ---- saving ---- */

#define SAVED "ui-paper-saved"

static void
on_saved (GObject *file, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWindow) parent = data;

  if (!g_file_replace_contents_finish (G_FILE (file), result, NULL, NULL) &&
      gtk_widget_get_visible (GTK_WIDGET (parent)))
    tell (parent, _ ("This was not saved"), _ ("Please choose another folder, and try again."));
}

static void
place_chosen (gpointer owner, char **paths)
{
  g_autoptr (GFile) file = g_file_new_for_path (paths[0]);
  GBytes *bytes = g_object_get_data (owner, SAVED);

  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                       on_saved, g_object_ref (owner));
}

void
ui_paper_save (GtkWindow *parent, UiSession *session, const char *title, const char *name,
               GBytes *bytes)
{
  g_object_set_data_full (G_OBJECT (parent), SAVED, g_bytes_ref (bytes),
                          (GDestroyNotify) g_bytes_unref);
  ui_choose_new_file (parent, title, name, G_OBJECT (session), place_chosen, parent);
}
