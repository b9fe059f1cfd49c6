/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_window.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "add_bar.h"
#include "error.h"
#include "file_chooser.h"
#include "plainname.h"
#include "secret.h"
#include "share.h"
#include "study_card.h"
#include "task.h"
#include "words.h"

struct _UiShareWindow
{
  AdwWindow parent_instance;
  GtkStack *steps;
  GtkWidget *back, *next;
  GtkLabel *what_title, *what_words;
  GtkCheckButton *named, *second_opinion, *reviewed;
  GtkWidget *recipient, *keep_dates, *dates_row, *reviewed_row;
  GtkWidget *folder;
  GtkProgressBar *bar;
  GtkLabel *progress_words;
  GtkWidget *cancel;
  GtkLabel *result_title, *result_words, *report;
  GtkWidget *show_folder, *report_expander;
  GtkListBox *result_rows;

  UiSession *session;
  ScanStudy *study;
  GCancellable *cancellable; /* while a copy is made */
  char *made;                /* folder of the copy, NULL before it is there */
};

G_DEFINE_FINAL_TYPE (UiShareWindow, ui_share_window, ADW_TYPE_WINDOW)

typedef struct
{
  ScanLibrary *library;
  ScanItem item;
  ScanProfile profile;
  gboolean keep_dates, reviewed;
  char *to, *folder;
  ScanShareResult *result;
} ShareJob;

static void
share_job_free (gpointer data)
{
  ShareJob *job = data;

  g_clear_pointer (&job->result, scan_share_result_free);
  g_free (job->to);
  g_free (job->folder);
  g_free (job);
}

static const char *
step_name (UiShareWindow *self)
{
  return gtk_stack_get_visible_child_name (self->steps);
}

static gboolean
is_named (UiShareWindow *self)
{
  return gtk_check_button_get_active (self->named);
}

static const char *
text_of (GtkWidget *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static void
update (UiShareWindow *self)
{
  const char *step = step_name (self);
  gboolean last = g_str_equal (step, "where"), result = g_str_equal (step, "result");
  gboolean progress = g_str_equal (step, "progress");

  gtk_widget_set_visible (self->back,
                          !progress && !g_str_equal (step, "what") && self->made == NULL);
  gtk_widget_set_visible (self->next, !progress && (!result || self->made != NULL));
  gtk_button_set_label (GTK_BUTTON (self->next), result ? _ ("Done")
                                                 : last ? _ ("Make the copy")
                                                        : _ ("Next"));
  gtk_widget_set_sensitive (self->next, !last || g_path_is_absolute (text_of (self->folder)));
  gtk_widget_set_sensitive (self->dates_row, !is_named (self));
  gtk_widget_set_sensitive (self->reviewed_row, !is_named (self));
}

static void
show_step (UiShareWindow *self, const char *step)
{
  gtk_stack_set_visible_child_name (self->steps, step);
  update (self);
}

static void
on_changed (UiShareWindow *self)
{
  update (self);
}

static void
on_back (UiShareWindow *self)
{
  const char *step = step_name (self);

  if (g_str_equal (step, "result"))
    show_step (self, "where");
  else
    show_step (self, g_str_equal (step, "where") ? "whom" : "what");
}

static void
add_row (UiShareWindow *self, const char *title, const char *subtitle)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL);

  g_object_set (row, "title", title, "subtitle", subtitle, NULL);
  gtk_list_box_append (self->result_rows, row);
}

static void
add_count (UiShareWindow *self, guint64 n, const char *title)
{
  g_autofree char *words = g_strdup_printf ("%" G_GUINT64_FORMAT, n);

  if (n > 0)
    add_row (self, title, words);
}

