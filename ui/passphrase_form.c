/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "passphrase_form.h"

#include <glib/gi18n.h>
#include <string.h>

#include "passphrase.h"

struct _UiPassphraseForm
{
  AdwBin parent_instance;
  GtkWidget *suggestion, *first, *again, *strength, *alert;
};

G_DEFINE_FINAL_TYPE (UiPassphraseForm, ui_passphrase_form, ADW_TYPE_BIN)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_ACTIVATE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
on_other_words (UiPassphraseForm *self)
{
  g_autofree char *words = ui_passphrase_suggest ();

  gtk_label_set_label (GTK_LABEL (self->suggestion), words != NULL ? words : "");
}

static void
on_changed (UiPassphraseForm *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->first));
  const char *again = gtk_editable_get_text (GTK_EDITABLE (self->again));
  gboolean differs = *again != '\0' && strncmp (text, again, strlen (again)) != 0;

  gtk_label_set_label (GTK_LABEL (self->strength),
                       ui_passphrase_strength (ui_passphrase_bits (text)));
  ui_passphrase_form_alert (self, differs ? _ ("The two passphrases are not the same yet.") : NULL);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_activate (UiPassphraseForm *self)
{
  g_signal_emit (self, signals[SIGNAL_ACTIVATE], 0);
}

static void
ui_passphrase_form_class_init (UiPassphraseFormClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/passphrase_form.ui");
  gtk_widget_class_bind_template_child (widget_class, UiPassphraseForm, suggestion);
  gtk_widget_class_bind_template_child (widget_class, UiPassphraseForm, first);
  gtk_widget_class_bind_template_child (widget_class, UiPassphraseForm, again);
  gtk_widget_class_bind_template_child (widget_class, UiPassphraseForm, strength);
  gtk_widget_class_bind_template_child (widget_class, UiPassphraseForm, alert);
  gtk_widget_class_bind_template_callback (widget_class, on_other_words);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", UI_TYPE_PASSPHRASE_FORM, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ACTIVATE] = g_signal_new ("activate", UI_TYPE_PASSPHRASE_FORM, G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_passphrase_form_init (UiPassphraseForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ui_passphrase_form_start (UiPassphraseForm *self)
{
  on_other_words (self);
  gtk_widget_grab_focus (self->first);
}

gboolean
ui_passphrase_form_is_good (UiPassphraseForm *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->first));

  return ui_passphrase_bits (text) >= UI_PASSPHRASE_ENOUGH &&
         strcmp (text, gtk_editable_get_text (GTK_EDITABLE (self->again))) == 0;
}

UiSecret *
ui_passphrase_form_get (UiPassphraseForm *self)
{
  return ui_passphrase_form_is_good (self)
             ? ui_secret_new (gtk_editable_get_text (GTK_EDITABLE (self->first)))
             : NULL;
}

void
ui_passphrase_form_alert (UiPassphraseForm *self, const char *words)
{
  gtk_label_set_label (GTK_LABEL (self->alert), words != NULL ? words : "");
  gtk_widget_set_visible (self->alert, words != NULL);
}

void
ui_passphrase_form_clear (UiPassphraseForm *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->first), "");
  gtk_editable_set_text (GTK_EDITABLE (self->again), "");
  gtk_label_set_label (GTK_LABEL (self->suggestion), "");
  ui_passphrase_form_alert (self, NULL);
}
