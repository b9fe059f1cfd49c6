/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "filter_bar.h"

#include <glib/gi18n.h>

#define N_CHIPS (UI_N_KINDS + 2) /* all, the kinds, favourites */
#define ALL 0
#define FAVOURITES (N_CHIPS - 1)

struct _UiFilterBar
{
  AdwBin parent_instance;
  GtkEditable *search;
  GtkWidget *chip_box, *chips[N_CHIPS];
  GtkDropDown *person, *sort;
  GtkRange *size;
  GPtrArray *keys; /* person keys behind the first row; char * */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (UiFilterBar, ui_filter_bar, ADW_TYPE_BIN)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_SIDE_CHANGED,
  SIGNAL_LEAVE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
changed (UiFilterBar *self)
{
  if (!self->updating)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_chip (GtkToggleButton *chip, UiFilterBar *self)
{
  if (gtk_toggle_button_get_active (chip))
    changed (self);
}

static void
on_size (GtkRange *size, UiFilterBar *self)
{
  g_signal_emit (self, signals[SIGNAL_SIDE_CHANGED], 0, (int) gtk_range_get_value (size));
}

static void
leave (UiFilterBar *self)
{
  g_signal_emit (self, signals[SIGNAL_LEAVE], 0);
}

static gboolean
on_search_key (GtkEventControllerKey *controller, guint keyval, guint keycode,
               GdkModifierType state, UiFilterBar *self)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  leave (self);
  return GDK_EVENT_STOP;
}

/* Escape empties the box first, and then leaves it. */
static void
on_stop_search (UiFilterBar *self)
{
  if (*gtk_editable_get_text (self->search) != '\0')
    gtk_editable_set_text (self->search, "");
  else
    leave (self);
}

/* What was typed over the cards goes on in the box, behind what stands there. */
static void
on_search_started (UiFilterBar *self)
{
  GtkEditable *text = gtk_editable_get_delegate (self->search);

  if (GTK_IS_TEXT (text))
    gtk_text_grab_focus_without_selecting (GTK_TEXT (text));
}

static void
name (gpointer widget, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
make_chips (UiFilterBar *self)
{
  for (guint i = 0; i < N_CHIPS; i++)
    {
      const char *label = i == ALL          ? C_ ("kind of scan", "All")
                          : i == FAVOURITES ? _ ("Favourites")
                                            : ui_kind_name ((UiKind) (1u << (i - 1)));
      GtkWidget *chip = gtk_toggle_button_new_with_label (label);

      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (chip), GTK_TOGGLE_BUTTON (self->chips[0]));
      gtk_widget_add_css_class (chip, "chip");
      gtk_widget_add_css_class (chip, "touch");
      gtk_widget_set_visible (chip, i == ALL);
      g_signal_connect (chip, "toggled", G_CALLBACK (on_chip), self);
      gtk_box_append (GTK_BOX (self->chip_box), chip);
      self->chips[i] = chip;
    }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->chips[ALL]), TRUE);
}

static GtkDropDown *
drop_down (UiFilterBar *self, const char *const *rows, const char *label)
{
  GtkWidget *drop = gtk_drop_down_new_from_strings (rows);

  gtk_widget_add_css_class (drop, "touch");
  gtk_widget_set_valign (drop, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (drop, label);
  name (drop, label);
  /* The button in it gets the focus, and has no name of its own. */
  name (gtk_widget_get_first_child (drop), label);
  g_signal_connect_swapped (drop, "notify::selected", G_CALLBACK (changed), self);
  return GTK_DROP_DOWN (drop);
}

static void
ui_filter_bar_finalize (GObject *object)
{
  g_ptr_array_unref (UI_FILTER_BAR (object)->keys);
  G_OBJECT_CLASS (ui_filter_bar_parent_class)->finalize (object);
}

static void
ui_filter_bar_class_init (UiFilterBarClass *class)
{
  G_OBJECT_CLASS (class)->finalize = ui_filter_bar_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", UI_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SIDE_CHANGED] =
      g_signal_new ("side-changed", UI_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SIGNAL_LEAVE] = g_signal_new ("leave", UI_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_filter_bar_init (UiFilterBar *self)
{
  const char *const everyone[] = { _ ("Everyone’s scans"), NULL };
  const char *const orders[] = { _ ("By date"), _ ("Last added first"), _ ("By name"), NULL };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *search = gtk_search_entry_new (),
            *size = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 112, 256, 24),
            *scroll = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->search = GTK_EDITABLE (search);
  gtk_widget_set_hexpand (search, TRUE);
  gtk_widget_add_css_class (search, "touch");
  g_object_set (search, "placeholder-text", _ ("Search by name, place, date, note or tag"), NULL);
  name (search, _ ("Search your scans"));
  g_signal_connect_swapped (search, "changed", G_CALLBACK (changed), self);
  g_signal_connect_swapped (search, "activate", G_CALLBACK (leave), self);
  g_signal_connect_swapped (search, "stop-search", G_CALLBACK (on_stop_search), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_search_key), self);
  gtk_widget_add_controller (search, keys);
  self->person = drop_down (self, everyone, _ ("Whose scans"));
  gtk_widget_set_visible (GTK_WIDGET (self->person), FALSE);
  self->sort = drop_down (self, orders, _ ("Order"));
  self->size = GTK_RANGE (size);
  gtk_range_set_value (self->size, 176);
  gtk_widget_set_size_request (size, 110, 44);
  gtk_widget_set_tooltip_text (size, _ ("Size of the pictures"));
  name (size, _ ("Size of the pictures"));
  g_signal_connect (size, "value-changed", G_CALLBACK (on_size), self);
  gtk_box_append (GTK_BOX (top), search);
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (self->person));
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (self->sort));
  gtk_box_append (GTK_BOX (top), size);
  self->chip_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  name (self->chip_box, _ ("Kinds"));
  make_chips (self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->chip_box);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), scroll);
  gtk_widget_add_css_class (box, "filter-bar");
  adw_bin_set_child (ADW_BIN (self), box);
}

