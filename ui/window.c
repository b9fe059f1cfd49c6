/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window.h"

#include <glib/gi18n.h>

#include "autolock.h"
#include "copy_vault.h"
#include "file_chooser.h"
#include "gallery_page.h"
#include "lock_page.h"
#include "plainname.h"
#include "preferences.h"
#include "relock.h"
#include "secret.h"
#include "settings.h"
#include "setup_page.h"
#include "share_window.h"
#include "task.h"
#include "trash_task.h"
#include "trash_window.h"
#include "upkeep.h"
#include "viewer_window.h"
#include "words.h"

struct _UiWindow
{
  AdwApplicationWindow parent_instance;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  UiSetupPage *setup;
  UiLockPage *locked;
  UiGalleryPage *gallery;

  const UiOptions *options;
  char *folder; /* of the vault */
  UiSession *session;
  UiAutolock *autolock;
  GStrv waiting; /* paths to be imported after unlocking */
};

G_DEFINE_FINAL_TYPE (UiWindow, ui_window, ADW_TYPE_APPLICATION_WINDOW)

static void
toast (UiWindow *self, const char *words)
{
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static gboolean
is_vault (const char *folder)
{
  g_autofree char *file = g_build_filename (folder, "vault.id", NULL);

  return g_file_test (file, G_FILE_TEST_EXISTS);
}

static void
show_locked (UiWindow *self)
{
  ui_lock_page_set_folder (self->locked, self->folder);
  gtk_stack_set_visible_child_name (self->stack, "locked");
  ui_lock_page_reset (self->locked);
}

static void lock (UiWindow *self);

static void
lock_by_itself (gpointer self)
{
  lock (self);
}

static gboolean
is_busy (gpointer data)
{
  UiWindow *self = data;

  return self->session != NULL && ui_session_is_busy (self->session);
}

static guint
idle_seconds (UiWindow *self)
{
  return self->options->idle_seconds > 0 ? (guint) self->options->idle_seconds
                                         : ui_settings_lock_minutes () * 60;
}

static void
on_lock_time_changed (UiWindow *self)
{
  if (self->autolock != NULL)
    ui_autolock_set_idle (self->autolock, idle_seconds (self));
}

static void
on_accept_older (UiWindow *self)
{
  if (self->session != NULL)
    scan_library_accept_older (ui_session_library (self->session), NULL);
}

/* What the owner should know stays until it is waved away, the gravest on top. */
static void
tell_notices (UiWindow *self)
{
  g_autoptr (GPtrArray) notices = scan_library_notices (ui_session_library (self->session));

  for (guint i = 0; i < notices->len; i++)
    {
      const ScanNotice *notice = g_ptr_array_index (notices, i);
      g_autofree char *escaped = g_markup_escape_text (notice->sentence, -1);
      AdwToast *told = adw_toast_new (escaped);

      adw_toast_set_timeout (told, 0);
      if (notice->kind == SCAN_NOTICE_OLDER || notice->kind == SCAN_NOTICE_COPY)
        {
          adw_toast_set_button_label (told, _ ("That is fine"));
          g_signal_connect_object (told, "button-clicked", G_CALLBACK (on_accept_older), self,
                                   G_CONNECT_SWAPPED);
        }
      g_signal_connect_object (self->session, "closing", G_CALLBACK (adw_toast_dismiss), told,
                               G_CONNECT_SWAPPED);
      adw_toast_overlay_add_toast (self->toasts, told);
    }
}

void
ui_window_take_session (UiWindow *self, UiSession *session)
{
  g_auto (GStrv) waiting = g_steal_pointer (&self->waiting);
  const UiAutolockHooks hooks = { lock_by_itself, is_busy, self };

  g_set_object (&self->session, session);
  ui_upkeep_start (session);
  g_clear_pointer (&self->autolock, ui_autolock_free);
  self->autolock = ui_autolock_new (&hooks, idle_seconds (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.lock", TRUE);
  ui_gallery_page_set_session (self->gallery, session, self->options->sample != NULL);
  gtk_stack_set_visible_child_name (self->stack, "main");
  tell_notices (self);
  if (waiting != NULL)
    ui_gallery_page_add (self->gallery, waiting);
}

static void
on_opened (UiWindow *self, UiSession *session)
{
  ui_window_take_session (self, session);
}

void
ui_window_add (UiWindow *self, char **paths)
{
  g_autoptr (GStrvBuilder) builder = NULL;

  if (self->session != NULL)
    {
      ui_gallery_page_add (self->gallery, paths);
      return;
    }
  builder = g_strv_builder_new ();
  if (self->waiting != NULL)
    g_strv_builder_addv (builder, (const char **) self->waiting);
  g_strv_builder_addv (builder, (const char **) paths);
  g_strfreev (self->waiting);
  self->waiting = g_strv_builder_end (builder);
  toast (self, _ ("Unlock your vault to add this."));
}

static void
existing_chosen (gpointer owner, char **paths)
{
  UiWindow *self = owner;

  if (!is_vault (paths[0]))
    {
      toast (self, _ ("There is no vault in this folder."));
      return;
    }
  g_free (self->folder);
  self->folder = g_strdup (paths[0]);
  ui_settings_set_vault_folder (self->folder);
  show_locked (self);
}

static void
on_open_existing (UiWindow *self)
{
  ui_choose_files (GTK_WINDOW (self), _ ("Choose Your Vault's Folder"),
                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, FALSE, NULL, existing_chosen, self);
}

typedef struct
{
  ScanLibrary *library;
  ScanItem item;
  char *folder;
} CopyJob;

static void
copy_job_free (gpointer data)
{
  CopyJob *job = data;

  g_free (job->folder);
  g_free (job);
}

static gboolean
copy_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  CopyJob *job = data;
  ScanExportResult result = { 0 };
  gboolean ok = scan_library_export (job->library, &job->item, 1, job->folder, ui_task_progress,
                                     progress, cancellable, &result, error);

  if (ok && result.failed != NULL && result.failed->len > 0)
    {
      const ScanFailure *failure = g_ptr_array_index (result.failed, 0);

      g_set_error_literal (error, failure->domain, failure->error_code, failure->message);
      ok = FALSE;
    }
  scan_export_result_clear (&result);
  return ok;
}

static void
copy_done (gpointer owner, gpointer job, gboolean ok, const GError *error)
{
  UiWindow *self = owner;

  if (self->toasts != NULL)
    toast (self, ok ? _ ("An unlocked copy was saved.") : ui_words_error (error, UI_TOPIC_COPY));
}

static void
copy_chosen (gpointer owner, char **paths)
{
  UiWindow *self = owner;
  ScanDocument *document = g_object_get_data (G_OBJECT (self), "document");
  CopyJob *job;

  if (self->session == NULL || document == NULL)
    return;
  job = g_new0 (CopyJob, 1);
  job->library = ui_session_library (self->session);
  job->item = (ScanItem){ SCAN_ITEM_DOCUMENT, { .document = document } };
  job->folder = g_strdup (paths[0]);
  ui_task_run (self, self->session, FALSE, copy_work, copy_done, NULL, job, copy_job_free, NULL);
}

static void
on_document_response (AdwMessageDialog *dialog, const char *response, UiWindow *self)
{
  if (g_str_equal (response, "save") && self->session != NULL)
    ui_choose_files (GTK_WINDOW (self), _ ("Save an Unlocked Copy In"),
                     GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, FALSE, G_OBJECT (self->session),
                     copy_chosen, self);
}

static void
open_document (UiWindow *self, ScanDocument *document)
{
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (self), _ ("This document is kept safely"),
                              _ ("Scan Vault cannot show documents yet. You can save an unlocked "
                                 "copy and open that with another program."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "save",
                                    _ ("Save a copy…"), NULL);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data (G_OBJECT (self), "document", document);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_document_response), self, 0);
  g_signal_connect_object (self->session, "closing", G_CALLBACK (gtk_window_destroy), dialog,
                           G_CONNECT_SWAPPED);
  /* So that the application's keys, Ctrl+L above all, work over it. */
  gtk_window_set_application (GTK_WINDOW (dialog), gtk_window_get_application (GTK_WINDOW (self)));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_open_item (UiWindow *self, const ScanItem *item)
{
  if (item->kind == SCAN_ITEM_DOCUMENT)
    open_document (self, item->document);
  else
    gtk_window_present (GTK_WINDOW (ui_viewer_window_new (
        gtk_window_get_application (GTK_WINDOW (self)), self->session, item->study)));
}

static void
on_share_item (UiWindow *self, const ScanItem *item)
{
  gtk_window_present (
      GTK_WINDOW (ui_share_window_new (GTK_WINDOW (self), self->session, item->study)));
}

static void
on_restored (gpointer owner, const ScanItem *item, gboolean ok, const ScanTrashResult *result,
             const GError *error)
{
  UiWindow *self = owner;

  if (self->toasts != NULL && !ok)
    toast (self, ui_words_error (error, UI_TOPIC_PICTURE));
}

static void
on_undo (AdwToast *toast, UiWindow *self)
{
  const ScanItem *item = g_object_get_data (G_OBJECT (toast), "item");

  if (self->session != NULL)
    ui_trash_run (self, self->session, SCAN_TRASH_RESTORE, item, FALSE, on_restored);
}

static void
on_trashed (gpointer owner, const ScanItem *item, gboolean ok, const ScanTrashResult *result,
            const GError *error)
{
  UiWindow *self = owner;
  AdwToast *undo;

  if (self->toasts == NULL || self->session == NULL)
    return;
  if (!ok)
    {
      toast (self, ui_words_error (error, UI_TOPIC_PICTURE));
      return;
    }
  undo = adw_toast_new (_ ("Moved to the trash"));
  adw_toast_set_button_label (undo, _ ("Undo"));
  adw_toast_set_timeout (undo, 10);
  g_object_set_data_full (G_OBJECT (undo), "item", g_memdup2 (item, sizeof *item), g_free);
  g_signal_connect_object (undo, "button-clicked", G_CALLBACK (on_undo), self, 0);
  /* An offer to undo must not outlive the scan that it speaks of. */
  g_signal_connect_object (self->session, "closing", G_CALLBACK (adw_toast_dismiss), undo,
                           G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, undo);
}

static void
on_trash_item (UiWindow *self, const ScanItem *item)
{
  if (self->session != NULL)
    ui_trash_run (self, self->session, SCAN_TRASH_PUT, item, FALSE, on_trashed);
}

static void
add_chosen (gpointer owner, char **paths)
{
  ui_window_add (owner, paths);
}

static void
add_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (self->session != NULL)
    ui_choose_files (GTK_WINDOW (self), _ ("Add a Folder, Disc or Stick"),
                     GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, TRUE, G_OBJECT (self->session),
                     add_chosen, self);
}

