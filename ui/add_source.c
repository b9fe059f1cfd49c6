/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "add_source.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOUNT "ui-source-mount"
#define PATH "ui-source-path"

static gboolean
is_below (const char *path, const char *folder)
{
  gsize n = folder != NULL ? strlen (folder) : 0;

  return n > 0 && strncmp (path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static const char *
reminder (const char *path, GMount *mount)
{
  if (mount != NULL)
    return _ ("The disc or stick still holds unlocked copies. Please take it out and keep it in a "
              "safe place.");
  if (is_below (path, g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD)))
    return _ ("Your Downloads folder still holds unlocked copies. Once you have looked at your "
              "scans here, you can delete them there.");
  return _ ("The place that they came from still holds unlocked copies. Once you have looked at "
            "your scans here, you can delete them there. Your disc and your Downloads folder may "
            "hold others.");
}

static GtkLabel *
label_of (GtkWidget *box)
{
  return GTK_LABEL (gtk_widget_get_first_child (box));
}

/* By the desktop's file manager, which is asked over the bus: a child of this program would live
 * under its own restrictions. */
static void
on_show (GtkWidget *box)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_object_get_data (G_OBJECT (box), PATH));
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autofree char *uri = g_file_get_uri (file);
  const char *uris[] = { uri, NULL };

  if (bus != NULL)
    g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                            "org.freedesktop.FileManager1", "ShowItems",
                            g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                            NULL, NULL, NULL);
}

static void
on_ejected (GObject *mount, GAsyncResult *result, gpointer box)
{
  g_autoptr (GtkWidget) owned = box;
  gboolean done = g_mount_can_eject (G_MOUNT (mount))
                      ? g_mount_eject_with_operation_finish (G_MOUNT (mount), result, NULL)
                      : g_mount_unmount_with_operation_finish (G_MOUNT (mount), result, NULL);

  gtk_label_set_label (label_of (owned),
                       done ? _ ("You can take it out now. It still holds unlocked copies: please "
                                 "keep it in a safe place.")
                            : _ ("It cannot be taken out yet: something still uses it."));
}

static void
on_eject (GtkWidget *box)
{
  GMount *mount = g_object_get_data (G_OBJECT (box), MOUNT);

  if (g_mount_can_eject (mount))
    g_mount_eject_with_operation (mount, G_MOUNT_UNMOUNT_NONE, NULL, NULL, on_ejected,
                                  g_object_ref (box));
  else
    g_mount_unmount_with_operation (mount, G_MOUNT_UNMOUNT_NONE, NULL, NULL, on_ejected,
                                    g_object_ref (box));
}

static void
add_button (GtkWidget *box, GtkWidget *buttons, const char *words, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  g_signal_connect_object (button, "clicked", callback, box, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (buttons), button);
}

/* What can be taken out; NULL for a place on the computer. */
static GMount *
removable_mount (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GMount) mount = g_file_find_enclosing_mount (file, NULL, NULL);

  if (mount == NULL || !(g_mount_can_eject (mount) || g_mount_can_unmount (mount)))
    return NULL;
  return g_steal_pointer (&mount);
}

GtkWidget *
ui_add_source_new (char **paths)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_autofree char *path = g_canonicalize_filename (paths[0], NULL);
  GMount *mount = removable_mount (path);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", reminder (path, mount), "wrap", TRUE,
                                   "justify", GTK_JUSTIFY_CENTER, NULL);

  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), buttons);
  g_object_set_data_full (G_OBJECT (box), PATH, g_steal_pointer (&path), g_free);
  add_button (box, buttons, _ ("Show folder"), G_CALLBACK (on_show));
  if (mount == NULL)
    return box;
  g_object_set_data_full (G_OBJECT (box), MOUNT, mount, g_object_unref);
  add_button (box, buttons, g_mount_can_eject (mount) ? _ ("Eject disc") : _ ("Unmount stick"),
              G_CALLBACK (on_eject));
  return box;
}
