/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and rows of a vault in one with another seed. */
#include <string.h>

#include "catalog_private.h"
#include "rekey_private.h"
#include "share_private.h"

/* Places of keys in rows, behind the version (app/ROWS.md). */
#define SERIES_STUDY_AT 1
#define INSTANCE_SERIES_AT 2
#define DOCUMENT_STUDY_AT 1

static bool
collect_field (const void *entity, size_t entity_len, uint16_t field, const void *value,
               size_t value_len, uint64_t clock_ms, void *data)
{
  const ScanRekeyField found = { entity, value, entity_len, value_len, field };

  g_array_append_val ((GArray *) data, found);
  return true;
}

ScanRekeyMap *
scan_rekey_map_new (const Vault *from, const Vault *to)
{
  ScanRekeyMap *map = g_new0 (ScanRekeyMap, 1);

  map->from = from;
  map->to = to;
  map->keys = g_hash_table_new_full (scan_key_hash, scan_key_equal, g_free, g_free);
  map->fields = g_array_new (FALSE, FALSE, sizeof (ScanRekeyField));
  vault_fold (from, collect_field, map->fields);
  map->studies = g_hash_table_new (scan_key_hash, scan_key_equal);
  for (guint i = 0; i < map->fields->len; i++)
    {
      const ScanRekeyField *field = &g_array_index (map->fields, ScanRekeyField, i);

      if (field->field == SCAN_FIELD_SERIES && field->entity_len == SCAN_KEY_SIZE &&
          field->value_len >= SERIES_STUDY_AT + SCAN_KEY_SIZE)
        g_hash_table_insert (map->studies, (gpointer) field->entity,
                             (gpointer) (field->value + SERIES_STUDY_AT));
    }
  return map;
}

void
scan_rekey_map_free (ScanRekeyMap *map)
{
  g_hash_table_unref (map->keys);
  g_hash_table_unref (map->studies);
  g_array_unref (map->fields);
  g_free (map);
}

void
scan_rekey_map_add_member (ScanRekeyMap *map, const guint8 old_id[VAULT_ID_SIZE],
                           const guint8 new_id[VAULT_ID_SIZE])
{
  g_hash_table_insert (map->keys, g_memdup2 (old_id, SCAN_KEY_SIZE),
                       g_memdup2 (new_id, VAULT_ID_SIZE));
}

const guint8 *
scan_rekey_map_member (ScanRekeyMap *map, const guint8 old_id[VAULT_ID_SIZE])
{
  return g_hash_table_lookup (map->keys, old_id);
}

static void
hash_key (const Vault *vault, const GByteArray *parts, guint8 ret_key[SCAN_KEY_SIZE])
{
  guint8 id[VAULT_ID_SIZE];

  vault_hash (vault, parts->data, parts->len, id);
  memcpy (ret_key, id, SCAN_KEY_SIZE);
}

static void
add_part (GByteArray *parts, const char *text)
{
  g_byte_array_append (parts, (const guint8 *) text, (guint) strlen (text) + 1);
}

/* The new key of an old one of which nothing else is known. */
static void
key_from_key (const ScanRekeyMap *map, const guint8 old_key[SCAN_KEY_SIZE],
              guint8 ret_key[SCAN_KEY_SIZE])
{
  g_autoptr (GByteArray) parts = g_byte_array_new ();

  add_part (parts, "rekey");
  g_byte_array_append (parts, old_key, SCAN_KEY_SIZE);
  hash_key (map->to, parts, ret_key);
}

/* Any key of a study, series, instance or document. */
static void
map_key (const ScanRekeyMap *map, const guint8 old_key[SCAN_KEY_SIZE],
         guint8 ret_key[SCAN_KEY_SIZE])
{
  const guint8 *known = g_hash_table_lookup (map->keys, old_key);

  if (known != NULL)
    memcpy (ret_key, known, SCAN_KEY_SIZE);
  else
    key_from_key (map, old_key, ret_key);
}

static void
add_key (ScanRekeyMap *map, const guint8 old_key[SCAN_KEY_SIZE],
         const guint8 new_key[SCAN_KEY_SIZE])
{
  g_hash_table_insert (map->keys, g_memdup2 (old_key, SCAN_KEY_SIZE),
                       g_memdup2 (new_key, SCAN_KEY_SIZE));
}

static void
add_study (ScanRekeyMap *map, const ScanRekeyField *field)
{
  g_autoptr (GByteArray) parts = g_byte_array_new ();
  guint8 key[SCAN_KEY_SIZE];
  ScanStudyRow row;
  gboolean derived = FALSE;

  if (scan_row_to_study (field->value, field->value_len, &row))
    {
      add_part (parts, "study");
      add_part (parts, row.uid);
      add_part (parts, row.patient_id);
      hash_key (map->from, parts, key);
      derived = memcmp (key, field->entity, SCAN_KEY_SIZE) == 0;
    }
  if (derived)
    hash_key (map->to, parts, key);
  else
    key_from_key (map, field->entity, key);
  add_key (map, field->entity, key);
}

