/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shared_page.h"

#include <glib/gi18n.h>

#include "dropped.h"
#include "file_chooser.h"
#include "letter_window.h"
#include "share.h"
#include "share_parts.h"
#include "share_words.h"
#include "task.h"
#include "trace_ask.h"
#include "words.h"

struct _UiSharedPage
{
  AdwBin parent_instance;
  UiSession *session;
  GtkStack *stack;
  GtkListBox *list;
  GtkLabel *reminder, *state;
};

G_DEFINE_FINAL_TYPE (UiSharedPage, ui_shared_page, ADW_TYPE_BIN)

static guint due_changed;

static char *
day_of (gint64 seconds)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (seconds);

  return ui_words_day (when);
}

/* The scans of a share, each once; what is gone has no name any more. */
static char *
scans_of (UiSharedPage *self, const ScanShareRecord *record)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (char **id = record->items; *id != NULL; id++)
    {
      g_autofree char *name = NULL;
      ScanItem item;

      if (!scan_catalog_find_anywhere (ui_session_catalog (self->session), *id, &item, NULL))
        name = g_strdup (_ ("a scan that is not in your vault any more"));
      else
        {
          if (scan_item_study (&item) != NULL)
            item = (ScanItem){ SCAN_ITEM_STUDY, { .study = scan_item_study (&item) } };
          name = ui_words_item (&item);
        }
      if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

static gboolean
is_due (const ScanShareRecord *record)
{
  return record->delete_by != 0 && record->delete_by <= g_get_real_time () / G_USEC_PER_SEC;
}

static void
on_write (GtkWidget *button, UiSharedPage *self)
{
  if (self->session != NULL)
    ui_letter_window_show (GTK_WINDOW (gtk_widget_get_root (button)), self->session,
                           UI_LETTER_DELETE, g_object_get_data (G_OBJECT (button), "to"));
}

static void
add_write_button (UiSharedPage *self, GtkWidget *row, const char *to)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Write to them…"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "touch");
  g_object_set_data_full (G_OBJECT (button), "to", g_strdup (to), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_write), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
add_record (UiSharedPage *self, const ScanShareRecord *record)
{
  g_autofree char *date = day_of (record->date), *scans = scans_of (self, record);
  g_autofree char *by = record->delete_by != 0 ? day_of (record->delete_by) : NULL;
  g_autofree char *count = g_strdup_printf (
      g_dngettext (NULL, "%u file", "%u files", (gulong) record->files), (guint) record->files);
  GString *words = g_string_new (date);
  GtkWidget *row;

  g_string_append_printf (words, " · %s · %s · %s\n%s", ui_words_profile (record->profile), count,
                          record->zip ? _ ("ZIP file") : _ ("folder"), scans);
  if (*record->purpose != '\0')
    g_string_append_printf (words, "\n%s", record->purpose);
  if (by != NULL)
    {
      g_string_append_c (words, '\n');
      g_string_append_printf (words,
                              is_due (record) ? _ ("Should be deleted since %s: please ask them")
                                              : _ ("To be deleted by %s"),
                              by);
    }
  row = ui_share_row_new (self->list, *record->to != '\0' ? record->to : _ ("Nobody was noted"),
                          words->str);
  if (by != NULL)
    add_write_button (self, row, record->to);
  g_string_free (words, TRUE);
}

typedef struct
{
  ScanLibrary *library;
  GPtrArray *shares;
} ListJob;

static void
list_job_free (gpointer data)
{
  ListJob *job = data;

  g_clear_pointer (&job->shares, g_ptr_array_unref);
  g_free (job);
}

static gboolean
list_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  ListJob *job = data;

  job->shares = scan_library_shares (job->library);
  return TRUE;
}

static void
list_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiSharedPage *self = owner;
  ListJob *job = data;
  guint due = 0;
  g_autofree char *words = NULL;

  if (!ok || self->session == NULL || ui_session_is_closing (self->session))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->state), FALSE);
  ui_share_list_clear (self->list);
  for (guint i = 0; i < job->shares->len; i++)
    {
      const ScanShareRecord *record = g_ptr_array_index (job->shares, i);

      due += is_due (record) ? 1 : 0;
      add_record (self, record);
    }
  words = g_strdup_printf (g_dngettext (NULL, "%u copy should have been deleted by now.",
                                        "%u copies should have been deleted by now.", due),
                           due);
  gtk_label_set_label (self->reminder, words);
  gtk_widget_set_visible (GTK_WIDGET (self->reminder), due > 0);
  g_signal_emit (self, due_changed, 0, due);
  gtk_stack_set_visible_child_name (self->stack, job->shares->len > 0 ? "list" : "empty");
}

