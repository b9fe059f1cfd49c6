/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands beside the copies: the directory, which is made from the copies alone and checked
 * like them, and the texts, which are made from sentences and numbers. */
#include <string.h>

#include "dicomdir.h"
#include "error.h"
#include "share_private.h"

static const char *
listed (const ScanShareItem *item, const char *keyword)
{
  const char *text = "";

  g_variant_lookup (item->listed, keyword, "&s", &text);
  return text;
}

/* The directory names what stands in the copies and nothing else. Returns NULL if there is nothing
 * to list. */
static GByteArray *
make_directory (const ScanShare *share)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *file_set = scan_share_keys_file_set (share->key);

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
  return entries->len > 0 ? scan_dicomdir_build (entries, file_set) : NULL;
}

static gboolean
not_clean (GError **error)
{
  g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_REFUSED,
                       "The list of the copies could not be proved clean, so nothing was kept.");
  return FALSE;
}

/* Another reader finds exactly the copies in it. */
static gboolean
names_the_copies (ScanShare *share, const ScanSource *directory, GError **error)
{
  g_auto (ScanReaderReply) reply = { 0 };
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *at, *end;
  gsize n = 0;
  guint listed_copies = 0;

  if (!scan_reader_call (share->checkers, "medium", NULL, directory, NULL, SCAN_CALL_DEFAULT, 0,
                         share->cancellable, &reply, error))
    return FALSE;
  at = reply.bulk != NULL ? g_bytes_get_data (reply.bulk, &n) : NULL;
  for (end = at + n; at < end; at += strnlen (at, (gsize) (end - at)) + 1)
    g_hash_table_add (names, g_strndup (at, (gsize) (end - at)));
  for (guint i = 0; i < share->items->len; i++)
    {
      const ScanShareItem *item = g_ptr_array_index (share->items, i);

      if (item->refusal != NULL || item->listed == NULL || item->document)
        continue;
      listed_copies++;
      if (!g_hash_table_contains (names, item->path))
        return not_clean (error);
    }
  return g_hash_table_size (names) == listed_copies || not_clean (error);
}

/* No value of the sources that was to go stands in it: asked of the check with one source of each
 * series, since those of a series tell of one person in one way. */
static gboolean
holds_no_source (ScanShare *share, const ScanSource *directory, guint64 *ret_examined,
                 GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  *ret_examined = 0;
  for (guint i = 0; i < share->items->len; i++)
    {
      ScanShareItem *item = g_ptr_array_index (share->items, i);
      g_auto (ScanReaderReply) reply = { 0 };
      g_autoptr (GBytes) original = NULL;
      ScanSource source;

      if (item->refusal != NULL || item->told == NULL ||
          !g_hash_table_add (seen, (gpointer) listed (item, "SeriesInstanceUID")))
        continue;
      original = scan_share_item_read (share, item, error);
      if (original == NULL)
        return FALSE;
      source = (ScanSource){ .size = g_bytes_get_size (original),
                             .data = g_bytes_get_data (original, NULL) };
      if (!scan_reader_call (share->checkers, "verify",
                             scan_share_item_arguments (share, item, TRUE), &source, directory,
                             SCAN_CALL_DEFAULT, 0, share->cancellable, &reply, error))
        return FALSE;
      if (!scan_share_verdict_is_clean (reply.result, TRUE))
        return not_clean (error);
      ++*ret_examined;
    }
  return TRUE;
}

static gboolean
add_directory (ScanShare *share, ScanShareResult *result, GError **error)
{
  g_autoptr (GByteArray) directory = make_directory (share);
  ScanSource source;
  guint64 examined = 0;

  if (directory == NULL)
    return TRUE;
  source = (ScanSource){ .size = directory->len, .data = directory->data };
  if (!names_the_copies (share, &source, error) ||
      (share->plan->profile != SCAN_PROFILE_NAMED &&
       !holds_no_source (share, &source, &examined, error)) ||
      !scan_share_output_add (share->output, "DICOMDIR", directory->data, directory->len, error))
    return FALSE;
  scan_share_result_add_check (result, "package", TRUE, share->output->names->len);
  return TRUE;
}

static gboolean
add_text (ScanShare *share, const char *name, char *text, GError **error)
{
  gboolean done =
      scan_share_output_add (share->output, name, (const guint8 *) text, strlen (text), error);

  g_free (text);
  return done;
}

gboolean
scan_share_package (ScanShare *share, ScanShareResult *result, GError **error)
{
  if (!add_directory (share, result, error))
    return FALSE;
  result->report = scan_share_report_owner (share->plan, result);
  return add_text (share, "README.TXT", scan_share_readme (share->plan), error) &&
         add_text (share, "INDEX.HTM", scan_share_index (share->plan), error) &&
         add_text (share, "REPORT.TXT", scan_share_report_doctor (share->plan, result), error) &&
         add_text (share, "PATIENT.TXT", g_strdup (result->report), error);
}
