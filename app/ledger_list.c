/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger as the owner reads it, and what became of a share, which is only ever added. */
#include <stdlib.h>
#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "library_private.h"
#include "reminder.h"
#include "share_private.h"

void
scan_share_record_free (ScanShareRecord *record)
{
  g_free (record->share_id);
  g_free (record->to);
  g_free (record->purpose);
  g_free (record->pseudonym);
  g_strfreev (record->items);
  g_array_unref (record->events);
  g_free (record);
}

static void
fingerprint (const ScanLedgerEntry *entry, gboolean zip,
             char ret_words[SCAN_FINGERPRINT_LENGTH + 1])
{
  const ScanShareRow *row = &entry->row;
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  if (row->n_hashes == 0)
    return;
  if (zip)
    {
      const guint8 *last = row->hashes + (gsize) (row->n_hashes - 1) * SCAN_SHARE_HASH;

      for (guint i = 0; i < SCAN_SHARE_HASH; i++)
        g_snprintf (ret_words + 2 * i, 3, "%02x", last[i]);
      return;
    }
  g_checksum_update (sum, row->hashes, (gssize) row->n_hashes * SCAN_SHARE_HASH);
  g_strlcpy (ret_words, g_checksum_get_string (sum), SCAN_FINGERPRINT_LENGTH + 1);
}

static ScanShareRecord *
record_of (const ScanLedgerEntry *entry)
{
  ScanShareRecord *record = g_new0 (ScanShareRecord, 1);
  const ScanShareRow *row = &entry->row;
  const ScanShareEvent sent = { row->date, SCAN_SHARE_SENT };
  char id[SCAN_ID_LENGTH + 1];

  scan_key_to_id (entry->id, id);
  record->share_id = g_strdup (id);
  record->date = row->date;
  record->to = g_strdup (row->to);
  /* One that a later version wrote is shown as what changes most. */
  record->profile = (ScanProfile) MIN (row->profile, SCAN_PROFILE_PUBLIC);
  record->files = row->files;
  record->purpose = g_strdup (entry->agreed.purpose != NULL ? entry->agreed.purpose : "");
  record->delete_by = entry->agreed.delete_by;
  record->remind_at = record->delete_by;
  record->zip = entry->has_made && entry->made.zip != SCAN_MADE_FOLDER;
  record->keep_dates = row->profile == SCAN_PROFILE_NAMED || row->keep_dates;
  record->pseudonym =
      g_strdup (entry->has_made && row->profile != SCAN_PROFILE_NAMED ? entry->made.pseudonym : "");
  record->pictures = entry->has_made ? entry->made.n_frames : 0;
  fingerprint (entry, record->zip, record->fingerprint);
  record->events = g_array_new (FALSE, FALSE, sizeof (ScanShareEvent));
  g_array_append_val (record->events, sent);
  record->items = g_new0 (char *, row->n_items + 1);
  for (guint i = 0; i < row->n_items; i++)
    {
      scan_key_to_id (row->items + (gsize) i * SCAN_KEY_SIZE, id);
      record->items[i] = g_strdup (id);
    }
  return record;
}

static gint
newest_first (gconstpointer a, gconstpointer b)
{
  const ScanShareRecord *left = *(ScanShareRecord *const *) a,
                        *right = *(ScanShareRecord *const *) b;

  if (left->date != right->date)
    return left->date > right->date ? -1 : 1;
  return strcmp (left->share_id, right->share_id);
}

static bool
take_event (const void *entity, size_t entity_len, uint16_t field, const void *value,
            size_t value_len, uint64_t clock_ms, void *data)
{
  GHashTable *by_id = data;
  ScanShareEventRow row;
  ScanShareRecord *record;
  char id[SCAN_ID_LENGTH + 1];

  if (field != SCAN_FIELD_SHARE_EVENT || !scan_row_to_share_event (value, value_len, &row) ||
      row.status >= SCAN_N_SHARE_STATUSES)
    return true;
  scan_key_to_id (row.share, id);
  record = g_hash_table_lookup (by_id, id);
  if (record != NULL)
    {
      const ScanShareEvent event = { row.date, (ScanShareStatus) row.status };

      g_array_append_val (record->events, event);
    }
  return true;
}

