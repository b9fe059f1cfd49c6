/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_window.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ask.h"
#include "check.h"
#include "task.h"
#include "words.h"

#define ROWS_MAX 200 /* of one kind */

#define UI_TYPE_CHECK_WINDOW (ui_check_window_get_type ())
G_DECLARE_FINAL_TYPE (UiCheckWindow, ui_check_window, UI, CHECK_WINDOW, AdwWindow)

struct _UiCheckWindow
{
  AdwWindow parent_instance;
  GtkStack *steps; /* NULL once disposed of */
  GtkCheckButton *quick, *thorough, *complete;
  GtkWidget *start, *stop, *again, *repair;
  AdwStatusPage *work, *result;
  GtkProgressBar *bar;
  GtkListBox *rows;
  UiSession *session;
  GCancellable *cancellable; /* while it runs */
  gboolean repairs;          /* what runs does so */
};

G_DEFINE_FINAL_TYPE (UiCheckWindow, ui_check_window, ADW_TYPE_WINDOW)

typedef struct
{
  UiSession *session;
  ScanCheck *check;
  gboolean repair;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->session);
  g_free (job);
}

static gboolean
check_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Job *job = data;

  return scan_check_run (job->check, ui_task_progress, progress, cancellable, error);
}

static void
show_work (UiCheckWindow *self, gboolean waits)
{
  adw_status_page_set_title (self->work, waits           ? _ ("Waiting…")
                                         : self->repairs ? _ ("Repairing…")
                                                         : _ ("Checking…"));
  adw_status_page_set_description (
      self->work, waits ? ui_words_waiting ()
                        : _ ("You may go on looking at your scans. Adding and sharing wait until "
                             "this is done."));
}

static void
check_progress (gpointer owner, gpointer data, const ScanProgress *progress)
{
  UiCheckWindow *self = owner;

  if (self->steps == NULL)
    return;
  show_work (self, FALSE);
  if (progress->total > 0)
    gtk_progress_bar_set_fraction (self->bar, (double) progress->done / (double) progress->total);
  else
    gtk_progress_bar_pulse (self->bar);
}

typedef struct
{
  ScanFindingKind kind;
  const char *icon, *title;
} Kind;

/* In the order in which they matter. */
static const Kind kinds[] = {
  { SCAN_FINDING_DAMAGED, "dialog-warning-symbolic", N_ ("Damaged") },
  { SCAN_FINDING_MISSING, "dialog-warning-symbolic", N_ ("Missing") },
  { SCAN_FINDING_ARRIVING, "content-loading-symbolic", N_ ("Still arriving") },
  { SCAN_FINDING_HEALED, "emblem-ok-symbolic", N_ ("Repaired") },
  { SCAN_FINDING_ORPHAN, "dialog-information-symbolic", N_ ("Left over") },
};

static void
add_row (UiCheckWindow *self, const char *icon, const char *title, const char *subtitle)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);

  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  g_object_set (row, "title", title, "title-lines", 0, "subtitle-lines", 0, NULL);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_list_box_append (self->rows, row);
}

static void
add_findings (UiCheckWindow *self, const Kind *kind, const GPtrArray *findings)
{
  for (guint i = 0; i < MIN (findings->len, ROWS_MAX); i++)
    {
      const ScanFinding *finding = g_ptr_array_index (findings, i);

      add_row (self, kind->icon, finding->message, _ (kind->title));
    }
  if (findings->len > ROWS_MAX)
    {
      g_autofree char *more = g_strdup_printf (_ ("… and %u more"), findings->len - ROWS_MAX);

      add_row (self, kind->icon, more, NULL);
    }
}

static char *
counted (const ScanCheckReport *report)
{
  g_autofree char *size = g_format_size (report->bytes);

  return g_strdup_printf (g_dngettext (NULL, "%u file of your vault is whole (%s).",
                                       "%u files of your vault are whole (%s).", report->objects),
                          (guint) report->objects, size);
}

