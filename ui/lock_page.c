/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lock_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "credentials.h"
#include "error.h"
#include "keyboard.h"
#include "place.h"
#include "secret.h"
#include "sheet_grid.h"
#include "task.h"
#include "words.h"

#define MISSES_FOR_HELP 3

struct _UiLockPage
{
  AdwBin parent_instance;
  GtkStack *steps;
  GtkWidget *passphrase, *alert, *keyboard, *unlock, *opening, *forgot;
  GtkWidget *sheet, *sheet_alert, *meant_words, *meant, *recover;
  UiSecret *suggested; /* the recovery key that was probably meant, or NULL */
  char *folder;
  gboolean busy;
  guint misses; /* passphrases that did not open the vault */
};

G_DEFINE_FINAL_TYPE (UiLockPage, ui_lock_page, ADW_TYPE_BIN)

enum
{
  SIGNAL_OPENED,
  SIGNAL_RECOVERED,
  SIGNAL_GONE,
  SIGNAL_OPEN_EXISTING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

typedef struct
{
  char *folder;
  UiSecret *secret;
  gboolean by_sheet;
  UiSecret *meant; /* the key that was probably meant, if it was not this one */
  guint group;     /* in which it differs, from 0 */
  ScanLibrary *library;
} OpenJob;

static void
open_job_free (gpointer data)
{
  OpenJob *job = data;

  g_clear_pointer (&job->secret, ui_secret_free);
  g_clear_pointer (&job->meant, ui_secret_free);
  g_clear_pointer (&job->library, scan_library_close);
  g_free (job->folder);
  g_free (job);
}

/* The group in which the two keys differ first; what was typed may have blanks and dashes anywhere,
 * and letters of the other case. */
static guint
differing_group (const char *typed, const char *meant)
{
  guint n = 0;

  for (; *typed != '\0' && n < UI_SHEET_GROUPS * UI_SHEET_GROUP_LENGTH; typed++)
    {
      const char *group = ui_sheet_group (meant, n / UI_SHEET_GROUP_LENGTH);
      char c = g_ascii_toupper (*typed);

      if (!g_ascii_isalnum (c))
        continue;
      c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
      if (group[n % UI_SHEET_GROUP_LENGTH] != c)
        break;
      n++;
    }
  return MIN (n / UI_SHEET_GROUP_LENGTH, UI_SHEET_GROUPS - 1);
}

static void
find_meant (OpenJob *job)
{
  UiSecret *meant = ui_secret_new_empty (VAULT_SHEET_SIZE - 1);

  if (meant == NULL)
    return;
  if (scan_keys_sheet_suggest (job->folder, job->secret->text, job->secret->length, meant->text))
    {
      job->group = differing_group (job->secret->text, meant->text);
      meant->length = strlen (meant->text);
      job->meant = meant;
    }
  else
    ui_secret_free (meant);
}

static gboolean
open_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  OpenJob *job = data;

  if (job->by_sheet)
    job->library =
        scan_library_open_sheet (job->folder, job->secret->text, job->secret->length, error);
  else
    job->library = scan_library_open (job->folder, job->secret->text, job->secret->length, error);
  if (job->library == NULL && job->by_sheet)
    find_meant (job);
  g_clear_pointer (&job->secret, ui_secret_free);
  return job->library != NULL;
}

static void
set_busy (UiLockPage *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_set_visible (self->opening, busy);
  gtk_widget_set_sensitive (self->unlock, !busy);
  gtk_widget_set_sensitive (self->recover, !busy);
}

/* Shows no more of the key than the group that was mistyped. */
static void
suggest (UiLockPage *self, OpenJob *job)
{
  g_autofree char *words = NULL;

  g_clear_pointer (&self->suggested, ui_secret_free);
  self->suggested = g_steal_pointer (&job->meant);
  gtk_widget_set_visible (self->meant, self->suggested != NULL);
  gtk_widget_set_visible (self->meant_words, self->suggested != NULL);
  if (self->suggested == NULL)
    return;
  words =
      g_strdup_printf (_ ("Group %u is probably %.*s. Does your paper say that?"), job->group + 1,
                       UI_SHEET_GROUP_LENGTH, ui_sheet_group (self->suggested->text, job->group));
  gtk_label_set_label (GTK_LABEL (self->meant_words), words);
}

static void
forget_suggestion (UiLockPage *self)
{
  g_clear_pointer (&self->suggested, ui_secret_free);
  gtk_label_set_label (GTK_LABEL (self->meant_words), "");
  gtk_widget_set_visible (self->meant, FALSE);
  gtk_widget_set_visible (self->meant_words, FALSE);
}

static GtkText *
sheet_text (UiLockPage *self)
{
  return GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (self->sheet)));
}

/* Caps Lock and another keyboard layout are behind most of them. There is no lock-out: whoever has
 * the files can guess elsewhere, and the person may only be tired. */
static void
show_keyboard (UiLockPage *self)
{
  g_autofree char *words =
      self->misses > 0 ? ui_keyboard_words (gtk_widget_get_display (GTK_WIDGET (self))) : NULL;

  gtk_label_set_label (GTK_LABEL (self->keyboard), words != NULL ? words : "");
  gtk_widget_set_visible (self->keyboard, words != NULL);
}

