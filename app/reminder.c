/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reminder.h"

#include <string.h>

#include "catalog_private.h"
#include "error.h"
#include "library_private.h"
#include "rows.h"
#include "share.h"

void
scan_reminder_free (ScanReminder *reminder)
{
  g_free (reminder->id);
  g_free (reminder->to);
  g_free (reminder);
}

static bool
take (const void *entity, size_t entity_len, uint16_t field, const void *value, size_t value_len,
      uint64_t clock_ms, void *data)
{
  ScanReminderRow row;
  ScanReminder *reminder;
  char id[SCAN_ID_LENGTH + 1];

  if (field != SCAN_FIELD_REMINDER || entity_len != SCAN_KEY_SIZE ||
      !scan_row_to_reminder (value, value_len, &row) || row.due == 0 || row.of >= SCAN_REMIND_SHARE)
    return true;
  scan_key_to_id (entity, id);
  reminder = g_new0 (ScanReminder, 1);
  reminder->id = g_strdup (id);
  reminder->due = row.due;
  reminder->of = (ScanRemind) row.of;
  reminder->to = g_utf8_make_valid (row.to, -1);
  g_ptr_array_add (data, reminder);
  return true;
}

static gint
earliest_first (gconstpointer a, gconstpointer b)
{
  const ScanReminder *left = *(ScanReminder *const *) a, *right = *(ScanReminder *const *) b;

  if (left->due != right->due)
    return left->due < right->due ? -1 : 1;
  return strcmp (left->id, right->id);
}

static void
add_shares (ScanLibrary *library, GPtrArray *reminders)
{
  g_autoptr (GPtrArray) shares = scan_library_shares (library);

  for (guint i = 0; i < shares->len; i++)
    {
      const ScanShareRecord *record = g_ptr_array_index (shares, i);
      ScanReminder *reminder;

      if (!scan_share_record_waits (record) || record->remind_at == 0)
        continue;
      reminder = g_new0 (ScanReminder, 1);
      reminder->id = g_strdup (record->share_id);
      reminder->due = record->remind_at;
      reminder->of = SCAN_REMIND_SHARE;
      reminder->to = g_strdup (record->to);
      g_ptr_array_add (reminders, reminder);
    }
}

GPtrArray *
scan_library_reminders (ScanLibrary *library)
{
  GPtrArray *reminders = g_ptr_array_new_with_free_func ((GDestroyNotify) scan_reminder_free);

  vault_fold (scan_library_vault (library), take, reminders);
  add_shares (library, reminders);
  g_ptr_array_sort (reminders, earliest_first);
  return reminders;
}

gboolean
scan_library_set_reminder (ScanLibrary *library, const ScanReminder *reminder, GError **error)
{
  const ScanReminderRow row = { reminder->due, (guint8) reminder->of, reminder->to };
  g_autoptr (GByteArray) value = scan_row_from_reminder (&row);
  const gboolean of_share = reminder->of == SCAN_REMIND_SHARE;
  guint8 entity[SCAN_KEY_SIZE];

  if (reminder->id == NULL && !of_share)
    vault_random (entity, sizeof entity);
  else if (reminder->id == NULL || !scan_key_from_id (reminder->id, entity))
    {
      g_set_error_literal (error, SCAN_ERROR, SCAN_ERROR_NO_ITEM, "There is no such reminder.");
      return FALSE;
    }
  /* Without a row a share is due on the day that was agreed. */
  return scan_library_set_field (library, entity, SCAN_FIELD_REMINDER,
                                 reminder->due != 0 || of_share ? value : NULL, error);
}
