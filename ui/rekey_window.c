/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rekey_window.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ask.h"
#include "credentials.h"
#include "error.h"
#include "file_chooser.h"
#include "new_passphrase.h"
#include "place.h"
#include "sheet_grid.h"
#include "sheet_print.h"
#include "task.h"
#include "words.h"

#define UI_TYPE_REKEY_WINDOW (ui_rekey_window_get_type ())
G_DECLARE_FINAL_TYPE (UiRekeyWindow, ui_rekey_window, UI, REKEY_WINDOW, AdwWindow)

struct _UiRekeyWindow
{
  AdwWindow parent_instance;
  GtkStack *steps; /* NULL once disposed of */
  GtkLabel *place, *alert, *old_alert;
  GtkProgressBar *bar;
  GtkGrid *groups;
  GtkWidget *discard, *keep;

  UiSession *session;
  const UiOptions *options;
  void (*moved) (gpointer parent, const char *folder);
  char *old_folder, *folder;
  UiSecret *sheet;           /* once the new vault is made */
  GCancellable *cancellable; /* while it is made */
};

G_DEFINE_FINAL_TYPE (UiRekeyWindow, ui_rekey_window, ADW_TYPE_WINDOW)

static void
set_place (UiRekeyWindow *self, const char *parent)
{
  g_autofree char *words = NULL, *shown = NULL;
  g_autofree char *name = g_path_get_basename (self->old_folder);

  g_free (self->folder);
  self->folder = scan_free_place (parent, name, 2);
  shown = g_filename_display_name (self->folder);
  words = g_strdup_printf (_ ("The new vault: %s"), shown);
  gtk_label_set_label (self->place, words);
}

static void
place_chosen (gpointer owner, char **paths)
{
  UiRekeyWindow *self = owner;

  if (self->steps != NULL)
    set_place (self, paths[0]);
}

static void
on_place (UiRekeyWindow *self)
{
  ui_choose_files (GTK_WINDOW (self), _ ("Choose a Place for the New Vault"),
                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, FALSE, G_OBJECT (self->session),
                   place_chosen, self);
}

typedef struct
{
  UiSession *session;
  char *folder;
  gboolean cheap;
  UiSecret *passphrase, *sheet;
} RekeyJob;

static void
rekey_job_free (gpointer data)
{
  RekeyJob *job = data;

  g_clear_pointer (&job->passphrase, ui_secret_free);
  g_clear_pointer (&job->sheet, ui_secret_free);
  g_object_unref (job->session);
  g_free (job->folder);
  g_free (job);
}

static gboolean
rekey_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  static const VaultKdf cheap = { .ops = 1, .mem_kib = 8192 };
  RekeyJob *job = data;
  g_auto (ScanRekeyResult) result = { 0 };

  return scan_library_rekey (ui_session_library (job->session), job->folder, job->passphrase->text,
                             job->passphrase->length, job->cheap ? &cheap : NULL, FALSE,
                             ui_task_progress, progress, cancellable, job->sheet->text, &result,
                             error);
}

static void
rekey_progress (gpointer owner, gpointer data, const ScanProgress *progress)
{
  UiRekeyWindow *self = owner;

  if (self->steps != NULL && progress->total > 0)
    gtk_progress_bar_set_fraction (self->bar, (double) progress->done / (double) progress->total);
}

static const char *
error_words (const GError *error)
{
  if (g_error_matches (error, SCAN_ERROR, SCAN_ERROR_DAMAGED) ||
      g_error_matches (error, SCAN_ERROR, SCAN_ERROR_MISSING))
    return _ ("Some of your vault is damaged or missing. Choose “Check my vault…” first, so that "
              "nothing is lost on the way.");
  if (g_error_matches (error, SCAN_ERROR, SCAN_ERROR_ARRIVING))
    return _ ("Parts of your vault have not arrived in its folder on this computer yet. Let the "
              "program that synchronises it finish, lock your vault and unlock it, and then move.");
  return ui_words_error (error, UI_TOPIC_COPY);
}

static void
rekey_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiRekeyWindow *self = owner;
  RekeyJob *job = data;
  GtkWindow *parent;

  if (self->steps == NULL)
    return;
  g_clear_object (&self->cancellable);
  parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  if (ok && parent != NULL)
    self->moved (parent, job->folder);
  if (ui_session_is_closing (self->session))
    return;
  if (!ok)
    {
      gtk_label_set_label (self->alert, error_words (error));
      gtk_widget_set_visible (GTK_WIDGET (self->alert), TRUE);
      gtk_stack_set_visible_child_name (self->steps, "why");
      return;
    }
  self->sheet = g_steal_pointer (&job->sheet);
  ui_sheet_grid_show (self->groups, self->sheet->text);
  gtk_stack_set_visible_child_name (self->steps, "sheet");
}