static GByteArray *
series_parts (const ScanSeriesRow *row, const guint8 study[SCAN_KEY_SIZE])
{
  GByteArray *parts = g_byte_array_new ();

  add_part (parts, "series");
  g_byte_array_append (parts, study, SCAN_KEY_SIZE);
  add_part (parts, row->uid);
  if (*row->uid == '\0')
    add_part (parts, row->modality);
  return parts;
}

static void
add_series (ScanRekeyMap *map, const ScanRekeyField *field)
{
  guint8 study[SCAN_KEY_SIZE], key[SCAN_KEY_SIZE];
  ScanSeriesRow row;
  gboolean derived = FALSE;

  if (scan_row_to_series (field->value, field->value_len, &row))
    {
      g_autoptr (GByteArray) before = series_parts (&row, row.study), after = NULL;

      hash_key (map->from, before, key);
      derived = memcmp (key, field->entity, SCAN_KEY_SIZE) == 0;
      map_key (map, row.study, study);
      after = series_parts (&row, study);
      if (derived)
        hash_key (map->to, after, key);
    }
  if (!derived)
    key_from_key (map, field->entity, key);
  add_key (map, field->entity, key);
}

void
scan_rekey_map_keys (ScanRekeyMap *map)
{
  static const guint16 order[] = { SCAN_FIELD_STUDY, SCAN_FIELD_SERIES };

  for (guint pass = 0; pass < G_N_ELEMENTS (order); pass++)
    for (guint i = 0; i < map->fields->len; i++)
      {
        const ScanRekeyField *field = &g_array_index (map->fields, ScanRekeyField, i);

        if (field->field != order[pass] || field->entity_len != SCAN_KEY_SIZE)
          continue;
        if (field->field == SCAN_FIELD_STUDY)
          add_study (map, field);
        else
          add_series (map, field);
      }
}

static GByteArray *
share_value (ScanRekeyMap *map, const ScanRekeyField *field)
{
  g_autofree guint8 *items = NULL;
  guint8 key[SCAN_SHARE_KEY_SIZE];
  ScanShareRow row;
  GByteArray *value;

  if (field->entity_len != SCAN_KEY_SIZE ||
      !scan_row_to_share (field->value, field->value_len, &row))
    return NULL;
  items = g_malloc0 ((gsize) row.n_items * SCAN_KEY_SIZE + 1);
  for (guint i = 0; i < row.n_items; i++)
    map_key (map, row.items + (gsize) i * SCAN_KEY_SIZE, items + (gsize) i * SCAN_KEY_SIZE);
  row.items = items;
  if (row.key == NULL)
    {
      vault_share_key (map->from, field->entity, key);
      row.key = key;
    }
  value = scan_row_from_share (&row);
  explicit_bzero (key, sizeof key);
  return value;
}

static GBytes *
boxes_value (const ScanRekeyMap *map, const ScanShareMadeRow *made)
{
  g_autoptr (GPtrArray) boxes = scan_share_boxes_unpack (made->boxes, made->n_boxes);

  for (guint i = 0; i < boxes->len; i++)
    {
      ScanBox *box = g_ptr_array_index (boxes, i);
      guint8 old_key[SCAN_KEY_SIZE], key[SCAN_KEY_SIZE];

      if (!scan_key_from_id (box->item, old_key))
        continue;
      map_key (map, old_key, key);
      g_free (box->item);
      box->item = g_malloc (SCAN_ID_LENGTH + 1);
      scan_key_to_id (key, box->item);
    }
  return scan_share_boxes_pack (boxes);
}

/* What is no longer in the vault keeps its old id: nothing leads there in either. */
static GByteArray *
share_made_value (ScanRekeyMap *map, const ScanRekeyField *field)
{
  g_autofree guint8 *sources = NULL;
  g_autoptr (GBytes) boxes = NULL;
  ScanShareMadeRow row;
  gsize n;

  if (!scan_row_to_share_made (field->value, field->value_len, &row))
    return NULL;
  sources = g_malloc0 ((gsize) row.n_sources * SCAN_MEMBER_SIZE + 1);
  for (guint i = 0; i < row.n_sources; i++)
    {
      const guint8 *old = row.sources + (gsize) i * SCAN_MEMBER_SIZE;
      const guint8 *member = scan_rekey_map_member (map, old);

      memcpy (sources + (gsize) i * SCAN_MEMBER_SIZE, member != NULL ? member : old,
              SCAN_MEMBER_SIZE);
    }
  row.sources = sources;
  boxes = boxes_value (map, &row);
  row.boxes = g_bytes_get_data (boxes, &n);
  row.n_boxes = (guint) n;
  return scan_row_from_share_made (&row);
}

/* A copy of the row with the key at one place changed; NULL if that is beyond the row. */
static GByteArray *
with_key_at (ScanRekeyMap *map, const ScanRekeyField *field, gsize at)
{
  static const guint8 none[SCAN_KEY_SIZE];
  GByteArray *value;

  if (field->value_len < at + SCAN_KEY_SIZE)
    return NULL;
  value = g_byte_array_sized_new ((guint) field->value_len);
  g_byte_array_append (value, field->value, (guint) field->value_len);
  if (memcmp (field->value + at, none, SCAN_KEY_SIZE) != 0)
    map_key (map, field->value + at, value->data + at);
  return value;
}

