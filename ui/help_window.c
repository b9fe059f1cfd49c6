/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "help_window.h"

#include <glib/gi18n.h>

#include "mallard.h"

#define INDEX "index"

static const char *const topics[] = { "first-steps", "adding",  "looking", "sharing",
                                      "sheet",       "damaged", "privacy" };

#define UI_TYPE_HELP_WINDOW (ui_help_window_get_type ())
G_DECLARE_FINAL_TYPE (UiHelpWindow, ui_help_window, UI, HELP_WINDOW, AdwWindow)

struct _UiHelpWindow
{
  AdwWindow parent_instance;
  GtkWidget *back;
  GtkScrolledWindow *scrolled;
  GPtrArray *way; /* ids of the pages that lead here, this one last */
};

G_DEFINE_FINAL_TYPE (UiHelpWindow, ui_help_window, ADW_TYPE_WINDOW)

static void show_page (UiHelpWindow *self);

static void
go (UiHelpWindow *self, const char *id)
{
  g_ptr_array_add (self->way, g_strdup (id));
  show_page (self);
}

static void
on_back (UiHelpWindow *self)
{
  if (self->way->len > 1)
    g_ptr_array_set_size (self->way, (gint) self->way->len - 1);
  show_page (self);
}

static gboolean
on_link (GtkLabel *label, const char *id, UiHelpWindow *self)
{
  g_autofree char *kept = g_strdup (id); /* the label goes with its page */

  go (self, kept);
  return TRUE;
}

static void
on_topic (GtkListBox *list, GtkListBoxRow *row, UiHelpWindow *self)
{
  go (self, topics[gtk_list_box_row_get_index (row)]);
}

static GtkWidget *
block_label (UiHelpWindow *self, const UiHelpBlock *block)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role",
                                   block->kind == UI_HELP_TITLE || block->kind == UI_HELP_HEADING
                                       ? GTK_ACCESSIBLE_ROLE_HEADING
                                       : GTK_ACCESSIBLE_ROLE_LABEL,
                                   "label", block->markup, "use-markup", TRUE, "wrap", TRUE,
                                   "xalign", 0.0, "hexpand", TRUE, NULL);

  if (block->kind == UI_HELP_TITLE)
    gtk_widget_add_css_class (label, "title-1");
  else if (block->kind == UI_HELP_HEADING)
    gtk_widget_add_css_class (label, "title-3");
  if (block->kind == UI_HELP_TITLE || block->kind == UI_HELP_HEADING)
    gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL,
                                    block->kind == UI_HELP_TITLE ? 1 : 2, -1);
  g_signal_connect (label, "activate-link", G_CALLBACK (on_link), self);
  return label;
}

static GtkWidget *
block_widget (UiHelpWindow *self, const UiHelpBlock *block)
{
  GtkWidget *label = block_label (self, block), *box, *mark;
  g_autofree char *number = g_strdup_printf ("%u.", block->number);

  if (block->kind != UI_HELP_ITEM && block->kind != UI_HELP_STEP)
    return label;
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  mark = gtk_label_new (block->kind == UI_HELP_STEP ? number : "•");
  gtk_widget_set_valign (mark, GTK_ALIGN_START);
  gtk_widget_set_margin_start (mark, 12);
  gtk_box_append (GTK_BOX (box), mark);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

/* The first topic, or the first link of a page. */
static void
focus_first (UiHelpWindow *self, GtkWidget *list)
{
  if (list != NULL)
    gtk_window_set_focus (GTK_WINDOW (self), gtk_widget_get_first_child (list));
  else
    gtk_widget_child_focus (GTK_WIDGET (self->scrolled), GTK_DIR_TAB_FORWARD);
}

static GtkWidget *
topic_list (UiHelpWindow *self)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      g_autoptr (UiHelpPage) page = ui_help_page_load (topics[i]);
      GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "activatable", TRUE, NULL);

      if (page != NULL)
        g_object_set (row, "title", page->title, "subtitle", page->description, NULL);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                               "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                               NULL));
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  g_signal_connect (list, "row-activated", G_CALLBACK (on_topic), self);
  return list;
}

static void
show_page (UiHelpWindow *self)
{
  const char *id = g_ptr_array_index (self->way, self->way->len - 1);
  g_autoptr (UiHelpPage) page = ui_help_page_load (id);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *clamp = adw_clamp_new ();
  GtkWidget *list = g_str_equal (id, INDEX) ? topic_list (self) : NULL;

  gtk_widget_add_css_class (box, "page-content");
  for (guint i = 0; page != NULL && i < page->blocks->len; i++)
    gtk_box_append (GTK_BOX (box), block_widget (self, g_ptr_array_index (page->blocks, i)));
  if (list != NULL)
    gtk_box_append (GTK_BOX (box), list);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  /* Where it is read from is not where the focus was on the page before. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  gtk_scrolled_window_set_child (self->scrolled, clamp);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
  gtk_widget_set_visible (self->back, self->way->len > 1);
  focus_first (self, list);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  on_back (UI_HELP_WINDOW (widget));
}

static void
ui_help_window_finalize (GObject *object)
{
  g_ptr_array_unref (UI_HELP_WINDOW (object)->way);
  G_OBJECT_CLASS (ui_help_window_parent_class)->finalize (object);
}

static void
ui_help_window_class_init (UiHelpWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = ui_help_window_finalize;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_widget_class_install_action (widget_class, "help.back", NULL, back_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "help.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
ui_help_window_init (UiHelpWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = adw_header_bar_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->way = g_ptr_array_new_with_free_func (g_free);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Help"));
  gtk_window_set_default_size (GTK_WINDOW (self), 560, 640);
  self->back = gtk_button_new_with_label (_ ("Back"));
  g_signal_connect_object (self->back, "clicked", G_CALLBACK (on_back), self, G_CONNECT_SWAPPED);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->back);
  self->scrolled = GTK_SCROLLED_WINDOW (scrolled);
  gtk_scrolled_window_set_policy (self->scrolled, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_window_set_content (ADW_WINDOW (self), box);
}

void
ui_help_window_show (GtkApplication *application)
{
  UiHelpWindow *self = NULL;

  for (GList *at = gtk_application_get_windows (application); at != NULL; at = at->next)
    if (UI_IS_HELP_WINDOW (at->data))
      self = at->data;
  if (self == NULL)
    {
      self = g_object_new (UI_TYPE_HELP_WINDOW, "application", application, NULL);
      go (self, INDEX);
    }
  gtk_window_present (GTK_WINDOW (self));
}
