/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wrap_box.h"

#define SPACING 6

struct _UiWrapBox
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (UiWrapBox, ui_wrap_box, GTK_TYPE_WIDGET)

static int
wish_of (GtkWidget *child, int width)
{
  int least, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
  return CLAMP (natural, least, MAX (width, least));
}

static int
height_of (GtkWidget *child, int width)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  return natural;
}

/* The first child of the next line; the line's width and height. */
static GtkWidget *
line_from (GtkWidget *first, int width, int *ret_width, int *ret_height)
{
  GtkWidget *child = first;

  *ret_width = *ret_height = 0;
  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int wish;

      if (!gtk_widget_should_layout (child))
        continue;
      wish = wish_of (child, width);
      if (*ret_width > 0 && *ret_width + SPACING + wish > width)
        break;
      *ret_width += wish + (*ret_width > 0 ? SPACING : 0);
      *ret_height = MAX (*ret_height, height_of (child, wish));
    }
  return child;
}

static void
measure_width (GtkWidget *widget, int *ret_least, int *ret_natural)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int least, natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
      *ret_least = MAX (*ret_least, least);
      *ret_natural += natural + (*ret_natural > 0 ? SPACING : 0);
    }
}

static void
ui_wrap_box_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *ret_least,
                     int *ret_natural, int *ret_least_baseline, int *ret_natural_baseline)
{
  int height = 0;

  *ret_least = *ret_natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (widget, ret_least, ret_natural);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;)
    {
      int line_width, line_height;

      child = line_from (child, for_size < 0 ? G_MAXINT : for_size, &line_width, &line_height);
      height += line_height + (height > 0 && line_height > 0 ? SPACING : 0);
    }
  *ret_least = *ret_natural = height;
}

/* Lines are centred. */
static void
ui_wrap_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  const gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int y = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;)
    {
      int line_width, line_height, x;
      GtkWidget *next = line_from (child, width, &line_width, &line_height);

      x = MAX (0, (width - line_width) / 2);
      for (; child != next; child = gtk_widget_get_next_sibling (child))
        {
          GtkAllocation place;

          if (!gtk_widget_should_layout (child))
            continue;
          place.width = wish_of (child, width);
          place.x = mirrored ? width - x - place.width : x;
          place.y = y;
          place.height = line_height;
          gtk_widget_size_allocate (child, &place, -1);
          x += place.width + SPACING;
        }
      y += line_height + SPACING;
    }
}

static GtkSizeRequestMode
ui_wrap_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ui_wrap_box_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_wrap_box_parent_class)->dispose (object);
}

static void
ui_wrap_box_class_init (UiWrapBoxClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_wrap_box_dispose;
  widget_class->measure = ui_wrap_box_measure;
  widget_class->size_allocate = ui_wrap_box_size_allocate;
  widget_class->get_request_mode = ui_wrap_box_get_request_mode;
}

static void
ui_wrap_box_init (UiWrapBox *self)
{
}

GtkWidget *
ui_wrap_box_new (void)
{
  return g_object_new (UI_TYPE_WRAP_BOX, NULL);
}

void
ui_wrap_box_append (UiWrapBox *self, GtkWidget *child)
{
  gtk_widget_insert_before (child, GTK_WIDGET (self), NULL);
}
