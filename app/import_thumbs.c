/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small pictures for the series that an import touched: made by the readers in parallel, sealed in
 * one batch. */
#include <string.h>

#include "error.h"
#include "import_private.h"
#include "order.h"

typedef struct
{
  guint8 key[SCAN_KEY_SIZE];
  guint8 study[SCAN_KEY_SIZE];
  guint8 member[VAULT_ID_SIZE];
  guint frame;
} Wanted;

typedef struct
{
  ScanImport *import;
  ScanBatch *batch;
} Thumbs;

static ScanInstance *
instance_from_new (const ScanNewInstance *fresh)
{
  ScanInstance *instance = g_new0 (ScanInstance, 1);

  instance->member = fresh->member;
  instance->uid = fresh->uid;
  instance->sop_class = fresh->sop_class;
  instance->position = fresh->position;
  instance->number = fresh->number;
  instance->frames = fresh->frames;
  instance->rows = fresh->rows;
  instance->columns = fresh->columns;
  instance->arrangement = fresh->arrangement;
  instance->renderable = fresh->renderable ? 1 : 0;
  return instance;
}

/* The series as it will stand in the catalog: what was there and what came. */
static Wanted *
choose (ScanImport *import, const char *id)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new (), owned = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *fresh = g_hash_table_lookup (import->new_instances, id);
  ScanSeries series = { .instances = all };
  ScanSeries *known;
  const void *row = NULL;
  gsize row_size;
  ScanSeriesRow decoded;
  ScanInstance *middle;
  Wanted *wanted;
  guint8 key[SCAN_KEY_SIZE];
  guint frame;

  if (!scan_key_from_id (id, key))
    return NULL;
  known = scan_catalog_series_by_key (scan_library_catalog (import->library), key);
  for (guint i = 0; known != NULL && i < known->instances->len; i++)
    g_ptr_array_add (all, g_ptr_array_index (known->instances, i));
  for (guint i = 0; fresh != NULL && i < fresh->len; i++)
    {
      ScanInstance *instance = instance_from_new (g_ptr_array_index (fresh, i));

      g_ptr_array_add (owned, instance);
      g_ptr_array_add (all, instance);
    }
  scan_series_sort (all);
  middle = scan_series_middle (&series, &frame);
  if (middle == NULL ||
      vault_get (import->vault, key, sizeof key, SCAN_FIELD_SERIES, &row, &row_size) != VAULT_OK ||
      !scan_row_to_series (row, row_size, &decoded))
    return NULL;
  wanted = g_new0 (Wanted, 1);
  memcpy (wanted->key, key, SCAN_KEY_SIZE);
  memcpy (wanted->study, decoded.study, SCAN_KEY_SIZE);
  memcpy (wanted->member, middle->member, VAULT_ID_SIZE);
  wanted->frame = frame;
  return wanted;
}

static gboolean
seal_thumbnail (const Thumbs *thumbs, const Wanted *wanted, const GByteArray *packed,
                GError **error)
{
  ScanImport *import = thumbs->import;
  VaultMemberInfo info = {
    .role = VAULT_ROLE_THUMBNAIL,
    .codec = VAULT_CODEC_ZSTD,
    .size = packed->len,
    .name = "",
  };
  VaultEncoded *encoded = NULL;
  GByteArray *value;
  VaultError result;
  gboolean done = TRUE;

  vault_hash (import->vault, packed->data, packed->len, info.id);
  if (vault_member_verify (import->vault, info.id, NULL) != VAULT_OK)
    {
      result = vault_encode (packed->data, packed->len, &info, &encoded);
      if (result != VAULT_OK)
        return scan_error_set_vault (error, result, NULL);
      done = scan_import_pack (import, thumbs->batch, wanted->study, NULL, &info, encoded, error);
      vault_encoded_free (encoded);
    }
  if (!done)
    return FALSE;
  value = g_byte_array_append (g_byte_array_new (), info.id, VAULT_ID_SIZE);
  g_mutex_lock (&import->lock);
  scan_batch_add_row (thumbs->batch, wanted->key, SCAN_KEY_SIZE, SCAN_FIELD_THUMBNAIL, value);
  g_mutex_unlock (&import->lock);
  return TRUE;
}

static void
make_thumbnail (gpointer item, gpointer user_data)
{
  const Thumbs *thumbs = user_data;
  ScanImport *import = thumbs->import;
  const Wanted *wanted = item;
  g_autoptr (ScanPicture) picture = NULL;
  g_autoptr (GByteArray) packed = NULL;
  GError *error = NULL;

  if (scan_import_stopped (import))
    return;
  picture = scan_library_small_picture (import->library, wanted->member, wanted->frame,
                                        SCAN_THUMB_SIDE, import->cancellable, NULL);
  if (picture == NULL)
    return;
  packed = scan_thumb_pack (picture);
  if (!seal_thumbnail (thumbs, wanted, packed, &error))
    scan_import_stop (import, error);
}

void
scan_import_thumbs (ScanImport *import)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_free);
  Thumbs thumbs = { .import = import };
  GHashTableIter iter;
  gpointer id;
  guint32 first, n;
  GError *error = NULL;

  g_hash_table_iter_init (&iter, import->touched);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      Wanted *one = choose (import, id);

      if (one != NULL)
        g_ptr_array_add (wanted, one);
    }
  if (wanted->len == 0)
    return;
  thumbs.batch = scan_batch_new (import);
  scan_import_parallel (import->n_workers, wanted, make_thumbnail, &thumbs);
  if (!scan_import_commit (import, thumbs.batch, &first, &n, &error))
    scan_import_stop (import, error);
  scan_batch_free (thumbs.batch);
}
