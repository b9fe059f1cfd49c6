/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A window that offers one path for dragging, as a file manager does. */
#include <gtk/gtk.h>

static GdkContentProvider *
on_prepare (GtkDragSource *source, double x, double y, gpointer path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GSList link = { file, NULL };
  GdkFileList *files = gdk_file_list_new_from_list (&link);
  GdkContentProvider *provider = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, files);

  g_boxed_free (GDK_TYPE_FILE_LIST, files);
  return provider;
}

static void
on_activate (GtkApplication *application, gpointer path)
{
  GtkWidget *window = gtk_application_window_new (application);
  GtkWidget *label = gtk_label_new ("Drag me");
  GtkDragSource *source = gtk_drag_source_new ();

  g_signal_connect (source, "prepare", G_CALLBACK (on_prepare), path);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (source));
  gtk_widget_set_size_request (label, 160, 90);
  gtk_window_set_child (GTK_WINDOW (window), label);
  gtk_window_set_title (GTK_WINDOW (window), "Drag source");
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) application =
      gtk_application_new ("io.github.scanvault.DragSource", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (on_activate), argv[1]);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
