/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows, in whatever order they come, become the tree. */
#include <string.h>

#include "catalog_tree.h"
#include "order.h"
#include "plainname.h"

#define FRAMES_MAX (1u << 20) /* of one object */

static gint64
added_now (const ScanCatalog *catalog)
{
  return catalog->clock_ms > 0 ? (gint64) (catalog->clock_ms / 1000)
                               : g_get_real_time () / G_USEC_PER_SEC;
}

static void
add_study (ScanCatalog *catalog, const guint8 *entity, const guint8 *value, gsize size)
{
  ScanStudyRow row;
  ScanStudy *study;

  if (g_hash_table_contains (catalog->studies_by_key, entity) ||
      !scan_row_to_study (value, size, &row))
    return;
  study = g_new0 (ScanStudy, 1);
  scan_key_to_id (entity, study->id);
  study->uid = *row.uid != '\0' ? (char *) row.uid : NULL;
  study->patient_name = (char *) row.patient_name;
  study->patient_id = (char *) row.patient_id;
  study->birth_date = (char *) row.birth_date;
  study->sex = (char *) row.sex;
  study->date = (char *) row.date;
  study->time = (char *) row.time;
  study->description = (char *) row.description;
  study->institution = (char *) row.institution;
  study->referrer = (char *) row.referrer;
  study->added = added_now (catalog);
  study->series = g_ptr_array_new ();
  study->documents = g_ptr_array_new ();
  g_hash_table_insert (catalog->studies_by_key, (gpointer) entity, study);
  g_ptr_array_add (catalog->studies, study);
}

static gboolean
join_series (ScanCatalog *catalog, const ScanPending *pending)
{
  ScanSeriesRow row;
  ScanStudy *study;
  ScanSeries *series;

  if (g_hash_table_contains (catalog->series_by_key, pending->entity) ||
      !scan_row_to_series (pending->value, pending->size, &row))
    return TRUE;
  study = scan_catalog_study_by_key (catalog, row.study);
  if (study == NULL)
    return FALSE;
  series = g_new0 (ScanSeries, 1);
  scan_key_to_id (pending->entity, series->id);
  series->study = study;
  series->uid = (char *) row.uid;
  series->modality = (char *) row.modality;
  series->description = (char *) row.description;
  series->body_part = (char *) row.body_part;
  series->number = row.number;
  series->instances = g_ptr_array_new ();
  g_hash_table_insert (catalog->series_by_key, (gpointer) pending->entity, series);
  g_ptr_array_add (study->series, series);
  return TRUE;
}

static ScanInstance *
new_instance (ScanCatalog *catalog)
{
  ScanInstance *slab;

  if (catalog->slab_used == SCAN_CATALOG_SLAB)
    {
      g_ptr_array_add (catalog->slabs, g_new0 (ScanInstance, SCAN_CATALOG_SLAB));
      catalog->slab_used = 0;
    }
  slab = g_ptr_array_index (catalog->slabs, catalog->slabs->len - 1);
  return &slab[catalog->slab_used++];
}

/* Instances of one series mostly share these two, and so do neighbours in the journal. */
typedef struct
{
  guint8 key[SCAN_KEY_SIZE];
  ScanSeries *series;
  const char *sop_class_short, *sop_class;
  const char *syntax_short, *syntax;
} JoinCache;

static const char *
expand_uid (const char *short_form, const char **cache_short, const char **cache_text)
{
  if (*cache_short == NULL || !g_str_equal (*cache_short, short_form))
    {
      *cache_short = short_form;
      *cache_text = scan_row_uid_text (short_form);
    }
  return *cache_text;
}

/* A row may outlive its member: another computer set it before it heard of the deletion. Where
 * records are lost, a member that no record names may come back. */
static gboolean
is_stray (const ScanCatalog *catalog, const guint8 *member)
{
  return catalog->stray_rows && vault_entry_find (catalog->vault, member) == NULL &&
         !vault_member_wanted (catalog->vault, member) && vault_damage_count (catalog->vault) == 0;
}

