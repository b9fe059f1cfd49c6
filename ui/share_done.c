/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 5: the copy and what was checked of it, or why there is none. */
#include <glib/gi18n.h>

#include "clip_secret.h"
#include "error.h"
#include "risk.h"
#include "share_note.h"
#include "share_parts.h"
#include "share_steps.h"
#include "words.h"

#define CLIP_SECONDS 60

typedef struct
{
  UiShareDraft *draft;
  GtkLabel *title, *words, *password, *report;
  GtkWidget *show, *lock_box, *copy, *note, *report_expander, *leave_out;
  GtkListBox *rows;
  char *place; /* of the copy; NULL: none was made */
} Done;

static void
done_free (gpointer data)
{
  Done *self = data;

  g_object_unref (self->draft);
  g_free (self->place);
  g_free (self);
}

static void
add_count (Done *self, guint64 n, const char *title)
{
  g_autofree char *words = g_strdup_printf ("%" G_GUINT64_FORMAT, n);

  if (n > 0)
    ui_share_row_new (self->rows, title, words);
}

/* One row for each reason, however many pictures it is about. */
static void
show_refusals (Done *self, GPtrArray *refused)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer words, count;

  for (guint i = 0; refused != NULL && i < refused->len; i++)
    {
      const ScanRefusal *refusal = g_ptr_array_index (refused, i);
      const char *why = ui_words_refusal (refusal->code);

      g_hash_table_insert (
          counts, (gpointer) why,
          GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, why)) + 1));
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &words, &count))
    {
      const guint n = GPOINTER_TO_UINT (count);
      g_autofree char *title =
          g_strdup_printf (g_dngettext (NULL, "Not copied: %u file", "Not copied: %u files", n), n);

      ui_share_row_new (self->rows, title, words);
    }
}

static void
show_details (Done *self, const ScanShareResult *result)
{
  show_refusals (self, result->refused);
  for (guint i = 0; result->checks != NULL && i < result->checks->len; i++)
    {
      const ScanCheck *check = g_ptr_array_index (result->checks, i);

      ui_share_row_new (self->rows, ui_words_check (check->name),
                        check->passed ? _ ("Checked: fine") : _ ("Checked: not fine"));
    }
  add_count (self, result->removed_attributes, _ ("Fields removed"));
  add_count (self, result->removed_private, _ ("Hidden fields removed"));
  add_count (self, result->removed_overlays, _ ("Drawings removed"));
  add_count (self, result->text_boxes, _ ("Boxes covered"));
}

void
ui_share_done_show (GtkWidget *done, const ScanShareResult *result, const char *place,
                    const GError *error)
{
  Done *self = g_object_get_data (G_OBJECT (done), "done");
  const guint64 files = result != NULL ? result->files : 0;
  const char *password = place != NULL && result != NULL ? result->zip_password : NULL;
  const char *report = place != NULL && result != NULL ? result->report : NULL;
  g_autofree char *words =
      place != NULL
          ? g_strdup_printf (g_dngettext (NULL, "%u file was made and checked.",
                                          "%u files were made and checked.", (gulong) files),
                             (guint) files)
          : g_strdup (ui_words_error (error, UI_TOPIC_SHARE));

  g_free (self->place);
  self->place = g_strdup (place);
  ui_share_list_clear (self->rows);
  if (result != NULL)
    show_details (self, result);
  gtk_widget_set_visible (GTK_WIDGET (self->rows),
                          gtk_widget_get_first_child (GTK_WIDGET (self->rows)) != NULL);
  gtk_label_set_label (self->title,
                       place != NULL ? _ ("Your copy is ready") : _ ("No copy was made"));
  gtk_label_set_label (self->words, words);
  gtk_label_set_label (self->password, password != NULL ? password : "");
  gtk_widget_set_visible (self->lock_box, password != NULL);
  gtk_label_set_label (self->report, report != NULL ? report : "");
  gtk_widget_set_visible (self->report_expander, report != NULL);
  gtk_widget_set_visible (self->show, place != NULL);
  gtk_widget_set_visible (self->note, place != NULL);
  gtk_widget_set_visible (self->leave_out,
                          place == NULL && !self->draft->leave_out && result != NULL &&
                              result->refused != NULL && result->refused->len > 0 &&
                              g_error_matches (error, SCAN_ERROR, SCAN_ERROR_REFUSED));
}

