/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "offer_bar.h"

struct _UiOfferBar
{
  AdwBin parent_instance;
  GtkWidget *bar;
  GtkLabel *label;
  GtkButton *first, *second;
};

G_DEFINE_FINAL_TYPE (UiOfferBar, ui_offer_bar, ADW_TYPE_BIN)

enum
{
  SIGNAL_FIRST,
  SIGNAL_SECOND,
  SIGNAL_DECLINED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* First hidden, so that whoever is told may show the next offer. */
static void
answer (UiOfferBar *self, guint which)
{
  ui_offer_bar_hide (self);
  g_signal_emit (self, signals[which], 0);
}

static void
on_first (UiOfferBar *self)
{
  answer (self, SIGNAL_FIRST);
}

static void
on_second (UiOfferBar *self)
{
  answer (self, SIGNAL_SECOND);
}

static void
on_declined (UiOfferBar *self)
{
  answer (self, SIGNAL_DECLINED);
}

static void
ui_offer_bar_class_init (UiOfferBarClass *class)
{
  static const char *const names[N_SIGNALS] = { "first", "second", "declined" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/offer_bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UiOfferBar, bar);
  gtk_widget_class_bind_template_child (widget_class, UiOfferBar, label);
  gtk_widget_class_bind_template_child (widget_class, UiOfferBar, first);
  gtk_widget_class_bind_template_child (widget_class, UiOfferBar, second);
  gtk_widget_class_bind_template_callback (widget_class, on_first);
  gtk_widget_class_bind_template_callback (widget_class, on_second);
  gtk_widget_class_bind_template_callback (widget_class, on_declined);
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], UI_TYPE_OFFER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
ui_offer_bar_init (UiOfferBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ui_offer_bar_show (UiOfferBar *self, const char *words, const char *first, const char *second)
{
  gtk_label_set_label (self->label, words);
  gtk_button_set_label (self->first, first != NULL ? first : "");
  gtk_widget_set_visible (GTK_WIDGET (self->first), first != NULL);
  gtk_button_set_label (self->second, second != NULL ? second : "");
  gtk_widget_set_visible (GTK_WIDGET (self->second), second != NULL);
  gtk_widget_set_visible (self->bar, TRUE);
}

void
ui_offer_bar_hide (UiOfferBar *self)
{
  gtk_widget_set_visible (self->bar, FALSE);
}
