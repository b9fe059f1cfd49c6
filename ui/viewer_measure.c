/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_measure.h"

#include <glib/gi18n.h>
#include <math.h>

#include "measure.h"

#define KEY_STEP 8.0 /* widget pixels */
#define DRAG_MIN 4.0 /* less is a click */

typedef struct
{
  guint index; /* of its picture */
  UiCanvasLine line;
} Line;

struct _UiMeasure
{
  UiCanvas *canvas;
  void (*changed) (gpointer owner);
  gpointer owner;
  GtkEventController *drag, *key;
  GPtrArray *lines; /* Line */
  UiFrame *frame;   /* on the canvas, or NULL */
  guint index;
  gboolean on, dragging, has_cursor;
  double cursor[2], start[2]; /* pixels of the frame */
};

static void
line_free (gpointer line)
{
  g_free (((Line *) line)->line.text);
  g_free (line);
}

static Line *
last_line (UiMeasure *self)
{
  for (guint i = self->lines->len; i > 0; i--)
    {
      Line *line = g_ptr_array_index (self->lines, i - 1);

      if (line->index == self->index)
        return line;
    }
  return NULL;
}

static char *
length_words (const ScanFrame *frame, double length)
{
  if (!scan_measure_in_mm (frame))
    return g_strdup_printf (_ ("%.1f pixels"), length);
  if (frame->spacing == SCAN_SPACING_DETECTOR)
    return g_strdup_printf (_ ("%.1f mm at the detector"), length);
  if (frame->spacing == SCAN_SPACING_FILM)
    return g_strdup_printf (_ ("%.1f mm on the film"), length);
  return g_strdup_printf (_ ("%.1f mm"), length);
}

static void
label (UiMeasure *self, Line *line)
{
  const ScanFrame *frame = self->frame->frame;
  const double *points = line->line.points;
  const double angle = line->line.n > 2 ? scan_measure_angle (frame, points) : NAN;
  g_autofree char *length = NULL;

  g_clear_pointer (&line->line.text, g_free);
  if (line->line.n < 2)
    return;
  length = length_words (frame, scan_measure_length (frame, points, points + 2));
  line->line.text = isnan (angle) ? g_steal_pointer (&length)
                                  : g_strdup_printf (_ ("%s, angle %.1f°"), length, angle);
}

static void
show (UiMeasure *self)
{
  g_autoptr (GArray) shown = g_array_new (FALSE, FALSE, sizeof (UiCanvasLine));

  for (guint i = 0; self->frame != NULL && i < self->lines->len; i++)
    {
      const Line *line = g_ptr_array_index (self->lines, i);

      if (line->index == self->index)
        g_array_append_val (shown, line->line);
    }
  if (self->frame != NULL && self->on && self->has_cursor)
    {
      const UiCanvasLine cursor = { .n = 1, .points = { self->cursor[0], self->cursor[1] } };

      g_array_append_val (shown, cursor);
    }
  ui_canvas_set_lines (self->canvas, (const UiCanvasLine *) (gpointer) shown->data, shown->len);
}

static void
show_and_tell (UiMeasure *self)
{
  show (self);
  self->changed (self->owner);
}

static void
set_point (Line *line, guint n, const double point[2])
{
  line->line.points[2 * n] = point[0];
  line->line.points[2 * n + 1] = point[1];
  line->line.n = n + 1;
}

static Line *
begin (UiMeasure *self, const double point[2])
{
  Line *line = g_new0 (Line, 1);

  line->index = self->index;
  set_point (line, 0, point);
  g_ptr_array_add (self->lines, line);
  return line;
}

