/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "details_pane.h"

#include <glib/gi18n.h>

#include "annotate_dialog.h"
#include "annotate_task.h"
#include "plainname.h"
#include "study_card.h"
#include "task.h"
#include "words.h"

struct _UiDetailsPane
{
  AdwBin parent_instance;
  GtkWidget *body, *none, *facts, *technical, *technical_text;
  GtkLabel *title;
  GtkEditable *tags;
  GtkTextBuffer *note;
  AdwToastOverlay *toasts;
  UiSession *session;
  ScanItem item;
  gboolean shown;            /* item is something */
  char *had_note, *had_tags; /* as they were shown, or last written */
};

G_DEFINE_FINAL_TYPE (UiDetailsPane, ui_details_pane, ADW_TYPE_BIN)

/* All attributes of one picture, read in a thread. */
typedef struct
{
  ScanLibrary *library;
  const ScanInstance *instance;
  gpointer study;
  char *text;
} Technical;

static void
technical_free (gpointer data)
{
  g_free (((Technical *) data)->text);
  g_free (data);
}

static gboolean
technical_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Technical *technical = data;

  technical->text =
      scan_library_attributes_json (technical->library, technical->instance, cancellable, error);
  return technical->text != NULL;
}

static void
technical_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiDetailsPane *self = owner;
  Technical *technical = data;

  if (self->session == NULL || !self->shown || self->item.study != technical->study)
    return;
  gtk_label_set_label (GTK_LABEL (self->technical_text),
                       ok ? technical->text : ui_words_error (error, UI_TOPIC_PICTURE));
}

static const ScanInstance *
middle_of (const ScanStudy *study)
{
  const ScanSeries *key = scan_study_key_series (study);

  if (key == NULL && study->series->len > 0)
    key = g_ptr_array_index (study->series, 0);
  if (key == NULL || key->instances->len == 0)
    return NULL;
  return scan_series_middle (key, NULL) != NULL ? scan_series_middle (key, NULL)
                                                : g_ptr_array_index (key->instances, 0);
}

static void
on_expanded (UiDetailsPane *self)
{
  const ScanInstance *instance;
  Technical *technical;

  if (!gtk_expander_get_expanded (GTK_EXPANDER (self->technical)) || !self->shown ||
      self->item.kind != SCAN_ITEM_STUDY ||
      *gtk_label_get_label (GTK_LABEL (self->technical_text)) != '\0')
    return;
  instance = middle_of (self->item.study);
  if (instance == NULL)
    return;
  gtk_label_set_label (GTK_LABEL (self->technical_text), _ ("Reading…"));
  technical = g_new0 (Technical, 1);
  *technical = (Technical){ ui_session_library (self->session), instance, self->item.study, NULL };
  ui_task_run (self, self->session, FALSE, technical_work, technical_done, NULL, technical,
               technical_free, NULL);
}

static void
remember (UiDetailsPane *self, const char *note, const char *tags)
{
  char *texts[] = { g_strdup (note), g_strdup (tags) };

  g_free (self->had_note);
  g_free (self->had_tags);
  self->had_note = texts[0];
  self->had_tags = texts[1];
}

static gboolean
is_changed (UiDetailsPane *self)
{
  g_autofree char *note = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->note, &start, &end);
  note = gtk_text_buffer_get_text (self->note, &start, &end, FALSE);
  return g_strcmp0 (note, self->had_note) != 0 ||
         g_strcmp0 (gtk_editable_get_text (self->tags), self->had_tags) != 0;
}

void
ui_details_pane_save (UiDetailsPane *self)
{
  g_autofree char *note = NULL;
  g_auto (GStrv) tags = NULL;
  GtkTextIter start, end;
  ScanAnnotationChange change = { .favourite = -1 };

  if (!self->shown || self->session == NULL || ui_session_is_closing (self->session))
    return;
  gtk_text_buffer_get_bounds (self->note, &start, &end);
  note = g_strstrip (gtk_text_buffer_get_text (self->note, &start, &end, FALSE));
  change.item = self->item;
  if (g_strcmp0 (note, self->had_note) != 0)
    change.note = note;
  if (g_strcmp0 (self->had_tags, gtk_editable_get_text (self->tags)) != 0)
    change.tags =
        (const char *const *) (tags = ui_tags_from_text (gtk_editable_get_text (self->tags)));
  remember (self, note, gtk_editable_get_text (self->tags));
  if (change.note != NULL || change.tags != NULL)
    ui_annotate (self->toasts, self->session, &change, 1,
                 change.note == NULL   ? _ ("Tags changed")
                 : change.tags == NULL ? _ ("Note written")
                                       : _ ("Note and tags written"));
}

