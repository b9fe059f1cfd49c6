/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "setup_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "passphrase_form.h"
#include "secret.h"
#include "sheet_grid.h"
#include "sheet_print.h"
#include "sheet_proof.h"
#include "task.h"
#include "words.h"

struct _UiSetupPage
{
  AdwBin parent_instance;
  GtkStack *steps;
  GtkWidget *back, *start;
  UiPassphraseForm *form;
  GtkWidget *create, *spinner;
  GtkGrid *groups;
  GtkWidget *written;
  UiSheetProof *proof;

  char *folder;
  const UiOptions *options;
  gboolean busy;
  UiSession *session;
  UiSecret *sheet;
};

G_DEFINE_FINAL_TYPE (UiSetupPage, ui_setup_page, ADW_TYPE_BIN)

enum
{
  SIGNAL_CREATED,
  SIGNAL_FINISHED,
  SIGNAL_OPEN_EXISTING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
show_step (UiSetupPage *self, const char *step)
{
  gtk_stack_set_visible_child_name (self->steps, step);
  gtk_widget_set_visible (self->back,
                          g_str_equal (step, "passphrase") || g_str_equal (step, "prove"));
}

static void
on_start (UiSetupPage *self)
{
  show_step (self, "passphrase");
  ui_passphrase_form_start (self->form);
}

static void
on_open_existing (UiSetupPage *self)
{
  g_signal_emit (self, signals[SIGNAL_OPEN_EXISTING], 0);
}

static void
on_back (UiSetupPage *self)
{
  const char *step = gtk_stack_get_visible_child_name (self->steps);

  show_step (self, g_str_equal (step, "prove") ? "sheet" : "welcome");
}

static void
on_passphrase_changed (UiSetupPage *self)
{
  gtk_widget_set_sensitive (self->create, !self->busy && ui_passphrase_form_is_good (self->form));
}

typedef struct
{
  char *folder;
  gboolean cheap;
  UiSecret *passphrase;
  UiSecret *sheet;
  ScanLibrary *library;
} CreateJob;

static void
create_job_free (gpointer data)
{
  CreateJob *job = data;

  g_clear_pointer (&job->passphrase, ui_secret_free);
  g_clear_pointer (&job->sheet, ui_secret_free);
  g_clear_pointer (&job->library, scan_library_close);
  g_free (job->folder);
  g_free (job);
}

static gboolean
create_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  static const VaultKdf cheap = { .ops = 1, .mem_kib = 8192 };
  CreateJob *job = data;
  g_autofree char *parent = g_path_get_dirname (job->folder);

  /* What is wrong with the place shows when the vault is made in it. */
  g_mkdir_with_parents (parent, 0700);
  job->library = scan_library_create (job->folder, job->passphrase->text, job->passphrase->length,
                                      job->cheap ? &cheap : NULL, job->sheet->text, error);
  g_clear_pointer (&job->passphrase, ui_secret_free);
  /* Until it is proved, so that whatever comes between is followed by a reminder. */
  if (job->library != NULL)
    scan_library_set_sheet_proved (job->library, FALSE, NULL);
  return job->library != NULL;
}

static void
show_sheet (UiSetupPage *self)
{
  ui_sheet_grid_clear (self->groups);
  ui_sheet_grid_show (self->groups, self->sheet->text);
  show_step (self, "sheet");
  gtk_widget_grab_focus (self->written);
}

static void
on_print (UiSetupPage *self)
{
  if (self->sheet != NULL)
    ui_sheet_print (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->session,
                    self->sheet->text, self->folder);
}

static void
create_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiSetupPage *self = owner;
  CreateJob *job = data;

  if (self->steps == NULL)
    return;
  self->busy = FALSE;
  gtk_spinner_stop (GTK_SPINNER (self->spinner));
  if (!ok)
    {
      ui_passphrase_form_alert (self->form, ui_words_error (error, UI_TOPIC_PASSPHRASE));
      gtk_widget_set_sensitive (self->create, TRUE);
      return;
    }
  self->session = ui_session_new (g_steal_pointer (&job->library));
  self->sheet = g_steal_pointer (&job->sheet);
  ui_passphrase_form_clear (self->form);
  show_sheet (self);
  g_signal_emit (self, signals[SIGNAL_CREATED], 0, self->session);
}

