/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare_window.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ask.h"
#include "crossing.h"
#include "linked.h"
#include "viewer_labels.h"

struct _UiCompareWindow
{
  AdwWindow parent_instance;
  UiCompareSide *sides[2]; /* old and new; NULL once disposed of */
  GtkLabel *note;
  GtkMenuButton *brightness;
  ScanLink link;
  double offset;    /* mm: a place of the left, by the sign, and this make that of the right */
  gboolean cross;   /* a line in each side shows where the other lies */
  gboolean notes;   /* of the clinic are applied */
  gboolean linked;  /* the person's wish */
  gboolean syncing; /* one side follows the other */
};

G_DEFINE_FINAL_TYPE (UiCompareWindow, ui_compare_window, ADW_TYPE_WINDOW)

enum
{
  PROP_0,
  PROP_LINKED,
  PROP_NOTES,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

static const GPtrArray *
instances_of (UiCompareWindow *self, guint side)
{
  return ui_compare_side_set (self->sides[side])->instances;
}

static double
place_of (UiCompareWindow *self, guint side)
{
  const ScanInstance *instance =
      g_ptr_array_index (instances_of (self, side), ui_compare_side_index (self->sides[side]));

  return instance->position;
}

static gboolean
scrolls_together (UiCompareWindow *self)
{
  return self->linked &&
         (self->link.kind == SCAN_LINK_PLACES || self->link.kind == SCAN_LINK_BY_HAND);
}

static const char *
note_words (UiCompareWindow *self)
{
  if (self->link.kind == SCAN_LINK_DIRECTIONS && self->cross)
    return _ ("These sets were taken in different directions: a line in each shows where the other "
              "one lies.");
  if (self->link.kind == SCAN_LINK_DIRECTIONS)
    return _ ("These sets were taken in different directions: each side scrolls by itself.");
  if (self->link.kind == SCAN_LINK_NO_PLACES)
    return _ ("These pictures do not tell where in the body they are: each side scrolls by "
              "itself.");
  if (scrolls_together (self))
    return _ ("Both sides scroll to the same place in the body.");
  if (self->link.kind == SCAN_LINK_BY_HAND)
    return _ ("The two scans count places in different ways. Scroll both to the same place, then "
              "press Link.");
  return _ ("Each side scrolls by itself. Link takes what you see now as the same place.");
}

static void
show_note (UiCompareWindow *self)
{
  ui_viewer_say (self->note, note_words (self));
}

/* ---- where each picture lies in the other ---- */

static gboolean
show_crossing (UiCompareSide *shown, UiCompareSide *other)
{
  UiFrame *frame = ui_compare_side_frame (shown), *another = ui_compare_side_frame (other);
  UiCanvas *canvas = ui_compare_side_canvas (shown);
  UiCanvasLine line = { .n = 2, .thin = TRUE };
  const gboolean meet = frame != NULL && another != NULL &&
                        scan_frames_cross (frame->frame, another->frame, line.points);

  if (canvas != NULL)
    ui_canvas_set_lines (canvas, &line, meet ? 1 : 0);
  return meet;
}

static void
on_pictured (UiCompareSide *side, UiCompareWindow *self)
{
  gboolean cross;

  if (self->sides[0] == NULL || self->sides[1] == NULL)
    return;
  cross = show_crossing (self->sides[0], self->sides[1]);
  show_crossing (self->sides[1], self->sides[0]);
  if (cross != self->cross)
    {
      self->cross = cross;
      show_note (self);
    }
}

/* ---- one side follows the other ---- */

static void
follow_place (UiCompareWindow *self, guint from)
{
  const double place = place_of (self, from);
  const double there =
      from == 0 ? place * self->link.sign + self->offset : (place - self->offset) * self->link.sign;

  ui_compare_side_go (self->sides[1 - from],
                      scan_link_nearest (instances_of (self, 1 - from), there));
}

/* The same values where they mean the same, as of CT; else the same brightness and contrast, each
 * against its own range. */
static void
follow_brightness (UiCompareWindow *self, guint from)
{
  UiCompareSide *one = self->sides[from], *other = self->sides[1 - from];
  UiFrame *a = ui_compare_side_frame (one), *b = ui_compare_side_frame (other);
  UiBrightness brightness = ui_compare_side_brightness (one);
  double level, contrast;

  if (brightness.own &&
      !(ui_compare_side_is_ct (self->sides[0]) && ui_compare_side_is_ct (self->sides[1])))
    {
      if (a == NULL || b == NULL)
        return;
      ui_brightness_levels (a, &brightness.chosen, &level, &contrast);
      ui_brightness_set_levels (&brightness, b, level, contrast);
    }
  ui_compare_side_set_brightness (other, &brightness);
}

static void
follow_view (UiCompareWindow *self, guint from)
{
  UiCanvasView view;

  ui_canvas_get_view (ui_compare_side_canvas (self->sides[from]), &view);
  ui_canvas_set_view (ui_compare_side_canvas (self->sides[1 - from]), &view);
}

static gboolean
may_follow (UiCompareWindow *self)
{
  return self->linked && !self->syncing && self->sides[0] != NULL &&
         ui_compare_side_set (self->sides[0]) != NULL &&
         ui_compare_side_set (self->sides[1]) != NULL;
}

static void
follow (UiCompareWindow *self, UiCompareSide *side, void (*how) (UiCompareWindow *, guint))
{
  if (!may_follow (self))
    return;
  self->syncing = TRUE;
  how (self, side == self->sides[0] ? 0 : 1);
  self->syncing = FALSE;
}

static void
on_moved (UiCompareSide *side, UiCompareWindow *self)
{
  if (scrolls_together (self))
    follow (self, side, follow_place);
}

static void
on_brightened (UiCompareSide *side, UiCompareWindow *self)
{
  follow (self, side, follow_brightness);
}

static void
on_seen (UiCompareSide *side, UiCompareWindow *self)
{
  follow (self, side, follow_view);
}

/* ---- linking ---- */

/* Words that are for Hounsfield units only where both sides have them. */
static void
fill_brightness (UiCompareWindow *self)
{
  static const char *const words[] = { N_ ("As recorded"), N_ ("Soft tissue"), N_ ("Lungs"),
                                       N_ ("Bones"), N_ ("Brain") };
  const gboolean ct =
      ui_compare_side_is_ct (self->sides[0]) || ui_compare_side_is_ct (self->sides[1]);
  g_autoptr (GMenu) menu = g_menu_new ();

  for (int i = 0; i < (ct ? (int) G_N_ELEMENTS (words) : 1); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ (words[i]), NULL);

      g_menu_item_set_action_and_target (item, "compare.preset", "i", i + 1);
      g_menu_append_item (menu, item);
    }
  g_menu_append (menu, _ ("Negative"), "compare.negative");
  gtk_menu_button_set_menu_model (self->brightness, G_MENU_MODEL (menu));
}