static void
help_after_miss (UiLockPage *self, const GError *error)
{
  if (!g_error_matches (error, SCAN_ERROR, SCAN_ERROR_WRONG_SECRET) &&
      !g_error_matches (error, SCAN_ERROR, SCAN_ERROR_DAMAGED_SECRETS) &&
      !g_error_matches (error, SCAN_ERROR, SCAN_ERROR_REMOVED_SECRET))
    return;
  self->misses++;
  show_keyboard (self);
  if (self->misses < MISSES_FOR_HELP)
    return;
  gtk_widget_remove_css_class (self->forgot, "flat");
  gtk_widget_add_css_class (self->forgot, "pill");
  gtk_widget_add_css_class (self->forgot, "large-offer");
}

static void
open_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiLockPage *self = owner;
  OpenJob *job = data;
  GtkWidget *alert;

  if (self->steps == NULL)
    return;
  set_busy (self, FALSE);
  if (ok)
    {
      g_autoptr (UiSession) session = ui_session_new (g_steal_pointer (&job->library));

      gtk_editable_set_text (GTK_EDITABLE (self->sheet), "");
      g_signal_emit (self, signals[job->by_sheet ? SIGNAL_RECOVERED : SIGNAL_OPENED], 0, session);
      return;
    }
  if (!scan_folder_is_vault (job->folder))
    {
      g_signal_emit (self, signals[SIGNAL_GONE], 0);
      return;
    }
  suggest (self, job);
  if (!job->by_sheet)
    help_after_miss (self, error);
  alert = job->by_sheet ? self->sheet_alert : self->alert;
  gtk_label_set_label (GTK_LABEL (alert), self->suggested != NULL ? _ ("One character is wrong.")
                                          : job->by_sheet
                                              ? ui_words_error (error, UI_TOPIC_SHEET)
                                              : ui_words_error (error, UI_TOPIC_PASSPHRASE));
  gtk_widget_set_visible (alert, TRUE);
  /* What was typed of the sheet is to be mended, not typed over. */
  if (job->by_sheet)
    gtk_text_grab_focus_without_selecting (sheet_text (self));
  else
    gtk_widget_grab_focus (self->passphrase);
}

/* Takes secret. */
static void
open_with (UiLockPage *self, UiSecret *secret, gboolean by_sheet)
{
  OpenJob *job;

  gtk_widget_set_visible (self->alert, FALSE);
  gtk_widget_set_visible (self->sheet_alert, FALSE);
  job = g_new0 (OpenJob, 1);
  job->folder = g_strdup (self->folder);
  job->secret = secret;
  job->by_sheet = by_sheet;
  set_busy (self, TRUE);
  forget_suggestion (self);
  ui_task_run (self, NULL, FALSE, open_work, open_done, NULL, job, open_job_free, NULL);
}

/* Says why a text cannot be a recovery key, by its length; FALSE: it has the right one. */
static gboolean
alert_length (UiLockPage *self, const char *text)
{
  const guint all = UI_SHEET_GROUPS * UI_SHEET_GROUP_LENGTH;
  g_autofree char *words = NULL;
  guint n = 0;

  for (; *text != '\0'; text++)
    n += g_ascii_isalnum (*text) ? 1 : 0;
  if (n == all)
    return FALSE;
  if (n < all)
    words = g_strdup_printf (g_dngettext (NULL, "%u of %u characters: one is missing.",
                                          "%u of %u characters: %u are missing.", all - n),
                             n, all, all - n);
  else
    words = g_strdup_printf (g_dngettext (NULL, "%u characters instead of %u: one is too many.",
                                          "%u characters instead of %u: %u are too many.", n - all),
                             n, all, n - all);
  forget_suggestion (self);
  gtk_label_set_label (GTK_LABEL (self->sheet_alert), words);
  gtk_widget_set_visible (self->sheet_alert, TRUE);
  gtk_text_grab_focus_without_selecting (sheet_text (self));
  return TRUE;
}

static void
open_vault (UiLockPage *self, gboolean by_sheet)
{
  GtkWidget *entry = by_sheet ? self->sheet : self->passphrase;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));
  UiSecret *secret;

  if (self->busy || *text == '\0' || (by_sheet && alert_length (self, text)))
    return;
  secret = ui_secret_new (text);
  if (secret == NULL)
    return;
  /* The sheet is long, and what is wrong in it is to be found: it stays until it opens the vault.
   */
  if (!by_sheet)
    gtk_editable_set_text (GTK_EDITABLE (entry), "");
  open_with (self, secret, by_sheet);
}

static void
on_meant (UiLockPage *self)
{
  if (!self->busy && self->suggested != NULL)
    open_with (self, g_steal_pointer (&self->suggested), TRUE);
}

static void
on_unlock (UiLockPage *self)
{
  open_vault (self, FALSE);
}

static void
on_recover (UiLockPage *self)
{
  open_vault (self, TRUE);
}

