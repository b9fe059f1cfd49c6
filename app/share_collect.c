/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be handed out: the pictures and documents below what a person chose. */
#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "share_private.h"

static void
add_instance (GPtrArray *items, const ScanInstance *instance)
{
  ScanShareItem *item = g_new0 (ScanShareItem, 1);
  char id[SCAN_ID_LENGTH + 1];

  scan_instance_id (instance, id);
  item->item = g_strdup (id);
  item->series = g_strdup (instance->series->id);
  item->study = g_strdup (instance->series->study->id);
  item->member = instance->member;
  g_ptr_array_add (items, item);
}

static void
add_document (GPtrArray *items, const ScanDocument *document)
{
  ScanShareItem *item = g_new0 (ScanShareItem, 1);

  item->item = g_strdup (document->id);
  item->member = document->member;
  item->name = g_strdup (document->name);
  item->document = TRUE;
  g_ptr_array_add (items, item);
}

static void
add_series (GPtrArray *items, const ScanSeries *series)
{
  for (guint i = 0; i < series->instances->len; i++)
    add_instance (items, g_ptr_array_index (series->instances, i));
}

static void
add_item (GPtrArray *items, const ScanItem *item)
{
  switch (item->kind)
    {
    case SCAN_ITEM_STUDY:
      for (guint i = 0; i < item->study->series->len; i++)
        add_series (items, g_ptr_array_index (item->study->series, i));
      for (guint i = 0; i < item->study->documents->len; i++)
        add_document (items, g_ptr_array_index (item->study->documents, i));
      break;
    case SCAN_ITEM_SERIES:
      add_series (items, item->series);
      break;
    case SCAN_ITEM_INSTANCE:
      add_instance (items, item->instance);
      break;
    case SCAN_ITEM_DOCUMENT:
      add_document (items, item->document);
      break;
    }
}

void
scan_share_collect_end (GPtrArray *items)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < items->len;)
    if (g_hash_table_add (seen, ((ScanShareItem *) g_ptr_array_index (items, i))->item))
      i++;
    else
      g_ptr_array_remove_index (items, i);

  for (guint i = 0; i < items->len; i++)
    ((ScanShareItem *) g_ptr_array_index (items, i))->index = i;
}

void
scan_share_collect (GPtrArray *share_items, const ScanItem *items, guint n_items)
{
  for (guint i = 0; i < n_items; i++)
    add_item (share_items, &items[i]);
}

gboolean
scan_share_collect_member (GPtrArray *share_items, ScanCatalog *catalog,
                           const guint8 member[SCAN_MEMBER_SIZE])
{
  char id[SCAN_ID_LENGTH + 1];
  ScanItem item;

  scan_key_to_id (member, id);
  if (!scan_catalog_find_anywhere (catalog, id, &item, NULL) ||
      (item.kind != SCAN_ITEM_INSTANCE && item.kind != SCAN_ITEM_DOCUMENT))
    return FALSE;
  add_item (share_items, &item);
  return TRUE;
}
