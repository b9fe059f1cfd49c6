/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 4: what the copy is, where it goes, and what is noted of it in the vault's own list. */
#include <glib/gi18n.h>

#include "file_chooser.h"
#include "share_parts.h"
#include "share_steps.h"

static const guint months[] = { 0, 1, 3, 6, 12 };

typedef struct
{
  UiShareDraft *draft;
  GtkWidget *page;
  GtkCheckButton *folder, *zip;
  GtkWidget *place, *to, *purpose, *after;
} How;

static void
how_free (gpointer data)
{
  How *self = data;

  g_object_unref (self->draft);
  g_free (self);
}

static How *
how_of (gpointer page)
{
  return g_object_get_data (page, "how");
}

/* Setting a text empties the entry first, and that is a change of the draft, too. */
static void
show_place (How *self)
{
  g_autofree char *place = g_strdup (self->draft->place != NULL ? self->draft->place : "");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->place),
                                 self->draft->zip ? _ ("New ZIP file for the copy")
                                                  : _ ("New folder for the copy"));
  gtk_editable_set_text (GTK_EDITABLE (self->place), place);
}

/* In the same folder, under a name for what it is now. */
static void
propose_in (How *self, const char *folder)
{
  char *place = ui_share_draft_free_place (self->draft, folder);

  g_free (self->draft->place);
  self->draft->place = place;
  show_place (self);
  ui_share_draft_changed (self->draft);
}

static const char *
usual_folder (void)
{
  const char *documents = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);

  return documents != NULL ? documents : g_get_home_dir ();
}

static void
on_kind (How *self)
{
  const gboolean zip = gtk_check_button_get_active (self->zip);
  g_autofree char *folder = NULL;

  if (zip == self->draft->zip)
    return;
  self->draft->zip = zip;
  folder = g_path_is_absolute (self->draft->place) ? g_path_get_dirname (self->draft->place)
                                                   : g_strdup (usual_folder ());
  propose_in (self, folder);
}

static void
on_place (How *self)
{
  ui_share_draft_set_text (&self->draft->place, gtk_editable_get_text (GTK_EDITABLE (self->place)));
  ui_share_draft_changed (self->draft);
}

static void
on_noted (How *self)
{
  const guint chosen = adw_combo_row_get_selected (ADW_COMBO_ROW (self->after));

  ui_share_draft_set_text (&self->draft->to, gtk_editable_get_text (GTK_EDITABLE (self->to)));
  ui_share_draft_set_text (&self->draft->purpose,
                           gtk_editable_get_text (GTK_EDITABLE (self->purpose)));
  self->draft->delete_months = chosen < G_N_ELEMENTS (months) ? months[chosen] : 0;
}

static void
place_chosen (gpointer owner, char **paths)
{
  if (gtk_widget_get_root (owner) != NULL)
    propose_in (how_of (owner), paths[0]);
}

static void
on_choose (How *self)
{
  ui_choose_files (GTK_WINDOW (gtk_widget_get_root (self->page)), _ ("Where Shall the Copy Go?"),
                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, FALSE, G_OBJECT (self->draft->session),
                   place_chosen, self->page);
}

static GtkWidget *
add_entry (How *self, GtkListBox *list, const char *title, GCallback changed)
{
  GtkWidget *entry = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), title);
  g_signal_connect_swapped (entry, "changed", changed, self);
  gtk_list_box_append (list, entry);
  return entry;
}

static void
add_after (How *self, GtkListBox *list)
{
  const char *const words[] = { _ ("Nothing was agreed"), _ ("After a month"), _ ("After 3 months"),
                                _ ("After 6 months"),     _ ("After a year"),  NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (words);

  self->after = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->after),
                                 _ ("When they should delete it"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->after), G_LIST_MODEL (model));
  /* Beside the title only the beginning of the choice is seen where letters are large. */
  adw_combo_row_set_use_subtitle (ADW_COMBO_ROW (self->after), TRUE);
  g_signal_connect_swapped (self->after, "notify::selected", G_CALLBACK (on_noted), self);
  gtk_list_box_append (list, self->after);
}

void
ui_share_how_show (GtkWidget *how)
{
  How *self = how_of (how);

  if (self->draft->place == NULL)
    propose_in (self, usual_folder ());
}

GtkWidget *
ui_share_how_new (UiShareDraft *draft)
{
  How *self = g_new0 (How, 1);
  GtkWidget *box, *choose = gtk_button_new_with_label (_ ("Choose a place…"));
  GtkListBox *list;

  self->draft = g_object_ref (draft);
  self->page = ui_share_page_new (_ ("How shall they get it?"), &box);
  g_object_set_data_full (G_OBJECT (self->page), "how", self, how_free);
  list = ui_share_list_new (box);
  self->folder = ui_share_tick_new (
      list, _ ("A folder, laid out as on a hospital's disc"),
      _ ("For a stick or disc that you hand over. It has no password: whoever has it can open it."),
      NULL);
  self->zip = ui_share_tick_new (
      list, _ ("One ZIP file, locked with a password"),
      _ ("For sending. You get five words as the password, to be told by telephone."),
      self->folder);
  gtk_check_button_set_active (draft->zip ? self->zip : self->folder, TRUE);
  g_signal_connect_swapped (self->zip, "toggled", G_CALLBACK (on_kind), self);
  list = ui_share_list_new (box);
  self->place = add_entry (self, list, _ ("New folder for the copy"), G_CALLBACK (on_place));
  gtk_widget_set_halign (choose, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (choose, "touch");
  g_signal_connect_swapped (choose, "clicked", G_CALLBACK (on_choose), self);
  gtk_box_append (GTK_BOX (box), choose);
  ui_share_heading_new (box, _ ("Only for your own list"));
  list = ui_share_list_new (box);
  self->to = add_entry (self, list, _ ("Who gets it"), G_CALLBACK (on_noted));
  self->purpose = add_entry (self, list, _ ("What it is for"), G_CALLBACK (on_noted));
  add_after (self, list);
  ui_share_label_new (box, _ ("Your list reminds you to ask them then"));
  ui_share_label_new (box, _ ("Nothing is written before you press “Make the copy”. The copy is "
                              "opened again and checked before you get it."));
  return self->page;
}