static gboolean
join_instance (ScanCatalog *catalog, const ScanPending *pending, JoinCache *cache)
{
  ScanInstanceRow row;
  ScanInstance *instance;

  if (is_stray (catalog, pending->entity) ||
      !scan_row_to_instance (pending->value, pending->size, &row))
    return TRUE;
  if (cache->series == NULL || memcmp (cache->key, row.series, SCAN_KEY_SIZE) != 0)
    {
      ScanSeries *series = scan_catalog_series_by_key (catalog, row.series);

      if (series == NULL)
        return FALSE;
      memcpy (cache->key, row.series, SCAN_KEY_SIZE);
      cache->series = series;
    }
  instance = new_instance (catalog);
  instance->series = cache->series;
  instance->member = pending->entity;
  instance->uid = row.uid;
  instance->sop_class = expand_uid (row.sop_class, &cache->sop_class_short, &cache->sop_class);
  instance->transfer_syntax =
      expand_uid (row.transfer_syntax, &cache->syntax_short, &cache->syntax);
  instance->arrangement = row.arrangement;
  instance->bytes = row.bytes;
  instance->position = row.position;
  instance->number = row.number;
  /* No frame takes less than a byte, whatever a file says. */
  instance->frames = (guint) MIN (row.frames, CLAMP (row.bytes, 1, FRAMES_MAX));
  instance->rows = row.rows;
  instance->columns = row.columns;
  instance->renderable = row.renderable;
  instance->conflict = row.conflict;
  g_ptr_array_add (cache->series->instances, instance);
  catalog->n_leaves++;
  return TRUE;
}

static gboolean
join_document (ScanCatalog *catalog, const ScanPending *pending)
{
  static const guint8 no_study[SCAN_KEY_SIZE];
  ScanDocumentRow row;
  ScanDocument *document;
  ScanStudy *study = NULL;

  if (is_stray (catalog, pending->entity) ||
      !scan_row_to_document (pending->value, pending->size, &row))
    return TRUE;
  if (memcmp (row.study, no_study, SCAN_KEY_SIZE) != 0)
    {
      study = scan_catalog_study_by_key (catalog, row.study);
      if (study == NULL)
        return FALSE;
    }
  document = g_new0 (ScanDocument, 1);
  scan_key_to_id (pending->entity, document->id);
  document->study = study;
  document->member = pending->entity;
  document->name = (char *) row.name;
  document->type = (char *) row.type;
  document->bytes = row.bytes;
  document->added = ((const ScanWaiting *) pending)->added;
  g_ptr_array_add (catalog->documents, document);
  g_ptr_array_add (study != NULL ? study->documents : catalog->loose_documents, document);
  catalog->n_leaves++;
  return TRUE;
}

static void
wait_for_parent (ScanCatalog *catalog, GPtrArray *waiting, const guint8 *entity,
                 const guint8 *value, gsize size)
{
  ScanWaiting *pending = g_new (ScanWaiting, 1);

  *pending = (ScanWaiting){ { entity, value, size }, added_now (catalog) };
  g_ptr_array_add (waiting, pending);
}

void
scan_catalog_add_field (ScanCatalog *catalog, const guint8 *entity, gsize entity_len, guint16 field,
                        const guint8 *value, gsize value_len)
{
  if (field == SCAN_FIELD_TRASH)
    scan_catalog_mark (catalog, entity, entity_len, value, value_len);
  else if (field >= SCAN_FIELD_TITLE && field <= SCAN_FIELD_FAVOURITE)
    {
      if (entity_len == SCAN_KEY_SIZE || entity_len == SCAN_MEMBER_SIZE)
        scan_catalog_annotate (catalog, entity, field, value, value_len);
    }
  else if (field == SCAN_FIELD_SHARE)
    scan_catalog_note_share (catalog, value, value_len);
  else if (value_len == 0)
    return;
  else if (field == SCAN_FIELD_STUDY && entity_len == SCAN_KEY_SIZE)
    add_study (catalog, entity, value, value_len);
  else if (field == SCAN_FIELD_SERIES && entity_len == SCAN_KEY_SIZE)
    wait_for_parent (catalog, catalog->waiting_series, entity, value, value_len);
  else if (field == SCAN_FIELD_INSTANCE && entity_len == SCAN_MEMBER_SIZE)
    {
      ScanPending pending = { entity, value, value_len };

      g_array_append_val (catalog->waiting_instances, pending);
    }
  else if (field == SCAN_FIELD_DOCUMENT && entity_len == SCAN_MEMBER_SIZE)
    wait_for_parent (catalog, catalog->waiting_documents, entity, value, value_len);
}

