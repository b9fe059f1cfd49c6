/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keys_task.h"

#include "task.h"

typedef struct
{
  UiSession *session;
  UiKeysOrder order;
  GPtrArray *slots;
  UiKeysDone done;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->order.passphrase, ui_secret_free);
  g_clear_pointer (&job->slots, g_ptr_array_unref);
  g_free (job->order.slot);
  g_free (job->order.label);
  g_object_unref (job->session);
  g_free (job);
}

static gboolean
act (const UiKeysOrder *order, ScanLibrary *library, GError **error)
{
  static const VaultKdf cheap = { .ops = 1, .mem_kib = 8192 };
  const VaultKdf *kdf = order->cheap ? &cheap : NULL;
  const UiSecret *secret = order->passphrase;

  switch (order->action)
    {
    case UI_KEYS_ADD:
      return scan_keys_add (library, secret->text, secret->length, kdf, order->label, NULL, error);
    case UI_KEYS_CHANGE:
      return scan_keys_change (library, secret->text, secret->length, kdf, error);
    case UI_KEYS_LABEL:
      return scan_keys_set_label (library, order->slot, order->label, error);
    case UI_KEYS_REMOVE:
      return scan_keys_remove (library, order->slot, error);
    case UI_KEYS_LIST:
      break;
    }
  return TRUE;
}

static gboolean
keys_work (gpointer data, gpointer progress, GCancellable *cancellable, GError **error)
{
  Job *job = data;
  ScanLibrary *library = ui_session_library (job->session);
  gboolean ok = act (&job->order, library, error);

  g_clear_pointer (&job->order.passphrase, ui_secret_free);
  job->slots = scan_keys_list (library, ok ? error : NULL);
  return ok && job->slots != NULL;
}

static void
keys_done (gpointer owner, gpointer data, gboolean ok, const GError *error)
{
  Job *job = data;

  if (!ui_session_is_closing (job->session))
    job->done (owner, job->slots, ok, error);
}

void
ui_keys_run (gpointer owner, UiSession *session, UiKeysOrder order, GCancellable *cancellable,
             UiKeysDone done)
{
  Job *job = g_new0 (Job, 1);

  job->session = g_object_ref (session);
  job->order = order;
  job->done = done;
  /* Looking is possible while scans are added. */
  ui_task_run (owner, session, order.action != UI_KEYS_LIST, keys_work, keys_done, NULL, job,
               job_free, cancellable);
}
