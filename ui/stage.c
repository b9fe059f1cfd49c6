/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage.h"

#include "viewer_labels.h"

struct _UiStage
{
  AdwBin parent_instance;
  UiCanvas *canvas; /* NULL once disposed of */
  GtkLabel *letters[SCAN_N_EDGES];
  GtkLabel *words[UI_STAGE_N_WORDS];
};

G_DEFINE_FINAL_TYPE (UiStage, ui_stage, ADW_TYPE_BIN)

static void
ui_stage_dispose (GObject *object)
{
  UI_STAGE (object)->canvas = NULL;
  G_OBJECT_CLASS (ui_stage_parent_class)->dispose (object);
}

static void
ui_stage_class_init (UiStageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = ui_stage_dispose;
}

static GtkLabel *
add_label (GtkOverlay *overlay, GtkAlign x, GtkAlign y, const char *const *classes,
           GtkAccessibleRole role)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "halign", x, "valign", y, "can-target", FALSE,
                                   "visible", FALSE, "wrap", TRUE, "max-width-chars", 36,
                                   "css-classes", classes, "accessible-role", role, NULL);

  /* Pictures are not mirrored in any language, nor is what stands at their sides. */
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_overlay_add_overlay (overlay, label);
  return GTK_LABEL (label);
}

/* ---- corners and letters ---- */

#define OUT_OF_SIGHT (-10000)

static int
natural (GtkWidget *widget, GtkOrientation orientation, int for_size)
{
  int size;

  gtk_widget_measure (widget, orientation, for_size, NULL, &size, NULL, NULL);
  return size;
}

static int
letter_size (GtkWidget *letter, GtkOrientation orientation)
{
  return gtk_widget_get_visible (letter) ? natural (letter, orientation, -1) : 0;
}

static int
margin (GtkWidget *widget)
{
  GtkBorder border;

  gtk_style_context_get_margin (gtk_widget_get_style_context (widget), &border);
  return border.top;
}

static gboolean
on_child_position (GtkOverlay *overlay, GtkWidget *child, GdkRectangle *allocation,
                   const UiStageSides *sides)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (overlay)),
            height = gtk_widget_get_height (GTK_WIDGET (overlay));
  const gboolean upper = child == sides->corner || child == sides->title;
  GtkWidget *letter = upper ? sides->top : sides->bottom,
            *side = upper ? sides->left : sides->right;
  int least, away = 0, room;

  if (!upper && child != sides->place)
    return FALSE;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  allocation->width = MAX (MIN (natural (child, GTK_ORIENTATION_HORIZONTAL, -1), width), least);
  allocation->height = natural (child, GTK_ORIENTATION_VERTICAL, allocation->width);
  if (gtk_widget_get_visible (letter) &&
      2 * allocation->width + letter_size (letter, GTK_ORIENTATION_HORIZONTAL) > width)
    away = letter_size (letter, GTK_ORIENTATION_VERTICAL);
  allocation->x = upper ? 0 : width - allocation->width;
  /* To the letter at the side. Margins may lie over each other. A part of the words could say
   * something else than all of them. */
  room = (height - letter_size (side, GTK_ORIENTATION_VERTICAL)) / 2 - away + margin (child) +
         margin (side);
  if (GTK_IS_LABEL (child) && allocation->height > room)
    allocation->x = OUT_OF_SIGHT;
  allocation->y = upper ? away : height - away - allocation->height;
  return TRUE;
}

void
ui_stage_keep_letters (GtkOverlay *overlay, UiCanvas *canvas, const UiStageSides *sides)
{
  gtk_widget_set_overflow (GTK_WIDGET (overlay), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_data (overlay, "get-child-position", G_CALLBACK (on_child_position),
                         g_memdup2 (sides, sizeof *sides),
                         (GClosureNotify) (void (*) (void)) g_free, 0);
  ui_canvas_set_over (canvas, sides->bottom, sides->place);
}

static void
ui_stage_init (UiStage *self)
{
  static const char *const letter[] = { "edge-letter", NULL }, *const said[] = { "osd",
                                                                                 "stage-label",
                                                                                 "numeric", NULL };
  GtkOverlay *overlay = GTK_OVERLAY (gtk_overlay_new ());
  const GtkAccessibleRole plain = GTK_ACCESSIBLE_ROLE_LABEL;

  self->canvas = UI_CANVAS (ui_canvas_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (self->canvas), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->canvas), TRUE);
  gtk_widget_set_direction (GTK_WIDGET (overlay), GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (GTK_WIDGET (self->canvas), GTK_TEXT_DIR_LTR);
  gtk_overlay_set_child (overlay, GTK_WIDGET (self->canvas));
  self->letters[SCAN_EDGE_LEFT] =
      add_label (overlay, GTK_ALIGN_START, GTK_ALIGN_CENTER, letter, plain);
  self->letters[SCAN_EDGE_RIGHT] =
      add_label (overlay, GTK_ALIGN_END, GTK_ALIGN_CENTER, letter, plain);
  self->letters[SCAN_EDGE_TOP] =
      add_label (overlay, GTK_ALIGN_CENTER, GTK_ALIGN_START, letter, plain);
  self->letters[SCAN_EDGE_BOTTOM] =
      add_label (overlay, GTK_ALIGN_CENTER, GTK_ALIGN_END, letter, plain);
  self->words[UI_STAGE_TITLE] = add_label (overlay, GTK_ALIGN_START, GTK_ALIGN_START, said, plain);
  self->words[UI_STAGE_BADGE] =
      add_label (overlay, GTK_ALIGN_START, GTK_ALIGN_START, said, GTK_ACCESSIBLE_ROLE_STATUS);
  self->words[UI_STAGE_PLACE] = add_label (overlay, GTK_ALIGN_END, GTK_ALIGN_END, said, plain);
  self->words[UI_STAGE_STATUS] =
      add_label (overlay, GTK_ALIGN_CENTER, GTK_ALIGN_CENTER, said, GTK_ACCESSIBLE_ROLE_STATUS);
  ui_stage_keep_letters (overlay, self->canvas,
                         &(UiStageSides){ .top = GTK_WIDGET (self->letters[SCAN_EDGE_TOP]),
                                          .bottom = GTK_WIDGET (self->letters[SCAN_EDGE_BOTTOM]),
                                          .left = GTK_WIDGET (self->letters[SCAN_EDGE_LEFT]),
                                          .right = GTK_WIDGET (self->letters[SCAN_EDGE_RIGHT]),
                                          .corner = GTK_WIDGET (self->words[UI_STAGE_BADGE]),
                                          .title = GTK_WIDGET (self->words[UI_STAGE_TITLE]),
                                          .place = GTK_WIDGET (self->words[UI_STAGE_PLACE]) });
  gtk_widget_add_css_class (GTK_WIDGET (self), "stage");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (overlay));
}

UiStage *
ui_stage_new (void)
{
  return g_object_new (UI_TYPE_STAGE, NULL);
}

UiCanvas *
ui_stage_canvas (UiStage *self)
{
  return self->canvas;
}

void
ui_stage_show (UiStage *self, UiRendered *rendered, const ScanFrame *frame)
{
  if (self->canvas == NULL)
    return;
  ui_canvas_set_rendered (self->canvas, rendered);
  ui_viewer_show_letters (self->letters, frame,
                          rendered != NULL ? rendered->turn : (ScanTurn){ 0, FALSE });
}

void
ui_stage_say (UiStage *self, UiStageWords where, const char *words)
{
  if (self->canvas != NULL)
    ui_viewer_say (self->words[where], words);
}
