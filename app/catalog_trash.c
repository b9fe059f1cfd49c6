/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies in the trash stands outside the tree, and what was purged is out of reach; neither is
 * freed, so that pointers stay good. */
#include <string.h>

#include "catalog_tree.h"
#include "order.h"

/* The array of the tree in which the item stands while it is not hidden. */
static GPtrArray *
place_of (ScanCatalog *catalog, const ScanItem *item)
{
  switch (item->kind)
    {
    case SCAN_ITEM_STUDY:
      return catalog->studies;
    case SCAN_ITEM_SERIES:
      return item->series->study->series;
    case SCAN_ITEM_INSTANCE:
      return item->instance->series->instances;
    case SCAN_ITEM_DOCUMENT:
      return item->document->study != NULL ? item->document->study->documents
                                           : catalog->loose_documents;
    }
  g_assert_not_reached ();
}

static void
take_out (GPtrArray *array, gconstpointer item)
{
  /* What is taken out one by one is taken from the end. */
  if (array->len > 0 && g_ptr_array_index (array, array->len - 1) == item)
    g_ptr_array_set_size (array, (gint) array->len - 1);
  else
    g_ptr_array_remove (array, (gpointer) item);
}

static void
settle_place (ScanCatalog *catalog, const ScanItem *item)
{
  if (item->kind == SCAN_ITEM_STUDY)
    scan_catalog_sort_studies (catalog);
  else if (item->kind == SCAN_ITEM_INSTANCE)
    scan_series_sort (item->instance->series->instances);
  if (scan_item_study (item) != NULL)
    scan_study_settle (scan_item_study (item));
}

static gint
newest_first (gconstpointer a, gconstpointer b)
{
  const ScanTrashed *left = *(ScanTrashed *const *) a, *right = *(ScanTrashed *const *) b;
  guint8 left_key[SCAN_KEY_SIZE], right_key[SCAN_KEY_SIZE];

  if (left->date != right->date)
    return left->date > right->date ? -1 : 1;
  scan_item_key (&left->item, left_key);
  scan_item_key (&right->item, right_key);
  return memcmp (left_key, right_key, SCAN_KEY_SIZE);
}

static void
hide (ScanCatalog *catalog, ScanTrashMark *mark, const ScanItem *item)
{
  mark->shown.item = *item;
  mark->found = TRUE;
  /* Any member of the union is the item's pointer. */
  take_out (place_of (catalog, item), item->study);
  g_ptr_array_add (catalog->trash, &mark->shown);
}

static void
show (ScanCatalog *catalog, ScanTrashMark *mark)
{
  if (!mark->found)
    return;
  g_ptr_array_remove (catalog->trash, &mark->shown);
  g_ptr_array_add (place_of (catalog, &mark->shown.item), mark->shown.item.study);
  settle_place (catalog, &mark->shown.item);
}

/* Returns the mark, NULL for date 0. */
static ScanTrashMark *
set_mark (ScanCatalog *catalog, const guint8 *entity, gsize entity_len, gint64 date)
{
  ScanTrashMark *mark = g_hash_table_lookup (catalog->marks, entity);

  if (date == 0)
    {
      if (mark != NULL)
        {
          show (catalog, mark);
          g_hash_table_remove (catalog->marks, entity);
        }
      return NULL;
    }
  if (mark == NULL)
    {
      mark = g_new0 (ScanTrashMark, 1);
      mark->entity = entity;
      mark->entity_len = entity_len;
      g_hash_table_insert (catalog->marks, (gpointer) entity, mark);
    }
  mark->shown.date = date;
  return mark;
}

void
scan_catalog_mark (ScanCatalog *catalog, const guint8 *entity, gsize entity_len,
                   const guint8 *value, gsize size)
{
  ScanTrashRow row;

  if (entity_len != SCAN_KEY_SIZE && entity_len != SCAN_MEMBER_SIZE)
    return;
  /* A date of 0 or before stands for "not there" inside the catalog alone. */
  if (scan_row_to_trash (value, size, &row))
    {
      ScanTrashMark *mark = set_mark (catalog, entity, entity_len, MAX (row.date, 1));

      mark->n_seen = row.n_seen;
      mark->seen = row.seen;
    }
  else
    set_mark (catalog, entity, entity_len, 0);
}

/* Marks of members have to be looked for in the whole tree, which is done once for all of them. */
static void
find_marked_leaf (const ScanItem *item, gpointer user_data)
{
  GHashTable *wanted = user_data;
  ScanTrashMark *mark = NULL;

  if (item->kind == SCAN_ITEM_INSTANCE)
    mark = g_hash_table_lookup (wanted, item->instance->member);
  else if (item->kind == SCAN_ITEM_DOCUMENT)
    mark = g_hash_table_lookup (wanted, item->document->member);
  if (mark != NULL)
    mark->shown.item = *item;
}

typedef struct
{
  const ScanCatalog *catalog;
  const ScanTrashMark *mark;
  gboolean all;
} Seen;

static void
look_whether_seen (const ScanItem *item, gpointer user_data)
{
  Seen *seen = user_data;
  const guint8 *member = item->kind == SCAN_ITEM_INSTANCE   ? item->instance->member
                         : item->kind == SCAN_ITEM_DOCUMENT ? item->document->member
                                                            : NULL;

  if (member != NULL && seen->all)
    seen->all = vault_member_seen (seen->catalog->vault, member, seen->mark->seen,
                                   (gsize) seen->mark->n_seen * SCAN_SEEN_SIZE);
}

/* Who put the item into the trash had seen all that it holds now. Pictures that another computer
 * added meanwhile were never thrown away, and with them the whole comes back. */
