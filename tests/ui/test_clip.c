/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A secret leaves the clipboard when its time is up, and nothing else does. */
#include "clip_secret.h"

#define MS 20

static GtkWidget *
make_widget (void)
{
  return g_object_ref_sink (gtk_label_new (""));
}

/* Turns the main loop until the secret's time is up: then nobody holds its content any more but
 * the clipboard, if it is still there. */
static void
wait_until_let_go (GdkContentProvider **content)
{
  while (*content != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static GdkContentProvider *
watch (GdkClipboard *clipboard, GdkContentProvider **ret_content)
{
  *ret_content = gdk_clipboard_get_content (clipboard);
  g_assert_nonnull (*ret_content);
  g_object_add_weak_pointer (G_OBJECT (*ret_content), (gpointer *) ret_content);
  return *ret_content;
}

static void
assert_text (GdkContentProvider *content, const char *expected)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GError *error = NULL;

  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (content, &value, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (g_value_get_string (&value), ==, expected);
}

/* The display server tells later that nobody owns the clipboard any more: GDK would take that for
 * the next content. */
static void
settle (GdkClipboard *clipboard)
{
  gdk_display_sync (gdk_clipboard_get_display (clipboard));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_taken_away (void)
{
  GtkWidget *widget = make_widget ();
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentProvider *content;

  ui_clip_secret (widget, "four-words-and-one", MS);
  assert_text (watch (clipboard, &content), "four-words-and-one");
  wait_until_let_go (&content);
  g_assert_null (gdk_clipboard_get_content (clipboard));
  settle (clipboard);
  g_object_unref (widget);
}

static void
test_what_came_after_stays (void)
{
  GtkWidget *widget = make_widget ();
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentProvider *content;

  ui_clip_secret (widget, "four-words-and-one", MS);
  watch (clipboard, &content);
  gdk_clipboard_set_text (clipboard, "an address");
  g_assert_nonnull (content); /* its time is not up yet */
  wait_until_let_go (&content);
  assert_text (gdk_clipboard_get_content (clipboard), "an address");
  gdk_clipboard_set_content (clipboard, NULL);
  g_object_unref (widget);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clip/taken-away", test_taken_away);
  g_test_add_func ("/clip/what-came-after-stays", test_what_came_after_stays);
  return g_test_run ();
}
