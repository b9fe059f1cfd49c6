/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notice_bar.h"

#include <glib/gi18n.h>

#include "adopt.h"
#include "task.h"
#include "words.h"

struct _UiNoticeBar
{
  AdwBin parent_instance;
  GtkWidget *bar; /* NULL once disposed of */
  GtkLabel *label;
  GtkButton *action;
  UiSession *session;
  const char *told;     /* what comes before all notices, or NULL */
  const char *reminder; /* what comes after all of them, or NULL */
  gboolean shows_reminder;
  ScanNoticeKind kind; /* of the notice that is shown */
  guint count;
  GHashTable *dismissed; /* kind -> count + 1: a greater one is news */
};

G_DEFINE_FINAL_TYPE (UiNoticeBar, ui_notice_bar, ADW_TYPE_BIN)

static void
dismiss (UiNoticeBar *self)
{
  if (self->told != NULL)
    {
      self->told = NULL;
      return;
    }
  if (self->shows_reminder)
    {
      self->reminder = NULL;
      return;
    }
  g_hash_table_insert (self->dismissed, GINT_TO_POINTER (self->kind),
                       GUINT_TO_POINTER (self->count + 1));
}

static gboolean
is_news (UiNoticeBar *self, const ScanNotice *notice)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->dismissed, GINT_TO_POINTER (notice->kind))) <
         notice->count + 1;
}

static const char *
action_words (ScanNoticeKind kind)
{
  switch (kind)
    {
    case SCAN_NOTICE_NO_PASSPHRASE:
      return _ ("Passphrases…");
    case SCAN_NOTICE_DAMAGED:
      return _ ("Check my vault…");
    case SCAN_NOTICE_OLDER:
    case SCAN_NOTICE_COPY:
      return _ ("That is fine");
    case SCAN_NOTICE_UNLISTED:
      return _ ("Bring them back");
    case SCAN_NOTICE_SHEET:
      return _ ("Check it now…");
    case SCAN_NOTICE_ARRIVING:
    case SCAN_NOTICE_FORK:
    case SCAN_NOTICE_CONFLICT:
    case SCAN_NOTICE_HEALED:
    case SCAN_NOTICE_NOT_DURABLE:
      break;
    }
  return NULL;
}

static void
show_words (UiNoticeBar *self, const char *words)
{
  gtk_label_set_label (self->label, words);
  gtk_widget_set_visible (GTK_WIDGET (self->action), FALSE);
  gtk_widget_set_visible (self->bar, TRUE);
}

static void
show_gravest (UiNoticeBar *self)
{
  g_autoptr (GPtrArray) notices = NULL;
  const ScanNotice *shown = NULL;
  const char *words;

  if (self->told != NULL)
    {
      show_words (self, self->told);
      return;
    }
  if (self->session != NULL && !ui_session_is_closing (self->session))
    notices = scan_library_notices (ui_session_library (self->session));
  for (guint i = 0; notices != NULL && shown == NULL && i < notices->len; i++)
    if (is_news (self, g_ptr_array_index (notices, i)))
      shown = g_ptr_array_index (notices, i);
  self->shows_reminder = shown == NULL && self->reminder != NULL;
  if (self->shows_reminder)
    {
      show_words (self, self->reminder);
      return;
    }
  gtk_widget_set_visible (self->bar, shown != NULL);
  gtk_label_set_label (self->label, shown != NULL ? _ (shown->sentence) : "");
  if (shown == NULL)
    return;
  self->kind = shown->kind;
  self->count = shown->count;
  words = action_words (shown->kind);
  gtk_widget_set_visible (GTK_WIDGET (self->action), words != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->action), TRUE);
  gtk_button_set_label (self->action, words != NULL ? words : "");
}

static gboolean
accept_work (gpointer session, gpointer progress, GCancellable *cancellable, GError **error)
{
  return scan_library_accept_older (ui_session_library (session), error);
}

