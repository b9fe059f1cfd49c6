/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of a share: everything is made and checked out of sight, then recorded, then put in
 * place. */
#include "share.h"

#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "risk.h"
#include "share_private.h"

static const char *const profile_names[] = { "named", "second-opinion", "public" };

gboolean
scan_profile_from_name (const char *name, ScanProfile *ret_profile)
{
  for (guint i = 0; i < G_N_ELEMENTS (profile_names); i++)
    if (g_str_equal (profile_names[i], name))
      {
        *ret_profile = (ScanProfile) i;
        return TRUE;
      }
  return FALSE;
}

const char *
scan_profile_name (ScanProfile profile)
{
  return profile_names[profile];
}

/* A moved date that is another date of the share would mislead, and a shift that an earlier share
 * had would tie the two together: the next one then. If none is left, the check refuses. */
static void
choose_shifts (ScanShare *share)
{
  g_autoptr (GHashTable) dates = NULL;

  share->time_shift = SCAN_NO_TIMES;
  share->date_shift = scan_share_keys_date_shift (share->key, 0);
  if (share->plan->profile != SCAN_PROFILE_SECOND_OPINION || share->plan->keep_dates)
    return;
  dates = scan_share_survey (share);
  for (guint counter = 0; counter < SCAN_SHARE_DATE_SHIFTS; counter++)
    {
      share->date_shift = scan_share_keys_date_shift (share->key, counter);
      if (!scan_share_shift_clashes (dates, share->date_shift) &&
          (share->library == NULL || !scan_ledger_used_shift (share->library, share->date_shift)))
        break;
    }
}

static void
run_item (gpointer item, gpointer share)
{
  scan_share_item_run (share, item);
}

static void
run_items (ScanShare *share)
{
  GThreadPool *workers = g_thread_pool_new (
      run_item, share, (gint) CLAMP (g_get_num_processors (), 1, 4), FALSE, NULL);

  for (guint i = 0; i < share->items->len; i++)
    g_thread_pool_push (workers, g_ptr_array_index (share->items, i), NULL);
  g_thread_pool_free (workers, FALSE, TRUE);
}

/* Two people in one copy would be a mix-up, and their pseudonyms tell. */
static gboolean
is_one_patient (GPtrArray *items)
{
  const char *first = NULL;

  for (guint i = 0; i < items->len; i++)
    {
      const ScanShareItem *item = g_ptr_array_index (items, i);
      const char *patient = NULL;

      if (item->refusal != NULL || item->told == NULL ||
          !g_variant_lookup (item->told, "PatientID", "&s", &patient))
        continue;
      if (first == NULL)
        first = patient;
      else if (!g_str_equal (first, patient))
        return FALSE;
    }
  return TRUE;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_REFUSED, message);
  return FALSE;
}

static gboolean
judge (ScanShare *share, ScanShareResult *result, GError **error)
{
  if (share->fatal != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&share->fatal));
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (share->cancellable, error))
    return FALSE;
  if (share->plan->profile != SCAN_PROFILE_NAMED && !is_one_patient (share->items))
    return refuse (
        error,
        "These scans belong to more than one person. Please share them one person at a time.");
  if (result->files == 0)
    return refuse (error, "None of this can be shared so. The reasons stand beside each item.");
  if (result->refused->len > 0 && !share->plan->leave_out_refused)
    return refuse (error, "Some of this cannot be shared so, and nothing was written. The reasons "
                          "stand beside each item.");
  return TRUE;
}

/* Of all copies that were made; the package's own sum comes last. */
static GByteArray *
sums_of (const ScanShare *share, GByteArray *sources, GByteArray *frames,
         const char **ret_pseudonym)
{
  GByteArray *hashes = g_byte_array_new ();

  for (guint i = 0; i < share->items->len; i++)
    {
      const ScanShareItem *item = g_ptr_array_index (share->items, i);

      if (item->member != NULL)
        g_byte_array_append (sources, item->member, SCAN_MEMBER_SIZE);
      if (item->refusal != NULL)
        continue;
      g_byte_array_append (hashes, item->hash, SCAN_SHARE_HASH);
      if (item->frames != NULL)
        g_byte_array_append (frames, g_bytes_get_data (item->frames, NULL),
                             (guint) g_bytes_get_size (item->frames));
      if (item->told != NULL)
        g_variant_lookup (item->told, "PatientID", "&s", ret_pseudonym);
    }
  if (share->output->zip != NULL)
    g_byte_array_append (hashes, scan_share_zip_hash (share->output->zip), SCAN_SHARE_HASH);
  return hashes;
}

