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
  GArray *items; /* ScanItem */
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_object_unref (undo->session);
  g_object_unref (undo->toasts);
  g_array_unref (undo->items);
  g_free (undo);
}

static void
on_restored (gpointer owner, UiSession *session, const ScanItem *items, guint n_items, gboolean ok,
             const ScanTrashResult *result, const GError *error)
{
  if (!ok)
    adw_toast_overlay_add_toast (owner, adw_toast_new (ui_words_error (error, UI_TOPIC_PICTURE)));
}

static void
on_undo (AdwToast *toast, Undo *undo)
{
  if (!ui_session_is_closing (undo->session))
    ui_trash_run_many (undo->toasts, undo->session, SCAN_TRASH_RESTORE,
                       (const ScanItem *) (gpointer) undo->items->data, undo->items->len,
                       on_restored);
}

/* What was deleted for ever in the trash window, or restored, is no longer spoken of. */
static void
on_catalog_changed (AdwToast *toast, UiSession *session)
{
  Undo *undo = g_object_get_data (G_OBJECT (toast), "undo");
  const GPtrArray *trash = scan_catalog_trash (ui_session_catalog (session));
  g_autoptr (GHashTable) there = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < trash->len; i++)
    g_hash_table_add (there, ((const ScanTrashed *) g_ptr_array_index (trash, i))->item.study);
  for (guint i = undo->items->len; i-- > 0;)
    if (!g_hash_table_contains (there, g_array_index (undo->items, ScanItem, i).study))
      g_array_remove_index (undo->items, i);
  if (undo->items->len == 0)
    adw_toast_dismiss (toast);
}

static void
on_trashed (gpointer owner, UiSession *session, const ScanItem *items, guint n_items, gboolean ok,
            const ScanTrashResult *result, const GError *error)
{
  g_autofree char *words = NULL;
  AdwToast *toast;
  Undo *undo;

  if (!ok)
    {
      adw_toast_overlay_add_toast (owner, adw_toast_new (ui_words_error (error, UI_TOPIC_PICTURE)));
      return;
    }
  undo = g_new (Undo, 1);
  *undo =
      (Undo){ g_object_ref (session), g_object_ref (owner),
              g_array_append_vals (g_array_new (FALSE, FALSE, sizeof (ScanItem)), items, n_items) };
  words = n_items == 1 ? g_strdup (_ ("Moved to the trash"))
                       : g_strdup_printf (g_dngettext (NULL, "%u item moved to the trash",
                                                       "%u items moved to the trash", n_items),
                                          n_items);
  toast = adw_toast_new (words);
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
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
ui_trash_with_undo (AdwToastOverlay *toasts, UiSession *session, const ScanItem *items,
                    guint n_items)
{
  ui_trash_run_many (toasts, session, SCAN_TRASH_PUT, items, n_items, on_trashed);
}
