/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keys_window.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ask.h"
#include "error.h"
#include "keys_task.h"
#include "new_passphrase.h"
#include "sheet_window.h"
#include "words.h"

#define UI_TYPE_KEYS_WINDOW (ui_keys_window_get_type ())
G_DECLARE_FINAL_TYPE (UiKeysWindow, ui_keys_window, UI, KEYS_WINDOW, AdwWindow)

struct _UiKeysWindow
{
  AdwWindow parent_instance;
  UiSession *session;
  const UiOptions *options;
  GtkListBox *list, *actions; /* NULL once disposed of */
  AdwToastOverlay *toasts;
  GtkWidget *change;   /* the row that changes the passphrase */
  gboolean replaces;   /* a passphrase opened the vault, not the recovery sheet */
  int row;             /* which gets the focus when the list is shown anew, -1: none */
  const char *pressed; /* and which of its buttons */
};

G_DEFINE_FINAL_TYPE (UiKeysWindow, ui_keys_window, ADW_TYPE_WINDOW)

static void show_slots (UiKeysWindow *self, const GPtrArray *slots);
static void focus_row (UiKeysWindow *self, guint n);

static void
on_done (gpointer owner, const GPtrArray *slots, gboolean ok, const GError *error)
{
  UiKeysWindow *self = owner;

  if (self->list == NULL)
    return;
  if (slots != NULL)
    show_slots (self, slots);
  ui_session_notices_changed (self->session);
  gtk_widget_set_sensitive (GTK_WIDGET (self->list), TRUE);
  if (slots != NULL)
    focus_row (self, slots->len);
  if (!ok)
    adw_toast_overlay_add_toast (self->toasts,
                                 adw_toast_new (ui_words_error (error, UI_TOPIC_PASSPHRASE)));
}

#define ASKER "ui-keys-window"

/* owner: the window that asked for the passphrase. */
static void
on_new_done (gpointer owner, const GPtrArray *slots, gboolean ok, const GError *error)
{
  UiKeysWindow *self = g_object_get_data (owner, ASKER);

  if (slots != NULL && self->list != NULL)
    show_slots (self, slots);
  if (self->session != NULL)
    ui_session_notices_changed (self->session);
  ui_new_passphrase_finish (owner, ok ? NULL : ui_words_error (error, UI_TOPIC_PASSPHRASE));
}

static void
run (UiKeysWindow *self, UiKeysOrder order)
{
  if (ui_session_is_closing (self->session))
    {
      g_clear_pointer (&order.passphrase, ui_secret_free);
      g_free (order.slot);
      g_free (order.label);
      return;
    }
  order.cheap = self->options->kdf_test;
  gtk_widget_set_sensitive (GTK_WIDGET (self->list), FALSE);
  ui_keys_run (self, self->session, order, NULL, on_done);
}

static void
run_new (UiKeysWindow *self, UiNewPassphrase *window, UiKeysOrder order)
{
  order.cheap = self->options->kdf_test;
  g_object_set_data_full (G_OBJECT (window), ASKER, g_object_ref (self), g_object_unref);
  ui_keys_run (window, self->session, order, ui_new_passphrase_cancellable (window), on_new_done);
}

static void
add_chosen (gpointer owner, UiNewPassphrase *window, UiSecret *passphrase, const char *label)
{
  run_new (owner, window, (UiKeysOrder){ UI_KEYS_ADD, NULL, g_strdup (label), passphrase, FALSE });
}

static void
change_chosen (gpointer owner, UiNewPassphrase *window, UiSecret *passphrase, const char *label)
{
  run_new (owner, window, (UiKeysOrder){ UI_KEYS_CHANGE, NULL, NULL, passphrase, FALSE });
}

static void
ask (UiKeysWindow *self, const char *title, const char *words, gboolean with_label,
     UiNewPassphraseFunc chosen)
{
  ui_new_passphrase_show (GTK_WINDOW (self), self->session, title, words, with_label, NULL, chosen,
                          self);
}

static void
on_add (UiKeysWindow *self)
{
  ask (self, _ ("Another Passphrase"),
       _ ("The vault will open with each of its passphrases. Give one to somebody whom you trust "
          "with all of it."),
       TRUE, add_chosen);
}

static void
on_change (UiKeysWindow *self)
{
  ask (self, _ ("Change the Passphrase"),
       self->replaces
           ? _ ("The new passphrase takes the place of the one that you opened the vault with. "
                "Copies of the vault that were made before still open with the old one.")
           : _ ("You opened the vault with the recovery sheet, so the new passphrase is added to "
                "those that are there. Remove those that you do not want any more."),
       FALSE, change_chosen);
}