/* What can be linked, is. */
static void
on_set_changed (UiCompareWindow *self)
{
  UiViewerSet *left, *right;

  if (self->sides[0] == NULL)
    return;
  left = ui_compare_side_set (self->sides[0]);
  right = ui_compare_side_set (self->sides[1]);
  self->link = (ScanLink){ SCAN_LINK_NO_PLACES, 1, 0 };
  if (left != NULL && right != NULL)
    self->link = scan_link_of (left->instances, right->instances);
  self->offset = 0;
  self->linked = self->link.kind != SCAN_LINK_BY_HAND;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINKED]);
  fill_brightness (self);
  show_note (self);
  if (self->link.kind != SCAN_LINK_PLACES)
    return;
  ui_compare_side_go (self->sides[0], scan_link_nearest (left->instances, self->link.middle));
  follow (self, self->sides[0], follow_place);
}

static void
set_linked (UiCompareWindow *self, gboolean linked)
{
  self->linked = linked;
  /* What is seen now is the same place. */
  if (scrolls_together (self))
    self->offset = place_of (self, 1) - place_of (self, 0) * self->link.sign;
  show_note (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINKED]);
}

static void
set_notes (UiCompareWindow *self, gboolean notes)
{
  self->notes = notes;
  for (guint i = 0; i < 2; i++)
    ui_compare_side_set_notes (self->sides[i], notes);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTES]);
}

static void
ui_compare_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UiCompareWindow *self = UI_COMPARE_WINDOW (object);

  g_value_set_boolean (value, id == PROP_NOTES ? self->notes : self->linked);
}

static void
ui_compare_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  UiCompareWindow *self = UI_COMPARE_WINDOW (object);

  const gboolean on = g_value_get_boolean (value);

  if (self->sides[0] == NULL)
    return;
  if (id == PROP_NOTES)
    set_notes (self, on);
  else if (on != self->linked)
    set_linked (self, on);
}

/* ---- what a person does ---- */

/* The side that has the focus, the left one if none. */
static guint
focused_side (UiCompareWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->sides[1])) ? 1 : 0;
}

