/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "new_passphrase.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "passphrase_form.h"
#include "words.h"

struct _UiNewPassphrase
{
  AdwWindow parent_instance;
  GtkLabel *words;
  UiPassphraseForm *form;
  GtkWidget *label_title, *label, *waiting, *skip, *save, *spinner;
  gboolean busy;
  UiSession *session;
  GCancellable *cancellable;
  UiNewPassphraseFunc chosen;
  GObject *owner;
};

G_DEFINE_FINAL_TYPE (UiNewPassphrase, ui_new_passphrase, ADW_TYPE_WINDOW)

static void
set_busy (UiNewPassphrase *self, gboolean busy)
{
  self->busy = busy;
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  gtk_widget_set_visible (self->waiting, busy && ui_session_is_busy (self->session));
  gtk_widget_set_sensitive (GTK_WIDGET (self->form), !busy);
  gtk_widget_set_sensitive (self->label, !busy);
  gtk_widget_set_sensitive (self->skip, !busy);
  gtk_widget_set_sensitive (self->save, !busy && ui_passphrase_form_is_good (self->form));
}

static void
on_changed (UiNewPassphrase *self)
{
  gtk_widget_set_sensitive (self->save, !self->busy && ui_passphrase_form_is_good (self->form));
}

static void
on_save (UiNewPassphrase *self)
{
  UiSecret *passphrase;
  g_autofree char *label = NULL;

  if (self->busy || !ui_passphrase_form_is_good (self->form))
    return;
  passphrase = ui_passphrase_form_get (self->form);
  if (passphrase == NULL)
    return;
  if (gtk_widget_get_visible (self->label))
    label = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->label))));
  ui_passphrase_form_alert (self->form, NULL);
  set_busy (self, TRUE);
  self->chosen (self->owner, self, passphrase, label);
}

static void
on_skip (UiNewPassphrase *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

/* Not when it is disposed of: work that waits keeps it alive. */
static gboolean
on_close (UiNewPassphrase *self)
{
  g_cancellable_cancel (self->cancellable);
  return GDK_EVENT_PROPAGATE;
}

static void
ui_new_passphrase_dispose (GObject *object)
{
  UiNewPassphrase *self = UI_NEW_PASSPHRASE (object);

  self->form = NULL;
  g_clear_object (&self->owner);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_new_passphrase_parent_class)->dispose (object);
}

static void
ui_new_passphrase_finalize (GObject *object)
{
  g_clear_object (&UI_NEW_PASSPHRASE (object)->cancellable);
  G_OBJECT_CLASS (ui_new_passphrase_parent_class)->finalize (object);
}

static void
ui_new_passphrase_class_init (UiNewPassphraseClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_new_passphrase_dispose;
  G_OBJECT_CLASS (class)->finalize = ui_new_passphrase_finalize;
  g_type_ensure (UI_TYPE_PASSPHRASE_FORM);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/new_passphrase.ui");
  gtk_widget_class_bind_template_child (widget_class, UiNewPassphrase, words);
  gtk_widget_class_bind_template_child (widget_class, UiNewPassphrase, form);
  gtk_widget_class_bind_template_child (widget_class, UiNewPassphrase, label_title);
  gtk_widget_class_bind_template_child (widget_class, UiNewPassphrase, label);
  gtk_widget_class_bind_template_child (widget_class, UiNewPassphrase, waiting);
  gtk_widget_class_bind_template_child (widget_class, UiNewPassphrase, skip);
  gtk_widget_class_bind_template_child (widget_class, UiNewPassphrase, save);
  gtk_widget_class_bind_template_child (widget_class, UiNewPassphrase, spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
  gtk_widget_class_bind_template_callback (widget_class, on_skip);
}

static void
ui_new_passphrase_init (UiNewPassphrase *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_label_set_label (GTK_LABEL (self->waiting), ui_words_waiting ());
  self->cancellable = g_cancellable_new ();
  g_signal_connect (self, "close-request", G_CALLBACK (on_close), NULL);
}

UiNewPassphrase *
ui_new_passphrase_show (GtkWindow *parent, UiSession *session, const char *title, const char *words,
                        gboolean with_label, const char *skip, UiNewPassphraseFunc chosen,
                        gpointer owner)
{
  UiNewPassphrase *self = g_object_new (UI_TYPE_NEW_PASSPHRASE, "title", title, NULL);

  self->chosen = chosen;
  self->owner = g_object_ref (owner);
  self->session = g_object_ref (session);
  gtk_label_set_label (self->words, words);
  gtk_widget_set_visible (self->label_title, with_label);
  gtk_widget_set_visible (self->label, with_label);
  gtk_widget_set_visible (self->skip, skip != NULL);
  if (skip != NULL)
    gtk_button_set_label (GTK_BUTTON (self->skip), skip);
  ui_vault_window_present (GTK_WINDOW (self), parent, session);
  ui_passphrase_form_start (self->form);
  return self;
}

GCancellable *
ui_new_passphrase_cancellable (UiNewPassphrase *self)
{
  return self->cancellable;
}

void
ui_new_passphrase_finish (UiNewPassphrase *self, const char *alert)
{
  if (self->form == NULL)
    return;
  set_busy (self, FALSE);
  if (alert != NULL)
    ui_passphrase_form_alert (self->form, alert);
  else
    gtk_window_close (GTK_WINDOW (self));
}