static void
on_sheet (UiKeysWindow *self)
{
  UiSecret *sheet = ui_secret_new_empty (VAULT_SHEET_SIZE - 1);
  ScanLibrary *library = ui_session_library (self->session);

  if (sheet == NULL || library == NULL)
    {
      g_clear_pointer (&sheet, ui_secret_free);
      return;
    }
  scan_keys_sheet (library, sheet->text);
  ui_sheet_window_show (GTK_WINDOW (self), self->session, sheet, scan_library_folder (library));
}

static void
on_rekey (UiKeysWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  gtk_window_close (GTK_WINDOW (self));
  gtk_widget_activate_action (GTK_WIDGET (parent), "win.rekey", NULL);
}

static const char *
slot_of (gpointer button)
{
  return g_object_get_data (G_OBJECT (button), "slot");
}

#define RENAME "rename"
#define REMOVE "remove"

static void
note_row (UiKeysWindow *self, GtkWidget *button, const char *pressed)
{
  self->row = gtk_list_box_row_get_index (
      GTK_LIST_BOX_ROW (gtk_widget_get_ancestor (button, GTK_TYPE_LIST_BOX_ROW)));
  self->pressed = pressed;
}

static void
on_remove_response (AdwMessageDialog *dialog, const char *response, UiKeysWindow *self)
{
  if (g_str_equal (response, "remove"))
    run (self, (UiKeysOrder){ UI_KEYS_REMOVE, g_strdup (slot_of (dialog)), NULL, NULL, FALSE });
}

/* Nothing undoes this, so it is asked. */
static void
on_remove (GtkWidget *button, UiKeysWindow *self)
{
  g_autofree char *heading = g_strdup_printf (
      _ ("Remove “%s”?"), (const char *) g_object_get_data (G_OBJECT (button), "title"));
  AdwMessageDialog *dialog =
      ui_ask_new (GTK_WINDOW (self), self->session, heading,
                  _ ("It will not open the vault any more. Copies of the vault that were made "
                     "before still open with it."),
                  _ ("Cancel"));

  note_row (self, button, REMOVE);
  adw_message_dialog_add_response (dialog, "remove", _ ("Remove"));
  adw_message_dialog_set_response_appearance (dialog, "remove", ADW_RESPONSE_DESTRUCTIVE);
  g_object_set_data_full (G_OBJECT (dialog), "slot", g_strdup (slot_of (button)), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_remove_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_label_response (AdwMessageDialog *dialog, const char *response, UiKeysWindow *self)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));

  if (g_str_equal (response, "save"))
    run (self, (UiKeysOrder){ UI_KEYS_LABEL, g_strdup (slot_of (dialog)),
                              g_strstrip (g_strdup (gtk_editable_get_text (entry))), NULL, FALSE });
}