/* Whether a member's row stands below what is in the trash. */
static gboolean
is_below (const ScanRekeyMap *map, const ScanRekeyField *field, const ScanRekeyField *mark)
{
  const guint8 *series, *study;

  if (field->entity_len != VAULT_ID_SIZE)
    return FALSE;
  if (mark->entity_len == VAULT_ID_SIZE)
    return memcmp (field->entity, mark->entity, VAULT_ID_SIZE) == 0;
  if (field->field == SCAN_FIELD_DOCUMENT && field->value_len >= DOCUMENT_STUDY_AT + SCAN_KEY_SIZE)
    return memcmp (field->value + DOCUMENT_STUDY_AT, mark->entity, SCAN_KEY_SIZE) == 0;
  if (field->field != SCAN_FIELD_INSTANCE || field->value_len < INSTANCE_SERIES_AT + SCAN_KEY_SIZE)
    return FALSE;
  series = field->value + INSTANCE_SERIES_AT;
  study = g_hash_table_lookup (map->studies, series);
  return memcmp (series, mark->entity, SCAN_KEY_SIZE) == 0 ||
         (study != NULL && memcmp (study, mark->entity, SCAN_KEY_SIZE) == 0);
}

/* How far other computers had been seen means nothing in a new vault, where all is written by one:
 * what does not count now is left behind, the rest counts in full. */
static GByteArray *
trash_value (const ScanRekeyMap *map, const ScanRekeyField *mark)
{
  ScanTrashRow row;

  if (!scan_row_to_trash (mark->value, mark->value_len, &row))
    return g_byte_array_append (g_byte_array_new (), mark->value, (guint) mark->value_len);
  for (guint i = 0; row.seen != NULL && i < map->fields->len; i++)
    {
      const ScanRekeyField *field = &g_array_index (map->fields, ScanRekeyField, i);

      if (is_below (map, field, mark) && !vault_member_seen (map->from, field->entity, row.seen,
                                                             (gsize) row.n_seen * SCAN_SEEN_SIZE))
        return NULL;
    }
  row.seen = NULL;
  return scan_row_from_trash (&row);
}

static GByteArray *
map_value (ScanRekeyMap *map, const ScanRekeyField *field)
{
  const guint8 *member;
  GByteArray *value = NULL;

  switch (field->field)
    {
    case SCAN_FIELD_SERIES:
      value = with_key_at (map, field, SERIES_STUDY_AT);
      break;
    case SCAN_FIELD_INSTANCE:
      value = with_key_at (map, field, INSTANCE_SERIES_AT);
      break;
    case SCAN_FIELD_DOCUMENT:
      value = with_key_at (map, field, DOCUMENT_STUDY_AT);
      break;
    case SCAN_FIELD_SHARE:
      value = share_value (map, field);
      break;
    case SCAN_FIELD_SHARE_MADE:
      value = share_made_value (map, field);
      break;
    case SCAN_FIELD_TRASH:
      return trash_value (map, field);
    case SCAN_FIELD_THUMBNAIL:
      member = field->value_len == VAULT_ID_SIZE ? scan_rekey_map_member (map, field->value) : NULL;
      return member != NULL ? g_byte_array_append (g_byte_array_new (), member, VAULT_ID_SIZE)
                            : NULL;
    default:
      break;
    }
  /* Also what this version cannot read: a later one may. */
  if (value == NULL)
    value = g_byte_array_append (g_byte_array_new (), field->value, (guint) field->value_len);
  return value;
}

gboolean
scan_rekey_map_field (ScanRekeyMap *map, const ScanRekeyField *field, guint8 ret_entity[64],
                      GByteArray **ret_value)
{
  const guint8 *member =
      field->entity_len == VAULT_ID_SIZE ? scan_rekey_map_member (map, field->entity) : NULL;
  gboolean of_member = field->field == SCAN_FIELD_INSTANCE || field->field == SCAN_FIELD_DOCUMENT ||
                       field->field == SCAN_FIELD_TRASH ||
                       (field->field >= SCAN_FIELD_TITLE && field->field <= SCAN_FIELD_FAVOURITE);
  GByteArray *value;

  if (field->field == SCAN_FIELD_SLOT || field->field == SCAN_FIELD_SHEET ||
      field->field >= VAULT_FIELDS_OWN || field->entity_len > 64 ||
      (of_member && field->entity_len == VAULT_ID_SIZE && member == NULL))
    return FALSE;
  value = map_value (map, field);
  if (value == NULL)
    return FALSE;
  memcpy (ret_entity, field->entity, field->entity_len);
  if (member != NULL)
    memcpy (ret_entity, member, VAULT_ID_SIZE);
  else if (field->entity_len == SCAN_KEY_SIZE && field->field != SCAN_FIELD_SHARE &&
           (field->field <= SCAN_FIELD_TRASH || of_member ||
            g_hash_table_contains (map->keys, field->entity)))
    map_key (map, field->entity, ret_entity);
  *ret_value = value;
  return TRUE;
}