static void
accept_done (gpointer owner, gpointer session, gboolean ok, const GError *error)
{
  UiNoticeBar *self = owner;

  if (self->bar == NULL || self->session != session)
    return;
  if (ok)
    {
      dismiss (self);
      show_gravest (self);
      return;
    }
  gtk_label_set_label (self->label, ui_words_error (error, UI_TOPIC_COPY));
  gtk_widget_set_sensitive (GTK_WIDGET (self->action), TRUE);
}

typedef struct
{
  UiSession *session;
  ScanImport *adoption;
} AdoptJob;

static void
adopt_job_free (gpointer data)
{
  AdoptJob *job = data;

  g_object_unref (job->session);
  g_free (job);
}

static gboolean
adopt_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  AdoptJob *job = data;

  return scan_adopt_run (job->adoption, ui_task_progress, progress, cancellable, error);
}

static void
adopt_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiNoticeBar *self = owner;
  AdoptJob *job = data;
  ScanImportResult result = { 0 };

  scan_adopt_apply (job->adoption, &result);
  scan_import_result_clear (&result);
  if (ui_session_is_closing (job->session))
    return;
  ui_session_catalog_changed (job->session);
  if (self->bar == NULL || self->session != job->session)
    return;
  if (ok)
    dismiss (self);
  show_gravest (self);
  if (!ok)
    gtk_label_set_label (self->label, ui_words_error (error, UI_TOPIC_ADD));
}

static void
adopt (UiNoticeBar *self)
{
  AdoptJob *job = g_new0 (AdoptJob, 1);

  job->session = g_object_ref (self->session);
  job->adoption = scan_adopt_new (ui_session_library (self->session));
  ui_task_run (self, self->session, TRUE, adopt_work, adopt_done, NULL, job, adopt_job_free, NULL);
}

static void
on_action (UiNoticeBar *self)
{
  if (self->session == NULL || ui_session_is_closing (self->session))
    return;
  if (self->kind == SCAN_NOTICE_NO_PASSPHRASE)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.keys", NULL);
      return;
    }
  if (self->kind == SCAN_NOTICE_DAMAGED)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.check", NULL);
      return;
    }
  if (self->kind == SCAN_NOTICE_SHEET)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.prove-sheet", NULL);
      return;
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->action), FALSE);
  if (self->kind == SCAN_NOTICE_UNLISTED)
    adopt (self);
  else
    ui_task_run (self, self->session, FALSE, accept_work, accept_done, NULL,
                 g_object_ref (self->session), g_object_unref, NULL);
}

static void
on_close (UiNoticeBar *self)
{
  dismiss (self);
  show_gravest (self);
}

static void
ui_notice_bar_dispose (GObject *object)
{
  UiNoticeBar *self = UI_NOTICE_BAR (object);

  self->bar = NULL;
  g_clear_object (&self->session);
  g_clear_pointer (&self->dismissed, g_hash_table_unref);
  G_OBJECT_CLASS (ui_notice_bar_parent_class)->dispose (object);
}

static void
ui_notice_bar_class_init (UiNoticeBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_notice_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/notice_bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UiNoticeBar, bar);
  gtk_widget_class_bind_template_child (widget_class, UiNoticeBar, label);
  gtk_widget_class_bind_template_child (widget_class, UiNoticeBar, action);
  gtk_widget_class_bind_template_callback (widget_class, on_action);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
}

static void
ui_notice_bar_init (UiNoticeBar *self)
{
  self->dismissed = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ui_notice_bar_set_session (UiNoticeBar *self, UiSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  g_hash_table_remove_all (self->dismissed);
  self->told = self->reminder = NULL;
  if (session != NULL)
    g_signal_connect_object (session, "notices-changed", G_CALLBACK (show_gravest), self,
                             G_CONNECT_SWAPPED);
  show_gravest (self);
}

void
ui_notice_bar_tell (UiNoticeBar *self, const char *words)
{
  self->told = words;
  show_gravest (self);
}

void
ui_notice_bar_remind (UiNoticeBar *self, const char *words)
{
  self->reminder = words;
  show_gravest (self);
}