static void
show_chip (UiFilterBar *self, guint i, gboolean shown)
{
  GtkToggleButton *chip = GTK_TOGGLE_BUTTON (self->chips[i]);

  gtk_widget_set_visible (GTK_WIDGET (chip), shown);
  if (!shown && gtk_toggle_button_get_active (chip))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->chips[ALL]), TRUE);
}

static void
update_people (UiFilterBar *self, const UiGalleryModel *model)
{
  const guint selected = gtk_drop_down_get_selected (self->person);
  g_autofree char *key = selected >= 1 && selected <= self->keys->len
                             ? g_strdup (g_ptr_array_index (self->keys, selected - 1))
                             : NULL;
  g_autoptr (GtkStringList) rows = gtk_string_list_new (NULL);
  guint now = 0;

  gtk_string_list_append (rows, _ ("Everyone’s scans"));
  g_ptr_array_set_size (self->keys, 0);
  for (guint i = 0; i < model->people->len; i++)
    {
      const UiGalleryPerson *person = g_ptr_array_index (model->people, i);

      gtk_string_list_append (rows, person->name);
      g_ptr_array_add (self->keys, g_strdup (person->key));
      if (g_strcmp0 (key, person->key) == 0)
        now = i + 1;
    }
  gtk_drop_down_set_model (self->person, G_LIST_MODEL (rows));
  gtk_drop_down_set_selected (self->person, model->people->len > 1 ? now : 0);
  gtk_widget_set_visible (GTK_WIDGET (self->person), model->people->len > 1);
}

void
ui_filter_bar_update (UiFilterBar *self, const UiGalleryModel *model)
{
  guint kinds = 0;

  self->updating = TRUE;
  for (guint i = 0; i < UI_N_KINDS; i++)
    kinds += (model->kinds >> i) & 1;
  for (guint i = 0; i < UI_N_KINDS; i++)
    show_chip (self, i + 1, kinds > 1 && ((model->kinds >> i) & 1) != 0);
  show_chip (self, FAVOURITES, model->favourites);
  gtk_widget_set_visible (self->chips[ALL], kinds > 1 || model->favourites);
  update_people (self, model);
  self->updating = FALSE;
}

void
ui_filter_bar_get (UiFilterBar *self, UiGalleryFilter *ret_filter)
{
  const guint person = gtk_drop_down_get_selected (self->person);
  UiGalleryFilter filter = { .words = gtk_editable_get_text (self->search) };

  for (guint i = 0; i < UI_N_KINDS; i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->chips[i + 1])))
      filter.kind = 1u << i;
  filter.favourites = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->chips[FAVOURITES]));
  if (person >= 1 && person <= self->keys->len)
    filter.person = g_ptr_array_index (self->keys, person - 1);
  filter.sort = (UiSort) MIN (gtk_drop_down_get_selected (self->sort), (guint) UI_SORT_NAME);
  *ret_filter = filter;
}

gboolean
ui_filter_bar_narrows (UiFilterBar *self)
{
  UiGalleryFilter filter;

  ui_filter_bar_get (self, &filter);
  return *filter.words != '\0' || filter.kind != 0 || filter.favourites || filter.person != NULL;
}

void
ui_filter_bar_reset (UiFilterBar *self)
{
  self->updating = TRUE;
  gtk_editable_set_text (self->search, "");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->chips[ALL]), TRUE);
  gtk_drop_down_set_selected (self->person, 0);
  self->updating = FALSE;
  changed (self);
}

void
ui_filter_bar_search (UiFilterBar *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/* Letters alone: the search entry's own way of capturing would take Delete and Return too. */
static gboolean
on_typed (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
          UiFilterBar *self)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK)) != 0 ||
      !g_unichar_isgraph (gdk_keyval_to_unicode (keyval)))
    return GDK_EVENT_PROPAGATE;
  on_search_started (self);
  return gtk_event_controller_key_forward (controller,
                                           GTK_WIDGET (gtk_editable_get_delegate (self->search)));
}

void
ui_filter_bar_capture (UiFilterBar *self, GtkWidget *widget)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_typed), self);
  gtk_widget_add_controller (widget, keys);
}
