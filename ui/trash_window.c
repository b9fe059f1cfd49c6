/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trash_window.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ask.h"
#include "error.h"
#include "trash_task.h"
#include "words.h"

#define UI_TYPE_TRASH_WINDOW (ui_trash_window_get_type ())
G_DECLARE_FINAL_TYPE (UiTrashWindow, ui_trash_window, UI, TRASH_WINDOW, AdwWindow)

struct _UiTrashWindow
{
  AdwWindow parent_instance;
  UiSession *session;
  GtkStack *stack;
  GtkWidget *list;
  AdwToastOverlay *toasts;
  GtkWidget *work, *work_words, *bar;
  GCancellable *cancellable; /* while an action runs */
  int row;                   /* which gets the focus when the list is shown anew, -1: none */
};

G_DEFINE_FINAL_TYPE (UiTrashWindow, ui_trash_window, ADW_TYPE_WINDOW)

static void rebuild (UiTrashWindow *self);

static void
toast (UiTrashWindow *self, const char *words)
{
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static void purge_here (UiTrashWindow *self);

static void
on_here_response (AdwMessageDialog *dialog, const char *response, UiTrashWindow *self)
{
  if (g_str_equal (response, "here"))
    purge_here (self);
}

static void
ask_for_here (UiTrashWindow *self, GStrv computers)
{
  g_autofree char *names = g_strjoinv (", ", computers);
  g_autofree char *words = g_strdup_printf (
      _ ("It is out of your list. Its space on the disk is given back when these computers have "
         "heard of it: %s. If one of them is gone for good, you can delete it on this computer "
         "now."),
      names);
  AdwMessageDialog *dialog = ui_ask_new (GTK_WINDOW (self), self->session,
                                         _ ("Wait for your other computers?"), words, _ ("Wait"));

  adw_message_dialog_add_response (dialog, "here", _ ("Delete on this computer now"));
  adw_message_dialog_set_response_appearance (dialog, "here", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_here_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_done (gpointer owner, UiSession *session, const ScanItem *items, guint n_items, gboolean ok,
         const ScanTrashResult *result, const GError *error)
{
  UiTrashWindow *self = owner;

  if (self->stack == NULL)
    return;
  g_clear_object (&self->cancellable);
  gtk_widget_set_visible (self->work, FALSE);
  if (!ok)
    toast (self, g_error_matches (error, SCAN_ERROR, SCAN_ERROR_DAMAGED)
                     ? _ ("A part of your vault's list is lost. Choose “Check my vault…” first.")
                     : ui_words_error (error, UI_TOPIC_COPY));
  else if (result->unfinished != NULL)
    toast (self, _ ("It is deleted. Its space on the disk is given back later."));
  else if (result->waiting_for != NULL && result->waiting_for[0] != NULL)
    ask_for_here (self, result->waiting_for);
  rebuild (self);
}

static void
on_progress (gpointer owner, double fraction)
{
  UiTrashWindow *self = owner;

  if (self->stack == NULL)
    return;
  gtk_label_set_label (GTK_LABEL (self->work_words), _ ("Deleting…"));
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), fraction);
}

static void
run_item (UiTrashWindow *self, const ScanItem *item, ScanTrashAction action, gboolean only_here)
{
  gboolean waits = ui_session_is_busy (self->session);

  if (self->cancellable != NULL || ui_session_is_closing (self->session))
    return;
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_sensitive (self->list, FALSE);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), 0);
  gtk_label_set_label (GTK_LABEL (self->work_words), waits ? ui_words_waiting () : _ ("Deleting…"));
  gtk_widget_set_visible (self->work, waits || action == SCAN_TRASH_PURGE);
  ui_trash_run (self, self->session, action, item, only_here, self->cancellable, on_done,
                on_progress);
}

static void
purge_here (UiTrashWindow *self)
{
  run_item (self, NULL, SCAN_TRASH_PURGE, TRUE);
}

static void
on_stop (UiTrashWindow *self)
{
  g_cancellable_cancel (self->cancellable);
}

static const ScanItem *
item_of (gpointer object)
{
  return g_object_get_data (object, "item");
}

static void
set_item (gpointer object, const ScanItem *item)
{
  g_object_set_data_full (object, "item", g_memdup2 (item, sizeof *item), g_free);
}

/* What is done takes the row with it: then its neighbour has the focus. */
static void
note_row (UiTrashWindow *self, GtkWidget *button)
{
  self->row = gtk_list_box_row_get_index (
      GTK_LIST_BOX_ROW (gtk_widget_get_ancestor (button, GTK_TYPE_LIST_BOX_ROW)));
}

static void
focus_row (UiTrashWindow *self, guint n)
{
  GtkListBoxRow *row = NULL;

  if (self->row < 0 || self->cancellable != NULL)
    return;
  if (n > 0)
    row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), MIN (self->row, (int) n - 1));
  if (row != NULL)
    gtk_widget_grab_focus (g_object_get_data (G_OBJECT (row), "restore"));
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  self->row = -1;
}

static void
on_restore (GtkWidget *button, UiTrashWindow *self)
{
  note_row (self, button);
  run_item (self, item_of (button), SCAN_TRASH_RESTORE, FALSE);
}

