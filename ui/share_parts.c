/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_parts.h"

GtkWidget *
ui_share_heading_new (GtkWidget *box, const char *words)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING,
                                   "label", words, "wrap", TRUE, "xalign", 0.0, NULL);

  gtk_widget_add_css_class (label, "heading");
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

GtkWidget *
ui_share_label_new (GtkWidget *box, const char *words)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", words, "wrap", TRUE, "wrap-mode",
                                   PANGO_WRAP_WORD_CHAR, "xalign", 0.0, NULL);

  gtk_box_append (GTK_BOX (box), label);
  return label;
}

GtkWidget *
ui_share_page_new (const char *heading, GtkWidget **ret_box)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *title;

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 640);
  gtk_widget_add_css_class (box, "page-content");
  title = ui_share_heading_new (box, heading);
  gtk_label_set_xalign (GTK_LABEL (title), 0.5);
  gtk_label_set_justify (GTK_LABEL (title), GTK_JUSTIFY_CENTER);
  gtk_widget_remove_css_class (title, "heading");
  gtk_widget_add_css_class (title, "title-2");
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  *ret_box = box;
  return scrolled;
}

GtkListBox *
ui_share_list_new (GtkWidget *box)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_box_append (GTK_BOX (box), list);
  return GTK_LIST_BOX (list);
}

void
ui_share_list_clear (GtkListBox *list)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (list))) != NULL)
    gtk_list_box_remove (list, row);
}

GtkWidget *
ui_share_row_new (GtkListBox *list, const char *title, const char *subtitle)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title-lines", 0,
                                 "subtitle-lines", 0, NULL);

  g_object_set (row, "title", title, "subtitle", subtitle, NULL);
  gtk_list_box_append (list, row);
  return row;
}

GtkCheckButton *
ui_share_tick_new (GtkListBox *list, const char *title, const char *subtitle, GtkCheckButton *group)
{
  GtkWidget *row = ui_share_row_new (list, title, subtitle), *check = gtk_check_button_new ();

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (check, "touch");
  if (group != NULL)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), group);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  /* The row's title names it, too. */
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  return GTK_CHECK_BUTTON (check);
}
