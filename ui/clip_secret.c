/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clip_secret.h"

typedef struct
{
  GdkClipboard *clipboard;
  GdkContentProvider *content;
} Clip;

static gboolean
on_time (gpointer data)
{
  Clip *clip = data;

  if (gdk_clipboard_get_content (clip->clipboard) == clip->content)
    gdk_clipboard_set_content (clip->clipboard, NULL);
  return G_SOURCE_REMOVE;
}

static void
clip_free (gpointer data)
{
  Clip *clip = data;

  g_object_unref (clip->content);
  g_object_unref (clip->clipboard);
  g_free (clip);
}

void
ui_clip_secret (GtkWidget *widget, const char *text, guint ms)
{
  Clip *clip = g_new (Clip, 1);

  clip->clipboard = g_object_ref (gtk_widget_get_clipboard (widget));
  gdk_clipboard_set_text (clip->clipboard, text);
  clip->content = g_object_ref (gdk_clipboard_get_content (clip->clipboard));
  g_timeout_add_full (G_PRIORITY_DEFAULT, ms, on_time, clip, clip_free);
}
