/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An import from outside: made, run, told of, and put into the catalog. */
#include "import.h"

#include <string.h>

#include "error.h"
#include "import_private.h"

#define TELL_EVERY (G_USEC_PER_SEC / 10)

ScanImport *
scan_import_new (ScanLibrary *library, char **paths, const ScanImportOptions *options)
{
  ScanImport *import = g_new0 (ScanImport, 1);

  import->library = library;
  import->vault = scan_library_vault (library);
  import->paths = g_strdupv (paths);
  if (options != NULL)
    import->options = *options;
  import->commit_log = g_strdup (import->options.commit_log);
  import->found = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_found_free);
  import->archives = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_archive_free);
  import->media = g_ptr_array_new_with_free_func (scan_medium_free);
  g_queue_init (&import->waiting);
  g_mutex_init (&import->lock);
  g_mutex_init (&import->one_stream);
  g_cond_init (&import->changed);
  import->claims = g_hash_table_new_full (scan_key_hash, scan_member_equal, g_free, g_free);
  import->known_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  import->known_uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  import->restored =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  import->new_instances =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  import->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  import->result.ignored_files =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scan_failure_free);
  import->result.failed = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_failure_free);
  import->result.kept_whole = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_failure_free);
  import->result.media = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_medium_result_free);
  import->result.studies = g_ptr_array_new ();
  import->applied = g_ptr_array_new_with_free_func (g_free);
  return import;
}

static void
import_free (ScanImport *import)
{
  g_clear_pointer (&import->filling, scan_batch_free);
  g_strfreev (import->paths);
  g_free (import->commit_log);
  scan_reader_pool_free (import->unpackers);
  vault_secure_free (import->password);
  g_queue_clear (&import->waiting);
  g_ptr_array_unref (import->media);
  g_ptr_array_unref (import->archives);
  g_ptr_array_unref (import->found);
  g_hash_table_unref (import->claims);
  g_hash_table_unref (import->restored);
  g_hash_table_unref (import->known_keys);
  g_hash_table_unref (import->known_uids);
  g_hash_table_unref (import->new_instances);
  g_hash_table_unref (import->touched);
  g_ptr_array_unref (import->applied);
  g_clear_error (&import->fatal);
  g_mutex_clear (&import->lock);
  g_mutex_clear (&import->one_stream);
  g_cond_clear (&import->changed);
  g_free (import);
}

void
scan_medium_result_free (ScanMediumResult *result)
{
  g_free (result->path);
  g_free (result);
}

void
scan_import_result_clear (ScanImportResult *result)
{
  g_clear_pointer (&result->ignored_files, g_ptr_array_unref);
  g_clear_pointer (&result->failed, g_ptr_array_unref);
  g_clear_pointer (&result->kept_whole, g_ptr_array_unref);
  g_clear_pointer (&result->media, g_ptr_array_unref);
  g_clear_pointer (&result->studies, g_ptr_array_unref);
}

void
scan_import_stop (ScanImport *import, GError *error)
{
  g_mutex_lock (&import->lock);
  if (import->fatal == NULL)
    import->fatal = error;
  else
    g_error_free (error);
  g_mutex_unlock (&import->lock);
}

gboolean
scan_import_stopped (ScanImport *import)
{
  gboolean stopped;

  g_mutex_lock (&import->lock);
  stopped = import->fatal != NULL;
  g_mutex_unlock (&import->lock);
  return stopped || g_cancellable_is_cancelled (import->cancellable);
}

void
scan_import_tell (ScanImport *import, ScanPhase phase, const char *what, gboolean always)
{
  gint64 now = g_get_monotonic_time ();
  ScanProgress progress = { .phase = phase, .what = what };

  if (import->progress == NULL)
    return;
  g_mutex_lock (&import->lock);
  if (!always && now - import->progress_last < TELL_EVERY)
    {
      g_mutex_unlock (&import->lock);
      return;
    }
  import->progress_last = now;
  progress.done = phase == SCAN_PHASE_LOOKING ? import->found->len : import->files_done;
  progress.total = phase == SCAN_PHASE_LOOKING ? 0 : import->found->len;
  progress.bytes_done = import->bytes_done;
  progress.bytes_total = phase == SCAN_PHASE_LOOKING ? 0 : import->bytes_total;
  g_mutex_unlock (&import->lock);
  import->progress (&progress, import->progress_data);
}

static void
learn_known_uids (ScanImport *import)
{
  GPtrArray *studies = scan_catalog_studies (scan_library_catalog (import->library));

  for (guint i = 0; i < studies->len; i++)
    {
      const ScanStudy *study = g_ptr_array_index (studies, i);

      for (guint k = 0; k < study->series->len; k++)
        {
          const ScanSeries *series = g_ptr_array_index (study->series, k);

          for (guint m = 0; m < series->instances->len; m++)
            {
              const ScanInstance *instance = g_ptr_array_index (series->instances, m);

              if (*instance->uid != '\0')
                g_hash_table_add (import->known_uids, g_strdup (instance->uid));
            }
        }
    }
}

gboolean
scan_import_run (ScanImport *import, ScanProgressFunc progress, gpointer user_data,
                 GCancellable *cancellable, GError **error)
{
  import->progress = progress;
  import->progress_data = user_data;
  import->cancellable = cancellable;

  if (!scan_import_walk (import, error))
    return FALSE;
  learn_known_uids (import);
  scan_import_open_pipeline (import);
  scan_import_feed (import);
  if (!scan_import_stopped (import))
    {
      scan_import_compare_media (import);
      scan_import_tell (import, SCAN_PHASE_FINISHING, NULL, TRUE);
      scan_import_thumbs (import);
    }
  scan_import_close_pipeline (import);
  if (import->fatal != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&import->fatal));
      return FALSE;
    }
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
apply_rows (ScanImport *import)
{
  ScanCatalog *catalog = scan_library_catalog (import->library);

  for (guint i = 0; i < import->applied->len; i++)
    {
      const ScanRow *row = g_ptr_array_index (import->applied, i);
      const void *value = NULL;
      gsize size = 0;

      /* A field that was taken away, as what is taken out of the trash, is told as empty. */
      vault_get (import->vault, row->entity, row->entity_len, row->field, &value, &size);
      scan_catalog_add_field (catalog, scan_catalog_keep (catalog, row->entity, row->entity_len),
                              row->entity_len, row->field, value, size);
    }
  scan_catalog_settle (catalog);
  scan_catalog_set_stored_bytes (catalog, vault_stored_bytes (import->vault));
}

static void
list_studies (ScanImport *import, GPtrArray *studies)
{
  ScanCatalog *catalog = scan_library_catalog (import->library);
  g_autoptr (GHashTable) listed = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, import->new_instances);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      guint8 key[SCAN_KEY_SIZE];
      ScanSeries *series =
          scan_key_from_id (id, key) ? scan_catalog_series_by_key (catalog, key) : NULL;

      if (series != NULL && g_hash_table_add (listed, series->study))
        g_ptr_array_add (studies, series->study);
    }
}

void
scan_import_apply (ScanImport *import, ScanImportResult *ret_result)
{
  apply_rows (import);
  list_studies (import, import->result.studies);
  *ret_result = import->result;
  import_free (import);
}