static void
add_files_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (self->session != NULL)
    ui_choose_files (GTK_WINDOW (self), _ ("Add Files"), GTK_FILE_CHOOSER_ACTION_OPEN, TRUE,
                     G_OBJECT (self->session), add_chosen, self);
}

static void
add_sample_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);
  char *paths[] = { self->options->sample, NULL };

  if (self->session != NULL && self->options->sample != NULL)
    ui_gallery_page_add (self->gallery, paths);
}

static void
on_session_closed (gpointer data)
{
  g_autoptr (UiWindow) self = data;

  if (self->stack == NULL)
    return;
  ui_relock (GTK_WINDOW (self), self->options, self->folder);
  show_locked (self);
}

static void
lock (UiWindow *self)
{
  g_autoptr (UiSession) session = g_steal_pointer (&self->session);

  if (session == NULL)
    return;
  g_clear_pointer (&self->autolock, ui_autolock_free);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.lock", FALSE);
  g_object_set_data (G_OBJECT (self), "document", NULL);
  /* What is on the screen goes at once; the keys go when the work that uses them has ended. */
  ui_gallery_page_set_session (self->gallery, NULL, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "locked");
  ui_lock_page_wait (self->locked);
  ui_session_close (session, on_session_closed, g_object_ref (self));
}