static gboolean
record (ScanShare *share, const guint8 share_id[16], const ScanItem *items, guint n_items,
        const ScanShareResult *result, GError **error)
{
  g_autoptr (GByteArray) keys = g_byte_array_new (), sources = g_byte_array_new (),
                         frames = g_byte_array_new (), hashes = NULL;
  g_autoptr (GPtrArray) marked = scan_share_boxes_used (share);
  g_autoptr (GBytes) boxes = scan_share_boxes_pack (marked);
  g_autofree char *password =
      share->plan->zip_password != NULL
          ? g_strndup (share->plan->zip_password, share->plan->zip_password_len)
          : NULL;
  const char *pseudonym = "";
  g_autoptr (GBytes) refusals = scan_share_refusals_pack (share);
  gsize n_boxes = 0, n_refusals = 0;
  gboolean done;
  ScanShareRow row = {
    .date = g_get_real_time () / G_USEC_PER_SEC,
    .profile = (guint8) share->plan->profile,
    .keep_dates = share->plan->keep_dates,
    .date_shift = share->plan->profile != SCAN_PROFILE_SECOND_OPINION || share->plan->keep_dates
                      ? 0
                      : share->date_shift,
    .time_shift = share->time_shift,
    .files = result->files,
    .to = share->plan->to,
  };
  ScanShareMadeRow made = {
    .reviewed = share->plan->confirm_reviewed,
    .leave_out = share->plan->leave_out_refused,
    .zip = (guint8) (!share->plan->zip      ? SCAN_MADE_FOLDER
                     : share->words != NULL ? SCAN_MADE_ZIP_WORDS
                     : password != NULL     ? SCAN_MADE_ZIP_PASSWORD
                                            : SCAN_MADE_ZIP_OPEN),
    .software = share->software,
    .password = password,
  };

  const ScanShareAgreedRow agreed = { share->plan->delete_by, share->plan->purpose };
  const ScanShareAgreedRow *said = NULL;

  for (guint i = 0; i < n_items; i++)
    {
      guint8 key[SCAN_KEY_SIZE];

      scan_item_key (&items[i], key);
      g_byte_array_append (keys, key, sizeof key);
    }
  if (share->plan->delete_by != 0 || (agreed.purpose != NULL && *agreed.purpose != '\0'))
    said = &agreed;
  hashes = sums_of (share, sources, frames, &pseudonym);
  row.n_items = n_items;
  row.items = keys->data;
  row.n_hashes = hashes->len / SCAN_SHARE_HASH;
  row.hashes = hashes->data;
  made.pseudonym = pseudonym;
  made.n_sources = sources->len / SCAN_MEMBER_SIZE;
  made.sources = sources->data;
  made.n_frames = frames->len / SCAN_FRAME_SUM_SIZE;
  made.frames = frames->data;
  made.boxes = g_bytes_get_data (boxes, &n_boxes);
  made.n_boxes = (guint) n_boxes;
  made.refusals = g_bytes_get_data (refusals, &n_refusals);
  made.n_refusals = (guint) n_refusals;
  done = scan_ledger_add (share->library, share_id, &row, &made, said, error);
  if (password != NULL)
    explicit_bzero (password, strlen (password));
  return done;
}

/* What is made once more is what was made, file by file. */
static gboolean
is_the_same (const ScanShare *share, const ScanLedgerEntry *again, GError **error)
{
  g_autoptr (GByteArray) sources = g_byte_array_new (), frames = g_byte_array_new ();
  const char *pseudonym = "";
  g_autoptr (GByteArray) hashes = sums_of (share, sources, frames, &pseudonym);

  if (hashes->len == (gsize) again->row.n_hashes * SCAN_SHARE_HASH &&
      memcmp (hashes->data, again->row.hashes, hashes->len) == 0)
    return TRUE;
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_UNSUPPORTED,
                       "This version of the program makes other copies than the one that made this "
                       "share. Please share the scans anew.");
  return FALSE;
}

/* From the finished copies to files in place. The share is recorded before anything can be taken
 * away, and struck off again if putting it in place fails. */
static gboolean
hand_over (ScanShare *share, const guint8 *share_id, const ScanItem *items, guint n_items,
           const ScanLedgerEntry *again, ScanShareResult *result, GError **error)
{
  const gboolean first = share_id != NULL && again == NULL;

  if (!scan_share_package (share, result, error) ||
      !scan_share_output_prepare (share->output, error) ||
      (again != NULL && !is_the_same (share, again, error)))
    return FALSE;
  if ((!first || record (share, share_id, items, n_items, result, error)) &&
      scan_share_output_publish (share->output, error))
    return TRUE;
  /* Also where recording failed: the record may be there all the same. */
  if (first)
    scan_ledger_withdraw (share->library, share_id);
  return FALSE;
}