static void
on_create (UiSetupPage *self)
{
  CreateJob *job;

  if (self->busy || !ui_passphrase_form_is_good (self->form))
    return;
  job = g_new0 (CreateJob, 1);
  job->folder = g_strdup (self->folder);
  job->cheap = self->options->kdf_test;
  job->passphrase = ui_passphrase_form_get (self->form);
  job->sheet = ui_secret_new_empty (VAULT_SHEET_SIZE - 1);
  if (job->passphrase == NULL || job->sheet == NULL)
    {
      create_job_free (job);
      return;
    }
  self->busy = TRUE;
  ui_passphrase_form_alert (self->form, NULL);
  gtk_widget_set_sensitive (self->create, FALSE);
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  ui_task_run (self, NULL, FALSE, create_work, create_done, NULL, job, create_job_free, NULL);
}

static void
on_written (UiSetupPage *self)
{
  show_step (self, "prove");
  ui_sheet_proof_start (self->proof, self->sheet->text);
}

static void
finish (gpointer data)
{
  UiSetupPage *self = data;

  if (self->session == NULL)
    return;
  ui_setup_page_clear (self);
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

static void
on_proved (UiSetupPage *self)
{
  ui_sheet_set_proved (self, self->session, finish);
}

static void
on_later (UiSetupPage *self)
{
  finish (self);
}

static void
ui_setup_page_dispose (GObject *object)
{
  UiSetupPage *self = UI_SETUP_PAGE (object);

  self->steps = NULL;
  g_clear_pointer (&self->sheet, ui_secret_free);
  g_clear_object (&self->session);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (ui_setup_page_parent_class)->dispose (object);
}

static void
ui_setup_page_class_init (UiSetupPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_setup_page_dispose;
  g_type_ensure (UI_TYPE_PASSPHRASE_FORM);
  g_type_ensure (UI_TYPE_SHEET_PROOF);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/setup_page.ui");
  gtk_widget_class_bind_template_child (widget_class, UiSetupPage, steps);
  gtk_widget_class_bind_template_child (widget_class, UiSetupPage, back);
  gtk_widget_class_bind_template_child (widget_class, UiSetupPage, start);
  gtk_widget_class_bind_template_child (widget_class, UiSetupPage, form);
  gtk_widget_class_bind_template_child (widget_class, UiSetupPage, create);
  gtk_widget_class_bind_template_child (widget_class, UiSetupPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, UiSetupPage, groups);
  gtk_widget_class_bind_template_child (widget_class, UiSetupPage, written);
  gtk_widget_class_bind_template_child (widget_class, UiSetupPage, proof);
  gtk_widget_class_bind_template_callback (widget_class, on_start);
  gtk_widget_class_bind_template_callback (widget_class, on_open_existing);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_passphrase_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_create);
  gtk_widget_class_bind_template_callback (widget_class, on_print);
  gtk_widget_class_bind_template_callback (widget_class, on_written);
  gtk_widget_class_bind_template_callback (widget_class, on_later);
  gtk_widget_class_bind_template_callback (widget_class, on_proved);
  signals[SIGNAL_CREATED] = g_signal_new ("created", UI_TYPE_SETUP_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, UI_TYPE_SESSION);
  signals[SIGNAL_FINISHED] = g_signal_new ("finished", UI_TYPE_SETUP_PAGE, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPEN_EXISTING] = g_signal_new (
      "open-existing", UI_TYPE_SETUP_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_setup_page_init (UiSetupPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ui_setup_page_set_folder (UiSetupPage *self, const char *folder, const UiOptions *options)
{
  g_free (self->folder);
  self->folder = g_strdup (folder);
  self->options = options;
}

void
ui_setup_page_clear (UiSetupPage *self)
{
  g_clear_object (&self->session);
  g_clear_pointer (&self->sheet, ui_secret_free);
  ui_sheet_grid_clear (self->groups);
  ui_sheet_proof_clear (self->proof);
  ui_passphrase_form_clear (self->form);
  show_step (self, "welcome");
}

void
ui_setup_page_start (UiSetupPage *self)
{
  on_start (self);
}
