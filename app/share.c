/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of a share: everything is made and checked out of sight, then recorded, then put in
 * place. */
#include "share.h"

#include <string.h>

#include "catalog_private.h"
#include "dicomdir.h"
#include "error.h"
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

static void
refusal_free (gpointer data)
{
  ScanRefusal *refusal = data;

  g_free (refusal->item);
  g_free (refusal->code);
  g_free (refusal->message);
  g_strfreev (refusal->findings);
  g_free (refusal);
}

static void
check_free (gpointer data)
{
  ScanCheck *check = data;

  g_free (check->name);
  g_free (check);
}

static ScanShareResult *
result_new (void)
{
  ScanShareResult *result = g_new0 (ScanShareResult, 1);

  result->refused = g_ptr_array_new_with_free_func (refusal_free);
  result->checks = g_ptr_array_new_with_free_func (check_free);
  return result;
}

void
scan_share_result_free (ScanShareResult *result)
{
  if (result == NULL)
    return;
  g_free (result->share_id);
  g_ptr_array_unref (result->refused);
  g_ptr_array_unref (result->checks);
  g_free (result->report);
  g_free (result);
}

/* A moved date that is another date of the share would mislead, and a shift that an earlier share
 * had would tie the two together: the next one then. If none is left, the check refuses. */
static void
choose_shifts (ScanShare *share)
{
  g_autoptr (GHashTable) dates = NULL;

  share->time_shift = SCAN_NO_TIMES;
  share->date_shift = scan_share_date_shift (share->key, 0);
  if (share->plan->profile != SCAN_PROFILE_SECOND_OPINION || share->plan->keep_dates)
    return;
  dates = scan_share_survey (share);
  for (guint counter = 0; counter < SCAN_DATE_SHIFTS; counter++)
    {
      share->date_shift = scan_share_date_shift (share->key, counter);
      if (!scan_share_shift_clashes (dates, share->date_shift) &&
          (share->library == NULL || !scan_ledger_used_shift (share->library, share->date_shift)))
        break;
    }
}

static void
add_instance (GPtrArray *items, const ScanInstance *instance)
{
  ScanShareItem *item = g_new0 (ScanShareItem, 1);
  char id[SCAN_ID_LENGTH + 1];

  scan_instance_id (instance, id);
  item->item = g_strdup (id);
  item->series = g_strdup (instance->series->id);
  item->study = g_strdup (instance->series->study->id);
  item->member = instance->member;
  g_ptr_array_add (items, item);
}

static void
add_document (GPtrArray *items, const ScanDocument *document)
{
  ScanShareItem *item = g_new0 (ScanShareItem, 1);

  item->item = g_strdup (document->id);
  item->member = document->member;
  item->name = g_strdup (document->name);
  item->document = TRUE;
  g_ptr_array_add (items, item);
}

static void
add_series (GPtrArray *items, const ScanSeries *series)
{
  for (guint i = 0; i < series->instances->len; i++)
    add_instance (items, g_ptr_array_index (series->instances, i));
}

static void
add_item (GPtrArray *items, const ScanItem *item)
{
  switch (item->kind)
    {
    case SCAN_ITEM_STUDY:
      for (guint i = 0; i < item->study->series->len; i++)
        add_series (items, g_ptr_array_index (item->study->series, i));
      for (guint i = 0; i < item->study->documents->len; i++)
        add_document (items, g_ptr_array_index (item->study->documents, i));
      break;
    case SCAN_ITEM_SERIES:
      add_series (items, item->series);
      break;
    case SCAN_ITEM_INSTANCE:
      add_instance (items, item->instance);
      break;
    case SCAN_ITEM_DOCUMENT:
      add_document (items, item->document);
      break;
    }
}

/* The same item asked for twice is handed out once. */
static void
drop_repeated (GPtrArray *items)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < items->len;)
    if (g_hash_table_add (seen, ((ScanShareItem *) g_ptr_array_index (items, i))->item))
      i++;
    else
      g_ptr_array_remove_index (items, i);
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

static void
add_check (ScanShareResult *result, const char *name, gboolean passed, guint64 examined)
{
  ScanCheck *check = NULL;

  for (guint i = 0; i < result->checks->len && check == NULL; i++)
    if (g_str_equal (((ScanCheck *) g_ptr_array_index (result->checks, i))->name, name))
      check = g_ptr_array_index (result->checks, i);
  if (check == NULL)
    {
      check = g_new0 (ScanCheck, 1);
      check->name = g_strdup (name);
      check->passed = TRUE;
      g_ptr_array_add (result->checks, check);
    }
  check->passed = check->passed && passed;
  check->examined += examined;
}

