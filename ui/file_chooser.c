/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "file_chooser.h"

#include <glib/gi18n.h>

#include "recent.h"

typedef struct
{
  UiChosenFunc chosen;
  gpointer owner;
} Choice;

static void
choice_free (gpointer data, GClosure *closure)
{
  Choice *choice = data;

  g_object_unref (choice->owner);
  g_free (choice);
}

static void
on_response (GtkNativeDialog *dialog, int response, Choice *choice)
{
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; response == GTK_RESPONSE_ACCEPT && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (g_file_peek_path (file) != NULL)
        g_strv_builder_add (builder, g_file_peek_path (file));
    }
  paths = g_strv_builder_end (builder);
  if (paths[0] != NULL)
    choice->chosen (choice->owner, paths);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
on_session_end (GtkNativeDialog *dialog)
{
  g_signal_emit_by_name (dialog, "response", GTK_RESPONSE_CANCEL);
}

static void
show (GtkFileChooserNative *dialog, GObject *session_end, UiChosenFunc chosen, gpointer owner)
{
  Choice *choice = g_new (Choice, 1);

  choice->chosen = chosen;
  choice->owner = g_object_ref (owner);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), choice, choice_free, 0);
  if (session_end != NULL)
    g_signal_connect_object (session_end, "closing", G_CALLBACK (on_session_end), dialog,
                             G_CONNECT_SWAPPED);
  ui_recent_guard (G_OBJECT (dialog));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
ui_choose_files (GtkWindow *parent, const char *title, GtkFileChooserAction action,
                 gboolean multiple, GObject *session_end, UiChosenFunc chosen, gpointer owner)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (title, parent, action, _ ("_Choose"), _ ("_Cancel"));

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), multiple);
  show (dialog, session_end, chosen, owner);
}

void
ui_choose_new_file (GtkWindow *parent, const char *title, const char *name, GObject *session_end,
                    UiChosenFunc chosen, gpointer owner)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  show (dialog, session_end, chosen, owner);
}