static void
show_details (UiShareWindow *self, const ScanShareResult *result)
{
  for (guint i = 0; result->refused != NULL && i < result->refused->len; i++)
    {
      const ScanRefusal *refusal = g_ptr_array_index (result->refused, i);

      add_row (self, _ ("Not copied"), ui_words_refusal (refusal->code));
    }
  for (guint i = 0; result->checks != NULL && i < result->checks->len; i++)
    {
      const ScanCheck *check = g_ptr_array_index (result->checks, i);

      add_row (self, ui_words_check (check->name),
               check->passed ? _ ("Checked: fine") : _ ("Checked: not fine"));
    }
  add_count (self, result->removed_attributes, _ ("Fields removed"));
  add_count (self, result->removed_private, _ ("Hidden fields removed"));
  add_count (self, result->removed_overlays, _ ("Drawings removed"));
  add_count (self, result->text_boxes, _ ("Boxes covered"));
}

static void
share_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiShareWindow *self = owner;
  ShareJob *job = data;
  GtkWidget *row;
  guint64 files = job->result != NULL ? job->result->files : 0;
  g_autofree char *words = NULL;

  if (self->steps == NULL)
    return;
  g_clear_object (&self->cancellable);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->result_rows))) != NULL)
    gtk_list_box_remove (self->result_rows, row);
  if (job->result != NULL)
    show_details (self, job->result);
  if (ok)
    {
      self->made = g_strdup (job->folder);
      words = g_strdup_printf (
          g_dngettext (NULL, "%" G_GUINT64_FORMAT " file was made and checked.",
                       "%" G_GUINT64_FORMAT " files were made and checked.", files),
          files);
    }
  else
    words = g_strdup (ui_words_error (error, UI_TOPIC_SHARE));
  gtk_label_set_label (self->result_title, ok ? _ ("Your copy is ready") : _ ("No copy was made"));
  gtk_label_set_label (self->result_words, words);
  gtk_label_set_label (self->report, ok && job->result->report != NULL ? job->result->report : "");
  gtk_widget_set_visible (self->report_expander, ok && job->result->report != NULL);
  gtk_widget_set_visible (self->show_folder, ok);
  gtk_widget_set_visible (GTK_WIDGET (self->result_rows),
                          gtk_widget_get_first_child (GTK_WIDGET (self->result_rows)) != NULL);
  show_step (self, "result");
}

static void
share_progress (gpointer owner, gpointer job, const ScanProgress *progress)
{
  UiShareWindow *self = owner;
  g_autofree char *words = NULL;

  if (self->steps == NULL)
    return;
  words = ui_progress_words (progress);
  gtk_label_set_label (self->progress_words, words);
  ui_progress_show (progress, self->bar);
}

static gboolean
share_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  ShareJob *job = data;
  const ScanSharePlan plan = { .profile = job->profile,
                               .to = job->to,
                               .keep_dates = job->keep_dates,
                               .confirm_reviewed = job->reviewed };

  return scan_share (job->library, &job->item, 1, job->folder, &plan, ui_task_progress, progress,
                     cancellable, &job->result, error);
}

static void
make_copy (UiShareWindow *self)
{
  ShareJob *job = g_new0 (ShareJob, 1);

  job->library = ui_session_library (self->session);
  job->item = (ScanItem){ SCAN_ITEM_STUDY, { .study = self->study } };
  job->profile = is_named (self) ? SCAN_PROFILE_NAMED : SCAN_PROFILE_SECOND_OPINION;
  job->keep_dates = gtk_switch_get_active (GTK_SWITCH (self->keep_dates));
  job->reviewed = gtk_check_button_get_active (self->reviewed);
  job->to = *text_of (self->recipient) != '\0' ? g_strdup (text_of (self->recipient)) : NULL;
  job->folder = g_strdup (text_of (self->folder));
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_sensitive (self->cancel, TRUE);
  gtk_label_set_label (self->progress_words, _ ("Starting…"));
  gtk_progress_bar_set_fraction (self->bar, 0);
  show_step (self, "progress");
  ui_task_run (self, self->session, TRUE, share_work, share_done, share_progress, job,
               share_job_free, self->cancellable);
}