static guint
told_count (const ScanShareItem *item, const char *name)
{
  guint count = 0;

  if (item->told != NULL)
    g_variant_lookup (item->told, name, "u", &count);
  return count;
}

static char **
findings_of (const ScanShareItem *item)
{
  g_autoptr (GVariant) findings = NULL;
  GStrvBuilder *builder;
  GVariantIter iter;
  const char *check, *sentence;
  char **list;

  if (item->verdict == NULL)
    return NULL;
  findings = g_variant_lookup_value (item->verdict, "findings", G_VARIANT_TYPE ("a(ss)"));
  if (findings == NULL)
    return NULL;
  builder = g_strv_builder_new ();
  g_variant_iter_init (&iter, findings);
  while (g_variant_iter_next (&iter, "(&s&s)", &check, &sentence))
    {
      g_autofree char *line = g_strdup_printf ("%s: %s", check, sentence);

      g_strv_builder_add (builder, line);
    }
  list = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return list;
}

static void
sum_item (ScanShareResult *result, const ScanShareItem *item)
{
  if (item->refusal != NULL)
    {
      ScanRefusal *refusal = g_new0 (ScanRefusal, 1);

      refusal->item = g_strdup (item->item);
      refusal->code = g_strdup (item->refusal_code);
      refusal->message = g_strdup (item->refusal);
      refusal->findings = findings_of (item);
      g_ptr_array_add (result->refused, refusal);
      return;
    }
  result->files++;
  result->removed_attributes += told_count (item, "removed-attributes");
  result->removed_private += told_count (item, "removed-private");
  result->removed_overlays += told_count (item, "removed-overlays");
  result->text_boxes += told_count (item, "text-boxes");
  if (item->verdict != NULL)
    {
      g_autoptr (GVariant) checks =
          g_variant_lookup_value (item->verdict, "checks", G_VARIANT_TYPE ("a(sbt)"));
      GVariantIter iter;
      const char *name;
      gboolean passed;
      guint64 examined;

      g_variant_iter_init (&iter, checks);
      while (g_variant_iter_next (&iter, "(&sbt)", &name, &passed, &examined))
        add_check (result, name, passed, examined);
    }
  add_check (result, "read-back", TRUE, 1);
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

static const char *
listed (const ScanShareItem *item, const char *keyword)
{
  const char *text = "";

  g_variant_lookup (item->listed, keyword, "&s", &text);
  return text;
}

/* The directory names what stands in the copies and nothing else. */
static gboolean
write_directory (ScanShare *share, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GByteArray) directory = NULL;
  guint64 random;
  char file_set[65];

  for (guint i = 0; i < share->items->len; i++)
    {
      const ScanShareItem *item = g_ptr_array_index (share->items, i);
      ScanDirectoryEntry *entry;

      if (item->refusal != NULL || item->listed == NULL || item->document)
        continue;
      entry = g_new0 (ScanDirectoryEntry, 1);
      entry->path = item->path;
      entry->sop_class = listed (item, "SOPClassUID");
      entry->sop_instance = listed (item, "SOPInstanceUID");
      entry->transfer_syntax = listed (item, "TransferSyntaxUID");
      entry->patient_id = listed (item, "PatientID");
      entry->patient_name = listed (item, "PatientName");
      entry->study = listed (item, "StudyInstanceUID");
      entry->study_date = listed (item, "StudyDate");
      entry->series = listed (item, "SeriesInstanceUID");
      entry->modality = listed (item, "Modality");
      g_variant_lookup (item->listed, "SeriesNumber", "i", &entry->series_number);
      g_variant_lookup (item->listed, "InstanceNumber", "i", &entry->instance_number);
      g_ptr_array_add (entries, entry);
    }
  if (entries->len == 0)
    return TRUE;
  vault_random (&random, sizeof random);
  g_snprintf (file_set, sizeof file_set, "2.25.%" G_GUINT64_FORMAT, random);
  directory = scan_dicomdir_build (entries, file_set);
  return scan_share_folder_write (share->folder, "DICOMDIR", directory->data, directory->len,
                                  error);
}

static gboolean
write_texts (ScanShare *share, ScanShareResult *result, GError **error)
{
  g_autofree char *readme = scan_share_readme (share->plan);

  result->report = scan_share_report (share->plan, result, share->date_shift);
  return write_directory (share, error) &&
         scan_share_folder_write (share->folder, "README.TXT", (const guint8 *) readme,
                                  strlen (readme), error) &&
         scan_share_folder_write (share->folder, "REPORT.TXT", (const guint8 *) result->report,
                                  strlen (result->report), error);
}

