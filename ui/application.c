/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "gallery_page.h"
#include "help_window.h"
#include "options.h"
#include "planes_window.h"
#include "recent.h"
#include "secret.h"
#include "viewer_window.h"
#include "window.h"

#define PASSPHRASE_FILE_MAX 4096

struct _UiApplication
{
  AdwApplication parent_instance;
  UiOptions options;
  char *window_size; /* as on the command line */
};

G_DEFINE_FINAL_TYPE (UiApplication, ui_application, ADW_TYPE_APPLICATION)

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (
      gtk_application_get_active_window (GTK_APPLICATION (user_data)), "application-name",
      _ ("Scan Vault"), "application-icon", "io.github.scanvault.ScanVault", "version",
      SCANVAULT_VERSION, "developer-name", _ ("The Scan Vault authors"), "license-type",
      GTK_LICENSE_GPL_3_0, "comments",
      _ ("Keeps your medical scans locked on this computer, shows them, and makes copies without "
         "your name.\n\nScan "
         "Vault is not a medical device. Please let your doctor explain what a picture means."),
      NULL);
}

static void
help_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ui_help_window_show (user_data);
}

/* NULL once it is closed, while the vault still is being closed. */
static UiWindow *
find_window (UiApplication *self)
{
  for (GList *at = gtk_application_get_windows (GTK_APPLICATION (self)); at != NULL; at = at->next)
    if (UI_IS_WINDOW (at->data))
      return at->data;
  return NULL;
}

static UiWindow *
main_window (UiApplication *self)
{
  UiWindow *window = find_window (self);

  return window != NULL ? window : ui_window_new (GTK_APPLICATION (self), &self->options);
}

static void
lock_window (UiApplication *self)
{
  UiWindow *window = find_window (self);

  if (window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.lock", NULL);
}

static void
close_window (UiApplication *self)
{
  UiWindow *window = find_window (self);

  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
}

static void
lock_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  lock_window (user_data);
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  close_window (user_data);
}

/* Whoever ends the program from outside gets a vault that was closed, not one that was cut off. */
static gboolean
on_end_signal (gpointer self)
{
  close_window (self);
  return G_SOURCE_CONTINUE;
}

/* The desktop session is about to end. */
static void
on_query_end (UiApplication *self)
{
  lock_window (self);
}

static const GActionEntry actions[] = {
  { "about", about_action, NULL, NULL, NULL, { 0 } },
  { "help", help_action, NULL, NULL, NULL, { 0 } },
  { "lock", lock_action, NULL, NULL, NULL, { 0 } },
  { "quit", quit_action, NULL, NULL, NULL, { 0 } },
};

/* Tests alone. */
static void
run_bench (UiApplication *self, UiWindow *main_window, UiSession *session)
{
  GPtrArray *studies = scan_catalog_studies (ui_session_catalog (session));
  const UiOptions *options = &self->options;
  const UiBenchTarget *target = options->bench_planes > 0       ? &ui_planes_bench
                                : options->bench_scroll > 0     ? &ui_viewer_bench
                                : options->bench_brightness > 0 ? &ui_brightness_bench
                                : options->bench_gallery > 0    ? &ui_gallery_bench
                                                                : NULL;
  GtkWidget *widget;

  if (studies->len == 0 || target == NULL)
    return;
  if (target == &ui_gallery_bench)
    widget = ui_window_gallery (main_window);
  else if (target == &ui_planes_bench)
    {
      ScanStudy *study = g_ptr_array_index (studies, 0);
      g_autoptr (GPtrArray) sets = ui_viewer_sets_new (session, study);

      widget = GTK_WIDGET (ui_planes_window_new (GTK_APPLICATION (self), session,
                                                 ui_viewer_sets_first (sets, study), 0));
    }
  else
    widget = GTK_WIDGET (
        ui_viewer_window_new (GTK_APPLICATION (self), session, g_ptr_array_index (studies, 0)));
  if (GTK_IS_WINDOW (widget))
    gtk_window_present (GTK_WINDOW (widget));
  ui_bench_run (widget, target,
                (guint) (options->bench_planes + options->bench_scroll + options->bench_brightness +
                         options->bench_gallery));
}

/* Tests alone: opens the vault with the passphrase in a file, on the main thread. */
static void
open_by_file (UiApplication *self, UiWindow *window)
{
  FILE *file = fopen (self->options.passphrase_file, "re");
  g_autoptr (UiSecret) secret = ui_secret_new_empty (PASSPHRASE_FILE_MAX);
  g_autoptr (UiSession) session = NULL;
  g_autoptr (GError) error = NULL;
  ScanLibrary *library;

  if (file == NULL || secret == NULL)
    return;
  setvbuf (file, NULL, _IONBF, 0);
  secret->length = fread (secret->text, 1, PASSPHRASE_FILE_MAX, file);
  fclose (file);
  while (secret->length > 0 && strchr ("\r\n", secret->text[secret->length - 1]) != NULL)
    secret->length--;
  library = scan_library_open (self->options.vault, secret->text, secret->length, &error);
  if (library == NULL)
    {
      g_printerr ("%s\n", error->message);
      return;
    }
  session = ui_session_new (library);
  ui_window_take_session (window, session);
  run_bench (self, window, session);
}

