/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "annotate_task.h"

#include <glib/gi18n.h>

#include "task.h"
#include "words.h"

#define UNDO_SECONDS 10
#define LAST_TOAST "ui-annotate-toast"

/* Copies of changes, and what they change back. */
typedef struct
{
  UiSession *session;
  ScanAnnotateJob *annotate;
  GArray *before; /* ScanAnnotationChange whose texts are owned */
  char *words;
} Job;

/* What a toast offers. */
typedef struct
{
  UiSession *session;
  AdwToastOverlay *toasts;
  GArray *before;
} Undo;

static void
change_clear (gpointer data)
{
  ScanAnnotationChange *change = data;

  g_free ((char *) change->title);
  g_free ((char *) change->note);
  g_strfreev ((GStrv) change->tags);
}

static GArray *
undoing (UiSession *session, const ScanAnnotationChange *changes, guint n_changes)
{
  GArray *before = g_array_new (FALSE, FALSE, sizeof (ScanAnnotationChange));

  g_array_set_clear_func (before, change_clear);
  for (guint i = 0; i < n_changes; i++)
    {
      const ScanAnnotation *now =
          scan_catalog_annotation (ui_session_catalog (session), &changes[i].item);
      ScanAnnotationChange back = { .item = changes[i].item, .favourite = -1 };

      if (changes[i].title != NULL)
        back.title = g_strdup (now->title);
      if (changes[i].note != NULL)
        back.note = g_strdup (now->note);
      if (changes[i].tags != NULL)
        back.tags = (const char *const *) g_strdupv ((GStrv) now->tags);
      if (changes[i].favourite >= 0)
        back.favourite = now->favourite;
      g_array_append_val (before, back);
    }
  return before;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->session);
  g_array_unref (job->before);
  g_free (job->words);
  g_free (job);
}

static gboolean
annotate_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  return scan_annotate_run (((Job *) data)->annotate, cancellable, error);
}

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_object_unref (undo->session);
  g_object_unref (undo->toasts);
  g_array_unref (undo->before);
  g_free (undo);
}

static void
on_undo (AdwToast *toast, Undo *undo)
{
  if (!ui_session_is_closing (undo->session))
    ui_annotate (undo->toasts, undo->session,
                 (const ScanAnnotationChange *) (gpointer) undo->before->data, undo->before->len,
                 NULL);
}

static void
offer_undo (AdwToastOverlay *toasts, Job *job)
{
  g_autofree char *escaped = g_markup_escape_text (job->words, -1);
  AdwToast *toast = adw_toast_new (escaped), *last;
  Undo *undo = g_new (Undo, 1);

  *undo = (Undo){ g_object_ref (job->session), g_object_ref (toasts), g_array_ref (job->before) };
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_object_set_data_full (G_OBJECT (toast), "undo", undo, undo_free);
  g_signal_connect (toast, "button-clicked", G_CALLBACK (on_undo), undo);
  g_signal_connect_object (job->session, "closing", G_CALLBACK (adw_toast_dismiss), toast,
                           G_CONNECT_SWAPPED);
  /* The last change is the one to think better of; it does not wait behind older toasts. */
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  last = g_object_get_data (G_OBJECT (toasts), LAST_TOAST);
  if (last != NULL)
    adw_toast_dismiss (last);
  g_object_set_data_full (G_OBJECT (toasts), LAST_TOAST, g_object_ref (toast), g_object_unref);
  adw_toast_overlay_add_toast (toasts, toast);
}

static void
annotate_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  Job *job = data;

  scan_annotate_apply (job->annotate);
  if (ui_session_is_closing (job->session))
    return;
  if (!ok)
    adw_toast_overlay_add_toast (owner, adw_toast_new (ui_words_error (error, UI_TOPIC_PICTURE)));
  else
    ui_session_catalog_changed (job->session);
  if (ok && job->words != NULL)
    offer_undo (owner, job);
}

void
ui_annotate (AdwToastOverlay *toasts, UiSession *session, const ScanAnnotationChange *changes,
             guint n_changes, const char *words)
{
  ScanAnnotateJob *annotate =
      scan_annotate_new (ui_session_library (session), changes, n_changes, NULL);
  Job *job;

  if (annotate == NULL)
    return;
  job = g_new0 (Job, 1);
  job->session = g_object_ref (session);
  job->annotate = annotate;
  job->before = undoing (session, changes, n_changes);
  job->words = g_strdup (words);
  /* One transaction at a time: it waits for an import. */
  ui_task_run (toasts, session, TRUE, annotate_work, annotate_done, NULL, job, job_free, NULL);
}

void
ui_annotate_toggle_favourite (AdwToastOverlay *toasts, UiSession *session, const ScanItem *items,
                              guint n_items)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (ScanAnnotationChange));
  gboolean all = TRUE;

  for (guint i = 0; i < n_items; i++)
    all = all && scan_catalog_annotation (ui_session_catalog (session), &items[i])->favourite;
  for (guint i = 0; i < n_items; i++)
    {
      const ScanAnnotationChange change = { .item = items[i], .favourite = !all };

      g_array_append_val (changes, change);
    }
  ui_annotate (toasts, session, (const ScanAnnotationChange *) (gpointer) changes->data, n_items,
               all ? _ ("No longer a favourite") : _ ("Made a favourite"));
}
