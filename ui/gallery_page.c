/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gallery_page.h"

#include <glib/gi18n.h>

#include "add_bar.h"
#include "annotate_dialog.h"
#include "annotate_task.h"
#include "card_grid.h"
#include "compare_window.h"
#include "details_pane.h"
#include "dropped.h"
#include "filter_bar.h"
#include "notice_bar.h"
#include "privacy_page.h"
#include "shared_page.h"
#include "wrap_box.h"

#define OPEN_MOST 5   /* windows at once */
#define SLICE_US 3000 /* of the main thread at a time, while nothing else wants it */

struct _UiGalleryPage
{
  AdwBin parent_instance;
  UiNoticeBar *notices;
  UiAddBar *add_bar;
  AdwViewSwitcherTitle *switcher; /* NULL once disposed of */
  AdwViewSwitcherBar *switcher_bar;
  AdwViewStack *views;
  AdwViewStackPage *shared_view;
  UiSharedPage *shared;
  UiPrivacyPage *privacy;
  GtkStack *contents, *found, *scan_buttons, *details_place;
  UiFilterBar *filter;
  UiCardGrid *grid;
  UiDetailsPane *details;
  GtkRevealer *bar;
  GtkLabel *chosen_words;
  GtkToggleButton *select, *details_button;
  GtkWidget *share, *sample, *scrolled;
  GMenuModel *card_menu;
  UiSession *session;
  UiGalleryModel *model;
  guint preparing; /* source */
  GtkWidget *menu; /* a weak pointer: the open context menu of a card */
};

G_DEFINE_FINAL_TYPE (UiGalleryPage, ui_gallery_page, ADW_TYPE_BIN)

enum
{
  SIGNAL_OPEN_ITEM,
  SIGNAL_SHARE_ITEMS,
  SIGNAL_TRASH_ITEMS,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static AdwToastOverlay *
toasts (UiGalleryPage *self)
{
  return ADW_TOAST_OVERLAY (gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY));
}

/* ScanItem of what is chosen; free with g_array_unref. */
static GArray *
chosen_items (UiGalleryPage *self)
{
  g_autoptr (GPtrArray) chosen = ui_card_grid_get_selected (self->grid);
  GArray *items = g_array_new (FALSE, FALSE, sizeof (ScanItem));

  for (guint i = 0; i < chosen->len; i++)
    g_array_append_val (items, ((const UiGalleryEntry *) g_ptr_array_index (chosen, i))->item);
  return items;
}

static const ScanItem *
items_of (GArray *items)
{
  return (const ScanItem *) (gpointer) items->data;
}

static void
show_details (UiGalleryPage *self)
{
  g_autoptr (GPtrArray) chosen = ui_card_grid_get_selected (self->grid);

  if (gtk_toggle_button_get_active (self->details_button))
    ui_details_pane_show (self->details, toasts (self), self->session,
                          chosen->len == 1 ? g_ptr_array_index (chosen, 0) : NULL, chosen->len);
}

/* Two scans with pictures. */
static gboolean
can_compare (const GPtrArray *chosen)
{
  for (guint i = 0; i < chosen->len; i++)
    {
      const ScanItem *item = &((const UiGalleryEntry *) g_ptr_array_index (chosen, i))->item;

      if (item->kind != SCAN_ITEM_STUDY || scan_study_key_series (item->study) == NULL)
        return FALSE;
    }
  return chosen->len == 2;
}

static gboolean
scans_are_shown (UiGalleryPage *self)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), "scans") == 0;
}

/* What is chosen and not seen is not acted on. */
static void
on_selection_changed (UiGalleryPage *self)
{
  g_autoptr (GPtrArray) chosen = ui_card_grid_get_selected (self->grid);
  const guint n = scans_are_shown (self) ? chosen->len : 0;
  g_autofree char *words = g_strdup_printf (g_dngettext (NULL, "%u chosen", "%u chosen", n), n);
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "gallery.open", n > 0 && n <= OPEN_MOST);
  gtk_widget_action_set_enabled (widget, "gallery.trash", n > 0);
  gtk_widget_action_set_enabled (widget, "gallery.favourite", n > 0);
  gtk_widget_action_set_enabled (widget, "gallery.tag", n > 0);
  gtk_widget_action_set_enabled (widget, "gallery.rename", n == 1);
  gtk_widget_action_set_enabled (widget, "gallery.share", n > 0);
  gtk_widget_action_set_enabled (widget, "gallery.compare", can_compare (chosen));
  gtk_label_set_label (self->chosen_words, words);
  gtk_revealer_set_reveal_child (self->bar, n > 1 || gtk_toggle_button_get_active (self->select));
  show_details (self);
}

