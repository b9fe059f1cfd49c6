/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "canvas.h"

#include <math.h>

#include "image_memory.h"
#include "settings.h"

#define ZOOM_MAX 40.0
#define SURFACE_PIXELS_A_STEP 30.0 /* of a touchpad */

struct _UiCanvas
{
  GtkWidget parent_instance;
  UiRendered *rendered;
  GPtrArray *marks;    /* ScanMark, or NULL */
  UiCanvasLine *lines; /* a person's own */
  GtkWidget *over[2];  /* weak pointers: labels at the lower edge */
  guint n_lines;
  GdkTexture *texture;       /* what is shown, NULL if it must be drawn anew */
  graphene_rect_t shown;     /* where, in widget pixels */
  int texture_for[3];        /* width, height, scale factor */
  double zoom;               /* 1 fits */
  double center_x, center_y; /* pixel of the picture in the middle of the widget */
  guint count;
  double wheel;          /* part of a step left over */
  double drag_x, drag_y; /* centre when the drag began */
  int drag_steps;        /* pictures gone through by this drag */
  gboolean drag_is_brightness;
  double zoom_began;           /* zoom when a pinch began */
  double pointer_x, pointer_y; /* widget pixels */
};

G_DEFINE_FINAL_TYPE (UiCanvas, ui_canvas, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_STEP,
  SIGNAL_BRIGHTNESS_BEGIN,
  SIGNAL_BRIGHTNESS_DRAG,
  SIGNAL_PRESET,
  SIGNAL_NEGATIVE,
  SIGNAL_ZOOMED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const ScanPicture *
full_picture (UiCanvas *self)
{
  return self->rendered != NULL ? self->rendered->levels[0] : NULL;
}

static void
redraw (UiCanvas *self)
{
  g_clear_object (&self->texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Widget pixels a pixel of the picture, before its aspect. */
static double
scale_of (UiCanvas *self)
{
  const ScanPicture *picture = full_picture (self);
  double width = gtk_widget_get_width (GTK_WIDGET (self)),
         height = gtk_widget_get_height (GTK_WIDGET (self));

  return self->zoom * MIN (width / (picture->columns * self->rendered->aspect_x),
                           height / (picture->rows * self->rendered->aspect_y));
}

/* The picture never leaves the widget: along an axis where it is smaller it is centred. */
static void
keep_in_view (UiCanvas *self)
{
  const ScanPicture *picture = full_picture (self);
  double scale, half_x, half_y;

  if (picture == NULL || gtk_widget_get_width (GTK_WIDGET (self)) == 0)
    return;
  scale = scale_of (self);
  half_x = gtk_widget_get_width (GTK_WIDGET (self)) / (2 * scale * self->rendered->aspect_x);
  half_y = gtk_widget_get_height (GTK_WIDGET (self)) / (2 * scale * self->rendered->aspect_y);
  self->center_x = 2 * half_x >= picture->columns
                       ? picture->columns / 2.0
                       : CLAMP (self->center_x, half_x, picture->columns - half_x);
  self->center_y = 2 * half_y >= picture->rows
                       ? picture->rows / 2.0
                       : CLAMP (self->center_y, half_y, picture->rows - half_y);
}

/* Draws the visible part of the picture at the resolution of the screen: GTK 4.8 cannot scale a
 * texture well, and uploads it whole. */
static void
make_texture (UiCanvas *self, int width, int height, int factor)
{
  const ScanPicture *picture = full_picture (self), *level;
  double sx, sy, left, top, right, bottom, fx, fy;
  int x0, y0, x1, y1;
  gsize stride;
  guint8 *pixels;
  g_autoptr (GBytes) bytes = NULL;

  sx = scale_of (self) * factor * self->rendered->aspect_x;
  sy = scale_of (self) * factor * self->rendered->aspect_y;
  left = width * factor / 2.0 - self->center_x * sx;
  top = height * factor / 2.0 - self->center_y * sy;
  right = left + picture->columns * sx;
  bottom = top + picture->rows * sy;
  x0 = (int) floor (MAX (left, 0));
  y0 = (int) floor (MAX (top, 0));
  x1 = (int) ceil (MIN (right, width * factor));
  y1 = (int) ceil (MIN (bottom, height * factor));
  if (x1 <= x0 || y1 <= y0)
    return;

  level = ui_rendered_level (self->rendered, MIN (sx, sy));
  fx = (double) level->columns / picture->columns;
  fy = (double) level->rows / picture->rows;
  stride = (gsize) (x1 - x0) * 4;
  pixels = scan_image_alloc (stride * (gsize) (y1 - y0));
  if (pixels == NULL)
    return;
  bytes = scan_image_take (pixels, stride * (gsize) (y1 - y0));
  scan_picture_draw (level, ((x0 + x1) / 2.0 - left) / sx * fx, ((y0 + y1) / 2.0 - top) / sy * fy,
                     sx / fx, sy / fy, pixels, (guint) (x1 - x0), (guint) (y1 - y0), stride);
  self->texture = gdk_memory_texture_new (x1 - x0, y1 - y0, GDK_MEMORY_DEFAULT, bytes, stride);
  self->texture_for[0] = width;
  self->texture_for[1] = height;
  self->texture_for[2] = factor;
  graphene_rect_init (&self->shown, (float) x0 / (float) factor, (float) y0 / (float) factor,
                      (float) (x1 - x0) / (float) factor, (float) (y1 - y0) / (float) factor);
}

/* From pixels of the frame to those of the widget. */
static UiCanvasMap
map_of (UiCanvas *self, int width, int height)
{
  const double scale = scale_of (self);
  UiCanvasMap map = { .turn = self->rendered->turn,
                      .rows = self->rendered->rows,
                      .columns = self->rendered->columns,
                      .width = width,
                      .height = height };

  map.scale_x = scale * self->rendered->aspect_x;
  map.scale_y = scale * self->rendered->aspect_y;
  map.left = width / 2.0 - self->center_x * map.scale_x;
  map.top = height / 2.0 - self->center_y * map.scale_y;
  map.mm = self->rendered->mm / scale;
  map.spacing = self->rendered->spacing;
  return map;
}

gboolean
ui_canvas_get_scale_box (UiCanvas *self, graphene_rect_t *ret_box)
{
  graphene_rect_t over[G_N_ELEMENTS (self->over)];
  UiCanvasMap map;
  guint n = 0;

  if (ui_canvas_scale (self) <= 0)
    return FALSE;
  map = map_of (self, gtk_widget_get_width (GTK_WIDGET (self)),
                gtk_widget_get_height (GTK_WIDGET (self)));
  for (guint i = 0; i < G_N_ELEMENTS (self->over); i++)
    if (self->over[i] != NULL && gtk_widget_get_mapped (self->over[i]) &&
        gtk_widget_compute_bounds (self->over[i], GTK_WIDGET (self), &over[n]))
      n++;
  return ui_canvas_scale_box (GTK_WIDGET (self), &map, over, n, ret_box);
}

void
ui_canvas_set_over (UiCanvas *self, GtkWidget *letter, GtkWidget *place)
{
  g_set_weak_pointer (&self->over[0], letter);
  g_set_weak_pointer (&self->over[1], place);
}

static void
ui_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  UiCanvas *self = UI_CANVAS (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int factor = gtk_widget_get_scale_factor (widget);

  if (self->rendered == NULL || width == 0 || height == 0)
    return;
  if (self->texture_for[0] != width || self->texture_for[1] != height ||
      self->texture_for[2] != factor)
    {
      g_clear_object (&self->texture);
      keep_in_view (self);
    }
  if (self->texture == NULL)
    make_texture (self, width, height, factor);
  if (self->texture != NULL)
    gtk_snapshot_append_texture (snapshot, self->texture, &self->shown);
  {
    const UiCanvasMap map = map_of (self, width, height);
    graphene_rect_t scale;

    if (self->marks != NULL && self->marks->len > 0)
      ui_canvas_draw_marks (widget, snapshot, self->marks, &map);
    if (self->n_lines > 0)
      ui_canvas_draw_lines (widget, snapshot, self->lines, self->n_lines, &map);
    if (ui_canvas_get_scale_box (self, &scale))
      ui_canvas_draw_scale (widget, snapshot, &map, &scale);
  }
}

static void
step (UiCanvas *self, int n)
{
  if (n != 0)
    g_signal_emit (self, signals[SIGNAL_STEP], 0, n);
}

void
ui_canvas_zoom_at (UiCanvas *self, double factor, double x, double y)
{
  /* One to one may be smaller than what fits. */
  double zoom = CLAMP (self->zoom * factor, MIN (self->zoom, 1), ZOOM_MAX);
  double before, after, dx, dy;

  if (self->rendered == NULL || zoom == self->zoom)
    return;
  before = scale_of (self);
  self->zoom = zoom;
  after = scale_of (self);
  dx = (x - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0) / self->rendered->aspect_x;
  dy = (y - gtk_widget_get_height (GTK_WIDGET (self)) / 2.0) / self->rendered->aspect_y;
  self->center_x += dx / before - dx / after;
  self->center_y += dy / before - dy / after;
  keep_in_view (self);
  redraw (self);
  g_signal_emit (self, signals[SIGNAL_ZOOMED], 0);
}

double
ui_canvas_scale (UiCanvas *self)
{
  if (self->rendered == NULL || gtk_widget_get_width (GTK_WIDGET (self)) == 0)
    return 0;
  return scale_of (self) * gtk_widget_get_scale_factor (GTK_WIDGET (self));
}

void
ui_canvas_zoom_one_to_one (UiCanvas *self)
{
  const double scale = ui_canvas_scale (self);

  if (scale <= 0)
    return;
  self->zoom = MIN (self->zoom / scale, ZOOM_MAX);
  keep_in_view (self);
  redraw (self);
  g_signal_emit (self, signals[SIGNAL_ZOOMED], 0);
}

void
ui_canvas_pan (UiCanvas *self, double dx, double dy)
{
  if (self->rendered == NULL)
    return;
  self->center_x += dx / (scale_of (self) * self->rendered->aspect_x);
  self->center_y += dy / (scale_of (self) * self->rendered->aspect_y);
  keep_in_view (self);
  redraw (self);
  g_signal_emit (self, signals[SIGNAL_ZOOMED], 0);
}

double
ui_canvas_zoom (UiCanvas *self)
{
  return self->zoom;
}

void
ui_canvas_reset (UiCanvas *self)
{
  self->zoom = 1;
  keep_in_view (self);
  redraw (self);
  g_signal_emit (self, signals[SIGNAL_ZOOMED], 0);
}

void
ui_canvas_get_view (UiCanvas *self, UiCanvasView *ret_view)
{
  const ScanPicture *picture = full_picture (self);

  *ret_view = (UiCanvasView){ self->zoom, 0.5, 0.5 };
  if (picture == NULL)
    return;
  ret_view->x = self->center_x / picture->columns;
  ret_view->y = self->center_y / picture->rows;
}

void
ui_canvas_set_view (UiCanvas *self, const UiCanvasView *view)
{
  const ScanPicture *picture = full_picture (self);

  if (picture == NULL)
    return;
  self->zoom = MIN (view->zoom, ZOOM_MAX);
  self->center_x = view->x * picture->columns;
  self->center_y = view->y * picture->rows;
  keep_in_view (self);
  redraw (self);
}

gboolean
ui_canvas_get_seen (UiCanvas *self, UiCanvasSeen *ret_seen)
{
  const ScanPicture *picture = full_picture (self);
  double scale, half_x, half_y;

  if (ui_canvas_scale (self) <= 0)
    return FALSE;
  keep_in_view (self);
  scale = scale_of (self);
  half_x = gtk_widget_get_width (GTK_WIDGET (self)) / (2 * scale * self->rendered->aspect_x);
  half_y = gtk_widget_get_height (GTK_WIDGET (self)) / (2 * scale * self->rendered->aspect_y);
  *ret_seen = (UiCanvasSeen){ .rendered = self->rendered,
                              .left = MAX (self->center_x - half_x, 0),
                              .top = MAX (self->center_y - half_y, 0),
                              .right = MIN (self->center_x + half_x, picture->columns),
                              .bottom = MIN (self->center_y + half_y, picture->rows),
                              .scale = ui_canvas_scale (self) };
  return TRUE;
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, UiCanvas *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  int steps;

  if (gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE)
    dy /= SURFACE_PIXELS_A_STEP;
  if (state & GDK_CONTROL_MASK)
    {
      ui_canvas_zoom_at (self, pow (UI_CANVAS_ZOOM_STEP, -dy), self->pointer_x, self->pointer_y);
      return GDK_EVENT_STOP;
    }
  /* A change of direction forgets what was left over. */
  self->wheel = self->wheel * dy < 0 ? dy : self->wheel + dy;
  steps = (int) self->wheel;
  self->wheel -= steps;
  step (self, steps);
  return GDK_EVENT_STOP;
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, UiCanvas *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
}

static void
on_brightness_begin (GtkGestureDrag *gesture, double x, double y, UiCanvas *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  g_signal_emit (self, signals[SIGNAL_BRIGHTNESS_BEGIN], 0);
}

static void
on_brightness_update (GtkGestureDrag *gesture, double dx, double dy, UiCanvas *self)
{
  g_signal_emit (self, signals[SIGNAL_BRIGHTNESS_DRAG], 0, dx, dy);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, UiCanvas *self)
{
  self->drag_x = self->center_x;
  self->drag_y = self->center_y;
  self->drag_steps = 0;
  self->drag_is_brightness = self->zoom <= 1 && ui_settings_drag_is_brightness ();
  if (self->drag_is_brightness)
    on_brightness_begin (gesture, x, y, self);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, UiCanvas *self)
{
  if (self->drag_is_brightness)
    on_brightness_update (gesture, dx, dy, self);
  else if (self->rendered != NULL && self->zoom > 1)
    {
      self->center_x = self->drag_x - dx / (scale_of (self) * self->rendered->aspect_x);
      self->center_y = self->drag_y - dy / (scale_of (self) * self->rendered->aspect_y);
      keep_in_view (self);
      redraw (self);
      g_signal_emit (self, signals[SIGNAL_ZOOMED], 0);
    }
  else
    {
      double pixels =
          MAX (gtk_widget_get_height (GTK_WIDGET (self)) / (double) MAX (self->count, 1), 4);
      int steps = (int) (dy / pixels);

      step (self, steps - self->drag_steps);
      self->drag_steps = steps;
    }
}

static void
on_pinch_begin (GtkGesture *gesture, GdkEventSequence *sequence, UiCanvas *self)
{
  self->zoom_began = self->zoom;
}

static void
on_pinch (GtkGestureZoom *gesture, double scale, UiCanvas *self)
{
  double x = self->pointer_x, y = self->pointer_y;

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  ui_canvas_zoom_at (self, self->zoom_began * scale / self->zoom, x, y);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
        UiCanvas *self)
{
  return ui_canvas_key (self, keyval, state);
}

static void
drop_lines (UiCanvas *self)
{
  for (guint i = 0; i < self->n_lines; i++)
    g_free (self->lines[i].text);
  g_clear_pointer (&self->lines, g_free);
  self->n_lines = 0;
}

static void
ui_canvas_dispose (GObject *object)
{
  UiCanvas *self = UI_CANVAS (object);

  g_clear_object (&self->texture);
  g_clear_pointer (&self->rendered, ui_rendered_unref);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  drop_lines (self);
  ui_canvas_set_over (self, NULL, NULL);
  G_OBJECT_CLASS (ui_canvas_parent_class)->dispose (object);
}

static void
ui_canvas_class_init (UiCanvasClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_canvas_dispose;
  widget_class->snapshot = ui_canvas_snapshot;
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[SIGNAL_STEP] = g_signal_new ("step", UI_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SIGNAL_BRIGHTNESS_BEGIN] = g_signal_new (
      "brightness-begin", UI_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_BRIGHTNESS_DRAG] =
      g_signal_new ("brightness-drag", UI_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SIGNAL_PRESET] = g_signal_new ("preset", UI_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SIGNAL_NEGATIVE] = g_signal_new ("negative", UI_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ZOOMED] = g_signal_new ("zoomed", UI_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
}

static void
add_drag (UiCanvas *self, guint button, GCallback begin, GCallback update)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), button);
  g_signal_connect (drag, "drag-begin", begin, self);
  g_signal_connect (drag, "drag-update", update, self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

static void
ui_canvas_init (UiCanvas *self)
{
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  self->zoom = 1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (key, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  g_signal_connect (pinch, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (on_pinch), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
  add_drag (self, GDK_BUTTON_PRIMARY, G_CALLBACK (on_drag_begin), G_CALLBACK (on_drag_update));
  add_drag (self, GDK_BUTTON_SECONDARY, G_CALLBACK (on_brightness_begin),
            G_CALLBACK (on_brightness_update));
}

GtkWidget *
ui_canvas_new (void)
{
  return g_object_new (UI_TYPE_CANVAS, NULL);
}

void
ui_canvas_set_rendered (UiCanvas *self, UiRendered *rendered)
{
  const ScanPicture *before = full_picture (self),
                    *now = rendered != NULL ? rendered->levels[0] : NULL;
  gboolean same_size =
      before != NULL && now != NULL && before->rows == now->rows && before->columns == now->columns;

  if (rendered != NULL)
    ui_rendered_ref (rendered);
  g_clear_pointer (&self->rendered, ui_rendered_unref);
  self->rendered = rendered;
  if (!same_size && now != NULL)
    {
      self->zoom = 1;
      self->center_x = now->columns / 2.0;
      self->center_y = now->rows / 2.0;
    }
  redraw (self);
}

void
ui_canvas_set_marks (UiCanvas *self, GPtrArray *marks)
{
  if (marks != NULL)
    g_ptr_array_ref (marks);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  self->marks = marks;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ui_canvas_set_lines (UiCanvas *self, const UiCanvasLine *lines, guint n)
{
  drop_lines (self);
  self->lines = g_new0 (UiCanvasLine, n);
  self->n_lines = n;
  for (guint i = 0; i < n; i++)
    {
      self->lines[i] = lines[i];
      self->lines[i].text = g_strdup (lines[i].text);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ui_canvas_to_frame (UiCanvas *self, double x, double y, double ret_point[2])
{
  const ScanPicture *picture = full_picture (self);
  UiCanvasMap map;

  ret_point[0] = ret_point[1] = 0;
  if (picture == NULL)
    return;
  map = map_of (self, gtk_widget_get_width (GTK_WIDGET (self)),
                gtk_widget_get_height (GTK_WIDGET (self)));
  ret_point[0] = CLAMP ((x - map.left) / map.scale_x, 0, picture->columns);
  ret_point[1] = CLAMP ((y - map.top) / map.scale_y, 0, picture->rows);
  scan_turn_point (scan_turn_inverse (map.turn), picture->columns, picture->rows, &ret_point[0],
                   &ret_point[1]);
}

void
ui_canvas_from_frame (UiCanvas *self, const double point[2], double *ret_x, double *ret_y)
{
  if (self->rendered != NULL)
    {
      const UiCanvasMap map = map_of (self, gtk_widget_get_width (GTK_WIDGET (self)),
                                      gtk_widget_get_height (GTK_WIDGET (self)));
      double x = point[0], y = point[1];

      scan_turn_point (map.turn, map.columns, map.rows, &x, &y);
      *ret_x = map.left + x * map.scale_x;
      *ret_y = map.top + y * map.scale_y;
    }
}

void
ui_canvas_set_description (UiCanvas *self, const char *description)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description,
                                  -1);
}

void
ui_canvas_set_count (UiCanvas *self, guint count)
{
  self->count = count;
}