static void
other_side_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiCompareWindow *self = UI_COMPARE_WINDOW (widget);

  gtk_widget_grab_focus (
      GTK_WIDGET (ui_compare_side_canvas (self->sides[1 - focused_side (self)])));
}

static void
preset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiCompareWindow *self = UI_COMPARE_WINDOW (widget);

  ui_compare_side_preset (self->sides[focused_side (self)], g_variant_get_int32 (parameter));
}

static void
negative_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiCompareWindow *self = UI_COMPARE_WINDOW (widget);

  ui_compare_side_negative (self->sides[focused_side (self)]);
}

/* Both by as much: what one was turned by before, so that it lies as the other, is kept. */
static void
turn (UiCompareWindow *self, ScanTurn by)
{
  const guint side = focused_side (self);

  ui_compare_side_turn (self->sides[side], by);
  if (self->linked)
    ui_compare_side_turn (self->sides[1 - side], by);
}

static void
turn_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  turn (UI_COMPARE_WINDOW (widget),
        (ScanTurn){ g_variant_get_int32 (parameter) > 0 ? 1 : 3, FALSE });
}

static void
mirror_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  turn (UI_COMPARE_WINDOW (widget), (ScanTurn){ 0, TRUE });
}

static void
reset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiCompareWindow *self = UI_COMPARE_WINDOW (widget);

  for (guint i = 0; i < 2; i++)
    ui_compare_side_reset (self->sides[i]);
}

/* ---- the window ---- */

static void
ui_compare_window_dispose (GObject *object)
{
  UiCompareWindow *self = UI_COMPARE_WINDOW (object);

  for (guint i = 0; i < 2; i++)
    if (self->sides[i] != NULL)
      {
        g_signal_handlers_disconnect_by_data (self->sides[i], self);
        ui_compare_side_stop (self->sides[i]);
        self->sides[i] = NULL;
      }
  G_OBJECT_CLASS (ui_compare_window_parent_class)->dispose (object);
}

static void
ui_compare_window_class_init (UiCompareWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_compare_window_dispose;
  G_OBJECT_CLASS (class)->get_property = ui_compare_window_get_property;
  G_OBJECT_CLASS (class)->set_property = ui_compare_window_set_property;
  for (guint i = 1; i < N_PROPS; i++)
    properties[i] =
        g_param_spec_boolean (i == PROP_NOTES ? "notes" : "linked", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPS, properties);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_widget_class_install_property_action (widget_class, "compare.linked", "linked");
  gtk_widget_class_install_property_action (widget_class, "compare.notes", "notes");
  gtk_widget_class_install_action (widget_class, "compare.turn", "i", turn_action);
  gtk_widget_class_install_action (widget_class, "compare.mirror", NULL, mirror_action);
  gtk_widget_class_install_action (widget_class, "compare.other-side", NULL, other_side_action);
  gtk_widget_class_install_action (widget_class, "compare.preset", "i", preset_action);
  gtk_widget_class_install_action (widget_class, "compare.negative", NULL, negative_action);
  gtk_widget_class_install_action (widget_class, "compare.reset", NULL, reset_action);
  ui_install_lock_action (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, 0, "compare.other-side", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_k, 0, "compare.linked", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, 0, "compare.turn", "i", 1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, 0, "compare.turn", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_m, 0, "compare.mirror", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, 0, "compare.notes", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static GtkWidget *
more_new (void)
{
  GtkWidget *more = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) turns = g_menu_new ();
  g_autoptr (GMenu) notes = g_menu_new ();

  g_menu_append (turns, _ ("Turn _Right"), "compare.turn(1)");
  g_menu_append (turns, _ ("Turn _Left"), "compare.turn(-1)");
  g_menu_append (turns, _ ("_Mirror"), "compare.mirror");
  g_menu_append (notes, _ ("_Notes of the Clinic"), "compare.notes");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (turns));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (notes));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (more), "open-menu-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (more), G_MENU_MODEL (menu));
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (more), TRUE);
  gtk_widget_set_tooltip_text (more, _ ("More (F10)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (more), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("More"),
                                  -1);
  return more;
}

static GtkWidget *
header_new (UiCompareWindow *self)
{
  GtkWidget *header = adw_header_bar_new (), *link = gtk_toggle_button_new_with_label (_ ("Link")),
            *reset = gtk_button_new_with_label (_ ("Reset view"));

  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header),
                                   adw_window_title_new (_ ("Compare"), ""));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (link), "compare.linked");
  gtk_widget_set_tooltip_text (link, _ ("Place, brightness, size and turns go together (K)"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (reset), "compare.reset");
  gtk_widget_set_tooltip_text (reset, _ ("Whole picture, not turned, brightness as recorded"));
  self->brightness = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_label (self->brightness, _ ("Brightness"));
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), link);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), GTK_WIDGET (self->brightness));
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), reset);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), more_new ());
  return header;
}

