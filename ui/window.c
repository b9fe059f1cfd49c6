/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window.h"

#include <glib/gi18n.h>

#include "ask.h"
#include "autolock.h"
#include "check_window.h"
#include "copy_vault.h"
#include "dropped.h"
#include "file_chooser.h"
#include "gallery_page.h"
#include "gone_page.h"
#include "keys_window.h"
#include "lock_page.h"
#include "look_window.h"
#include "media_offer.h"
#include "offer_bar.h"
#include "open_item.h"
#include "place.h"
#include "preferences.h"
#include "prove_window.h"
#include "recovered.h"
#include "rekey_window.h"
#include "relock.h"
#include "secret.h"
#include "settings.h"
#include "setup_page.h"
#include "share_window.h"
#include "trash_undo.h"
#include "trash_window.h"
#include "upkeep.h"
#include "vault_place.h"

struct _UiWindow
{
  AdwApplicationWindow parent_instance;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  UiSetupPage *setup;
  UiGonePage *gone;
  UiLockPage *locked;
  UiGalleryPage *gallery;
  UiOfferBar *opened; /* what becomes of what waits */
  UiOfferBar *medium; /* that was put in */

  const UiOptions *options;
  char *folder; /* of the vault */
  UiSession *session;
  UiAutolock *autolock;
  gboolean adding_stopped; /* by the last lock */
  GStrv waiting;           /* paths to be imported after unlocking */
};

G_DEFINE_FINAL_TYPE (UiWindow, ui_window, ADW_TYPE_APPLICATION_WINDOW)

/* Owned by the overlay. */
static AdwToast *
toast (UiWindow *self, const char *words)
{
  g_autofree char *escaped = g_markup_escape_text (words, -1);
  AdwToast *shown = adw_toast_new (escaped);

  adw_toast_overlay_add_toast (self->toasts, shown);
  return shown;
}

static void
show_gone (UiWindow *self)
{
  gtk_stack_set_visible_child_name (self->stack, "gone");
  ui_gone_page_set_folder (self->gone, self->folder);
}

