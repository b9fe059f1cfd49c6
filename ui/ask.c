/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask.h"

#include "secret.h"

/* GTK 4.8 tells an entry that had the focus of its loss when it is freed already, and a parent that
 * its dialog is gone. */
static void
let_go_and_destroy (GtkWindow *window)
{
  gtk_window_set_focus (window, NULL);
  gtk_window_set_transient_for (window, NULL);
  gtk_window_destroy (window);
}

/* Behind the questions that may lie over it, which must go first. */
void
ui_close_with_session (GtkWindow *window, UiSession *session)
{
  g_signal_connect_object (session, "closing", G_CALLBACK (let_go_and_destroy), window,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
lock_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (widget));

  if (application != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "lock", NULL);
}

void
ui_install_lock_action (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.lock", NULL, lock_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "win.lock", NULL);
}

/* Return gives the default response whatever the layout: where the buttons stand above one another,
 * as with large letters, the first of them is the last that was added. */
static void
focus_default (GtkWindow *dialog)
{
  GtkWidget *child = adw_message_dialog_get_extra_child (ADW_MESSAGE_DIALOG (dialog));

  if (!GTK_IS_EDITABLE (child) && gtk_window_get_default_widget (dialog) != NULL)
    gtk_window_set_focus (dialog, gtk_window_get_default_widget (dialog));
}

AdwMessageDialog *
ui_ask_new (GtkWindow *parent, UiSession *session, const char *heading, const char *body,
            const char *cancel)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));

  adw_message_dialog_add_response (dialog, "cancel", cancel);
  adw_message_dialog_set_close_response (dialog, "cancel");
  adw_message_dialog_set_default_response (dialog, "cancel");
  g_signal_connect (dialog, "notify::default-widget", G_CALLBACK (focus_default), NULL);
  g_signal_connect (dialog, "map", G_CALLBACK (focus_default), NULL);
  gtk_window_set_application (GTK_WINDOW (dialog), gtk_window_get_application (parent));
  g_signal_connect_object (session, "closing", G_CALLBACK (let_go_and_destroy), dialog,
                           G_CONNECT_SWAPPED);
  return dialog;
}

static gboolean
on_escape (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

void
ui_vault_window_present (GtkWindow *window, GtkWindow *parent, UiSession *session)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                        gtk_callback_action_new (on_escape, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
  gtk_window_set_transient_for (window, parent);
  g_signal_connect (window, "close-request", G_CALLBACK (ui_drop_focus_on_close), NULL);
  gtk_window_set_application (window, gtk_window_get_application (parent));
  ui_close_with_session (window, session);
  gtk_window_present (window);
}

void
ui_close_all_but (GtkWindow *main)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (window != main)
        g_ptr_array_add (others, g_steal_pointer (&window));
    }
  for (guint i = 0; i < others->len; i++)
    {
      GtkWindow *window = g_ptr_array_index (others, i);

      gtk_window_set_focus (window, NULL);
      gtk_window_close (window);
      gtk_window_set_transient_for (window, NULL);
    }
}
