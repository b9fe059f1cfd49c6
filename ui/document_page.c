/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "document_page.h"

struct _UiDocumentPage
{
  GtkWidget parent_instance;
  GdkTexture *texture;
  int width, height;
};

G_DEFINE_FINAL_TYPE (UiDocumentPage, ui_document_page, GTK_TYPE_WIDGET)

static void
ui_document_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
  UiDocumentPage *self = UI_DOCUMENT_PAGE (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;
}

static void
ui_document_page_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  UiDocumentPage *self = UI_DOCUMENT_PAGE (widget);
  const graphene_rect_t area = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                                   (float) gtk_widget_get_height (widget));
  const GdkRGBA white = { 1, 1, 1, 1 };

  if (self->texture != NULL)
    gtk_snapshot_append_texture (snapshot, self->texture, &area);
  else
    gtk_snapshot_append_color (snapshot, &white, &area);
}

static void
ui_document_page_dispose (GObject *object)
{
  g_clear_object (&UI_DOCUMENT_PAGE (object)->texture);
  G_OBJECT_CLASS (ui_document_page_parent_class)->dispose (object);
}

static void
ui_document_page_class_init (UiDocumentPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_document_page_dispose;
  widget_class->measure = ui_document_page_measure;
  widget_class->snapshot = ui_document_page_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "page");
}

static void
ui_document_page_init (UiDocumentPage *self)
{
  self->width = self->height = 1;
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
ui_document_page_new (const char *label)
{
  GtkWidget *self = g_object_new (UI_TYPE_DOCUMENT_PAGE, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return self;
}

void
ui_document_page_set_size (UiDocumentPage *self, int width, int height)
{
  if (self->width == width && self->height == height)
    return;
  self->width = width;
  self->height = height;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
ui_document_page_set_texture (UiDocumentPage *self, GdkTexture *texture)
{
  if (g_set_object (&self->texture, texture))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}