static void
on_forgot (UiLockPage *self)
{
  /* Who copies it from paper has to see it; the entry's eye hides it. */
  gtk_text_set_visibility (sheet_text (self), TRUE);
  gtk_stack_set_visible_child_name (self->steps, "sheet");
  gtk_widget_grab_focus (self->sheet);
}

static void
on_open_existing (UiLockPage *self)
{
  if (!self->busy)
    g_signal_emit (self, signals[SIGNAL_OPEN_EXISTING], 0);
}

static void
on_back (UiLockPage *self)
{
  ui_lock_page_reset (self);
}

static void
ui_lock_page_dispose (GObject *object)
{
  UiLockPage *self = UI_LOCK_PAGE (object);

  self->steps = NULL;
  g_clear_pointer (&self->suggested, ui_secret_free);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (ui_lock_page_parent_class)->dispose (object);
}

static void
ui_lock_page_class_init (UiLockPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = ui_lock_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/scanvault/ScanVault/lock_page.ui");
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, steps);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, passphrase);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, alert);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, keyboard);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, forgot);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, unlock);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, opening);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, sheet);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, sheet_alert);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, meant_words);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, meant);
  gtk_widget_class_bind_template_child (widget_class, UiLockPage, recover);
  gtk_widget_class_bind_template_callback (widget_class, on_unlock);
  gtk_widget_class_bind_template_callback (widget_class, on_recover);
  gtk_widget_class_bind_template_callback (widget_class, on_meant);
  gtk_widget_class_bind_template_callback (widget_class, on_forgot);
  gtk_widget_class_bind_template_callback (widget_class, on_open_existing);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  signals[SIGNAL_GONE] = g_signal_new ("gone", UI_TYPE_LOCK_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPEN_EXISTING] = g_signal_new (
      "open-existing", UI_TYPE_LOCK_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPENED] = g_signal_new ("opened", UI_TYPE_LOCK_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, UI_TYPE_SESSION);
  signals[SIGNAL_RECOVERED] = g_signal_new ("recovered", UI_TYPE_LOCK_PAGE, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 1, UI_TYPE_SESSION);
}

static void
ui_lock_page_init (UiLockPage *self)
{
  GdkDevice *keyboard = ui_keyboard_device (gtk_widget_get_display (GTK_WIDGET (self)));

  gtk_widget_init_template (GTK_WIDGET (self));
  if (keyboard != NULL)
    g_signal_connect_object (keyboard, "notify::caps-lock-state", G_CALLBACK (show_keyboard), self,
                             G_CONNECT_SWAPPED);
}

void
ui_lock_page_focus (UiLockPage *self)
{
  if (g_str_equal (gtk_stack_get_visible_child_name (self->steps), "sheet"))
    gtk_text_grab_focus_without_selecting (sheet_text (self));
  else
    gtk_widget_grab_focus (self->passphrase);
}

void
ui_lock_page_set_folder (UiLockPage *self, const char *folder)
{
  g_free (self->folder);
  self->folder = g_strdup (folder);
}

void
ui_lock_page_wait (UiLockPage *self)
{
  /* At once: nobody is to type into an entry that is on its way out with this process. */
  gtk_stack_set_visible_child_full (self->steps, "locking", GTK_STACK_TRANSITION_TYPE_NONE);
}

typedef struct
{
  char *folder;
  gboolean any_left;
} LookJob;

static void
look_job_free (gpointer data)
{
  LookJob *job = data;

  g_free (job->folder);
  g_free (job);
}

static gboolean
look_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  LookJob *job = data;

  job->any_left = scan_keys_any_left (job->folder);
  return TRUE;
}

static void
look_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  UiLockPage *self = owner;
  LookJob *job = data;

  if (self->steps == NULL || self->busy || job->any_left ||
      g_strcmp0 (self->folder, job->folder) != 0)
    return;
  gtk_label_set_label (
      GTK_LABEL (self->alert),
      _ ("No passphrase is left for this vault: each of them was removed, perhaps on "
         "another computer, or what was kept of it is damaged. Your recovery sheet still opens "
         "it."));
  gtk_widget_set_visible (self->alert, TRUE);
}

/* Two computers may have removed each other's last passphrase. Who locks the vault should learn it
 * before a passphrase is typed in vain. */
static void
look_for_passphrases (UiLockPage *self)
{
  LookJob *job = g_new0 (LookJob, 1);

  job->folder = g_strdup (self->folder);
  ui_task_run (self, NULL, FALSE, look_work, look_done, NULL, job, look_job_free, NULL);
}

void
ui_lock_page_reset (UiLockPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase), "");
  gtk_editable_set_text (GTK_EDITABLE (self->sheet), "");
  gtk_widget_set_visible (self->alert, FALSE);
  gtk_widget_set_visible (self->sheet_alert, FALSE);
  forget_suggestion (self);
  gtk_stack_set_visible_child_name (self->steps, "passphrase");
  gtk_widget_grab_focus (self->passphrase);
  if (self->folder != NULL)
    look_for_passphrases (self);
}
