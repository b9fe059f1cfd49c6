/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "archive_password.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ask.h"
#include "library.h"

struct _UiArchivePassword
{
  AdwWindow parent_instance;
  GtkLabel *explanation, *alert;
  GtkEditable *entry;
  GtkWidget *open;
  UiArchivePasswordFunc answer; /* NULL once it was called */
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (UiArchivePassword, ui_archive_password, ADW_TYPE_WINDOW)

static void
give_answer (UiArchivePassword *self, char *password, gsize length)
{
  UiArchivePasswordFunc answer = g_steal_pointer (&self->answer);

  if (answer != NULL)
    answer (password, length, self->user_data);
  else
    vault_secure_free (password);
}

static void
on_changed (UiArchivePassword *self)
{
  gtk_widget_set_sensitive (self->open, *gtk_editable_get_text (self->entry) != '\0');
}

/* GTK keeps what is typed in memory of its own that is locked; here it goes into ours. */
static void
on_open (UiArchivePassword *self)
{
  const char *text = gtk_editable_get_text (self->entry);
  gsize length = strlen (text);
  char *password = length > 0 ? vault_secure_alloc (length + 1) : NULL;

  if (password == NULL)
    return;
  memcpy (password, text, length);
  give_answer (self, password, length);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_keep (UiArchivePassword *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static void
ui_archive_password_dispose (GObject *object)
{
  give_answer (UI_ARCHIVE_PASSWORD (object), NULL, 0);
  G_OBJECT_CLASS (ui_archive_password_parent_class)->dispose (object);
}

static void
ui_archive_password_class_init (UiArchivePasswordClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_archive_password_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/scanvault/ScanVault/archive_password.ui");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_WINDOW);
  gtk_widget_class_bind_template_child (widget_class, UiArchivePassword, explanation);
  gtk_widget_class_bind_template_child (widget_class, UiArchivePassword, alert);
  gtk_widget_class_bind_template_child (widget_class, UiArchivePassword, entry);
  gtk_widget_class_bind_template_child (widget_class, UiArchivePassword, open);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_open);
  gtk_widget_class_bind_template_callback (widget_class, on_keep);
}

static void
ui_archive_password_init (UiArchivePassword *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ui_archive_password_ask (GtkWindow *parent, UiSession *session, const char *name, gboolean wrong,
                         UiArchivePasswordFunc answer, gpointer user_data)
{
  UiArchivePassword *self = g_object_new (UI_TYPE_ARCHIVE_PASSWORD, NULL);
  /* Translators: %s is the name of a file. */
  g_autofree char *words = g_strdup_printf (
      _ ("“%s” is locked. Whoever gave it to you has told you its password."), name);

  self->answer = answer;
  self->user_data = user_data;
  gtk_label_set_label (self->explanation, words);
  gtk_widget_set_visible (GTK_WIDGET (self->alert), wrong);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  ui_vault_window_present (GTK_WINDOW (self), parent, session);
}