/* Once: what was copied twice may lie somewhere else. */
static void
on_copy (Done *self)
{
  ui_clip_secret (self->copy, gtk_label_get_label (self->password), CLIP_SECONDS * 1000);
  gtk_button_set_label (GTK_BUTTON (self->copy), _ ("Copied. It is cleared after a minute."));
  gtk_widget_set_sensitive (self->copy, FALSE);
}

static void
on_leave_out (Done *self)
{
  self->draft->leave_out = TRUE;
  gtk_widget_activate_action (self->leave_out, "share.make", NULL);
}

static void
on_shown (GObject *bus, GAsyncResult *result, gpointer uri)
{
  g_autofree char *owned_uri = uri;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL);

  /* No file manager that knows the call: the folder itself. */
  if (reply == NULL)
    gtk_show_uri (NULL, owned_uri, GDK_CURRENT_TIME);
}

static void
on_show (Done *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->place);
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  char *uri = g_file_get_uri (file);
  const char *uris[] = { uri, NULL };

  if (bus == NULL)
    {
      g_free (uri);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, on_shown, uri);
}

static GtkWidget *
button_new (GtkWidget *box, const char *words, GCallback clicked, Done *self)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
add_lock (Done *self, GtkWidget *box)
{
  self->lock_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  ui_share_heading_new (self->lock_box, _ ("The password of the ZIP file"));
  self->password = GTK_LABEL (ui_share_label_new (self->lock_box, ""));
  gtk_widget_add_css_class (GTK_WIDGET (self->password), "suggestion");
  gtk_widget_add_css_class (GTK_WIDGET (self->password), "question");
  gtk_label_set_xalign (self->password, 0.5);
  ui_share_label_new (self->lock_box,
                      _ ("Tell it by telephone or in person, never together with the file. It is "
                         "shown only now. Windows' own ZIP window cannot open this file: 7-Zip "
                         "(Windows) or Keka (Mac) can."));
  self->copy = button_new (self->lock_box, _ ("Copy password"), G_CALLBACK (on_copy), self);
  gtk_box_append (GTK_BOX (box), self->lock_box);
}

GtkWidget *
ui_share_done_new (UiShareDraft *draft)
{
  Done *self = g_new0 (Done, 1);
  GtkWidget *box, *page = ui_share_page_new ("", &box);

  self->draft = g_object_ref (draft);
  g_object_set_data_full (G_OBJECT (page), "done", self, done_free);
  self->title = GTK_LABEL (gtk_widget_get_first_child (box));
  self->words = GTK_LABEL (ui_share_label_new (box, ""));
  gtk_label_set_xalign (self->words, 0.5);
  gtk_label_set_justify (self->words, GTK_JUSTIFY_CENTER);
  add_lock (self, box);
  self->show = button_new (box, _ ("Show folder"), G_CALLBACK (on_show), self);
  gtk_widget_add_css_class (self->show, "suggested-action");
  self->leave_out =
      button_new (box, _ ("Make the copy without these"), G_CALLBACK (on_leave_out), self);
  self->note = ui_share_note_new (draft);
  gtk_box_append (GTK_BOX (box), self->note);
  self->rows = ui_share_list_new (box);
  self->report_expander = gtk_expander_new (_ ("Your report on this copy"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->report_expander),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Your report on this copy"),
                                  -1);
  self->report = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_wrap (self->report, TRUE);
  gtk_label_set_xalign (self->report, 0);
  gtk_label_set_selectable (self->report, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->report), "monospace");
  gtk_widget_add_css_class (GTK_WIDGET (self->report), "caption");
  gtk_expander_set_child (GTK_EXPANDER (self->report_expander), GTK_WIDGET (self->report));
  gtk_box_append (GTK_BOX (box), self->report_expander);
  return page;
}