static void
lock_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  lock (UI_WINDOW (widget));
}

static void
trash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (self->session != NULL)
    ui_trash_window_show (GTK_WINDOW (self), self->session);
}

static void
copy_vault_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (self->session != NULL)
    ui_copy_vault (GTK_WINDOW (self), self->session);
}

static void
preferences_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_preferences_show (GTK_WINDOW (widget));
}

static void
release_application (gpointer application)
{
  g_application_release (application);
  g_object_unref (application);
}

/* Closing the window locks; the application lives until the vault is closed. */
static gboolean
on_close_request (GtkWindow *window)
{
  UiWindow *self = UI_WINDOW (window);
  g_autoptr (UiSession) session = g_steal_pointer (&self->session);
  GtkApplication *application = gtk_window_get_application (window);

  ui_drop_focus_on_close (window, NULL);
  g_clear_pointer (&self->autolock, ui_autolock_free);
  if (session != NULL)
    {
      g_application_hold (G_APPLICATION (application));
      ui_gallery_page_set_session (self->gallery, NULL, FALSE);
      ui_session_close (session, release_application, g_object_ref (application));
    }
  return GDK_EVENT_PROPAGATE;
}

static void
ui_window_dispose (GObject *object)
{
  UiWindow *self = UI_WINDOW (object);

  self->stack = NULL;
  self->toasts = NULL;
  g_clear_pointer (&self->autolock, ui_autolock_free);
  g_clear_object (&self->session);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->waiting, g_strfreev);
  G_OBJECT_CLASS (ui_window_parent_class)->dispose (object);
}

