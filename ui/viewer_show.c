/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer_private.h"

#include <glib/gi18n.h>

#include "viewer_labels.h"

void
ui_viewer_show_position (UiViewerWindow *self)
{
  g_autofree char *words = NULL;
  g_autofree char *spoken = NULL;

  ui_viewer_position_words (self->set, self->index, ui_frame_store_count (self->store), &words,
                            &spoken);
  ui_viewer_say (self->position, words);
  /* A screen reader would have to speak faster than anybody. */
  if (self->play == NULL)
    {
      g_autofree char *measured =
          self->shown == (gint64) self->index ? ui_measure_words (self->measure) : NULL;
      g_autofree char *all =
          measured != NULL ? g_strdup_printf ("%s. %s", spoken, measured) : g_strdup (spoken);

      ui_canvas_set_description (self->canvas, all);
    }
}

void
ui_viewer_show_status (UiViewerWindow *self, const char *words)
{
  ui_viewer_say (self->status, words);
}

void
ui_viewer_show_measured (UiViewerWindow *self)
{
  g_autofree char *hint = self->measuring ? ui_measure_hint (self->measure) : NULL;

  ui_viewer_say (self->measured, hint);
  if (self->store != NULL && ui_frame_store_count (self->store) > 0)
    ui_viewer_show_position (self);
}

/* What is recorded of the brightness of a picture, and what notes about it want. */
ScanBrightness
ui_viewer_recorded (UiViewerWindow *self, const UiFrame *frame)
{
  ScanBrightness recorded = frame->recorded;
  guint n;
  const ScanInstance *instance = ui_frame_store_instance (self->store, self->index, &n);
  const ScanPresentation *state = ui_viewer_states_for (self->states, instance, n);

  if (state != NULL)
    scan_presentation_brighten (state, instance->uid, n, frame->frame, &recorded);
  return recorded;
}

UiLook
ui_viewer_look (UiViewerWindow *self, const UiFrame *frame)
{
  guint n;
  const ScanInstance *instance = ui_frame_store_instance (self->store, self->index, &n);
  const ScanBrightness recorded = ui_viewer_recorded (self, frame);
  UiLook look = { .state = ui_viewer_states_for (self->states, instance, n) };

  ui_brightness_apply (&self->brightness, &recorded, &look.brightness);
  look.brightness.hide_overlay = !self->show_marks;
  look.brightness.hide_shutter = !self->show_edges;
  look.turn = look.state != NULL ? scan_turn_then (scan_presentation_turn (look.state), self->turn)
                                 : self->turn;
  return look;
}

void
ui_viewer_show_details (UiViewerWindow *self)
{
  UiFrame *frame = self->store != NULL ? ui_frame_store_get (self->store, self->index) : NULL;
  g_autofree char *words = NULL;
  guint n;

  if (self->show_details && frame != NULL)
    {
      const UiLook look = ui_viewer_look (self, frame);

      words = ui_viewer_details (self->set, ui_frame_store_instance (self->store, self->index, &n),
                                 frame, &look, ui_canvas_scale (self->canvas));
    }
  ui_viewer_say (self->details, words);
}

void
ui_viewer_show_levels (UiViewerWindow *self, const UiFrame *frame, const UiLook *look)
{
  double brightness, contrast;

  if (!gtk_widget_get_visible (GTK_WIDGET (self->brightness_popover)))
    return;
  ui_brightness_levels (frame, &look->brightness, &brightness, &contrast);
  self->setting_levels = TRUE;
  gtk_adjustment_set_value (self->brightness_adjustment, brightness);
  gtk_adjustment_set_value (self->contrast_adjustment, contrast);
  self->setting_levels = FALSE;
}

/* What lies over the picture goes with it. */
static void
put_on_canvas (UiViewerWindow *self, UiRendered *rendered, UiFrame *frame, const UiLook *look)
{
  GtkLabel *const letters[SCAN_N_EDGES] = { self->letter_left, self->letter_right, self->letter_top,
                                            self->letter_bottom };
  g_autoptr (GPtrArray) marks = NULL;
  g_autofree char *badge = ui_viewer_badge_words (frame->frame, look);
  guint n;
  const ScanInstance *instance = ui_frame_store_instance (self->store, self->index, &n);

  if (look->state != NULL && self->show_marks)
    marks = scan_presentation_marks (look->state, instance->uid, n, frame->frame->rows,
                                     frame->frame->columns);
  ui_canvas_set_rendered (self->canvas, rendered);
  ui_canvas_set_marks (self->canvas, marks);
  self->shown = self->index;
  ui_measure_show (self->measure, self->index, frame);
  if (self->measuring)
    ui_viewer_show_measured (self);
  ui_viewer_show_letters (letters, frame->frame, look->turn);
  ui_viewer_say (self->badge, badge);
  ui_viewer_show_status (self, NULL);
  ui_viewer_show_details (self);
  ui_viewer_show_levels (self, frame, look);
}

void
ui_viewer_clear (UiViewerWindow *self)
{
  GtkLabel *const letters[SCAN_N_EDGES] = { self->letter_left, self->letter_right, self->letter_top,
                                            self->letter_bottom };

  ui_canvas_set_rendered (self->canvas, NULL);
  ui_canvas_set_marks (self->canvas, NULL);
  ui_measure_show (self->measure, self->index, NULL);
  ui_viewer_show_letters (letters, NULL, (ScanTurn){ 0, FALSE });
  ui_viewer_say (self->badge, NULL);
  ui_viewer_say (self->details, NULL);
  self->shown = -1;
}

void
ui_viewer_rendered (gpointer owner, UiRendered *rendered, UiFrame *frame, const UiLook *look,
                    guint index)
{
  UiViewerWindow *self = owner;

  if (index == self->index)
    put_on_canvas (self, rendered, frame, look);
}

void
ui_viewer_show_frame (UiViewerWindow *self)
{
  UiFrame *frame = ui_frame_store_get (self->store, self->index);
  const char *problem = ui_frame_store_problem (self->store, self->index);

  if (frame != NULL)
    {
      const UiLook look = ui_viewer_look (self, frame);

      ui_renderer_want (self->renderer, frame, &look, self->index);
      return;
    }
  if (problem != NULL)
    ui_viewer_clear (self);
  ui_viewer_show_status (self, problem != NULL ? problem : _ ("Loading…"));
}