static void
ui_compare_window_init (UiCompareWindow *self)
{
  gtk_window_set_title (GTK_WINDOW (self), _ ("Scan Vault Compare"));
  gtk_window_set_default_size (GTK_WINDOW (self), 1200, 780);
}

static UiViewerSet *
set_with (UiCompareSide *side, const ScanInstance *instance)
{
  GPtrArray *sets = ui_compare_side_sets (side);

  for (guint i = 0; i < sets->len; i++)
    {
      UiViewerSet *set = g_ptr_array_index (sets, i);

      if (g_ptr_array_find (set->instances, instance, NULL))
        return set;
    }
  return NULL;
}

/* The set that is most like the other side's: of its kind and with places in common, else of its
 * kind, else the one that stands for the scan. */
static UiViewerSet *
set_like (UiCompareSide *side, const ScanStudy *study, const UiViewerSet *like, gboolean same_study)
{
  GPtrArray *sets = ui_compare_side_sets (side);
  UiViewerSet *best = ui_viewer_sets_first (sets, study);
  guint most = 0;

  for (guint i = 0; i < sets->len && like != NULL; i++)
    {
      UiViewerSet *set = g_ptr_array_index (sets, i);
      const ScanLink link = scan_link_of (like->instances, set->instances);
      const guint alike = (g_str_equal (set->series->modality, like->series->modality) ? 2 : 0) +
                          (link.kind == SCAN_LINK_PLACES ? 1 : 0) +
                          (g_str_equal (set->title, like->title) ? 1 : 0);

      /* Within a scan, another set than the one that is seen already. */
      if (same_study &&
          g_ptr_array_index (set->instances, 0) == g_ptr_array_index (like->instances, 0))
        continue;
      if (alike > most || (same_study && most == 0))
        {
          most = MAX (alike, 1);
          best = set;
        }
    }
  return best;
}

UiCompareWindow *
ui_compare_window_new (GtkApplication *application, UiSession *session, ScanStudy *one,
                       const ScanInstance *set, ScanStudy *other)
{
  UiCompareWindow *self = g_object_new (UI_TYPE_COMPARE_WINDOW, "application", application, NULL);
  /* What has no date is old. */
  const guint first = g_strcmp0 (one->date, other->date) > 0 ? 1 : 0;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0),
            *both = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  UiViewerSet *open;

  self->sides[first] = ui_compare_side_new (session, one);
  self->sides[1 - first] = ui_compare_side_new (session, other);
  self->note = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "xalign", 0.0, "accessible-role",
                             GTK_ACCESSIBLE_ROLE_STATUS, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "compare-note");
  gtk_box_set_homogeneous (GTK_BOX (both), TRUE);
  gtk_widget_set_vexpand (both, TRUE);
  gtk_widget_set_direction (both, GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (box), header_new (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->note));
  gtk_box_append (GTK_BOX (box), both);
  for (guint i = 0; i < 2; i++)
    {
      gtk_box_append (GTK_BOX (both), GTK_WIDGET (self->sides[i]));
      g_signal_connect (self->sides[i], "moved", G_CALLBACK (on_moved), self);
      g_signal_connect (self->sides[i], "brightened", G_CALLBACK (on_brightened), self);
      g_signal_connect (self->sides[i], "seen", G_CALLBACK (on_seen), self);
      g_signal_connect_swapped (self->sides[i], "set-changed", G_CALLBACK (on_set_changed), self);
      g_signal_connect (self->sides[i], "pictured", G_CALLBACK (on_pictured), self);
    }
  adw_window_set_content (ADW_WINDOW (self), box);
  open = set != NULL ? set_with (self->sides[first], set)
                     : ui_viewer_sets_first (ui_compare_side_sets (self->sides[first]), one);
  if (open != NULL)
    ui_compare_side_open (self->sides[first], open);
  open = set_like (self->sides[1 - first], other, open, one == other);
  if (open != NULL)
    ui_compare_side_open (self->sides[1 - first], open);
  on_set_changed (self);
  ui_close_with_session (GTK_WINDOW (self), session);
  gtk_widget_grab_focus (GTK_WIDGET (ui_compare_side_canvas (self->sides[0])));
  return self;
}
