/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "document_window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ask.h"
#include "document.h"
#include "document_pages.h"
#include "document_text.h"
#include "error.h"
#include "plainname.h"
#include "save_copy.h"
#include "task.h"
#include "words.h"

#define REPORTS_MAX 50 /* of a series */
#define ZOOM_STEP 1.25

struct _UiDocumentWindow
{
  AdwWindow parent_instance;
  AdwWindowTitle *heading;
  GtkWidget *pager;
  GtkLabel *notice;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwBin *pages_bin;
  UiDocumentPages *pages; /* of the document that is open; in pages_bin */
  GtkWidget *chooser;
  GtkScrolledWindow *text_scroller;
  AdwStatusPage *problem;
  GtkTextView *text;

  UiSession *session;
  ScanItem item;
  guint which, n_documents; /* of those that the item holds */
  GCancellable *cancellable;
  GPtrArray *reports; /* ScanText that is being put into the view */
  guint report, line; /* where that stands */
  guint filling;      /* source */
  char *title;
  const char *general; /* a sentence about the document as a whole, or NULL */
};

G_DEFINE_FINAL_TYPE (UiDocumentWindow, ui_document_window, ADW_TYPE_WINDOW)

static gboolean
shows (UiDocumentWindow *self, const char *page)
{
  return self->stack != NULL &&
         g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), page) == 0;
}

static void
show_notice (UiDocumentWindow *self, const char *words)
{
  gtk_label_set_label (self->notice, words != NULL ? _ (words) : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice), words != NULL);
}

static void
show_problem (UiDocumentWindow *self, const char *words)
{
  adw_status_page_set_description (self->problem, words);
  gtk_stack_set_visible_child_name (self->stack, "problem");
}

/* "Document 2 of 3", "Page 1 of 4", as far as there are several. */
static void
show_place (UiDocumentWindow *self)
{
  const guint pages = self->pages != NULL ? ui_document_pages_count (self->pages) : 0;
  g_autofree char *document =
      g_strdup_printf (_ ("Document %u of %u"), self->which + 1, self->n_documents);
  g_autofree char *page = pages > 1
                              ? g_strdup_printf (_ ("Page %u of %u"),
                                                 ui_document_pages_current (self->pages) + 1, pages)
                              : g_strdup ("");
  g_autofree char *both = g_strdup_printf ("%s, %s", document, page);

  adw_window_title_set_subtitle (self->heading, self->n_documents < 2 ? page
                                                : *page == '\0'       ? document
                                                                      : both);
}

static void
on_moved (UiDocumentWindow *self)
{
  const guint count = ui_document_pages_count (self->pages);
  const guint current = ui_document_pages_current (self->pages);
  const char *problem = ui_document_pages_problem (self->pages);

  show_place (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "document.previous", current > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "document.next", current + 1 < count);
  show_notice (self, problem != NULL ? problem : self->general);
}

/* ---- opening ---- */

typedef struct
{
  ScanLibrary *library;
  guint8 members[REPORTS_MAX][32];
  guint n;
  guint which;
  ScanForm form;
  gboolean enclosed;
  ScanPages *pages;   /* what came of it */
  GPtrArray *reports; /* ScanText */
} OpenJob;

static void
open_job_free (gpointer data)
{
  OpenJob *job = data;

  scan_pages_free (job->pages);
  g_ptr_array_unref (job->reports);
  g_free (job);
}

static void
add_member (OpenJob *job, const guint8 *member)
{
  if (job->n < REPORTS_MAX)
    memcpy (job->members[job->n++], member, sizeof job->members[0]);
}

/* The documents of a series one by one, and all its texts as one. *ret_n: how many there are. */
static OpenJob *
open_job_new (UiSession *session, const ScanItem *item, guint which, guint *ret_n)
{
  OpenJob *job = g_new0 (OpenJob, 1);
  guint n = 0, texts = G_MAXUINT;

  job->library = ui_session_library (session);
  job->which = which;
  job->reports = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_text_free);
  *ret_n = 1;
  if (item->kind == SCAN_ITEM_DOCUMENT)
    {
      job->form = scan_document_form (item->document);
      add_member (job, item->document->member);
      return job;
    }
  job->enclosed = TRUE;
  for (guint i = 0; i < item->series->instances->len; i++)
    {
      const ScanInstance *instance = g_ptr_array_index (item->series->instances, i);
      const ScanForm form = scan_instance_form (instance);
      guint own;

      if (form == SCAN_FORM_PICTURES)
        continue;
      if (form == SCAN_FORM_TEXT && texts == G_MAXUINT)
        texts = n++;
      own = form == SCAN_FORM_TEXT ? texts : n++;
      if (own != which)
        continue;
      job->form = form;
      add_member (job, instance->member);
    }
  *ret_n = n;
  return job;
}