static void
show_report (UiCheckWindow *self, const ScanCheckReport *report, gboolean repaired,
             const GError *error)
{
  guint bad =
      report->findings[SCAN_FINDING_DAMAGED]->len + report->findings[SCAN_FINDING_MISSING]->len;
  guint healed = report->findings[SCAN_FINDING_HEALED]->len;
  g_autofree char *words = report->objects > 0 ? counted (report) : NULL;
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->rows))) != NULL)
    gtk_list_box_remove (self->rows, row);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_findings (self, &kinds[i], report->findings[kinds[i].kind]);
  if (report->listed > 0)
    {
      g_autofree char *listed =
          g_strdup_printf (g_dngettext (NULL, "%u picture is in your list again.",
                                        "%u pictures are in your list again.", report->listed),
                           (guint) report->listed);

      add_row (self, "emblem-ok-symbolic", listed, NULL);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->rows),
                          gtk_widget_get_first_child (GTK_WIDGET (self->rows)) != NULL);
  gtk_widget_set_visible (self->repair, !repaired && bad > 0);
  adw_status_page_set_description (self->result, words);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      adw_status_page_set_icon_name (self->result, "dialog-error-symbolic");
      adw_status_page_set_title (self->result, _ ("The check could not be finished"));
      adw_status_page_set_description (self->result, ui_words_error (error, UI_TOPIC_COPY));
    }
  else if (bad > 0)
    {
      adw_status_page_set_icon_name (self->result, "dialog-warning-symbolic");
      adw_status_page_set_title (self->result, _ ("Something is not whole"));
    }
  else if (error != NULL)
    {
      adw_status_page_set_icon_name (self->result, "dialog-information-symbolic");
      adw_status_page_set_title (self->result, words != NULL
                                                   ? _ ("Stopped. Fine as far as it went.")
                                                   : _ ("Stopped. Nothing was checked."));
    }
  else
    {
      adw_status_page_set_icon_name (self->result, "emblem-ok-symbolic");
      adw_status_page_set_title (self->result, healed > 0 ? _ ("Everything is whole again")
                                                          : _ ("Everything is fine"));
    }
  gtk_stack_set_visible_child_name (self->steps, "result");
  gtk_widget_grab_focus (gtk_widget_get_visible (self->repair) ? self->repair : self->again);
}

static void
check_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiCheckWindow *self = owner;
  Job *job = data;
  g_auto (ScanCheckReport) report = { 0 };

  scan_check_apply (job->check, &report);
  if (ui_session_is_closing (job->session))
    return;
  if (job->repair)
    ui_session_catalog_changed (job->session);
  if (self->steps == NULL)
    return;
  g_clear_object (&self->cancellable);
  show_report (self, &report, job->repair, ok ? NULL : error);
}

static ScanCheckLevel
chosen_level (UiCheckWindow *self)
{
  return gtk_check_button_get_active (self->quick)      ? SCAN_CHECK_QUICK
         : gtk_check_button_get_active (self->thorough) ? SCAN_CHECK_HASH
                                                        : SCAN_CHECK_FULL;
}

static void
run (UiCheckWindow *self, gboolean repair)
{
  Job *job;

  if (ui_session_is_closing (self->session) || self->cancellable != NULL)
    return;
  job = g_new0 (Job, 1);
  job->session = g_object_ref (self->session);
  job->repair = repair;
  job->check = scan_check_new (ui_session_library (self->session), chosen_level (self), repair);
  self->cancellable = g_cancellable_new ();
  self->repairs = repair;
  show_work (self, ui_session_is_busy (self->session));
  gtk_progress_bar_set_fraction (self->bar, 0);
  gtk_stack_set_visible_child_name (self->steps, "work");
  gtk_widget_grab_focus (self->stop);
  ui_task_run (self, self->session, TRUE, check_work, check_done, check_progress, job, job_free,
               self->cancellable);
}

static void
on_start (UiCheckWindow *self)
{
  run (self, FALSE);
}

static void
on_repair (UiCheckWindow *self)
{
  run (self, TRUE);
}

static void
on_again (UiCheckWindow *self)
{
  gtk_stack_set_visible_child_name (self->steps, "choose");
  gtk_widget_grab_focus (self->start);
}

static void
on_stop (UiCheckWindow *self)
{
  g_cancellable_cancel (self->cancellable);
}

/* The work keeps the window alive, so that closing it is not the end of either by itself. */
static gboolean
on_close (UiCheckWindow *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  return GDK_EVENT_PROPAGATE;
}

static void
ui_check_window_dispose (GObject *object)
{
  UiCheckWindow *self = UI_CHECK_WINDOW (object);

  self->steps = NULL;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_check_window_parent_class)->dispose (object);
}

static void
ui_check_window_class_init (UiCheckWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_check_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/check_window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, steps);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, quick);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, thorough);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, complete);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, start);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, stop);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, again);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, repair);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, work);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, result);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, UiCheckWindow, rows);
  gtk_widget_class_bind_template_callback (widget_class, on_start);
  gtk_widget_class_bind_template_callback (widget_class, on_repair);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
}

static void
ui_check_window_init (UiCheckWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "close-request", G_CALLBACK (on_close), NULL);
}

void
ui_check_window_show (GtkWindow *parent, UiSession *session)
{
  UiCheckWindow *self = g_object_new (UI_TYPE_CHECK_WINDOW, NULL);

  self->session = g_object_ref (session);
  ui_vault_window_present (GTK_WINDOW (self), parent, session);
  gtk_widget_grab_focus (self->start);
}
