/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coordinator of an import: batches, commits, reading back. */
#include "import.h"

#include <string.h>

#include "error.h"
#include "import_private.h"

/* A batch ends at the first of these (durability costs one journal record a batch). */
#define BATCH_BYTES ((guint64) 256 * 1024 * 1024)
#define BATCH_BUNDLES 64
#define BATCH_OPEN_BUNDLES 32
#define BATCH_SECONDS 5

#define TELL_EVERY (G_USEC_PER_SEC / 10)

guint
scan_import_workers (void)
{
  return CLAMP (g_get_num_processors (), 1, 4);
}

static guint
member_hash (gconstpointer member)
{
  guint value;

  memcpy (&value, member, sizeof value);
  return value;
}

static gboolean
member_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, VAULT_ID_SIZE) == 0;
}

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
  g_mutex_init (&import->lock);
  g_cond_init (&import->idle);
  scan_batch_init (&import->batch);
  import->seen = g_hash_table_new_full (member_hash, member_equal, g_free, NULL);
  import->known_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  import->known_uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  import->new_instances =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  import->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  import->result.ignored_files =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scan_failure_free);
  import->result.failed = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_failure_free);
  import->result.studies = g_ptr_array_new ();
  import->applied = g_ptr_array_new_with_free_func (g_free);
  return import;
}

static void
import_free (ScanImport *import)
{
  scan_batch_clear (&import->batch);
  g_strfreev (import->paths);
  g_free (import->commit_log);
  g_ptr_array_unref (import->found);
  g_hash_table_unref (import->seen);
  g_hash_table_unref (import->known_keys);
  g_hash_table_unref (import->known_uids);
  g_hash_table_unref (import->new_instances);
  g_hash_table_unref (import->touched);
  g_ptr_array_unref (import->applied);
  g_clear_error (&import->fatal);
  g_mutex_clear (&import->lock);
  g_cond_clear (&import->idle);
  g_free (import);
}

void
scan_import_result_clear (ScanImportResult *result)
{
  g_clear_pointer (&result->ignored_files, g_ptr_array_unref);
  g_clear_pointer (&result->failed, g_ptr_array_unref);
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

/* Counts a worker's job out. */
static void
job_done (ScanImport *import)
{
  g_mutex_lock (&import->lock);
  import->running--;
  g_cond_signal (&import->idle);
  g_mutex_unlock (&import->lock);
}

/* Waits until at most n jobs are with the workers. */
static void
wait_for_workers (ScanImport *import, guint n)
{
  g_mutex_lock (&import->lock);
  while (import->running > n)
    g_cond_wait (&import->idle, &import->lock);
  g_mutex_unlock (&import->lock);
}

static void
job_begun (ScanImport *import)
{
  g_mutex_lock (&import->lock);
  import->running++;
  g_mutex_unlock (&import->lock);
}

static void
file_job (gpointer item, gpointer user_data)
{
  scan_import_file (user_data, item);
  job_done (user_data);
}

typedef struct
{
  ScanImport *import;
  GFunc func;
} Parallel;

static void
parallel_job (gpointer item, gpointer user_data)
{
  Parallel *parallel = user_data;

  parallel->func (item, parallel->import);
  job_done (parallel->import);
}

void
scan_import_parallel (ScanImport *import, GPtrArray *items, GFunc func)
{
  Parallel parallel = { import, func };
  GThreadPool *workers =
      g_thread_pool_new (parallel_job, &parallel, (gint) scan_import_workers (), FALSE, NULL);

  for (guint i = 0; i < items->len; i++)
    {
      job_begun (import);
      g_thread_pool_push (workers, g_ptr_array_index (items, i), NULL);
    }
  wait_for_workers (import, 0);
  g_thread_pool_free (workers, FALSE, TRUE);
}

typedef struct
{
  guint32 number;
  ScanPacked *packed;
} ReadBack;

static void
read_back_job (gpointer item, gpointer user_data)
{
  ScanImport *import = user_data;
  const ReadBack *job = item;
  VaultFault fault = { 0 };
  VaultError result = vault_read_back (import->vault, job->number, &fault);
  GError *error = NULL;

  if (result == VAULT_OK)
    return;
  scan_error_set_vault (&error, result, &fault);
  g_mutex_lock (&import->lock);
  for (guint i = 0; i < job->packed->files->len; i++)
    scan_failure_add (import->result.failed,
                      ((ScanFound *) g_ptr_array_index (job->packed->files, i))->path, error);
  g_mutex_unlock (&import->lock);
  scan_import_stop (import, error);
}

/* What was acknowledged must come back from the disk. */
static void
read_back (ScanImport *import, guint32 first, guint32 n, GPtrArray *packed)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_free);

  for (guint32 i = 0; i < n && i < packed->len; i++)
    {
      ReadBack *job = g_new0 (ReadBack, 1);

      job->number = first + i;
      job->packed = g_ptr_array_index (packed, i);
      g_ptr_array_add (jobs, job);
    }
  scan_import_parallel (import, jobs, read_back_job);
}

static void
commit_batch (ScanImport *import)
{
  g_autoptr (GPtrArray) packed = NULL;
  GError *error = NULL;
  guint32 first = 0, n = 0;

  if (!scan_import_commit (import, &first, &n, &packed, &error))
    scan_import_stop (import, error);
  if (packed != NULL && !import->options.no_read_back && n > 0)
    read_back (import, first, n, packed);
}

static gboolean
batch_is_full (ScanImport *import, guint files, guint64 bytes, gint64 begun)
{
  gboolean full;

  g_mutex_lock (&import->lock);
  full = import->batch.finished->len >= BATCH_BUNDLES ||
         g_hash_table_size (import->batch.builders) >= BATCH_OPEN_BUNDLES;
  g_mutex_unlock (&import->lock);
  if (import->options.batch > 0)
    return files >= import->options.batch;
  return full || bytes >= BATCH_BYTES ||
         g_get_monotonic_time () - begun >= BATCH_SECONDS * G_USEC_PER_SEC;
}

static void
import_found (ScanImport *import)
{
  GThreadPool *workers =
      g_thread_pool_new (file_job, import, (gint) scan_import_workers (), FALSE, NULL);
  guint at = 0;

  while (at < import->found->len && !scan_import_stopped (import))
    {
      gint64 begun = g_get_monotonic_time ();
      guint64 bytes = 0;
      guint files = 0;

      do
        {
          ScanFound *found = g_ptr_array_index (import->found, at++);

          bytes += found->size;
          files++;
          wait_for_workers (import, scan_import_workers () * 2);
          job_begun (import);
          g_thread_pool_push (workers, found, NULL);
        }
      while (at < import->found->len && !scan_import_stopped (import) &&
             !batch_is_full (import, files, bytes, begun));
      wait_for_workers (import, 0);
      if (!scan_import_stopped (import))
        commit_batch (import);
    }
  g_thread_pool_free (workers, FALSE, TRUE);
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
  import_found (import);
  if (!scan_import_stopped (import))
    {
      scan_import_tell (import, SCAN_PHASE_FINISHING, NULL, TRUE);
      scan_import_thumbs (import);
    }
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
      const void *value;
      gsize size;

      if (vault_get (import->vault, row->entity, row->entity_len, row->field, &value, &size) ==
          VAULT_OK)
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
