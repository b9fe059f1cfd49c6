/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the owner wrote on studies and documents, and what of them was shared. Kept by key beside
 * the tree: rows may come before the study that they speak of, and outlive its row. */
#include <string.h>

#include "annotation.h"
#include "catalog_tree.h"

/* An annotation that owns what it points to. */
typedef struct
{
  ScanAnnotation shown;
  char *title, *note;
  GStrv tags;
} Notes;

static const char *const no_tags[] = { NULL };

static void
notes_free (gpointer data)
{
  Notes *notes = data;

  g_free (notes->title);
  g_free (notes->note);
  g_strfreev (notes->tags);
  g_free (notes);
}

void
scan_catalog_annotations_init (ScanCatalog *catalog)
{
  catalog->annotations = g_hash_table_new_full (scan_key_hash, scan_key_equal, g_free, notes_free);
  catalog->shared = g_hash_table_new_full (scan_key_hash, scan_key_equal, g_free, NULL);
}

static Notes *
notes_of (ScanCatalog *catalog, const guint8 *entity)
{
  Notes *notes = g_hash_table_lookup (catalog->annotations, entity);

  if (notes == NULL)
    {
      notes = g_new0 (Notes, 1);
      notes->shown = (ScanAnnotation){ "", "", no_tags, FALSE };
      g_hash_table_insert (catalog->annotations, g_memdup2 (entity, SCAN_KEY_SIZE), notes);
    }
  return notes;
}

static char *
text_of (const guint8 *value, gsize size)
{
  ScanTextRow row;

  return size > 0 && scan_row_to_text (value, size, &row) ? g_utf8_make_valid (row.text, -1)
                                                          : g_strdup ("");
}

static void
set_tags (Notes *notes, const char *text)
{
  g_strfreev (notes->tags);
  notes->tags = *text != '\0' ? g_strsplit (text, "\n", SCAN_TAGS_MAX) : NULL;
  notes->shown.tags = notes->tags != NULL ? (const char *const *) notes->tags : no_tags;
}

void
scan_catalog_annotate (ScanCatalog *catalog, const guint8 *entity, guint16 field,
                       const guint8 *value, gsize size)
{
  Notes *notes = notes_of (catalog, entity);
  g_autofree char *text = field != SCAN_FIELD_FAVOURITE ? text_of (value, size) : NULL;
  ScanFavouriteRow favourite;

  switch (field)
    {
    case SCAN_FIELD_TITLE:
      g_free (notes->title);
      notes->shown.title = notes->title = g_steal_pointer (&text);
      break;
    case SCAN_FIELD_NOTE:
      g_free (notes->note);
      notes->shown.note = notes->note = g_steal_pointer (&text);
      break;
    case SCAN_FIELD_TAGS:
      set_tags (notes, text);
      break;
    default:
      notes->shown.favourite =
          size > 0 && scan_row_to_favourite (value, size, &favourite) && favourite.on;
      break;
    }
}

const ScanAnnotation *
scan_catalog_annotation (ScanCatalog *catalog, const ScanItem *item)
{
  static const ScanAnnotation nothing = { "", "", no_tags, FALSE };
  guint8 key[SCAN_KEY_SIZE];
  const Notes *notes;

  if (item->kind != SCAN_ITEM_STUDY && item->kind != SCAN_ITEM_DOCUMENT)
    return &nothing;
  scan_item_key (item, key);
  notes = g_hash_table_lookup (catalog->annotations, key);
  return notes != NULL ? &notes->shown : &nothing;
}

char *
scan_catalog_item_name (ScanCatalog *catalog, const ScanItem *item)
{
  const ScanAnnotation *annotation = scan_catalog_annotation (catalog, item);

  return *annotation->title != '\0' ? g_strdup (annotation->title) : scan_item_title (item);
}

static void
add_shared (ScanCatalog *catalog, const guint8 key[SCAN_KEY_SIZE])
{
  g_hash_table_add (catalog->shared, g_memdup2 (key, SCAN_KEY_SIZE));
}

void
scan_catalog_note_share (ScanCatalog *catalog, const guint8 *value, gsize size)
{
  ScanShareRow row;

  if (size == 0 || !scan_row_to_share (value, size, &row))
    return;
  for (guint i = 0; i < row.n_items; i++)
    add_shared (catalog, row.items + (gsize) i * SCAN_KEY_SIZE);
}

void
scan_catalog_set_shared (ScanCatalog *catalog, const ScanItem *items, guint n_items)
{
  guint8 key[SCAN_KEY_SIZE];

  for (guint i = 0; i < n_items; i++)
    {
      scan_item_key (&items[i], key);
      add_shared (catalog, key);
    }
}

typedef struct
{
  ScanCatalog *catalog;
  gboolean found;
} SharedSearch;

static void
look_for_shared (const ScanItem *item, gpointer user_data)
{
  SharedSearch *search = user_data;
  guint8 key[SCAN_KEY_SIZE];

  if (search->found)
    return;
  scan_item_key (item, key);
  search->found = g_hash_table_contains (search->catalog->shared, key);
}

gboolean
scan_catalog_is_shared (ScanCatalog *catalog, const ScanItem *item)
{
  SharedSearch search = { catalog, FALSE };
  ScanItem above = *item;

  if (g_hash_table_size (catalog->shared) == 0)
    return FALSE;
  do
    look_for_shared (&above, &search);
  while (!search.found && scan_item_parent (&above, &above));
  if (!search.found)
    scan_catalog_visit_item (catalog, item, FALSE, look_for_shared, &search);
  return search.found;
}

static void
collect_tags (const ScanItem *item, gpointer user_data)
{
  gpointer *data = user_data;
  const ScanAnnotation *annotation = scan_catalog_annotation (data[0], item);

  for (guint i = 0; annotation->tags[i] != NULL; i++)
    g_hash_table_add (data[1], (gpointer) annotation->tags[i]);
}

static gint
compare_tags (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

GStrv
scan_catalog_tags (ScanCatalog *catalog)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gpointer data[] = { catalog, seen };
  GHashTableIter iter;
  gpointer tag;
  GPtrArray *tags = g_ptr_array_new ();

  scan_catalog_visit (catalog, collect_tags, data);
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &tag, NULL))
    g_ptr_array_add (tags, g_strdup (tag));
  g_ptr_array_sort (tags, compare_tags);
  g_ptr_array_add (tags, NULL);
  return (GStrv) g_ptr_array_free (tags, FALSE);
}
