/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "annotate_dialog.h"

#include <glib/gi18n.h>

#include "annotate_task.h"

/* One small window with an entry; belongs to the window. */
typedef struct
{
  UiSession *session;
  AdwToastOverlay *toasts;
  GArray *items; /* ScanItem */
  gboolean tags; /* else the title */
  GtkEditable *entry;
  GtkWindow *window;
} Dialog;

static void
dialog_free (gpointer data)
{
  Dialog *dialog = data;

  g_object_unref (dialog->session);
  g_object_unref (dialog->toasts);
  g_array_unref (dialog->items);
  g_free (dialog);
}

GStrv
ui_tags_from_text (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, ",;\n", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (builder, parts[i]);
  return g_strv_builder_end (builder);
}

static const ScanAnnotation *
annotation_of (Dialog *dialog, guint i)
{
  return scan_catalog_annotation (ui_session_catalog (dialog->session),
                                  &g_array_index (dialog->items, ScanItem, i));
}

static void
save_tags (Dialog *dialog)
{
  g_auto (GStrv) typed = ui_tags_from_text (gtk_editable_get_text (dialog->entry));
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (ScanAnnotationChange));
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint i = 0; i < dialog->items->len; i++)
    {
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      ScanAnnotationChange change = { .item = g_array_index (dialog->items, ScanItem, i),
                                      .favourite = -1 };

      if (dialog->items->len > 1)
        g_strv_builder_addv (builder, (const char **) annotation_of (dialog, i)->tags);
      g_strv_builder_addv (builder, (const char **) typed);
      change.tags = (const char *const *) g_strv_builder_end (builder);
      g_ptr_array_add (sets, (gpointer) change.tags);
      g_array_append_val (changes, change);
    }
  ui_annotate (dialog->toasts, dialog->session,
               (const ScanAnnotationChange *) (gpointer) changes->data, changes->len,
               _ ("Tags changed"));
}

static void
on_save (Dialog *dialog)
{
  if (!ui_session_is_closing (dialog->session))
    {
      if (dialog->tags)
        save_tags (dialog);
      else
        {
          const ScanAnnotationChange change = { .item = g_array_index (dialog->items, ScanItem, 0),
                                                .title = gtk_editable_get_text (dialog->entry),
                                                .favourite = -1 };

          ui_annotate (dialog->toasts, dialog->session, &change, 1, _ ("Renamed"));
        }
    }
  gtk_window_close (dialog->window);
}

/* A tag that is there already, to press instead of to type. */
static void
on_known_tag (GtkButton *button, Dialog *dialog)
{
  const char *text = gtk_editable_get_text (dialog->entry);
  g_autofree char *more =
      g_strconcat (text, *text != '\0' ? ", " : "", gtk_button_get_label (button), NULL);

  gtk_editable_set_text (dialog->entry, more);
  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
}

static GtkWidget *
known_tags (Dialog *dialog, const char *text)
{
  g_auto (GStrv) known = scan_catalog_tags (ui_session_catalog (dialog->session));
  g_auto (GStrv) now = ui_tags_from_text (text);
  GtkWidget *box = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (box), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Tags that you used before"), -1);
  for (guint i = 0; known[i] != NULL && i < 12; i++)
    {
      GtkWidget *button = gtk_button_new_with_label (known[i]), *child;

      gtk_widget_add_css_class (button, "touch");
      gtk_widget_set_sensitive (button, !g_strv_contains ((const char *const *) now, known[i]));
      g_signal_connect (button, "clicked", G_CALLBACK (on_known_tag), dialog);
      gtk_flow_box_append (GTK_FLOW_BOX (box), button);
      child = gtk_widget_get_parent (button);
      gtk_widget_set_focusable (child, FALSE);
    }
  gtk_widget_set_visible (box, known[0] != NULL);
  return box;
}

static GtkWidget *
button (const char *label, const char *class)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "touch");
  if (class != NULL)
    gtk_widget_add_css_class (button, class);
  return button;
}

static void
show (GtkWindow *parent, AdwToastOverlay *toasts, UiSession *session, const ScanItem *items,
      guint n_items, const char *title, const char *hint, const char *text, gboolean tags)
{
  GtkWidget *window = g_object_new (ADW_TYPE_WINDOW, "accessible-role", GTK_ACCESSIBLE_ROLE_WINDOW,
                                    "title", title, "transient-for", parent, "modal", TRUE,
                                    "destroy-with-parent", TRUE, "default-width", 440, NULL);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = adw_header_bar_new ();
  GtkWidget *body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *label = gtk_label_new (hint);
  GtkWidget *entry = gtk_entry_new (), *cancel = button (_ ("Cancel"), NULL),
            *save = button (_ ("Save"), "suggested-action");
  GtkEventController *keys = gtk_shortcut_controller_new ();
  Dialog *dialog = g_new0 (Dialog, 1);

  *dialog =
      (Dialog){ g_object_ref (session),
                g_object_ref (toasts),
                g_array_append_vals (g_array_new (FALSE, FALSE, sizeof (ScanItem)), items, n_items),
                tags,
                GTK_EDITABLE (entry),
                GTK_WINDOW (window) };
  g_object_set_data_full (G_OBJECT (window), "dialog", dialog, dialog_free);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), save);
  gtk_box_append (GTK_BOX (body), label);
  gtk_box_append (GTK_BOX (body), entry);
  if (tags)
    gtk_box_append (GTK_BOX (body), known_tags (dialog, text));
  gtk_widget_add_css_class (body, "page-content");
  gtk_box_append (GTK_BOX (content), header);
  gtk_box_append (GTK_BOX (content), body);
  adw_window_set_content (ADW_WINDOW (window), content);
  gtk_window_set_default_widget (GTK_WINDOW (window), save);
  g_signal_connect_swapped (save, "clicked", G_CALLBACK (on_save), dialog);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), window);
  g_signal_connect_object (session, "closing", G_CALLBACK (gtk_window_destroy), window,
                           G_CONNECT_SWAPPED);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                        gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, keys);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_grab_focus (entry);
}

void
ui_rename_show (GtkWindow *parent, AdwToastOverlay *toasts, UiSession *session,
                const ScanItem *item)
{
  g_autofree char *name = scan_catalog_item_name (ui_session_catalog (session), item);

  show (parent, toasts, session, item, 1, _ ("Rename"),
        _ ("A title of your own. Only you see it: it is never handed out with a scan. Leave it "
           "empty for the usual one."),
        name, FALSE);
}

void
ui_tag_show (GtkWindow *parent, AdwToastOverlay *toasts, UiSession *session, const ScanItem *items,
             guint n_items)
{
  const ScanAnnotation *annotation =
      scan_catalog_annotation (ui_session_catalog (session), &items[0]);
  g_autofree char *text =
      n_items == 1 ? g_strjoinv (", ", (GStrv) annotation->tags) : g_strdup ("");

  show (parent, toasts, session, items, n_items, _ ("Tags"),
        n_items == 1 ? _ ("Words to find this again by, with commas between them.")
                     : _ ("These tags are added to everything that is chosen. Put commas between "
                          "them."),
        text, TRUE);
}
