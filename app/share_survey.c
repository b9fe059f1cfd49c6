/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has to be known of all files of a share before the first copy is made: their dates, which no
 * moved date may equal, and the span of their times of day, which must not be moved over midnight.
 */
#include <string.h>

#include "share_private.h"

#define DAY 86400
#define LEAST 60    /* seconds: a smaller move is none */
#define CHOICES 600 /* fewer of them would tell the time of day */

typedef struct
{
  ScanShare *share;
  GMutex lock;
  GHashTable *dates; /* Julian day → itself */
  gint first, last;  /* seconds of the day; -1: no time was seen */
} Survey;

static void
note (Survey *survey, GVariant *told)
{
  g_autoptr (GVariant) dates = g_variant_lookup_value (told, "dates", G_VARIANT_TYPE ("au"));
  gint first = -1, last = -1;

  g_variant_lookup (told, "first-time", "i", &first);
  g_variant_lookup (told, "last-time", "i", &last);
  g_mutex_lock (&survey->lock);
  for (gsize i = 0; dates != NULL && i < g_variant_n_children (dates); i++)
    {
      guint32 julian;

      g_variant_get_child (dates, i, "u", &julian);
      g_hash_table_add (survey->dates, GUINT_TO_POINTER (julian));
    }
  if (first >= 0 && last >= first && last < DAY)
    {
      survey->first = survey->first < 0 ? first : MIN (survey->first, first);
      survey->last = MAX (survey->last, last);
    }
  g_mutex_unlock (&survey->lock);
}

/* What cannot be read here is refused when its turn comes. */
static void
survey_item (gpointer item, gpointer data)
{
  Survey *survey = data;
  g_autoptr (GVariant) told = scan_share_item_survey (survey->share, item);

  if (told != NULL)
    note (survey, told);
}

gint32
scan_share_time_shift (const guint8 key[32], gint first, gint last)
{
  const gint back = MAX (first - LEAST + 1, 0), ahead = MAX (DAY - 1 - last - LEAST + 1, 0);
  gint chosen;

  if (first < 0 || back + ahead < CHOICES)
    return SCAN_NO_TIMES;
  chosen = (gint) (scan_share_keys_number (key, "time-shift") % (guint32) (back + ahead));
  return chosen < back ? -LEAST - chosen : LEAST + chosen - back;
}

GHashTable *
scan_share_survey (ScanShare *share)
{
  Survey survey = { .share = share, .first = -1, .last = -1 };
  GThreadPool *workers = g_thread_pool_new (
      survey_item, &survey, (gint) CLAMP (g_get_num_processors (), 1, 4), FALSE, NULL);

  survey.dates = g_hash_table_new (NULL, NULL);
  g_mutex_init (&survey.lock);
  for (guint i = 0; i < share->items->len; i++)
    g_thread_pool_push (workers, g_ptr_array_index (share->items, i), NULL);
  g_thread_pool_free (workers, FALSE, TRUE);
  g_mutex_clear (&survey.lock);
  share->time_shift = scan_share_time_shift (share->key, survey.first, survey.last);
  return survey.dates;
}

gboolean
scan_share_shift_clashes (GHashTable *dates, gint32 shift)
{
  GHashTableIter iter;
  gpointer julian;

  g_hash_table_iter_init (&iter, dates);
  while (g_hash_table_iter_next (&iter, &julian, NULL))
    if (g_hash_table_contains (dates, GINT_TO_POINTER (GPOINTER_TO_INT (julian) + shift)))
      return TRUE;
  return FALSE;
}
