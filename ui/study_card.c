/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study_card.h"

#include <glib/gi18n.h>

#include "thumbs.h"
#include "words.h"

struct _UiStudyCard
{
  AdwBin parent_instance;
  GtkWidget *frame, *star, *report, *shared, *fresh, *check;
  GtkPicture *picture;
  GtkImage *icon;
  GtkLabel *badge, *title, *date, *place;
};

G_DEFINE_FINAL_TYPE (UiStudyCard, ui_study_card, ADW_TYPE_BIN)

static void
ui_study_card_class_init (UiStudyCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_css_name (widget_class, "studycard");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID_CELL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/study_card.ui");
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, frame);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, star);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, report);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, shared);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, fresh);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, check);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, picture);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, icon);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, badge);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, title);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, date);
  gtk_widget_class_bind_template_child (widget_class, UiStudyCard, place);
}

static void
ui_study_card_init (UiStudyCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ui_study_card_new (void)
{
  return g_object_new (UI_TYPE_STUDY_CARD, NULL);
}

guint
ui_study_pictures (const ScanStudy *study)
{
  guint pictures = 0;

  for (guint i = 0; i < study->series->len; i++)
    pictures += scan_series_frames (g_ptr_array_index (study->series, i));
  return pictures;
}

char *
ui_pictures_words (guint pictures)
{
  return g_strdup_printf (g_dngettext (NULL, "%u picture", "%u pictures", pictures), pictures);
}

/* An empty label would leave a gap and is read out as nothing. */
static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

void
ui_study_card_fill (UiStudyCard *self)
{
  gtk_label_set_label (self->title, "Wwwwwwwwwwwwwww Wwwwwwwwwwwwwww Wwwwwwwwwwww");
  gtk_label_set_label (self->date, "0");
  gtk_label_set_label (self->place, "0");
}

void
ui_study_card_bind (UiStudyCard *self, UiSession *session, UiGalleryEntry *entry)
{
  const gboolean is_study = entry->item.kind == SCAN_ITEM_STUDY;
  g_autofree char *sentence = ui_gallery_entry_sentence (entry);
  /* Of a report there are no pictures to count. */
  g_autofree char *count = entry->pictures > 0 ? ui_pictures_words (entry->pictures) : NULL;
  ScanSeries *key = is_study ? scan_study_key_series (entry->item.study) : NULL;

  set_text (self->title, entry->title);
  set_text (self->date, is_study ? ui_gallery_entry_date (entry)
                                 : ui_words_document_type (entry->item.document->type));
  set_text (self->place, entry->place);
  set_text (self->badge, count != NULL ? count : "");
  gtk_widget_set_visible (self->star, entry->notes->favourite);
  gtk_widget_set_visible (self->report, entry->has_report);
  gtk_widget_set_visible (self->shared, entry->shared);
  gtk_widget_set_visible (self->fresh, entry->fresh);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  -1);
  if (is_study)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "document");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "document");
  gtk_image_set_from_icon_name (self->icon,
                                is_study ? "image-x-generic-symbolic"
                                         : ui_words_document_icon (entry->item.document->type));
  ui_thumb_clear (self->picture, GTK_WIDGET (self->icon));
  if (key != NULL)
    ui_thumb_load (session, key, self->picture, GTK_WIDGET (self->icon));
  else if (!is_study)
    ui_document_thumb_load (session, entry->item.document, self->picture, GTK_WIDGET (self->icon));
}

void
ui_study_card_set_side (UiStudyCard *self, int side)
{
  gtk_widget_set_size_request (self->frame, side, side);
}

void
ui_study_card_set_selected (UiStudyCard *self, gboolean selected, gboolean checkable)
{
  if (selected)
    gtk_widget_set_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED, FALSE);
  else
    gtk_widget_unset_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
  gtk_widget_set_visible (self->check, checkable || selected);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->check),
                                selected ? "checkbox-checked-symbolic" : "checkbox-symbolic");
}