static void
on_chosen (gpointer owner, UiNewPassphrase *window, UiSecret *passphrase, const char *label)
{
  UiRekeyWindow *self = owner;
  UiSecret *sheet = ui_secret_new_empty (VAULT_SHEET_SIZE - 1);
  RekeyJob *job;

  ui_new_passphrase_finish (window, NULL);
  if (self->steps == NULL || sheet == NULL)
    {
      ui_secret_free (passphrase);
      ui_secret_free (sheet);
      return;
    }
  job = g_new0 (RekeyJob, 1);
  job->session = g_object_ref (self->session);
  job->folder = g_strdup (self->folder);
  job->cheap = self->options->kdf_test;
  job->passphrase = passphrase;
  job->sheet = sheet;
  gtk_widget_set_visible (GTK_WIDGET (self->alert), FALSE);
  gtk_progress_bar_set_fraction (self->bar, 0);
  gtk_stack_set_visible_child_name (self->steps, "work");
  self->cancellable = g_cancellable_new ();
  ui_task_run (self, self->session, TRUE, rekey_work, rekey_done, rekey_progress, job,
               rekey_job_free, self->cancellable);
}

static void
on_next (UiRekeyWindow *self)
{
  ui_new_passphrase_show (GTK_WINDOW (self), self->session, _ ("Passphrase of the New Vault"),
                          _ ("Choose one that you have not used before."), FALSE, NULL, on_chosen,
                          self);
}

static void
on_stop (UiRekeyWindow *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
on_print (UiRekeyWindow *self)
{
  if (self->sheet != NULL)
    ui_sheet_print (GTK_WINDOW (self), self->session, self->sheet->text, self->folder);
}

static void
on_written (UiRekeyWindow *self)
{
  gtk_stack_set_visible_child_name (self->steps, "old");
  gtk_widget_grab_focus (self->keep);
}

/* The old vault closes; the lock page is that of the new one. */
static void
lock_parent (UiRekeyWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.lock", NULL);
}

static void
on_keep (UiRekeyWindow *self)
{
  lock_parent (self);
}

static gboolean
discard_work (gpointer folder, gpointer progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  return g_file_trash (file, cancellable, error);
}

static void
discard_done (gpointer owner, gpointer folder, gboolean ok, const GError *error)
{
  UiRekeyWindow *self = owner;
  g_autofree char *shown = NULL, *words = NULL;

  if (self->steps == NULL || ui_session_is_closing (self->session))
    return;
  if (ok)
    {
      lock_parent (self);
      return;
    }
  shown = g_filename_display_name (folder);
  words = g_strdup_printf (_ ("It could not be moved to the trash. Please delete this folder "
                              "yourself when you have unlocked the new vault: %s"),
                           shown);
  gtk_label_set_label (self->old_alert, words);
  gtk_widget_set_visible (GTK_WIDGET (self->old_alert), TRUE);
  gtk_widget_set_sensitive (self->keep, TRUE);
}

static void
on_discard (UiRekeyWindow *self)
{
  gtk_widget_set_sensitive (self->discard, FALSE);
  gtk_widget_set_sensitive (self->keep, FALSE);
  ui_task_run (self, self->session, TRUE, discard_work, discard_done, NULL,
               g_strdup (self->old_folder), g_free, NULL);
}

/* Closed before it is done: stopped. Closed after: the new vault is the one to go on with. */
static gboolean
on_close (UiRekeyWindow *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else if (self->sheet != NULL)
    lock_parent (self);
  return GDK_EVENT_PROPAGATE;
}

static void
ui_rekey_window_dispose (GObject *object)
{
  UiRekeyWindow *self = UI_REKEY_WINDOW (object);

  self->steps = NULL;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_pointer (&self->sheet, ui_secret_free);
  g_clear_pointer (&self->old_folder, g_free);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (ui_rekey_window_parent_class)->dispose (object);
}

static void
ui_rekey_window_class_init (UiRekeyWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_rekey_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/rekey_window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiRekeyWindow, steps);
  gtk_widget_class_bind_template_child (widget_class, UiRekeyWindow, place);
  gtk_widget_class_bind_template_child (widget_class, UiRekeyWindow, alert);
  gtk_widget_class_bind_template_child (widget_class, UiRekeyWindow, old_alert);
  gtk_widget_class_bind_template_child (widget_class, UiRekeyWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, UiRekeyWindow, groups);
  gtk_widget_class_bind_template_child (widget_class, UiRekeyWindow, discard);
  gtk_widget_class_bind_template_child (widget_class, UiRekeyWindow, keep);
  gtk_widget_class_bind_template_callback (widget_class, on_place);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_print);
  gtk_widget_class_bind_template_callback (widget_class, on_written);
  gtk_widget_class_bind_template_callback (widget_class, on_discard);
  gtk_widget_class_bind_template_callback (widget_class, on_keep);
}

static void
ui_rekey_window_init (UiRekeyWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "close-request", G_CALLBACK (on_close), NULL);
}

void
ui_rekey_window_show (GtkWindow *parent, UiSession *session, const UiOptions *options,
                      void (*moved) (gpointer parent, const char *folder))
{
  UiRekeyWindow *self = g_object_new (UI_TYPE_REKEY_WINDOW, NULL);
  g_autofree char *beside = NULL;

  self->session = g_object_ref (session);
  self->options = options;
  self->moved = moved;
  self->old_folder = g_strdup (scan_library_folder (ui_session_library (session)));
  beside = g_path_get_dirname (self->old_folder);
  set_place (self, beside);
  ui_vault_window_present (GTK_WINDOW (self), parent, session);
}