/* Behind imports and shares, which add to what is read here. */
static void
rebuild (UiSharedPage *self)
{
  ListJob *job;

  if (ui_session_is_closing (self->session))
    return;
  job = g_new0 (ListJob, 1);
  job->library = ui_session_library (self->session);
  gtk_label_set_label (self->state, ui_words_waiting ());
  gtk_widget_set_visible (GTK_WIDGET (self->state), ui_session_is_busy (self->session));
  ui_task_run (self, self->session, TRUE, list_work, list_done, NULL, job, list_job_free, NULL);
}

static void
trace_chosen (gpointer owner, char **paths)
{
  UiSharedPage *self = owner;

  if (self->session != NULL)
    ui_trace_ask (GTK_WINDOW (gtk_widget_get_root (owner)), self->session, paths, self->state);
}

static void
ask_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiSharedPage *self = UI_SHARED_PAGE (widget);

  if (self->session != NULL)
    ui_choose_files (GTK_WINDOW (gtk_widget_get_root (widget)), _ ("Which File Was Found?"),
                     GTK_FILE_CHOOSER_ACTION_OPEN, TRUE, G_OBJECT (self->session), trace_chosen,
                     self);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, UiSharedPage *self)
{
  g_auto (GStrv) paths = ui_dropped_paths (value);

  if (paths[0] == NULL || self->session == NULL)
    return FALSE;
  trace_chosen (self, paths);
  return TRUE;
}

static void
ui_shared_page_dispose (GObject *object)
{
  UiSharedPage *self = UI_SHARED_PAGE (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_shared_page_parent_class)->dispose (object);
}

static void
ui_shared_page_class_init (UiSharedPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = ui_shared_page_dispose;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (class), "shared.ask", NULL, ask_action);
  due_changed = g_signal_new ("due-changed", UI_TYPE_SHARED_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
add_ask_button (GtkWidget *box)
{
  GtkWidget *ask = gtk_button_new_with_label (_ ("Is this file mine?"));

  gtk_widget_add_css_class (ask, "pill");
  gtk_widget_set_halign (ask, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (
      ask, _ ("Choose a found file, or drop it here, to see from which copy it came"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (ask), "shared.ask");
  gtk_box_append (GTK_BOX (box), ask);
}

static GtkWidget *
list_page (UiSharedPage *self)
{
  GtkWidget *inner, *page = ui_share_page_new (_ ("Who got what"), &inner);

  self->reminder = GTK_LABEL (ui_share_label_new (inner, ""));
  gtk_widget_add_css_class (GTK_WIDGET (self->reminder), "question");
  self->list = ui_share_list_new (inner);
  ui_share_label_new (inner,
                      _ ("This list cannot be changed, only added to. Drop a found file here "
                         "to see whether it is from one of these copies."));
  add_ask_button (inner);
  return page;
}

static GtkWidget *
empty_page (void)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "emblem-shared-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _ ("Nothing was shared yet"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page),
                                   _ ("Every copy that you make for somebody is noted here."));
  return page;
}

static void
ui_shared_page_init (UiSharedPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->state = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_wrap (self->state, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->state), "add-bar");
  gtk_widget_set_visible (GTK_WIDGET (self->state), FALSE);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_stack_add_named (self->stack, empty_page (), "empty");
  gtk_stack_add_named (self->stack, list_page (self), "list");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->state));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

void
ui_shared_page_set_session (UiSharedPage *self, UiSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  ui_share_list_clear (self->list);
  gtk_widget_set_visible (GTK_WIDGET (self->state), FALSE);
  gtk_stack_set_visible_child_name (self->stack, "empty");
  g_set_object (&self->session, session);
  if (session == NULL)
    return;
  g_signal_connect_swapped (session, "catalog-changed", G_CALLBACK (rebuild), self);
  rebuild (self);
}
