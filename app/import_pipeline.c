/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The threads of an import. The caller's thread hands files to the workers; finishers sync full
 * bundles; the committer makes one batch durable and reads it back while the next one fills. All
 * that waits is bounded: files by their number and by the memory that they take, bundles by their
 * number, batches to one. */
#include "error.h"
#include "import_private.h"

/* A batch ends at the first of these (durability costs one journal record a batch). */
#define BATCH_BYTES ((guint64) 256 * 1024 * 1024)
#define BATCH_BUNDLES 64
#define BATCH_OPEN_BUNDLES 32
#define BATCH_SECONDS 5

/* Finishers mostly wait for the disk. */
#define FINISHERS 4
#define FINISHING_MAX 6

static void
file_job (gpointer item, gpointer user_data)
{
  ScanImport *import = user_data;
  ScanFound *found = item;

  scan_import_file (import, found);
  g_mutex_lock (&import->lock);
  import->running--;
  found->batch->jobs--;
  g_cond_broadcast (&import->changed);
  g_mutex_unlock (&import->lock);
}

static void
finish_job (gpointer item, gpointer user_data)
{
  ScanImport *import = user_data;
  ScanPacked *packed = item;
  ScanBatch *batch = packed->batch;
  VaultFault fault = { 0 };
  VaultError result = vault_bundle_finish (packed->bundle, &fault);
  GError *error = NULL;

  if (result != VAULT_OK)
    {
      scan_error_set_vault (&error, result, &fault);
      scan_import_stop (import, error);
    }
  g_mutex_lock (&import->lock);
  g_ptr_array_add (batch->finished, packed);
  batch->n_open--;
  batch->jobs--;
  import->finishing--;
  g_cond_broadcast (&import->changed);
  g_mutex_unlock (&import->lock);
}

void
scan_import_finish_later (ScanImport *import, ScanPacked *packed)
{
  g_mutex_lock (&import->lock);
  while (import->finishing >= FINISHING_MAX)
    g_cond_wait (&import->changed, &import->lock);
  import->finishing++;
  packed->batch->jobs++;
  g_mutex_unlock (&import->lock);
  g_thread_pool_push (import->finishers, packed, NULL);
}

void
scan_import_open_pipeline (ScanImport *import)
{
  /* One more than there are processors: while a worker waits for its reader or for a file another
   * one computes. */
  import->n_workers = CLAMP (g_get_num_processors (), 1, 4) + 1;
  import->workers = g_thread_pool_new (file_job, import, (gint) import->n_workers, FALSE, NULL);
  import->finishers = g_thread_pool_new (finish_job, import, FINISHERS, FALSE, NULL);
}

void
scan_import_close_pipeline (ScanImport *import)
{
  g_thread_pool_free (import->workers, FALSE, TRUE);
  g_thread_pool_free (import->finishers, FALSE, TRUE);
}

void
scan_import_parallel (guint n, GPtrArray *items, GFunc func, gpointer user_data)
{
  GThreadPool *pool = g_thread_pool_new (func, user_data, (gint) n, FALSE, NULL);

  for (guint i = 0; i < items->len; i++)
    g_thread_pool_push (pool, g_ptr_array_index (items, i), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
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
read_back (ScanImport *import, ScanBatch *batch, guint32 first, guint32 n)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_free);

  for (guint32 i = 0; i < n && i < batch->finished->len; i++)
    {
      ReadBack *job = g_new0 (ReadBack, 1);

      job->number = first + i;
      job->packed = g_ptr_array_index (batch->finished, i);
      g_ptr_array_add (jobs, job);
    }
  scan_import_parallel (import->n_workers, jobs, read_back_job, import);
}

static void
commit_batch (ScanImport *import, ScanBatch *batch)
{
  GError *error = NULL;
  guint32 first = 0, n = 0;

  if (!scan_import_commit (import, batch, &first, &n, &error))
    scan_import_stop (import, error);
  else if (!import->options.no_read_back)
    read_back (import, batch, first, n);
}

