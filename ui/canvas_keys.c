/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "canvas.h"

#define PAN_STEP 60.0 /* widget pixels a key */

static void
step (UiCanvas *self, int n)
{
  g_signal_emit_by_name (self, "step", n);
}

static void
zoom_centre (UiCanvas *self, double factor)
{
  ui_canvas_zoom_at (self, factor, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
                     gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

/* With Control: what is seen is moved. */
static gboolean
pan_key (UiCanvas *self, guint keyval)
{
  const int dx = (keyval == GDK_KEY_Right) - (keyval == GDK_KEY_Left);
  const int dy = (keyval == GDK_KEY_Down) - (keyval == GDK_KEY_Up);

  if (keyval == GDK_KEY_1 || keyval == GDK_KEY_KP_1)
    ui_canvas_zoom_one_to_one (self);
  else if (dx != 0 || dy != 0)
    ui_canvas_pan (self, dx * PAN_STEP, dy * PAN_STEP);
  else
    return FALSE;
  return TRUE;
}

gboolean
ui_canvas_key (UiCanvas *self, guint keyval, GdkModifierType state)
{
  if (state & GDK_ALT_MASK)
    return FALSE;
  if (state & GDK_CONTROL_MASK)
    return pan_key (self, keyval);
  switch (keyval)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      step (self, 1);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      step (self, -1);
      return TRUE;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      step (self, 10);
      return TRUE;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      step (self, -10);
      return TRUE;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      step (self, G_MININT);
      return TRUE;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      step (self, G_MAXINT);
      return TRUE;
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      zoom_centre (self, UI_CANVAS_ZOOM_STEP);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      zoom_centre (self, 1 / UI_CANVAS_ZOOM_STEP);
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      ui_canvas_reset (self);
      return TRUE;
    case GDK_KEY_space:
      /* Here, since a window takes it to press what has the focus. */
      return gtk_widget_activate_action (GTK_WIDGET (self), "viewer.playing", NULL);
    case GDK_KEY_i:
      g_signal_emit_by_name (self, "negative");
      return TRUE;
    default:
      break;
    }
  if (keyval >= GDK_KEY_1 && keyval <= GDK_KEY_5)
    {
      g_signal_emit_by_name (self, "preset", (int) (keyval - GDK_KEY_0));
      return TRUE;
    }
  return FALSE;
}