static void
open_entry (UiGalleryPage *self, const ScanItem *item)
{
  ui_gallery_mark_opened (self->session, item);
  g_signal_emit (self, signals[SIGNAL_OPEN_ITEM], 0, item);
}

static void
on_activated (UiGalleryPage *self, const UiGalleryEntry *entry)
{
  open_entry (self, &entry->item);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);
  g_autoptr (GArray) items = chosen_items (self);

  for (guint i = 0; i < items->len; i++)
    open_entry (self, &g_array_index (items, ScanItem, i));
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);
  g_autoptr (GArray) items = chosen_items (self);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));

  if (items->len == 2)
    gtk_window_present (GTK_WINDOW (ui_compare_window_new (gtk_window_get_application (window),
                                                           self->session, items_of (items)[0].study,
                                                           NULL, items_of (items)[1].study)));
}

static void
trash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);
  g_autoptr (GArray) items = chosen_items (self);

  if (items->len > 0)
    g_signal_emit (self, signals[SIGNAL_TRASH_ITEMS], 0, items);
}

static void
share_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);
  g_autoptr (GArray) items = chosen_items (self);

  if (items->len > 0)
    g_signal_emit (self, signals[SIGNAL_SHARE_ITEMS], 0, items);
}

static void
favourite_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);
  g_autoptr (GArray) items = chosen_items (self);

  if (items->len > 0)
    ui_annotate_toggle_favourite (toasts (self), self->session, items_of (items), items->len);
}

static void
tag_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);
  g_autoptr (GArray) items = chosen_items (self);

  if (items->len > 0)
    ui_tag_show (GTK_WINDOW (gtk_widget_get_root (widget)), toasts (self), self->session,
                 items_of (items), items->len);
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);
  g_autoptr (GArray) items = chosen_items (self);

  if (items->len == 1)
    ui_rename_show (GTK_WINDOW (gtk_widget_get_root (widget)), toasts (self), self->session,
                    items_of (items));
}

static void
details_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);

  gtk_toggle_button_set_active (self->details_button,
                                !gtk_toggle_button_get_active (self->details_button));
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);

  adw_view_stack_set_visible_child_name (self->views, "scans");
  ui_filter_bar_search (self->filter);
}

static void
view_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_view_stack_set_visible_child_name (UI_GALLERY_PAGE (widget)->views,
                                         g_variant_get_string (parameter, NULL));
}

static int
natural_width (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

#define HEADER_SPACE 96 /* between the three parts of the header and at its ends */

/* Beside the words of all buttons: before one of them becomes a picture the pages move below. */
static gboolean
header_has_room (UiGalleryPage *self)
{
  GtkWidget *start = gtk_widget_get_parent (GTK_WIDGET (self->scan_buttons)),
            *end = gtk_widget_get_parent (GTK_WIDGET (self->details_place)),
            /* The first of those among which the title chooses. */
                *wide = gtk_widget_get_first_child (
                    gtk_widget_get_first_child (GTK_WIDGET (self->switcher)));
  const int width = gtk_widget_get_width (GTK_WIDGET (self));
  int least;

  gtk_widget_measure (wide, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return width == 0 || natural_width (start) + least + natural_width (end) + HEADER_SPACE <= width;
}

static gboolean
reveal_switcher (gpointer data)
{
  UiGalleryPage *self = data;
  gboolean room;

  if (self->switcher == NULL)
    return G_SOURCE_REMOVE;
  room = header_has_room (self);
  gtk_widget_set_visible (GTK_WIDGET (self->switcher), room);
  adw_view_switcher_bar_set_reveal (self->switcher_bar, !room);
  return G_SOURCE_REMOVE;
}

/* In the middle of the layout the bar below has been given its height already. */
static void
on_resized (UiGalleryPage *self)
{
  if (gtk_widget_get_realized (GTK_WIDGET (self)))
    g_idle_add_full (G_PRIORITY_DEFAULT, reveal_switcher, g_object_ref (self), g_object_unref);
}

/* The buttons of the header, and the keys, are about what is shown. */
static void
on_view_changed (UiGalleryPage *self)
{
  static const char *const actions[] = { "gallery.details", "gallery.select-all",
                                         "gallery.escape" };
  const gboolean scans = scans_are_shown (self);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], scans);
  gtk_stack_set_visible_child_name (self->scan_buttons, scans ? "scans" : "none");
  gtk_stack_set_visible_child_name (self->details_place, scans ? "scans" : "none");
  on_resized (self);
  on_selection_changed (self);
}

