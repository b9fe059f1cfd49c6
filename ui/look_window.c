/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "look_window.h"

#include <glib/gi18n.h>

#include "add_bar.h"
#include "ask.h"
#include "error.h"
#include "look.h"
#include "open_item.h"
#include "task.h"
#include "words.h"

#define ROWS_MAX 200 /* nobody looks through more of them here */

struct _UiLookWindow
{
  AdwWindow parent_instance;
  GtkStack *stack; /* NULL once disposed of */
  GtkLabel *progress, *remark;
  GtkProgressBar *bar;
  AdwStatusPage *nothing;
  GtkListBox *rows;
  GtkWidget *buttons, *keep, *finished;

  char **paths;
  GCancellable *cancellable;
  UiSession *session; /* over what is looked at, while this window is open */
  void (*kept) (gpointer owner, char **paths);
  GWeakRef owner;
};

G_DEFINE_FINAL_TYPE (UiLookWindow, ui_look_window, ADW_TYPE_WINDOW)

typedef struct
{
  char **paths;
  ScanLibrary *library;
  ScanLookResult result;
} LookJob;

static void
look_job_free (gpointer data)
{
  LookJob *job = data;

  g_clear_pointer (&job->library, scan_library_close);
  g_strfreev (job->paths);
  g_free (job);
}

static gboolean
look_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  LookJob *job = data;

  job->library =
      scan_look_open (job->paths, ui_task_progress, progress, cancellable, &job->result, error);
  return job->library != NULL;
}

static void
look_progress (gpointer owner, gpointer data, const ScanProgress *progress)
{
  UiLookWindow *self = owner;
  g_autofree char *words = NULL;

  if (self->stack == NULL)
    return;
  words = ui_progress_words (progress);
  gtk_label_set_label (self->progress, words);
  ui_progress_show (progress, self->bar);
}

static void
add_row (UiLookWindow *self, const ScanItem *item)
{
  g_autofree char *title = ui_words_item (item);
  GtkWidget *row =
      g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "activatable", TRUE, NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                           "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                           NULL));
  g_object_set_data_full (G_OBJECT (row), "item", g_memdup2 (item, sizeof *item), g_free);
  gtk_list_box_append (self->rows, row);
}

static void
on_row (GtkListBox *rows, GtkListBoxRow *row, UiLookWindow *self)
{
  const ScanItem *item = g_object_get_data (G_OBJECT (row), "item");

  if (self->session != NULL && !ui_session_is_closing (self->session))
    ui_open_item (gtk_window_get_application (GTK_WINDOW (self)), self->session, item);
}

static const char *
nothing_words (const LookJob *job, const GError *error)
{
  if (job->result.archives > 0)
    return _ ("These are packed files. Add them to your vault to see what is in them.");
  if (g_error_matches (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM))
    return _ ("There is no scan, report or picture among these files.");
  return ui_words_error (error, UI_TOPIC_DOCUMENT);
}

static void
show_nothing (UiLookWindow *self, const LookJob *job, const GError *error)
{
  adw_status_page_set_description (self->nothing, nothing_words (job, error));
  gtk_widget_set_visible (self->keep, job->result.archives > 0);
  gtk_stack_set_visible_child_name (self->stack, "nothing");
}

static void
show_remark (UiLookWindow *self, const ScanLookResult *result)
{
  const guint hidden = result->archives + result->failed;
  g_autofree char *words =
      g_strdup_printf (g_dngettext (NULL, "%u more file is packed or cannot be read.",
                                    "%u more files are packed or cannot be read.", hidden),
                       hidden);

  gtk_label_set_label (self->remark, words);
  gtk_widget_set_visible (GTK_WIDGET (self->remark), hidden > 0);
}

