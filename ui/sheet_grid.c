/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet_grid.h"

#include <glib/gi18n.h>

#define COLUMNS 3

const char *
ui_sheet_group (const char *sheet, guint group)
{
  return sheet + group * (UI_SHEET_GROUP_LENGTH + 1);
}

static GtkWidget *
group_card (const char *sheet, guint group)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *number = g_strdup_printf ("%u", group + 1);
  g_autofree char *text = g_strndup (ui_sheet_group (sheet, group), UI_SHEET_GROUP_LENGTH);
  g_autofree char *spoken = g_strdup_printf (_ ("Group %u: %s"), group + 1, text);
  GtkWidget *number_label = gtk_label_new (number);
  GtkWidget *text_label = gtk_label_new (text);

  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "sheet-group");
  gtk_widget_add_css_class (number_label, "dim-label");
  gtk_widget_add_css_class (text_label, "monospace");
  gtk_widget_add_css_class (text_label, "title-3");
  gtk_widget_set_hexpand (text_label, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text_label), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
  gtk_box_append (GTK_BOX (box), number_label);
  gtk_box_append (GTK_BOX (box), text_label);
  return box;
}

void
ui_sheet_grid_show (GtkGrid *grid, const char *sheet)
{
  for (guint i = 0; i < UI_SHEET_GROUPS; i++)
    gtk_grid_attach (grid, group_card (sheet, i), (int) (i % COLUMNS), (int) (i / COLUMNS), 1, 1);
}

void
ui_sheet_grid_clear (GtkGrid *grid)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (grid))) != NULL)
    gtk_grid_remove (grid, child);
}