/* The committer. */
static gpointer
commit_batches (gpointer user_data)
{
  ScanImport *import = user_data;

  g_mutex_lock (&import->lock);
  for (;;)
    {
      ScanBatch *batch = import->handed;

      if (batch != NULL)
        {
          g_mutex_unlock (&import->lock);
          commit_batch (import, batch);
          g_mutex_lock (&import->lock);
          import->handed = NULL;
          scan_batch_free (batch);
          g_cond_broadcast (&import->changed);
        }
      else if (import->ending)
        break;
      else
        g_cond_wait (&import->changed, &import->lock);
    }
  g_mutex_unlock (&import->lock);
  return NULL;
}

/* Gives the batch that was filled to the committer, once that has nothing else to do. */
static void
hand_over (ScanImport *import)
{
  g_mutex_lock (&import->lock);
  while (import->handed != NULL)
    g_cond_wait (&import->changed, &import->lock);
  import->handed = g_steal_pointer (&import->filling);
  g_cond_broadcast (&import->changed);
  g_mutex_unlock (&import->lock);
}

static gboolean
batch_is_full (ScanImport *import)
{
  gboolean full;

  g_mutex_lock (&import->lock);
  full = import->filling->finished->len >= BATCH_BUNDLES ||
         import->filling->n_open >= BATCH_OPEN_BUNDLES;
  g_mutex_unlock (&import->lock);
  if (import->options.batch > 0)
    return import->fill_files >= import->options.batch;
  return full || import->fill_bytes >= BATCH_BYTES ||
         g_get_monotonic_time () - import->fill_begun >= BATCH_SECONDS * G_USEC_PER_SEC;
}

/* There is a batch that is being filled. */
static void
need_batch (ScanImport *import)
{
  if (import->filling != NULL)
    return;
  import->fill_begun = g_get_monotonic_time ();
  import->fill_bytes = 0;
  import->fill_files = 0;
  g_mutex_lock (&import->lock);
  import->filling = scan_batch_new (import);
  g_mutex_unlock (&import->lock);
}

void
scan_import_hand_out (ScanImport *import, ScanFound *found)
{
  need_batch (import);
  g_mutex_lock (&import->lock);
  while (import->running >= import->n_workers * 2)
    g_cond_wait (&import->changed, &import->lock);
  import->running++;
  import->filling->jobs++;
  found->batch = import->filling;
  g_mutex_unlock (&import->lock);
  import->fill_bytes += found->size;
  import->fill_files++;
  g_thread_pool_push (import->workers, found, NULL);
  if (batch_is_full (import))
    hand_over (import);
}

void
scan_import_wait_idle (ScanImport *import)
{
  g_mutex_lock (&import->lock);
  while (import->running > 0)
    g_cond_wait (&import->changed, &import->lock);
  g_mutex_unlock (&import->lock);
}

void
scan_import_cover (ScanImport *import, ScanFound *found)
{
  need_batch (import);
  g_mutex_lock (&import->lock);
  g_ptr_array_add (import->filling->covered, found);
  g_mutex_unlock (&import->lock);
}

/* The next archive that a worker met, once no worker can meet another one; NULL: none is left. */
static ScanArchive *
next_archive (ScanImport *import)
{
  ScanArchive *archive;

  scan_import_wait_idle (import);
  g_mutex_lock (&import->lock);
  archive = g_queue_pop_head (&import->waiting);
  g_mutex_unlock (&import->lock);
  return archive;
}

void
scan_import_feed (ScanImport *import)
{
  GThread *committer = g_thread_new ("import-commit", commit_batches, import);
  guint n_files = import->found->len;
  ScanArchive *archive;

  for (guint i = 0; i < n_files && !scan_import_stopped (import); i++)
    scan_import_hand_out (import, g_ptr_array_index (import->found, i));
  while (!scan_import_stopped (import) && (archive = next_archive (import)) != NULL)
    scan_import_unpack (import, archive);
  if (import->filling != NULL)
    hand_over (import);
  g_mutex_lock (&import->lock);
  import->ending = TRUE;
  g_cond_broadcast (&import->changed);
  g_mutex_unlock (&import->lock);
  g_thread_join (committer);
}