static void
show_list (UiLookWindow *self, const LookJob *job)
{
  ScanCatalog *catalog = ui_session_catalog (self->session);
  GPtrArray *studies = scan_catalog_studies (catalog);
  GPtrArray *documents = scan_catalog_documents (catalog);
  ScanItem item;

  for (guint i = 0; i < MIN (studies->len, ROWS_MAX); i++)
    {
      item = (ScanItem){ SCAN_ITEM_STUDY, { .study = g_ptr_array_index (studies, i) } };
      add_row (self, &item);
    }
  for (guint i = 0; i < MIN (documents->len, ROWS_MAX); i++)
    {
      item = (ScanItem){ SCAN_ITEM_DOCUMENT, { .document = g_ptr_array_index (documents, i) } };
      add_row (self, &item);
    }
  show_remark (self, &job->result);
  gtk_stack_set_visible_child_name (self->stack, "list");
  if (studies->len + documents->len == 1)
    ui_open_item (gtk_window_get_application (GTK_WINDOW (self)), self->session, &item);
}

static void
look_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiLookWindow *self = owner;
  LookJob *job = data;

  if (self->stack == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  gtk_widget_set_visible (self->buttons, TRUE);
  if (ok)
    {
      self->session = ui_session_new (g_steal_pointer (&job->library));
      show_list (self, job);
    }
  else
    show_nothing (self, job, error);
  gtk_window_set_focus (GTK_WINDOW (self), self->finished);
}

static void
forget_session (gpointer session)
{
  g_object_unref (session);
}

/* Its windows go, and what was decoded with them. */
static gboolean
on_close_request (UiLookWindow *self)
{
  UiSession *session = g_steal_pointer (&self->session);

  g_cancellable_cancel (self->cancellable);
  if (session != NULL)
    ui_session_close (session, forget_session, session);
  return GDK_EVENT_PROPAGATE;
}

static void
on_keep (UiLookWindow *self)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);
  g_auto (GStrv) paths = g_strdupv (self->paths);
  void (*kept) (gpointer, char **) = self->kept;

  gtk_window_close (GTK_WINDOW (self));
  if (owner != NULL)
    kept (owner, paths);
}

static void
ui_look_window_dispose (GObject *object)
{
  UiLookWindow *self = UI_LOOK_WINDOW (object);

  self->stack = NULL;
  if (self->cancellable != NULL)
    on_close_request (self);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->paths, g_strfreev);
  g_weak_ref_clear (&self->owner);
  G_OBJECT_CLASS (ui_look_window_parent_class)->dispose (object);
}

static void
ui_look_window_class_init (UiLookWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_look_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/look_window.ui");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_widget_class_bind_template_child (widget_class, UiLookWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, UiLookWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, UiLookWindow, remark);
  gtk_widget_class_bind_template_child (widget_class, UiLookWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, UiLookWindow, nothing);
  gtk_widget_class_bind_template_child (widget_class, UiLookWindow, rows);
  gtk_widget_class_bind_template_child (widget_class, UiLookWindow, buttons);
  gtk_widget_class_bind_template_child (widget_class, UiLookWindow, keep);
  gtk_widget_class_bind_template_child (widget_class, UiLookWindow, finished);
  gtk_widget_class_bind_template_callback (widget_class, on_row);
  gtk_widget_class_bind_template_callback (widget_class, on_keep);
  ui_install_lock_action (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ui_look_window_init (UiLookWindow *self)
{
  g_weak_ref_init (&self->owner, NULL);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "close-request", G_CALLBACK (on_close_request), NULL);
}

void
ui_look (GtkWindow *parent, char **paths, void (*keep) (gpointer owner, char **paths),
         gpointer owner)
{
  UiLookWindow *self =
      g_object_new (UI_TYPE_LOOK_WINDOW, "application", gtk_window_get_application (parent), NULL);
  LookJob *job = g_new0 (LookJob, 1);

  self->paths = g_strdupv (paths);
  self->kept = keep;
  g_weak_ref_set (&self->owner, owner);
  job->paths = g_strdupv (paths);
  gtk_window_present (GTK_WINDOW (self));
  ui_task_run (self, NULL, FALSE, look_work, look_done, look_progress, job, look_job_free,
               self->cancellable);
}