static gint
compare_series (gconstpointer a, gconstpointer b)
{
  const ScanSeries *left = *(ScanSeries *const *) a, *right = *(ScanSeries *const *) b;

  if (left->number != right->number)
    return left->number < right->number ? -1 : 1;
  return strcmp (left->uid, right->uid);
}

/* Newest first, undated last; then by id, so that the order never wavers. */
static gint
compare_studies (gconstpointer a, gconstpointer b)
{
  const ScanStudy *left = *(ScanStudy *const *) a, *right = *(ScanStudy *const *) b;
  gint order = strcmp (right->date, left->date);

  if (order == 0)
    order = strcmp (right->time, left->time);
  return order != 0 ? order : strcmp (left->id, right->id);
}

static void
name_study (ScanStudy *study)
{
  const ScanSeries *key = scan_study_key_series (study);

  if (key == NULL && study->series->len > 0)
    key = g_ptr_array_index (study->series, 0);
  g_free (study->title);
  study->title = scan_plain_title (key != NULL ? key->modality : NULL,
                                   key != NULL ? key->body_part : NULL, study->description);
}

/* Joins what has found its parent; the rest keeps waiting. */
static void
join_all (ScanCatalog *catalog, GPtrArray *waiting,
          gboolean (*join) (ScanCatalog *, const ScanPending *))
{
  guint kept = 0;

  for (guint i = 0; i < waiting->len; i++)
    {
      ScanPending *pending = g_steal_pointer (&waiting->pdata[i]);

      if (join (catalog, pending))
        g_free (pending);
      else
        waiting->pdata[kept++] = pending;
    }
  g_ptr_array_set_size (waiting, (gint) kept);
}

static void
join_instances (ScanCatalog *catalog, GHashTable *touched)
{
  GArray *waiting = catalog->waiting_instances;
  JoinCache cache = { 0 };
  const ScanSeries *last = NULL;
  guint kept = 0;

  for (guint i = 0; i < waiting->len; i++)
    {
      const ScanPending *pending = &g_array_index (waiting, ScanPending, i);

      if (!join_instance (catalog, pending, &cache))
        g_array_index (waiting, ScanPending, kept++) = *pending;
      else if (cache.series != last)
        {
          last = cache.series;
          if (last != NULL)
            g_hash_table_add (touched, cache.series);
        }
    }
  g_array_set_size (waiting, kept);
  if (kept > 0)
    return;
  /* A size of 0 would keep the room for all of them. */
  catalog->waiting_instances = g_array_new (FALSE, FALSE, sizeof (ScanPending));
  g_array_unref (waiting);
}

void
scan_catalog_sort_studies (ScanCatalog *catalog)
{
  g_ptr_array_sort (catalog->studies, compare_studies);
}

void
scan_study_settle (ScanStudy *study)
{
  g_ptr_array_sort (study->series, compare_series);
  name_study (study);
}

void
scan_catalog_settle (ScanCatalog *catalog)
{
  g_autoptr (GHashTable) touched = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer item;

  join_all (catalog, catalog->waiting_series, join_series);
  join_instances (catalog, touched);
  join_all (catalog, catalog->waiting_documents, join_document);

  scan_catalog_resolve_marks (catalog);
  g_hash_table_iter_init (&iter, touched);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    scan_series_sort (((ScanSeries *) item)->instances);
  g_hash_table_iter_init (&iter, catalog->studies_by_key);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    scan_study_settle (item);
  scan_catalog_sort_studies (catalog);
}

void
scan_catalog_forget_waiting (ScanCatalog *catalog)
{
  g_ptr_array_set_size (catalog->waiting_series, 0);
  g_array_set_size (catalog->waiting_instances, 0);
  g_ptr_array_set_size (catalog->waiting_documents, 0);
}
