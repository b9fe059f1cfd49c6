/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prove_window.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "credentials.h"
#include "secret.h"
#include "sheet_proof.h"
#include "sheet_window.h"

static UiSession *
session_of (gpointer window)
{
  return g_object_get_data (G_OBJECT (window), "session");
}

static UiSecret *
key_of (UiSession *session)
{
  UiSecret *key =
      ui_session_is_closing (session) ? NULL : ui_secret_new_empty (VAULT_SHEET_SIZE - 1);

  if (key != NULL)
    scan_keys_sheet (ui_session_library (session), key->text);
  return key;
}

static void
on_noted (gpointer window)
{
  if (gtk_widget_get_visible (window))
    gtk_window_close (window);
}

static void
on_proved (GtkWindow *window)
{
  ui_sheet_set_proved (window, session_of (window), on_noted);
}

static void
on_show (GtkWindow *window)
{
  UiSecret *key = key_of (session_of (window));

  if (key != NULL)
    ui_sheet_window_show (window, session_of (window), key,
                          scan_library_folder (ui_session_library (session_of (window))));
}

void
ui_prove_window_show (GtkWindow *parent, UiSession *session)
{
  GtkWindow *window =
      g_object_new (ADW_TYPE_WINDOW, "modal", TRUE, "title", _ ("Check Your Recovery Sheet"),
                    "default-width", 480, "default-height", 440, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *clamp = adw_clamp_new ();
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *proof = g_object_new (UI_TYPE_SHEET_PROOF, NULL);
  GtkWidget *show = gtk_button_new_with_label (_ ("I do not have it on paper yet…"));
  UiSecret *key = key_of (session);

  g_object_set_data_full (G_OBJECT (window), "session", g_object_ref (session), g_object_unref);
  g_signal_connect_object (proof, "proved", G_CALLBACK (on_proved), window, G_CONNECT_SWAPPED);
  g_signal_connect_object (show, "clicked", G_CALLBACK (on_show), window, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (show, "flat");
  gtk_widget_set_halign (show, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (page, "page-content");
  gtk_widget_set_valign (page, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (page), proof);
  gtk_box_append (GTK_BOX (page), show);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 420);
  adw_clamp_set_child (ADW_CLAMP (clamp), page);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_window_set_content (ADW_WINDOW (window), box);
  ui_vault_window_present (window, parent, session);
  if (key != NULL)
    ui_sheet_proof_start (UI_SHEET_PROOF (proof), key->text);
  g_clear_pointer (&key, ui_secret_free);
}
