/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "document_text.h"

#include <glib/gi18n.h>

#define LINES_AT_A_TIME 300
#define INDENT 24 /* pixels a level */
#define LEVELS 10 /* that are indented; deeper ones stand below each other */
#define ZOOM_KEY "ui-zoom"
#define ZOOM_FEWEST (-4)
#define ZOOM_MOST 8
#define CLASS_SIZE 24

static GtkTextTagTable *
make_tags (void)
{
  GtkTextTagTable *table = gtk_text_tag_table_new ();
  const struct
  {
    const char *name;
    double scale;
    int weight, above, below;
  } tags[] = {
    { "title", 1.6, PANGO_WEIGHT_BOLD, 0, 8 },
    { "heading", 1.15, PANGO_WEIGHT_BOLD, 14, 2 },
    { "label", 1, PANGO_WEIGHT_BOLD, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      GtkTextTag *tag = gtk_text_tag_new (tags[i].name);

      g_object_set (tag, "scale", tags[i].scale, "weight", tags[i].weight, "pixels-above-lines",
                    tags[i].above, "pixels-below-lines", tags[i].below, NULL);
      gtk_text_tag_table_add (table, tag);
      g_object_unref (tag);
    }
  for (int level = 0; level <= LEVELS; level++)
    {
      g_autofree char *name = g_strdup_printf ("level-%d", level);
      GtkTextTag *tag = gtk_text_tag_new (name);

      g_object_set (tag, "left-margin", 24 + INDENT * level, NULL);
      gtk_text_tag_table_add (table, tag);
      g_object_unref (tag);
    }
  {
    GtkTextTag *note = gtk_text_tag_new ("note"), *plain = gtk_text_tag_new ("plain");

    g_object_set (note, "style", PANGO_STYLE_ITALIC, NULL);
    g_object_set (plain, "family", "monospace", NULL);
    gtk_text_tag_table_add (table, note);
    gtk_text_tag_table_add (table, plain);
    g_object_unref (note);
    g_object_unref (plain);
  }
  return table;
}

GtkWidget *
ui_document_text_new (void)
{
  g_autoptr (GtkTextTagTable) tags = make_tags ();
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (tags);
  GtkWidget *view = gtk_text_view_new_with_buffer (buffer);

  /* What was deleted could be brought back, and would stay in memory. */
  gtk_text_buffer_set_enable_undo (buffer, FALSE);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 24);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 24);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 24);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 24);
  gtk_text_view_set_pixels_below_lines (GTK_TEXT_VIEW (view), 3);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Text of the document"), -1);
  return view;
}

static void
append_line (GtkTextBuffer *buffer, const ScanLine *line)
{
  static const char *const tags[] = {
    [SCAN_LINE_TITLE] = "title", [SCAN_LINE_HEADING] = "heading", [SCAN_LINE_TEXT] = NULL,
    [SCAN_LINE_PICTURE] = NULL,  [SCAN_LINE_NOTE] = "note",       [SCAN_LINE_PLAIN] = "plain",
  };
  g_autofree char *level = g_strdup_printf ("level-%u", MIN (line->level, (guint) LEVELS));
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  if (*line->label != '\0')
    {
      gtk_text_buffer_insert_with_tags_by_name (buffer, &end, line->label, -1, "label", level,
                                                NULL);
      if (*line->text != '\0')
        gtk_text_buffer_insert_with_tags_by_name (buffer, &end, ": ", -1, "label", level, NULL);
    }
  gtk_text_buffer_insert_with_tags_by_name (buffer, &end, line->text, -1, level, tags[line->kind],
                                            NULL);
  gtk_text_buffer_insert_with_tags_by_name (buffer, &end, "\n", -1, level, tags[line->kind], NULL);
}

guint
ui_document_text_append (GtkTextView *view, const ScanText *text, guint from)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  const guint end = MIN (text->lines->len, from + LINES_AT_A_TIME);

  for (guint i = from; i < end; i++)
    append_line (buffer, g_ptr_array_index (text->lines, i));
  return end < text->lines->len ? end : 0;
}

void
ui_document_text_part (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert (buffer, &end, "\n", -1);
}

/* The sizes stand in style.css. */
static void
zoom_class (int zoom, char ret_class[CLASS_SIZE])
{
  g_snprintf (ret_class, CLASS_SIZE, "text-zoom-%s%d", zoom > 0 ? "plus" : "", ABS (zoom));
}

void
ui_document_text_zoom (GtkTextView *view, int step)
{
  int zoom = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (view), ZOOM_KEY));
  char class[CLASS_SIZE];

  zoom_class (zoom, class);
  gtk_widget_remove_css_class (GTK_WIDGET (view), class);
  zoom = step == 0 ? 0 : CLAMP (zoom + step, ZOOM_FEWEST, ZOOM_MOST);
  g_object_set_data (G_OBJECT (view), ZOOM_KEY, GINT_TO_POINTER (zoom));
  zoom_class (zoom, class);
  gtk_widget_add_css_class (GTK_WIDGET (view), class);
}
