/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "study_card.h"

#include <glib/gi18n.h>

#include "plainname.h"
#include "thumbs.h"
#include "words.h"

struct _UiStudyCard
{
  GtkFlowBoxChild parent_instance;
  GtkPicture *picture;
  GtkImage *icon;
  GtkLabel *badge, *title, *date, *place;
  ScanItem item;
};

G_DEFINE_FINAL_TYPE (UiStudyCard, ui_study_card, GTK_TYPE_FLOW_BOX_CHILD)

static void
ui_study_card_class_init (UiStudyCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/study_card.ui");
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

static void
show_study (UiStudyCard *self, UiSession *session, const ScanStudy *study)
{
  g_autofree char *date = scan_plain_date (study->date);
  const guint pictures = ui_study_pictures (study);
  /* Of a report there are no pictures to count. */
  g_autofree char *count = pictures > 0 ? ui_pictures_words (pictures) : g_strdup ("");
  g_autoptr (GString) name = g_string_new (study->title);
  const char *parts[] = { date, study->institution, count };
  ScanSeries *key = scan_study_key_series (study);

  set_text (self->title, study->title);
  set_text (self->date, date);
  set_text (self->place, study->institution);
  set_text (self->badge, count);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (*parts[i] != '\0')
      g_string_append_printf (name, ", %s", parts[i]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str,
                                  -1);
  if (key != NULL)
    ui_thumb_load (session, key, self->picture, GTK_WIDGET (self->icon));
}

static void
show_document (UiStudyCard *self, UiSession *session, const ScanDocument *document)
{
  const char *type = ui_words_document_type (document->type);
  g_autofree char *name = g_strdup_printf ("%s, %s", document->name, type);

  set_text (self->title, document->name);
  set_text (self->date, type);
  set_text (self->place, "");
  set_text (self->badge, "");
  gtk_image_set_from_icon_name (self->icon, ui_words_document_icon (document->type));
  gtk_widget_add_css_class (GTK_WIDGET (self), "document");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  ui_document_thumb_load (session, document, self->picture, GTK_WIDGET (self->icon));
}

GtkWidget *
ui_study_card_new (UiSession *session, const ScanItem *item)
{
  UiStudyCard *self = g_object_new (UI_TYPE_STUDY_CARD, NULL);

  self->item = *item;
  if (item->kind == SCAN_ITEM_STUDY)
    show_study (self, session, item->study);
  else
    show_document (self, session, item->document);
  return GTK_WIDGET (self);
}

const ScanItem *
ui_study_card_item (UiStudyCard *self)
{
  return &self->item;
}
