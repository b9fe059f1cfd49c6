/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box_view.h"

#include <glib/gi18n.h>

#define LEAST 4          /* widget pixels: a shorter drag is a click */
#define HANDLE_STEP 0.01 /* of the picture, a key */

struct _UiBoxView
{
  GtkWidget parent_instance;
  UiSharePicture *picture;
  GdkTexture *texture;
  gboolean covered;
  int chosen;            /* index of a box, -1: none */
  graphene_rect_t drawn; /* by a drag that goes on, in widget pixels; width 0: none */
  double drag_x, drag_y;
};

G_DEFINE_FINAL_TYPE (UiBoxView, ui_box_view, GTK_TYPE_WIDGET)

static guint changed_signal;

static UiShareBox *
box_at (UiBoxView *self, int index)
{
  return &g_array_index (self->picture->boxes, UiShareBox, index);
}

static gboolean
is_live (UiBoxView *self, int index)
{
  return self->picture != NULL && index >= 0 && index < (int) self->picture->boxes->len &&
         !box_at (self, index)->removed;
}

guint
ui_box_view_count (UiBoxView *self)
{
  guint n = 0;

  for (guint i = 0; self->picture != NULL && i < self->picture->boxes->len; i++)
    n += is_live (self, (int) i) ? 1 : 0;
  return n;
}

gboolean
ui_box_view_has_chosen (UiBoxView *self)
{
  return is_live (self, self->chosen);
}

static void
changed (UiBoxView *self)
{
  const guint n = ui_box_view_count (self);
  g_autofree char *count =
      g_strdup_printf (g_dngettext (NULL, "Picture with %u box", "Picture with %u boxes", n), n);
  g_autofree char *words = NULL;

  if (is_live (self, self->chosen))
    {
      const UiShareBox *box = box_at (self, self->chosen);

      words = g_strdup_printf (_ ("%s; a box is chosen, %u wide and %u high, at %u, %u"), count,
                               box->width, box->height, box->x, box->y);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words != NULL ? words : count, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, changed_signal, 0);
}

/* Where the picture is, in widget pixels. */
static graphene_rect_t
place_of (UiBoxView *self)
{
  const float width = (float) gtk_widget_get_width (GTK_WIDGET (self)),
              height = (float) gtk_widget_get_height (GTK_WIDGET (self));
  const float columns = (float) gdk_texture_get_width (self->texture),
              rows = (float) gdk_texture_get_height (self->texture);
  const float scale = MIN (width / columns, height / rows);

  return GRAPHENE_RECT_INIT ((width - columns * scale) / 2, (height - rows * scale) / 2,
                             columns * scale, rows * scale);
}

static graphene_rect_t
rect_of (UiBoxView *self, const UiShareBox *box)
{
  const graphene_rect_t place = place_of (self);
  const float sx = place.size.width / (float) self->picture->columns,
              sy = place.size.height / (float) self->picture->rows;

  return GRAPHENE_RECT_INIT (place.origin.x + (float) box->x * sx,
                             place.origin.y + (float) box->y * sy, (float) box->width * sx,
                             (float) box->height * sy);
}

static void
draw_box (UiBoxView *self, GtkSnapshot *snapshot, const graphene_rect_t *rect, gboolean chosen)
{
  static const GdkRGBA black = { 0, 0, 0, 1 }, shade = { 0, 0, 0, 0.45F },
                       yellow = { 1, 0.85F, 0.2F, 1 }, blue = { 0.45F, 0.75F, 1, 1 };
  const GdkRGBA *line = chosen ? &blue : &yellow;
  const GdkRGBA lines[4] = { *line, *line, *line, *line };
  const float width = chosen ? 3 : 1.5F, widths[4] = { width, width, width, width };
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, rect, 0);
  gtk_snapshot_append_color (snapshot, self->covered ? &black : &shade, rect);
  gtk_snapshot_append_border (snapshot, &outline, widths, lines);
}

static void
draw_boxes (UiBoxView *self, GtkSnapshot *snapshot, const UiSharePicture *picture, int chosen)
{
  for (guint i = 0; i < picture->boxes->len; i++)
    {
      const UiShareBox *box = &g_array_index (picture->boxes, UiShareBox, i);
      const graphene_rect_t rect = rect_of (self, box);

      if (!box->removed)
        draw_box (self, snapshot, &rect, (int) i == chosen);
    }
}

static void
ui_box_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  UiBoxView *self = UI_BOX_VIEW (widget);
  graphene_rect_t place;

  if (self->texture == NULL || self->picture == NULL)
    return;
  place = place_of (self);
  gtk_snapshot_append_texture (snapshot, self->texture, &place);
  if (self->picture->general != NULL)
    draw_boxes (self, snapshot, self->picture->general, -1);
  draw_boxes (self, snapshot, self->picture, self->chosen);
  if (self->drawn.size.width > 0)
    draw_box (self, snapshot, &self->drawn, TRUE);
}

static void
add_box (UiBoxView *self, double x, double y, double width, double height)
{
  const double columns = self->picture->columns, rows = self->picture->rows;
  const double left = CLAMP (x, 0, columns - 1), top = CLAMP (y, 0, rows - 1);
  const double right = CLAMP (x + width, left + 1, columns),
               bottom = CLAMP (y + height, top + 1, rows);
  const UiShareBox box = { (guint) left,
                           (guint) top,
                           (guint) (right + 0.999) - (guint) left,
                           (guint) (bottom + 0.999) - (guint) top,
                           TRUE,
                           FALSE };

  g_array_append_val (self->picture->boxes, box);
  self->chosen = (int) self->picture->boxes->len - 1;
  changed (self);
}

