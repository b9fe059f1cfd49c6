/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an item is called and where it belongs, and walks over everything below one. */
#include <string.h>

#include "catalog_tree.h"

gsize
scan_item_entity (const ScanItem *item, guint8 ret_entity[SCAN_MEMBER_SIZE])
{
  switch (item->kind)
    {
    case SCAN_ITEM_STUDY:
      scan_key_from_id (item->study->id, ret_entity);
      return SCAN_KEY_SIZE;
    case SCAN_ITEM_SERIES:
      scan_key_from_id (item->series->id, ret_entity);
      return SCAN_KEY_SIZE;
    case SCAN_ITEM_INSTANCE:
      memcpy (ret_entity, item->instance->member, SCAN_MEMBER_SIZE);
      return SCAN_MEMBER_SIZE;
    case SCAN_ITEM_DOCUMENT:
      memcpy (ret_entity, item->document->member, SCAN_MEMBER_SIZE);
      return SCAN_MEMBER_SIZE;
    }
  g_assert_not_reached ();
}

void
scan_item_key (const ScanItem *item, guint8 ret_key[SCAN_KEY_SIZE])
{
  guint8 entity[SCAN_MEMBER_SIZE];

  scan_item_entity (item, entity);
  memcpy (ret_key, entity, SCAN_KEY_SIZE);
}

ScanStudy *
scan_item_study (const ScanItem *item)
{
  switch (item->kind)
    {
    case SCAN_ITEM_STUDY:
      return item->study;
    case SCAN_ITEM_SERIES:
      return item->series->study;
    case SCAN_ITEM_INSTANCE:
      return item->instance->series->study;
    case SCAN_ITEM_DOCUMENT:
      return item->document->study;
    }
  g_assert_not_reached ();
}

gboolean
scan_item_parent (const ScanItem *item, ScanItem *ret_parent)
{
  ScanItem parent = { .kind = SCAN_ITEM_STUDY };

  if (item->kind == SCAN_ITEM_INSTANCE)
    {
      parent.kind = SCAN_ITEM_SERIES;
      parent.series = item->instance->series;
    }
  else if (item->kind != SCAN_ITEM_STUDY)
    parent.study = scan_item_study (item);
  if (parent.study == NULL)
    return FALSE;
  *ret_parent = parent;
  return TRUE;
}

static void
visit_one (ScanItemKind kind, gpointer pointer, ScanItemFunc func, gpointer user_data)
{
  ScanItem item = { .kind = kind, .study = pointer };

  func (&item, user_data);
}

static void
visit_all (ScanItemKind kind, GPtrArray *items, ScanItemFunc func, gpointer user_data)
{
  for (guint i = 0; i < items->len; i++)
    visit_one (kind, g_ptr_array_index (items, i), func, user_data);
}

static void
visit_series (ScanSeries *series, ScanItemFunc func, gpointer user_data)
{
  visit_one (SCAN_ITEM_SERIES, series, func, user_data);
  visit_all (SCAN_ITEM_INSTANCE, series->instances, func, user_data);
}

/* What stands in the tree below the item. */
static void
visit_shown (const ScanItem *item, ScanItemFunc func, gpointer user_data)
{
  if (item->kind == SCAN_ITEM_SERIES)
    visit_series (item->series, func, user_data);
  else
    func (item, user_data);
  if (item->kind == SCAN_ITEM_STUDY)
    {
      for (guint i = 0; i < item->study->series->len; i++)
        visit_series (g_ptr_array_index (item->study->series, i), func, user_data);
      visit_all (SCAN_ITEM_DOCUMENT, item->study->documents, func, user_data);
    }
}

static gboolean
is_below (const ScanItem *item, const ScanItem *parent)
{
  if (parent->kind == SCAN_ITEM_STUDY)
    return item->kind != SCAN_ITEM_STUDY && scan_item_study (item) == parent->study;
  return parent->kind == SCAN_ITEM_SERIES && item->kind == SCAN_ITEM_INSTANCE &&
         item->instance->series == parent->series;
}

void
scan_catalog_visit_item (ScanCatalog *catalog, const ScanItem *item, gboolean hidden,
                         ScanItemFunc func, gpointer user_data)
{
  visit_shown (item, func, user_data);
  for (guint i = 0; hidden && i < catalog->trash->len; i++)
    {
      const ScanTrashed *trashed = g_ptr_array_index (catalog->trash, i);

      if (is_below (&trashed->item, item))
        visit_shown (&trashed->item, func, user_data);
    }
}

void
scan_catalog_visit (ScanCatalog *catalog, ScanItemFunc func, gpointer user_data)
{
  for (guint i = 0; i < catalog->studies->len; i++)
    {
      ScanItem item = { .kind = SCAN_ITEM_STUDY, .study = g_ptr_array_index (catalog->studies, i) };

      visit_shown (&item, func, user_data);
    }
  visit_all (SCAN_ITEM_DOCUMENT, catalog->loose_documents, func, user_data);
}

void
scan_catalog_visit_trash (ScanCatalog *catalog, ScanItemFunc func, gpointer user_data)
{
  for (guint i = 0; i < catalog->trash->len; i++)
    visit_shown (&((ScanTrashed *) g_ptr_array_index (catalog->trash, i))->item, func, user_data);
}
