/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "add_bar.h"

#include <glib/gi18n.h>

#include "add_result.h"
#include "archive_password.h"
#include "import.h"
#include "task.h"
#include "time_left.h"

struct _UiAddBar
{
  AdwBin parent_instance;
  GtkRevealer *revealer;
  GtkLabel *words;
  GtkProgressBar *bar;
  GtkWidget *cancel;
  GCancellable *cancellable; /* of all imports that run or wait */
  guint running;
};

G_DEFINE_FINAL_TYPE (UiAddBar, ui_add_bar, ADW_TYPE_BIN)

typedef struct
{
  UiAddBar *bar; /* lives as long as its task */
  UiSession *session;
  ScanImport *import;
  char **paths;
  gint64 began; /* its main work; monotonic, in µs */
} AddJob;

/* A question of the thread that imports, which waits for the answer. */
typedef struct
{
  AddJob *job;
  const char *name;
  gboolean wrong;
  GMutex lock;
  GCond changed;
  gboolean answered;
  char *password;
  gsize length;
} Question;

static void
add_job_free (gpointer data)
{
  AddJob *job = data;

  g_object_unref (job->session);
  g_strfreev (job->paths);
  g_free (job);
}

char *
ui_progress_words (const ScanProgress *progress)
{
  guint done = (guint) progress->done, total = (guint) progress->total;

  if (progress->phase == SCAN_PHASE_FINISHING)
    return g_strdup (_ ("Finishing…"));
  if (progress->phase == SCAN_PHASE_CHECKING && progress->total == 0)
    return g_strdup (_ ("Checking what was written…"));
  if (progress->phase == SCAN_PHASE_LOOKING || progress->total == 0)
    return g_strdup_printf (g_dngettext (NULL, "Looking through the folder… %u file",
                                         "Looking through the folder… %u files", done),
                            done);
  return g_strdup_printf (progress->phase == SCAN_PHASE_CHECKING ? _ ("Checking: %u of %u files")
                                                                 : _ ("%u of %u files"),
                          done, total);
}

void
ui_progress_show (const ScanProgress *progress, GtkProgressBar *bar)
{
  if (progress->bytes_total > 0)
    gtk_progress_bar_set_fraction (bar,
                                   (double) progress->bytes_done / (double) progress->bytes_total);
  else if (progress->total > 0)
    gtk_progress_bar_set_fraction (bar, (double) progress->done / (double) progress->total);
  else
    gtk_progress_bar_pulse (bar);
}

static void
answer_question (char *password, gsize length, gpointer user_data)
{
  Question *question = user_data;

  g_mutex_lock (&question->lock);
  question->password = password;
  question->length = length;
  question->answered = TRUE;
  g_cond_signal (&question->changed);
  g_mutex_unlock (&question->lock);
}

static gboolean
put_question (gpointer user_data)
{
  Question *question = user_data;
  AddJob *job = question->job;

  if (job->bar->words == NULL || ui_session_is_closing (job->session))
    answer_question (NULL, 0, question);
  else
    ui_archive_password_ask (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (job->bar))), job->session,
                             question->name, question->wrong, answer_question, question);
  return G_SOURCE_REMOVE;
}

static char *
ask_password (const char *name, gboolean wrong, gsize *ret_len, gpointer user_data)
{
  Question question = { .job = user_data, .name = name, .wrong = wrong };

  g_mutex_init (&question.lock);
  g_cond_init (&question.changed);
  g_idle_add (put_question, &question);
  g_mutex_lock (&question.lock);
  while (!question.answered)
    g_cond_wait (&question.changed, &question.lock);
  g_mutex_unlock (&question.lock);
  g_mutex_clear (&question.lock);
  g_cond_clear (&question.changed);
  *ret_len = question.length;
  return question.password;
}

static gboolean
add_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  AddJob *job = data;

  return scan_import_run (job->import, ui_task_progress, progress, cancellable, error);
}