static void
on_rename (UiDetailsPane *self)
{
  if (self->shown)
    ui_rename_show (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->toasts,
                    self->session, &self->item);
}

static void
add_fact (UiDetailsPane *self, const char *name, const char *value)
{
  GtkWidget *row, *name_label, *value_label;

  if (value == NULL || *value == '\0')
    return;
  row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  name_label = gtk_label_new (name);
  value_label = gtk_label_new (value);
  gtk_label_set_xalign (GTK_LABEL (name_label), 0);
  gtk_label_set_xalign (GTK_LABEL (value_label), 0);
  gtk_label_set_wrap (GTK_LABEL (value_label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value_label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (value_label), FALSE);
  gtk_widget_add_css_class (name_label, "caption");
  gtk_widget_add_css_class (name_label, "dim-label");
  gtk_box_append (GTK_BOX (row), name_label);
  gtk_box_append (GTK_BOX (row), value_label);
  gtk_box_append (GTK_BOX (self->facts), row);
}

static void
add_study_facts (UiDetailsPane *self, const ScanStudy *study)
{
  g_autofree char *date = scan_plain_date (study->date);
  g_autofree char *person = scan_plain_person (study->patient_name);
  g_autofree char *born = scan_plain_date (study->birth_date);
  g_autofree char *referrer = scan_plain_person (study->referrer);
  g_autofree char *pictures = ui_pictures_words (ui_study_pictures (study));
  const guint n = study->series->len;
  g_autofree char *sets =
      g_strdup_printf (g_dngettext (NULL, "%s in %u set", "%s in %u sets", n), pictures, n);

  add_fact (self, _ ("What it is"), study->title);
  add_fact (self, _ ("Date"), date);
  add_fact (self, _ ("Place"), study->institution);
  add_fact (self, _ ("Name in the scan"), person);
  add_fact (self, _ ("Born"), born);
  add_fact (self, _ ("Sent by"), referrer);
  add_fact (self, _ ("Pictures"), ui_study_pictures (study) > 0 ? sets : "");
  add_fact (self, _ ("Description by the hospital"), study->description);
}

static void
show_facts (UiDetailsPane *self, const UiGalleryEntry *entry)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (entry->added);
  g_autofree char *day = when != NULL ? g_date_time_format (when, "%Y%m%d") : g_strdup ("");
  g_autofree char *added = scan_plain_date (day);
  GtkWidget *fact;

  while ((fact = gtk_widget_get_first_child (self->facts)) != NULL)
    gtk_box_remove (GTK_BOX (self->facts), fact);
  if (entry->item.kind == SCAN_ITEM_STUDY)
    add_study_facts (self, entry->item.study);
  else
    {
      g_autofree char *size = g_format_size (entry->item.document->bytes);

      add_fact (self, _ ("What it is"), ui_words_document_type (entry->item.document->type));
      add_fact (self, _ ("File name"), entry->item.document->name);
      add_fact (self, _ ("Size"), size);
    }
  add_fact (self, _ ("Added"), added);
}

static void
clear (UiDetailsPane *self)
{
  GtkWidget *fact;

  self->shown = FALSE;
  remember (self, "", "");
  gtk_label_set_label (self->title, "");
  gtk_editable_set_text (self->tags, "");
  gtk_text_buffer_set_text (self->note, "", -1);
  gtk_label_set_label (GTK_LABEL (self->technical_text), "");
  while ((fact = gtk_widget_get_first_child (self->facts)) != NULL)
    gtk_box_remove (GTK_BOX (self->facts), fact);
}

void
ui_details_pane_show (UiDetailsPane *self, AdwToastOverlay *toasts, UiSession *session,
                      const UiGalleryEntry *entry, guint n_selected)
{
  /* What is being typed is not torn away by news from elsewhere. */
  const gboolean typing =
      gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL && self->had_note != NULL;
  const gboolean same = entry != NULL && self->shown && session == self->session &&
                        self->item.study == entry->item.study;
  g_autofree char *tags = NULL;

  if (!same)
    {
      ui_details_pane_save (self);
      clear (self);
      gtk_expander_set_expanded (GTK_EXPANDER (self->technical), FALSE);
    }
  g_set_object (&self->session, session);
  self->toasts = toasts;
  gtk_widget_set_visible (self->body, entry != NULL);
  gtk_widget_set_visible (self->none, entry == NULL);
  gtk_label_set_label (GTK_LABEL (self->none), n_selected > 1
                                                   ? _ ("Choose one scan to see its details.")
                                                   : _ ("Choose a scan to see its details."));
  if (entry == NULL)
    return;
  if (same && typing && is_changed (self))
    return;
  self->item = entry->item;
  self->shown = TRUE;
  gtk_label_set_label (self->title, entry->title);
  show_facts (self, entry);
  tags = g_strjoinv (", ", (GStrv) entry->notes->tags);
  gtk_editable_set_text (self->tags, tags);
  gtk_text_buffer_set_text (self->note, entry->notes->note, -1);
  remember (self, entry->notes->note, tags);
  gtk_widget_set_visible (self->technical, entry->item.kind == SCAN_ITEM_STUDY);
}

