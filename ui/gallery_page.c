/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gallery_page.h"

#include <glib/gi18n.h>

#include "add_bar.h"
#include "notice_bar.h"
#include "study_card.h"

struct _UiGalleryPage
{
  AdwBin parent_instance;
  UiNoticeBar *notices;
  UiAddBar *add_bar;
  GtkStack *contents;
  GtkWidget *sample, *sections;
  GMenuModel *card_menu;
  UiSession *session;
  UiStudyCard *chosen; /* the selected card; owned by its box */
  GtkWidget *menu;     /* a weak pointer: the open context menu of a card */
};

G_DEFINE_FINAL_TYPE (UiGalleryPage, ui_gallery_page, ADW_TYPE_BIN)

enum
{
  SIGNAL_OPEN_ITEM,
  SIGNAL_SHARE_ITEM,
  SIGNAL_TRASH_ITEM,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
set_chosen (UiGalleryPage *self, UiStudyCard *card)
{
  self->chosen = card;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "gallery.open", card != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "gallery.trash", card != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "gallery.share",
                                 card != NULL &&
                                     ui_study_card_item (card)->kind == SCAN_ITEM_STUDY);
}

static void
on_selected (GtkFlowBox *box, UiGalleryPage *self)
{
  g_autoptr (GList) selected = gtk_flow_box_get_selected_children (box);

  if (selected == NULL)
    {
      if (self->chosen != NULL &&
          gtk_widget_get_parent (GTK_WIDGET (self->chosen)) == GTK_WIDGET (box))
        set_chosen (self, NULL);
      return;
    }
  set_chosen (self, UI_STUDY_CARD (selected->data));
  /* One selection over the boxes of all years. */
  for (GtkWidget *section = gtk_widget_get_first_child (self->sections); section != NULL;
       section = gtk_widget_get_next_sibling (section))
    {
      GtkWidget *other = gtk_widget_get_last_child (section);

      if (other != GTK_WIDGET (box))
        gtk_flow_box_unselect_all (GTK_FLOW_BOX (other));
    }
}

static void
on_activated (GtkFlowBox *box, GtkFlowBoxChild *child, UiGalleryPage *self)
{
  g_signal_emit (self, signals[SIGNAL_OPEN_ITEM], 0, ui_study_card_item (UI_STUDY_CARD (child)));
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);

  if (self->chosen != NULL)
    g_signal_emit (self, signals[SIGNAL_OPEN_ITEM], 0, ui_study_card_item (self->chosen));
}

static void
trash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);

  if (self->chosen != NULL)
    g_signal_emit (self, signals[SIGNAL_TRASH_ITEM], 0, ui_study_card_item (self->chosen));
}

static void
share_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (widget);

  if (self->chosen != NULL && ui_study_card_item (self->chosen)->kind == SCAN_ITEM_STUDY)
    g_signal_emit (self, signals[SIGNAL_SHARE_ITEM], 0, ui_study_card_item (self->chosen));
}

/* Arrow keys go on into the year above or below. */
static gboolean
on_keynav_failed (GtkWidget *box, GtkDirectionType direction, UiGalleryPage *self)
{
  GtkWidget *section = gtk_widget_get_parent (box);

  if (direction == GTK_DIR_DOWN)
    section = gtk_widget_get_next_sibling (section);
  else if (direction == GTK_DIR_UP)
    section = gtk_widget_get_prev_sibling (section);
  else
    return FALSE;
  return section != NULL && gtk_widget_child_focus (gtk_widget_get_last_child (section), direction);
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
on_right_click (GtkGestureClick *gesture, int n_press, double x, double y, UiGalleryPage *self)
{
  GtkWidget *card = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GtkWidget *menu;

  gtk_flow_box_select_child (GTK_FLOW_BOX (gtk_widget_get_parent (card)),
                             GTK_FLOW_BOX_CHILD (card));
  menu = gtk_popover_menu_new_from_model (self->card_menu);
  gtk_widget_set_parent (menu, card);
  g_set_weak_pointer (&self->menu, menu);
  gtk_popover_set_pointing_to (GTK_POPOVER (menu), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  g_signal_connect (menu, "closed", G_CALLBACK (on_menu_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (menu));
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
add_card (UiGalleryPage *self, GtkFlowBox *box, const ScanItem *item)
{
  GtkWidget *card = ui_study_card_new (self->session, item);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_right_click), self);
  gtk_widget_add_controller (card, GTK_EVENT_CONTROLLER (click));
  gtk_flow_box_append (box, card);
}

static GtkFlowBox *
add_section (UiGalleryPage *self, const char *heading)
{
  GtkWidget *section = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING,
                                   "label", heading, "xalign", 0.0, NULL);
  GtkWidget *box = gtk_flow_box_new ();

  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL, 2, -1);
  gtk_widget_add_css_class (label, "title-2");
  gtk_flow_box_set_activate_on_single_click (GTK_FLOW_BOX (box), FALSE);
  /* Columns as for a full row, whatever the year holds, so that the years line up. */
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (box), 2);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (box), 7);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (box), TRUE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (box), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (box), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, heading, -1);
  g_signal_connect (box, "child-activated", G_CALLBACK (on_activated), self);
  g_signal_connect (box, "selected-children-changed", G_CALLBACK (on_selected), self);
  g_signal_connect (box, "keynav-failed", G_CALLBACK (on_keynav_failed), self);
  gtk_box_append (GTK_BOX (section), label);
  gtk_box_append (GTK_BOX (section), box);
  gtk_box_append (GTK_BOX (self->sections), section);
  return GTK_FLOW_BOX (box);
}