static bool
take_reminder (const void *entity, size_t entity_len, uint16_t field, const void *value,
               size_t value_len, uint64_t clock_ms, void *data)
{
  ScanReminderRow row;
  ScanShareRecord *record;
  char id[SCAN_ID_LENGTH + 1];

  if (field != SCAN_FIELD_REMINDER || entity_len != SCAN_KEY_SIZE ||
      !scan_row_to_reminder (value, value_len, &row) || row.of != SCAN_REMIND_SHARE)
    return true;
  scan_key_to_id (entity, id);
  record = g_hash_table_lookup (data, id);
  if (record != NULL && record->delete_by != 0)
    record->remind_at = row.due;
  return true;
}

static gint
oldest_first (gconstpointer a, gconstpointer b)
{
  const ScanShareEvent *left = a, *right = b;

  if (left->date != right->date)
    return left->date < right->date ? -1 : 1;
  return (gint) left->status - (gint) right->status;
}

/* That it was sent comes first, whatever the clocks of two computers say. */
static void
sort_events (GArray *events)
{
  qsort (&g_array_index (events, ScanShareEvent, 1), events->len - 1, sizeof (ScanShareEvent),
         oldest_first);
}

GPtrArray *
scan_library_shares (ScanLibrary *library)
{
  GPtrArray *shares = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_share_record_free);
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GArray) entries = scan_ledger_entries (library);

  for (guint i = 0; i < entries->len; i++)
    {
      ScanShareRecord *record = record_of (&g_array_index (entries, ScanLedgerEntry, i));

      g_ptr_array_add (shares, record);
      g_hash_table_insert (by_id, record->share_id, record);
    }
  vault_fold (scan_library_vault (library), take_event, by_id);
  vault_fold (scan_library_vault (library), take_reminder, by_id);
  for (guint i = 0; i < shares->len; i++)
    sort_events (((ScanShareRecord *) g_ptr_array_index (shares, i))->events);
  g_ptr_array_sort (shares, newest_first);
  return shares;
}

const ScanShareEvent *
scan_share_record_status (const ScanShareRecord *record)
{
  return &g_array_index (record->events, ScanShareEvent, record->events->len - 1);
}

gboolean
scan_share_record_waits (const ScanShareRecord *record)
{
  return record->delete_by != 0 &&
         scan_share_record_status (record)->status < SCAN_SHARE_DELETION_ASKED;
}

static const char *const status_names[SCAN_N_SHARE_STATUSES] = { "sent", "received",
                                                                 "deletion-asked",
                                                                 "deletion-confirmed" };

const char *
scan_share_status_name (ScanShareStatus status)
{
  return status_names[status];
}

gboolean
scan_share_status_from_name (const char *name, ScanShareStatus *ret_status)
{
  for (guint i = 0; i < SCAN_N_SHARE_STATUSES; i++)
    if (g_str_equal (status_names[i], name))
      {
        *ret_status = (ScanShareStatus) i;
        return TRUE;
      }
  return FALSE;
}

/* After all that was noted of the share before, also by a computer whose clock is ahead; 0: there
 * is no such share. */
static gint64
date_of_next_event (ScanLibrary *library, const char *share_id)
{
  g_autoptr (GPtrArray) shares = scan_library_shares (library);

  for (guint i = 0; i < shares->len; i++)
    {
      const ScanShareRecord *record = g_ptr_array_index (shares, i);
      gint64 date = g_get_real_time () / G_USEC_PER_SEC;

      if (!g_str_equal (record->share_id, share_id))
        continue;
      for (guint k = 1; k < record->events->len; k++)
        {
          const gint64 other = g_array_index (record->events, ScanShareEvent, k).date;

          if (other < G_MAXINT64)
            date = MAX (date, other + 1);
        }
      return date;
    }
  return 0;
}

gboolean
scan_library_note_share (ScanLibrary *library, const char *share_id, ScanShareStatus status,
                         GError **error)
{
  ScanShareEventRow row = { .date = date_of_next_event (library, share_id),
                            .status = (guint8) status };
  guint8 entity[SCAN_KEY_SIZE];
  g_autoptr (GByteArray) value = NULL;

  if (row.date == 0 || !scan_key_from_id (share_id, row.share))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM, "There is no such share.");
      return FALSE;
    }
  value = scan_row_from_share_event (&row);
  vault_random (entity, sizeof entity);
  return scan_library_set_field (library, entity, SCAN_FIELD_SHARE_EVENT, value, error);
}
