/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs delete, restore and purge. */
#include <stdio.h>

#include "adopt.h"
#include "cli.h"
#include "error.h"
#include "library_private.h"

void
cli_maintain (ScanLibrary *library)
{
  g_autoptr (GError) error = NULL;
  gboolean done = TRUE;

  /* What outlived a deletion on another computer would stay out of sight. */
  if (scan_library_unlisted (library) > 0)
    {
      ScanImportResult adopted;

      done = scan_library_adopt (library, NULL, NULL, cli_cancellable (), &adopted, &error);
      scan_import_result_clear (&adopted);
    }
  done = done && scan_library_maintain (library, cli_cancellable (), &error);
  if (!done && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_printerr ("The vault's upkeep waits for another time: %s\n", error->message);
  if (scan_library_locked_out (library))
    g_printerr (
        "No passphrase of this vault is left. Set a new one with `scanvault-cli recover` and "
        "the recovery key.\n");
}

typedef gboolean (*Finder) (ScanCatalog *catalog, const char *id, ScanItem *ret_item,
                            GError **error);

static gboolean
find_trashed (ScanCatalog *catalog, const char *id, ScanItem *ret_item, GError **error)
{
  ScanItem item;

  if (!scan_catalog_find_anywhere (catalog, id, &item, error))
    return FALSE;
  if (!scan_item_in_trash (catalog, &item))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM,
                           "The item with that ID is not in the trash.");
      return FALSE;
    }
  *ret_item = item;
  return TRUE;
}

/* Opens the vault and looks up what stands behind it; without any ID: all of the trash. */
static ScanLibrary *
open_items (Cli *cli, Finder find, GArray *ret_items, GError **error)
{
  g_autoptr (ScanLibrary) library = cli_open (cli, cli->argv[0], error);
  ScanCatalog *catalog;

  if (library == NULL)
    return NULL;
  catalog = scan_library_catalog (library);
  for (int i = 1; i < cli->argc; i++)
    {
      ScanItem item;

      if (!find (catalog, cli->argv[i], &item, error))
        return NULL;
      g_array_append_val (ret_items, item);
    }
  for (guint i = 0; cli->argc == 1 && i < scan_catalog_trash (catalog)->len; i++)
    g_array_append_val (
        ret_items, ((ScanTrashed *) g_ptr_array_index (scan_catalog_trash (catalog), i))->item);
  return g_steal_pointer (&library);
}

static void
put_result (Cli *cli, const ScanTrashResult *result)
{
  cli_put_int (cli, "items", result->items);
  cli_put_int (cli, "bytes", (gint64) result->bytes);
  cli_begin_array (cli, "waiting_for");
  for (char **name = result->waiting_for; name != NULL && *name != NULL; name++)
    json_builder_add_string_value (cli->out, *name);
  json_builder_end_array (cli->out);
}

int
cli_delete (Cli *cli, GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (ScanItem));
  g_autoptr (ScanLibrary) library = NULL;
  g_auto (ScanTrashResult) result = { 0 };

  if (!cli_options (cli, NULL, "VAULT ITEM…", 2, -1, error) ||
      (library = open_items (cli, scan_catalog_find, items, error)) == NULL ||
      !scan_library_trash (library, (const ScanItem *) (gpointer) items->data, items->len, &result,
                           error))
    return -1;
  put_result (cli, &result);
  cli_say (cli, "%u put into the trash. `restore` brings it back, `purge` gives its space back.",
           result.items);
  cli_maintain (library);
  return 0;
}

int
cli_restore (Cli *cli, GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (ScanItem));
  g_autoptr (ScanLibrary) library = NULL;
  g_auto (ScanTrashResult) result = { 0 };

  if (!cli_options (cli, NULL, "VAULT ITEM…", 2, -1, error) ||
      (library = open_items (cli, find_trashed, items, error)) == NULL ||
      !scan_library_restore (library, (const ScanItem *) (gpointer) items->data, items->len,
                             &result, error))
    return -1;
  put_result (cli, &result);
  cli_say (cli, "%u taken out of the trash.", result.items);
  return 0;
}

int
cli_purge (Cli *cli, GError **error)
{
  gboolean only_here = FALSE;
  const GOptionEntry entries[] = {
    { "only-this-computer", 0, 0, G_OPTION_ARG_NONE, &only_here,
      "Give the space back without waiting for other computers", NULL },
    { NULL },
  };
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (ScanItem));
  g_autoptr (ScanLibrary) library = NULL;
  g_auto (ScanTrashResult) result = { 0 };

  if (!cli_options (cli, entries, "VAULT [ITEM…]", 1, -1, error) ||
      (library = open_items (cli, scan_catalog_find_anywhere, items, error)) == NULL ||
      !scan_library_purge (library, (const ScanItem *) (gpointer) items->data, items->len,
                           only_here, cli_progress, cli, cli_cancellable (), &result, error))
    return -1;
  put_result (cli, &result);
  cli_put_int (cli, "freed", (gint64) result.freed);
  cli_say (cli,
           "%u purged, %" G_GUINT64_FORMAT " bytes given back. Older copies and backups of "
           "the vault may still hold it.",
           result.items, result.freed);
  for (char **name = result.waiting_for; *name != NULL; name++)
    cli_say (cli, "  Its space is given back here once this computer has seen the deletion: %s",
             *name);
  if (result.unfinished != NULL)
    {
      g_printerr ("The items are purged, but not all of their space is free yet: %s\n",
                  result.unfinished->message);
      return 1;
    }
  cli_maintain (library);
  return 0;
}