void
ui_box_view_add (UiBoxView *self)
{
  if (self->picture != NULL)
    add_box (self, self->picture->columns * 0.4, self->picture->rows * 0.45,
             self->picture->columns * 0.2, self->picture->rows * 0.1);
}

void
ui_box_view_remove (UiBoxView *self)
{
  if (!is_live (self, self->chosen))
    return;
  box_at (self, self->chosen)->removed = TRUE;
  self->chosen = -1;
  changed (self);
}

void
ui_box_view_choose (UiBoxView *self, int step)
{
  const int n = self->picture != NULL ? (int) self->picture->boxes->len : 0;
  int at = self->chosen;

  for (int i = 0; i < n; i++)
    {
      at = at < 0 && step < 0 ? n - 1 : (at + step + n) % n;
      if (is_live (self, at))
        {
          self->chosen = at;
          break;
        }
    }
  changed (self);
}

/* A proposed box that is moved is taken away, and a new one stands in its place. */
static void
move (UiBoxView *self, int dx, int dy, gboolean resize)
{
  const UiShareBox box = *box_at (self, self->chosen);
  const double step_x = MAX (1, self->picture->columns * HANDLE_STEP),
               step_y = MAX (1, self->picture->rows * HANDLE_STEP);

  if (box.added)
    g_array_remove_index (self->picture->boxes, (guint) self->chosen);
  else
    box_at (self, self->chosen)->removed = TRUE;
  if (resize)
    add_box (self, box.x, box.y, MAX (1, box.width + dx * step_x),
             MAX (1, box.height + dy * step_y));
  else
    add_box (self, CLAMP (box.x + dx * step_x, 0, (double) self->picture->columns - box.width),
             CLAMP (box.y + dy * step_y, 0, (double) self->picture->rows - box.height), box.width,
             box.height);
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state,
        UiBoxView *self)
{
  const gboolean resize = (state & GDK_SHIFT_MASK) != 0;
  const int dx = keyval == GDK_KEY_Left    ? -1
                 : keyval == GDK_KEY_Right ? 1
                                           : 0,
            dy = keyval == GDK_KEY_Up     ? -1
                 : keyval == GDK_KEY_Down ? 1
                                          : 0;

  if (self->picture == NULL || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  if ((dx != 0 || dy != 0) && is_live (self, self->chosen))
    move (self, dx, dy, resize);
  else if (keyval == GDK_KEY_n || keyval == GDK_KEY_N)
    ui_box_view_add (self);
  else if (keyval == GDK_KEY_Delete || keyval == GDK_KEY_BackSpace)
    ui_box_view_remove (self);
  else if (keyval == GDK_KEY_period || keyval == GDK_KEY_comma)
    ui_box_view_choose (self, keyval == GDK_KEY_period ? 1 : -1);
  else
    return FALSE;
  return TRUE;
}

static void
on_drag_begin (GtkGestureDrag *drag, double x, double y, UiBoxView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = x;
  self->drag_y = y;
}

static void
on_drag_update (GtkGestureDrag *drag, double dx, double dy, UiBoxView *self)
{
  if (self->texture == NULL || self->picture == NULL)
    return;
  graphene_rect_init (&self->drawn, (float) MIN (self->drag_x, self->drag_x + dx),
                      (float) MIN (self->drag_y, self->drag_y + dy), (float) ABS (dx),
                      (float) ABS (dy));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
choose_under (UiBoxView *self, double x, double y)
{
  const graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);

  self->chosen = -1;
  for (guint i = 0; i < self->picture->boxes->len; i++)
    {
      const graphene_rect_t rect = rect_of (self, box_at (self, (int) i));

      if (is_live (self, (int) i) && graphene_rect_contains_point (&rect, &point))
        self->chosen = (int) i;
    }
  changed (self);
}

static void
on_drag_end (GtkGestureDrag *drag, double dx, double dy, UiBoxView *self)
{
  const graphene_rect_t drawn = self->drawn;
  graphene_rect_t place;
  double sx, sy;

  self->drawn.size.width = 0;
  if (self->texture == NULL || self->picture == NULL)
    return;
  if (ABS (dx) < LEAST || ABS (dy) < LEAST)
    {
      choose_under (self, self->drag_x, self->drag_y);
      return;
    }
  place = place_of (self);
  sx = self->picture->columns / (double) place.size.width;
  sy = self->picture->rows / (double) place.size.height;
  add_box (self, (drawn.origin.x - place.origin.x) * sx, (drawn.origin.y - place.origin.y) * sy,
           drawn.size.width * sx, drawn.size.height * sy);
}

void
ui_box_view_set (UiBoxView *self, UiSharePicture *picture, GdkTexture *texture)
{
  if (picture != self->picture)
    self->chosen = -1;
  self->picture = picture;
  g_set_object (&self->texture, texture);
  changed (self);
}

void
ui_box_view_set_covered (UiBoxView *self, gboolean covered)
{
  self->covered = covered;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ui_box_view_dispose (GObject *object)
{
  g_clear_object (&UI_BOX_VIEW (object)->texture);
  UI_BOX_VIEW (object)->picture = NULL;
  G_OBJECT_CLASS (ui_box_view_parent_class)->dispose (object);
}

static void
ui_box_view_class_init (UiBoxViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_box_view_dispose;
  widget_class->snapshot = ui_box_view_snapshot;
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  changed_signal = g_signal_new ("changed", UI_TYPE_BOX_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
ui_box_view_init (UiBoxView *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->chosen = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
ui_box_view_new (void)
{
  return g_object_new (UI_TYPE_BOX_VIEW, NULL);
}
