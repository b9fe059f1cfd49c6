/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clinic_window.h"

#include <glib/gi18n.h>

#include "ask.h"

/* No name and no file name: the person adds what the clinic needs to know. */
static char *
letter (guint files)
{
  return g_strdup_printf (
      g_dngettext (NULL,
                   "Hello,\n\n%u file on the disc with my scans that you gave me cannot be "
                   "read.\n\nPlease give me the images again, in DICOM format, as a disc or stick "
                   "after IHE PDI (with a DICOMDIR), or as a ZIP file of the DICOM "
                   "images.\n\nThank you very much",
                   "Hello,\n\n%u files on the disc with my scans that you gave me cannot be "
                   "read.\n\nPlease give me the images again, in DICOM format, as a disc or stick "
                   "after IHE PDI (with a DICOMDIR), or as a ZIP file of the DICOM "
                   "images.\n\nThank you very much",
                   files),
      files);
}

static void
on_copy (GtkButton *button, GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (view)), text);
  gtk_button_set_label (button, _ ("Copied"));
}

static GtkWidget *
text_view (guint files)
{
  GtkWidget *view = gtk_text_view_new ();
  g_autofree char *words = letter (files);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), words, -1);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_widget_add_css_class (view, "card");
  gtk_widget_add_css_class (view, "letter");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Text for your clinic"), -1);
  return view;
}

void
ui_clinic_window_show (GtkWindow *parent, UiSession *session, guint files)
{
  GtkWindow *window = g_object_new (ADW_TYPE_WINDOW, "modal", TRUE, "title", _ ("What You Can Do"),
                                    "accessible-role", GTK_ACCESSIBLE_ROLE_WINDOW, "default-width",
                                    480, "default-height", 520, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scrolled = gtk_scrolled_window_new (), *view = text_view (files);
  GtkWidget *copy = gtk_button_new_with_label (_ ("Copy the text"));

  gtk_box_append (
      GTK_BOX (page),
      g_object_new (GTK_TYPE_LABEL, "label",
                    _ ("Try once more first: a disc that is scratched or dusty often reads the "
                       "second time, or in another drive. If it does not help, your clinic can "
                       "make the disc again. You may send them this text:"),
                    "wrap", TRUE, "xalign", 0.0, NULL));
  gtk_box_append (GTK_BOX (page), view);
  gtk_box_append (GTK_BOX (page), copy);
  gtk_widget_set_halign (copy, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (copy, "pill");
  gtk_widget_add_css_class (copy, "suggested-action");
  gtk_widget_add_css_class (page, "page-content");
  g_signal_connect_object (copy, "clicked", G_CALLBACK (on_copy), view, 0);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), page);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_focus (window, copy);
  ui_vault_window_present (window, parent, session);
}