static gboolean
open_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  OpenJob *job = data;

  if (job->form == SCAN_FORM_PAGES)
    {
      job->pages =
          scan_library_pages (job->library, job->members[0], job->enclosed, cancellable, error);
      return job->pages != NULL;
    }
  if (job->form != SCAN_FORM_TEXT)
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED, "Not to be shown.");
      return FALSE;
    }
  for (guint i = 0; i < job->n; i++)
    {
      /* One that cannot be read hides none of the others. */
      ScanText *text = scan_library_text (job->library, job->members[i], cancellable,
                                          job->reports->len == 0 && i + 1 == job->n ? error : NULL);

      if (text != NULL)
        g_ptr_array_add (job->reports, text);
    }
  return job->reports->len > 0;
}

static gboolean
fill_some (gpointer data)
{
  UiDocumentWindow *self = data;
  const ScanText *text = g_ptr_array_index (self->reports, self->report);

  self->line = ui_document_text_append (self->text, text, self->line);
  if (self->line > 0)
    return G_SOURCE_CONTINUE;
  if (++self->report < self->reports->len)
    {
      ui_document_text_part (self->text);
      return G_SOURCE_CONTINUE;
    }
  g_clear_pointer (&self->reports, g_ptr_array_unref);
  self->filling = 0;
  return G_SOURCE_REMOVE;
}

static void
show_text (UiDocumentWindow *self, GPtrArray *reports)
{
  const ScanStudy *study = scan_item_study (&self->item);

  self->reports = reports;
  for (guint i = 0; i < reports->len; i++)
    {
      ScanText *text = g_ptr_array_index (reports, i);

      scan_text_name_pictures (text, study);
      if (text->cut)
        show_notice (self, N_ ("There is more text than is shown."));
    }
  self->text = GTK_TEXT_VIEW (ui_document_text_new ());
  gtk_scrolled_window_set_child (self->text_scroller, GTK_WIDGET (self->text));
  gtk_stack_set_visible_child_name (self->stack, "text");
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
  if (fill_some (self))
    self->filling = g_idle_add (fill_some, self);
}

static void
show_pages (UiDocumentWindow *self, ScanPages *pages)
{
  self->general = scan_pages_problem (pages);
  self->pages = g_object_new (UI_TYPE_DOCUMENT_PAGES, NULL);
  g_signal_connect_swapped (self->pages, "moved", G_CALLBACK (on_moved), self);
  adw_bin_set_child (self->pages_bin, GTK_WIDGET (self->pages));
  gtk_stack_set_visible_child_name (self->stack, "pages");
  ui_document_pages_show (self->pages, self->session, pages);
  gtk_widget_set_visible (self->pager, ui_document_pages_count (self->pages) > 1);
  gtk_widget_child_focus (GTK_WIDGET (self->pages), GTK_DIR_TAB_FORWARD);
  on_moved (self);
}

static void
open_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiDocumentWindow *self = owner;
  OpenJob *job = data;

  /* Another document may be on its way instead. */
  if (self->stack == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      job->which != self->which)
    return;
  if (!ok)
    show_problem (self, ui_words_error (error, UI_TOPIC_DOCUMENT));
  else if (job->pages != NULL)
    show_pages (self, g_steal_pointer (&job->pages));
  else
    {
      show_text (self, job->reports);
      job->reports = g_ptr_array_new ();
    }
}

static void
open_document (UiDocumentWindow *self, guint which)
{
  OpenJob *job = open_job_new (self->session, &self->item, which, &self->n_documents);

  self->which = which;
  gtk_widget_set_visible (self->chooser, self->n_documents > 1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "document.other-back", which > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "document.other-on",
                                 which + 1 < self->n_documents);
  show_place (self);
  ui_task_run (self, self->session, FALSE, open_work, open_done, NULL, job, open_job_free,
               self->cancellable);
}

/* Gives up what is open. */
static void
forget_document (UiDocumentWindow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_handle_id (&self->filling, g_source_remove);
  g_clear_pointer (&self->reports, g_ptr_array_unref);
  self->report = self->line = 0;
  self->general = NULL;
  self->text = NULL;
  if (self->pages != NULL)
    g_signal_handlers_disconnect_by_data (self->pages, self);
  self->pages = NULL;
  gtk_stack_set_visible_child_name (self->stack, "loading");
  adw_bin_set_child (self->pages_bin, NULL);
  gtk_scrolled_window_set_child (self->text_scroller, NULL);
  gtk_widget_set_visible (self->pager, FALSE);
  show_notice (self, NULL);
}

/* ---- what the buttons and keys do ---- */

static void
go_to_other (UiDocumentWindow *self, int step)
{
  const gint64 which = (gint64) self->which + step;

  if (which < 0 || which >= self->n_documents || ui_session_is_closing (self->session))
    return;
  forget_document (self);
  open_document (self, (guint) which);
}

static void
other_on_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  go_to_other (UI_DOCUMENT_WINDOW (widget), 1);
}

static void
other_back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  go_to_other (UI_DOCUMENT_WINDOW (widget), -1);
}