/* A vault whose disk was taken out meanwhile is not asked for its passphrase. */
static void
show_locked (UiWindow *self)
{
  if (!scan_folder_is_vault (self->folder))
    {
      show_gone (self);
      return;
    }
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

/* From now on it locks, whatever page is shown. */
static void
hold_session (UiWindow *self, UiSession *session)
{
  const UiAutolockHooks hooks = { lock_by_itself, is_busy, self };

  g_set_object (&self->session, session);
  if (self->options->vault == NULL)
    ui_settings_set_vault_folder (self->folder);
  ui_upkeep_start (session);
  g_clear_pointer (&self->autolock, ui_autolock_free);
  self->autolock = ui_autolock_new (&hooks, idle_seconds (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.lock", TRUE);
}

static gboolean
is_main_shown (UiWindow *self)
{
  return self->session != NULL &&
         g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "main") == 0;
}

static void
show_main (UiWindow *self)
{
  g_auto (GStrv) waiting = g_steal_pointer (&self->waiting);

  ui_offer_bar_hide (self->opened);
  ui_gallery_page_set_session (self->gallery, self->session, self->options->sample != NULL);
  gtk_stack_set_visible_child_name (self->stack, "main");
  if (self->adding_stopped)
    ui_gallery_page_tell (self->gallery, _ ("Locking stopped the adding of scans. Please add them "
                                            "again: what is here already is passed over."));
  self->adding_stopped = FALSE;
  if (waiting != NULL)
    ui_gallery_page_add (self->gallery, waiting);
}

void
ui_window_take_session (UiWindow *self, UiSession *session)
{
  hold_session (self, session);
  show_main (self);
}

static void
on_created (UiWindow *self, UiSession *session)
{
  hold_session (self, session);
}

static void
on_set_up (UiWindow *self)
{
  show_main (self);
}

static void
on_opened (UiWindow *self, UiSession *session)
{
  ui_window_take_session (self, session);
}

static void
on_recovered (UiWindow *self, UiSession *session)
{
  ui_window_take_session (self, session);
  ui_recovered_ask (GTK_WINDOW (self), session, self->options);
}

/* No names: the page that is shown is for everybody's eyes. */
static void
offer_to_look (UiWindow *self)
{
  gboolean locked = gtk_stack_get_visible_child (self->stack) == GTK_WIDGET (self->locked);

  if (locked)
    ui_offer_bar_show (self->opened, _ ("Something was opened that is not in your vault."),
                       _ ("Unlock to add it"), _ ("Just look, do not keep"));
  else
    ui_offer_bar_show (self->opened, _ ("What was opened is added when your vault is open."), NULL,
                       _ ("Just look, do not keep"));
}

static void
add_chosen (gpointer owner, char **paths)
{
  ui_window_add (owner, paths);
}

void
ui_window_add (UiWindow *self, char **paths)
{
  g_autoptr (GStrvBuilder) builder = NULL;

  if (is_main_shown (self))
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
  offer_to_look (self);
}

static void
on_unlock_to_add (UiWindow *self)
{
  ui_lock_page_focus (self->locked);
}

static void
look_at (gpointer owner, char **paths)
{
  ui_look (owner, paths, add_chosen, owner);
}

static void
on_just_look (UiWindow *self)
{
  g_auto (GStrv) waiting = g_steal_pointer (&self->waiting);

  if (waiting != NULL)
    look_at (self, waiting);
}

static void
on_add_declined (UiWindow *self)
{
  g_clear_pointer (&self->waiting, g_strfreev);
}

/* Now, and at the next start. */
static void
use_folder (UiWindow *self, const char *folder)
{
  g_free (self->folder);
  self->folder = g_strdup (folder);
  ui_settings_set_vault_folder (self->folder);
}

static void
existing_chosen (gpointer owner, char **paths)
{
  UiWindow *self = owner;

  if (!scan_folder_is_vault (paths[0]))
    {
      toast (self, _ ("There is no vault in this folder."));
      return;
    }
  use_folder (self, paths[0]);
  show_locked (self);
}

static void
on_open_existing (UiWindow *self)
{
  ui_choose_files (GTK_WINDOW (self), _ ("Choose Your Vault's Folder"),
                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, FALSE, NULL, existing_chosen, self);
}

static void
on_gone (UiWindow *self)
{
  show_gone (self);
}

static void
on_try_again (UiWindow *self)
{
  show_locked (self);
  if (!scan_folder_is_vault (self->folder))
    toast (self, _ ("It is still not there."));
}

static void
on_make_new (UiWindow *self)
{
  g_autofree char *gone = g_steal_pointer (&self->folder);

  self->folder = ui_vault_place_new (gone);
  ui_setup_page_set_folder (self->setup, self->folder, self->options);
  gtk_stack_set_visible_child_name (self->stack, "setup");
  ui_setup_page_start (self->setup);
}

static void
on_open_item (UiWindow *self, const ScanItem *item)
{
  ui_open_item (gtk_window_get_application (GTK_WINDOW (self)), self->session, item);
}

static void
on_share_items (UiWindow *self, GArray *items)
{
  if (self->session != NULL)
    ui_share_window_show (GTK_WINDOW (self), self->session,
                          (const ScanItem *) (gpointer) items->data, items->len);
}

static void
on_trash_items (UiWindow *self, GArray *items)
{
  if (self->session != NULL)
    ui_trash_with_undo (self->toasts, self->session, (const ScanItem *) (gpointer) items->data,
                        items->len);
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
release_application (gpointer application)
{
  g_application_release (application);
  g_object_unref (application);
}

/* The application lives until the vault is closed, whatever becomes of its windows. */
static GtkApplication *
hold_application (UiWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  g_application_hold (G_APPLICATION (application));
  return g_object_ref (application);
}

typedef struct
{
  UiWindow *window;
  GtkApplication *application;
} Closing;

static void
on_session_closed (gpointer data)
{
  Closing *closing = data;
  UiWindow *self = closing->window;

  /* A window that was closed meanwhile has left the application: there is nothing to lock. */
  if (gtk_window_get_application (GTK_WINDOW (self)) != NULL)
    {
      ui_relock (GTK_WINDOW (self), self->options, self->folder, self->adding_stopped);
      show_locked (self);
    }
  release_application (closing->application);
  g_object_unref (self);
  g_free (closing);
}

static void
lock (UiWindow *self)
{
  g_autoptr (UiSession) session = g_steal_pointer (&self->session);
  Closing *closing;

  if (session == NULL)
    return;
  g_clear_pointer (&self->autolock, ui_autolock_free);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.lock", FALSE);
  /* What is on the screen goes at once; the keys go when the work that uses them has ended. */
  self->adding_stopped = self->adding_stopped || ui_gallery_page_is_adding (self->gallery);
  ui_gallery_page_set_session (self->gallery, NULL, FALSE);
  ui_setup_page_clear (self->setup);
  gtk_stack_set_visible_child_name (self->stack, "locked");
  ui_lock_page_wait (self->locked);
  closing = g_new (Closing, 1);
  *closing = (Closing){ g_object_ref (self), hold_application (self) };
  ui_close_all_but (GTK_WINDOW (self));
  ui_session_close (session, on_session_closed, closing);
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
keys_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (self->session != NULL)
    ui_keys_window_show (GTK_WINDOW (self), self->session, self->options);
}

static void
prove_sheet_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (self->session != NULL)
    ui_prove_window_show (GTK_WINDOW (self), self->session);
}

static void
check_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (self->session != NULL)
    ui_check_window_show (GTK_WINDOW (self), self->session);
}

static void
on_moved (gpointer owner, const char *folder)
{
  use_folder (owner, folder);
}

static void
rekey_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (self->session != NULL)
    ui_rekey_window_show (GTK_WINDOW (self), self->session, self->options, on_moved);
}