static void
ui_window_class_init (UiWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_window_dispose;
  g_type_ensure (UI_TYPE_SETUP_PAGE);
  g_type_ensure (UI_TYPE_LOCK_PAGE);
  g_type_ensure (UI_TYPE_GALLERY_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, setup);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, locked);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, gallery);
  gtk_widget_class_bind_template_callback (widget_class, on_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_open_existing);
  gtk_widget_class_bind_template_callback (widget_class, on_open_item);
  gtk_widget_class_bind_template_callback (widget_class, on_share_item);
  gtk_widget_class_bind_template_callback (widget_class, on_trash_item);
  gtk_widget_class_install_action (widget_class, "win.lock", NULL, lock_action);
  gtk_widget_class_install_action (widget_class, "win.trash", NULL, trash_action);
  gtk_widget_class_install_action (widget_class, "win.copy-vault", NULL, copy_vault_action);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (widget_class, "win.add-folder", NULL, add_folder_action);
  gtk_widget_class_install_action (widget_class, "win.add-files", NULL, add_files_action);
  gtk_widget_class_install_action (widget_class, "win.add-sample", NULL, add_sample_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "win.lock", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK, "win.add-folder",
                                       NULL);
}

static void
ui_window_init (UiWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.lock", FALSE);
  g_signal_connect (self, "close-request", G_CALLBACK (on_close_request), NULL);
  if (ui_settings () != NULL)
    g_signal_connect_object (ui_settings (), "changed::" UI_SETTING_LOCK_AFTER,
                             G_CALLBACK (on_lock_time_changed), self, G_CONNECT_SWAPPED);
}

UiWindow *
ui_window_new (GtkApplication *application, const UiOptions *options)
{
  UiWindow *self = g_object_new (UI_TYPE_WINDOW, "application", application, NULL);

  self->options = options;
  if (options->vault != NULL)
    self->folder = g_canonicalize_filename (options->vault, NULL);
  else if (options->locked != NULL)
    self->folder = g_strdup (options->locked);
  else if ((self->folder = ui_settings_vault_folder ()) == NULL)
    self->folder = g_build_filename (g_get_user_data_dir (), "Scan Vault", "MyScans.vault", NULL);
  if (options->width > 0 && options->height > 0)
    gtk_window_set_default_size (GTK_WINDOW (self), options->width, options->height);
  if (options->maximized)
    gtk_window_maximize (GTK_WINDOW (self));
  ui_setup_page_set_folder (self->setup, self->folder, options);
  if (is_vault (self->folder))
    show_locked (self);
  else
    gtk_stack_set_visible_child_name (self->stack, "setup");
  return self;
}
