/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_strip.h"

#include "document.h"
#include "task.h"
#include "thumbs.h"

#define SET_KEY "ui-set"
#define QUEUE_KEY "ui-queue"
#define PICTURE_SIDE 112

/* Rows whose picture has to be made; the head is being worked on. */
typedef struct
{
  GtkListBox *strip; /* owns this */
  UiSession *session;
  GQueue rows; /* Wanted */
} Queue;

typedef struct
{
  GtkPicture *picture;
  const UiViewerSet *set;
} Wanted;

static void
wanted_free (gpointer data)
{
  g_object_unref (((Wanted *) data)->picture);
  g_free (data);
}

static void
queue_free (gpointer data)
{
  Queue *queue = data;

  g_queue_clear_full (&queue->rows, wanted_free);
  g_object_unref (queue->session);
  g_free (queue);
}

static void make_next (Queue *queue);

static void
on_made (gpointer data)
{
  GtkListBox *strip = data;
  Queue *queue = g_object_get_data (G_OBJECT (strip), QUEUE_KEY);

  if (queue == NULL)
    return;
  wanted_free (g_queue_pop_head (&queue->rows));
  make_next (queue);
}

static void
make_next (Queue *queue)
{
  const Wanted *wanted = g_queue_peek_head (&queue->rows);
  const ScanInstance *middle;

  if (wanted == NULL || ui_session_is_closing (queue->session))
    return;
  middle = g_ptr_array_index (wanted->set->instances, wanted->set->instances->len / 2);
  ui_instance_thumb_load (queue->session, middle, middle->frames / 2, wanted->picture, on_made,
                          queue->strip);
}

static GtkWidget *
small_picture (const UiViewerSet *set)
{
  const ScanInstance *first = g_ptr_array_index (set->instances, 0);
  GtkWidget *picture;

  if (ui_viewer_set_is_document (set) && scan_instance_form (first) == SCAN_FORM_TEXT)
    {
      picture = gtk_image_new_from_icon_name ("text-x-generic-symbolic");
      gtk_image_set_pixel_size (GTK_IMAGE (picture), 48);
    }
  else
    picture = gtk_picture_new ();
  gtk_widget_set_size_request (picture, PICTURE_SIDE, PICTURE_SIDE);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (picture, "thumb");
  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  return picture;
}

static GtkWidget *
label_new (const char *words, const char *class)
{
  GtkWidget *label = g_object_new (
      GTK_TYPE_LABEL, "label", words, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR, "lines", 3,
      "ellipsize", PANGO_ELLIPSIZE_END, "justify", GTK_JUSTIFY_CENTER, "max-width-chars", 16, NULL);

  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static void
add_row (GtkListBox *strip, Queue *queue, UiViewerSet *set)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *picture = small_picture (set), *count = label_new (set->count, "caption");
  g_autofree char *spoken = g_strdup_printf ("%s, %s", set->title, set->count);

  gtk_widget_add_css_class (count, "dim-label");
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), label_new (set->title, NULL));
  gtk_box_append (GTK_BOX (box), count);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, spoken);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_object_set_data (G_OBJECT (row), SET_KEY, set);
  gtk_list_box_append (strip, row);
  if (!GTK_IS_PICTURE (picture))
    return;
  if (set->alone)
    ui_thumb_load (queue->session, set->series, GTK_PICTURE (picture), NULL);
  else
    {
      Wanted *wanted = g_new0 (Wanted, 1);

      wanted->picture = g_object_ref (GTK_PICTURE (picture));
      wanted->set = set;
      g_queue_push_tail (&queue->rows, wanted);
    }
}

static void
set_heading (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  const UiViewerSet *set = ui_viewer_strip_set (row);

  if (set->heading != NULL && gtk_list_box_row_get_header (row) == NULL)
    gtk_list_box_row_set_header (row, label_new (set->heading, "heading"));
}

void
ui_viewer_strip_fill (GtkListBox *strip, UiSession *session, GPtrArray *sets)
{
  Queue *queue = g_new0 (Queue, 1);

  queue->strip = strip;
  queue->session = g_object_ref (session);
  g_queue_init (&queue->rows);
  g_object_set_data_full (G_OBJECT (strip), QUEUE_KEY, queue, queue_free);
  gtk_list_box_set_header_func (strip, set_heading, NULL, NULL);
  for (guint i = 0; i < sets->len; i++)
    add_row (strip, queue, g_ptr_array_index (sets, i));
  make_next (queue);
}

void
ui_viewer_strip_stop (GtkListBox *strip)
{
  GtkListBoxRow *row;

  g_object_set_data (G_OBJECT (strip), QUEUE_KEY, NULL);
  /* A list asks for headings once more while it lets its rows go. */
  gtk_list_box_set_header_func (strip, NULL, NULL, NULL);
  for (int i = 0; (row = gtk_list_box_get_row_at_index (strip, i)) != NULL; i++)
    g_object_set_data (G_OBJECT (row), SET_KEY, NULL);
}

UiViewerSet *
ui_viewer_strip_set (GtkListBoxRow *row)
{
  return row != NULL ? g_object_get_data (G_OBJECT (row), SET_KEY) : NULL;
}

void
ui_viewer_strip_select (GtkListBox *strip, const UiViewerSet *set)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (strip, i)) != NULL; i++)
    if (ui_viewer_strip_set (row) == set)
      gtk_list_box_select_row (strip, row);
}

void
ui_viewer_strip_step (GtkListBox *strip, int n)
{
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (strip);
  const int index = selected != NULL ? gtk_list_box_row_get_index (selected) + n : 0;
  GtkListBoxRow *row = index >= 0 ? gtk_list_box_get_row_at_index (strip, index) : NULL;

  if (row != NULL)
    gtk_list_box_select_row (strip, row);
}
