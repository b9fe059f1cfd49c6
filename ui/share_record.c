/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share_record.h"

#include <glib/gi18n.h>

#include "words.h"

const char *
ui_share_record_to (const ScanShareRecord *record)
{
  return *record->to != '\0' ? record->to : _ ("Nobody was noted");
}

char *
ui_share_record_day (gint64 seconds)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (seconds);

  return ui_words_day (when);
}

char *
ui_share_record_scans (UiSession *session, const ScanShareRecord *record, const char *separator)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (char **id = record->items; *id != NULL; id++)
    {
      g_autofree char *name = NULL;
      ScanItem item;

      if (!scan_catalog_find_anywhere (ui_session_catalog (session), *id, &item, NULL))
        name = g_strdup (_ ("a scan that is not in your vault any more"));
      else
        {
          if (scan_item_study (&item) != NULL)
            item = (ScanItem){ SCAN_ITEM_STUDY, { .study = scan_item_study (&item) } };
          name = ui_words_item (&item);
        }
      if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  g_ptr_array_add (names, NULL);
  return g_strjoinv (separator, (char **) names->pdata);
}

char *
ui_share_record_size (const ScanShareRecord *record)
{
  GString *words = g_string_new (NULL);

  if (record->pictures > 0)
    g_string_append_printf (
        words, g_dngettext (NULL, "%u picture", "%u pictures", (gulong) record->pictures),
        (guint) record->pictures);
  /* Clips have several in a file, documents have none. */
  if (record->files != record->pictures)
    {
      g_string_append (words, record->pictures > 0 ? " · " : "");
      g_string_append_printf (words,
                              g_dngettext (NULL, "%u file", "%u files", (gulong) record->files),
                              (guint) record->files);
    }
  g_string_append_printf (words, " · %s", record->zip ? _ ("ZIP file") : _ ("folder"));
  return g_string_free (words, FALSE);
}

const char *
ui_words_share_status (ScanShareStatus status)
{
  static const char *const words[SCAN_N_SHARE_STATUSES] = {
    [SCAN_SHARE_SENT] = N_ ("Sent"),
    [SCAN_SHARE_RECEIVED] = N_ ("They confirmed that they got it"),
    [SCAN_SHARE_DELETION_ASKED] = N_ ("Asked to delete it"),
    [SCAN_SHARE_DELETION_CONFIRMED] = N_ ("They confirmed that it is deleted"),
  };

  return _ (words[status]);
}

const char *
ui_share_event_title (const ScanShareEvent *event, gboolean later)
{
  return later && event->status == SCAN_SHARE_SENT ? _ ("What was noted before was a mistake")
                                                   : ui_words_share_status (event->status);
}

char *
ui_share_event_words (const ScanShareEvent *event, gboolean later)
{
  g_autofree char *day = ui_share_record_day (event->date);

  return g_strdup_printf ("%s · %s", ui_share_event_title (event, later), day);
}

gboolean
ui_share_record_is_due (const ScanShareRecord *record)
{
  return scan_share_record_waits (record) && record->remind_at != 0 &&
         record->remind_at <= g_get_real_time () / G_USEC_PER_SEC;
}

char *
ui_share_record_about (const ScanShareRecord *record)
{
  g_autofree char *day = ui_share_record_day (record->date), *size = ui_share_record_size (record);
  GString *words = g_string_new (NULL);

  /* Not which scans: their days and places may be what was removed, a document's name is nowhere in
   * a copy, and some that were chosen may have stayed at home.
   * Translators: a day, and "24 pictures · ZIP file". */
  g_string_append_printf (words, _ ("This is about the copy that you got from me on %s (%s)."), day,
                          size);
  if (*record->pseudonym != '\0')
    {
      g_string_append_c (words, '\n');
      g_string_append_printf (words, _ ("The patient number in it is %s"), record->pseudonym);
    }
  /* Of a ZIP file anybody can tell it, of a folder only the list. */
  if (record->zip && *record->fingerprint != '\0')
    {
      g_string_append_c (words, '\n');
      g_string_append_printf (words, _ ("Its fingerprint (SHA-256) is %s"), record->fingerprint);
    }
  return g_string_free (words, FALSE);
}
