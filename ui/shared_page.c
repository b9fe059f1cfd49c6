/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shared_page.h"

#include <glib/gi18n.h>

#include "dropped.h"
#include "file_chooser.h"
#include "share_details.h"
#include "share_export.h"
#include "share_parts.h"
#include "share_record.h"
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
  GPtrArray *shares; /* ScanShareRecord, what the list shows; NULL: nothing yet */
};

G_DEFINE_FINAL_TYPE (UiSharedPage, ui_shared_page, ADW_TYPE_BIN)

static guint due_changed;

#define INDEX "ui-share-index"

static guint
index_of (gpointer widget)
{
  return GPOINTER_TO_UINT (g_object_get_data (widget, INDEX));
}

static void
on_write (GtkWidget *button, UiSharedPage *self)
{
  if (self->session != NULL)
    ui_share_details_write (GTK_WINDOW (gtk_widget_get_root (button)), self->session,
                            g_ptr_array_index (self->shares, index_of (button)));
}

static void
on_details (UiSharedPage *self, GtkListBoxRow *row)
{
  if (self->session != NULL && !ui_session_is_closing (self->session))
    ui_share_details_show (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (row))), self->session,
                           self->shares, index_of (row));
}

static void
add_write_button (UiSharedPage *self, GtkWidget *row, guint index)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Write to them…"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "touch");
  g_object_set_data (G_OBJECT (button), INDEX, GUINT_TO_POINTER (index));
  g_signal_connect (button, "clicked", G_CALLBACK (on_write), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

/* By when it should be deleted, and when to think of it if that is another day. */
static void
append_deletion (GString *words, const ScanShareRecord *record)
{
  const gboolean over = record->delete_by <= g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *by = ui_share_record_day (record->delete_by);

  g_string_append_c (words, '\n');
  g_string_append_printf (words,
                          ui_share_record_is_due (record)
                              ? _ ("Should be deleted since %s: please ask them")
                          : over ? _ ("It should have been deleted by %s")
                                 : _ ("To be deleted by %s"),
                          by);
  if (record->remind_at != 0 && record->remind_at != record->delete_by)
    {
      g_autofree char *then = ui_share_record_day (record->remind_at);

      g_string_append_c (words, '\n');
      g_string_append_printf (words, _ ("You are reminded of it on %s"), then);
    }
}

static void
add_record (UiSharedPage *self, guint index)
{
  const ScanShareRecord *record = g_ptr_array_index (self->shares, index);
  const ScanShareEvent *status = scan_share_record_status (record);
  g_autofree char *date = ui_share_record_day (record->date),
                  *scans = ui_share_record_scans (self->session, record, ", "),
                  *size = ui_share_record_size (record),
                  *now = ui_share_event_words (status, FALSE);
  GString *words = g_string_new (date);
  GtkWidget *row;

  g_string_append_printf (words, " · %s · %s\n%s\n%s", ui_words_profile (record->profile), size,
                          scans, now);
  if (*record->purpose != '\0')
    g_string_append_printf (words, "\n%s", record->purpose);
  if (scan_share_record_waits (record))
    append_deletion (words, record);
  row = ui_share_row_new (self->list, ui_share_record_to (record), words->str);
  g_object_set_data (G_OBJECT (row), INDEX, GUINT_TO_POINTER (index));
  gtk_widget_set_tooltip_text (row, _ ("What exactly they got, and what became of it"));
  if (record->delete_by != 0 && status->status != SCAN_SHARE_DELETION_CONFIRMED)
    add_write_button (self, row, index);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
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
  g_clear_pointer (&self->shares, g_ptr_array_unref);
  self->shares = g_ptr_array_ref (job->shares);
  for (guint i = 0; i < job->shares->len; i++)
    {
      due += ui_share_record_is_due (g_ptr_array_index (job->shares, i)) ? 1 : 0;
      add_record (self, i);
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

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiSharedPage *self = UI_SHARED_PAGE (widget);

  if (self->session != NULL && self->shares != NULL && !ui_session_is_closing (self->session))
    ui_share_export_ask (GTK_WINDOW (gtk_widget_get_root (widget)), self->session, self->shares);
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
  g_clear_pointer (&self->shares, g_ptr_array_unref);
  G_OBJECT_CLASS (ui_shared_page_parent_class)->dispose (object);
}

static void
ui_shared_page_class_init (UiSharedPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = ui_shared_page_dispose;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (class), "shared.ask", NULL, ask_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (class), "shared.export", NULL, export_action);
  due_changed = g_signal_new ("due-changed", UI_TYPE_SHARED_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static GtkWidget *
add_button (GtkWidget *box, const char *words, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static GtkWidget *
list_page (UiSharedPage *self)
{
  GtkWidget *inner, *page = ui_share_page_new (_ ("Who got what"), &inner);

  self->reminder = GTK_LABEL (ui_share_label_new (inner, ""));
  gtk_widget_add_css_class (GTK_WIDGET (self->reminder), "question");
  self->list = ui_share_list_new (inner);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (on_details), self);
  ui_share_label_new (inner,
                      _ ("This list cannot be changed, only added to. Drop a found file here "
                         "to see whether it is from one of these copies."));
  gtk_widget_set_tooltip_text (
      add_button (inner, _ ("Is this file mine?"), "shared.ask"),
      _ ("Choose a found file, or drop it here, to see from which copy it came"));
  add_button (inner, _ ("Save the list as PDF…"), "shared.export");
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
  g_clear_pointer (&self->shares, g_ptr_array_unref);
  gtk_widget_set_visible (GTK_WIDGET (self->state), FALSE);
  gtk_stack_set_visible_child_name (self->stack, "empty");
  g_set_object (&self->session, session);
  if (session == NULL)
    return;
  g_signal_connect_swapped (session, "catalog-changed", G_CALLBACK (rebuild), self);
  rebuild (self);
}