static void
on_next (UiShareWindow *self)
{
  const char *step = step_name (self);

  if (g_str_equal (step, "what"))
    show_step (self, "whom");
  else if (g_str_equal (step, "whom"))
    show_step (self, "where");
  else if (g_str_equal (step, "where"))
    make_copy (self);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
on_cancel (UiShareWindow *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  gtk_widget_set_sensitive (self->cancel, FALSE);
  gtk_label_set_label (self->progress_words, _ ("Stopping…"));
}

/* A name in it that is not taken yet. */
static char *
free_folder (const char *parent)
{
  for (guint i = 1;; i++)
    {
      g_autofree char *name =
          i == 1 ? g_strdup (_ ("Scans to share")) : g_strdup_printf (_ ("Scans to share (%u)"), i);
      g_autofree char *path = g_build_filename (parent, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

static void
place_chosen (gpointer owner, char **paths)
{
  UiShareWindow *self = owner;
  g_autofree char *folder = NULL;

  if (self->steps == NULL)
    return;
  folder = free_folder (paths[0]);
  gtk_editable_set_text (GTK_EDITABLE (self->folder), folder);
}

static void
on_choose (UiShareWindow *self)
{
  ui_choose_files (GTK_WINDOW (self), _ ("Where Shall the Copy Go?"),
                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, FALSE, G_OBJECT (self->session),
                   place_chosen, self);
}

static void
on_shown (GObject *bus, GAsyncResult *result, gpointer uri)
{
  g_autofree char *owned_uri = uri;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL);

  /* No file manager that knows the call: the folder itself. */
  if (reply == NULL)
    gtk_show_uri (NULL, owned_uri, GDK_CURRENT_TIME);
}

static void
on_show_folder (UiShareWindow *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->made);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  char *uri = g_file_get_uri (file);
  const char *uris[] = { uri, NULL };

  if (bus == NULL)
    {
      g_free (uri);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, on_shown, uri);
}

static void
ui_share_window_dispose (GObject *object)
{
  UiShareWindow *self = UI_SHARE_WINDOW (object);

  self->steps = NULL;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_pointer (&self->made, g_free);
  G_OBJECT_CLASS (ui_share_window_parent_class)->dispose (object);
}

static void
ui_share_window_class_init (UiShareWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_share_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/share_window.ui");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, steps);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, back);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, next);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, what_title);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, what_words);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, named);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, second_opinion);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, reviewed);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, recipient);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, keep_dates);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, dates_row);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, reviewed_row);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, folder);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, progress_words);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, cancel);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, result_title);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, result_words);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, result_rows);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, report);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, report_expander);
  gtk_widget_class_bind_template_child (widget_class, UiShareWindow, show_folder);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_choose);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_show_folder);
}

static void
ui_share_window_init (UiShareWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "close-request", G_CALLBACK (ui_drop_focus_on_close), NULL);
  g_signal_connect_swapped (self->named, "toggled", G_CALLBACK (update), self);
  update (self);
}

GtkWidget *
ui_share_window_new (GtkWindow *parent, UiSession *session, ScanStudy *study)
{
  UiShareWindow *self =
      g_object_new (UI_TYPE_SHARE_WINDOW, "application", gtk_window_get_application (parent),
                    "transient-for", parent, NULL);
  g_autofree char *name = scan_plain_name (study->title, study->date);
  g_autofree char *pictures = ui_pictures_words (ui_study_pictures (study));
  g_autofree char *folder = NULL;
  const char *home = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);

  self->session = g_object_ref (session);
  self->study = study;
  folder = free_folder (home != NULL ? home : g_get_home_dir ());
  gtk_editable_set_text (GTK_EDITABLE (self->folder), folder);
  gtk_label_set_label (self->what_title, name);
  gtk_label_set_label (self->what_words, pictures);
  ui_close_with_session (GTK_WINDOW (self), session);
  update (self);
  return GTK_WIDGET (self);
}
