/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_note.h"

#include <glib/gi18n.h>

#include "paper.h"
#include "share_parts.h"
#include "words.h"

typedef struct
{
  UiShareDraft *draft;
  GtkEditable *contact;
} Note;

static void
note_free (gpointer data)
{
  Note *self = data;

  g_object_unref (self->draft);
  g_free (self);
}

static const char *
removed (UiShareDraft *draft)
{
  switch (draft->profile)
    {
    case SCAN_PROFILE_SECOND_OPINION:
      return draft->keep_dates
                 ? _ ("Removed were name, birthday, numbers and places. Dates, the age and "
                      "everything medical are as recorded.")
                 : _ ("Removed were name, birthday, numbers and places. Dates are all moved by the "
                      "same number of weeks: the time between them is true. The age and everything "
                      "medical are as recorded.");
    case SCAN_PROFILE_PUBLIC:
      return _ ("Removed were name, birthday, age, sex, numbers, places, dates and all free text.");
    case SCAN_PROFILE_NAMED:
    default:
      return _ ("Nothing was removed: name and date of birth are in the files. Please let nobody "
                "else see them.");
    }
}

static void
add (GString *text, const char *words)
{
  g_string_append_printf (text, "\n\n%s", words);
}

char *
ui_share_note_text (UiShareDraft *draft, const char *contact)
{
  GString *text = g_string_new (_ ("About these scans"));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_months (now, (int) draft->delete_months);
  g_autofree char *date = ui_words_day (now), *by = ui_words_day (then);

  g_string_append (text, "\n\n");
  if (*draft->to != '\0')
    {
      g_string_append_printf (text, _ ("To: %s"), draft->to);
      g_string_append_c (text, '\n');
    }
  g_string_append_printf (text, _ ("Date: %s"), date);
  if (*draft->purpose != '\0')
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, _ ("Purpose: %s"), draft->purpose);
    }
  add (text,
       _ ("What this is: medical scans in DICOM format, with a DICOMDIR, as a hospital's disc "
          "has them. There is no program among them."));
  if (draft->zip)
    add (text, _ ("How to open it: the ZIP file is locked (AES-256). You get its password another "
                  "way. The ZIP window of Windows cannot open it: 7-Zip (Windows) or Keka (Mac) "
                  "can."));
  add (text, _ ("Any DICOM viewer opens the folder, for example Weasis, which is free."));
  add (text, removed (draft));
  if (draft->delete_months > 0)
    {
      g_autofree char *please = g_strdup_printf (_ ("Please delete your copy by %s."), by);

      add (text, please);
    }
  if (*contact != '\0')
    {
      g_autofree char *reach = g_strdup_printf (_ ("How to reach me: %s"), contact);

      add (text, reach);
    }
  return g_string_free (text, FALSE);
}

static void
on_print (GtkWidget *button, Note *self)
{
  g_autofree char *text = ui_share_note_text (self->draft, gtk_editable_get_text (self->contact));

  ui_paper_print (GTK_WINDOW (gtk_widget_get_root (button)), self->draft->session, _ ("Note"),
                  text);
}

static void
on_save (GtkWidget *button, Note *self)
{
  g_autofree char *text = ui_share_note_text (self->draft, gtk_editable_get_text (self->contact));
  g_autofree char *name = g_strdup_printf ("%s.pdf", _ ("Note"));
  g_autoptr (GBytes) pdf = ui_paper_pdf (text);

  ui_paper_save (GTK_WINDOW (gtk_widget_get_root (button)), self->draft->session,
                 _ ("Save the Note"), name, pdf);
}

static void
add_button (GtkWidget *box, const char *words, GCallback clicked, Note *self)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  g_signal_connect (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
}

GtkWidget *
ui_share_note_new (UiShareDraft *draft)
{
  Note *self = g_new0 (Note, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *contact = adw_entry_row_new ();

  self->draft = g_object_ref (draft);
  g_object_set_data_full (G_OBJECT (box), "note", self, note_free);
  ui_share_heading_new (box, _ ("A note for who gets it"));
  ui_share_label_new (box, _ ("It says what this is, how to open it and what was removed. The "
                              "password is not on it."));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (contact),
                                 _ ("How they can reach you, if you wish"));
  self->contact = GTK_EDITABLE (contact);
  gtk_list_box_append (ui_share_list_new (box), contact);
  add_button (box, _ ("Print the note…"), G_CALLBACK (on_print), self);
  add_button (box, _ ("Save the note as PDF…"), G_CALLBACK (on_save), self);
  return box;
}