static void
preferences_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (self->session != NULL)
    ui_preferences_show (GTK_WINDOW (self), self->session);
}

/* Closing the window locks. */
static gboolean
on_close_request (GtkWindow *window)
{
  UiWindow *self = UI_WINDOW (window);
  g_autoptr (UiSession) session = g_steal_pointer (&self->session);

  ui_drop_focus_on_close (window, NULL);
  g_clear_pointer (&self->autolock, ui_autolock_free);
  ui_setup_page_clear (self->setup);
  if (session != NULL)
    {
      ui_gallery_page_set_session (self->gallery, NULL, FALSE);
      ui_close_all_but (GTK_WINDOW (self));
      ui_session_close (session, release_application, hold_application (self));
    }
  else
    ui_close_all_but (GTK_WINDOW (self));
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

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, UiWindow *self)
{
  g_auto (GStrv) paths = ui_dropped_paths (value);

  if (paths[0] == NULL)
    return FALSE;
  ui_window_add (self, paths);
  return TRUE;
}

static void
ui_window_class_init (UiWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_window_dispose;
  g_type_ensure (UI_TYPE_SETUP_PAGE);
  g_type_ensure (UI_TYPE_GONE_PAGE);
  g_type_ensure (UI_TYPE_LOCK_PAGE);
  g_type_ensure (UI_TYPE_GALLERY_PAGE);
  g_type_ensure (UI_TYPE_OFFER_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, setup);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, gone);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, locked);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, gallery);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, opened);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, medium);
  gtk_widget_class_bind_template_callback (widget_class, on_unlock_to_add);
  gtk_widget_class_bind_template_callback (widget_class, on_just_look);
  gtk_widget_class_bind_template_callback (widget_class, on_add_declined);
  gtk_widget_class_bind_template_callback (widget_class, on_created);
  gtk_widget_class_bind_template_callback (widget_class, on_set_up);
  gtk_widget_class_bind_template_callback (widget_class, on_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_recovered);
  gtk_widget_class_bind_template_callback (widget_class, on_open_existing);
  gtk_widget_class_bind_template_callback (widget_class, on_gone);
  gtk_widget_class_bind_template_callback (widget_class, on_try_again);
  gtk_widget_class_bind_template_callback (widget_class, on_make_new);
  gtk_widget_class_bind_template_callback (widget_class, on_open_item);
  gtk_widget_class_bind_template_callback (widget_class, on_share_items);
  gtk_widget_class_bind_template_callback (widget_class, on_trash_items);
  gtk_widget_class_install_action (widget_class, "win.lock", NULL, lock_action);
  gtk_widget_class_install_action (widget_class, "win.trash", NULL, trash_action);
  gtk_widget_class_install_action (widget_class, "win.copy-vault", NULL, copy_vault_action);
  gtk_widget_class_install_action (widget_class, "win.keys", NULL, keys_action);
  gtk_widget_class_install_action (widget_class, "win.prove-sheet", NULL, prove_sheet_action);
  gtk_widget_class_install_action (widget_class, "win.check", NULL, check_action);
  gtk_widget_class_install_action (widget_class, "win.rekey", NULL, rekey_action);
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
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.lock", FALSE);
  ui_media_offer_start (self->medium, add_chosen, look_at, self);
  g_signal_connect (self, "close-request", G_CALLBACK (on_close_request), NULL);
  if (ui_settings () != NULL)
    g_signal_connect_object (ui_settings (), "changed::" UI_SETTING_LOCK_AFTER,
                             G_CALLBACK (on_lock_time_changed), self, G_CONNECT_SWAPPED);
}

UiWindow *
ui_window_new (GtkApplication *application, const UiOptions *options)
{
  UiWindow *self = g_object_new (UI_TYPE_WINDOW, "application", application, NULL);
  gboolean known;

  self->options = options;
  self->adding_stopped = options->adding_stopped;
  self->folder = ui_vault_place_first (options, &known);
  if (options->width > 0 && options->height > 0)
    gtk_window_set_default_size (GTK_WINDOW (self), options->width, options->height);
  if (options->maximized)
    gtk_window_maximize (GTK_WINDOW (self));
  ui_setup_page_set_folder (self->setup, self->folder, options);
  if (known || scan_folder_is_vault (self->folder))
    show_locked (self);
  else
    gtk_stack_set_visible_child_name (self->stack, "setup");
  return self;
}

GtkWidget *
ui_window_gallery (UiWindow *self)
{
  return GTK_WIDGET (self->gallery);
}