gboolean
scan_share_carry_out (ScanShare *share, const char *out_dir, const guint8 *share_id,
                      const ScanItem *items, guint n_items, const ScanLedgerEntry *again,
                      ScanShareResult **ret_result, GError **error)
{
  ScanShareOutput output;
  ScanShareResult *result;
  gboolean done;

  if (!share->plan->boxes_beyond && !scan_share_boxes_fit (share->plan->boxes, share->items, error))
    return FALSE;
  share->checkers = scan_reader_pool_new (0, error);
  if (share->checkers == NULL || !scan_share_output_open (&output, share, out_dir, error))
    return FALSE;
  share->output = &output;
  result = scan_share_result_new ();
  share->steps = share->items->len * (share->plan->profile == SCAN_PROFILE_NAMED ? 1 : 2);
  if (again != NULL)
    scan_share_recall_text (share);
  else if (share->plan->profile != SCAN_PROFILE_NAMED)
    scan_share_find_text (share);
  run_items (share);
  for (guint i = 0; i < share->items->len; i++)
    scan_share_result_add_item (result, g_ptr_array_index (share->items, i));
  done = judge (share, result, error);
  if (done)
    result->risks = scan_share_risks (share);
  done = done && hand_over (share, share_id, items, n_items, again, result, error);
  scan_share_output_close (&output);
  if (done && share_id != NULL)
    {
      char id[SCAN_ID_LENGTH + 1];

      scan_key_to_id (share_id, id);
      result->share_id = g_strdup (id);
    }
  if (done)
    result->zip_password = g_steal_pointer (&share->words);
  if (!done)
    result->files = 0;
  *ret_result = result;
  return done;
}

static gboolean
check_profile (const ScanSharePlan *plan, GError **error)
{
  if (plan->profile != SCAN_PROFILE_PUBLIC || !plan->keep_dates)
    return TRUE;
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_USAGE,
                       "A copy for the public has no dates that could be kept.");
  return FALSE;
}

ScanShare *
scan_share_new (ScanLibrary *library, ScanReaderPool *readers, const ScanSharePlan *plan,
                ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                GError **error)
{
  ScanShare *share;

  if (!check_profile (plan, error))
    return NULL;
  share = g_new0 (ScanShare, 1);
  share->library = library;
  share->readers = readers;
  share->plan = plan;
  share->software = "Scan Vault " SCANVAULT_VERSION;
  share->key = vault_secure_alloc (VAULT_KEY_SIZE);
  share->items = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_share_item_free);
  share->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  share->progress = progress;
  share->progress_data = user_data;
  share->cancellable = cancellable;
  g_mutex_init (&share->lock);
  g_cond_init (&share->moved);
  if (share->key == NULL)
    {
      scan_share_free (share);
      scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
      return NULL;
    }
  return share;
}

void
scan_share_free (ScanShare *share)
{
  scan_reader_pool_free (share->checkers);
  scan_reader_pool_free (share->decoders);
  vault_secure_free (share->key);
  vault_secure_free (share->words);
  g_ptr_array_unref (share->items);
  g_hash_table_unref (share->counters);
  g_clear_error (&share->fatal);
  g_mutex_clear (&share->lock);
  g_cond_clear (&share->moved);
  g_free (share);
}

gboolean
scan_share (ScanLibrary *library, const ScanItem *items, guint n_items, const char *out_dir,
            const ScanSharePlan *plan, ScanProgressFunc progress, gpointer user_data,
            GCancellable *cancellable, ScanShareResult **ret_result, GError **error)
{
  guint8 share_id[SCAN_KEY_SIZE];
  ScanShare *share;
  gboolean done;

  *ret_result = NULL;
  share = scan_share_new (library, scan_library_readers (library), plan, progress, user_data,
                          cancellable, error);
  if (share == NULL)
    return FALSE;
  vault_random (share_id, sizeof share_id);
  vault_share_key (scan_library_vault (library), share_id, share->key);
  scan_share_collect (share->items, items, n_items);
  scan_share_collect_end (share->items);
  choose_shifts (share);
  done = scan_share_carry_out (share, out_dir, share_id, items, n_items, NULL, ret_result, error);
  scan_share_free (share);
  return done;
}

gboolean
scan_share_files (ScanReaderPool *readers, char **paths, const char *out_dir,
                  const ScanSharePlan *plan, ScanProgressFunc progress, gpointer user_data,
                  GCancellable *cancellable, ScanShareResult **ret_result, GError **error)
{
  ScanShare *share;
  gboolean done;

  *ret_result = NULL;
  share = scan_share_new (NULL, readers, plan, progress, user_data, cancellable, error);
  if (share == NULL)
    return FALSE;
  vault_random (share->key, VAULT_KEY_SIZE);
  for (char **path = paths; *path != NULL; path++)
    {
      ScanShareItem *item = g_new0 (ScanShareItem, 1);

      item->item = g_strdup (*path);
      g_ptr_array_add (share->items, item);
    }
  scan_share_collect_end (share->items);
  choose_shifts (share);
  done = scan_share_carry_out (share, out_dir, NULL, NULL, 0, NULL, ret_result, error);
  scan_share_free (share);
  return done;
}

GPtrArray *
scan_share_proposals (ScanLibrary *library, const ScanItem *items, guint n_items,
                      ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                      GError **error)
{
  const ScanSharePlan plan = { .profile = SCAN_PROFILE_SECOND_OPINION };
  ScanShare *share = scan_share_new (library, scan_library_readers (library), &plan, progress,
                                     user_data, cancellable, error);
  GPtrArray *proposals = NULL;

  if (share == NULL)
    return NULL;
  scan_share_collect (share->items, items, n_items);
  scan_share_collect_end (share->items);
  share->steps = share->items->len;
  scan_share_find_text (share);
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    proposals = scan_share_collect_proposals (share);
  scan_share_free (share);
  return proposals;
}