static void
ui_application_activate (GApplication *application)
{
  UiApplication *self = UI_APPLICATION (application);
  gboolean first = gtk_application_get_active_window (GTK_APPLICATION (self)) == NULL;
  UiWindow *window = main_window (self);

  gtk_window_present (GTK_WINDOW (window));
  if (first && self->options.passphrase_file != NULL && self->options.vault != NULL)
    open_by_file (self, window);
}

static void
ui_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  ui_application_activate (application);
  for (int i = 0; i < n_files; i++)
    if (g_file_peek_path (files[i]) != NULL)
      g_strv_builder_add (builder, g_file_peek_path (files[i]));
  paths = g_strv_builder_end (builder);
  if (paths[0] != NULL)
    ui_window_add (main_window (UI_APPLICATION (application)), paths);
}

static void
ui_application_startup (GApplication *application)
{
  static const char *const help_keys[] = { "F1", NULL };
  static const char *const lock_keys[] = { "<Control>l", NULL };
  static const char *const quit_keys[] = { "<Control>q", NULL };

  G_APPLICATION_CLASS (ui_application_parent_class)->startup (application);
  if (UI_APPLICATION (application)->options.right_to_left)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.help", help_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.lock", lock_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.quit", quit_keys);
  g_unix_signal_add (SIGTERM, on_end_signal, application);
  g_unix_signal_add (SIGHUP, on_end_signal, application);
  g_unix_signal_add (SIGINT, on_end_signal, application);
  g_signal_connect (application, "query-end", G_CALLBACK (on_query_end), NULL);
  /* What a run that was cut off left there. */
  ui_recent_forget ();
  gtk_window_set_default_icon_name ("io.github.scanvault.ScanVault");
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/io/github/scanvault/ScanVault/icons");
}

static void
ui_application_shutdown (GApplication *application)
{
  ui_recent_forget ();
  G_APPLICATION_CLASS (ui_application_parent_class)->shutdown (application);
}

/* A vault named on the command line is opened by this very process. */
static int
ui_application_handle_local_options (GApplication *application, GVariantDict *dictionary)
{
  UiApplication *self = UI_APPLICATION (application);
  char maximized = '\0';

  if (self->window_size != NULL && sscanf (self->window_size, "%5dx%5d%c", &self->options.width,
                                           &self->options.height, &maximized) < 2)
    self->options.width = self->options.height = 0;
  self->options.maximized = maximized == 'm';
  if (self->options.vault != NULL)
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
ui_application_finalize (GObject *object)
{
  UiApplication *self = UI_APPLICATION (object);

  g_free (self->options.vault);
  g_free (self->options.locked);
  g_free (self->window_size);
  g_free (self->options.sample);
  g_free (self->options.passphrase_file);
  G_OBJECT_CLASS (ui_application_parent_class)->finalize (object);
}

static void
ui_application_class_init (UiApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = ui_application_finalize;
  application_class->activate = ui_application_activate;
  application_class->open = ui_application_open;
  application_class->startup = ui_application_startup;
  application_class->shutdown = ui_application_shutdown;
  application_class->handle_local_options = ui_application_handle_local_options;
}

static void
ui_application_init (UiApplication *self)
{
  const GOptionEntry entries[] = {
    { "vault", 0, 0, G_OPTION_ARG_FILENAME, &self->options.vault, N_ ("The vault's folder"),
      N_ ("FOLDER") },
    { "offer-sample", 0, 0, G_OPTION_ARG_FILENAME, &self->options.sample,
      N_ ("Offer to add scans from this folder"), N_ ("FOLDER") },
    { "kdf-test", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &self->options.kdf_test, NULL, NULL },
    { "locked", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &self->options.locked, NULL, NULL },
    { "adding-stopped", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &self->options.adding_stopped,
      NULL, NULL },
    { "window-size", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &self->window_size, NULL, NULL },
    { "idle-seconds", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &self->options.idle_seconds, NULL,
      NULL },
    { "passphrase-file", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME,
      &self->options.passphrase_file, NULL, NULL },
    { "right-to-left", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &self->options.right_to_left,
      NULL, NULL },
    { "bench-brightness", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT,
      &self->options.bench_brightness, NULL, NULL },
    { "bench-gallery", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &self->options.bench_gallery,
      NULL, NULL },
    { "bench-planes", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &self->options.bench_planes, NULL,
      NULL },
    { "bench-scroll", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &self->options.bench_scroll, NULL,
      NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

UiApplication *
ui_application_new (void)
{
  return g_object_new (UI_TYPE_APPLICATION, "application-id", "io.github.scanvault.ScanVault",
                       "flags", G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/scanvault/ScanVault", "register-session", TRUE, NULL);
}