static gboolean
record (ScanShare *share, const guint8 share_id[16], const ScanItem *items, guint n_items,
        const ScanShareResult *result, GError **error)
{
  g_autoptr (GByteArray) keys = g_byte_array_new (), hashes = g_byte_array_new ();
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

  for (guint i = 0; i < n_items; i++)
    {
      guint8 key[SCAN_KEY_SIZE];

      if (items[i].kind == SCAN_ITEM_INSTANCE)
        memcpy (key, items[i].instance->member, sizeof key);
      else
        /* id is the first member of the other three */
        scan_key_from_id (items[i].study->id, key);
      g_byte_array_append (keys, key, sizeof key);
    }
  for (guint i = 0; i < share->items->len; i++)
    {
      const ScanShareItem *item = g_ptr_array_index (share->items, i);

      if (item->refusal == NULL)
        g_byte_array_append (hashes, item->hash, SCAN_SHARE_HASH);
    }
  row.n_items = n_items;
  row.items = keys->data;
  row.n_hashes = hashes->len / SCAN_SHARE_HASH;
  row.hashes = hashes->data;
  return scan_ledger_add (share->library, share_id, &row, error);
}

/* The whole of it once items, key and shift are known. share_id: NULL without a vault. */
static gboolean
carry_out (ScanShare *share, const char *out_dir, const guint8 *share_id, const ScanItem *items,
           guint n_items, ScanShareResult **ret_result, GError **error)
{
  ScanShareFolder folder;
  ScanShareResult *result = result_new ();
  gboolean done;

  share->checkers = scan_reader_pool_new (0, error);
  if (share->checkers == NULL || !scan_share_folder_open (&folder, out_dir, error))
    {
      scan_share_result_free (result);
      return FALSE;
    }
  share->folder = &folder;
  run_items (share);
  for (guint i = 0; i < share->items->len; i++)
    sum_item (result, g_ptr_array_index (share->items, i));
  done = judge (share, result, error) && write_texts (share, result, error);
  /* Recorded before anything can be taken away: better a line too many than a copy that nobody
   * knows of. */
  if (done && share_id != NULL)
    done = record (share, share_id, items, n_items, result, error);
  if (done)
    done = scan_share_folder_publish (&folder, error);
  scan_share_folder_close (&folder);
  if (done && share_id != NULL)
    {
      char id[SCAN_ID_LENGTH + 1];

      scan_key_to_id (share_id, id);
      result->share_id = g_strdup (id);
    }
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

static ScanShare *
share_new (ScanLibrary *library, ScanReaderPool *readers, const ScanSharePlan *plan,
           ScanProgressFunc progress, gpointer user_data, GCancellable *cancellable)
{
  ScanShare *share = g_new0 (ScanShare, 1);

  share->library = library;
  share->readers = readers;
  share->plan = plan;
  share->key = vault_secure_alloc (VAULT_KEY_SIZE);
  share->items = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_share_item_free);
  share->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  share->progress = progress;
  share->progress_data = user_data;
  share->cancellable = cancellable;
  g_mutex_init (&share->lock);
  return share;
}

static void
share_free (ScanShare *share)
{
  scan_reader_pool_free (share->checkers);
  vault_secure_free (share->key);
  g_ptr_array_unref (share->items);
  g_hash_table_unref (share->counters);
  g_clear_error (&share->fatal);
  g_mutex_clear (&share->lock);
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
  if (!check_profile (plan, error))
    return FALSE;
  share =
      share_new (library, scan_library_readers (library), plan, progress, user_data, cancellable);
  if (share->key == NULL)
    {
      share_free (share);
      return scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
    }
  vault_random (share_id, sizeof share_id);
  vault_share_key (scan_library_vault (library), share_id, share->key);
  for (guint i = 0; i < n_items; i++)
    add_item (share->items, &items[i]);
  drop_repeated (share->items);
  choose_shifts (share);
  done = carry_out (share, out_dir, share_id, items, n_items, ret_result, error);
  share_free (share);
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
  if (!check_profile (plan, error))
    return FALSE;
  share = share_new (NULL, readers, plan, progress, user_data, cancellable);
  if (share->key == NULL)
    {
      share_free (share);
      return scan_error_set_vault (error, VAULT_ERROR_NO_MEMORY, NULL);
    }
  vault_random (share->key, VAULT_KEY_SIZE);
  for (char **path = paths; *path != NULL; path++)
    {
      ScanShareItem *item = g_new0 (ScanShareItem, 1);

      item->item = g_strdup (*path);
      g_ptr_array_add (share->items, item);
    }
  drop_repeated (share->items);
  choose_shifts (share);
  done = carry_out (share, out_dir, NULL, NULL, 0, ret_result, error);
  share_free (share);
  return done;
}
