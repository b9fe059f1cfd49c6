/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gone_page.h"

#include <glib/gi18n.h>

struct _UiGonePage
{
  AdwBin parent_instance;
  AdwStatusPage *page;
  GtkWidget *again;
};

G_DEFINE_FINAL_TYPE (UiGonePage, ui_gone_page, ADW_TYPE_BIN)

enum
{
  SIGNAL_TRY_AGAIN,
  SIGNAL_OPEN_EXISTING,
  SIGNAL_MAKE_NEW,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
on_again (UiGonePage *self)
{
  g_signal_emit (self, signals[SIGNAL_TRY_AGAIN], 0);
}

static void
on_open_existing (UiGonePage *self)
{
  g_signal_emit (self, signals[SIGNAL_OPEN_EXISTING], 0);
}

static void
on_make_new (UiGonePage *self)
{
  g_signal_emit (self, signals[SIGNAL_MAKE_NEW], 0);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, UI_TYPE_GONE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       0);
}

static void
ui_gone_page_class_init (UiGonePageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/gone_page.ui");
  gtk_widget_class_bind_template_child (widget_class, UiGonePage, page);
  gtk_widget_class_bind_template_child (widget_class, UiGonePage, again);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, on_open_existing);
  gtk_widget_class_bind_template_callback (widget_class, on_make_new);
  signals[SIGNAL_TRY_AGAIN] = add_signal ("try-again");
  signals[SIGNAL_OPEN_EXISTING] = add_signal ("open-existing");
  signals[SIGNAL_MAKE_NEW] = add_signal ("make-new");
}

static void
ui_gone_page_init (UiGonePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ui_gone_page_set_folder (UiGonePage *self, const char *folder)
{
  g_autofree char *shown = g_filename_display_name (folder);
  g_autofree char *escaped = g_markup_escape_text (shown, -1);
  g_autofree char *words =
      g_strdup_printf (_ ("It was at %s. Is that disk or stick plugged in?"), escaped);

  adw_status_page_set_description (self->page, words);
  gtk_widget_grab_focus (self->again);
}
