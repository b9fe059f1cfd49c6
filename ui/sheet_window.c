/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet_window.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ask.h"
#include "sheet_grid.h"
#include "sheet_print.h"

typedef struct
{
  UiSession *session;
  UiSecret *sheet;
  char *folder;
} Shown;

static void
shown_free (gpointer data)
{
  Shown *shown = data;

  ui_secret_free (shown->sheet);
  g_object_unref (shown->session);
  g_free (shown->folder);
  g_free (shown);
}

static void
on_print (GtkWidget *button)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (button));
  const Shown *shown = g_object_get_data (G_OBJECT (window), "shown");

  ui_sheet_print (window, shown->session, shown->sheet->text, shown->folder);
}

void
ui_sheet_window_show (GtkWindow *parent, UiSession *session, UiSecret *sheet, const char *folder)
{
  GtkWindow *window = g_object_new (ADW_TYPE_WINDOW, "modal", TRUE, "title", _ ("Recovery Sheet"),
                                    "default-width", 600, "default-height", 480, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *scrolled,
            *clamp = adw_clamp_new ();
  GtkWidget *words =
      gtk_label_new (_ ("With these nine groups your vault opens when the passphrase "
                        "is forgotten. Keep them on paper, where you keep important "
                        "papers."));
  GtkWidget *grid = gtk_grid_new (), *print = gtk_button_new_with_label (_ ("Print this sheet…"));
  Shown *shown = g_new0 (Shown, 1);

  shown->session = g_object_ref (session);
  shown->sheet = sheet;
  shown->folder = g_strdup (folder);
  g_object_set_data_full (G_OBJECT (window), "shown", shown, shown_free);
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_justify (GTK_LABEL (words), GTK_JUSTIFY_CENTER);
  g_object_set (grid, "column-homogeneous", TRUE, "row-spacing", 12, "column-spacing", 12, NULL);
  ui_sheet_grid_show (GTK_GRID (grid), sheet->text);
  gtk_widget_add_css_class (print, "pill");
  gtk_widget_add_css_class (print, "suggested-action");
  gtk_widget_set_halign (print, GTK_ALIGN_CENTER);
  g_signal_connect (print, "clicked", G_CALLBACK (on_print), NULL);
  gtk_widget_add_css_class (page, "page-content");
  gtk_widget_set_valign (page, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (page), words);
  gtk_box_append (GTK_BOX (page), grid);
  gtk_box_append (GTK_BOX (page), print);
  adw_clamp_set_child (ADW_CLAMP (clamp), page);
  scrolled = gtk_scrolled_window_new ();
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_window_set_content (ADW_WINDOW (window), box);
  ui_vault_window_present (window, parent, session);
}
