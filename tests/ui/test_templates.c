/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every template can be built, with all the children and handlers that its code names. A fault in
 * one is a warning of GTK, which ends the test. */
#include <adwaita.h>

#include "add_bar.h"
#include "add_result.h"
#include "archive_password.h"
#include "document_window.h"
#include "gallery_page.h"
#include "lock_page.h"
#include "look_window.h"
#include "offer_bar.h"
#include "privacy_page.h"
#include "setup_page.h"
#include "share_window.h"
#include "shared_page.h"
#include "study_card.h"
#include "viewer_window.h"
#include "window.h"

static void
test_window (gconstpointer type)
{
  GtkWindow *window = g_object_new (*(const GType *) type, NULL);

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (window);
  gtk_window_destroy (window);
  while (window != NULL && g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (window);
}

static void
test_page (gconstpointer type)
{
  GtkWidget *page = g_object_ref_sink (g_object_new (*(const GType *) type, NULL));

  g_assert_nonnull (gtk_widget_get_first_child (page));
  g_assert_finalize_object (page);
}

static gboolean
is_revealed (GtkWidget *widget)
{
  if (ADW_IS_VIEW_SWITCHER_BAR (widget))
    return adw_view_switcher_bar_get_reveal (ADW_VIEW_SWITCHER_BAR (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_revealed (child))
      return TRUE;
  return FALSE;
}

/* Where the header has no room for the pages of the main window they move below, and back, without
 * a widget that gets less than it needs, of which GTK would warn. */
static void
test_narrow (void)
{
  const int widths[] = { 1200, 650, 1200 };
  int last = 0;
  GtkWidget *window = gtk_window_new (), *page = g_object_new (UI_TYPE_GALLERY_PAGE, NULL),
            *clamp = adw_clamp_new ();

  /* Only the page changes its size: a window would have to ask the window manager. */
  adw_clamp_set_child (ADW_CLAMP (clamp), page);
  gtk_window_set_child (GTK_WINDOW (window), clamp);
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 700);
  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      adw_clamp_set_maximum_size (ADW_CLAMP (clamp), widths[i]);
      adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), widths[i]);
      while (is_revealed (page) != (widths[i] < 1000) || gtk_widget_get_width (page) == 0 ||
             (i > 0 && gtk_widget_get_width (page) == last))
        g_main_context_iteration (NULL, TRUE);
      last = gtk_widget_get_width (page);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_shortcuts (void)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/io/github/scanvault/ScanVault/gtk/help-overlay.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  g_assert_true (GTK_IS_SHORTCUTS_WINDOW (window));
  gtk_window_destroy (window);
}

int
main (int argc, char **argv)
{
  GType windows[] = { UI_TYPE_WINDOW,       UI_TYPE_VIEWER_WINDOW, UI_TYPE_DOCUMENT_WINDOW,
                      UI_TYPE_SHARE_WINDOW, UI_TYPE_ADD_RESULT,    UI_TYPE_ARCHIVE_PASSWORD,
                      UI_TYPE_LOOK_WINDOW };
  GType pages[] = { UI_TYPE_SETUP_PAGE,  UI_TYPE_LOCK_PAGE,   UI_TYPE_GALLERY_PAGE,
                    UI_TYPE_ADD_BAR,     UI_TYPE_STUDY_CARD,  UI_TYPE_OFFER_BAR,
                    UI_TYPE_SHARED_PAGE, UI_TYPE_PRIVACY_PAGE };

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/templates/%s", g_type_name (windows[i]));

      g_test_add_data_func (path, &windows[i], test_window);
    }
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *path = g_strdup_printf ("/templates/%s", g_type_name (pages[i]));

      g_test_add_data_func (path, &pages[i], test_page);
    }
  g_test_add_func ("/templates/narrow", test_narrow);
  g_test_add_func ("/templates/shortcuts", test_shortcuts);
  return g_test_run ();
}