static void
on_due_changed (UiGalleryPage *self, guint due)
{
  adw_view_stack_page_set_badge_number (self->shared_view, due);
}

static void
on_something_due (UiGalleryPage *self)
{
  ui_notice_bar_remind (self->notices, _ ("A reminder is due. You find it under Privacy."));
}

static void
select_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_card_grid_select_all (UI_GALLERY_PAGE (widget)->grid);
}

/* Step by step back to nothing chosen, and everything shown. */
static void
escape_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);

  if (gtk_toggle_button_get_active (self->select))
    gtk_toggle_button_set_active (self->select, FALSE);
  else if (ui_card_grid_n_selected (self->grid) > 0)
    ui_card_grid_unselect_all (self->grid);
  else if (ui_filter_bar_narrows (self->filter))
    ui_filter_bar_reset (self->filter);
}

static void
show_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);

  ui_filter_bar_reset (self->filter);
  gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

static void
on_details_toggled (UiGalleryPage *self)
{
  const gboolean shown = gtk_toggle_button_get_active (self->details_button);

  if (!shown)
    ui_details_pane_save (self->details);
  gtk_widget_set_visible (GTK_WIDGET (self->details), shown);
  show_details (self);
}

static void
on_select_toggled (UiGalleryPage *self)
{
  const gboolean on = gtk_toggle_button_get_active (self->select);

  ui_card_grid_set_select_mode (self->grid, on);
  if (on)
    on_selection_changed (self);
  else
    ui_card_grid_unselect_all (self->grid);
}

static gboolean
unparent (gpointer popover)
{
  gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

/* The chosen item's action runs after "closed"; the menu must live that long. */
static void
on_menu_closed (GtkWidget *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent, g_object_ref (popover), g_object_unref);
}