/* A start, its end, and one more for the angle at that end. */
static void
put_point (UiMeasure *self, const double point[2])
{
  Line *line = last_line (self);

  if (line == NULL || line->line.n >= 3)
    line = begin (self, point);
  else
    set_point (line, line->line.n, point);
  label (self, line);
  show_and_tell (self);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, UiMeasure *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  self->dragging = FALSE;
  self->has_cursor = FALSE;
  ui_canvas_to_frame (self->canvas, x, y, self->start);
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, UiMeasure *self)
{
  double x, y, to[2];
  Line *line;

  if (self->frame == NULL || (!self->dragging && hypot (dx, dy) < DRAG_MIN) ||
      !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  ui_canvas_to_frame (self->canvas, x + dx, y + dy, to);
  line = self->dragging ? last_line (self) : begin (self, self->start);
  self->dragging = line != NULL;
  if (line == NULL)
    return;
  set_point (line, 1, to);
  label (self, line);
  show (self);
}

static void
on_drag_end (GtkGestureDrag *gesture, double dx, double dy, UiMeasure *self)
{
  if (self->frame == NULL)
    return;
  if (self->dragging)
    show_and_tell (self);
  else
    put_point (self, self->start);
  self->dragging = FALSE;
}

static void
move_cursor (UiMeasure *self, double dx, double dy)
{
  double x = gtk_widget_get_width (GTK_WIDGET (self->canvas)) / 2.0,
         y = gtk_widget_get_height (GTK_WIDGET (self->canvas)) / 2.0;

  if (self->has_cursor)
    ui_canvas_from_frame (self->canvas, self->cursor, &x, &y);
  ui_canvas_to_frame (self->canvas, x + dx, y + dy, self->cursor);
  self->has_cursor = TRUE;
  show (self);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
        UiMeasure *self)
{
  const double step = state & GDK_SHIFT_MASK ? 1 : KEY_STEP;
  const int dx = (keyval == GDK_KEY_Right) - (keyval == GDK_KEY_Left);
  const int dy = (keyval == GDK_KEY_Down) - (keyval == GDK_KEY_Up);

  if (self->frame == NULL || state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  if (dx != 0 || dy != 0)
    move_cursor (self, dx * step, dy * step);
  else if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    {
      if (!self->has_cursor)
        move_cursor (self, 0, 0);
      put_point (self, self->cursor);
    }
  else
    return FALSE;
  return TRUE;
}

UiMeasure *
ui_measure_new (UiCanvas *canvas, void (*changed) (gpointer owner), gpointer owner)
{
  UiMeasure *self = g_new0 (UiMeasure, 1);

  self->canvas = canvas;
  self->changed = changed;
  self->owner = owner;
  self->lines = g_ptr_array_new_with_free_func (line_free);
  /* Before the canvas takes them for steps. */
  self->drag = GTK_EVENT_CONTROLLER (gtk_gesture_drag_new ());
  self->key = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->drag, GTK_PHASE_NONE);
  gtk_event_controller_set_propagation_phase (self->key, GTK_PHASE_NONE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (self->drag), GDK_BUTTON_PRIMARY);
  g_signal_connect (self->drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (self->drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (self->drag, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect (self->key, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (canvas), self->drag);
  gtk_widget_add_controller (GTK_WIDGET (canvas), self->key);
  return self;
}

void
ui_measure_free (UiMeasure *self)
{
  gtk_widget_remove_controller (GTK_WIDGET (self->canvas), self->drag);
  gtk_widget_remove_controller (GTK_WIDGET (self->canvas), self->key);
  g_clear_pointer (&self->frame, ui_frame_unref);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

void
ui_measure_forget (UiMeasure *self)
{
  g_ptr_array_set_size (self->lines, 0);
  self->has_cursor = self->dragging = FALSE;
  show (self);
}

void
ui_measure_set_on (UiMeasure *self, gboolean on)
{
  const GtkPropagationPhase phase = on ? GTK_PHASE_CAPTURE : GTK_PHASE_NONE;

  self->on = on;
  gtk_event_controller_set_propagation_phase (self->drag, phase);
  gtk_event_controller_set_propagation_phase (self->key, phase);
  if (on)
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  else
    ui_measure_forget (self);
}

void
ui_measure_show (UiMeasure *self, guint index, UiFrame *frame)
{
  if (frame != NULL)
    ui_frame_ref (frame);
  g_clear_pointer (&self->frame, ui_frame_unref);
  self->frame = frame;
  if (index != self->index)
    self->dragging = FALSE;
  self->index = index;
  show (self);
}

gboolean
ui_measure_undo (UiMeasure *self)
{
  Line *line = self->frame != NULL ? last_line (self) : NULL;

  if (line == NULL)
    return FALSE;
  self->dragging = FALSE;
  g_ptr_array_remove (self->lines, line);
  show_and_tell (self);
  return TRUE;
}

char *
ui_measure_words (UiMeasure *self)
{
  const Line *line = self->frame != NULL ? last_line (self) : NULL;

  return line != NULL && line->line.text != NULL
             ? g_strdup_printf (_ ("Length %s"), line->line.text)
             : NULL;
}

char *
ui_measure_hint (UiMeasure *self)
{
  const ScanFrame *frame = self->frame != NULL ? self->frame->frame : NULL;
  const char *how = _ ("Measure: drag a line; a click after it makes an angle. Or move with the "
                       "arrows and press Enter at each end. Esc removes.");
  const char *what = NULL;

  if (frame != NULL && !scan_measure_in_mm (frame))
    what = _ ("How large a pixel is was not recorded: lengths are in pixels.");
  else if (frame != NULL && frame->spacing == SCAN_SPACING_DETECTOR)
    what = _ ("Lengths are those at the detector; in the body they are smaller.");
  else if (frame != NULL && frame->spacing == SCAN_SPACING_FILM)
    what = _ ("Lengths are those on the film that was scanned.");
  return what != NULL ? g_strdup_printf ("%s\n%s", how, what) : g_strdup (how);
}