static GtkWidget *
heading (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  return label;
}

static void
on_left (UiDetailsPane *self)
{
  ui_details_pane_save (self);
}

static void
watch_focus (UiDetailsPane *self, GtkWidget *widget)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_left), self);
  gtk_widget_add_controller (widget, focus);
}

static void
ui_details_pane_dispose (GObject *object)
{
  UiDetailsPane *self = UI_DETAILS_PANE (object);

  self->shown = FALSE;
  g_clear_object (&self->session);
  g_clear_pointer (&self->had_note, g_free);
  g_clear_pointer (&self->had_tags, g_free);
  G_OBJECT_CLASS (ui_details_pane_parent_class)->dispose (object);
}

static void
ui_details_pane_class_init (UiDetailsPaneClass *class)
{
  G_OBJECT_CLASS (class)->dispose = ui_details_pane_dispose;
}

static void
ui_details_pane_init (UiDetailsPane *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0),
            *scroll = gtk_scrolled_window_new (), *note = gtk_text_view_new (),
            *rename = gtk_button_new_with_label (_ ("Rename…")), *tags = gtk_entry_new ();

  self->body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->none = gtk_label_new ("");
  self->title =
      GTK_LABEL (g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING,
                               "xalign", 0.0, "wrap", TRUE, NULL));
  self->facts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->tags = GTK_EDITABLE (tags);
  self->note = gtk_text_view_get_buffer (GTK_TEXT_VIEW (note));
  self->technical = gtk_expander_new (_ ("All technical data"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->technical), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("All technical data"), -1);
  self->technical_text = gtk_label_new ("");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->title), GTK_ACCESSIBLE_PROPERTY_LEVEL, 2,
                                  -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "title-3");
  gtk_widget_add_css_class (self->none, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (self->none), TRUE);
  gtk_widget_add_css_class (rename, "touch");
  gtk_widget_set_halign (rename, GTK_ALIGN_START);
  g_signal_connect_swapped (rename, "clicked", G_CALLBACK (on_rename), self);
  gtk_widget_add_css_class (tags, "touch");
  g_object_set (tags, "placeholder-text", _ ("Words with commas between them"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (tags), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Tags"),
                                  -1);
  g_signal_connect_swapped (tags, "activate", G_CALLBACK (ui_details_pane_save), self);
  watch_focus (self, tags);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (note), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (note), FALSE);
  gtk_widget_set_size_request (note, -1, 110);
  gtk_widget_add_css_class (note, "note");
  gtk_accessible_update_property (GTK_ACCESSIBLE (note), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Note"),
                                  -1);
  watch_focus (self, note);
  gtk_label_set_xalign (GTK_LABEL (self->technical_text), 0);
  gtk_label_set_wrap (GTK_LABEL (self->technical_text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->technical_text), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (self->technical_text, "monospace");
  gtk_widget_add_css_class (self->technical_text, "caption");
  gtk_expander_set_child (GTK_EXPANDER (self->technical), self->technical_text);
  g_signal_connect_swapped (self->technical, "notify::expanded", G_CALLBACK (on_expanded), self);
  gtk_box_append (GTK_BOX (self->body), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (self->body), rename);
  gtk_box_append (GTK_BOX (self->body), heading (_ ("Tags")));
  gtk_box_append (GTK_BOX (self->body), tags);
  gtk_box_append (GTK_BOX (self->body), heading (_ ("Note")));
  gtk_box_append (GTK_BOX (self->body), note);
  gtk_box_append (GTK_BOX (self->body), self->facts);
  gtk_box_append (GTK_BOX (self->body), self->technical);
  gtk_box_append (GTK_BOX (outer), self->none);
  gtk_box_append (GTK_BOX (outer), self->body);
  gtk_widget_add_css_class (outer, "details");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), outer);
  gtk_widget_set_size_request (scroll, 300, -1);
  adw_bin_set_child (ADW_BIN (self), scroll);
}