static void
turn (UiDocumentWindow *self, int step)
{
  const gint64 page = (gint64) ui_document_pages_current (self->pages) + step;

  if (shows (self, "pages") && page >= 0)
    ui_document_pages_go (self->pages, (guint) page);
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  turn (UI_DOCUMENT_WINDOW (widget), 1);
}

static void
previous_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  turn (UI_DOCUMENT_WINDOW (widget), -1);
}

/* Before the arrow keys move the focus. */
static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        UiDocumentWindow *self)
{
  if (!shows (self, "pages") || (state & gtk_accelerator_get_default_mod_mask ()) != 0 ||
      (key != GDK_KEY_Right && key != GDK_KEY_Left))
    return FALSE;
  turn (self, key == GDK_KEY_Right ? 1 : -1);
  return TRUE;
}

static void
zoom (UiDocumentWindow *self, int step)
{
  if (shows (self, "pages"))
    ui_document_pages_zoom (self->pages, step == 0 ? 0 : step > 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
  else if (shows (self, "text"))
    ui_document_text_zoom (self->text, step);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom (UI_DOCUMENT_WINDOW (widget), g_variant_get_int32 (parameter));
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiDocumentWindow *self = UI_DOCUMENT_WINDOW (widget);

  if (!ui_session_is_closing (self->session))
    ui_save_copy (GTK_WINDOW (self), self->session, &self->item, self->toasts);
}

static void
ui_document_window_dispose (GObject *object)
{
  UiDocumentWindow *self = UI_DOCUMENT_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->filling, g_source_remove);
  self->stack = NULL;
  if (self->pages != NULL)
    g_signal_handlers_disconnect_by_data (self->pages, self);
  self->pages = NULL;
  g_clear_pointer (&self->reports, g_ptr_array_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_pointer (&self->title, g_free);
  G_OBJECT_CLASS (ui_document_window_parent_class)->dispose (object);
}

static void
bind_key (GtkWidgetClass *class, guint key, GdkModifierType modifiers, const char *action, int step)
{
  gtk_widget_class_add_binding_action (class, key, modifiers, action, "i", step);
}

static void
ui_document_window_class_init (UiDocumentWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_document_window_dispose;
  g_type_ensure (UI_TYPE_DOCUMENT_PAGES);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/document_window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiDocumentWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, UiDocumentWindow, pager);
  gtk_widget_class_bind_template_child (widget_class, UiDocumentWindow, notice);
  gtk_widget_class_bind_template_child (widget_class, UiDocumentWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, UiDocumentWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, UiDocumentWindow, pages_bin);
  gtk_widget_class_bind_template_child (widget_class, UiDocumentWindow, chooser);
  gtk_widget_class_bind_template_child (widget_class, UiDocumentWindow, text_scroller);
  gtk_widget_class_bind_template_child (widget_class, UiDocumentWindow, problem);
  gtk_widget_class_install_action (widget_class, "document.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "document.previous", NULL, previous_action);
  gtk_widget_class_install_action (widget_class, "document.other-on", NULL, other_on_action);
  gtk_widget_class_install_action (widget_class, "document.other-back", NULL, other_back_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, GDK_CONTROL_MASK,
                                       "document.other-on", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, GDK_CONTROL_MASK,
                                       "document.other-back", NULL);
  gtk_widget_class_install_action (widget_class, "document.zoom", "i", zoom_action);
  gtk_widget_class_install_action (widget_class, "document.save", NULL, save_action);
  ui_install_lock_action (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "document.save",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  for (guint control = 0; control < 2; control++)
    {
      const GdkModifierType modifiers = control != 0 ? GDK_CONTROL_MASK : 0;

      bind_key (widget_class, GDK_KEY_plus, modifiers, "document.zoom", 1);
      bind_key (widget_class, GDK_KEY_equal, modifiers, "document.zoom", 1);
      bind_key (widget_class, GDK_KEY_KP_Add, modifiers, "document.zoom", 1);
      bind_key (widget_class, GDK_KEY_minus, modifiers, "document.zoom", -1);
      bind_key (widget_class, GDK_KEY_KP_Subtract, modifiers, "document.zoom", -1);
      bind_key (widget_class, GDK_KEY_0, modifiers, "document.zoom", 0);
    }
}

static void
ui_document_window_init (UiDocumentWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static char *
title_of (const ScanItem *item)
{
  if (item->kind == SCAN_ITEM_DOCUMENT)
    return g_strdup (item->document->name);
  if (*item->series->description != '\0')
    return g_strdup (item->series->description);
  return scan_plain_title (item->series->modality, item->series->body_part, "");
}

void
ui_document_window_show (GtkApplication *application, UiSession *session, const ScanItem *item)
{
  UiDocumentWindow *self = g_object_new (UI_TYPE_DOCUMENT_WINDOW, "application", application, NULL);

  self->session = g_object_ref (session);
  self->item = *item;
  self->title = title_of (item);
  adw_window_title_set_title (self->heading, self->title);
  ui_close_with_session (GTK_WINDOW (self), session);
  open_document (self, 0);
  gtk_window_present (GTK_WINDOW (self));
}
