/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_export.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "paper.h"
#include "share_record.h"
#include "share_steps.h"
#include "share_words.h"

typedef struct
{
  UiSession *session;
  GPtrArray *shares;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_object_unref (self->session);
  g_ptr_array_unref (self->shares);
  g_free (self);
}

static void
add_line (GString *text, const char *title, const char *words)
{
  if (*words != '\0')
    g_string_append_printf (text, "%s: %s\n", title, words);
}

static void
add_record (GString *text, UiSession *session, const ScanShareRecord *record)
{
  g_autofree char *day = ui_share_record_day (record->date),
                  *scans = ui_share_record_scans (session, record, ", "),
                  *size = ui_share_record_size (record),
                  *kept = ui_share_fields_kept (record->profile, record->keep_dates);

  g_string_append_printf (text, "\n%s\n%s · %s\n%s\n%s\n", ui_share_record_to (record), day,
                          ui_words_profile (record->profile), size, scans);
  add_line (text, _ ("These facts stayed in the copy"), kept);
  add_line (text, _ ("Your note"), record->purpose);
  if (record->delete_by != 0)
    {
      g_autofree char *by = ui_share_record_day (record->delete_by);

      add_line (text, _ ("When they should delete it"), by);
    }
  for (guint i = 0; i < record->events->len; i++)
    {
      g_autofree char *words =
          ui_share_event_words (&g_array_index (record->events, ScanShareEvent, i), i > 0);

      g_string_append_printf (text, "%s\n", words);
    }
  add_line (text, _ ("Fingerprint of the copy"), record->fingerprint);
}

static char *
text_of (Export *self)
{
  GString *text = g_string_new (_ ("Who got what"));
  g_autofree char *today = ui_share_record_day (g_get_real_time () / G_USEC_PER_SEC);

  g_string_append_printf (text, "\n%s\n", today);
  for (guint i = 0; i < self->shares->len; i++)
    add_record (text, self->session, g_ptr_array_index (self->shares, i));
  return g_string_free (text, FALSE);
}

static void
on_response (GtkWindow *parent, const char *response, AdwMessageDialog *dialog)
{
  Export *self = g_object_get_data (G_OBJECT (dialog), "export");
  g_autofree char *text = NULL, *name = NULL;
  g_autoptr (GBytes) pdf = NULL;

  if (!g_str_equal (response, "save") || ui_session_is_closing (self->session))
    return;
  text = text_of (self);
  pdf = ui_paper_pdf (text);
  name = g_strdup_printf ("%s.pdf", _ ("Who got what"));
  ui_paper_save (parent, self->session, _ ("Save the List"), name, pdf);
}

void
ui_share_export_ask (GtkWindow *parent, UiSession *session, GPtrArray *shares)
{
  AdwMessageDialog *dialog =
      ui_ask_new (parent, session, _ ("Save the list as a PDF file?"),
                  _ ("The file is not locked: anybody who finds it can read who got which scans "
                     "of yours. The list in your vault stays locked."),
                  _ ("Cancel"));
  Export *self = g_new0 (Export, 1);

  self->session = g_object_ref (session);
  self->shares = g_ptr_array_ref (shares);
  g_object_set_data_full (G_OBJECT (dialog), "export", self, export_free);
  adw_message_dialog_add_response (dialog, "save", _ ("Save…"));
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), parent, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}