static void
on_label (GtkWidget *button, UiKeysWindow *self)
{
  const char *label = g_object_get_data (G_OBJECT (button), "label");
  AdwMessageDialog *dialog = ui_ask_new (GTK_WINDOW (self), self->session,
                                         _ ("What is this passphrase for?"), NULL, _ ("Cancel"));
  GtkWidget *entry = gtk_entry_new ();

  note_row (self, button, RENAME);
  gtk_editable_set_text (GTK_EDITABLE (entry), label);
  gtk_entry_set_max_length (GTK_ENTRY (entry), 60);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What is this passphrase for?"), -1);
  adw_message_dialog_set_extra_child (dialog, entry);
  adw_message_dialog_add_response (dialog, "save", _ ("Save"));
  adw_message_dialog_set_default_response (dialog, "save");
  adw_message_dialog_set_response_appearance (dialog, "save", ADW_RESPONSE_SUGGESTED);
  g_object_set_data_full (G_OBJECT (dialog), "slot", g_strdup (slot_of (button)), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_label_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static GtkWidget *
slot_button (UiKeysWindow *self, const ScanSlot *slot, const char *title, const char *icon,
             const char *words, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  g_autofree char *name = g_strdup_printf ("%s: %s", words, title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "slot", g_strdup (slot->id), g_free);
  g_object_set_data_full (G_OBJECT (button), "label", g_strdup (slot->label), g_free);
  g_object_set_data_full (G_OBJECT (button), "title", g_strdup (title), g_free);
  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static char *
slot_subtitle (const ScanSlot *slot)
{
  g_autoptr (GDateTime) when = slot->date > 0 ? g_date_time_new_from_unix_local (slot->date) : NULL;
  g_autofree char *date = ui_words_day (when);
  g_autofree char *made = when != NULL ? g_strdup_printf (_ ("Made on %s"), date) : g_strdup ("");

  if (slot->state == VAULT_SLOT_REMOVED)
    return g_strdup (_ ("Removed: it does not open the vault any more"));
  if (slot->state != VAULT_SLOT_WHOLE)
    return g_strdup (_ ("Damaged: it does not open the vault. You may remove it."));
  if (!slot->opened)
    return g_steal_pointer (&made);
  if (when == NULL)
    return g_strdup (_ ("The vault was opened with this one"));
  return g_strdup_printf ("%s · %s", made, _ ("the vault was opened with this one"));
}

static GtkWidget *
slot_row (UiKeysWindow *self, const ScanSlot *slot, guint number)
{
  g_autofree char *title = slot->label[0] != '\0' ? g_strdup (slot->label)
                                                  : g_strdup_printf (_ ("Passphrase %u"), number);
  g_autofree char *subtitle = slot_subtitle (slot);
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL);
  GtkWidget *rename = slot_button (self, slot, title, "document-edit-symbolic", _ ("Rename"),
                                   G_CALLBACK (on_label));
  GtkWidget *remove =
      slot_button (self, slot, title, "user-trash-symbolic", _ ("Remove"), G_CALLBACK (on_remove));

  g_object_set (row, "title", title, "subtitle", subtitle, NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), rename);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  g_object_set_data (G_OBJECT (row), RENAME, rename);
  g_object_set_data (G_OBJECT (row), REMOVE, remove);
  return row;
}

/* The row that something was done to, or the one in its place. */
static void
focus_row (UiKeysWindow *self, guint n)
{
  GtkListBoxRow *row =
      self->row < 0 ? NULL
                    : gtk_list_box_get_row_at_index (self->list, MIN (self->row, (int) n - 1));

  if (row != NULL)
    gtk_widget_grab_focus (g_object_get_data (G_OBJECT (row), self->pressed));
  self->row = -1;
}

static void
show_slots (UiKeysWindow *self, const GPtrArray *slots)
{
  GtkWidget *row;

  self->replaces = FALSE;
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < slots->len; i++)
    {
      const ScanSlot *slot = g_ptr_array_index (slots, i);

      gtk_list_box_append (self->list, slot_row (self, slot, i + 1));
      self->replaces = self->replaces || slot->opened;
    }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->change),
                               self->replaces ? _ ("The one that you opened the vault with")
                                              : _ ("One more, as you opened with the sheet"));
}

static GtkWidget *
add_action (UiKeysWindow *self, const char *title, const char *subtitle, GCallback activated)
{
  GtkWidget *row = adw_action_row_new (),
            *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (arrow), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", activated, self, G_CONNECT_SWAPPED);
  gtk_list_box_append (self->actions, row);
  return row;
}

static void
ui_keys_window_dispose (GObject *object)
{
  UiKeysWindow *self = UI_KEYS_WINDOW (object);

  self->list = NULL;
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_keys_window_parent_class)->dispose (object);
}

static void
ui_keys_window_class_init (UiKeysWindowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = ui_keys_window_dispose;
}

static GtkListBox *
boxed_list (void)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  return GTK_LIST_BOX (list);
}

static void
ui_keys_window_init (UiKeysWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *clamp = adw_clamp_new ();
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  g_object_set (self, "title", _ ("Passphrases"), "default-width", 620, "default-height", 560,
                "modal", TRUE, NULL);
  self->list = boxed_list ();
  self->actions = boxed_list ();
  self->row = -1;
  self->change = add_action (self, _ ("Change the passphrase…"), "", G_CALLBACK (on_change));
  add_action (self, _ ("Add a passphrase…"), _ ("For somebody else, or a second one for you"),
              G_CALLBACK (on_add));
  add_action (self, _ ("Show the recovery sheet…"), _ ("To print it or to write it down again"),
              G_CALLBACK (on_sheet));
  add_action (self, _ ("Move to a new vault…"),
              _ ("When somebody may have your recovery sheet or an old passphrase"),
              G_CALLBACK (on_rekey));
  gtk_widget_add_css_class (page, "page-content");
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->list));
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->actions));
  adw_clamp_set_child (ADW_CLAMP (clamp), page);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  adw_toast_overlay_set_child (self->toasts, scrolled);
  gtk_widget_set_vexpand (GTK_WIDGET (self->toasts), TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->toasts));
  adw_window_set_content (ADW_WINDOW (self), box);
}

static UiKeysWindow *
keys_window_new (UiSession *session, const UiOptions *options)
{
  UiKeysWindow *self = g_object_new (UI_TYPE_KEYS_WINDOW, NULL);

  self->session = g_object_ref (session);
  self->options = options;
  return self;
}

void
ui_keys_window_show (GtkWindow *parent, UiSession *session, const UiOptions *options)
{
  UiKeysWindow *self = keys_window_new (session, options);

  ui_vault_window_present (GTK_WINDOW (self), parent, session);
  run (self, (UiKeysOrder){ UI_KEYS_LIST, NULL, NULL, NULL, FALSE });
}