static gboolean
is_meant (ScanCatalog *catalog, const ScanTrashMark *mark, const ScanItem *item)
{
  Seen seen = { catalog, mark, TRUE };

  if (mark->seen != NULL && catalog->vault != NULL)
    scan_catalog_visit_item (catalog, item, TRUE, look_whether_seen, &seen);
  return seen.all;
}

void
scan_catalog_resolve_marks (ScanCatalog *catalog)
{
  g_autoptr (GHashTable) leaves = g_hash_table_new (scan_key_hash, scan_key_equal);
  g_autoptr (GPtrArray) void_marks = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  /* Leaves before their parents are hidden, so that all of them are reached from the top. */
  g_hash_table_iter_init (&iter, catalog->marks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ScanTrashMark *mark = value;

      if (!mark->found && mark->entity_len == SCAN_MEMBER_SIZE)
        g_hash_table_insert (leaves, (gpointer) mark->entity, mark);
    }
  if (g_hash_table_size (leaves) > 0)
    {
      scan_catalog_visit (catalog, find_marked_leaf, leaves);
      scan_catalog_visit_trash (catalog, find_marked_leaf, leaves);
      g_hash_table_iter_init (&iter, leaves);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        {
          ScanTrashMark *mark = value;
          ScanItem item = mark->shown.item;

          if (item.study != NULL && is_meant (catalog, mark, &item))
            hide (catalog, mark, &item);
          else if (item.study != NULL)
            g_ptr_array_add (void_marks, mark);
        }
    }

  g_hash_table_iter_init (&iter, catalog->marks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ScanTrashMark *mark = value;
      ScanItem item;

      if (mark->found || mark->entity_len != SCAN_KEY_SIZE)
        continue;
      item.kind = SCAN_ITEM_STUDY;
      item.study = scan_catalog_study_by_key (catalog, mark->entity);
      if (item.study == NULL)
        {
          item.kind = SCAN_ITEM_SERIES;
          item.series = scan_catalog_series_by_key (catalog, mark->entity);
        }
      if (item.study != NULL && is_meant (catalog, mark, &item))
        hide (catalog, mark, &item);
      else if (item.study != NULL)
        g_ptr_array_add (void_marks, mark);
    }
  for (guint i = 0; i < void_marks->len; i++)
    g_hash_table_remove (catalog->marks, ((ScanTrashMark *) void_marks->pdata[i])->entity);
  g_ptr_array_sort (catalog->trash, newest_first);
}

void
scan_catalog_set_trashed (ScanCatalog *catalog, const ScanItem *item, gint64 date)
{
  guint8 entity[SCAN_MEMBER_SIZE];
  gsize n = scan_item_entity (item, entity);
  ScanTrashMark *mark;

  set_mark (catalog, scan_catalog_keep (catalog, entity, n), n, date);
  mark = g_hash_table_lookup (catalog->marks, entity);
  if (mark != NULL && !mark->found)
    {
      hide (catalog, mark, item);
      settle_place (catalog, item);
    }
  g_ptr_array_sort (catalog->trash, newest_first);
}

GPtrArray *
scan_catalog_trash (ScanCatalog *catalog)
{
  return catalog->trash;
}

gboolean
scan_catalog_is_trashed (ScanCatalog *catalog, const ScanItem *item)
{
  guint8 key[SCAN_KEY_SIZE];

  scan_item_key (item, key);
  return g_hash_table_contains (catalog->marks, key);
}

gboolean
scan_item_in_trash (ScanCatalog *catalog, const ScanItem *item)
{
  ScanItem above = *item;
  gboolean in_trash = FALSE;

  if (g_hash_table_size (catalog->marks) == 0)
    return FALSE;
  do
    in_trash = scan_catalog_is_trashed (catalog, &above);
  while (!in_trash && scan_item_parent (&above, &above));
  return in_trash;
}

static void
remove_one (ScanCatalog *catalog, const ScanItem *item)
{
  guint8 key[SCAN_KEY_SIZE];
  ScanTrashMark *mark;

  scan_item_key (item, key);
  mark = g_hash_table_lookup (catalog->marks, key);
  if (mark == NULL)
    take_out (place_of (catalog, item), item->study);
  else
    {
      g_ptr_array_remove (catalog->trash, &mark->shown);
      g_hash_table_remove (catalog->marks, key);
    }
  if (item->kind == SCAN_ITEM_STUDY || item->kind == SCAN_ITEM_DOCUMENT)
    g_hash_table_remove (catalog->annotations, key);
  switch (item->kind)
    {
    case SCAN_ITEM_STUDY:
      if (g_hash_table_steal (catalog->studies_by_key, key))
        g_ptr_array_add (catalog->gone_studies, item->study);
      break;
    case SCAN_ITEM_SERIES:
      if (g_hash_table_steal (catalog->series_by_key, key))
        g_ptr_array_add (catalog->gone_series, item->series);
      break;
    case SCAN_ITEM_INSTANCE:
    case SCAN_ITEM_DOCUMENT:
      catalog->n_leaves--;
      break;
    }
}

void
scan_catalog_remove (ScanCatalog *catalog, const ScanItem *items, guint n_items)
{
  g_autoptr (GHashTable) settled = g_hash_table_new (NULL, NULL);

  /* From below, so that what is above is still whole. */
  for (gint kind = SCAN_ITEM_DOCUMENT; kind >= SCAN_ITEM_STUDY; kind--)
    for (guint i = n_items; i-- > 0;)
      if ((gint) items[i].kind == kind)
        remove_one (catalog, &items[i]);
  for (guint i = 0; i < n_items; i++)
    {
      ScanStudy *study = scan_item_study (&items[i]);

      if (study != NULL && g_hash_table_add (settled, study))
        scan_study_settle (study);
    }
}

guint
scan_catalog_leaves (ScanCatalog *catalog)
{
  return catalog->n_leaves;
}