static void
on_purge_response (AdwMessageDialog *dialog, const char *response, UiTrashWindow *self)
{
  if (g_str_equal (response, "purge"))
    run_item (self, item_of (dialog), SCAN_TRASH_PURGE, FALSE);
}

/* Nothing undoes this, so it is asked. */
static void
on_purge (GtkWidget *button, UiTrashWindow *self)
{
  g_autofree char *name = ui_words_item (item_of (button));
  g_autofree char *heading = g_strdup_printf (_ ("Delete “%s” for ever?"), name);
  AdwMessageDialog *dialog =
      ui_ask_new (GTK_WINDOW (self), self->session, heading,
                  _ ("It goes out of this vault and cannot be brought back. Copies of the vault "
                     "that were made before still hold it."),
                  _ ("Cancel"));

  adw_message_dialog_add_response (dialog, "purge", _ ("Delete for ever"));
  adw_message_dialog_set_response_appearance (dialog, "purge", ADW_RESPONSE_DESTRUCTIVE);
  note_row (self, button);
  /* The button goes whenever the list is shown anew. */
  set_item (dialog, item_of (button));
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_purge_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static GtkWidget *
item_button (UiTrashWindow *self, const ScanItem *item, const char *words, const char *title,
             GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_label (words);
  g_autofree char *name = g_strdup_printf ("%s: %s", words, title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  set_item (button, item);
  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static GtkWidget *
item_row (UiTrashWindow *self, const ScanTrashed *trashed)
{
  g_autofree char *title = ui_words_item (&trashed->item);
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (trashed->date);
  g_autofree char *date = ui_words_day (when);
  g_autofree char *subtitle = g_strdup_printf (_ ("Put here on %s"), date);
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL), *restore;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  restore = item_button (self, &trashed->item, _ ("Restore"), title, G_CALLBACK (on_restore));
  g_object_set_data (G_OBJECT (row), "restore", restore);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), restore);
  adw_action_row_add_suffix (
      ADW_ACTION_ROW (row),
      item_button (self, &trashed->item, _ ("Delete for ever…"), title, G_CALLBACK (on_purge)));
  return row;
}

static void
rebuild (UiTrashWindow *self)
{
  GPtrArray *trash;
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  if (ui_session_is_closing (self->session))
    return;
  gtk_widget_set_sensitive (self->list, self->cancellable == NULL);
  trash = scan_catalog_trash (ui_session_catalog (self->session));
  for (guint i = 0; i < trash->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), item_row (self, g_ptr_array_index (trash, i)));
  gtk_stack_set_visible_child_name (self->stack, trash->len > 0 ? "list" : "empty");
  focus_row (self, trash->len);
}

static void
ui_trash_window_dispose (GObject *object)
{
  UiTrashWindow *self = UI_TRASH_WINDOW (object);

  self->stack = NULL;
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_trash_window_parent_class)->dispose (object);
}

static void
ui_trash_window_class_init (UiTrashWindowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = ui_trash_window_dispose;
}

static GtkWidget *
work_bar (UiTrashWindow *self)
{
  GtkWidget *stop = gtk_button_new_with_label (_ ("Stop"));

  self->work = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (self->work, "add-bar");
  gtk_widget_set_visible (self->work, FALSE);
  self->work_words = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->work_words), TRUE);
  gtk_box_append (GTK_BOX (self->work), self->work_words);
  self->bar = gtk_progress_bar_new ();
  gtk_widget_set_hexpand (self->bar, TRUE);
  gtk_widget_set_valign (self->bar, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress"), -1);
  gtk_box_append (GTK_BOX (self->work), self->bar);
  g_signal_connect_object (stop, "clicked", G_CALLBACK (on_stop), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->work), stop);
  return self->work;
}

static void
ui_trash_window_init (UiTrashWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *clamp = adw_clamp_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new (), *empty = adw_status_page_new ();

  self->row = -1;
  gtk_window_set_title (GTK_WINDOW (self), _ ("Trash"));
  gtk_window_set_default_size (GTK_WINDOW (self), 640, 480);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_set_valign (self->list, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->list, 18);
  gtk_widget_set_margin_bottom (self->list, 18);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (empty), "user-trash-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _ ("The trash is empty"));
  adw_status_page_set_description (ADW_STATUS_PAGE (empty),
                                   _ ("What you move to the trash waits here until you delete it "
                                      "for ever."));
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_stack_add_named (self->stack, scrolled, "list");
  gtk_stack_add_named (self->stack, empty, "empty");
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  adw_toast_overlay_set_child (self->toasts, GTK_WIDGET (self->stack));
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), work_bar (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->toasts));
  adw_window_set_content (ADW_WINDOW (self), box);
}

void
ui_trash_window_show (GtkWindow *parent, UiSession *session)
{
  UiTrashWindow *self = g_object_new (UI_TYPE_TRASH_WINDOW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "catalog-changed", G_CALLBACK (rebuild), self,
                           G_CONNECT_SWAPPED);
  rebuild (self);
  ui_vault_window_present (GTK_WINDOW (self), parent, session);
}
