/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recent.h"

#include <gtk/gtk.h>
#include <string.h>

#define AFTER_SECONDS                                                         \
  15 /* GTK first asks the disk of what kind the file is, and a stick is slow \
      */

static guint guarded; /* dialogs that live or ended a moment ago */

static char *
list_file (void)
{
  return g_build_filename (g_get_user_data_dir (), "recently-used.xbel", NULL);
}

/* As GTK calls the program in the list. */
static const char *
our_name (void)
{
  return g_get_application_name ();
}

static gboolean
take_out (GBookmarkFile *list)
{
  g_auto (GStrv) uris = g_bookmark_file_get_uris (list, NULL);
  gboolean changed = FALSE;

  for (guint i = 0; uris[i] != NULL; i++)
    {
      gsize others = 0;

      if (!g_bookmark_file_has_application (list, uris[i], our_name (), NULL))
        continue;
      g_bookmark_file_remove_application (list, uris[i], our_name (), NULL);
      g_strfreev (g_bookmark_file_get_applications (list, uris[i], &others, NULL));
      if (others == 0)
        g_bookmark_file_remove_item (list, uris[i], NULL);
      changed = TRUE;
    }
  return changed;
}

void
ui_recent_forget (void)
{
  g_autofree char *path = list_file (), *text = NULL;
  GBookmarkFile *list;
  gsize n = 0;

  /* Most of the time it is not there, and need not be read as XML to know that. */
  if (!g_file_get_contents (path, &text, &n, NULL) || strstr (text, our_name ()) == NULL)
    return;
  list = g_bookmark_file_new ();
  if (g_bookmark_file_load_from_data (list, text, n, NULL) && take_out (list))
    {
      g_autofree char *left = g_bookmark_file_to_data (list, &n, NULL);

      if (left != NULL)
        g_file_set_contents_full (path, left, (gssize) n, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                  NULL);
    }
  g_bookmark_file_free (list);
}

static gboolean
end_guard (gpointer data)
{
  if (--guarded == 0)
    g_signal_handlers_disconnect_by_func (gtk_recent_manager_get_default (), ui_recent_forget,
                                          NULL);
  return G_SOURCE_REMOVE;
}

static void
on_dialog_gone (gpointer data, GObject *gone)
{
  g_timeout_add_seconds (AFTER_SECONDS, end_guard, NULL);
}

void
ui_recent_guard (GObject *dialog)
{
  if (guarded++ == 0)
    g_signal_connect_swapped (gtk_recent_manager_get_default (), "changed",
                              G_CALLBACK (ui_recent_forget), NULL);
  g_object_weak_ref (dialog, on_dialog_gone, NULL);
}
