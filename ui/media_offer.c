/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media_offer.h"

#include <glib/gi18n.h>

#include "error.h"
#include "task.h"

#define OFFER "ui-media-offer"

typedef struct
{
  UiOfferBar *bar; /* owns this */
  GVolumeMonitor *monitor;
  UiMediaFunc add, look;
  gpointer owner;
  char *offered; /* the folder of the offer that is shown, or NULL */
} Offer;

static void
offer_free (gpointer data)
{
  Offer *offer = data;

  g_signal_handlers_disconnect_by_data (offer->monitor, offer);
  g_object_unref (offer->monitor);
  g_free (offer->offered);
  g_free (offer);
}

/* In a thread: a disc takes its time until it turns. */
static gboolean
look_work (gpointer path, gpointer progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_ascii_strcasecmp (name, "DICOMDIR") == 0)
      return TRUE;
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM, "This is no disc with scans.");
  return FALSE;
}

static void
look_done (gpointer bar, gpointer path, gboolean found, const GError *error)
{
  Offer *offer = g_object_get_data (bar, OFFER);

  if (!found || offer == NULL || gtk_widget_get_root (bar) == NULL)
    return;
  g_free (offer->offered);
  offer->offered = g_strdup (path);
  /* Without its name: that may be a person's, and the vault may be locked. */
  ui_offer_bar_show (bar, _ ("A disc or stick with scans was put in."), _ ("Add the scans"),
                     _ ("Just look, do not keep"));
}

static void
on_mount_added (GVolumeMonitor *monitor, GMount *mount, Offer *offer)
{
  g_autoptr (GFile) root = g_mount_get_root (mount);

  if (!g_mount_is_shadowed (mount) && g_file_peek_path (root) != NULL)
    ui_task_run (offer->bar, NULL, FALSE, look_work, look_done, NULL,
                 g_strdup (g_file_peek_path (root)), g_free, NULL);
}

static void
on_mount_removed (GVolumeMonitor *monitor, GMount *mount, Offer *offer)
{
  g_autoptr (GFile) root = g_mount_get_root (mount);

  if (g_strcmp0 (g_file_peek_path (root), offer->offered) != 0)
    return;
  g_clear_pointer (&offer->offered, g_free);
  ui_offer_bar_hide (offer->bar);
}

static void
take (Offer *offer, UiMediaFunc func)
{
  g_autofree char *path = g_steal_pointer (&offer->offered);
  char *paths[] = { path, NULL };

  if (path != NULL)
    func (offer->owner, paths);
}

static void
on_add (Offer *offer)
{
  take (offer, offer->add);
}

static void
on_look (Offer *offer)
{
  take (offer, offer->look);
}

void
ui_media_offer_start (UiOfferBar *bar, UiMediaFunc add, UiMediaFunc look, gpointer owner)
{
  Offer *offer = g_new0 (Offer, 1);

  *offer = (Offer){ bar, g_volume_monitor_get (), add, look, owner, NULL };
  g_object_set_data_full (G_OBJECT (bar), OFFER, offer, offer_free);
  g_signal_connect (offer->monitor, "mount-added", G_CALLBACK (on_mount_added), offer);
  g_signal_connect (offer->monitor, "mount-removed", G_CALLBACK (on_mount_removed), offer);
  g_signal_connect_swapped (bar, "first", G_CALLBACK (on_add), offer);
  g_signal_connect_swapped (bar, "second", G_CALLBACK (on_look), offer);
}