static void
on_menu_wanted (UiGalleryPage *self, GtkWidget *card, int x, int y)
{
  GtkWidget *menu = gtk_popover_menu_new_from_model (self->card_menu);
  double at_x = x, at_y = y;

  /* The card may be another's before the menu closes: the scrolled window stays. */
  gtk_widget_translate_coordinates (card, self->scrolled, x, y, &at_x, &at_y);
  gtk_widget_set_parent (menu, self->scrolled);
  g_set_weak_pointer (&self->menu, menu);
  gtk_popover_set_pointing_to (GTK_POPOVER (menu), &(GdkRectangle){ (int) at_x, (int) at_y, 1, 1 });
  g_signal_connect (menu, "closed", G_CALLBACK (on_menu_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (menu));
}

static void
apply_filter (UiGalleryPage *self, gboolean keep_place)
{
  UiGalleryFilter filter;

  ui_card_grid_set_model (self->grid, self->session, NULL, FALSE);
  ui_filter_bar_get (self->filter, &filter);
  ui_gallery_model_filter (self->model, &filter);
  ui_card_grid_set_model (self->grid, self->session, self->model, keep_place);
  gtk_stack_set_visible_child_name (self->found, self->model->shown->len > 0 ? "cards" : "nothing");
  on_selection_changed (self);
}

static void
on_filter_changed (UiGalleryPage *self)
{
  if (self->session != NULL)
    apply_filter (self, FALSE);
}

static void
on_side_changed (UiGalleryPage *self, int side)
{
  ui_card_grid_set_side (self->grid, side);
}

static void
on_filter_left (UiGalleryPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

static gboolean
prepare (gpointer data)
{
  UiGalleryPage *self = data;

  if (ui_gallery_model_prepare (self->model, g_get_monotonic_time () + SLICE_US))
    return G_SOURCE_CONTINUE;
  self->preparing = 0;
  return G_SOURCE_REMOVE;
}

static void
rebuild (UiGalleryPage *self)
{
  ui_card_grid_set_model (self->grid, self->session, NULL, FALSE);
  ui_gallery_model_load (self->model, self->session);
  ui_filter_bar_update (self->filter, self->model);
  apply_filter (self, TRUE);
  gtk_stack_set_visible_child_name (self->contents, self->model->all->len > 0 ? "scans" : "empty");
  if (self->preparing == 0)
    self->preparing = g_idle_add_full (G_PRIORITY_LOW, prepare, self, NULL);
}

/* Nothing of the vault stays on the screen or in a widget. */
static void
clear (UiGalleryPage *self)
{
  if (self->menu != NULL)
    gtk_widget_unparent (self->menu);
  ui_details_pane_show (self->details, NULL, NULL, NULL, 0);
  ui_card_grid_set_model (self->grid, NULL, NULL, FALSE);
  ui_gallery_model_load (self->model, NULL);
  ui_filter_bar_reset (self->filter);
  ui_filter_bar_update (self->filter, self->model);
  adw_view_stack_set_visible_child_name (self->views, "scans");
  gtk_toggle_button_set_active (self->select, FALSE);
  on_selection_changed (self);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, UiGalleryPage *self)
{
  g_auto (GStrv) paths = ui_dropped_paths (value);

  if (self->session == NULL || paths[0] == NULL)
    return FALSE;
  ui_gallery_page_add (self, paths);
  return TRUE;
}

static void
ui_gallery_page_dispose (GObject *object)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (object);

  self->switcher = NULL;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_handle_id (&self->preparing, g_source_remove);
  g_clear_object (&self->session);
  g_clear_weak_pointer (&self->menu);
  G_OBJECT_CLASS (ui_gallery_page_parent_class)->dispose (object);
}

static void
ui_gallery_page_finalize (GObject *object)
{
  ui_gallery_model_free (UI_GALLERY_PAGE (object)->model);
  G_OBJECT_CLASS (ui_gallery_page_parent_class)->finalize (object);
}

/* Its surface tells when the window is resized, no widget does. */
static void
ui_gallery_page_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ui_gallery_page_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (gtk_widget_get_native (widget)), "layout",
                           G_CALLBACK (on_resized), widget, G_CONNECT_SWAPPED);
}

static void
install_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "gallery.open", NULL, open_action);
  gtk_widget_class_install_action (class, "gallery.share", NULL, share_action);
  gtk_widget_class_install_action (class, "gallery.compare", NULL, compare_action);
  gtk_widget_class_install_action (class, "gallery.trash", NULL, trash_action);
  gtk_widget_class_install_action (class, "gallery.favourite", NULL, favourite_action);
  gtk_widget_class_install_action (class, "gallery.tag", NULL, tag_action);
  gtk_widget_class_install_action (class, "gallery.rename", NULL, rename_action);
  gtk_widget_class_install_action (class, "gallery.details", NULL, details_action);
  gtk_widget_class_install_action (class, "gallery.search", NULL, search_action);
  gtk_widget_class_install_action (class, "gallery.select-all", NULL, select_all_action);
  gtk_widget_class_install_action (class, "gallery.escape", NULL, escape_action);
  gtk_widget_class_install_action (class, "gallery.show-all", NULL, show_all_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Delete, 0, "gallery.trash", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_F2, 0, "gallery.rename", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_F9, 0, "gallery.details", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_space, 0, "gallery.details", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_f, GDK_CONTROL_MASK, "gallery.search", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_t, GDK_CONTROL_MASK, "gallery.tag", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_d, GDK_CONTROL_MASK, "gallery.favourite",
                                       NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_a, GDK_CONTROL_MASK, "gallery.select-all",
                                       NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_Escape, 0, "gallery.escape", NULL);
  gtk_widget_class_install_action (class, "gallery.view", "s", view_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_1, GDK_ALT_MASK, "gallery.view", "s",
                                       "scans");
  gtk_widget_class_add_binding_action (class, GDK_KEY_2, GDK_ALT_MASK, "gallery.view", "s",
                                       "shared");
  gtk_widget_class_add_binding_action (class, GDK_KEY_3, GDK_ALT_MASK, "gallery.view", "s",
                                       "privacy");
}