static void
clear (UiGalleryPage *self)
{
  GtkWidget *section;

  set_chosen (self, NULL);
  /* A card does not let go of a menu by itself, and would be freed below it. */
  if (self->menu != NULL)
    gtk_widget_unparent (self->menu);
  while ((section = gtk_widget_get_first_child (self->sections)) != NULL)
    {
      g_signal_handlers_disconnect_by_data (gtk_widget_get_last_child (section), self);
      gtk_box_remove (GTK_BOX (self->sections), section);
    }
}

static void
add_documents (UiGalleryPage *self, GtkFlowBox *box, GPtrArray *documents)
{
  for (guint i = 0; i < documents->len; i++)
    {
      ScanItem item = { SCAN_ITEM_DOCUMENT, { .document = g_ptr_array_index (documents, i) } };

      add_card (self, box, &item);
    }
}

static void
rebuild (UiGalleryPage *self)
{
  ScanCatalog *catalog = ui_session_catalog (self->session);
  GPtrArray *studies = scan_catalog_studies (catalog);
  GPtrArray *documents = scan_catalog_documents (catalog);
  g_autofree char *year = NULL;
  GtkFlowBox *box = NULL;

  clear (self);
  for (guint i = 0; i < studies->len; i++)
    {
      ScanItem item = { SCAN_ITEM_STUDY, { .study = g_ptr_array_index (studies, i) } };
      g_autofree char *its_year = g_strndup (item.study->date, 4);

      if (g_strcmp0 (year, its_year) != 0)
        {
          box = add_section (self, *its_year != '\0' ? its_year : _ ("Without a date"));
          g_free (year);
          year = g_steal_pointer (&its_year);
        }
      add_card (self, box, &item);
      add_documents (self, box, item.study->documents);
    }
  if (documents->len > 0)
    add_documents (self, add_section (self, _ ("Documents")), documents);
  gtk_stack_set_visible_child_name (self->contents,
                                    studies->len + documents->len > 0 ? "scans" : "empty");
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, UiGalleryPage *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (GSList *at = g_value_get_boxed (value); at != NULL; at = at->next)
    if (g_file_peek_path (at->data) != NULL)
      g_strv_builder_add (builder, g_file_peek_path (at->data));
  paths = g_strv_builder_end (builder);
  if (self->session == NULL || paths[0] == NULL)
    return FALSE;
  ui_gallery_page_add (self, paths);
  return TRUE;
}

static void
ui_gallery_page_dispose (GObject *object)
{
  UiGalleryPage *self = UI_GALLERY_PAGE (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_weak_pointer (&self->menu);
  G_OBJECT_CLASS (ui_gallery_page_parent_class)->dispose (object);
}

static void
ui_gallery_page_class_init (UiGalleryPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_gallery_page_dispose;
  g_type_ensure (UI_TYPE_NOTICE_BAR);
  g_type_ensure (UI_TYPE_ADD_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/gallery_page.ui");
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, notices);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, add_bar);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, contents);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, sample);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, sections);
  gtk_widget_class_bind_template_child (widget_class, UiGalleryPage, card_menu);
  gtk_widget_class_install_action (widget_class, "gallery.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "gallery.share", NULL, share_action);
  gtk_widget_class_install_action (widget_class, "gallery.trash", NULL, trash_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "gallery.trash", NULL);
  signals[SIGNAL_OPEN_ITEM] = g_signal_new ("open-item", UI_TYPE_GALLERY_PAGE, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_SHARE_ITEM] = g_signal_new ("share-item", UI_TYPE_GALLERY_PAGE, G_SIGNAL_RUN_LAST,
                                             0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_TRASH_ITEM] = g_signal_new ("trash-item", UI_TYPE_GALLERY_PAGE, G_SIGNAL_RUN_LAST,
                                             0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
ui_gallery_page_init (UiGalleryPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  set_chosen (self, NULL);
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
