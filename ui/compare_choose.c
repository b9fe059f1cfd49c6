/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare_choose.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "compare_window.h"
#include "gallery_entry.h"

#define STUDY "ui-study"
#define HEADING "ui-heading"

typedef struct
{
  GtkWindow *window; /* owns this */
  UiSession *session;
  ScanStudy *study;
  const ScanInstance *set;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_object_unref (choice->session);
  g_free (choice);
}

static void
on_row (GtkListBox *rows, GtkListBoxRow *row, Choice *choice)
{
  ScanStudy *other = g_object_get_data (G_OBJECT (row), STUDY);
  GtkApplication *application = gtk_window_get_application (choice->window);

  if (ui_session_is_closing (choice->session))
    return;
  gtk_window_present (GTK_WINDOW (
      ui_compare_window_new (application, choice->session, choice->study, choice->set, other)));
  gtk_window_close (choice->window);
}

static void
set_heading (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  const char *words = g_object_get_data (G_OBJECT (row), HEADING);
  GtkWidget *label;

  if (before != NULL && g_object_get_data (G_OBJECT (before), HEADING) == words)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  label = g_object_new (GTK_TYPE_LABEL, "label", words, "xalign", 0.0, "wrap", TRUE,
                        "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, NULL);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (label, "list-heading");
  gtk_list_box_row_set_header (row, label);
}

static void
add_row (GtkListBox *rows, UiGalleryEntry *entry, const char *heading)
{
  GtkWidget *row =
      g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "activatable", TRUE, NULL);
  g_autofree char *below =
      *entry->place != '\0'
          ? g_strdup_printf ("%s, %s", ui_gallery_entry_date (entry), entry->place)
          : g_strdup (ui_gallery_entry_date (entry));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), entry->title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  g_object_set_data (G_OBJECT (row), STUDY, entry->item.study);
  g_object_set_data (G_OBJECT (row), HEADING, (gpointer) heading);
  gtk_list_box_append (rows, row);
}

static const char *
part_of (const ScanStudy *study)
{
  const ScanSeries *series = scan_study_key_series (study);

  return series != NULL ? series->body_part : "";
}

/* As recorded; where it is not, the same plain name. */
static gboolean
same_part (const ScanStudy *a, const ScanStudy *b)
{
  return *part_of (a) != '\0' ? g_ascii_strcasecmp (part_of (a), part_of (b)) == 0
                              : g_str_equal (a->title, b->title);
}

static gint
by_date (gconstpointer a, gconstpointer b)
{
  const ScanStudy *left = *(ScanStudy *const *) a, *right = *(ScanStudy *const *) b;

  return g_strcmp0 (left->date, right->date);
}

static void
add_studies (GtkListBox *rows, const Choice *choice, const char *person, gboolean part)
{
  GPtrArray *all = scan_catalog_studies (ui_session_catalog (choice->session));
  g_autoptr (GPtrArray) studies = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    {
      ScanStudy *study = g_ptr_array_index (all, i);

      if (study != choice->study && scan_study_key_series (study) != NULL &&
          same_part (choice->study, study) == part)
        g_ptr_array_add (studies, study);
    }
  g_ptr_array_sort (studies, by_date);
  for (guint i = 0; i < studies->len; i++)
    {
      const ScanItem item = { SCAN_ITEM_STUDY, { .study = g_ptr_array_index (studies, i) } };
      UiGalleryEntry *entry = ui_gallery_entry_new (choice->session, &item, 0);

      if (g_str_equal (entry->person_key, person))
        add_row (rows, entry, part ? _ ("Same part of the body") : _ ("Other scans"));
      ui_gallery_entry_free (entry);
    }
}

static GtkWidget *
content_new (GtkListBox *rows, const char *hint)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = adw_header_bar_new (),
            *scrolled = gtk_scrolled_window_new (),
            *inside = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *words =
      g_object_new (GTK_TYPE_LABEL, "label", hint, "wrap", TRUE, "xalign", 0.0, NULL);

  gtk_box_append (GTK_BOX (inside), words);
  gtk_box_append (GTK_BOX (inside), GTK_WIDGET (rows));
  gtk_widget_add_css_class (inside, "page-content");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), inside);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), scrolled);
  return box;
}

void
ui_compare_choose (GtkWindow *parent, UiSession *session, ScanStudy *study, const ScanInstance *set)
{
  GtkWindow *window =
      g_object_new (ADW_TYPE_WINDOW, "accessible-role", GTK_ACCESSIBLE_ROLE_WINDOW, "title",
                    _ ("Compare With"), "default-width", 460, "default-height", 480, NULL);
  GtkListBox *rows = GTK_LIST_BOX (gtk_list_box_new ());
  const ScanItem item = { SCAN_ITEM_STUDY, { .study = study } };
  UiGalleryEntry *entry = ui_gallery_entry_new (session, &item, 0);
  Choice *choice = g_new0 (Choice, 1);
  gboolean any;

  *choice = (Choice){ window, g_object_ref (session), study, set };
  g_object_set_data_full (G_OBJECT (window), "ui-choice", choice, choice_free);
  gtk_list_box_set_selection_mode (rows, GTK_SELECTION_NONE);
  gtk_list_box_set_header_func (rows, set_heading, NULL, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (rows), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (rows), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Scans to compare with"), -1);
  add_studies (rows, choice, entry->person_key, TRUE);
  add_studies (rows, choice, entry->person_key, FALSE);
  if (study->series->len > 1)
    add_row (rows, entry, _ ("Two sets of this scan"));
  any = gtk_list_box_get_row_at_index (rows, 0) != NULL;
  gtk_widget_set_visible (GTK_WIDGET (rows), any);
  g_signal_connect (rows, "row-activated", G_CALLBACK (on_row), choice);
  adw_window_set_content (
      ADW_WINDOW (window),
      content_new (rows, any ? _ ("Both are shown side by side, the older one at the left.")
                             : _ ("There is no other scan of this person in your vault.")));
  ui_gallery_entry_free (entry);
  ui_vault_window_present (window, parent, session);
}