static void
ui_gallery_page_class_init (UiGalleryPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_gallery_page_dispose;
  G_OBJECT_CLASS (class)->finalize = ui_gallery_page_finalize;
  widget_class->realize = ui_gallery_page_realize;
  g_type_ensure (UI_TYPE_NOTICE_BAR);
  g_type_ensure (UI_TYPE_ADD_BAR);
  g_type_ensure (UI_TYPE_FILTER_BAR);
  g_type_ensure (UI_TYPE_CARD_GRID);
  g_type_ensure (UI_TYPE_DETAILS_PANE);
  g_type_ensure (UI_TYPE_SHARED_PAGE);
  g_type_ensure (UI_TYPE_PRIVACY_PAGE);
  g_type_ensure (UI_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/gallery_page.ui");
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, notices);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, add_bar);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, switcher);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, views);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, shared_view);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, shared);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, privacy);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, share);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, scan_buttons);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, details_place);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, contents);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, found);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, filter);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, grid);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, details);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, bar);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, chosen_words);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, select);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, details_button);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, sample);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, scrolled);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, card_menu);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_side_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_left);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_menu_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_due_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_something_due);
  install_actions (widget_class);
  signals[SIGNAL_OPEN_ITEM] = g_signal_new ("open-item", UI_TYPE_GALLERY_PAGE, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_SHARE_ITEMS] =
      g_signal_new ("share-items", UI_TYPE_GALLERY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_TRASH_ITEMS] =
      g_signal_new ("trash-items", UI_TYPE_GALLERY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
ui_gallery_page_init (UiGalleryPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->model = ui_gallery_model_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_filter_bar_capture (self->filter, self->scrolled);
  g_signal_connect_swapped (self->select, "toggled", G_CALLBACK (on_select_toggled), self);
  g_signal_connect_swapped (self->details_button, "toggled", G_CALLBACK (on_details_toggled), self);
  g_signal_connect_object (self->views, "notify::visible-child", G_CALLBACK (on_view_changed), self,
                           G_CONNECT_SWAPPED);
  on_view_changed (self);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

void
ui_gallery_page_set_session (UiGalleryPage *self, UiSession *session, gboolean offer_sample)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  clear (self);
  g_set_object (&self->session, session);
  ui_notice_bar_set_session (self->notices, session);
  ui_shared_page_set_session (self->shared, session);
  ui_privacy_page_set_session (self->privacy, session);
  gtk_widget_set_visible (self->sample, offer_sample);
  if (session == NULL)
    return;
  g_signal_connect_swapped (session, "catalog-changed", G_CALLBACK (rebuild), self);
  rebuild (self);
}

void
ui_gallery_page_add (UiGalleryPage *self, char **paths)
{
  if (self->session != NULL)
    ui_add_bar_run (self->add_bar, self->session, paths);
}

gboolean
ui_gallery_page_is_adding (UiGalleryPage *self)
{
  return ui_add_bar_is_running (self->add_bar);
}

void
ui_gallery_page_tell (UiGalleryPage *self, const char *words)
{
  ui_notice_bar_tell (self->notices, words);
}

#define BENCH_STEP 60 /* pixels */

static GtkAdjustment *
bench_place (gpointer page)
{
  return gtk_scrolled_window_get_vadjustment (
      GTK_SCROLLED_WINDOW (UI_GALLERY_PAGE (page)->scrolled));
}

static guint
bench_count (gpointer page)
{
  GtkAdjustment *place = bench_place (page);

  return (guint) MAX (gtk_adjustment_get_upper (place) / BENCH_STEP, 1);
}

static void
bench_go (gpointer page, guint index)
{
  gtk_adjustment_set_value (bench_place (page), index * BENCH_STEP);
}

static gboolean
bench_is_ready (gpointer page)
{
  return gtk_adjustment_get_page_size (bench_place (page)) > 0;
}

const UiBenchTarget ui_gallery_bench = { bench_count, bench_go, bench_is_ready };