/* "532 of 641 files, 1.2 of 1.5 GB, about 1 minute left". */
static char *
words_of (AddJob *job, const ScanProgress *progress)
{
  g_autofree char *files = ui_progress_words (progress);
  g_autofree char *size = NULL, *of = NULL, *left = NULL;
  double seconds;

  if (progress->phase != SCAN_PHASE_WORKING || progress->bytes_total == 0)
    return g_steal_pointer (&files);
  if (job->began == 0)
    job->began = g_get_monotonic_time ();
  seconds = (double) (g_get_monotonic_time () - job->began) / G_USEC_PER_SEC;
  left = ui_time_left (seconds, (double) progress->bytes_done / (double) progress->bytes_total);
  size = g_format_size (progress->bytes_done);
  of = g_format_size (progress->bytes_total);
  if (left == NULL)
    /* Translators: "532 of 641 files, 1.2 GB of 1.5 GB". */
    return g_strdup_printf (_ ("%s, %s of %s"), files, size, of);
  /* Translators: "532 of 641 files, 1.2 GB of 1.5 GB, about 1 minute left". */
  return g_strdup_printf (_ ("%s, %s of %s, %s"), files, size, of, left);
}

static void
add_progress (gpointer owner, gpointer data, const ScanProgress *progress)
{
  UiAddBar *self = owner;
  g_autofree char *words = NULL;

  if (self->words == NULL)
    return;
  words = words_of (data, progress);
  gtk_label_set_label (self->words, words);
  ui_progress_show (progress, self->bar);
}

static void
add_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiAddBar *self = owner;
  AddJob *job = data;
  ScanImportResult result = { 0 };

  /* Also after a cancel: what is durable belongs into the catalog, and the import is freed by it.
   */
  scan_import_apply (job->import, &result);
  if (self->words != NULL && --self->running == 0)
    {
      gtk_revealer_set_reveal_child (self->revealer, FALSE);
      g_clear_object (&self->cancellable);
    }
  if (self->words != NULL && !ui_session_is_closing (job->session))
    {
      ui_session_catalog_changed (job->session);
      ui_add_result_show (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), job->session,
                          job->paths, &result, error);
    }
  scan_import_result_clear (&result);
}

static void
on_cancel (UiAddBar *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  gtk_widget_set_sensitive (self->cancel, FALSE);
  gtk_label_set_label (self->words, _ ("Stopping…"));
}

void
ui_add_bar_run (UiAddBar *self, UiSession *session, char **paths)
{
  AddJob *job = g_new0 (AddJob, 1);

  job->bar = self;
  job->session = g_object_ref (session);
  job->paths = g_strdupv (paths);
  job->import =
      scan_import_new (ui_session_library (session), paths,
                       &(ScanImportOptions){ .ask_password = ask_password, .ask_data = job });
  if (self->running++ == 0)
    {
      self->cancellable = g_cancellable_new ();
      gtk_widget_set_sensitive (self->cancel, TRUE);
      gtk_label_set_label (self->words, _ ("Looking through the folder…"));
      gtk_progress_bar_set_fraction (self->bar, 0);
      gtk_revealer_set_reveal_child (self->revealer, TRUE);
    }
  ui_task_run (self, session, TRUE, add_work, add_done, add_progress, job, add_job_free,
               self->cancellable);
}

static void
ui_add_bar_dispose (GObject *object)
{
  UiAddBar *self = UI_ADD_BAR (object);

  self->words = NULL;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (ui_add_bar_parent_class)->dispose (object);
}

static void
ui_add_bar_class_init (UiAddBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_add_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/add_bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAddBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, UiAddBar, words);
  gtk_widget_class_bind_template_child (widget_class, UiAddBar, bar);
  gtk_widget_class_bind_template_child (widget_class, UiAddBar, cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
ui_add_bar_init (UiAddBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

gboolean
ui_add_bar_is_running (UiAddBar *self)
{
  return self->running > 0;
}
