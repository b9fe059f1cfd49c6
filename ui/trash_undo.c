/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trash_undo.h"

#include <glib/gi18n.h>

#include "trash_task.h"
#include "words.h"

#define UNDO_SECONDS 10

/* What an offer to undo speaks of; belongs to its toast. */
typedef struct
{
  UiSession *session;
  AdwToastOverlay *toasts;
  ScanItem item;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_object_unref (undo->session);
  g_object_unref (undo->toasts);
  g_free (undo);
}

static void
on_restored (gpointer owner, UiSession *session, const ScanItem *item, gboolean ok,
             const ScanTrashResult *result, const GError *error)
{
  if (!ok)
    adw_toast_overlay_add_toast (owner, adw_toast_new (ui_words_error (error, UI_TOPIC_PICTURE)));
}

static void
on_undo (AdwToast *toast, Undo *undo)
{
  if (!ui_session_is_closing (undo->session))
    ui_trash_run (undo->toasts, undo->session, SCAN_TRASH_RESTORE, &undo->item, FALSE, NULL,
                  on_restored, NULL);
}

/* Restored or deleted for ever in the trash window: nothing is left to undo. */
static void
on_catalog_changed (AdwToast *toast, UiSession *session)
{
  const Undo *undo = g_object_get_data (G_OBJECT (toast), "undo");
  const GPtrArray *trash = scan_catalog_trash (ui_session_catalog (session));

  for (guint i = 0; i < trash->len; i++)
    {
      const ScanTrashed *trashed = g_ptr_array_index (trash, i);

      if (trashed->item.kind == undo->item.kind && trashed->item.study == undo->item.study)
        return;
    }
  adw_toast_dismiss (toast);
}

static void
on_trashed (gpointer owner, UiSession *session, const ScanItem *item, gboolean ok,
            const ScanTrashResult *result, const GError *error)
{
  AdwToast *toast;
  Undo *undo;

  if (!ok)
    {
      adw_toast_overlay_add_toast (owner, adw_toast_new (ui_words_error (error, UI_TOPIC_PICTURE)));
      return;
    }
  undo = g_new (Undo, 1);
  *undo = (Undo){ g_object_ref (session), g_object_ref (owner), *item };
  toast = adw_toast_new (_ ("Moved to the trash"));
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_object_set_data_full (G_OBJECT (toast), "undo", undo, undo_free);
  g_signal_connect (toast, "button-clicked", G_CALLBACK (on_undo), undo);
  /* An offer to undo must not outlive the scan that it speaks of. */
  g_signal_connect_object (session, "closing", G_CALLBACK (adw_toast_dismiss), toast,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "catalog-changed", G_CALLBACK (on_catalog_changed), toast,
                           G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (owner, toast);
}

void
ui_trash_with_undo (AdwToastOverlay *toasts, UiSession *session, const ScanItem *item)
{
  ui_trash_run (toasts, session, SCAN_TRASH_PUT, item, FALSE, NULL, on_trashed, NULL);
}
